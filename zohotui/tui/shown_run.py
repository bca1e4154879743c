"""One run as the screen follows it: what is known of it, how its work gets on, what is left open.

1. `begin` makes ready for a job; `follow` takes in each of its events, and they are told in full
   once the step that they belong to has ended.
2. `rest` adds up what is left open once nothing is under way.
3. `final_rows` tells the end even if the screen went before the run did: the journal knows more
   then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from zohotui.deletion.afterwards.compare import uncompared
from zohotui.deletion.jobs import Job
from zohotui.deletion.journal.home import moved
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.saved_copies import snapshots_of
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.last_words import End
from zohotui.deletion.look_back import EarlierRun
from zohotui.deletion.model.events import (
    Comparing,
    ComparisonEnded,
    Event,
    Finished,
    Resolving,
    Sent,
    StepEnded,
    Undoing,
    Unpaused,
    Verifying,
)
from zohotui.deletion.model.outcome import State, differs, is_open, is_unproven
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.review import selection
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui.words.headway import Headway
from zohotui.tui.words.run import alarm_of, remark_on
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.records import Record


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What could still be told of a run, when nothing was under way last."""

    in_doubt: int = 0
    """Ids of which reading may tell more."""
    unproven: int = 0
    """Ids that Zoho said it deleted and that looking may tell more of."""
    to_compare: int = 0
    """Restored records that could still be compared with their saved copies."""
    differing: int = 0
    """Restored records that are not as they were saved."""

    @property
    def can_be_read(self) -> bool:
        """Whether reading may tell more of any id."""
        return self.in_doubt + self.unproven + self.to_compare > 0

    @classmethod
    def of(cls, run: RunState, journal: Path | None) -> LeftOpen:
        """Add up."""
        rows = run.rows
        saved = journal is not None and bool(snapshots_of(journal, run.saved))
        return cls(
            in_doubt=len(rows.any_like(is_open)) + rows.asked_back,
            unproven=len(rows.any_like(is_unproven)),
            to_compare=len(uncompared(rows)) if saved else 0,
            differing=len(rows.any_like(differs)),
        )


@dataclass(eq=False)
class ShownRun:
    """A run and all that the screen knows of it."""

    plan: Plan
    clock: Callable[[], float]
    """Seconds from anywhere, for the rate and for the countdown."""
    begun_here: bool = True
    """Whether it is of this session."""
    read_from: Path | None = None
    """The journal that it was read back from; None for one that this session began."""
    listed: ReviewedList | None = None
    """The list that it was made of, which knows the records' names; None if they are not known."""
    saved_names: Callable[[int], Record | None] | None = None
    """Tells the names by the saved copies where no list does; None until those have been read."""
    job: Job | None = None
    """What was done with it last in this session; None if nothing was."""
    run: RunState = field(init=False)
    """What is known of it."""
    headway: Headway = field(init=False)
    """How the last job at it gets on."""
    left: LeftOpen = field(default_factory=LeftOpen)
    mishap: str = ""
    """What went wrong beside the run once it was over, as a sentence."""
    doubt: str = ""
    """What speaks against its journal, in sentences; empty if nothing does."""
    comparison: ComparisonEnded | None = None
    """What comparing came to in this session."""
    moved: str = ""
    """How its journal came from where it was begun to here, as a clause; empty if it did not."""
    alone: bool = False
    """Whether the admin has said that nobody else is at work with that run."""

    def __post_init__(self) -> None:
        """Begin with every id entered."""
        self.run = RunState(self.plan)
        self._order: Sequence[int] = selection.order(self.listed) if self.listed else ()
        self._told_all = False
        self._begin_measuring()

    @classmethod
    def of(cls, earlier: EarlierRun, clock: Callable[[], float]) -> ShownRun:
        """Show a run of an earlier session."""
        read = earlier.read
        shown = cls(read.run.plan, clock, begun_here=False, read_from=read.path)
        shown.take(read.run)
        shown.doubt = earlier.doubt
        return shown

    @property
    def rows(self) -> Rows:
        """Its ids, each with what is known of it."""
        return self.run.rows

    @property
    def finished(self) -> bool:
        """Whether nothing more of it will leave."""
        return self.run.finished

    @property
    def in_flight(self) -> int:
        """Batches that have left and not landed."""
        return len(self.run.flights)

    @property
    def journal(self) -> Path | None:
        """Its journal; None while it has none yet."""
        return (self.job.journal if self.job else None) or self.read_from

    @property
    def crm(self) -> ZohoCRM | None:
        """The client that worked at it last; None if that was in no session but an earlier one."""
        return self.job.crm if self.job else None

    @property
    def over(self) -> bool:
        """Whether nothing is in flight and nothing more will leave, whatever ended it."""
        return self.job is None or self.job.over.is_set()

    @property
    def resumable(self) -> bool:
        """Whether its process died before each id had its turn."""
        ended = self.finished or self.journal is None or not self.over
        return not ended and self.rows.count(State.ENTERED) > 0

    @property
    def began(self) -> float | None:
        """When its journal was begun, as the history says, in seconds since the epoch.

        None if that has not been written yet.
        """
        return self.run.began

    @property
    def parallel(self) -> int:
        """How many requests may be under way at once."""
        wanted = self.job.levers.parallel if self.job else None
        return wanted or self.plan.options.parallel

    @property
    def remark(self) -> str:
        """What is to be known of what an undo brought back, in sentences; empty if nothing is."""
        return remark_on(self.comparison, self.left.differing)

    @property
    def end(self) -> End:
        """Tell what became of it, even if the screen went before it did."""
        rows, run = self.final_rows(), self.run
        return End(self.plan, rows, alarm_of(run), lasts=bool(run.lasting or run.unjournaled))

    def begin(self, job: Job) -> None:
        """Make ready for another thread's work at this run."""
        self.job = job
        self.mishap = ""
        self._begin_measuring()

    def _begin_measuring(self) -> None:
        total = len(self.plan.ids)
        self.headway = Headway(self.clock, total, total - self.rows.count(State.ENTERED))

    def follow(self, event: Event) -> None:
        """Take in one event."""
        self.run.apply(event)
        self.headway.follow(event)
        match event:
            case Sent() | Resolving() | Verifying() | Undoing() | Comparing():
                self._told_all = False
            case Unpaused():
                # What it paused for is over; a journal tells that by the next batch.
                self.run.brake = ""
            case Finished() | StepEnded() | ComparisonEnded():
                self._told_all = True
            case _:
                pass
        if isinstance(event, StepEnded) and event.alarm:
            self.run.alarms.append(event.why)

    def take(self, told: RunState) -> None:
        """Take over what the journal tells; nobody else may hold it."""
        self.run = told
        self.moved = moved(told.home, self.journal)
        self._told_all = True
        self.rest()

    def read_back(self) -> None:
        """Tell by the journal what became of each id: the thread has died in the middle."""
        try:
            told = replay(self.journal) if self.journal is not None else None
        except JournalError:
            told = None
        if told is None:
            self.rows.close()
        else:
            self.take(told)

    def rest(self) -> None:
        """Add up what is left open now that nothing is under way."""
        self.left = LeftOpen.of(self.run, self.journal)

    def final_rows(self) -> Rows:
        """Tell what became of each id, even if the screen went before the run did.

        The journal has then seen more than the screen.
        """
        if not self._told_all and self.journal is not None and not self.run.unjournaled:
            with suppress(JournalError):
                self.take(replay(self.journal))
        self.rows.close()
        return self.rows

    def forget_names(self) -> None:
        """Let go of what is only for show: another run is looked at by now."""
        self.listed, self.saved_names, self._order = None, None, ()

    @property
    def is_named(self) -> bool:
        """Whether the records' names may be known."""
        return self.listed is not None or self.saved_names is not None

    def record(self, place: int) -> Record | None:
        """Return the record at this place as it was reviewed; None if that is not known."""
        if self.listed is None and self.saved_names is not None:
            return self.saved_names(place)
        if self.listed is None or place >= len(self._order):
            return None
        return self.listed.record(self._order[place])
