"""Patient reads: each until it succeeds, for to read twice does no harm; several at once.

1. A job leaves in a thread of its own, as soon as the pace lets it and not before.
2. Its answer is taken in where the events are followed: what that yields is yielded at once.
3. Zoho says no for good (`is_final`) → the job's `refused` says what follows; without one, the end.
4. Any other failure → a Waiting event, and the same job again, before those that have not begun.
5. A job that has not begun and would use credits in reserve ends it, once what has left is in.
6. It ends when no job is left. It raises ReadingEnded when patience is at an end; when nobody waits
   any more, at once; or after a stop, where that ends it, once what has left has been taken in.

It never changes anything in Zoho, and never concludes anything from a read that failed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Generic, TypeVar

from zohotui.deletion.model.events import Waiting
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.reads.pace import Pace
from zohotui.deletion.reads.reserve import Reserve
from zohotui.deletion.reads.threads import in_background
from zohotui.deletion.reads.work import Times
from zohotui.zoho.errors import (
    AnswerLost,
    NotAuthorized,
    Refused,
    SignInNeeded,
    TooManyRequests,
    ZohoError,
)

_Event = TypeVar("_Event")
"""The events of the engine that reads; a wait is one as well."""

_Read = TypeVar("_Read")

Take = Callable[[], Iterator[_Event]]
"""Takes in what was read, in the thread that follows the events."""


class ReadingEnded(Exception):
    """Reading cannot go on; its text is a sentence, or empty if nobody waits any more."""


@dataclass(frozen=True, slots=True)
class Job(Generic[_Event]):
    """One thing to be read."""

    read: Callable[[], Take[_Event]]
    """Reads, in a thread of its own; may be called again."""
    refused: Callable[[ZohoError], Iterator[_Event]] | None = None
    """What follows if Zoho refuses for good; None: no job after it has a chance."""
    calls: int = 0
    """API calls that it takes, if it may be left out to spare them; 0: it is done in any case."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How reading ends before its time, and what is said of it."""

    way_on: str = ""
    """How the admin goes on once reading has been given up, as a sentence; empty: only where it
    takes a sign-in that is said."""
    if_wrong_org: str = "Nothing was looked up."
    """What has not been done in an org that is not the run's, as a sentence."""
    stop_ends_it: bool = False
    """Whether a stop ends it as well, and what has left is waited for in any case."""


@dataclass
class Reads(Generic[_Event]):
    """Reads for one engine; what it yields is born in the caller's thread alone.

    A caller that has had enough closes the generator: what is being read is left to itself.
    """

    levers: Levers
    times: Times
    parallel: int
    """Reads at once, at most; the lever for it may change that."""
    ending: Ending = field(default_factory=Ending)
    reserve: Reserve | None = None
    """API credits that are not used for it, if any are kept."""
    pace: Pace = field(init=False)
    _again: deque[Job[_Event]] = field(default_factory=deque)
    _flights: dict[Future[Take[_Event]], Job[_Event]] = field(default_factory=dict)
    _lever: int | None = None
    """What the lever for it stood at last."""
    _spared: bool = False
    """Whether a job was left out so that no credits in reserve are used."""

    def __post_init__(self) -> None:
        self.pace = Pace(self.parallel, self.times.clock)
        # Reads need no canary.
        self.pace.open_up()

    @property
    def under_way(self) -> int:
        """How many jobs are being read."""
        return len(self._flights)

    def add(self, jobs: Iterable[Job[_Event]]) -> None:
        """Put jobs before those that have not begun."""
        self._again.extend(jobs)

    def run(self, jobs: Iterable[Job[_Event]]) -> Iterator[_Event | Waiting]:
        """Do these jobs and those that are added meanwhile; see above for how it ends."""
        fresh, self._spared = iter(jobs), False
        while True:
            if self._lets_go:
                self.go_on()
            if self._is_stopped and not self._flights:
                if self._next(fresh):
                    self.go_on()
                return
            self._heed_parallel()
            none_left = self._send_out(fresh)
            if self._flights:
                yield from self._land()
            elif not none_left:
                self._sleep(self.pace.delay)
            elif self._spared and self.reserve:
                raise ReadingEnded(self.reserve.words)
            else:
                return

    def one(self, read: Callable[[], _Read]) -> Generator[_Event | Waiting, None, _Read]:
        """Read one thing; raises ZohoError as it is if Zoho refuses for good."""
        found: list[_Read] = []

        def work() -> Take[_Event]:
            answer = read()
            return lambda: keep(answer)

        def keep(answer: _Read) -> Iterator[_Event]:
            found.append(answer)
            yield from ()

        yield from self.run([Job(work, raised)])
        return found[0]

    def wait(self, seconds: float, why: str) -> Iterator[Waiting]:
        """Let this many seconds pass; raises ReadingEnded if a lever is pulled before."""
        yield Waiting(seconds, why)
        self.go_on()
        self._sleep(seconds)

    def go_on(self) -> None:
        """Raise ReadingEnded if a lever says that this is enough."""
        if self.levers.abandoned:
            raise ReadingEnded("")
        if self._is_stopped:
            raise ReadingEnded(f"Stopped. {self.ending.way_on}")

    def given_up(self, error: ZohoError) -> str:
        """Say why reading, or what it is for, is given up, and how to go on."""
        signs_in = isinstance(error, NotAuthorized | SignInNeeded)
        way_on = self.ending.way_on or ("[sign_in] signs in." if signs_in else "")
        return f"{error.detail} {way_on}".rstrip()

    @property
    def _is_stopped(self) -> bool:
        return self.ending.stop_ends_it and self.levers.stopped

    @property
    def _lets_go(self) -> bool:
        """Whether nobody waits for what is being read."""
        return self.levers.abandoned and not self.ending.stop_ends_it

    def _sleep(self, seconds: float) -> None:
        levers = self.levers
        by_itself = levers.wait if self.ending.stop_ends_it else levers.wait_unless_abandoned
        (self.times.sleep or by_itself)(seconds)

    def _heed_parallel(self) -> None:
        wanted = self.levers.parallel
        if wanted is not None and wanted != self._lever:
            self._lever = wanted
            self.pace.change(wanted)

    def _may_leave(self) -> bool:
        return len(self._flights) < self.pace.limit and not self.pace.delay and not self._is_stopped

    def _send_out(self, fresh: Iterator[Job[_Event]]) -> bool:
        """Let leave what may; return whether no job is left."""
        while self._may_leave():
            job = self._next(fresh)
            if job is None:
                return True
            self._leave(job)
        return False

    def _next(self, fresh: Iterator[Job[_Event]]) -> Job[_Event] | None:
        """Take the next job: it is thought of only now, so that what is known by now decides."""
        if self._again:
            return self._again.popleft()
        job = None if self._spared else next(fresh, None)
        if job and self._must_spare(job):
            self._spared, job = True, None
        return job

    def _must_spare(self, job: Job[_Event]) -> bool:
        under_way = sum(job.calls or 1 for job in self._flights.values())
        reserve = self.reserve if job.calls else None
        return reserve is not None and reserve.is_reached(under_way, job.calls)

    def _leave(self, job: Job[_Event]) -> None:
        # Nobody waits for what is still being read when this ends, nor does the process.
        flight = in_background(job.read)
        self._flights[flight] = job
        flight.add_done_callback(lambda _: self.levers.notify())

    def _land(self) -> Iterator[_Event | Waiting]:
        """Wait for answers, or until a lever is pulled; take in those that are there."""
        # A lever that was pulled just before would wake nobody.
        self.levers.wait_until(
            lambda: self._lets_go or any(flight.done() for flight in self._flights)
        )
        for flight in [flight for flight in self._flights if flight.done()]:
            job = self._flights.pop(flight)
            try:
                take = flight.result()
            except ZohoError as error:
                yield from self._failed(job, error)
            else:
                self.pace.landed()
                yield from take()

    def _failed(self, job: Job[_Event], error: ZohoError) -> Iterator[_Event | Waiting]:
        if is_final(error):
            if job.refused is None:
                raise ReadingEnded(self.given_up(error)) from None
            yield from job.refused(error)
            return
        self._again.appendleft(job)
        patient = error.temporary or error.result_unknown
        if not patient or not self.pace.refused(error.wait):
            raise ReadingEnded(self.given_up(error)) from None
        yield Waiting(self.pace.delay, f"Reading waits. {error.detail}")


def raised(error: ZohoError) -> Iterator[_Event]:
    """Let a refusal be what ends it: the engine that reads says what it means."""
    raise error


def is_final(error: ZohoError) -> bool:
    """Whether Zoho has said no to this very read, and would say it again.

    Where nothing is changed, a 4xx with a code that nobody has described is a no as well.
    """
    if isinstance(error, AnswerLost):
        status = error.status or 0
        refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        return refused and error.code not in {"", "INTERNAL_ERROR"}
    return isinstance(error, Refused) and not isinstance(error, NotAuthorized | TooManyRequests)
