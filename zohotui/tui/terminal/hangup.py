"""When told to go, or when the line drops: let what is in flight land, then be gone.

The screen cannot be trusted by then: a terminal that is lost, or that reads nothing, freezes
Textual's own loop. So a thread of its own hears of everything and can end the process alone.
"""

from __future__ import annotations

import os
import select
import signal
import termios
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

from textual.worker import NoActiveWorker, get_current_worker

from zohotui.deletion.model.levers import Cause
from zohotui.deletion.reads.threads import in_background
from zohotui.exit_codes import HUNG_UP, LEFT_OVER

if TYPE_CHECKING:
    # Signals are heard from the first frame on, which waits for no more than it needs.
    from zohotui.deletion.jobs import Job

GRACE = 180.0
"""Seconds that requests in flight get: more than a new token and an answer may take together."""

WORK = 30.0
"""Seconds that other work gets which would be cut short, as a file that is being written."""

LAST = 5.0
"""Seconds between the last of that and the end, if the screen stands in the way."""

_TERMINAL = 0
"""Standard input: where the keys come from."""

_TO_END = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)

_READ_ONLY = frozenset({"run", "list", "file"})
"""Groups of threads that only read the org, or a file; of a run, that is once it has ended.

Other reads are none of these threads, see reads.py.
"""

_Modes = list[int | list[bytes | int]]

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True)
class WaysOut:
    """What the guard needs of the app; each is pulled in the guard's thread and returns at once."""

    leave: Callable[[Cause], object]
    """Leave in good order, for a cause that nobody chose."""
    suspend: Callable[[], object]
    """Hand the terminal back and stop until SIGCONT."""
    repaint: Callable[[], object]
    """Take the terminal again, of which others have made use."""
    jobs: Callable[[], Iterable[Job]] = tuple
    """What was or is done at the runs of the session; nothing as long as there is none."""
    stop_reading: Callable[[], object] = lambda: None
    """End a review that is under way."""
    forget: Callable[[], object] = lambda: None
    """Erase the copies of records that nobody confirmed."""
    code: Callable[[], int] = lambda: 0
    """Tell the exit code by what became of the runs."""


@contextmanager
def unheard() -> Iterator[None]:
    """Let signals wait that come before the guard hears them: the terminal is not ours to leave."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _TO_END)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TO_END)


def ignored() -> None:
    """Let no signal change the exit code any more: the last words are spoken."""
    for number in _TO_END:
        signal.signal(number, signal.SIG_IGN)


def _ignore(_signal: int, _frame: FrameType | None) -> None:
    """Keep a signal from its usual effect; the guard has heard of it already."""


class Guard:
    """Hears signals and the end of the line, and sees to it that the process ends."""

    def __init__(self, ways_out: WaysOut) -> None:
        self.ways_out = ways_out
        """Others, as soon as there is a session."""
        self._ending = False
        self.threads = Threads(self.wait_for_work)
        self.code = 0
        """The exit code that the end has because of its cause; 0 if the runs decide."""
        self._cause = Cause.SCREEN
        """What ends the runs that are under way."""
        self._modes: _Modes | None = None
        with suppress(termios.error):
            self._modes = termios.tcgetattr(_TERMINAL)

    def begin(self) -> None:
        """Take over what Textual does about signals, and watch the line."""
        self._told, self._tell = os.pipe()
        os.set_blocking(self._tell, False)
        # Written by C code in whichever thread a signal hits: handlers in Python wait for the main
        # thread, which a frozen terminal can keep from ever seeing that there is something to do.
        signal.set_wakeup_fd(self._tell, warn_on_full_buffer=False)
        for number in (*_TO_END, signal.SIGTSTP, signal.SIGCONT):
            signal.signal(number, _ignore)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TO_END)
        threading.Thread(target=self._watch, name="guard", daemon=True).start()

    def _watch(self) -> None:
        line = select.poll()
        line.register(self._told, select.POLLIN)
        line.register(_TERMINAL, 0)
        while True:
            for descriptor, happened in line.poll():
                if descriptor == self._told:
                    number = os.read(self._told, 1)[0]
                    # The screen is gone already; nothing but the end is left to see to.
                    with suppress(RuntimeError):
                        self._hear(number)
                    continue
                line.unregister(_TERMINAL)
                if happened & select.POLLHUP:
                    self._dropped()

    def _hear(self, number: int) -> None:
        if number in _TO_END:
            if number == signal.SIGHUP:
                self.code = HUNG_UP
            self._cause = Cause.LINE if number == signal.SIGHUP else Cause.SIGNAL
            self._abandon()
            self.leaving()
            self.ways_out.leave(self._cause)
        elif number == signal.SIGTSTP:
            for job in self.ways_out.jobs():
                if not job.over.is_set():
                    job.levers.pause()
            self.ways_out.suspend()
        elif number == signal.SIGCONT:
            self.ways_out.repaint()

    def _abandon(self) -> None:
        for job in self.ways_out.jobs():
            job.levers.abandon(self._cause)
        self.ways_out.stop_reading()

    def leaving(self) -> None:
        """See to it that the process ends, from whichever thread; it is on its way out."""
        if not self._ending:
            self._ending = True
            threading.Thread(target=self._end, name="end", daemon=True).start()

    def _end(self) -> NoReturn:
        self.wait_for_work()
        time.sleep(LAST)
        # A run may have been confirmed by a key that a frozen screen had not taken in yet.
        self._abandon()
        self.land()
        code = LEFT_OVER
        try:
            self.ways_out.forget()
            code = self.code or self.ways_out.code()
            if self._modes is not None:
                termios.tcsetattr(_TERMINAL, termios.TCSANOW, self._modes)
        finally:
            os._exit(code)

    def _dropped(self) -> None:
        """Leave without the terminal."""
        # Textual would spin on a dead terminal, and its loop would freeze.
        nothing, _ = os.pipe()
        os.dup2(nothing, _TERMINAL)
        sink = os.open(os.devnull, os.O_WRONLY)
        for descriptor in (1, 2):
            os.dup2(sink, descriptor)
        self.code = HUNG_UP
        self._cause = Cause.LINE
        self._abandon()
        threading.Thread(target=self._gone, name="gone", daemon=True).start()

    def _gone(self) -> NoReturn:
        self.land()
        # A review erases what it has saved, which takes no time.
        wait_for(tuple(self.threads.needed), LAST)
        try:
            self.ways_out.forget()
        finally:
            os._exit(HUNG_UP)

    def land(self) -> None:
        """Wait until nothing is in flight any more."""
        end = time.monotonic() + GRACE
        for job in self.ways_out.jobs():
            job.over.wait(max(0.0, end - time.monotonic()))

    def wait_for_work(self) -> None:
        """Wait until nothing is in flight and nothing half written."""
        self.land()
        wait_for(tuple(self.threads.needed), WORK)


class Threads(ThreadPoolExecutor):
    """Threads that the process does not wait for, as a read may hang; `wait_for_work` does."""

    def __init__(self, wait_for_work: Callable[[], object]) -> None:
        super().__init__()
        self._wait_for_work = wait_for_work
        self.needed: set[Future[Any]] = set()
        """What is under way and does more than read."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Begin at once, however many are at work already."""
        future = in_background(partial(fn, *args, **kwargs))
        if not _only_reads():
            self.needed.add(future)
            future.add_done_callback(self.needed.discard)
        return future

    def shutdown(
        self,
        wait: bool = True,  # noqa: FBT002 - as every executor has it
        *,
        cancel_futures: bool = False,
    ) -> None:
        """Wait, though not for ever."""
        del cancel_futures  # nothing is queued
        if wait:
            self._wait_for_work()


def _only_reads() -> bool:
    """Whether the worker that is about to begin does nothing that can be cut short."""
    try:
        return get_current_worker().group in _READ_ONLY
    except NoActiveWorker:
        return False
