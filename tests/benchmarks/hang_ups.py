"""Measures how the program goes when the line drops or a signal tells it to, in every phase."""

from __future__ import annotations

import argparse
import signal
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import Path

from tests.terminal.driver import Terminal
from tests.terminal.phases import IDS, PHASES, deleting, freeze, told_right, trickling
from tests.terminal.stage import Stage, staged
from zohotui.sandbox import Org, Sandbox

_HELD = 2.0
"""Seconds that the answer in flight takes still to come."""

_LONGEST = 400.0

Case = Callable[[Terminal], None]


def _told(number: signal.Signals) -> Case:
    return lambda terminal: terminal.signal(number)


def _both(terminal: Terminal) -> None:
    terminal.signal(signal.SIGHUP)
    terminal.hang_up()


def _frozen(then: Case) -> Case:
    def case(terminal: Terminal) -> None:
        freeze(terminal)
        then(terminal)

    return case


CASES: dict[str, Case] = {
    "line drops": Terminal.hang_up,
    "SIGHUP": _told(signal.SIGHUP),
    "SIGHUP, then drops": _both,
    "SIGTERM": _told(signal.SIGTERM),
    "SIGINT": _told(signal.SIGINT),
    "SIGQUIT": _told(signal.SIGQUIT),
    "frozen, then drops": _frozen(Terminal.hang_up),
    "frozen, SIGHUP": _frozen(_told(signal.SIGHUP)),
    "frozen, SIGTERM": _frozen(_told(signal.SIGTERM)),
}


def measure(case: Case, phase: Callable[[Stage], Terminal], *, answered: bool = True) -> str:
    """Play a case in a phase; return a line of the table."""
    with (
        tempfile.TemporaryDirectory() as folder,
        staged(Sandbox(Org.empty()), Path(folder)) as stage,
    ):
        terminal = phase(stage)
        before = terminal.cpu
        case(terminal)
        if answered and phase is deleting:
            time.sleep(_HELD)
            stage.gate.let()
        start = time.monotonic()
        status = terminal.exit_status(_LONGEST)
        seconds = time.monotonic() - start
        right = f"{told_right(stage)} of {IDS}" if stage.journals else "no run"
        return f"{status:4}  {seconds:8.2f} s  {terminal.cpu - before:6.2f} s  {right}"


class Mode(Enum):
    """What becomes of the answer in flight."""

    ANSWERED = "the answer comes"
    NEVER = "the answer never comes"
    TRICKLES = "the answer comes byte by byte"


def table(names: Iterable[str], mode: Mode) -> Iterator[str]:
    """Play these cases in every phase that the mode has; give the table line by line."""
    phases = {Mode.ANSWERED: PHASES, Mode.NEVER: (deleting,), Mode.TRICKLES: (trickling,)}[mode]
    yield f"{'case':20} {'phase':20} exit  left after         CPU  told right"
    for name in names:
        for phase in phases:
            line = measure(CASES[name], phase, answered=mode is not Mode.NEVER)
            yield f"{name:20} {phase.__name__.replace('_', ' '):20} {line}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=CASES, action="append", help="only this one")
    parser.add_argument("--never", action="store_true", help="the answer in flight never comes")
    parser.add_argument("--trickles", action="store_true", help="it comes byte by byte")
    options = parser.parse_args()
    mode = Mode.NEVER if options.never else Mode.ANSWERED
    mode = Mode.TRICKLES if options.trickles else mode
    for line in table(options.case or CASES, mode):
        print(line, flush=True)


if __name__ == "__main__":
    main()
