"""A program in a pseudo-terminal, and how long it takes from a key to the bytes that answer it."""

from __future__ import annotations

import fcntl
import os
import pty
import random
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from statistics import quantiles
from types import TracebackType
from typing import Self

import pyte

ROOT = Path(__file__).resolve().parents[2]
DOWN, TAB, ENTER, ESCAPE = b"\x1b[B", b"\t", b"\r", b"\x1b"
F7, F8, F9 = b"\x1b[18~", b"\x1b[19~", b"\x1b[20~"

_NOT_FOR_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[A-Za-z]|\x1b\[\?[0-9;]*\$[A-Za-z]")


class Terminal:
    """A program in a terminal; everything it writes is kept, with the moment it was read."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        columns: int = 120,
        lines: int = 40,
        environ: Mapping[str, str] | None = None,
        python: str = sys.executable,
    ) -> None:
        self._changed = threading.Condition()
        self._columns, self._lines = columns, lines
        self._data = bytearray()
        self._moments: list[float] = []
        self._sizes: list[int] = []
        self._over = False
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.began = time.perf_counter()
        self.child = subprocess.Popen(
            [python, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            cwd=ROOT,
            env={
                **os.environ,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                **(environ or {}),
            },
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.child.kill()
        self.child.wait()
        self._reader.join(1)
        os.close(self._master)

    def _read(self) -> None:
        with suppress(OSError):
            while chunk := os.read(self._master, 1 << 16):
                now = time.perf_counter()
                with self._changed:
                    self._data += chunk
                    self._moments.append(now)
                    self._sizes.append(len(self._data))
                    self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()

    @property
    def written(self) -> int:
        """How many bytes the program has written."""
        return len(self._data)

    def since(self, place: int) -> bytes:
        """Return what was written from this place on."""
        with self._changed:
            return bytes(self._data[place:])

    def send(self, keys: bytes) -> float:
        """Press keys; return when."""
        now = time.perf_counter()
        rest = memoryview(keys)
        while rest:
            rest = rest[os.write(self._master, rest) :]
        return now

    def wait(self, pattern: bytes, since: int = 0, limit: float = 60.0) -> float:
        """Wait for bytes that match, from a place on; return when the last of them was read."""
        end = time.perf_counter() + limit
        with self._changed:
            while not (match := re.search(pattern, self._data[since:])):
                rest = end - time.perf_counter()
                if rest < 0 or self._over or not self._changed.wait(rest):
                    words = f"{pattern!r} is not among {self.words(since)[-2000:]!r}"
                    raise TimeoutError(f"{words}; exit code: {self.child.poll()}")
            return self._moments[bisect_left(self._sizes, since + match.end())]

    def press(self, keys: bytes, pattern: bytes, limit: float = 60.0) -> float:
        """Press keys and wait for their effect; return the seconds between the two."""
        place = self.written
        return -self.send(keys) + self.wait(pattern, place, limit)

    def words(self, since: int = 0) -> str:
        """Return what was written from a place on, without control sequences."""
        text = bytes(self._data[since:]).decode("utf-8", "replace")
        return re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", " ", text)

    def moment(self, place: int) -> float:
        """Return when the byte at this place was read."""
        return self._moments[bisect_left(self._sizes, place + 1)]

    def rate(self, seconds: float) -> float:
        """Watch for a while; return the bytes a second."""
        place, start = self.written, time.perf_counter()
        time.sleep(seconds)
        return (self.written - place) / (time.perf_counter() - start)

    def memory(self) -> tuple[float, float]:
        """Return the program's resident memory in MB: now and at its highest."""
        status = Path(f"/proc/{self.child.pid}/status").read_text(encoding="ascii")
        now, highest = (
            int(status.split(f"{name}:")[1].split()[0]) / 1024 for name in ("VmRSS", "VmHWM")
        )
        return now, highest

    def keys(
        self,
        key: bytes,
        answers: Callable[[int], bytes],
        *,
        number: int = 250,
        until: Callable[[], bool] | None = None,
    ) -> Latencies:
        """Press a key again and again, 30 to 90 ms apart, whatever comes back.

        `answers` tells what is painted after the n-th press, from 1 on. A press whose frame
        also shows a later one is answered by that. `until` may end it before the number.
        """
        choose = random.Random(1)
        place, pressed = self.written, []
        for _ in range(number):
            pressed.append(self.send(key))
            time.sleep(choose.uniform(0.03, 0.09))
            if until is not None and until():
                break
        with suppress(TimeoutError):
            self.wait(answers(len(pressed)), place, 20)
        return Latencies(tuple(self._answered(place, pressed, answers)))

    def moves(self, key: bytes, shown: Callable[[pyte.Screen], int], number: int) -> Latencies:
        """Press a key again and again, 30 to 90 ms apart, whatever comes back.

        `shown` tells how many presses a screen answers. What is seen is worked out behind all of
        it, because little of a screen is written again.
        """
        choose = random.Random(1)
        place, pressed = self.written, []
        for _ in range(number):
            pressed.append(self.send(key))
            time.sleep(choose.uniform(0.03, 0.09))
        time.sleep(1)
        screen = pyte.Screen(self._columns, self._lines)
        stream = pyte.ByteStream(screen)
        stream.feed(_NOT_FOR_PYTE.sub(b"", self._data[:place]))
        painted = [float("inf")] * number
        for end, moment in zip(self._sizes, self._moments, strict=True):
            if end > place:
                stream.feed(_NOT_FOR_PYTE.sub(b"", self._data[place:end]))
                place = end
                for n in range(min(shown(screen), number)):
                    painted[n] = min(painted[n], moment)
        return Latencies(tuple(then - start for start, then in zip(pressed, painted, strict=True)))

    def _answered(
        self, place: int, pressed: Sequence[float], answers: Callable[[int], bytes]
    ) -> list[float]:
        data = self.since(place)
        painted = [
            self.moment(place + match.end() - 1) if match else float("inf")
            for match in (re.search(answers(n), data) for n in range(1, len(pressed) + 1))
        ]
        # A frame that shows a later press answers the earlier ones too.
        soonest = list(accumulate(reversed(painted), min))[::-1]
        return [then - start for start, then in zip(pressed, soonest, strict=True)]


@dataclass(frozen=True, slots=True)
class Latencies:
    """How long some keys took to their frames."""

    seconds: tuple[float, ...]

    def percentile(self, number: int) -> float:
        """Return so many percent's latency in ms."""
        return quantiles(self.seconds, n=100, method="inclusive")[number - 1] * 1000

    def __str__(self) -> str:
        parts = (f"p{number} {self.percentile(number):5.1f}" for number in (50, 95, 99))
        return f"{'  '.join(parts)}  max {max(self.seconds) * 1000:5.1f} ms  n={len(self.seconds)}"
