"""Many reads, several at once, each until it succeeds: to read twice does no harm."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Generic, TypeVar

from zohotui.deletion.model.events import Waiting
from zohotui.deletion.model.levers import Control
from zohotui.deletion.reads.pace import Pace
from zohotui.deletion.reads.reading import Ended
from zohotui.deletion.reads.threads import aside
from zohotui.zoho.errors import (
    AnswerLost,
    NotAuthorized,
    Refused,
    SignInNeeded,
    TooManyRequests,
    ZohoError,
)

_Told = TypeVar("_Told")
"""The events of whoever reads; a wait is told as well."""

Take = Callable[[], Iterator[_Told]]
"""Takes in what was read, in the thread of whoever follows the events."""


@dataclass(frozen=True, slots=True)
class Job(Generic[_Told]):
    """One thing to be read."""

    read: Callable[[], Take[_Told]]
    """Reads, in a thread of its own; may be called again."""
    refused: Callable[[ZohoError], Iterator[_Told]] | None = None
    """What follows if Zoho refuses for good; None: no job after it has a chance."""


@dataclass
class Readers(Generic[_Told]):
    """Does jobs in a few threads; what it yields is born in the caller's thread alone.

    Whoever has had enough closes the generator: what is being read is left to itself.
    """

    control: Control
    pace: Pace
    sleep: Callable[[float], None]
    _again: deque[Job[_Told]] = field(default_factory=deque)
    _flights: dict[Future[Take[_Told]], Job[_Told]] = field(default_factory=dict)
    _parallel: int | None = None
    """What the lever for it stood at last."""

    def __post_init__(self) -> None:
        # Reads need no canary.
        self.pace.open_up()

    @property
    def under_way(self) -> int:
        """How many jobs are being read."""
        return len(self._flights)

    def add(self, job: Job[_Told]) -> None:
        """Put a job before those that have not begun."""
        self._again.append(job)

    def run(self, jobs: Iterable[Job[_Told]]) -> Iterator[_Told | Waiting]:
        """Do these jobs and those that are added meanwhile.

        Raises Ended if one is refused for good or patience is at an end, or (with no words) once
        `control` is abandoned.
        """
        fresh = iter(jobs)
        while True:
            if self.control.abandoned:
                raise Ended("")
            self._heed_parallel()
            # A job is thought of when it may leave and not before: what is known then decides.
            none_left = False
            while not none_left and self._may_leave():
                job = self._again.popleft() if self._again else next(fresh, None)
                none_left = job is None
                if job is not None:
                    self._leave(job)
            if self._flights:
                yield from self._land()
            elif none_left:
                return
            else:
                self.sleep(self.pace.delay)

    def _heed_parallel(self) -> None:
        wanted = self.control.parallel
        if wanted is not None and wanted != self._parallel:
            self._parallel = wanted
            self.pace.change(wanted)

    def _may_leave(self) -> bool:
        return len(self._flights) < self.pace.limit and not self.pace.delay

    def _leave(self, job: Job[_Told]) -> None:
        # Nobody waits for what is still being read when this ends, nor does the process.
        flight = aside(job.read)
        self._flights[flight] = job
        flight.add_done_callback(lambda _: self.control.notify())

    def _land(self) -> Iterator[_Told | Waiting]:
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

    def _failed(self, job: Job[_Told], error: ZohoError) -> Iterator[_Told | Waiting]:
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
