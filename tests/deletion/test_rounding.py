"""Lists that a program has rounded are found; honest ones are never called rounded."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.deletion.rounding_families import HONEST, LOOK_ROUNDED, PREFIXES, Family, rounded
from tests.deletion.rounding_families import dense as make_dense
from tests.deletion.rounding_families import sparse as make_sparse
from tests.rows import each_row
from tests.world.plans import plan_of
from zohotui.deletion.ids.doubles import SIZES, FixedIds, Writer, written, written_as
from zohotui.deletion.ids.file import inspect
from zohotui.deletion.ids.in_child import read_ids_apart
from zohotui.deletion.ids.pasted import merge, parse_text
from zohotui.deletion.ids.rounding import Rounding, Verdict, judged
from zohotui.deletion.journal.receipt_facts import facts
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal, this_tool
from zohotui.deletion.model.events import Resumed, Sent

LOST = st.integers(2**53, 2**64 - 2**12)
ROUND = st.builds(
    lambda one, width: one // width * width,
    LOST,
    st.builds(lambda tens, bits: 10**tens * 2**bits, st.integers(0, 5), st.integers(0, 12)),
).filter(lambda one: one >= 2**53)
WRITERS = st.sampled_from(Writer)
BIG = [name for name in PREFIXES if name.startswith(("18", "19"))]


def far_from_the_ends_of_a_size(record_id: int) -> bool:
    return all(abs(record_id - size) > 2**40 for size in SIZES)


def test_the_example_of_two_programs() -> None:
    assert written(555123000000100003, Writer.SHORTEST) == 555123000000100030
    assert written(555123000000100003, Writer.EXACT) == 555123000000100032
    assert written(555123000000100003, Writer.DIGITS_15) == 555123000000100000


@given(st.one_of(LOST, ROUND))
@example(288230376151711744)
def test_programs_are_played_as_python_does_it(record_id: int) -> None:
    double = float(record_id)
    assert written(record_id, Writer.EXACT) == int(double)
    assert written(record_id, Writer.SHORTEST) == int(Decimal(repr(double)))
    assert written(record_id, Writer.DIGITS_17) == int(Decimal(f"{double:.16e}"))
    assert written(record_id, Writer.DIGITS_16) == int(Decimal(f"{double:.15e}"))
    assert written(record_id, Writer.DIGITS_15) == int(Decimal(f"{double:.14e}"))


@given(st.one_of(LOST, ROUND, st.builds(written, LOST, WRITERS)), WRITERS)
def test_fixed_ids_are_those_that_a_program_leaves_alone(record_id: int, writer: Writer) -> None:
    assume(far_from_the_ends_of_a_size(record_id))
    low = max(size for size in SIZES if size <= record_id)
    fixed = FixedIds.of(writer, low)
    assert fixed.among([record_id]) == [record_id][: written(record_id, writer) == record_id]


@given(LOST, WRITERS)
def test_what_an_id_may_have_been_is_all_that_is_written_as_it(true: int, writer: Writer) -> None:
    assume(far_from_the_ends_of_a_size(true))
    record_id = written(true, writer)
    low, high = written_as(record_id, writer)
    assert low <= true <= high
    assert written(low, writer) == record_id
    assert written(low - 1, writer) != record_id
    if writer is not Writer.DIGITS_15:
        assert written(high, writer) == record_id
        assert written(high + 1, writer) != record_id


@each_row("family", HONEST.values())
def test_nobody_is_asked_about_honest_lists(family: Family) -> None:
    for seed in range(10):
        draw = Random(seed)
        first = PREFIXES[draw.choice(BIG)]
        for number in (1, 2, 5, 30, 300, 2_000):
            found = judged(family(draw, first, number))
            assert not found.asks, (seed, number, found)


@given(
    st.sampled_from([*HONEST.values(), *LOOK_ROUNDED.values()]),
    st.sampled_from([*PREFIXES.values()]),
    st.integers(1, 2_000),
    st.integers(0, 2**32),
)
def test_no_honest_list_is_called_rounded(
    family: Family, first: int, number: int, seed: int
) -> None:
    assert judged(family(Random(seed), first, number)).verdict is not Verdict.ROUNDED


STEPS = st.tuples(st.integers(1, 10**6), st.integers(1, 400))
"""How wide, and how many."""


@given(st.integers(2**53, 2**63), STEPS, st.integers(1, 10**6), STEPS)
def test_nothing_in_steps_is_called_rounded(
    start: int, one: tuple[int, int], gap: int, other: tuple[int, int]
) -> None:
    ids = [start + one[0] * place for place in range(one[1])]
    ids += [ids[-1] + gap + other[0] * place for place in range(other[1])]
    assert judged(ids).verdict is not Verdict.ROUNDED


@each_row("number", [5, 20, 100, 1_000])
@each_row("make", [make_sparse, make_dense])
@each_row("writer", Writer)
def test_rounded_lists_are_asked_about(writer: Writer, make: Family, number: int) -> None:
    for seed, name in enumerate(BIG):
        ids = rounded(make(Random(seed), PREFIXES[name], number), writer)
        found = judged(ids)
        # Of a few neighbours one or two ids are left, which are what chance makes, too.
        assert found.asks or len(ids) <= 3, (name, found)
        if found.asks:
            assert (found.alike, found.of) == (len(ids), len(ids))


@pytest.mark.parametrize("writer", [Writer.SHORTEST, Writer.DIGITS_17])
def test_what_no_steps_explain_is_called_rounded(writer: Writer) -> None:
    for name in BIG:
        ids = rounded(make_sparse(Random(1), PREFIXES[name], 2_000), writer)
        assert judged(ids).verdict is Verdict.ROUNDED, name


def test_a_list_of_which_a_part_is_rounded_is_asked_about() -> None:
    ids = make_sparse(Random(1), PREFIXES["18 digits, grain 64"], 90)
    found = judged([*rounded(ids[:30], Writer.EXACT), *ids[30:]])
    assert found.verdict is Verdict.UNCERTAIN
    assert 30 <= found.alike < 35
    assert found.of == 90


def test_ids_that_a_double_keeps_say_nothing() -> None:
    small = [4_104_050_000_022_000 + 64 * place for place in range(100)]
    assert judged(small) == Rounding()
    ids = rounded(make_sparse(Random(1), PREFIXES["18 digits, grain 64"], 50), Writer.EXACT)
    assert judged([*small, *ids]).of == 50


@pytest.mark.parametrize("ids", [[554023000000200000], [4876876000003290000, 4876876000003360000]])
def test_one_or_two_ids_are_worth_a_line_and_no_question(ids: list[int]) -> None:
    assert judged(ids).verdict is Verdict.HINT


def test_the_words_say_the_share_and_what_chance_would_give() -> None:
    ids = [555123000000100032, 555123000000104000, 555123000000200000, 555123000000300032]
    assert judged(ids).words == (
        "4 of 4 ids look rounded to multiples of 64; by chance 1 in 64 would"
    )
    assert judged(ids).lowest == 555123000000100001
    assert judged(ids).highest == 555123000000100063


def test_a_rounded_list_does_not_hide_among_others() -> None:
    honest = make_sparse(Random(1), PREFIXES["18 digits, grain 64"], 1_000)
    bad = rounded(make_sparse(Random(2), PREFIXES["18 digits, grain 64"], 20), Writer.EXACT)
    first = parse_text("\n".join(map(str, honest)), "honest.csv")
    second = parse_text("\n".join(map(str, [*bad, bad[0]])), "bad.csv")
    third = parse_text(str(honest[0] + 1), "typed ids")
    found = merge(merge(first, second), third).rounding
    assert found.words == (
        "20 of 20 ids from bad.csv look rounded to multiples of 64; by chance 1 in 64 would"
    )
    assert found.duplicates == 1


def test_a_child_process_tells_the_same() -> None:
    bad = rounded(make_sparse(Random(2), PREFIXES["19 digits, grain 512"], 50), Writer.SHORTEST)
    source = "\n".join(map(str, [*bad, bad[7]])).encode()
    table = inspect(source)
    found = read_ids_apart(source, table, apart_from=0)
    assert found.rounding.asks
    assert found.rounding == read_ids_apart(source, table).rounding
    assert found.rounding.duplicates == 1


def test_two_ids_that_many_entries_repeat_are_asked_about() -> None:
    entries = [554023000000201001 + place for place in range(60)]
    ids = rounded(entries, Writer.EXACT)
    assert len(ids) == 2
    assert judged(ids).verdict is Verdict.HINT
    assert judged(ids, len(entries) - len(ids)).verdict is Verdict.UNCERTAIN


@pytest.mark.parametrize("said", ["", "4 of 4 ids look rounded"])
def test_what_the_admin_said_of_the_list_is_kept(tmp_path: Path, said: str) -> None:
    plan = replace(plan_of([1234567890123, 1234567890124]), said_right=said)
    with closing(Journal.create(tmp_path, plan)) as journal:
        path = journal.path
    assert replay(path).plan.said_right == said
    assert json.loads(path.read_text()).get("said_right", "") == said
    assert ("said_right" in path.read_text()) == bool(said)
    told = "\n".join(facts(read_journal(path), path.name, written=""))
    assert ("the admin said that they are right" in told) == bool(said)


def test_what_the_admin_said_when_the_run_went_on_is_kept(tmp_path: Path) -> None:
    plan = plan_of([1234567890123, 1234567890124])
    with closing(Journal.create(tmp_path, plan)) as journal:
        path = journal.path
        journal.said_right("2 of 2 ids look rounded")
        journal.record(Resumed(this_tool()))
        journal.record(Sent(next(iter(plan.batches()))))
    read = read_journal(path)
    told = read.run
    assert told.plan == plan
    assert told.said_right == "2 of 2 ids look rounded"
    keys = [json.loads(line).get("said_right") for line in path.read_text().splitlines()]
    assert keys == [None, "2 of 2 ids look rounded", None]
    receipt = "\n".join(facts(read, path.name, written=""))
    assert "2 of 2 ids look rounded; the admin said that they are right" in receipt


def test_many_neighbours_that_have_become_one_id_are_asked_about() -> None:
    (one,) = rounded(range(4876876000000201100, 4876876000000201160), Writer.EXACT)
    assert judged([one]).verdict is Verdict.HINT
    assert judged([one], 59).verdict is Verdict.UNCERTAIN
    assert not judged([one + 1], 59).asks
