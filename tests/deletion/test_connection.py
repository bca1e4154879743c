"""Which org it is, who asks and what it has, as a sign-in lets it be known."""

from __future__ import annotations

import pytest

from tests.world.world import World
from zohotui.deletion.connection import connect, lacking
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.errors import WrongOrg
from zohotui.zoho.records import STANDARD_MODULES


def asked(world: World) -> list[str]:
    return [request.path.rsplit("/", 1)[-1] for request in world.sandbox.ledger.requests]


def test_an_org_says_who_it_is_who_asks_and_what_it_has(world: World) -> None:
    found = connect(world.crm(), "acme", world.sandbox.org.zgid)
    assert found.target.zgid == world.sandbox.org.zgid
    assert found.user is not None
    assert found.target.user_id == found.user.id
    assert {module.api_name for module in found.modules} >= {"Leads", "Contacts"}
    assert found.notices == ()
    practice = connect(world.crm(), "", "", practice=True).target
    assert (practice.environment, practice.location) == (Environment.PRACTICE, "")


def test_a_name_that_is_no_module_is_told_with_the_one_that_may_be_meant(world: World) -> None:
    found = connect(world.crm(), "", "")
    words = "This org has no module with the API name"
    assert found.names_no_module("Leeds") == f"{words} Leeds. Did you mean Leads?"
    assert found.names_no_module("leads") == f"{words} leads. Did you mean Leads?"
    assert found.names_no_module("Price Books") == f"{words} Price Books. Did you mean Price_Books?"
    assert found.names_no_module("Xyzzy") == f"{words} Xyzzy."


def test_a_profile_of_another_org_asks_this_one_nothing_but_its_name(world: World) -> None:
    with pytest.raises(WrongOrg, match="The profile acme is for the org 700000009, but its sign"):
        connect(world.crm(), "acme", "700000009")
    assert asked(world) == ["org"]


def test_what_the_scopes_do_not_allow_is_noted_and_gone_without(world: World) -> None:
    world.sandbox.access_token = world.sandbox.issue_token(scopes=["ZohoCRM.modules.ALL"])
    found = connect(world.crm(), "", "")
    assert (found.org, found.user, found.modules) == (None, None, STANDARD_MODULES)
    assert len(found.notices) == 3
    assert "THE ORG IS NOT KNOWN" in found.notices[0]
    with pytest.raises(WrongOrg, match="may not say which org it opens"):
        connect(world.crm(), "acme", "700000009")


def test_what_is_told_already_is_not_told_again() -> None:
    lacked = lacking(["ZohoCRM.modules.ALL"], [])
    assert any("ZohoCRM.org.READ" in words for words in lacked)
    assert len(lacking(["ZohoCRM.modules.ALL"], ["without ZohoCRM.org.READ"])) == len(lacked) - 1
    assert lacking([], []) == []
