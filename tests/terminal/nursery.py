"""Starts the program without reading all of its modules each time: half of a start is that.

A process has read them, has played a session, and forks for each start. What comes of it is a
process of its own, with the terminal, folder, environment and arguments that it is given, which
runs the program from its first line on. What only reading the modules shows is left to starts from
nothing.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import httpx
import psutil

import zohotui
from tests.terminal import held
from zohotui.tui import arming

_LARGEST = 1 << 17
"""Bytes of one message."""

_HASTY = 0.05
"""Seconds in which keys typed ahead are dropped where no test is about that."""


class Ward:
    """A process that the nursery has started, as `subprocess.Popen` has it."""

    stdin = None

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._line = line

    def is_dead(self) -> bool:
        """Whether it has ended; its times can still be read."""
        return psutil.Process(self.pid).status() == psutil.STATUS_ZOMBIE

    def poll(self) -> int | None:
        """Return how it ended; None if it has not."""
        if self.returncode is None and self.is_dead():
            self._line.send(json.dumps(self.pid).encode())
            self.returncode = int(self._line.recv(_LARGEST))
        return self.returncode

    def wait(self, timeout: float = 60.0) -> int:
        """Return how it ended, once it has; raises TimeoutExpired."""
        end = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("zohotui", timeout)
            time.sleep(0.01)
        return status

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if self.returncode is None:
            os.kill(self.pid, number)


class Nursery:
    """The process that forks, which all processes of one run of the tests share.

    It ends with the last of them.
    """

    hasty = False
    """Whether what it starts waits no longer for fingers than screen tests do."""

    def __init__(self, environ: Mapping[str, str], place: Path) -> None:
        """Call at the one at this place, a socket; begin it if nobody has."""
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with _nobody_else(place):
            try:
                self._line.connect(str(place))
            except OSError:
                place.unlink(missing_ok=True)
                _begin(environ, place)
                self._line.connect(str(place))

    def start(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        folder: Path,
        terminal: int,
        *,
        first: str = "",
    ) -> Ward:
        """Start the program at a terminal; `first`: the function of tests.terminal.held for it."""
        wanted = [list(arguments), dict(environ), str(folder), first, self.hasty]
        told = json.dumps(wanted).encode()
        socket.send_fds(self._line, [told], [terminal])
        return Ward(int(self._line.recv(_LARGEST)), self._line)

    def close(self) -> None:
        """Need it no more."""
        self._line.close()


@contextmanager
def _nobody_else(place: Path) -> Iterator[None]:
    """Let nobody else come to this place or leave it."""
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _begin(environ: Mapping[str, str], place: Path) -> None:
    """Begin one that answers at this place, once it has warmed up."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        door.bind(str(place))
        door.listen()
        door.set_inheritable(True)
        command = [sys.executable, "-m", "tests.terminal.nursery", str(door.fileno())]
        # Not waited for: who began it may end before others who need it.
        os.posix_spawn(command[0], command, dict(environ), setsid=True)


def _serve(door: socket.socket) -> None:
    """Start and bury until nobody needs it; returns in a process that has become a program."""
    lines = {door.accept()[0]}
    while lines or _is_needed(door):
        ready, _, _ = select.select([door, *lines], [], [])
        for line in ready:
            if line is door:
                lines.add(door.accept()[0])
                continue
            told, descriptors, _, _ = socket.recv_fds(line, _LARGEST, 1)
            if not told:
                line.close()
                lines.remove(line)
            elif not descriptors:
                _, status = os.waitpid(int(told), 0)
                line.send(str(os.waitstatus_to_exitcode(status)).encode())
            elif pid := os.fork():
                os.close(descriptors[0])
                line.send(str(pid).encode())
            else:
                for one in (door, *lines):
                    one.close()
                _become(told, descriptors[0])
                return
    sys.exit(0)


def _is_needed(door: socket.socket) -> bool:
    """Whether somebody stands at the door; if not, it is locked."""
    place = Path(door.getsockname())
    if not place.exists():
        return False
    with _nobody_else(place):
        if select.select([door], [], [], 0)[0]:
            return True
        place.unlink()
    return False


def _become(told: bytes, terminal: int) -> None:
    """Take the place of a program that was started at this terminal."""
    arguments, environ, folder, first, hasty = json.loads(told)
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for number in range(3):
        os.dup2(terminal, number)
    os.close(terminal)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    # As Python makes them for a terminal.
    streams = {
        "stdin": os.fdopen(0, errors="surrogateescape", closefd=False),
        "stdout": os.fdopen(1, "w", errors="surrogateescape", closefd=False),
        "stderr": os.fdopen(2, "w", errors="backslashreplace", closefd=False),
    }
    for name, stream in streams.items():
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.argv[1:] = arguments
    sys.path[0] = folder
    if first:
        getattr(held, first)()
    if hasty:
        arming.ARM_AFTER = _HASTY


def _main() -> int:
    from zohotui.__main__ import run  # noqa: PLC0415 - only here it runs the program
    from zohotui.tui.terminal.toolkit_settings import prepare  # noqa: PLC0415

    prepare(os.environ, 0)
    # Only now, as Textual reads the environment when it is read.
    from tests.terminal.warming import warm_up  # noqa: PLC0415

    # With what is read behind the first frame, and httpx's own that it reads for its first client.
    for module in walk_packages(zohotui.__path__, "zohotui."):
        import_module(module.name)
    httpx.Client().close()
    warm_up()
    # As in the tests' own process, and no child is to look through what all of them have, which a
    # session that settles would otherwise do.
    gc.set_threshold(100_000, 20, 50)
    gc.collect()
    gc.freeze()
    gc.unfreeze = lambda: None
    _serve(socket.socket(fileno=int(sys.argv[1])))
    code = run()
    # Python ends as ever, only it does not look for garbage among what a session leaves.
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(_main())
