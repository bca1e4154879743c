"""A table that is gone through in one test fails for each row that does, and names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rows import each_row
from tests.world.world import World


@each_row(("a", "b"), [(1, 1), (1, 2), (3, 4)])
def alike(a: int, b: int) -> None:
    assert a == b


@each_row("number", range(3))
def below_two(number: int) -> None:
    if number == 2:
        pytest.fail("too large")


def test_each_row_that_fails_is_told_with_its_values() -> None:
    with pytest.raises(BaseExceptionGroup, match="2 of 3 rows fail") as caught:
        alike()
    assert [error.__notes__ for error in caught.value.exceptions] == [
        ["In row 1: {'a': 1, 'b': 2}"],
        ["In row 2: {'a': 3, 'b': 4}"],
    ]
    with pytest.raises(pytest.fail.Exception, match="too large") as failed:
        below_two()
    assert failed.value.__notes__ == ["In row 2: {'number': 2}"]


def test_a_table_without_a_row_is_none() -> None:
    with pytest.raises(AssertionError, match="no row of number"):
        each_row("number", [])


def test_tables_multiply_and_each_row_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    seen: list[tuple[object, ...]] = []

    @each_row("number", [1, 2])
    @each_row("name", ["a", "b"])
    def look(
        number: int, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: World
    ) -> None:
        assert list(tmp_path.iterdir()) == []
        (tmp_path / "x").touch()
        seen.append((number, name, tmp_path, world.folder))
        assert not hasattr(each_row, "patched")
        monkeypatch.setattr(each_row, "patched", True, raising=False)

    look(tmp_path=tmp_path, monkeypatch=monkeypatch, world=world)
    assert [one[:2] for one in seen] == [(1, "a"), (1, "b"), (2, "a"), (2, "b")]
    assert [len(set(column)) for column in zip(*seen, strict=True)][2:] == [4, 4]
