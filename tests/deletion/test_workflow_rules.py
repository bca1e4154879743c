"""Rules that run on delete: read once, named with what they do, and told as unknown if not read."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.rows import each_row
from tests.world.plans import ADDRESS
from tests.world.world import World, of_scopes, with_variants
from zohotui.deletion.review.workflow import DeleteRules, read_rules
from zohotui.tui.words.rules import rules_facts, switch_label, uncovered
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken
from zohotui.zoho.workflow_rules import WorkflowRule, delete_rules

SCOPE = "ZohoCRM.settings.workflow_rules.READ"


def words(told: DeleteRules) -> str:
    (fact,) = rules_facts(told, "Leads")
    return str(fact[1])


def with_rules(world: World) -> None:
    rules = world.sandbox.org.workflow_rules
    ran = "2026-11-20T10:11:12+00:00"
    rules.add("Tell owner", "Leads", actions=("email_notifications", "webhooks"), last_run=ran)
    rules.add("Later", "Leads", scheduled=("functions",), trigger_module="Notes")
    rules.add("Off", "Leads", active=False)
    rules.add("New", "Leads", execute_on="create")
    rules.add("Elsewhere", "Deals")


def test_the_active_rules_of_the_module_that_run_on_delete_are_named(world: World) -> None:
    with_rules(world)
    told = read_rules(of_scopes(world, SCOPE), "Leads", [SCOPE])
    assert words(told) == (
        "2 rules run on delete: Tell owner (e-mail, webhook, last run 2026-11-20) · "
        "Later (function, never run, on deletes of Notes)"
    )
    assert switch_label(told) == "Run workflow rules: Tell owner, Later"
    assert [one.path for one in world.wire.reads] == ["/crm/v8/settings/automation/workflow_rules"]


def test_more_rules_than_a_page_holds_are_all_read(world: World) -> None:
    for number in range(201):
        world.sandbox.org.workflow_rules.add(f"Rule {number}", "Leads")
    told = read_rules(world.crm(), "Leads", ())
    assert len(told.rules) == 201
    assert "197 more" in words(told)
    assert len(world.wire.reads) == 2


def test_no_rule_is_not_taken_for_no_effect(world: World) -> None:
    told = read_rules(world.crm(), "Leads", ())
    assert "No active rule of Leads runs on delete. Rules for the notes and tasks" in words(told)
    assert switch_label(told) == ""
    assert "It does not say whether notification channels" in uncovered(told)


def test_without_the_scope_it_says_so_and_asks_nothing_where_that_is_known(world: World) -> None:
    with_rules(world)
    told = read_rules(world.crm(), "Leads", ["ZohoCRM.modules.ALL"])
    assert words(told) == f"Not known which run on delete. This sign-in is without {SCOPE}."
    assert not world.wire.reads
    asked = read_rules(of_scopes(world, "ZohoCRM.modules.ALL"), "Leads", ())
    assert SCOPE in words(asked)
    assert len(world.wire.reads) == 1


def test_an_edition_without_rules_is_not_one_without_effects(world: World) -> None:
    with_variants(world, workflow_rules="not_in_edition")
    told = read_rules(world.crm(), "Leads", ())
    assert words(told).startswith("Not known which run on delete.")
    assert "feature not available in this edition" in words(told)


@each_row(
    "entry",
    [
        {},
        {"id": [], "name": 7, "status": None, "execute_when": [], "conditions": {"actions": 3}},
        {"id": "1", "conditions": [{"instant_actions": {"actions": [None, {"type": 5}]}}]},
        {"id": "1", "name": "\x1b[31m", "execute_when": {"type": "delete", "details": None}},
    ],
)
def test_odd_rules_break_nothing(entry: dict[str, Any]) -> None:
    body = json.dumps({"workflow_rules": [entry, None, "x"]})
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=body))
    crm = ZohoCRM(api_domain(ADDRESS), FixedToken(Secret("1000.x")), transport=transport)
    (rule,) = delete_rules(crm, "Leads")
    assert isinstance(rule, WorkflowRule)
    assert "\x1b" not in rule.name
