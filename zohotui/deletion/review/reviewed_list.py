"""An id list and all that its review told: what may go, what is held, and what somebody decided.

Nothing here reads Zoho or touches a disk; the screen, a test and a plan all ask the same object.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from zohotui.deletion.journal.snapshot import Snapshot
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.events import GuardTold, Reviewed, ReviewEnded, ReviewEvent, Reviewing
from zohotui.deletion.model.outcome import ENTERED, Outcome, State
from zohotui.deletion.model.rows import Rows, spans
from zohotui.deletion.review.figure_columns import FigureColumns
from zohotui.deletion.review.guards import release
from zohotui.deletion.review.record_columns import Details
from zohotui.deletion.review.review import LastReview, is_stale
from zohotui.zoho.records import Record, same_moment

TAKEN_OUT = Outcome(State.HELD, Code.TAKEN_OUT, "you took it out of the list")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a whole review saw of the records of a list."""

    details: Details
    figures: FigureColumns
    """What can be summed up."""
    changed: dict[int, str]
    """By place: of those that were changed since, what was seen before that."""

    def modified(self, place: int) -> str:
        """Return it as Zoho wrote it, or empty."""
        return self.changed.get(place) or self.details.modified(place)


@dataclass(frozen=True, slots=True)
class _AsPlanned:
    """When records had been changed last as a plan has it, and else as the last review saw it."""

    by_id: Mapping[int, Record]
    ids: Sequence[int]
    last: Seen | None

    def modified(self, place: int) -> str:
        """Return it as Zoho wrote it, or empty."""
        planned = self.by_id.get(self.ids[place])
        if planned is not None and planned.modified:
            return planned.modified
        return self.last.modified(place) if self.last else ""


class ReviewedList:
    """The ids of a list in their order, each with what the review told of it.

    Written by one thread; the snapshot is written by the review's until that has ended.
    """

    def __init__(
        self,
        ids: Sequence[int] = (),
        *,
        barred: Mapping[int, Outcome] | None = None,
        as_planned: Mapping[int, Record] | None = None,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the ids, and a clock that nobody puts back, in seconds from anywhere.

        `barred`: ids that are held, and why: their address names another place, or an owner keeps
        them. They stay so whatever a review says, and no review reads them. `as_planned`: by id,
        what a plan shows of a record; changed since, it is held until somebody releases it.
        """
        self.rows = Rows(ids)
        self.barred: frozenset[int] = frozenset()
        """Places of the ids that are held whatever a review says."""
        if barred:
            self._hold(barred)
        self._as_planned = as_planned or {}
        self._steady = steady
        self.began: float | None = None
        """When the review began that counts, in seconds since the epoch; None if none does."""
        self.unguarded: tuple[str, ...] = ()
        """Which guards of the profile protected nothing in the last review, in sentences."""
        self.guards: tuple[GuardTold, ...] = ()
        """What each guard of the profile did in the last review."""
        self.unknown: tuple[str, ...] = ()
        """What the last review could not know, in sentences."""
        self.why = ""
        """Why the last review ended before each id was read; empty if it did not."""
        self.forbidden = False
        """Whether the reason is that this sign-in may not read the module at all."""
        self.snapshot: Snapshot | None = None
        """The saved copies, until a run takes them along."""
        self.seconds_a_call: float | None = None
        self.said_right = False
        """Whether the admin has said that the ids are right although they look rounded."""
        self.seen: Seen | None = None
        """What the last whole review saw of the records; None without one."""
        self._compared: LastReview | None = None
        """What the review that is under way is compared with."""
        self._reading: Details | None = None
        self._cut_short: Details | None = None
        """What a review read that ended before each id was: it counts for nothing but the names."""
        self._reading_figures = FigureColumns(0)
        self._changed: dict[int, str] = {}
        self._begins = self._begins_steady = 0.0
        self._taken: dict[int, Outcome] = {}
        """What is taken out, and what would be said of it otherwise."""
        self._released: dict[int, tuple[Outcome, Outcome]] = {}
        """What was let go after all, and what it was held for."""

    def _hold(self, barred: Mapping[int, Outcome]) -> None:
        held = [place for place, one in enumerate(self.rows.ids) if one in barred]
        self.barred = frozenset(held)
        for outcome, alike in groupby(held, lambda place: barred[self.rows.ids[place]]):
            for start, number in spans(alike):
                self.rows.set_all(start, number, outcome)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def to_read(self) -> int:
        """How many ids a review reads."""
        return len(self.rows) - len(self.barred)

    def record(self, place: int) -> Record | None:
        """Return what is shown of the record at this place; None if it was not read.

        What no review reads is shown as its plan has it.
        """
        record_id = self.rows.ids[place]
        seen = self.seen.details if self.seen else None
        for details in (self._reading, self._cut_short, seen):
            if details and (record := details.get(place, record_id)):
                return record
        return self._as_planned.get(record_id) if place in self.barred else None

    @property
    def is_read(self) -> bool:
        """Whether any review has begun, so that names may be known."""
        return any(one is not None for one in (self.seen, self._reading, self._cut_short))

    def last_review(self, *, looked: bool) -> LastReview | None:
        """Begin to compare a new review with the last one, and return that.

        `looked`: somebody has seen what the last one told, so its changes are known. Where the list
        is of a plan, that counts in its place, however often the list is read.
        """
        last = None if looked else self.seen
        if self._as_planned:
            self._compared = _AsPlanned(self._as_planned, self.rows.ids, last)
        else:
            self._compared = last
        return self._compared

    def follow(self, event: ReviewEvent) -> None:
        """Take in one event of a review; whatever the earlier one told stops to count."""
        match event:
            case Reviewing(at=at):
                self.began, self.why, self.forbidden = None, "", False
                self.unknown = self.unguarded = ()
                self.guards = ()
                self._begins, self._begins_steady = at, self._steady()
                self._changed = {}
                self._reading, self._cut_short = Details(len(self.rows)), None
                self._reading_figures = FigureColumns(len(self.rows), event.money)
                self._unready()
            case Reviewed(places, outcomes, records, figures):
                for place, outcome, record in zip(places, outcomes, records, strict=True):
                    self._take_in(place, outcome, record)
                for place, one in zip(places, figures, strict=bool(figures)):
                    self._reading_figures.put(place, one)
            case ReviewEnded(why, unknown, forbidden, unguarded, guards):
                self._end(why, unknown, forbidden=forbidden)
                self.unguarded, self.guards = unguarded, guards
            case _:
                pass

    def _unready(self) -> None:
        """Let nothing count as ready that the review which begins has not told to be."""
        self.rows.unready()
        for place, outcome in self._taken.items():
            if outcome.state is State.READY:
                self._taken[place] = ENTERED

    def _take_in(self, place: int, outcome: Outcome, record: Record | None) -> None:
        if place in self.barred:
            return
        if record is not None and self._reading is not None:
            self._reading.put(place, record)
            # Also of what is held for another reason: that may pass, and nobody has looked.
            was = self._compared.modified(place) if self._compared else ""
            if was and not same_moment(was, record.modified):
                self._changed[place] = was
        if place in self._released:
            released, held = self._released[place]
            if outcome == held and self._is_as_released(place, record):
                outcome = released
            else:
                del self._released[place]
        if place in self._taken:
            self._taken[place] = outcome
            outcome = TAKEN_OUT
        self.rows.set_all(place, 1, outcome)

    def _is_as_released(self, place: int, record: Record | None) -> bool:
        """Whether nobody has changed a record since the review by which it was released."""
        if self.seen is None or record is None:
            return False
        return same_moment(self.seen.details.modified(place), record.modified)

    def _end(self, why: str, unknown: tuple[str, ...], *, forbidden: bool) -> None:
        self.why, self.unknown, self.forbidden = why, unknown, forbidden
        if not why and self._reading is not None:
            self.began = self._begins
            self.seen = Seen(self._reading, self._reading_figures, self._changed)
        if forbidden:
            # What an earlier review found ready is what nobody knows anything of now.
            for place in list(self.rows.places({State.READY})):
                self.rows.set_all(place, 1, ENTERED)
        if why:
            # It may be told twice: by the review itself, and by the admin who stopped it.
            self._cut_short = self._reading or self._cut_short
        self._reading = None

    def not_to_be_read(self, at: float, why: str) -> None:
        """Say that nobody may read these records, as a review says that was refused.

        `at`: seconds since the epoch, from which the sentence counts as long as after a review.
        """
        self._begins, self._begins_steady = at, self._steady()
        self.began, self.forbidden, self.why = None, True, why

    def cancel(self) -> None:
        """Say that a review was ended by somebody: it does not count."""
        self._end("The review was stopped.", (), forbidden=False)
        # It may have been whole by then.
        self.began = None

    def expire(self) -> None:
        """Say that the review does not count any more, nor that nothing could be read."""
        self.began, self.forbidden = None, False

    def is_fresh(self, now: float, minutes: int) -> bool:
        """Whether the review counts at this moment, in seconds since the epoch.

        Of its ages by both clocks the greater one counts: this one may have been put back, and the
        steady one may stand still while the machine sleeps.
        """
        return self.began is not None and not self._is_stale(now, minutes)

    def is_armed(self, now: float, minutes: int) -> bool:
        """Whether a sentence counts at this moment: the list was read, or tried to be, just now."""
        tried = self.forbidden and not self._is_stale(now, minutes)
        return tried or self.is_fresh(now, minutes)

    def _is_stale(self, now: float, minutes: int) -> bool:
        steady = is_stale(self._begins_steady, self._steady(), minutes)
        return steady or is_stale(self._begins, now, minutes)

    @property
    def taken_out(self) -> list[int]:
        """The ids that were taken out."""
        return [self.rows.ids[place] for place in self._taken]

    def take_out(self, places: Iterable[int]) -> int:
        """Take rows out of the list; return how many were not out yet."""
        number = 0
        for place in list(places):
            if place not in self._taken and self.rows.state(place) is not State.MISSING:
                self._taken[place] = self.rows.outcome(place)
                self.rows.set_all(place, 1, TAKEN_OUT)
                number += 1
        return number

    def put_back(self, places: Iterable[int]) -> int:
        """Put rows back as they were; return how many were out."""
        number = 0
        for place in list(places):
            if place in self._taken:
                self.rows.set_all(place, 1, self._taken.pop(place))
                number += 1
        return number

    def may_release(self, place: int) -> bool:
        """Whether the row at this place is held for a reason that somebody may overrule."""
        held = self.rows.state(place) is State.HELD
        decided = place in self._taken or place in self.barred
        return held and not decided and self.began is not None

    def release(self, place: int, reason: str) -> None:
        """Let one held record go after all; raises ValueError without a reason in words."""
        held = self.rows.outcome(place)
        released = release(held, reason)
        self._released[place] = released, held
        self.rows.set_all(place, 1, released)

    @property
    def released(self) -> dict[int, Outcome]:
        """What is deleted although it was held: place → what is said of it."""
        return {place: outcome for place, (outcome, _) in self._released.items()}

    def changes(self, places: Sequence[int]) -> tuple[str, str]:
        """Return the oldest and the newest change of these, as Zoho wrote them; may be empty."""
        return self.seen.details.span(places) if self.seen else ("", "")
