"""What is under way: the review of a list, or work at one run, each in a thread of its own.

1. `do` works in that thread, and posts events.
2. `follow` takes each of them in, in the thread of the screens; what it changes is what they show.
3. `phase` and `progress` are worked out from the last event and the levers, whenever asked for.

An activity shows nothing, and asks nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from zohotui.deletion.jobs import Job, JobEvent, Mishap, Reread
from zohotui.deletion.model.events import (
    Braked,
    Comparing,
    ComparisonEnded,
    Resolving,
    Reviewed,
    ReviewEnded,
    ReviewEvent,
    Reviewing,
    Unpaused,
    Verifying,
    Waiting,
)
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.plan import Target
from zohotui.deletion.model.rows import spans
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.deletion.review_job import ReviewJob, Saved
from zohotui.tui.keys.phase import Phase
from zohotui.tui.row_changes import changed_by
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.widgets.run_status import Progress

ActivityEvent = JobEvent | ReviewEvent | Saved

Post = Callable[[ActivityEvent], object]


class Activity(ABC):
    """One of these is under way at a time."""

    group: ClassVar[str]
    """Of its thread; the guard knows which groups only read."""

    def __init__(self, levers: Levers) -> None:
        self.levers = levers
        self._changed: list[tuple[int, int]] = []

    @property
    @abstractmethod
    def phase(self) -> Phase:
        """What the band says of it."""

    @property
    @abstractmethod
    def progress(self) -> Progress:
        """How far it is."""

    @abstractmethod
    def do(self, post: Post) -> None:
        """Work, in a thread of its own."""

    @abstractmethod
    def follow(self, event: ActivityEvent) -> None:
        """Take in one event."""

    @property
    def gives_way(self) -> bool:
        """Whether something else may begin, which ends it: it can go on later."""
        return self.phase is Phase.VERIFYING

    def take_changes(self) -> list[tuple[int, int]]:
        """Return the (start, count) spans of rows that differ since this was asked last."""
        changed, self._changed = self._changed, []
        return changed


class ReviewActivity(Activity):
    """A list is read before anything is deleted."""

    group = "review"

    def __init__(
        self,
        listed: ReviewedList,
        job: ReviewJob,
        then: Callable[[BaseException | None], object],
        *,
        asks: bool,
        looked: bool,
    ) -> None:
        """Take the list, the job, and what is done at its end, with the error that ended it.

        `asks`: whether the sentence is asked for then; `looked`: whether the admin has seen what
        the last review of the list told.
        """
        super().__init__(job.levers)
        self.listed, self.job, self.then, self.asks = listed, job, then, asks
        self._last_review = listed.last_review(looked=looked)
        self._read = 0
        self._trouble = ""

    @property
    def phase(self) -> Phase:
        """It reads from beginning to end."""
        return Phase.REVIEWING

    @property
    def progress(self) -> Progress:
        """How many ids have been told of."""
        parallel = self.levers.parallel or self.job.draft.options.parallel
        total = self.listed.to_read
        return Progress(self._read, total, 0.0, None, self._trouble, parallel, self.asks)

    def do(self, post: Post) -> None:
        """Read the list."""
        self.job.do(self._last_review, post)

    def follow(self, event: ActivityEvent) -> None:
        """Take in one event."""
        match event:
            case Saved(seconds):
                forget(self.listed)
                self.listed.snapshot = self.job.snapshot
                self.listed.seconds_a_call = seconds
                return
            case Waiting(_, why):
                self._trouble = why
        if isinstance(event, ReviewEvent):
            self.listed.follow(event)
        if isinstance(event, Reviewed):
            self._trouble = ""
            # What is missing is told of again once more is known.
            self._read = min(self._read + len(event.places), self.listed.to_read)
            self._changed += spans(event.places)


class RunActivity(Activity):
    """Work at one run: it is carried out, looked up or undone."""

    group = "run"

    def __init__(self, run: ShownRun, job: Job, begins: Phase) -> None:
        """Take the run, the job, and what that begins with: RUNNING, READING or UNDOING."""
        super().__init__(job.levers)
        self.run, self.job = run, job
        self._step = begins
        self.waits_for_admin = False
        """Whether the admin must say that the run goes on, whatever else it waits for."""
        self.compared = False
        """Whether what was restored has been compared, which is told by itself."""

    @property
    def phase(self) -> Phase:
        """The step that it has come to; while it sends, what its levers say."""
        if self._step is Phase.RUNNING:
            if self.levers.stopped:
                return Phase.STOPPING
            return Phase.PAUSED if self.levers.paused else Phase.RUNNING
        undoing = self._step is Phase.UNDOING
        return Phase.STOPPING if undoing and self.levers.abandoned else self._step

    @property
    def progress(self) -> Progress:
        """How many ids have landed, or have been told of."""
        headway = self.run.headway
        sends = self.phase.runs and self._step is Phase.RUNNING
        return Progress(
            done=headway.done if sends else headway.read,
            total=len(self.run.plan.ids) if sends else headway.to_read,
            rate=headway.rate,
            remaining=headway.remaining,
            trouble=headway.trouble,
            parallel=self.run.parallel,
        )

    def do(self, post: Post) -> None:
        """Do the job."""
        self.job.do(post)

    def follow(self, event: ActivityEvent) -> None:
        """Take in one event."""
        match event:
            case Mishap(words):
                self.run.mishap = words
                return
            case Reread(told):
                self.run.take(told)
                return
            case Resolving() | Comparing():
                self._step = Phase.READING
            case Verifying():
                self._step = Phase.VERIFYING
            case Braked(sign_in=sign_in):
                self.waits_for_admin = self.waits_for_admin or not sign_in
            case Unpaused():
                self.waits_for_admin = False
        if isinstance(event, Saved | Reviewing | Reviewed | ReviewEnded):
            return
        self.run.follow(event)
        self._changed += changed_by(event)
        if isinstance(event, ComparisonEnded):
            self.run.comparison, self.compared = event, True
            self.run.rest()

    def pause(self) -> None:
        """Send nothing more until the admin says so."""
        self.waits_for_admin = True
        self.levers.pause()

    def resume(self) -> bool:
        """Send again; return whether that was possible: a brake that came meanwhile holds."""
        if not self.levers.resume(self.run.headway.brakes):
            return False
        self.waits_for_admin = False
        return True


def forget(listed: ReviewedList) -> None:
    """Erase the copies of records that were not deleted after all."""
    snapshot, listed.snapshot = listed.snapshot, None
    if snapshot is not None:
        snapshot.discard()


def title_words(target: Target | None, activity: Activity | None) -> tuple[str, str]:
    """Say for the window's title which org is open and what runs in it, and how far that is."""
    words = ["zohotui", *([str(target.environment).upper(), target.org] if target else [])]
    number = ""
    if isinstance(activity, RunActivity):
        words.append(activity.run.plan.label)
        number = f"{activity.progress.done:,}/{activity.progress.total:,}"
    return " · ".join(filter(None, words)), number
