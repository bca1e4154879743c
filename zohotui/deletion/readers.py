"""Many reads, several at once, each until it succeeds: to read twice does no harm."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from http import HTTPStatus

from zohotui.deletion.aside import aside
from zohotui.deletion.control import Control
from zohotui.deletion.events import ReviewEvent, Waiting
from zohotui.deletion.pace import Pace
from zohotui.deletion.reading import Ended
from zohotui.zoho.errors import (
    AnswerLost,
    NotAuthorized,
    Refused,
    SignInNeeded,
    TooManyRequests,
    ZohoError,
)

Take = Callable[[], Iterator[ReviewEvent]]
"""Takes in what was read, in the thread of whoever follows the events."""


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to be read."""

    read: Callable[[], Take]
    """Reads, in a thread of its own; may be called again."""
    refused: Callable[[ZohoError], Iterator[ReviewEvent]] | None = None
    """What follows if Zoho refuses for good; None: no job after it has a chance."""


@dataclass
class Readers:
    """Does jobs in a few threads; what it yields is born in the caller's thread alone."""

    control: Control
    pace: Pace
    sleep: Callable[[float], None]
    _again: deque[Job] = field(default_factory=deque)
    _flights: dict[Future[Take], Job] = field(default_factory=dict)
    _parallel: int | None = None
    """What the lever for it stood at last."""

    def __post_init__(self) -> None:
        # Reads need no canary.
        self.pace.open_up()

    def add(self, job: Job) -> None:
        """Put a job before those that have not begun."""
        self._again.append(job)

    def run(self, jobs: Iterable[Job]) -> Iterator[ReviewEvent]:
        """Do these jobs and those that are added meanwhile.

        Raises Ended if one is refused for good or patience is at an end, or (with no words) once
        `control` is abandoned.
        """
        fresh = iter(jobs)
        waiting = next(fresh, None)
        while True:
            if self.control.abandoned:
                raise Ended("")
            self._heed_parallel()
            while (waiting or self._again) and self._may_leave():
                if self._again:
                    self._leave(self._again.popleft())
                elif waiting:
                    self._leave(waiting)
                    waiting = next(fresh, None)
            if self._flights:
                yield from self._land()
            elif waiting or self._again:
                self.sleep(self.pace.delay)
            else:
                return

    def _heed_parallel(self) -> None:
        wanted = self.control.parallel
        if wanted is not None and wanted != self._parallel:
            self._parallel = wanted
            self.pace.change(wanted)

    def _may_leave(self) -> bool:
        return len(self._flights) < self.pace.limit and not self.pace.delay

    def _leave(self, job: Job) -> None:
        # Nobody waits for what is still being read when this ends, nor does the process.
        flight = aside(job.read)
        self._flights[flight] = job
        flight.add_done_callback(lambda _: self.control.notify())

    def _land(self) -> Iterator[ReviewEvent]:
        """Wait for answers, or until a lever is pulled; take in those that are there."""
        # A lever that was pulled just before would wake nobody.
        self.control.wait_until(
            lambda: self.control.abandoned or any(flight.done() for flight in self._flights)
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

    def _failed(self, job: Job, error: ZohoError) -> Iterator[ReviewEvent]:
        if is_final(error):
            if job.refused is None:
                raise Ended(_in_words(error)) from None
            yield from job.refused(error)
            return
        self._again.appendleft(job)
        patient = error.temporary or error.result_unknown
        if not patient or not self.pace.refused(error.wait):
            raise Ended(_in_words(error)) from None
        yield Waiting(self.pace.delay, f"Reading waits. {error.detail}")


def _in_words(error: ZohoError) -> str:
    signs_in = isinstance(error, NotAuthorized | SignInNeeded)
    return f"{error.detail} l signs in." if signs_in else error.detail


def is_final(error: ZohoError) -> bool:
    """Whether Zoho has said no to this very read, and would say it again.

    Where nothing is changed, a 4xx with a code that nobody has described is a no as well.
    """
    if isinstance(error, AnswerLost):
        status = error.status or 0
        refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        return refused and error.code not in {"", "INTERNAL_ERROR"}
    return isinstance(error, Refused) and not isinstance(error, NotAuthorized | TooManyRequests)
