"""What is said of a file of ids before it is taken."""

from __future__ import annotations

import pytest

from zohotui.deletion.ids.id_list import IdList, Origin
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
