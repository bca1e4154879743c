"""A test that goes through a table row by row, and tells of each row that fails.

`pytest.mark.parametrize` makes a test of each row; where a row takes a millisecond or two, that is
most of what it costs, as each process of a run collects all tests.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from tests.world.world import World

_Test = Callable[..., None]

_LONGEST = 400
"""Characters of a row that are told."""


def each_row(names: str | Sequence[str], table: Iterable[Any]) -> Callable[[_Test], _Test]:
    """Call a test with each row of a table, both given as to `pytest.mark.parametrize`.

    Each row has paths, a world and a monkeypatch of its own where the test asks for them; other
    fixtures are the same for all.
    """
    named = names.split(",") if isinstance(names, str) else names
    whole = [dict(zip(named, one if named[1:] else (one,), strict=True)) for one in table]
    assert whole, f"no row of {names}"

    def through(test: _Test) -> _Test:
        @wraps(test)
        def each(**fixtures: Any) -> None:
            failed: list[BaseException] = []
            for number, row in enumerate(whole):
                try:
                    with _own(fixtures, number) as own:
                        test(**own, **row)
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - told below
                    error.add_note(f"In row {number}: {repr(row)[:_LONGEST]}")
                    failed.append(error)
            if failed[1:]:
                raise BaseExceptionGroup(f"{len(failed)} of {len(whole)} rows fail", failed)
            if failed:
                raise failed[0]

        signature = inspect.signature(test)
        rest = [one for name, one in signature.parameters.items() if name not in named]
        each.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]
        return each

    return through


@contextmanager
def _own(fixtures: dict[str, Any], number: int) -> Iterator[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        own = dict(fixtures)
        for name, value in fixtures.items():
            if isinstance(value, pytest.MonkeyPatch):
                own[name] = patch
            elif isinstance(value, Path):
                own[name] = _below(value, number) if name == "tmp_path" else _beside(value, number)
            elif isinstance(value, World):
                own[name] = type(value)(_beside(value.folder, number))
        yield own


def _below(folder: Path, number: int) -> Path:
    (made := folder / str(number)).mkdir(exist_ok=True)
    return made


def _beside(path: Path, number: int) -> Path:
    return _below(path.parent, number) / path.name
