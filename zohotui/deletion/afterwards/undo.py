"""Bring back from the Recycle Bin what a run deleted: exactly that, and nothing else.

look    in the bin, and deleted when the run did → to be restored
        in the bin, but deleted at another time or by somebody else → left there, and told; by the
        run's own user at another time → perhaps by this run, if a clock was wrong
        not in the bin, but in its module → it is back already
        in neither → told
ask     journal "restoring" + fdatasync → POST → journal "restored" + fdatasync → event
        an answer that was lost, or says no → look again, and go on from what is there
        an answer that says yes → seen in its module, at once or a little later, or told as open
follow  what Zoho scheduled is looked for until it is back or patience ends
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from zohotui.deletion.journal.replay import Replay
from zohotui.deletion.journal.writer import Found, Journal, JournalError
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.events import Braked, Event, Restored, Restoring, Settled, Undoing
from zohotui.deletion.model.levers import Control
from zohotui.deletion.model.outcome import (
    AWAY,
    SEEN_BACK,
    Outcome,
    State,
    was_asked_back,
)
from zohotui.deletion.reads.pace import Pace
from zohotui.deletion.reads.reading import Ended, Reader, since
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import NotAuthorized, Refused, TokenExpired, TooManyRequests, ZohoError
from zohotui.zoho.limits import MOST_BINNED
from zohotui.zoho.records import Binned
from zohotui.zoho.restoring import SCHEDULED, RestoreAnswer

FOLLOWED = 600.0
"""Seconds for which scheduled restores are looked for."""

MOST_TRIES = 3
"""How often a record is asked for whose fate the answers do not tell."""

LOOKED_AGAIN = 15.0
"""Seconds after which what Zoho called restored is looked for once more."""

_FIRST_LOOK = 5.0
_LONGEST_LOOK = 60.0
"""Seconds between two looks for what is scheduled: at first, and at most."""


def undo(
    told: Replay,
    crm: ZohoCRM,
    journal: Journal,
    control: Control,
    *,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] | None = None,
) -> Generator[Event]:
    """Restore the records that a run deleted, yielding an event a step; ends after Settled.

    Only ids that are `deleted` or `verified` are looked for, and of those only what the bin says
    was deleted while the run's request for it was under way, give or take what clocks may differ
    by. Whoever undoes holds the lock of the plan. `now` counts seconds since the epoch, as the
    journal does; `clock` counts from anywhere. Ends early, and says why, if the org cannot be
    read or is not the run's, if Zoho refuses, or if `control` is stopped; at once if it is
    abandoned.
    """
    reader = Reader(
        told,
        journal,
        crm,
        control,
        Pace(1, clock),
        now,
        sleep or control.wait,
        again="u looks again and goes on.",
        in_vain="Nothing was restored.",
        heeds_stop=True,
    )
    return _Undo(told, reader, crm, journal, Pace(1, clock)).events()


@dataclass
class _Undo:
    """What undoing remembers between two events."""

    told: Replay
    reader: Reader
    crm: ZohoCRM
    journal: Journal
    pace: Pace
    """That of the requests to restore; the reader has one of its own."""
    before: dict[int, Outcome] = field(default_factory=dict)
    """What was known of the ids at hand before Zoho was asked to restore them."""
    deleted: dict[int, float | None] = field(default_factory=dict)
    """When the records at hand were deleted, as the bin said at first."""
    against: dict[int, Outcome] = field(default_factory=dict)
    """What speaks against asking once more, if a record is still in the bin."""
    tries: Counter[int] = field(default_factory=Counter)
    """How often an answer did not tell what became of a record."""
    scheduled: list[int] = field(default_factory=list)
    unseen: dict[int, Outcome] = field(default_factory=dict)
    """What is told of records that Zoho called restored, unless they are seen later."""
    unread: str = ""
    """Why what Zoho called restored could not be read back, as a sentence."""
    given_up: str = ""
    """Why Zoho is asked no more, as a sentence."""
    alarmed: bool = False
    """Whether that is that an answer told of ids which were never asked for."""

    def events(self) -> Generator[Event]:
        places = list(self.told.rows.places(AWAY))
        obstacle = self._obstacle() if places else ""
        if obstacle or not places:
            yield Settled(obstacle)
            return
        yield Undoing(len(places))
        try:
            yield from self.reader.prove_org()
            for start in range(0, len(places), MOST_BINNED):
                yield from self._bring_back(places[start : start + MOST_BINNED])
            yield from self._look_for_unseen()
            yield from self._follow()
        except Refused as error:
            yield Settled(_refused(error))
        except (Ended, JournalError) as why_not:
            yield Settled(str(why_not), alarm=self.alarmed)
        else:
            yield Settled(self.unread)

    def _obstacle(self) -> str:
        if self.told.plan.permanent:
            return "The module has no Recycle Bin: nothing can be brought back."
        if self.crm.read_only:
            return "This session is read-only: nothing can be restored in it."
        return ""

    def _bring_back(self, places: Sequence[int]) -> Generator[Event]:
        """Look and ask, until nothing of one request's worth of ids is in doubt."""
        for memory in (self.before, self.deleted, self.against, self.tries):
            memory.clear()
        while places:
            ours = yield from self._look(places)
            if self.given_up:
                yield from self._take_back(ours)
                raise Ended(self.given_up)
            places = (yield from self._ask(ours)) if ours else []

    def _look(self, places: Sequence[int]) -> Generator[Event, None, dict[int, Binned]]:
        """Tell what is not to be asked for; return what is, as it lies in the bin."""
        binned = yield from self.reader.in_bin(places)
        there = yield from self.reader.in_module([p for p in places if p not in binned])
        ours: dict[int, Binned] = {}
        found: list[Found] = []
        for place in places:
            entry, before = binned.get(place), self._known(place)
            if entry is None:
                outcome = self._back(place, before) if place in there else _nowhere(before)
            elif not self._is_ours(place, entry):
                outcome = self._left_there(place, entry, before)
            elif place in self.against:
                outcome = self.against[place]
            else:
                ours[place] = entry
                continue
            found.append((place, self.told.rows.ids[place], outcome))
        yield from self.reader.tell(Restored, found)
        return ours

    def _is_ours(self, place: int, entry: Binned) -> bool:
        """Whether it lies in the bin because this run deleted it, as far as anybody can tell."""
        me = self.told.plan.target.user_id
        another = bool(me and entry.deleted_by) and entry.deleted_by != me
        again = self.deleted.setdefault(place, entry.deleted) != entry.deleted
        return not another and not again and self.reader.in_window(place, entry)

    def _left_there(self, place: int, entry: Binned, before: Outcome) -> Outcome:
        """Say why a record stays in the bin: a clock that was wrong may be all there is to it."""
        where, me = f"in the Recycle Bin{since(entry)}", self.told.plan.target.user_id
        mine = bool(me) and entry.deleted_by == me
        # What has been seen restored since was deleted again, whatever the clocks say.
        again = self.deleted[place] != entry.deleted or before.code == Code.NOT_BACK
        if mine and entry.deleted is not None and not again:
            message = f"{where}, which is not when this run deleted it"
            if not self.reader.knows_clock(place):
                message += " by this machine's clock; was that clock wrong?"
            return replace(before, code=Code.ANOTHER_TIME, message=message)
        return replace(before, code=Code.NOT_THIS_RUN, message=f"{where}, and not by this run")

    def _ask(self, ours: dict[int, Binned]) -> Generator[Event, None, list[int]]:
        """Ask Zoho to restore these; return those which must be looked at again."""
        self.reader.go_on()
        rows, places = self.told.rows, list(ours)
        ids = [str(rows.ids[place]) for place in places]
        self.before.update({place: self._known(place) for place in places})
        yield self.journal.record(Restoring(tuple(places)))
        try:
            answer = self.crm.restore(ids)
        except ZohoError as error:
            yield from self._unanswered(error, ours)
            return places
        self.pace.landed()
        return (yield from self._land(answer, places))

    def _unanswered(self, error: ZohoError, ours: dict[int, Binned]) -> Generator[Event]:
        """Wait if another try is worth it; raises Refused or Ended if none is."""
        if not error.result_unknown:
            yield from self._take_back(ours)
        turned_away = isinstance(error, NotAuthorized | TooManyRequests)
        if isinstance(error, Refused) and not turned_away:
            raise error
        if isinstance(error, TokenExpired):
            return
        worth_it = error.temporary or error.result_unknown
        if not worth_it or not self.pace.refused(error.wait):
            self.given_up = f"{error.detail} {self.reader.again}"
            if not error.result_unknown:
                raise Ended(self.given_up)
        # Zoho may still be at work on a request whose answer was lost: before the last look too.
        yield from self.reader.wait(self.pace.delay, f"Restoring waits. {error.detail}")

    def _land(
        self, answer: RestoreAnswer, places: Sequence[int]
    ) -> Generator[Event, None, list[int]]:
        """Tell what the answer says of each record; return those of which it says too little."""
        found: list[Found] = []
        again: list[int] = []
        claimed: list[Found] = []
        for place in places:
            record_id = self.told.rows.ids[place]
            if (outcome := self._outcome(answer, place, str(record_id))) is None:
                again.append(place)
            elif outcome.state is State.RESTORED:
                claimed.append((place, record_id, outcome))
            else:
                found.append((place, record_id, outcome))
            if outcome and outcome.code == SCHEDULED:
                self.scheduled.append(place)
        yield from self.reader.tell(Restored, found)
        if answer.foreign:
            self.alarmed = True
            self.given_up = (
                "Zoho's answer speaks of ids that it was never asked to restore: "
                f"{', '.join(answer.foreign[:3])}. Look them up in Zoho CRM before going on."
            )
            # Told all the same: a failing disk is one more reason to.
            with suppress(JournalError):
                self.journal.record(Braked(self.given_up))
        yield from self._read_back(claimed)
        if answer.foreign and not again:
            yield from self._look_for_unseen()
            raise Ended(self.given_up)
        return again

    def _read_back(self, claimed: Sequence[Found]) -> Generator[Event]:
        """Believe that records are restored where they are seen in their module."""
        try:
            there = yield from self.reader.in_module([place for place, _, _ in claimed])
        except Refused as error:
            self.unread = f"What Zoho called restored could not be read back. {error.detail}"
            return
        for place, _, _ in claimed:
            if place not in there:
                self.unseen[place] = _not_back(self._known(place))
        yield from self.reader.tell(Restored, [one for one in claimed if one[0] in there])

    def _look_for_unseen(self) -> Generator[Event]:
        """Look once more for what Zoho called restored; what is not there stays open."""
        if not self.unseen:
            return
        why = "Zoho may not show yet what it has just restored."
        yield from self.reader.wait(LOOKED_AGAIN, why)
        there = yield from self.reader.in_module(list(self.unseen))
        found = [
            (place, self.told.rows.ids[place], SEEN_BACK if place in there else outcome)
            for place, outcome in self.unseen.items()
        ]
        self.unseen.clear()
        yield from self.reader.tell(Restored, found)

    def _outcome(self, answer: RestoreAnswer, place: int, record_id: str) -> Outcome | None:
        """Return what an answer tells of a record; None if it must be looked at again."""
        before = self._known(place)
        result = answer.results.get(record_id)
        if result and answer.restored(record_id):
            words = result.code, result.message
            return Outcome(State.RESTORED, *words, answer.status, result.item)
        if result and answer.scheduled(record_id):
            message = result.message or "it will be restored later"
            told = replace(before, code=SCHEDULED, message=message)
            return replace(told, status=answer.status, answer=result.item)
        self.tries[place] += 1
        if refusal := answer.refusal(record_id):
            message = f"{refusal.code}: {refusal.message}"
            told = replace(before, code=Code.NOT_RESTORED, message=message)
            self.against[place] = replace(told, status=answer.status, answer=refusal.item)
        elif self.tries[place] >= MOST_TRIES:
            message = "Zoho's answers do not tell, and it is still in the Recycle Bin"
            self.against[place] = replace(before, code=Code.NOT_RESTORED, message=message)
        return None

    def _take_back(self, ours: dict[int, Binned]) -> Generator[Event]:
        """Say of records that are in the bin, and no longer asked for, what was known before."""
        found: list[Found] = []
        for place, entry in ours.items():
            outcome = self._known(place)
            if outcome.code == Code.RESTORING:
                message = f"in the Recycle Bin{since(entry)}"
                outcome = replace(outcome, code=Code.IN_BIN, message=message)
            found.append((place, self.told.rows.ids[place], outcome))
        yield from self.reader.tell(Restored, found)

    def _follow(self) -> Generator[Event]:
        """Look for what Zoho has scheduled until it is back or patience ends."""
        waited, seconds = 0.0, _FIRST_LOOK
        while self.scheduled:
            if waited >= FOLLOWED:
                raise Ended(
                    f"{len(self.scheduled)} records are scheduled to be restored and were not "
                    f"seen yet after {FOLLOWED / 60:.0f} minutes. {self.reader.again}"
                )
            why = f"Zoho restores {len(self.scheduled)} records later."
            yield from self.reader.wait(seconds, why)
            waited, seconds = waited + seconds, min(_LONGEST_LOOK, seconds * 2)
            there = yield from self.reader.in_module(self.scheduled)
            rows = self.told.rows
            found = [
                (place, rows.ids[place], self._back(place, rows.outcome(place)))
                for place in self.scheduled
                if place in there
            ]
            self.scheduled = [place for place in self.scheduled if place not in there]
            yield from self.reader.tell(Restored, found)

    def _known(self, place: int) -> Outcome:
        return self.before.get(place) or self.told.rows.outcome(place)

    def _back(self, place: int, before: Outcome) -> Outcome:
        """Tell of a record that is in its module again."""
        if place in self.before or was_asked_back(before):
            return SEEN_BACK
        return Outcome(State.RESTORED, Code.THERE_ALREADY, "it was in its module already")


def _not_back(before: Outcome) -> Outcome:
    message = "Zoho said that it was restored, and it was not in its module afterwards"
    return replace(before, state=State.DELETED, code=Code.NOT_BACK, message=message)


def _nowhere(before: Outcome) -> Outcome:
    message = "neither in its module nor in the Recycle Bin"
    return replace(before, code=Code.NOT_IN_BIN, message=message)


def _refused(error: Refused) -> str:
    """Say what is missing, where a refusal tells."""
    if error.code == "OAUTH_SCOPE_MISMATCH":
        remedy = (
            "To undo a run takes the scopes ZohoCRM.settings.recycle_bin.READ and "
            "ZohoCRM.settings.recycle_bin.UPDATE: sign in with them and press u again."
        )
    elif error.code in {"NO_PERMISSION", "AUTHORIZATION_FAILED"}:
        remedy = (
            "Your user may not restore them: administrators may restore any record, others only "
            "what they deleted themselves."
        )
    else:
        return error.detail
    return f"{error.detail} {remedy}"
