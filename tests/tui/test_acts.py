"""What the commands do is found by their ids."""

from __future__ import annotations

from zohotui.tui.acts import ACTS
from zohotui.tui.commands import COMMANDS


def test_each_command_does_something_and_nothing_else_is_done() -> None:
    assert list(ACTS) == [command.id for command in COMMANDS]
