"""The colours of the band where a terminal has sixteen: the very bytes, of each environment."""

from __future__ import annotations

import pytest

from tests.terminal.stage import Stage
from tests.terminal.steps import leave

pytestmark = pytest.mark.terminal

RED, BLUE, GREEN, AMBER = b"\x1b[97;41m", b"\x1b[97;44m", b"\x1b[30;42m", b"\x1b[97;43m"
ALL = {RED, BLUE, GREEN, AMBER}


@pytest.mark.parametrize(
    ("term", "environment", "word", "colour"),
    [
        ("linux", "production", "PRODUCTION", RED),
        ("linux", "sandbox", "SANDBOX", BLUE),
        ("xterm", "developer", "DEVELOPER", BLUE),
        ("xterm", "other", "UNKNOWN", AMBER),
        ("xterm", "practice", "PRACTICE", GREEN),
    ],
)
def test_each_environment_has_its_fixed_colour_of_sixteen(
    stage: Stage, term: str, environment: str, word: str, colour: bytes
) -> None:
    stage.sandbox.org.environment = environment  # type: ignore[assignment] # Zoho may add others
    practice = ["--demo"] if environment == "practice" else []
    terminal = stage.start(*practice, environ={"TERM": term})
    terminal.wait_for(lambda t: word in t.lines[0] and t.lines[0].endswith("idle"))
    assert colour in terminal.raw
    assert not any(one in terminal.raw for one in ALL - {colour})
    assert leave(terminal) == 0
