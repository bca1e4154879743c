"""What is known of a run: what one function makes of its events, live and read back alike.

The journal of a run under way has one, which its engine decides by; the screen has another, that
follows the same events; read back from its file a journal makes a third. They cannot differ but for
what a disk did not take.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zohotui.deletion.model.events import (
    FOUND,
    UNTOLD,
    Begun,
    Braked,
    Compared,
    CutOff,
    Event,
    Finished,
    Landed,
    Recorded,
    Release,
    Released,
    Resolved,
    Restored,
    Restoring,
    Resumed,
    Returned,
    Saved,
    Sent,
    Verified,
)
from zohotui.deletion.model.home import Home
from zohotui.deletion.model.outcome import AWAY, ENTERED, LOST, State, maybe_back
from zohotui.deletion.model.plan import Batch, Plan
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.skews import Skews
from zohotui.deletion.model.timeline import Timeline
from zohotui.zoho.zoho_clock import Skew

_DOUBTED = FOUND | {State.ENTERED, State.NOT_SENT, State.SENDING}
"""What can turn out to be unknown: a journal may have lost its end."""


@dataclass(frozen=True, slots=True)
class Sums:
    """How many ids are in each state behind an event, as the journal tells it in its line."""

    tally: Mapping[State, int]
    asked_back: int
    """How many of them an undo asked for that nobody has seen since."""
    ended: bool
    """Whether the run was over before."""


@dataclass(eq=False, slots=True)
class RunState:
    """What is known of a run. Written by one thread."""

    plan: Plan
    rows: Rows = field(init=False)
    finished: bool = False
    """Whether nothing more of it will leave."""
    sent: dict[int, float] = field(default_factory=dict)
    """When each batch left last, by its number, in seconds since the epoch."""
    landed: dict[int, float] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    """How many ids each batch carries."""
    senders: dict[int, str] = field(default_factory=dict)
    """Who sent a batch, by its number, where that was not the plan's user: an id, or UNTOLD."""
    flights: dict[int, Batch] = field(default_factory=dict)
    """Each batch that has left and not landed, by its number."""
    skews: Skews = field(default_factory=Skews)
    """How far the clock of those times was from Zoho's."""
    timeline: Timeline = field(default_factory=Timeline)
    released: list[Release] = field(default_factory=list)
    saved: list[Saved] = field(default_factory=list)
    """The files with copies of its records, the first part's first."""
    said_right: str = ""
    """What the admin said is right although it looks rounded, when the run went on."""
    foreign: list[str] = field(default_factory=list)
    """Ids that Zoho answered although they were never sent."""
    alarms: list[str] = field(default_factory=list)
    """Why it paused itself where going on settles nothing, as sentences."""
    brake: str = ""
    """Why it paused itself last, as a sentence; empty if it has sent more since."""
    cut_off: str = ""
    """What ended the program in the middle, see Cause; empty unless that was the last of it."""
    unjournaled: int = 0
    """Outcomes that the disk did not take."""
    home: Home | None = None
    """Where it was written last, as far as it tells; None if it was begun before that was told."""
    tool: str = ""
    """Name and version of the program that began it."""
    began: float | None = None
    """When it was begun, in seconds since the epoch."""
    asked: float | None = None
    """When Zoho was last asked to restore records, in seconds since the epoch."""
    last: float | None = None
    """When its last event was recorded."""
    lines: int = 0
    """Events that were recorded."""
    _alarming: bool = False
    """Whether a pause would be for ids that were answered and never asked for."""

    def __post_init__(self) -> None:
        """Begin with every id entered."""
        self.rows = Rows.of(self.plan)
        # Of a plan that restores nothing is ever sent to be deleted.
        self.finished = self.plan.restores

    def apply(self, event: Event) -> None:
        """Take in one event."""
        if isinstance(event, Recorded) and event.at is not None:
            self._note(event, event.at)
        match event:
            case Sent() | Landed() | Returned():
                self._batch(event)
            case Resolved() | Verified() | Restored() | Compared():
                self.end_flights()
                self.rows.set_each(event.places, event.outcomes)
                # The line that ended the run may be one that the disk did not keep.
                self.finished = self.finished or event.ended
            case Restoring(places):
                self.end_flights()
                self.rows.restoring(places)
                self.asked, self._alarming = event.at, True
            case Resumed(_, said_right):
                self.end_flights()
                self.said_right = said_right or self.said_right
                self.finished = False
                self.rows.reopen()
            case Finished():
                self.end_flights()
                self.finished = True
                self.rows.close()
            case Recorded():
                self._beside(event)
            case _:
                pass

    def _beside(self, event: Recorded) -> None:
        """Take in what changes the fate of no id."""
        match event:
            case Begun(_, tool):
                self.tool, self.began = tool, event.at
            case Braked(why) if self._alarming:
                self.alarms.append(why)
            case Braked(why):
                self.brake = why
            case CutOff(by):
                self.cut_off = by
            case Released(records):
                self.released += records
            case Saved():
                self.saved.append(event)
            case _:
                pass

    def _note(self, event: Recorded, at: float) -> None:
        self.lines += 1
        self.last = at
        self.cut_off = ""
        self.home = event.home or self.home
        self.skews.apply(event)
        if not isinstance(event, Sent | Landed | Returned):
            self.timeline.apply(event)

    def _batch(self, event: Sent | Landed | Returned) -> None:
        batch, at = event.batch, event.at
        number, size = batch.number, len(batch.ids)
        match event:
            case Sent(_, by):
                self.flights[number], self.sizes[number] = batch, size
                self._sent_by(number, by)
                if at is not None:
                    self.sent[number] = at
                self.rows.sending(batch.start, size)
                self._alarming, self.brake = False, ""
            case Landed(_, outcomes, foreign):
                self.flights.pop(number, None)
                self.rows.set(batch.start, outcomes)
                if at is None:
                    self.unjournaled += size
                else:
                    self.landed[number] = at
                if foreign:
                    self._alarming = True
                    self.foreign += foreign
            case Returned():
                for known in (self.flights, self.sent, self.sizes, self.senders):
                    known.pop(number, None)
                self.rows.set_all(batch.start, size, ENTERED)

    def _sent_by(self, number: int, by: str) -> None:
        # A full disk may not have taken that it came back from another.
        self.senders.pop(number, None)
        if by:
            self.senders[number] = by

    def end_flights(self) -> None:
        """Say of every batch that has not landed by now that it never will."""
        for batch in self.flights.values():
            self.rows.set_all(batch.start, len(batch.ids), LOST)
        self.flights.clear()

    def check(self, event: Recorded) -> None:
        """Raise ValueError for an event that cannot follow upon what is known, see events.py."""
        match event:
            case Sent(batch):
                # A second time is well while it has not landed: a full disk may not have taken
                # that it came back.
                landed = batch.number in self.sent and batch.number not in self.flights
                if self.finished or landed:
                    raise ValueError("a batch that has landed leaves no second time")
            case Landed(batch) | Returned(batch):
                if batch.number not in self.flights:
                    raise ValueError("a batch lands once, and after it has left")
            case Restoring(places):
                self._check_states(places, AWAY)
            case Resolved() | Verified() | Restored() | Compared():
                both = zip(event.places, event.outcomes, strict=True)
                known = [place for place, one in both if one.state is not State.UNKNOWN]
                # What was never sent can be doubted, and nothing else can be known of it.
                self._check_states(known, FOUND | {State.SENDING})
                self._check_states(event.places, _DOUBTED)
            case _:
                pass

    def _check_states(self, places: Sequence[int], states: frozenset[State]) -> None:
        if not set(map(self.rows.state, places)) <= states:
            raise ValueError("nothing of the kind can be known of these ids")

    def sums_with(self, event: Recorded) -> Sums:
        """Count the ids by state as they will be once this event is taken in.

        What is in flight counts as unknown: the one who reads the line knows no more.
        """
        tally, asked_back = Counter(self.rows.tally), self.rows.asked_back
        tally[State.UNKNOWN] += tally.pop(State.SENDING, 0)
        match event:
            case Finished():
                tally[State.NOT_SENT] += tally.pop(State.ENTERED, 0)
            case Restoring(places):
                asked_back += sum(not maybe_back(self.rows.outcome(place)) for place in places)
            case Resolved() | Verified() | Restored() | Compared():
                for place, outcome in zip(event.places, event.outcomes, strict=True):
                    before = self.rows.outcome(place)
                    tally[State.UNKNOWN if before.state is State.SENDING else before.state] -= 1
                    tally[outcome.state] += 1
                    asked_back += maybe_back(outcome) - maybe_back(before)
            case _:
                pass
        return Sums({s: tally[s] for s in State if tally[s]}, asked_back, self.finished)

    def sender(self, place: int) -> str:
        """Return the id of the user who sent the id at a place; empty if that is not known."""
        by = self.senders.get(self.plan.batch_number(place), self.plan.target.user_id)
        return "" if by == UNTOLD else by

    @property
    def other_senders(self) -> list[str]:
        """Name those who sent batches beside the plan's user, in words."""
        told = dict.fromkeys(self.senders.values())
        return ["a user not named by Zoho" if by == UNTOLD else f"user id {by}" for by in told]

    @property
    def lasting(self) -> list[str]:
        """Say what must be told to the end, whatever becomes of the ids."""
        if self.alarms or not self.foreign:
            return self.alarms
        few = ", ".join(self.foreign[:3])
        return [f"Zoho's answers named ids that were never sent: {few}. Look them up."]

    @property
    def spent(self) -> frozenset[int]:
        """Numbers of the batches that must never leave again.

        They have left; or something is known of an id of theirs, though nothing tells when it left.
        """
        numbers, end = set(self.sent), len(self.plan.ids)
        for start, count, outcome in self.rows.alike():
            if start < end and outcome.state is not State.ENTERED:
                last = self.plan.batch_number(min(start + count, end) - 1)
                numbers.update(range(self.plan.batch_number(start), last + 1))
        return frozenset(numbers)

    def first_deleted(self, now: Skew | None = None) -> float | None:
        """Return when by Zoho's clock the first request left whose records are, or may be, away.

        Of a run that restores what others deleted: when the first of that was deleted.

        `now`: how far this machine's clock is off, for times of which the journal does not tell.
        """
        if self.plan.restores:
            return self.plan.first_deletion
        by_zoho = []
        for number, at in self.sent.items():
            skew = self.skews.of(number)[0] or now
            by_zoho.append((at - skew.ahead if skew else at, number))
        for at, number in sorted(by_zoho):
            start, size = self.plan.span(number)
            if any(self.rows.state(place) in AWAY for place in range(start, start + size)):
                return at
        return None
