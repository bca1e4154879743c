"""The table of commands: what each does is one of the acts of the screens that offer it."""

from __future__ import annotations

from itertools import combinations
from typing import get_type_hints

import pytest

from zohotui.tui.acts.list import ListPlace
from zohotui.tui.acts.place import Place
from zohotui.tui.acts.run import RunPlace
from zohotui.tui.acts.screen import AnyPlace
from zohotui.tui.acts.table import ACTS
from zohotui.tui.keys.command import Command, Where, where_else
from zohotui.tui.keys.commands import COMMANDS, commands_of

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


def test_a_key_of_another_screen_says_where_it_works() -> None:
    def told(key: str, *ids: str) -> str:
        return where_else(key, [one for one in COMMANDS if one.id in ids], "h lists them")

    assert told("d", "delete") == "d works on the list: Esc leads back to it."
    assert told("r", "retry") == "r works on a run: h lists them."
    assert told("S", "sort") == "S works on a run: h lists them."
    assert told("u", "restore_deleted", "undo") == "u works on a run: h lists them."
    assert told("q") == ""


@pytest.mark.parametrize("where", [Where.LIST, Where.RUN, Where.RUNS])
def test_two_commands_of_a_screen_share_a_key_only_in_different_phases(where: Where) -> None:
    for one, other in combinations(commands_of(where).values(), 2):
        if {*one.key.split(",")} & {*other.key.split(",")}:
            assert not {*one.phases} & {*other.phases}, (one.id, other.id)
