"""What is said of a file of ids before it is taken."""

from __future__ import annotations

import pytest

from zohotui.deletion.ids.id_list import IdList, Origin
from zohotui.deletion.ids.pasted import parse_text
from zohotui.tui.words.file import told_of


def naming(*modules: str) -> str:
    origins = tuple(Origin(name, "", line) for line, name in enumerate(modules, 1))
    return str(told_of(IdList(source="a.csv", origins=origins), None))


@pytest.mark.parametrize(
    ("modules", "told"),
    [
        ("A", "A."),
        ("AB", "A, B. Several modules are done one after the other."),
        ("ABCDEFG", "A, B, C, D, E and 2 more. Several modules are done one after the other."),
    ],
)
def test_several_modules_are_spoken_of_only_if_there_are_several(modules: str, told: str) -> None:
    assert naming(*modules).splitlines()[-1] == f"It names the module of each id: {told}"


@pytest.mark.parametrize(
    ("second", "whose"),
    [("", "some of the ids"), (', "Module": "Contacts"', "each id")],
)
def test_a_list_that_names_the_module_of_some_ids_does_not_say_of_each(
    second: str, whose: str
) -> None:
    first = '{"id": "554023000000201001", "Module": "Contacts"}'
    text = f'[{first}, {first}, {{"id": "554023000000201002"{second}}}]'
    words = str(told_of(parse_text(text, "a.json"), None))
    assert f"It names the module of {whose}: Contacts." in words
