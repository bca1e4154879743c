"""Values of external fields resolved into ids: one outcome each, and nothing that was not asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.lists_support import by_values, follow, numbered
from tests.deletion.review_support import BOTH
from tests.world.world import World, of_scopes
from zohotui.deletion.lists.events import ListBegun, ListEvent, ListGrew
from zohotui.deletion.model.events import Waiting
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.listing import Miss
from zohotui.sandbox import Fault, FaultKind, Variants
from zohotui.zoho.external import batches

K = [f"K-{number}" for number in range(250)]
FORMS = pytest.mark.parametrize("form", ["everywhere", "v2", "nowhere"])


@BOTH
@FORMS
def test_each_value_has_its_record_whatever_form_of_the_call_zoho_understands(
    world: World, api: str, form: str
) -> None:
    world.sandbox.variants = Variants(external_many=form)  # type: ignore[arg-type]
    records = numbered(world, K)
    asked = [*K[::-1], "K-none"]
    told = follow(world, by_values(asked), api=api)
    assert list(told.ids.ids) == [records[value] for value in K[::-1]]
    assert dict(told.listing.values) == {record: value for value, record in records.items()}
    assert told.misses == {"K-none": "not found"}
    assert told.begun.total == 251
    assert told.begun.credits == 3
    assert told.grown[-1] == (251, 250)
    begun = [one.credits for one in told.events if isinstance(one, ListBegun)]
    understood = form in {"everywhere", api}
    assert begun == ([3] if understood else [3, 151])
    assert "Leads by the values of ERP_No, read 2026-" in told.ids.source
    assert not world.sandbox.ledger.deleted_ids("Leads")


def test_calls_carry_a_hundred_values_and_no_address_is_too_long(world: World) -> None:
    numbered(world, K)
    follow(world, by_values(K))
    reads = [one for one in world.sandbox.ledger.requests if "/Leads" in one.path]
    assert len(reads) == 3
    long = [f"{number:03}{'é' * 250}" for number in range(40)]
    assert all(len("".join(one).encode()) * 3 <= 2_000 for one in batches(long))
    assert [value for one in batches(long) for value in one] == long


@BOTH
def test_what_is_found_twice_is_told_and_not_listed(world: World, api: str) -> None:
    records = numbered(world, K[:50])
    org = world.sandbox.org
    (second,) = org.add_records("Leads")
    org.externals.give("Leads", "ERP_No", second, "K-7")
    # The second record may be on another page than the first.
    for size in (200, 7, 1):
        world.sandbox.variants = Variants(page_size=size)
        told = follow(world, by_values(K[:50]), api=api)
        assert told.misses == {"K-7": "found twice"}
        assert set(told.ids.ids) == set(records.values()) - {records["K-7"]}


@FORMS
def test_a_value_in_other_letters_is_not_the_value(world: World, form: str) -> None:
    world.sandbox.variants = Variants(external_many=form, external_case_blind=True)  # type: ignore[arg-type]
    records = numbered(world, ["K-1", "k-2"])
    told = follow(world, by_values(["K-1", "K-2", "K-3"]))
    assert list(told.ids.ids) == [records["K-1"]]
    assert told.misses == {"K-2": "written otherwise", "K-3": "not found"}
    assert "k-2" in told.listing.unresolved[0].why


def test_an_empty_list_is_no_word_that_nothing_has_a_value(world: World) -> None:
    """Where no record is found Zoho says so, with no content or a code."""
    world.sandbox.variants = Variants(external_many="nowhere")
    numbered(world, ["K-1"])
    world.sandbox.faults.add(
        Fault(kind=FaultKind.MISSING_ITEM, method="GET", path="/Leads/K-1", times=9)
    )
    told = follow(world, by_values(["K-1", "K-2"]))
    why = {one.value: (one.miss, one.why) for one in told.listing.unresolved}
    assert why["K-1"][0] is Miss.UNREADABLE
    assert "does not say that it is complete" in why["K-1"][1]
    assert why["K-2"][0] is Miss.NOT_FOUND


def test_a_number_that_is_also_an_id_is_never_taken_for_one(world: World) -> None:
    """Where the header is not understood, a value would open the record with that id."""
    (victim,) = world.leads(1)
    records = numbered(world, ["1000000001", "1000000002"])
    for variants in (Variants(), Variants(external_many="nowhere")):
        world.sandbox.variants = variants
        told = follow(world, by_values([str(victim), "1000000001", "1000000002"]))
        assert victim not in told.ids.ids
        assert told.misses == {str(victim): "not found"}
        assert list(told.ids.ids) == list(records.values())


def test_odd_values_are_asked_for_as_they_are(world: World) -> None:
    odd = [
        "a b",
        "50%",
        "x+y",
        "q?",
        "#1",
        "größe",
        "東京",
        "a&ids=1",
        "K/9",
        '"q"',
        "deleted",
        "..",
    ]
    records = numbered(world, [*odd, "one, two"])
    told = follow(world, by_values([*odd, "one, two", "no, such"]))
    assert told.misses == {"no, such": "not found"}
    assert set(told.ids.ids) == set(records.values())
    # By addresses of their own some cannot be asked for, and nothing else is asked in their place.
    world.sandbox.variants = Variants(external_many="nowhere")
    told = follow(world, by_values([*odd, "one, two"]))
    assert told.misses == {"K/9": "not readable", "deleted": "not readable", "..": "not readable"}
    assert set(told.ids.ids) == set(records.values()) - {
        records[value] for value in ("K/9", "deleted", "..")
    }


def test_a_field_that_is_not_external_ends_it_before_anything_is_read(world: World) -> None:
    numbered(world, K[:1])
    told = follow(world, by_values(K[:1], field="Company"))
    assert told.end.ids is None
    assert told.end.why == "Leads has no external field Company. It has ERP_No."
    nothing = follow(world, by_values(K[:1], module="Contacts"))
    assert nothing.end.why == "Contacts has no external field ERP_No. It has no external fields."
    assert not [one for one in world.sandbox.ledger.requests if one.path.endswith("/Leads")]


def test_values_of_a_user_are_said_to_be_theirs(world: World) -> None:
    org = world.sandbox.org
    org.externals.define("Leads", "ERP_No", "user")
    mine, theirs = org.add_records("Leads", 2)
    org.externals.give("Leads", "ERP_No", mine, "A", org.users[0].id)
    org.externals.give("Leads", "ERP_No", theirs, "A", org.users[1].id)
    told = follow(world, by_values(["A"], user="anna@acme.example"))
    assert list(told.ids.ids) == [int(mine)]
    assert told.listing.note.endswith("these are anna@acme.example's.")


@pytest.mark.parametrize(
    ("scopes", "why"),
    [
        (["ZohoCRM.modules.leads.DELETE"], "ZohoCRM.modules.leads.READ"),
        (["ZohoCRM.org.READ"], "OAUTH_SCOPE_MISMATCH"),
    ],
)
def test_a_sign_in_that_may_not_read_is_told_the_scope(
    world: World, scopes: list[str], why: str
) -> None:
    numbered(world, K[:3])
    told = follow(world, by_values(K[:3]), crm=of_scopes(world, *scopes))
    assert told.end.ids is None
    assert told.end.forbidden
    assert why in told.end.why


def test_without_the_fields_the_values_are_read_all_the_same(world: World) -> None:
    records = numbered(world, K[:3])
    crm = of_scopes(world, "ZohoCRM.modules.leads.READ")
    assert list(follow(world, by_values(K[:3]), crm=crm).ids.ids) == list(records.values())
    # A field that is none is refused for each value: that is told once, and ends it.
    crm = of_scopes(world, "ZohoCRM.modules.leads.READ")
    told = follow(world, by_values(K[:3], field="Company"), crm=crm)
    assert told.end.ids is None
    assert "INVALID_DATA" in told.end.why


def test_a_stop_ends_it_without_a_list(world: World) -> None:
    numbered(world, K)

    def stop(event: ListEvent, levers: Levers) -> None:
        if isinstance(event, ListGrew):
            levers.abandon()

    told = follow(world, by_values(K, parallel=1), steer=stop)
    assert told.grown == [(100, 100)]
    assert isinstance(told.events[-1], ListGrew)


def test_the_reserve_of_credits_is_left_alone(world: World) -> None:
    numbered(world, K)
    crm = world.crm()
    crm.credits = 1_000
    told = follow(world, by_values(K, reserve=1_000, parallel=1), crm=crm)
    assert told.end.ids is None
    assert "keeps 1,000 in reserve" in told.end.why


FAULTS = st.lists(
    st.builds(
        Fault,
        kind=st.sampled_from(
            [
                FaultKind.REFUSE,
                FaultKind.RESET_BEFORE,
                FaultKind.RESET_AFTER,
                FaultKind.INTERNAL_ERROR_AFTER,
                FaultKind.BAD_GATEWAY_BEFORE,
                FaultKind.HTML_OK_AFTER,
                FaultKind.TOO_MANY_REQUESTS,
                FaultKind.TRUNCATED_JSON,
                FaultKind.CUT_BODY,
                FaultKind.EMPTY_BODY,
                FaultKind.NOT_JSON_ARRAY,
                FaultKind.MISSING_ITEM,
            ]
        ),
        method=st.just("GET"),
        path=st.just("/Leads"),
        skip=st.integers(0, 3),
        times=st.integers(1, 2),
    ),
    max_size=3,
)
VALUES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=6),
    unique=True,
    min_size=1,
    max_size=12,
)


@given(
    there=VALUES,
    twice=VALUES,
    absent=VALUES,
    faults=FAULTS,
    form=st.sampled_from(["everywhere", "v2", "nowhere"]),
    size=st.sampled_from([1, 3, 200]),
)
def test_values_in_are_one_outcome_each_and_no_id_is_another_record(  # noqa: PLR0917 - as many as can differ
    tmp_path: Path,
    there: list[str],
    twice: list[str],
    absent: list[str],
    faults: list[Fault],
    form: str,
    size: int,
) -> None:
    world = World(tmp_path, Variants(external_many=form, page_size=size))  # type: ignore[arg-type]
    world.leads(3)
    single = [value for value in there if value not in twice]
    records = numbered(world, single)
    for record_id in map(str, world.leads(2)):
        for value in twice[:1]:
            world.sandbox.org.externals.give("Leads", "ERP_No", record_id, value)
    world.sandbox.faults.add(*faults)
    asked = list(dict.fromkeys([*there, *twice, *absent]))
    told = follow(world, by_values(asked))
    assert not world.sandbox.ledger.deleted_ids("Leads")
    if told.end.ids is None:
        assert told.end.why
        return
    listing = told.listing
    assert len(listing.values) + len(listing.unresolved) == len(asked)
    assert {*listing.values.values(), *told.misses} == set(asked)
    assert list(told.ids.ids) == list(listing.values)
    for record, value in listing.values.items():
        # By the one-form nothing tells of a second record.
        if (form == "everywhere" and "," not in value) or value in records:
            assert records.get(value) == record, value
    if not any(isinstance(event, Waiting) for event in told.events):
        misses = {one.value for one in listing.unresolved if one.miss is not Miss.UNREADABLE}
        assert not misses & set(records)
