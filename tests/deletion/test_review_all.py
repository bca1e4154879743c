"""Each record looked at before it goes: what is predicted, what a delete says, what is unknown."""

from __future__ import annotations

import httpx

from tests.deletion.review_support import BOTH, every_sort, look
from tests.rows import each_row
from tests.world.plans import ADDRESS, OLD_ID, TARGET, options, plan_of
from tests.world.world import World
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.events import Reviewing
from zohotui.deletion.model.outcome import State
from zohotui.deletion.review.guards import Guards, org_prefix
from zohotui.deletion.review.prediction import LOCKED, READY, predict
from zohotui.deletion.review.review import is_stale
from zohotui.deletion.review.rules import parse_rule
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

PREFIX = org_prefix(TARGET.user_id)


# What is predicted


@BOTH
def test_every_sort_of_record_is_predicted(world: World, api: str) -> None:
    sorts = every_sort(world)
    looked = look(
        world,
        list(sorts.values()),
        api=api,
        prefix=PREFIX,
        guards=Guards(tags=frozenset({"keep"})),
        elsewhere=["Leads", "Accounts", "Contacts"],
    )
    assert {name: looked.code(record_id) for name, record_id in sorts.items()} == {
        "good": "ready",
        "converted": "ready CONVERTED",
        # v2 as the sandbox plays it says no more than that it cannot be changed.
        "locked": "held LOCKED" if api == "v8" else "held NOT_EDITABLE",
        "seen": "held NOT_EDITABLE",
        "waiting": "held IN_APPROVAL",
        "merging": "held IN_MERGE",
        "forbidden": "ready",
        "tagged": "held PROTECTED",
        "binned": "missing ALREADY_BINNED",
        "destroyed": "missing MISSING",
        "contact": "missing OTHER_MODULE",
        "foreign": "missing OTHER_ORG_PREFIX",
    }
    assert looked.outcome(sorts["binned"]).message.startswith("in the Recycle Bin since 20")
    assert "deleted by Anna Ember" in looked.outcome(sorts["binned"]).message
    assert looked.outcome(sorts["contact"]).message.endswith("in Contacts")
    assert "410405" in looked.outcome(OLD_ID).message
    assert "Found in Contacts: 1 of the 3 missing ids looked for." in looked.end.unknown
    for outcome in map(looked.outcome, sorts.values()):
        assert "does not know" not in outcome.advice.meaning


@BOTH
def test_a_delete_then_says_what_was_predicted(world: World, api: str) -> None:
    sorts = every_sort(world)
    ids = list(sorts.values())
    looked = look(world, ids, api=api)
    told = world.carry_out(plan_of(ids, options=options(10)), api=api, and_look_up=True)
    for name, record_id in sorts.items():
        before, after = looked.outcome(record_id).state, told.outcome(record_id).state
        expected = {
            State.READY: State.VERIFIED,
            State.HELD: State.FAILED,
            State.MISSING: State.GONE,
        }
        if name != "forbidden":
            assert after is expected[before], name
    assert told.outcome(sorts["forbidden"]).code == "NO_PERMISSION"
    (warned,) = [words for words in looked.end.unknown if "permission per record" in words]
    assert "only when deleting" in warned


@BOTH
def test_nothing_is_changed_by_looking(world: World, api: str) -> None:
    ids = list(every_sort(world).values())
    look(world, ids, api=api, elsewhere=["Contacts"])
    assert world.wire.attempts == []
    assert world.sandbox.ledger.deleted_ids("Leads") == []


@BOTH
def test_names_owners_and_times_come_with_it(world: World, api: str) -> None:
    ids = world.leads(250)
    looked = look(world, ids, api=api)
    crm = world.crm(api)
    for start in (0, 100, 200):
        few = [str(record_id) for record_id in ids[start : start + 100]]
        for record_id, record in crm.get_records("Leads", few).items():
            place = ids.index(int(record_id))
            assert looked.details.get(place, ids[place]) == record
    assert looked.states == {"ready": 250}


def test_a_hundred_go_into_one_call_and_calls_are_counted_before(world: World) -> None:
    ids = world.leads(250)
    looked = look(world, ids)
    assert looked.events[0] == Reviewing(250, 3, world.clock.now)
    assert sorted(len(attempt.ids) for attempt in world.wire.reads) == [50, 100, 100]
    assert looked.end.why == ""


def test_many_missing_ids_are_looked_for_in_few_calls(world: World) -> None:
    ids = world.leads(1_000)
    for record_id in ids[::2]:
        world.sandbox.org.bin("Leads", str(record_id))
    looked = look(world, ids)
    assert looked.states == {"ready": 500, "missing": 500}
    binned = [attempt for attempt in world.wire.reads if "recycle_bin" in attempt.path]
    assert sorted(len(attempt.ids) for attempt in binned) == [100, 200, 200]


def test_a_module_without_a_bin_is_not_looked_for_in_it(world: World) -> None:
    here, gone = (int(one) for one in world.sandbox.org.add_records("Consents", 2))
    world.sandbox.org.bin("Consents", str(gone))
    looked = look(world, [here, gone], "Consents", permanent=True)
    assert looked.outcome(gone).message.endswith("the module has no Recycle Bin")
    assert not [attempt for attempt in world.wire.reads if "recycle_bin" in attempt.path]


def test_a_lock_that_does_not_bind_this_user_holds_nothing() -> None:
    assert predict({"$locked_for_me": False, "Locked__s": True}) == READY
    assert predict({"Locked__s": True}) == predict({"$locked_for_me": True}) == LOCKED


# The prefix


def test_a_record_of_a_foreign_prefix_is_held_though_it_is_there(world: World) -> None:
    (record,) = world.leads(1)
    looked = look(world, [record], prefix=999_999)
    assert looked.code(record) == "held OTHER_ORG_PREFIX"


def test_a_prefix_that_most_records_go_against_is_not_believed(world: World) -> None:
    looked = look(world, world.leads(50), prefix=999_999)
    assert looked.states == {"ready": 50}
    assert any("do not begin like your user's id" in words for words in looked.end.unknown)


def test_a_prefix_that_half_of_the_records_go_against_is_still_believed(world: World) -> None:
    own, org = world.leads(10), world.sandbox.org
    org.prefix, usual = "999999", org.prefix
    foreign = world.leads(10)
    org.prefix = usual
    looked = look(world, [*own, *foreign], prefix=PREFIX)
    assert looked.states == {"ready": 10, "held": 10}


def test_what_the_guards_know_by_its_id_is_held_where_nothing_may_be_read(world: World) -> None:
    ids = world.leads(3)
    world.sandbox.org.deny("Leads", "READ")
    looked = look(world, ids, guards=Guards(ids=frozenset(ids[1:2])))
    assert looked.end.forbidden
    assert looked.states == {"entered": 2, "held": 1}
    assert looked.rows.outcome(1).code == Code.PROTECTED


# What changed since


@BOTH
def test_what_changed_since_the_review_is_held(world: World, api: str) -> None:
    ids = world.leads(3)
    first = look(world, ids, api=api)
    world.sandbox.org.change_fields(
        "Leads",
        str(ids[1]),
        Modified_Time="2026-11-20T10:11:12+01:00",
        Modified_By={"name": "Bo \x1b[31mSample", "id": "1"},
    )
    again = look(world, ids, api=api, last_review=first.details)
    assert again.states == {"ready": 2, "held": 1}
    assert again.outcome(ids[1]).code == "CHANGED"
    assert again.outcome(ids[1]).message.startswith("changed since the review by Bo ")
    assert "\x1b" not in again.outcome(ids[1]).message
    assert look(world, ids, api=api).states == {"ready": 3}


@each_row(("began", "stale"), [(0, True), (99, True), (100, False), (700, False), (701, True)])
def test_a_review_goes_stale_by_age(began: float, *, stale: bool) -> None:
    assert is_stale(began, 700.0, 10) is stale


# What cannot be known


@BOTH
@each_row(
    ("lacking", "said"),
    [
        ("settings.recycle_bin", "The Recycle Bin could not be read."),
        ("settings.fields", "the fields of the module could not be listed"),
    ],
)
def test_a_missing_scope_is_said(world: World, api: str, lacking: str, said: str) -> None:
    here, gone = world.leads(2)
    world.sandbox.org.bin("Leads", str(gone))
    scopes = {"modules.ALL", "settings.fields.READ", "settings.recycle_bin.READ"}
    held = [f"ZohoCRM.{name}" for name in scopes if not name.startswith(lacking)]
    token = Secret(world.sandbox.issue_token(scopes=held))
    crm = ZohoCRM(api_domain(ADDRESS), FixedToken(token), records_api=api, transport=world.wire)
    looked = look(world, [here, gone], crm=crm)
    assert looked.states == {"ready": 1, "missing": 1}
    heard = any(said in words and "OAUTH_SCOPE" in words for words in looked.end.unknown)
    assert heard is (api == "v8" or "fields" not in lacking)


def test_what_zoho_s_answers_do_not_tell_is_said(world: World) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": [{"id": "554023000000201001"}]})

    crm = ZohoCRM(
        api_domain(ADDRESS), FixedToken(Secret("x")), transport=httpx.MockTransport(answer)
    )
    guards = Guards(owners=frozenset({"bo"}), rules=(parse_rule("Amount > 0"),))
    looked = look(world, [554023000000201001], crm=crm, guards=guards)
    assert looked.end.unknown[:4] == (
        "Zoho's answers do not say which records are locked.",
        "Zoho's answers do not say which records wait for approval.",
        "Zoho's answers do not say which records are being merged.",
        "Zoho's answers do not say when records were last changed.",
    )
    assert looked.end.unguarded == (
        "'Amount > 0' protects nothing here: no record shows a field Amount.",
        "Protected owners protect nothing here: no record shows its owner.",
    )


@each_row(("undated", "said"), [(0, ""), (2, "2 of the "), (5, "")])
def test_records_whose_last_change_is_not_told_are_counted(
    world: World, undated: int, said: str
) -> None:
    ids = world.leads(5)
    for one in ids[:undated]:
        world.sandbox.org.change_fields("Leads", str(one), Modified_Time=None)
    sentence = f"Zoho's answers do not say when {said}records were last changed."
    assert (sentence in look(world, ids).end.unknown) is bool(undated)


@BOTH
def test_a_module_that_may_not_be_read_ends_it_with_a_sentence(world: World, api: str) -> None:
    ids = world.leads(150)
    world.sandbox.org.deny("Leads", "READ")
    looked = look(world, ids, api=api)
    assert "NO_PERMISSION" in looked.end.why
    assert looked.states == {"entered": 150}
