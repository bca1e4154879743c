"""What a list comes to: exact, a currency by itself, and only of what would be deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.review_support import BOTH
from tests.rows import each_row
from tests.world.world import World
from zohotui.deletion.model import narrow
from zohotui.deletion.model.figures import Figures, Number
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.review.figure_columns import MOST_FIELDS, FigureColumns, Total
from zohotui.deletion.review.review import ReviewRequest, review
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.deletion.review.sums import Sums, sum_up
from zohotui.tui.words.sums import more_sums, plain, sums_facts


def summed(world: World, ids: list[int], *, api: str = "v2", out: tuple[int, ...] = ()) -> Sums:
    listed = ReviewedList(ids)
    for event in review(ReviewRequest(ids, "Deals"), world.crm(api), Levers(), world.times):
        listed.follow(event)
    listed.take_out(out)
    return sum_up(listed, world.clock())


def deals(world: World, *fields: dict[str, Any]) -> list[int]:
    org = world.sandbox.org
    return [int(org.add_records("Deals", fields=one)[0]) for one in fields]


@BOTH
def test_money_is_added_up_exactly_and_each_currency_by_itself(world: World, api: str) -> None:
    ids = deals(
        world,
        {"Deal_Name": "One", "Amount": 0.1, "Currency": "EUR"},
        {"Deal_Name": "Two", "Amount": 0.2, "Currency": "EUR"},
        {"Deal_Name": "Three", "Amount": 12_345_678_901.25, "Currency": "USD"},
        {"Deal_Name": "Four", "Amount": None, "Currency": "USD"},
    )
    told = [(one.total.currency, one.total.total) for one in summed(world, ids, api=api).totals]
    assert told == [("EUR", Decimal("0.3")), ("USD", Decimal("12345678901.25"))]
    assert [one.name for one in summed(world, ids, api=api).totals] == ["Two", "Three"]


def test_only_what_would_be_deleted_is_summed_up_and_nothing_is_read_for_it(world: World) -> None:
    owner = {"name": "Bo Li", "id": "554023000000077999"}
    ids = deals(world, *({"Amount": 10, "Owner": owner} for _ in range(4)))
    world.sandbox.org.await_approval("Deals", str(ids[3]))
    calls = len(world.wire.reads)
    sums = summed(world, ids, out=(0,))
    assert [one.total.total for one in sums.totals] == [Decimal(20)]
    assert sums.owners == Counter({"Bo Li": 2})
    assert sums.creators == Counter({"Anna Ember": 2})
    assert len(world.wire.reads) == calls + 1


def test_what_was_changed_in_the_last_days_is_counted(world: World) -> None:
    recent, old = "2026-09-20T10:00:00+00:00", "2026-09-01T10:00:00+00:00"
    ids = deals(world, *({"Modified_Time": when} for when in (recent, old, old)))
    assert summed(world, ids).recent == 1


@each_row("number", [-7.123456789, 10**18, 0.00001, 123_456_789.1])
def test_no_number_loses_a_digit(number: float) -> None:
    columns = FigureColumns(2)
    columns.put(0, Figures.of({"N": number}, {}))
    columns.put(1, Figures.of({"N": 1}, {}))
    assert [one.total for one in columns.totals([0, 1])] == [Decimal(str(number)) + 1]


def test_what_is_no_sum_is_not_added() -> None:
    entry = {"$x": 1, "id": "5", "Probability": 90, "Flag": True, "Text": "7", "N": float("nan")}
    assert Figures.of(entry, {}).numbers == {}
    assert Figures.of({"Huge": 10**400, "Endless": float("inf")}, {}).numbers == {}
    kinds = {"Text": "bigint", "N": "double", "Rate": "percent"}
    assert Figures.of({**entry, "Rate": 5}, kinds).numbers == {"Text": Decimal(7)}
    columns = FigureColumns(1)
    columns.put(0, Figures.of({f"F{number}": 1 for number in range(20)}, {}))
    assert len(columns.totals([0])) == MOST_FIELDS


def test_a_record_read_again_counts_once() -> None:
    columns = FigureColumns(1)
    for number in (0.123456789, 5):
        columns.put(0, Figures.of({"N": number}, {}))
    assert [one.total for one in columns.totals([0])] == [Decimal(5)]


def test_the_words_keep_to_four_lines(world: World) -> None:
    name = "A very long name of a company that trades in everything"
    people = [{"name": f"{number} {name}", "id": "1"} for number in range(9)]
    fields = {f"Amount_{number}": 1_234_567.5 + number for number in range(7)}
    ids = deals(world, *({"Deal_Name": name, "Owner": one, **fields} for one in people))
    sums = summed(world, ids)
    facts = dict(sums_facts(sums))
    assert len(str(facts["Sums"])) <= 112
    assert len(str(facts["Owners"])) <= 56
    assert "others" in str(facts["Owners"])
    assert facts["Created"] == "by Anna Ember 9"
    assert len(more_sums(sums).split(" · ")) + len(str(facts["Sums"]).split(" · ")) == MOST_FIELDS


def test_a_sum_has_no_idle_zeros() -> None:
    assert [plain(Decimal(one)) for one in ("48200.50", "10", "100", "0.10", "-1.0")] == [
        "48,200.5",
        "10",
        "100",
        "0.1",
        "-1",
    ]


AMOUNTS = st.sampled_from([0, 1, 5, -3, 0.1, 0.2, 0.123456789, 10**18, Decimal("7.5")])
FIGURES = st.builds(
    Figures,
    st.dictionaries(st.sampled_from(["Amount", "Tax"]), AMOUNTS),
    st.sampled_from(["", "EUR", "USD"]),
    st.sampled_from(["", "Anna", "Bo"]),
)


def added_up(
    given_: list[Figures], places: list[int], money: frozenset[str] | None
) -> Iterator[Total]:
    """Add up record by record, which needs no column."""
    for name in dict.fromkeys(name for one in given_ for name in one.numbers):
        by_currency: dict[str, list[tuple[Number, int]]] = {}
        for place in places:
            currency = given_[place].currency if money is None or name in money else ""
            if name in given_[place].numbers:
                number = Decimal(str(given_[place].numbers[name]))
                by_currency.setdefault(currency, []).append((number, place))
        for currency, told in by_currency.items():
            total = sum((Decimal(number) for number, _ in told), Decimal(0))
            largest = Decimal(max(number for number, _ in told))
            if total or largest:
                yield Total(name, currency, total, largest, 0)


@given(
    given_=st.lists(FIGURES, min_size=1, max_size=12),
    money=st.sampled_from([None, frozenset[str](), frozenset({"Amount"})]),
    size=st.integers(1, 5),
    data=st.data(),
)
def test_columns_add_up_to_what_the_records_do(
    given_: list[Figures], money: frozenset[str] | None, size: int, data: st.DataObject
) -> None:
    columns = FigureColumns(len(given_), money)
    for place, one in enumerate(given_):
        columns.put(place, one)
    places = sorted(data.draw(st.sets(st.integers(0, len(given_) - 1))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrow, "_SLICE", size)
        totals, creators = columns.totals(places), columns.creators(places)
    assert creators == Counter(given_[place].creator for place in places)
    for told in totals:
        # Any record with the largest will do.
        assert told.place in places
        assert Decimal(str(given_[told.place].numbers[told.field])) == told.largest
        assert told.currency in {"", given_[told.place].currency}
    wanted = added_up(given_, places, money)
    assert sorted(map(without_place, totals)) == sorted(map(without_place, wanted))


def without_place(one: Total) -> tuple[str, str, Decimal, Decimal]:
    return one.field, one.currency, one.total, one.largest
