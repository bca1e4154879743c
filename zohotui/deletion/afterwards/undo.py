"""Bring back from the Recycle Bin what a run deleted: exactly that, and nothing else.

Or, of a run that restores what others deleted, what was in it by the deletions that it names.

1. Undoing; then the org is checked. Two hundred records at a time:
2. Look where they are (whereabouts.py), and ask what that means (verdicts.py). What is not to be
   asked for is told: Restored.
3. Ask for the rest: journal `restoring` + fdatasync → Restoring → POST.
4. An answer that says yes is read back: what is in its module is told, Restored. What is not is
   looked for once more at the end, and told then, one way or the other.
5. An answer that was lost, or that says no: Waiting, and back to 2 with these; until the answers
   have failed to tell often enough, or patience ends.
6. What Zoho has scheduled is looked for at the end until it is back or patience ends: Waiting,
   Restored.
7. It ends with StepEnded, which says what stands in the way of the rest, and how the admin goes on:
   also after a stop, a refusal, or an answer about ids that were never asked for.

It asks for nothing but what the bin says was deleted while the run's request was under way, and
only once `restoring` is on the disk. It calls nothing restored that it has not seen in its module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from zohotui.deletion.afterwards.halves import halves
from zohotui.deletion.afterwards.verdicts import Asked, Undecided, not_back, undo_verdict
from zohotui.deletion.afterwards.whereabouts import (
    IDS_UNKNOWN,
    Route,
    Search,
    Spot,
    Whereabouts,
)
from zohotui.deletion.afterwards.window import Window
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.events import Braked, Event, Restored, Restoring, StepEnded, Undoing
from zohotui.deletion.model.outcome import AWAY, SEEN_BACK, Outcome, State, binned_by_others
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.reads.org_check import check_org
from zohotui.deletion.reads.pace import Pace
from zohotui.deletion.reads.reads import Ending, ReadingEnded, Reads
from zohotui.deletion.reads.work import Work
from zohotui.zoho.errors import NotAuthorized, Refused, TokenExpired, TooManyRequests, ZohoError
from zohotui.zoho.limits import MOST_BINNED
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

_WAY = Route((Spot.BIN, Spot.MODULE), needs_bin=True)


def undo(told: RunState, work: Work) -> Generator[Event]:
    """Restore the records that a run deleted, yielding an event a step; ends after StepEnded.

    Only ids that are `deleted` or `verified` are looked for, and of those only what the bin says
    was deleted while the run's request for it was under way, give or take what clocks may differ
    by. The caller holds the lock of the plan. Ends early, and says why, if the org cannot be read
    or is not the run's, if Zoho refuses, or if the levers are stopped or abandoned; what has left
    is waited for.
    """
    levers, times = work.levers, work.times
    ending = Ending("[undo] looks again and goes on.", "Nothing was restored.", stop_ends_it=True)
    reads: Reads[Event] = Reads(levers, times, 1, ending)
    work.tell_skews()
    search = Search(told, work.crm, reads, Window(told, work.crm.clock, times))
    yield from _Undo(told, work, reads, search, Pace(1, times.clock)).events()


@dataclass
class _Undo:
    """What undoing remembers between two events."""

    told: RunState
    work: Work
    reads: Reads[Event]
    search: Search
    pace: Pace
    """That of the requests to restore; the reads have one of their own."""
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
        obstacle = IDS_UNKNOWN if places and self.told.plan.by_value else obstacle
        if obstacle or not places:
            yield StepEnded(obstacle)
            return
        yield Undoing(len(places))
        try:
            yield from check_org(self.reads, self.work.crm, self.told.plan.target)
            for start in range(0, len(places), MOST_BINNED):
                yield from self._bring_back(places[start : start + MOST_BINNED])
            yield from self._look_for_unseen()
            yield from self._follow()
        except ZohoError as error:
            yield StepEnded(_refused(error))
        except (ReadingEnded, JournalError) as why_not:
            yield StepEnded(str(why_not), alarm=self.alarmed)
        else:
            yield StepEnded(self.unread)

    def _obstacle(self) -> str:
        if self.told.plan.permanent:
            return "The module has no Recycle Bin: nothing can be restored."
        if self.work.crm.read_only:
            return "This session is read-only: nothing can be restored in it."
        return ""

    def _bring_back(self, places: Sequence[int]) -> Generator[Event]:
        """Look and ask, until nothing of one request's worth of ids is unknown."""
        for memory in (self.before, self.deleted, self.against, self.tries):
            memory.clear()
        while places:
            ours = yield from self._look(places)
            if self.given_up:
                yield from self._take_back(ours)
                raise ReadingEnded(self.given_up)
            places = (yield from self._ask(ours)) if ours else []

    def _look(self, places: Sequence[int]) -> Generator[Event, None, dict[int, Whereabouts]]:
        """Tell what is not to be asked for; return what is, as it is in the bin."""
        whereabouts = yield from self.search.find(places, _WAY)
        ours: dict[int, Whereabouts] = {}
        found: dict[int, Outcome] = {}
        for place in places:
            where = whereabouts[place]
            verdict = undo_verdict(self._asked(place, where), where)
            if isinstance(verdict, Undecided):
                ours[place] = where
            else:
                found[place] = verdict
        yield from self._tell(found)
        return ours

    def _asked(self, place: int, where: Whereabouts) -> Asked:
        """Gather what this undo knows of a record; the bin's word counts as it was at first."""
        if where.spot is Spot.BIN:
            self.deleted.setdefault(place, where.moment)
        return Asked(
            self._known(place),
            asked=place in self.before,
            first_seen=self.deleted.get(place),
            against=self.against.get(place),
        )

    def _ask(self, ours: Mapping[int, Whereabouts]) -> Generator[Event, None, list[int]]:
        """Ask Zoho to restore these; return those which must be looked at again."""
        self.reads.go_on()
        places = list(ours)
        before = {place: self._known(place) for place in places}
        event = self.work.journal.record(Restoring(tuple(places)))
        self.before.update(before)
        yield event
        try:
            answer = self.work.crm.restore([*map(self.search.id, places)])
        except ZohoError as error:
            yield from self._unanswered(error, ours)
            return places
        self.pace.landed()
        return (yield from self._land(answer, places))

    def _unanswered(self, error: ZohoError, ours: Mapping[int, Whereabouts]) -> Generator[Event]:
        """Wait if another try is worth it; raises Refused or ReadingEnded if none is."""
        if not error.result_unknown:
            yield from self._take_back(ours)
        turned_away = isinstance(error, NotAuthorized | TooManyRequests)
        if isinstance(error, Refused) and not turned_away:
            raise error
        if isinstance(error, TokenExpired):
            return
        worth_it = error.temporary or error.result_unknown
        if not worth_it or not self.pace.refused(error.wait):
            self.given_up = self.reads.given_up(error)
            if not error.result_unknown:
                raise ReadingEnded(self.given_up)
        # Zoho may still be at work on a request whose answer was lost: before the last look too.
        yield from self.reads.wait(self.pace.delay, f"Restoring waits. {error.detail}")

    def _land(
        self, answer: RestoreAnswer, places: Sequence[int]
    ) -> Generator[Event, None, list[int]]:
        """Tell what the answer says of each record; return those of which it says too little."""
        found: dict[int, Outcome] = {}
        again: list[int] = []
        claimed: dict[int, Outcome] = {}
        for place in places:
            if (outcome := self._outcome(answer, place, self.search.id(place))) is None:
                again.append(place)
            elif outcome.state is State.RESTORED:
                claimed[place] = outcome
            else:
                found[place] = outcome
            if outcome and outcome.code == SCHEDULED:
                self.scheduled.append(place)
        yield from self._tell(found)
        if answer.foreign:
            self.alarmed = True
            self.given_up = (
                "Zoho's answer speaks of ids that it was never asked to restore: "
                f"{', '.join(answer.foreign[:3])}. Look them up in Zoho CRM before going on."
            )
            # Told all the same: a failing disk is one more reason to.
            with suppress(JournalError):
                self.work.journal.record(Braked(self.given_up))
        yield from self._read_back(claimed)
        if answer.foreign and not again:
            yield from self._look_for_unseen()
            raise ReadingEnded(self.given_up)
        return again

    def _read_back(self, claimed: Mapping[int, Outcome]) -> Generator[Event]:
        """Believe that records are restored where they are seen in their module."""
        try:
            there = yield from self.search.in_module(list(claimed))
        except ZohoError as error:
            self.unread = f"The restored records could not be checked. {error.detail}"
            return
        self.unseen |= {p: not_back(self._known(p)) for p in claimed if p not in there}
        yield from self._tell({p: outcome for p, outcome in claimed.items() if p in there})

    def _look_for_unseen(self) -> Generator[Event]:
        """Look once more for what Zoho called restored; what is not there stays open."""
        if not self.unseen:
            return
        why = "Zoho may not show the restored records yet."
        yield from self.reads.wait(LOOKED_AGAIN, why)
        there = yield from self.search.in_module(list(self.unseen))
        found = {p: SEEN_BACK if p in there else outcome for p, outcome in self.unseen.items()}
        self.unseen.clear()
        yield from self._tell(found)

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
            message = "Zoho's answers do not say, and it is still in the Recycle Bin"
            self.against[place] = replace(before, code=Code.NOT_RESTORED, message=message)
        return None

    def _take_back(self, ours: Mapping[int, Whereabouts]) -> Generator[Event]:
        """Say of records that are in the bin, and no longer asked for, what was known before."""
        found: dict[int, Outcome] = {}
        for place, where in ours.items():
            outcome = self._known(place)
            if outcome.code == Code.RESTORING and where.by_others:
                outcome = binned_by_others(where.since)
            elif outcome.code == Code.RESTORING:
                message = f"in the Recycle Bin{where.since}"
                outcome = replace(outcome, code=Code.IN_BIN, message=message)
            found[place] = outcome
        yield from self._tell(found)

    def _follow(self) -> Generator[Event]:
        """Look for what Zoho has scheduled until it is back or patience ends."""
        waited, seconds = 0.0, _FIRST_LOOK
        while self.scheduled:
            if waited >= FOLLOWED:
                raise ReadingEnded(
                    f"{len(self.scheduled)} records are scheduled to be restored and were "
                    f"not seen after {FOLLOWED / 60:.0f} minutes. {self.reads.ending.way_on}"
                )
            why = f"Zoho restores {len(self.scheduled)} records later."
            yield from self.reads.wait(seconds, why)
            waited, seconds = waited + seconds, min(_LONGEST_LOOK, seconds * 2)
            there = yield from self.search.in_module(self.scheduled)
            found = {place: SEEN_BACK for place in self.scheduled if place in there}
            self.scheduled = [place for place in self.scheduled if place not in there]
            yield from self._tell(found)

    def _known(self, place: int) -> Outcome:
        return self.before.get(place) or self.told.rows.outcome(place)

    def _tell(self, found: Mapping[int, Outcome]) -> Iterator[Event]:
        if found:
            yield self.work.journal.record(Restored(*halves(found)))


def _refused(error: ZohoError) -> str:
    """Say what is missing, where a refusal tells."""
    if error.code == "OAUTH_SCOPE_MISMATCH":
        remedy = (
            "Undo needs the scopes ZohoCRM.settings.recycle_bin.READ and "
            "ZohoCRM.settings.recycle_bin.UPDATE: sign in with them, then [undo] goes on."
        )
    elif error.code in {"NO_PERMISSION", "AUTHORIZATION_FAILED"}:
        remedy = (
            "Your user may not restore them. Administrators can restore any record, others "
            "only what they deleted themselves."
        )
    else:
        return error.detail
    return f"{error.detail} {remedy}"
