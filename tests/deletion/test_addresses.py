"""Addresses of other modules, orgs and data centres: their ids are held, and no run or read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rows import each_row
from tests.world.plans import plan_of
from tests.world.promises import promises_hold
from tests.world.world import World
from zohotui.deletion.export import export
from zohotui.deletion.ids.addresses import agreed_module, misplaced
from zohotui.deletion.ids.pasted import IdList, merge, parse_text
from zohotui.deletion.journal.receipt import write_receipt
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.events import Reviewed, ReviewEnded, Reviewing
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import PlanError, Target
from zohotui.deletion.review import selection
from zohotui.deletion.review.guards import release
from zohotui.deletion.review.review import ReviewRequest, review
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.records import Module, Org

HERE = Target("https://www.zohoapis.eu", "EU", Environment.PRODUCTION, "Acme", "7", "ann")
ORG = Org("7", "Acme", Environment.PRODUCTION, "acme")
LEADS, CONTACTS = Module("Leads", "Leads"), Module("Contacts", "Contacts")
MODULES = (LEADS, CONTACTS, Module("Deals", "Deals", tab_name="Potentials"))
A, B, C = 410405000002264040, 410405000002264025, 410405000002264033
CRM = "https://crm.zoho.eu/crm"

WRONG = Outcome(State.HELD, Code.WRONG_MODULE, "its address is of Contacts, but …")
FOREIGN = Outcome(State.HELD, Code.OTHER_ORG, "its address is of another org (org8), not of Acme")


def held(text: str, module: Module | None = LEADS, org: Org | None = ORG) -> dict[int, str]:
    found = misplaced(parse_text(text).origins, HERE, org, module)
    return {one: outcome.code for one, outcome in found.items()}


@each_row(
    ("text", "code"),
    [
        (f"{CRM}/acme/tab/Leads/{A}", ""),
        (f"{CRM}/org7/tab/Leads/{A}", ""),
        (f"{CRM}/tab/Leads/{A}", ""),
        (f"{CRM}/org7/tab/Contacts/{A}", Code.WRONG_MODULE),
        (f"{CRM}/org8/tab/Leads/{A}", Code.OTHER_ORG),
        (f"{CRM}/org8/tab/Contacts/{A}", Code.OTHER_ORG),
        (f"https://crm.zoho.com/crm/tab/Leads/{A}", Code.OTHER_ORG),
        (f"https://crmsandbox.zoho.eu/crm/tab/Leads/{A}", Code.OTHER_ORG),
        (f"{A}\n{CRM}/tab/Contacts/{A}", Code.WRONG_MODULE),
        (f"{CRM}/tab/Leads/{A}\n{CRM}/tab/Contacts/{A}\n{A}", Code.WRONG_MODULE),
    ],
)
def test_an_id_is_held_if_any_address_of_it_points_elsewhere(text: str, code: str) -> None:
    assert held(text) == ({A: code} if code else {})


def test_an_org_that_cannot_be_named_holds_addresses_that_name_one() -> None:
    text = f"{CRM}/org7/tab/Leads/{A}\n{CRM}/tab/Leads/{B}"
    assert held(text, org=None) == {A: Code.OTHER_ORG}


def test_every_address_keeps_its_ids_through_merges() -> None:
    first = parse_text(f"{CRM}/tab/Contacts/{A}\n{B}")
    second = parse_text(f"{CRM}/tab/Contacts/{B}\n{CRM}/tab/Leads/{C}")
    both = merge(first, second)
    found = misplaced(both.origins, HERE, ORG, LEADS)
    assert set(found) == {A, B}


@each_row(
    ("text", "module"),
    [
        (f"{CRM}/tab/Contacts/{A}\n{CRM}/org7/tab/Contacts/{B}\n{C}", "Contacts"),
        (f"{CRM}/tab/Potentials/{A}", "Deals"),
        (f"{CRM}/tab/Contacts/{A}\n{CRM}/tab/Leads/{B}", ""),
        (f"{CRM}/org8/tab/Contacts/{A}", ""),
        (f"{CRM}/tab/Contacts/{A}\n{CRM}/org8/tab/Contacts/{B}", ""),
        (f"{CRM}/tab/Unheard/{A}", ""),
        (f"{A}", ""),
    ],
)
def test_the_module_is_named_only_if_all_addresses_of_this_org_agree(
    text: str, module: str
) -> None:
    found = agreed_module(parse_text(text).origins, HERE, ORG, MODULES)
    assert (found.api_name if found else "") == module


def test_what_is_misplaced_is_never_read_told_of_or_sent(world: World) -> None:
    ids = world.leads(4)
    listed = ReviewedList(ids, barred={ids[1]: WRONG, ids[3]: FOREIGN})
    crm = world.crm()
    request = ReviewRequest(ids, "Leads", skip=listed.barred, elsewhere=["Contacts"])
    for event in review(request, crm, Levers(), world.times):
        listed.follow(event)
        if isinstance(event, Reviewing):
            assert event.count == 2
        if isinstance(event, Reviewed):
            assert not {1, 3} & set(event.places)
    crm.close()
    asked = [one for request in world.sandbox.ledger.requests for one in request.ids]
    assert not {str(ids[1]), str(ids[3])} & set(asked)
    plan = selection.plan(listed, plan_of(ids))
    assert list(plan.ids) == [ids[0], ids[2]]
    told = world.carry_out(plan)
    promises_hold(world, told)
    assert set(map(int, world.sandbox.ledger.sent_ids("Leads"))) == {ids[0], ids[2]}
    read = replay(told.journal)
    assert read.plan.left_out == ((WRONG, (ids[1],)), (FOREIGN, (ids[3],)))
    assert read.rows.tally[State.HELD] == 2
    written = export(world.folder / "all.csv", read.plan, read.rows).read_text()
    assert f"zcrm_{ids[1]},held,{Code.WRONG_MODULE}" in written
    receipt = write_receipt(told.journal, world.clock()).read_text()
    assert Code.WRONG_MODULE in receipt


def test_no_review_and_no_hand_lets_it_go() -> None:
    listed = ReviewedList([A, B], barred={B: WRONG})
    ready = Outcome(State.READY)
    for _ in range(2):
        listed.follow(Reviewing(2, 1, 0.0))
        listed.follow(Reviewed((0, 1), (ready, ready), (None, None)))
        listed.follow(ReviewEnded())
    assert listed.rows.outcome(1) == WRONG
    assert not listed.may_release(1)
    with pytest.raises(ValueError, match="stays held"):
        listed.release(1, "it is a test record")
    with pytest.raises(ValueError, match="stays held"):
        release(FOREIGN, "it is a test record")
    listed.take_out([1])
    assert not listed.may_release(1)
    listed.follow(Reviewing(2, 1, 0.0))
    listed.follow(Reviewed((0, 1), (ready, ready), (None, None)))
    listed.follow(ReviewEnded())
    listed.put_back([1])
    assert listed.rows.outcome(1) == WRONG
    assert list(selection.plan(listed, plan_of([A, B])).ids) == [A]
    listed.take_out([0])
    with pytest.raises(PlanError):
        selection.plan(listed, plan_of([A, B]))


def test_where_nothing_may_be_read_it_stays_held() -> None:
    listed = ReviewedList([A, B], barred={B: FOREIGN})
    listed.follow(Reviewing(1, 1, 0.0))
    listed.follow(ReviewEnded("It may not be read.", (), forbidden=True))
    assert list(selection.plan(listed, plan_of([A, B])).ids) == [A]


def test_a_list_that_differs_only_in_an_address_is_another_list() -> None:
    here, there = (parse_text(f"{CRM}/tab/{tab}/{A}") for tab in ("Leads", "Contacts"))
    assert here != there
    assert replace(here, origins=()) == replace(there, origins=())
    assert IdList.empty() == IdList.empty()
