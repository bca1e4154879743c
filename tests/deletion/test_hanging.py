"""What hangs on records: counted for a price that is known before, and no fate is made up."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.rows import each_row
from tests.world.plans import ADDRESS
from tests.world.world import World, of_scopes, with_variants
from zohotui.deletion.review.hanging import Fate, Hanging, fate_of
from zohotui.tui.dialogs.related import told_of
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.errors import ReadOnly, Refused, ZohoError
from zohotui.zoho.related import (
    MOST_LISTS,
    RelatedList,
    calls_of_counts,
    related_counts,
    related_lists,
)
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

ID = "554023000000201001"


def account_with_children(world: World) -> str:
    org = world.sandbox.org
    (account,) = org.add_records("Accounts")
    for _ in range(3):
        org.attach(account, "Notes")
    org.attach(account, "Tasks")
    org.add_records("Contacts", 2, fields={"Account_Name": {"name": "A", "id": account}})
    return account


@pytest.mark.parametrize("shape", ["flat", "nested"])
def test_related_records_are_counted_and_told_by_what_becomes_of_them(
    world: World, shape: str
) -> None:
    with_variants(world, related_counts=shape)
    account, crm = account_with_children(world), world.crm(read_only=True)
    lists = related_lists(crm, "Accounts")
    hanging = Hanging(lists)
    hanging.add(related_counts(crm, "Accounts", account, lists))
    assert hanging.of(Fate.ALONG) == [("Notes", 3), ("Tasks", 1)]
    assert hanging.of(Fate.STAYS) == [("Contacts", 2)]
    assert hanging.of(Fate.UNKNOWN) == []
    words = "\n".join(str(value) for _, value in told_of(hanging))
    assert "Stays; whether its link is emptied is not documented" in words
    assert f"{len(lists) - 3} related lists without records." in words


def test_the_price_is_what_is_asked_for(world: World) -> None:
    crm = world.crm()
    lists = [RelatedList(f"L{number}", "L", "", linked=False) for number in range(MOST_LISTS + 1)]
    (lead,) = world.leads(1)
    with pytest.raises(ZohoError):
        related_counts(crm, "Leads", str(lead), lists)
    assert calls_of_counts(3, MOST_LISTS + 1) == 6
    assert calls_of_counts(3, MOST_LISTS) == 3
    named = related_lists(crm, "Leads")
    posts = len(world.wire.attempts)
    related_counts(crm, "Leads", str(lead), named)
    assert len(world.wire.attempts) - posts == calls_of_counts(1, len(named)) == 1


def test_a_list_that_zoho_does_not_count_is_not_told_as_empty(world: World) -> None:
    (lead,) = world.leads(1)
    lists = [
        RelatedList("Notes", "Notes", "Notes", linked=False),
        RelatedList("Surveys", "Surveys", "", linked=False),
    ]
    hanging = Hanging(lists)
    hanging.add(related_counts(world.crm(), "Leads", str(lead), lists))
    assert (hanging.empty, hanging.uncounted) == (1, {"Surveys"})


def test_a_converted_lead_is_not_counted_and_the_others_are(world: World) -> None:
    lead, converted = world.leads(2)
    world.sandbox.org.convert(str(converted))
    crm = world.crm()
    lists = related_lists(crm, "Leads")
    with pytest.raises(ZohoError, match="id already converted"):
        related_counts(crm, "Leads", str(converted), lists)
    assert set(related_counts(crm, "Leads", str(lead), lists).values()) == {0}


def test_without_the_scope_it_is_refused_and_the_scope_is_named(world: World) -> None:
    with pytest.raises(Refused, match="related_lists"):
        related_lists(of_scopes(world, "ZohoCRM.modules.ALL"), "Leads")


@each_row(
    ("related", "fate"),
    [
        (RelatedList("Notes", "", "Notes", linked=False), Fate.ALONG),
        (RelatedList("Emails", "", "", linked=False), Fate.ALONG),
        (RelatedList("Deals", "", "Deals", linked=False), Fate.STAYS),
        (RelatedList("Events", "", "Events", linked=False), Fate.UNKNOWN),
        (RelatedList("Own", "", "Own", linked=True), Fate.UNKNOWN),
        (RelatedList("Odd", "", "", linked=False), Fate.UNKNOWN),
    ],
)
def test_only_what_is_documented_is_told(related: RelatedList, fate: Fate) -> None:
    assert fate_of(related) is fate


def test_odd_answers_count_nothing() -> None:
    key = "get_related_records_count"
    odd: list[object] = [
        None,
        3,
        {"count": True, "related_list": {"api_name": "Notes"}},
        {"count": 5},
        [[]],
    ]
    body = json.dumps({key: odd})
    transport = httpx.MockTransport(lambda _: httpx.Response(207, text=body))
    crm = ZohoCRM(api_domain(ADDRESS), FixedToken(Secret("1000.x")), transport=transport)
    lists = [RelatedList("Notes", "Notes", "Notes", linked=False)]
    assert related_counts(crm, "Leads", ID, lists) == {"Notes": None}


@pytest.mark.parametrize("end", ["get_related_records_count?x=1", "blueprint"])
def test_nothing_else_is_posted_in_a_read_only_session(world: World, end: str) -> None:
    path = f"/crm/v8/Leads/1/actions/{end}"
    with pytest.raises(ReadOnly):
        world.crm(read_only=True).read_list(path, "x", content=b"{}")
