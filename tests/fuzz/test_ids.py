"""A short round of the fuzzer of the id parsers, and its oracle put to the test."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tests.fuzz import sources
from tests.fuzz.ids import HARD, Broken, Figures, check_list, one, stands
from tests.rows import each_row
from zohotui.deletion.ids.file import IdFileError, inspect
from zohotui.deletion.ids.pasted import IdList, parse_text

A = 410405000002264040


@each_row("seed", range(7_000_000, 7_000_400, 100))
def test_a_hundred_inputs_keep_every_promise(seed: int) -> None:
    figures = Figures()
    for number in range(seed, seed + 100):
        one(number, figures)
    assert figures.inputs == 100


@pytest.mark.parametrize("seed", range(7_000_000, 7_000_200, 100))
def test_a_hundred_json_texts_and_workbooks_keep_every_promise(seed: int) -> None:
    figures = Figures()
    for number in range(seed, seed + 100):
        sources.one(number, figures)
    assert figures.inputs == 200


@each_row("name", sources.HARD)
def test_json_that_is_hard_for_careless_readers_is_read(name: str) -> None:
    text = sources.HARD[name](4_000)
    check_list(parse_text(text), text)


@each_row("name", HARD)
def test_texts_that_are_hard_for_careless_expressions_are_read(name: str) -> None:
    """Whether that takes linear time is measured by the program; here it must come to an end."""
    text = HARD[name](4_000)
    check_list(parse_text(text), text)
    with suppress(IdFileError):
        assert inspect(text.encode()).columns


@each_row(
    "text",
    [f"{A}", f"x\n{A}\ny", f"zcrm_{A}", f"\u200b'{A}'\ufeff", f"crm.zoho.eu/crm/tab/Leads/{A}?x"],
)
def test_the_oracle_sees_a_number_that_stands_alone(text: str) -> None:
    assert stands(text, A)


@each_row(
    "text",
    [f"{A}0", f"{A}.0", f"-{A}", f"#{A}", f"{A}\u200b7", f"x{A}", f"{A}e3", f"acme.example/{A}"],
)
def test_the_oracle_sees_a_number_that_does_not(text: str) -> None:
    assert not stands(text, A)
    with pytest.raises(Broken):
        check_list(IdList(ids=parse_text(str(A)).ids), text)
