"""The colours of the band where a terminal has sixteen: the very bytes, of each environment."""

from __future__ import annotations

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import leave

pytestmark = pytest.mark.terminal

RED, BLUE, GREEN, AMBER = b"\x1b[97;41m", b"\x1b[97;44m", b"\x1b[30;42m", b"\x1b[97;43m"
ALL = {RED, BLUE, GREEN, AMBER}


def _is(terminal: Terminal, word: str, colour: bytes, since: int = 0) -> int:
    """See a band and the colour of its bytes; returns how many have come."""
    terminal.wait_for(lambda t: word in t.lines[0] and t.lines[0].endswith("idle"))
    raw = terminal.raw[since:]
    assert colour in raw
    assert not any(one in raw for one in ALL - {colour})
    return len(terminal.raw)


def test_each_environment_has_its_fixed_colour_of_sixteen(stage: Stage) -> None:
    terminal = stage.start(environ={"TERM": "xterm"})
    came = _is(terminal, "PRODUCTION", RED)
    for environment, word, colour in (
        ("sandbox", "SANDBOX", BLUE),
        ("other", "UNKNOWN", AMBER),
        ("developer", "DEVELOPER", BLUE),
    ):
        stage.sandbox.org.environment = environment  # type: ignore[assignment] # Zoho may add others
        terminal.send(b"\x12")
        came = _is(terminal, word, colour, came)
    assert leave(terminal) == 0


def test_the_practice_org_has_one_too(stage: Stage) -> None:
    terminal = stage.start("--demo", environ={"TERM": "linux"})
    _is(terminal, "PRACTICE", GREEN)
    assert leave(terminal) == 0
