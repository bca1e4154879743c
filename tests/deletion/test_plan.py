"""The frozen plan: what it refuses, how it is cut into requests, and what must be typed."""

from __future__ import annotations

import dataclasses
import hashlib
from array import array
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from tests.world.plans import TARGET, options, plan_of
from zohotui.deletion.model.plan import Options, Plan, PlanError
from zohotui.zoho.datacentre import Environment

IDS = st.lists(st.integers(1, 2**63), min_size=1, max_size=300, unique=True)


@given(ids=IDS, batch_size=st.integers(1, 100))
def test_the_batches_are_the_ids_in_their_order_after_one_alone(
    ids: list[int], batch_size: int
) -> None:
    plan = plan_of(ids, options=options(batch_size))
    batches = list(plan.batches())
    assert list(chain.from_iterable(batch.ids for batch in batches)) == ids
    assert len(batches[0].ids) == 1
    assert all(len(batch.ids) == batch_size for batch in batches[1:-1])
    assert all(1 <= len(batch.ids) <= batch_size for batch in batches)
    assert [batch.number for batch in batches] == list(range(1, len(batches) + 1))
    assert plan.calls == len(batches)
    for batch in batches:
        for place, record_id in enumerate(batch.ids, batch.start):
            assert plan.ids[place] == record_id
            assert plan.batch_number(place) == batch.number


def test_nobody_who_holds_the_list_can_change_the_plan() -> None:
    ids = [1, 2, 3]
    held = array("Q", ids)
    first, second = plan_of(ids), Plan(TARGET, "Leads", "Leads", False, held)
    ids.append(4)
    held[0] = 9
    assert list(first.ids) == list(second.ids) == [1, 2, 3]
    for name in (field.name for field in dataclasses.fields(first)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(first, name, None)


@pytest.mark.parametrize(
    ("ids", "sentence"), [([], "There are no ids"), ([1, 2, 1], "An id is in the list twice")]
)
def test_a_list_that_cannot_be_meant_is_refused(ids: list[int], sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence):
        plan_of(ids)


@each_row("module", ["", "../Leads", "Leads?x", "Le ads"])
def test_a_module_that_is_no_api_name_is_refused(module: str) -> None:
    with pytest.raises(PlanError, match="not an API name"):
        plan_of([1], module)


@pytest.mark.parametrize("value", [0, 101])
def test_a_batch_size_that_zoho_would_refuse_is_refused(value: int) -> None:
    with pytest.raises(PlanError, match=f"not {value}"):
        Options(batch_size=value)


@pytest.mark.parametrize("value", [0, 11])
def test_more_requests_at_once_than_are_allowed_are_refused(value: int) -> None:
    with pytest.raises(PlanError, match=f"not {value}"):
        Options(parallel=value)


def test_the_sentence_names_the_count_the_label_and_that_it_cannot_be_undone() -> None:
    plan = Plan(TARGET, "Sales_Orders", "Aufträge", False, range(1, 129))
    assert plan.sentence == "delete 128 Aufträge"
    assert dataclasses.replace(plan, permanent=True).sentence == "permanently delete 128 Aufträge"


def test_the_fingerprint_is_one_that_sha256sum_can_check() -> None:
    assert plan_of([11, 12]).sha256 == hashlib.sha256(b"11\n12").hexdigest()
    assert plan_of([12, 11]).sha256 != plan_of([11, 12]).sha256


def test_the_org_is_named_so_that_it_cannot_be_mistaken() -> None:
    assert TARGET.words == "Acme Ltd · SANDBOX · LOCAL · anna@acme.example"
    nobody = dataclasses.replace(TARGET, org="", user="", environment=Environment.PRODUCTION)
    assert nobody.words == "ORG NOT KNOWN · PRODUCTION · LOCAL"
