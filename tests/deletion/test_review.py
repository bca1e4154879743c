"""Looking before deleting: which records are read, and what is said of them."""

from __future__ import annotations

import pytest

from tests.support import OLD_ID, World
from zohotui.deletion.review import Sample, sample
from zohotui.sandbox import Fault, FaultKind
from zohotui.zoho.errors import AnswerLost, NotSent
from zohotui.zoho.records import Record


@pytest.mark.parametrize("api", ["v2", "v8"])
def test_a_sample_is_spread_over_the_list_and_read_in_one_call(world: World, api: str) -> None:
    ids = world.leads(1_000)
    read = sample(world.crm(api), "Leads", ids)
    (attempt,) = world.wire.reads
    assert attempt.method == "GET"
    assert attempt.ids == tuple(ids[::10])
    assert (read.asked, read.missing) == (100, 0)
    assert [int(record.id) for record in read.records] == ids[::10]


@pytest.mark.parametrize("size", [1, 5, 100, 500])
def test_no_more_are_read_than_one_call_takes(world: World, size: int) -> None:
    read = sample(world.crm(), "Leads", world.leads(150), size)
    assert read.asked == min(size, 100)


def test_what_is_not_there_is_counted(world: World) -> None:
    here, gone = world.leads(2)
    world.sandbox.org.bin("Leads", str(gone))
    read = sample(world.crm(), "Leads", [OLD_ID, gone, here])
    assert (read.asked, read.missing) == (3, 2)
    assert [record.id for record in read.records] == [str(here)]


@pytest.mark.parametrize(
    ("kind", "error"), [(FaultKind.RESET_BEFORE, AnswerLost), (FaultKind.REFUSE, NotSent)]
)
def test_a_sample_that_cannot_be_read_says_why(
    world: World, kind: FaultKind, error: type[Exception]
) -> None:
    world.sandbox.faults.add(Fault(kind=kind, method="GET"))
    with pytest.raises(error):
        sample(world.crm(), "Leads", world.leads(1))


def record(number: int, modified: str = "") -> Record:
    return Record(str(number), f"Name {number}", "Bo", "", modified)


def test_the_oldest_and_newest_change_are_dates() -> None:
    dates = ["2026-03-01T10:00:00+01:00", "", "2025-12-31T23:00:00Z", "2026-01-01T00:00:00Z"]
    read = Sample(9, tuple(record(number, date) for number, date in enumerate(dates)))
    assert read.modified == ("2025-12-31", "2026-03-01")
    assert read.missing == 5
    assert Sample(1, ()).modified == ("", "")


def test_a_few_are_spread_over_the_sample() -> None:
    read = Sample(10, tuple(map(record, range(10))))
    assert [found.id for found in read.few(5)] == ["0", "2", "4", "6", "8"]
    assert read.few(20) == read.records
