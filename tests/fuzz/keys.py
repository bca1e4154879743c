"""Throws keys, sequences, broken UTF-8 and pastes at the program: `python -m tests.fuzz.keys`.

The real program runs with its practice org in a pseudo-terminal, one life after the other. Each
life must end by ctrl+q with a proper exit code, without a traceback, within bounds of memory; and
the only runs and undos that the journals tell of are those whose sentence was typed here.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

import psutil

from tests.terminal.driver import Terminal
from tests.terminal.nursery import Nursery
from tests.terminal.steps import ask, confirm

EVENTS = 2_000
"""Events of one life."""

MOST_MEMORY = 400 * 1024 * 1024
"""Bytes that a life may take."""

PATIENCE = 240.0
"""Seconds after which a life that does not end is taken to hang."""

PROPER = frozenset({0, 1})
"""Exit codes of a program that was left."""

ROOT = Path(__file__).parents[2]

_START, _END = b"\x1b[200~", b"\x1b[201~"
_FINALS = b"@ABCDEFGHIPQRSZabcdfghlmnpqrstuy~$^"
_COMMANDS = b"miovdxXg +-sryuw/fehcjnpl?\t\r\x1b\x12"
_SIGNALS = bytes.maketrans(b"\x03\x11\x1a\x1c", b"jjjj")
"""Signals for a line whose program has just left, and the key that leaves."""

_KNOWN = (b"\x1b[A", b"\x1b[B", b"\x1b[5~", b"\x1b[6~", b"\x1b[H", b"\x1b[F", b"\x1bOP", b"\x1b[Z")


@dataclass
class Figures:
    """What a round of lives came to."""

    seed: int
    events: int = 0
    lives: int = 0
    left: int = 0
    """Lives that a key ended before their time."""
    runs: int = 0
    """Runs whose sentence was typed here."""
    memory: int = 0
    """The most bytes that a life took."""
    faults: list[str] = field(default_factory=list)


class Hand:
    """Makes one thing after the other up."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._made: tuple[Callable[[], bytes], ...] = (
            *[self._key] * 8,
            *[self._bundle] * 3,
            *[self._sequence] * 4,
            *[self._broken] * 2,
            self._string,
            self._mouse,
            self._size,
            self._sentence,
            *[self._paste] * 2,
        )

    def events(self, number: int) -> Iterator[bytes]:
        """Yield so many writes; what one begins, as a paste, the next may end."""
        while number > 0:
            made = self._random.choice(self._made)()
            parts = self._cut(made) if self._random.random() < 0.1 else [made]
            yield from parts
            number -= len(parts)

    def _cut(self, data: bytes) -> list[bytes]:
        # Whole sentences are never typed here, also not in two parts.
        if not data.startswith(_START) and data.endswith(b"\r"):
            return [data]
        at = self._random.randint(0, len(data))
        return [data[:at], data[at:]]

    def _key(self) -> bytes:
        if self._random.random() < 0.2:
            return self._random.choice("äß漢\u202e\u200b\U0001f600\x85").encode()
        if self._random.random() < 0.5:
            return bytes([self._random.choice(_COMMANDS)])
        return bytes([self._random.randrange(0x7F)]).translate(_SIGNALS)

    def _bundle(self) -> bytes:
        return b"".join(self._random.choices((*_KNOWN, b"j", b"dd", b"5", b" "), k=4))

    def _sequence(self) -> bytes:
        if self._random.random() < 0.3:
            return self._random.choice(_KNOWN)
        number = "".join(self._random.choices("0123456789:;<>?= -", k=self._random.randrange(12)))
        if self._random.random() < 0.1:
            number *= self._random.randrange(40)
        kind = self._random.choice(("\x1b[", "\x1b[", "\x1bO", "\x1b", "\x9b"))
        return f"{kind}{number}".encode() + bytes([self._random.choice(_FINALS)])

    def _broken(self) -> bytes:
        return self._random.randbytes(self._random.randrange(1, 8)).translate(_SIGNALS)

    def _string(self) -> bytes:
        begun = self._random.choice((b"\x1b]11;", b"\x1bP", b"\x1b_G", b"\x1b^", b"\x1bX"))
        return begun + b"rgb:dd" + self._random.choice((b"\x07", b"\x1b\\", b""))

    def _mouse(self) -> bytes:
        x, y = (self._random.choice((0, 1, 5, 40, 79, 500, 10**9)) for _ in range(2))
        return f"\x1b[<{self._random.randrange(130)};{x};{y}".encode() + b"M"

    def _size(self) -> bytes:
        rows, columns = (self._random.choice((0, 1, 24, 20_000, 10**8)) for _ in range(2))
        return f"\x1b[48;{rows};{columns};{rows};{columns}t".encode()

    def _sentence(self) -> bytes:
        verb = self._random.choice(("delete", "restore"))
        return f"\x15{verb} {self._random.choice((1, 2, 3))} Leads\r".encode()

    def _paste(self) -> bytes:
        made = (self._key, self._sequence, self._broken, self._sentence, self._sequence)
        content = b"".join(self._random.choice(made)() for _ in range(self._random.randrange(9)))
        content += self._random.choice((b"", b"554023000000201001\r", _END + b"\x15q"))
        end = b"" if self._random.random() < 0.02 else _END
        return _START + content.replace(_START, b"") + end


def journals(home: Path) -> list[Path]:
    """Return the journals of the practice org."""
    return sorted((home / "practice" / "journals").glob("*.jsonl"))


def sendings(home: Path) -> int:
    """Count what every journal tells of requests to delete or to restore."""
    lines = [line for path in journals(home) for line in path.read_bytes().splitlines()]
    return sum(b'"sending"' in line or b'"restoring"' in line for line in lines)


def _begin(home: Path, nursery: Nursery | None) -> Terminal:
    environ = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "PYTHONPATH": str(ROOT),
        "ZOHOTUI_HOME": str(home),
    }
    work = home / "work"
    work.mkdir(exist_ok=True)
    start = [] if nursery else [sys.executable, "-m", "zohotui"]
    command = [*start, "--demo", "--module", "Leads"]
    terminal = Terminal(command, environ, work, nursery=nursery)
    terminal.wait_for("Module: Leads", PATIENCE)
    terminal.wait_for("idle", PATIENCE)
    return terminal


def _send(terminal: Terminal, data: bytes) -> None:
    """Send as fast as it is read; nobody reads any more once the program is gone."""
    os.set_blocking(terminal._master, False)
    end = time.monotonic() + PATIENCE
    while data and not terminal.ended:
        with suppress(BlockingIOError):
            data = data[os.write(terminal._master, data) :]
        if data:
            time.sleep(0.001)
            if time.monotonic() > end:
                raise AssertionError("the keyboard is not read any more")


def _memory(terminal: Terminal) -> int:
    try:
        return int(psutil.Process(terminal.process.pid).memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _enter(terminal: Terminal) -> None:
    ids = (f"5540230000002010{number:02}" for number in range(1, 4))
    terminal.paste("\n".join(ids))
    terminal.wait_for("3 ids = 3 entered", PATIENCE)


def _at_work(terminal: Terminal, random: Random) -> int:
    """Come to a place where a sentence could count; returns how many were typed."""
    way = random.randrange(3)
    if way:
        _enter(terminal)
        ask(terminal)
    if way > 1:
        confirm(terminal, _sentence(terminal))
        terminal.wait_for("idle", PATIENCE)
        terminal.press("u")
    return int(way > 1)


def _sentence(terminal: Terminal) -> str:
    """Read the sentence off the dialog."""
    words = terminal.box(" of Leads?")
    return words[words.index("Type ") + 5 : words.index(" and press Enter")].strip()


def live(
    home: Path, seed: int, events: int, figures: Figures, nursery: Nursery | None = None
) -> None:
    """Let the program live once, and note in the figures what must not be."""
    random = Random(seed)
    terminal = _begin(home, nursery)
    figures.lives += 1
    try:
        figures.runs += _at_work(terminal, random)
        before = sendings(home)
        for event in Hand(random).events(events):
            if terminal.ended:
                figures.left += 1
                break
            _send(terminal, event)
            figures.events += 1
            if figures.events % 15 == 0:
                # Long enough for the end of a paste to count.
                time.sleep(0.12)
                figures.memory = max(figures.memory, _memory(terminal))
        figures.faults += [f"life {seed}: {why}" for why in _judged(terminal, home, before)]
    except (AssertionError, OSError) as error:
        figures.faults.append(f"life {seed}: {error}")
    finally:
        terminal.close()
    if figures.memory > MOST_MEMORY:
        figures.faults.append(f"life {seed}: {figures.memory:,} bytes")


def _judged(terminal: Terminal, home: Path, before: int) -> Iterator[str]:
    """Leave, and say what is not as it should be."""
    end = time.monotonic() + PATIENCE
    while not terminal.ended and time.monotonic() < end:
        # The end of a paste, of a string, and the key of a dialog that ctrl+q opened.
        for data in (_END, b"\x1b", b"\x11", b"y"):
            _send(terminal, data)
            time.sleep(0.3)
    code = terminal.exit_status(1.0)
    if code not in PROPER:
        told = home / "practice" / "fault.txt"
        yield f"exit code {code}: {told.read_text() if told.exists() else terminal.raw[-500:]!r}"
    if b"Traceback" in terminal.raw:
        yield "a traceback on the screen"
    if sendings(home) != before:
        yield "something was sent whose sentence nobody typed"


def fuzz(
    seed: int,
    events: int,
    most_a_life: int = EVENTS,
    tell: Callable[[Figures], object] = lambda _: None,
    nursery: Nursery | None = None,
) -> Figures:
    """Throw at least so many events, life after life, each in a home of its own.

    `tell` is called with the figures after each life. `nursery`: what starts the program.
    """
    figures = Figures(seed)
    while figures.events < events:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            home.chmod(0o700)
            number = min(most_a_life, events - figures.events)
            live(home, seed * 100_000 + figures.lives, number, figures, nursery)
        tell(figures)
        if len(figures.faults) > 20:
            break
    return figures


def main() -> int:
    """Print the figures; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2)))
    options = parser.parse_args()
    figures = fuzz(options.seed, options.events, tell=lambda now: print(now, file=sys.stderr))
    print(json.dumps(asdict(figures), indent=1))
    return 1 if figures.faults else 0


if __name__ == "__main__":
    sys.exit(main())
