"""What the environment tells Textual: heeded, set right, or named as at fault."""

from __future__ import annotations

import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path

import pytest

from zohotui.config.errors import ConfigError
from zohotui.tui.terminal.toolkit_settings import prepare

PLAIN = {"TEXTUAL_COLOR_SYSTEM": "auto", "TEXTUAL_FPS": "120", "TEXTUAL_ANIMATIONS": "none"}


@pytest.fixture
def terminal() -> Iterator[int]:
    """Open a terminal that does not know its size yet."""
    ours, its = pty.openpty()
    yield its
    os.close(ours)
    os.close(its)


def prepared(given: dict[str, str], terminal: int) -> dict[str, str]:
    environ = dict(given)
    prepare(environ, terminal)
    return environ


@pytest.mark.parametrize(
    ("given", "then"),
    [
        ({}, PLAIN),
        ({"TEXTUAL_COLOR_SYSTEM": ""}, PLAIN),
        ({**PLAIN, "TEXTUAL_COLOR_SYSTEM": "256", "TEXTUAL_FPS": "30"}, None),
        *(({"TEXTUAL_FPS": fps}, PLAIN) for fps in ("x", "", "0", "-1", "999999999", "9" * 5_000)),
        ({"TEXTUAL_DRIVER": "nope:Nope"}, PLAIN),
        ({"COLUMNS": "100", "LINES": "50", **PLAIN}, None),
        *(({"COLUMNS": few, "LINES": few}, PLAIN) for few in ("0", "x", "3000", "9" * 5_000, "²")),
    ],
    ids=str,
)
def test_what_textual_would_not_survive_is_set_right(
    given: dict[str, str], then: dict[str, str] | None, terminal: int
) -> None:
    assert prepared(given, terminal) == (given if then is None else then)


def test_a_terminal_that_knows_its_size_knows_better(terminal: int) -> None:
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    assert prepared({"COLUMNS": "100", "LINES": "50"}, terminal) == PLAIN


@pytest.mark.parametrize(
    ("name", "value"),
    [("TEXTUAL_COLOR_SYSTEM", "zzz"), ("TEXTUAL_LOG", "/no/where")],
)
def test_what_the_admin_must_correct_is_named(name: str, value: str, terminal: int) -> None:
    with pytest.raises(ConfigError, match=rf"^{name} is {value}[,;] .* Correct it, or unset it\.$"):
        prepared({name: value}, terminal)


def test_a_log_that_can_be_written_is(tmp_path: Path, terminal: int) -> None:
    given = {"TEXTUAL_LOG": str(tmp_path / "log"), **PLAIN}
    assert prepared(given, terminal) == given


def test_it_can_be_prepared_before_textual_is_imported() -> None:
    program = (
        "import sys, zohotui.tui.terminal.toolkit_settings; sys.exit('textual' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
