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
import signal
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
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
    """The process that forks; it ends with this one."""

    hasty = False
    """Whether what it starts waits no longer for fingers than screen tests do."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.terminal.nursery", str(theirs.fileno())],
                env=dict(environ),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

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
        """End it."""
        self._line.close()
        self._process.wait()


def _serve(line: socket.socket) -> None:
    """Start and bury until the line is closed; returns in a process that has become a program."""
    while True:
        told, descriptors, _, _ = socket.recv_fds(line, _LARGEST, 1)
        if not told:
            sys.exit(0)
        wanted = json.loads(told)
        if isinstance(wanted, int):
            _, status = os.waitpid(wanted, 0)
            line.send(str(os.waitstatus_to_exitcode(status)).encode())
            continue
        (terminal,) = descriptors
        arguments, environ, folder, first, hasty = wanted
        if pid := os.fork():
            os.close(terminal)
            line.send(str(pid).encode())
            continue
        line.close()
        _become(arguments, environ, folder, terminal)
        if first:
            getattr(held, first)()
        if hasty:
            arming.ARM_AFTER = _HASTY
        return


def _become(
    arguments: Sequence[str], environ: Mapping[str, str], folder: str, terminal: int
) -> None:
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
    # As in the tests' own process, and no child is to look through what all of them have.
    gc.set_threshold(100_000, 20, 50)
    gc.collect()
    gc.freeze()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    code = run()
    # Python ends as ever, only it does not look for garbage among what a session leaves.
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(_main())
