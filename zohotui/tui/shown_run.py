"""One run as the screen follows it: what is known of it, and its pace."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
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
    Braked,
    Compared,
    Comparing,
    ComparisonEnded,
    Event,
    Finished,
    Landed,
    Paused,
    Resolved,
    Resolving,
    Restored,
    Saved,
    Sent,
    StepEnded,
    Undoing,
    Unpaused,
    Verified,
    Verifying,
    Waiting,
)
from zohotui.deletion.model.outcome import State, differs, is_open, is_unproven
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.model.skews import Skews
from zohotui.deletion.review import selection
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui.astray import astray
from zohotui.tui.detail import Detail
from zohotui.tui.pace_shown import PaceShown
from zohotui.tui.text import count, duration
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.records import Record
from zohotui.zoho.zoho_clock import Skew


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
    job: Job | None = None
    """What was done with it last in this session; None if nothing was."""
    run: RunState = field(init=False)
    """What is known of it."""
    brakes: int = 0
    """How often it has been told that the run paused itself."""
    mishap: str = ""
    """What went wrong beside the run once it was over, as a sentence."""
    doubt: str = ""
    """What speaks against its journal, in sentences; empty if nothing does."""
    in_doubt: int = 0
    """Ids of which reading may tell more, when nothing was under way last."""
    unproven: int = 0
    """Ids that Zoho said it deleted and that looking may tell more of."""
    to_compare: int = 0
    """Restored records that could still be compared with their saved copies."""
    differing: int = 0
    """Restored records that are not as they were saved."""
    comparison: ComparisonEnded | None = None
    """What comparing came to in this session."""
    to_read: int = 0
    """Ids that are looked up afterwards, because nobody knows what became of them."""
    read: int = 0
    """How many of these have been settled."""
    verifying: bool = False
    """Whether reading came to what is deleted, by the last that was done with it."""
    moved: str = ""
    """How its journal came from where it was begun to here, as a clause; empty if it did not."""
    alone: bool = False
    """Whether the admin has said that nobody else is at work with that run."""

    def __post_init__(self) -> None:
        """Begin with every id entered."""
        self.run = RunState(self.plan)
        self._order = selection.order(self.listed) if self.listed else array("I")
        self._trouble = ""
        self._waits_until: float | None = None
        self._told_all = False
        self._begin_measuring()

    @classmethod
    def of(cls, earlier: EarlierRun, clock: Callable[[], float]) -> ShownRun:
        """Watch a run of an earlier session."""
        read = earlier.read
        shown = cls(read.run.plan, clock, begun_here=False, read_from=read.path)
        shown.take(read.run)
        shown.doubt = earlier.doubt
        return shown

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
        """Add up what is in doubt now that nothing is under way."""
        self.in_doubt = len(self.rows.any_like(is_open)) + self.rows.asked_back
        self.unproven = len(self.rows.any_like(is_unproven))
        self.differing = len(self.rows.any_like(differs))
        saved = self.journal is not None and bool(snapshots_of(self.journal, self.saved))
        self.to_compare = len(uncompared(self.rows)) if saved else 0

    def begin(self, job: Job) -> None:
        """Make ready for another thread's work at this run."""
        self.job = job
        self.brakes = 0
        self.to_read = self.read = 0
        self.verifying = False
        self._trouble, self._waits_until = "", None
        self.mishap = ""
        self._begin_measuring()

    def _begin_measuring(self) -> None:
        done = len(self.plan.ids) - self.rows.count(State.ENTERED)
        self._pace = PaceShown(self.clock(), done)

    @property
    def rows(self) -> Rows:
        """Its ids, each with what is known of it."""
        return self.run.rows

    @property
    def finished(self) -> bool:
        """Whether nothing more of it will leave."""
        return self.run.finished

    @property
    def cut_off(self) -> str:
        """What ended the program in the middle of it, or of an undo of it, see Cause.

        Empty unless the journal ends with that.
        """
        return self.run.cut_off

    @property
    def sent(self) -> Mapping[int, float]:
        """When each batch left last, by its number, in seconds since the epoch."""
        return self.run.sent

    @property
    def landed(self) -> Mapping[int, float]:
        """When each batch landed, in the same way."""
        return self.run.landed

    @property
    def sizes(self) -> Mapping[int, int]:
        """How many ids each batch carries."""
        return self.run.sizes

    @property
    def skews(self) -> Skews:
        """How far this machine's clock was off at those times."""
        return self.run.skews

    @property
    def in_flight(self) -> int:
        """Batches that have left and not landed."""
        return len(self.run.flights)

    @property
    def alarms(self) -> list[str]:
        """Why it paused itself where going on settles nothing, as sentences."""
        return self.run.lasting

    @property
    def brake(self) -> str:
        """Why it paused itself last, as a sentence; empty if it has gone on since."""
        return self.run.brake

    @property
    def unjournaled(self) -> int:
        """Outcomes that the disk did not take."""
        return self.run.unjournaled

    @property
    def trouble(self) -> str:
        """Why the run waits or paused itself, and how long still; empty if it does not."""
        if self._waits_until is None:
            return self._trouble
        left = max(0.0, self._waits_until - self.clock())
        return f"{self._trouble} The next try is in {duration(left)}."

    @property
    def alarm(self) -> str:
        """What must be told of it to the end, in sentences; empty if nothing must."""
        said = [*self.alarms, self.brake]
        if self.unjournaled:
            lost = count(self.unjournaled, "outcome")
            said.append(f"The journal lacks {lost}: export the results now.")
        return " ".join(filter(None, dict.fromkeys(said)))

    @property
    def shout(self) -> str:
        """What nobody may overlook in its rows and beside them; empty if there is nothing."""
        return " ".join(filter(None, (self.alarm, astray(self.rows))))

    @property
    def saved(self) -> list[Saved]:
        """What its journal tells of the saved copies beside it."""
        return self.run.saved

    @property
    def end(self) -> End:
        """Tell what became of it, even if the screen went before it did."""
        rows = self.final_rows()
        return End(self.plan, rows, self.alarm, lasts=bool(self.alarms or self.unjournaled))

    @property
    def began(self) -> float | None:
        """When its first batch left, in seconds since the epoch; None if none did."""
        return min(self.sent.values(), default=None)

    def first_landed(self, now: Skew | None) -> float | None:
        """Tell when its first answer came, by Zoho's clock; None if none did.

        `now`: how far this machine's clock is off, for times of which the journal does not tell.
        """
        known = ((at, self.skews.of(number)[1] or now) for number, at in self.landed.items())
        return min((at - skew.ahead if skew else at for at, skew in known), default=None)

    @property
    def remark(self) -> str:
        """What is to be known of what an undo brought back, in sentences; empty if nothing is."""
        ended, differing = self.comparison, self.differing
        said = [ended.found] if ended is not None else []
        if differing and (ended is None or ended.differing != differing):
            said.append(f"Not as saved: {count(differing, 'restored record')} of this run.")
        return " ".join([*said, *(["w shows them."] if differing else [])])

    @property
    def resumable(self) -> bool:
        """Whether its process died before each id had its turn."""
        ended = self.finished or self.journal is None or not self.over
        return not ended and self.rows.count(State.ENTERED) > 0

    def follow(self, event: Event) -> None:
        """Take in one event."""
        self.run.apply(event)
        match event:
            case Sent():
                self._say("")
                self._told_all = False
            case Landed(_, outcomes):
                self._pace.add(self.clock(), len(outcomes))
            case Waiting() | Braked() | Paused() | Unpaused():
                self._follow_pauses(event)
            case Finished():
                self._told_all = True
                self._waits_until = None
            case Resolving(number) | Verifying(number) | Undoing(number) | Comparing(number):
                self._say("")
                self.to_read, self.read, self._told_all = number, 0, False
                self.verifying = isinstance(event, Verifying)
            case Resolved(places) | Verified(places) | Restored(places) | Compared(places):
                self.read += len(places)
                self._say("")
            case StepEnded(why) | ComparisonEnded(why=why):
                self._say(why)
                self._told_all = True
            case _:
                pass
        if isinstance(event, StepEnded) and event.alarm:
            self.run.alarms.append(event.why)

    def _follow_pauses(self, event: Waiting | Braked | Paused | Unpaused) -> None:
        match event:
            case Waiting(seconds, why):
                self._trouble, self._waits_until = why, self.clock() + seconds
            case Braked(why, sign_in):
                self.brakes += 1
                self._say(f"{why} l signs in." if sign_in else why)
            case Paused():
                self._waits_until = None
            case Unpaused():
                # What it paused for is over; a journal tells that by the next batch.
                self.run.brake = ""
                self._say("")

    def _say(self, why: str) -> None:
        self._trouble, self._waits_until = why, None

    def final_rows(self) -> Rows:
        """Tell what became of each id, even if the screen went before the run did.

        The journal has then seen more than the screen.
        """
        if not self._told_all and self.journal is not None and not self.unjournaled:
            with suppress(JournalError):
                self.take(replay(self.journal))
        self.rows.close()
        return self.rows

    @property
    def parallel(self) -> int:
        """How many requests may be under way at once."""
        return (self.job.levers.parallel if self.job else None) or self.plan.options.parallel

    @property
    def done(self) -> int:
        """Ids whose outcome is known."""
        return self._pace.done

    @property
    def rate(self) -> float:
        """Ids a second, lately."""
        return self._pace.rate

    @property
    def remaining(self) -> float | None:
        """Seconds that the rest will take at this rate; None if that cannot be told yet."""
        return (len(self.plan.ids) - self.done) / self.rate if self.rate else None

    def forget_names(self) -> None:
        """Let go of what is only for show: another run is looked at by now."""
        self.listed, self._order = None, array("I")

    def record(self, place: int) -> Record | None:
        """Return the record at this place as it was reviewed; None if that is not known."""
        if self.listed is None or place >= len(self._order):
            return None
        return self.listed.record(self._order[place])

    def detail(self, place: int) -> Detail:
        """Tell all about the id at this place."""
        plan, outcome = self.plan, self.rows.outcome(place)
        record = self.record(place)
        if place >= len(plan.ids):
            return Detail(self.rows.ids[place], outcome, record=record)
        number = plan.batch_number(place)
        size = self.sizes.get(number)
        if outcome.state in {State.ENTERED, State.NOT_SENT} or size is None:
            return Detail(plan.ids[place], outcome, record=record)
        request = f"DELETE {plan.module}, batch {number}, {count(size, 'id')}"
        if outcome.state is State.RESTORED:
            # What Zoho said is of another request by now.
            request = f"restored; before that {request}"
        return Detail(
            plan.ids[place],
            outcome,
            request,
            self.sent.get(number),
            self.landed.get(number),
            record=record,
        )
