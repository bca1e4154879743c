"""The table of commands: what each does is one of the acts of the screens that offer it."""

from __future__ import annotations

from itertools import combinations
from typing import get_type_hints

import pytest

from zohotui.tui.acts import ACTS
from zohotui.tui.command import Command, Where
from zohotui.tui.commands import COMMANDS, commands_of
from zohotui.tui.list_acts import ListPlace
from zohotui.tui.place import Place
from zohotui.tui.run_acts import RunPlace
from zohotui.tui.screen_acts import AnyPlace

PLACES = {
    Where.LIST: ListPlace,
    Where.RUN: RunPlace,
    Where.BOTH: Place,
    Where.EVERYWHERE: AnyPlace,
}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.id)
def test_what_a_command_does_takes_the_screens_that_offer_it(command: Command) -> None:
    assert get_type_hints(ACTS[command.id])["on"] is PLACES[command.where]


def test_nothing_else_is_done() -> None:
    assert list(ACTS) == [command.id for command in COMMANDS]


@pytest.mark.parametrize("where", [Where.LIST, Where.RUN, Where.RUNS])
def test_two_commands_of_a_screen_share_a_key_only_in_different_phases(where: Where) -> None:
    for one, other in combinations(commands_of(where).values(), 2):
        if {*one.key.split(",")} & {*other.key.split(",")}:
            assert not {*one.phases} & {*other.phases}, (one.id, other.id)
