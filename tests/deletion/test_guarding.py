"""Guards that explain themselves: which hit, how often, what passes without each, and typos."""

from __future__ import annotations

from typing import Any

from tests.deletion.guard_support import Settings
from tests.deletion.review_support import Looked, look
from tests.world.world import World, of_scopes
from zohotui.deletion.model.events import GuardTold
from zohotui.deletion.review.guards import Guards
from zohotui.sandbox.oauth.scopes import FULL


def guarded(world: World, ids: list[int], **settings: Any) -> Looked:
    return look(world, ids, guards=Guards.of(Settings(**settings)))


def test_each_guard_tells_how_many_it_holds_and_what_would_be_ready_without_it(
    world: World,
) -> None:
    free, both, tagged, locked = world.leads(4)
    org = world.sandbox.org
    for one in (both, tagged, locked):
        org.tag("Leads", str(one), "Keep")
    org.change_fields("Leads", str(both), Annual_Revenue=5)
    org.await_approval("Leads", str(locked))
    told = guarded(
        world,
        [free, both, tagged, locked],
        protected_tags=("KEEP",),
        protected_if=("Annual_Revenue > 1",),
    ).end.guards
    assert told == (
        GuardTold("protected_tags: KEEP", 3, 1),
        GuardTold("protected_if: Annual_Revenue > 1", 1, 0),
    )


def test_an_owner_or_tag_that_the_org_does_not_have_is_told_as_a_likely_typo(world: World) -> None:
    ids = world.leads(3)
    org = world.sandbox.org
    org.tag("Leads", str(world.leads(1)[0]), "Elsewhere")
    for one in ids:
        org.change_fields("Leads", str(one), Owner=org.users[0].owner)
    # A user without a record in the list and a tag of other records are right.
    looked = guarded(
        world,
        ids,
        protected_owners=("Ana Ember", org.users[1].email, "anna ember"),
        protected_tags=("elsewhere", "Kepe"),
    )
    assert looked.end.unguarded == (
        "No tag of Leads is called Kepe. Check protected_tags for a typo.",
        "No user of this org is called Ana Ember. Check protected_owners for a typo.",
    )
    paths = [one.path for one in world.wire.reads]
    assert (paths.count("/crm/v8/users"), paths.count("/crm/v8/settings/tags")) == (1, 1)


def test_guards_that_hit_cost_no_call_more(world: World) -> None:
    ids = world.leads(2)
    org = world.sandbox.org
    for one in ids:
        org.change_fields("Leads", str(one), Owner=org.users[0].owner)
    looked = guarded(world, ids, protected_owners=("Anna Ember",))
    assert looked.end.guards == (GuardTold("protected_owners: Anna Ember", 2, 2),)
    assert [one.path for one in world.wire.reads] == ["/crm/v2/Leads"]


def test_without_the_scope_a_typo_cannot_be_told(world: World) -> None:
    scopes = [one for one in FULL if one not in {"ZohoCRM.users.READ", "ZohoCRM.settings.ALL"}]
    guards = Guards.of(Settings(protected_owners=("x y z",), protected_tags=("q",)))
    looked = look(world, world.leads(1), guards=guards, crm=of_scopes(world, *scopes))
    said = " ".join(looked.end.unknown)
    assert "The users of the org could not be read" in said
    assert "The tags of the org could not be read" in said
    assert looked.end.unguarded == ()
    assert not looked.end.why


def test_a_record_names_the_guard_that_holds_it(world: World) -> None:
    (one,) = world.leads(1)
    looked = guarded(world, [one], protected_ids=(str(one),))
    assert looked.outcome(one).message == "protected_ids: its id is protected"
