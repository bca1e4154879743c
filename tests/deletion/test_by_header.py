"""Values sent in the place of ids: one outcome each, none twice, and never a number for an id."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.lists_support import numbered
from tests.deletion.review_support import BOTH
from tests.rows import each_row
from tests.world.plans import ADDRESS, TARGET, options
from tests.world.world import Told, World
from zohotui.deletion.afterwards.compare import compare
from zohotui.deletion.afterwards.sweep import look_up, resolve, verify
from zohotui.deletion.afterwards.undo import undo
from zohotui.deletion.afterwards.whereabouts import IDS_UNKNOWN
from zohotui.deletion.export import export
from zohotui.deletion.jobs import Archive, Job, run_job
from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.journal.receipt import is_as_told, write_receipt
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.lists.unread import Unread
from zohotui.deletion.lists.values import Values
from zohotui.deletion.model.events import Braked, StepEnded
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Plan, PlanError, Target
from zohotui.deletion.review.guards import Guards
from zohotui.sandbox import Fault, FaultKind, Variants
from zohotui.tui.proposals import retry_of
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.errors import Malformed
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

K = tuple(f"K-{number}" for number in range(9))


def plan_of(*values: str, size: int = 4, target: Target = TARGET) -> Plan:
    unread = Unread(target, "Leads", "Leads", False, options(size), "ERP_No")
    return unread.plan(Values(values, source="values.csv"), 1_790_000_000.0)


def codes(told: Told) -> dict[str, str]:
    external = told.plan.external
    return {
        external[number]: f"{told.rows.outcome(place).state}"
        for place, number in enumerate(told.plan.ids)
    }


def sent(world: World) -> list[str]:
    """Return the values that left, in their order, read off the practice org's own ledger."""
    deletes = [one for one in world.sandbox.ledger.requests if one.method == "DELETE"]
    return [unquote(value) for one in deletes for value in one.ids]


@BOTH
@each_row("status", [200, 202, 207])
def test_each_value_has_the_outcome_that_zoho_names_for_it(
    world: World, api: str, status: int
) -> None:
    world.sandbox.variants = Variants(external_v2_status=status, shuffle=True)  # type: ignore[arg-type]
    records = numbered(world, [*K[:7], "größe 7", "a/b", "50% &ids=1"])
    world.sandbox.org.lock("Leads", str(records["K-3"]))
    odd = ("größe 7", "a/b", "50% &ids=1")
    told = world.carry_out(plan_of(*K, *odd), api=api, and_look_up=True)
    expected = dict.fromkeys([*K[:3], *K[4:7], *odd], "deleted")
    assert codes(told) == {**expected, "K-3": "failed", "K-7": "failed", "K-8": "failed"}
    gone = set(map(int, world.sandbox.ledger.deleted_ids("Leads")))
    assert gone == set(records.values()) - {records["K-3"]}
    first = told.rows.outcome(0)
    assert first.message == f"record deleted (id {records['K-0']})"
    # Nothing was looked for by its number, neither in the module nor in the bin.
    assert {one.path for one in world.wire.reads} <= {"/crm/v8/users"}


def test_one_value_goes_by_an_address_of_its_own(world: World) -> None:
    records = numbered(world, ["K 1", "a/b", "..", "deleted"])
    for value in records:
        told = world.carry_out(plan_of(value))
        assert codes(told) == {value: "deleted"}
    paths = [one.path for one in world.sandbox.ledger.requests if one.method == "DELETE"]
    assert paths == ["/crm/v2/Leads/K 1", "/crm/v2/Leads", "/crm/v2/Leads", "/crm/v2/Leads"]
    told = world.carry_out(plan_of("none"))
    assert codes(told) == {"none": "failed"}
    assert told.rows.outcome(0).code == "INVALID_DATA"


@each_row("names", ["both", "field", "id"])
@each_row("unknown", ["item", "flat"])
def test_whatever_an_answer_names_no_success_is_guessed(
    world: World, names: str, unknown: str
) -> None:
    world.sandbox.variants = Variants(external_details=names, external_unknown=unknown)  # type: ignore[arg-type]
    records = numbered(world, K[:5])
    told = world.carry_out(plan_of(*K))
    gone = set(map(int, world.sandbox.ledger.deleted_ids("Leads")))
    for value, state in codes(told).items():
        assert state != "deleted" or records[value] in gone
        assert state != "failed" or records.get(value) not in gone
    assert max(Counter(sent(world)).values()) == 1
    if names == "id":
        # Whose they are is not told, so the run does not go on by itself.
        why = [one.why for one in told.events if isinstance(one, Braked)]
        assert any("ids that were never sent" in one for one in why)


def test_a_refusal_beside_a_success_of_an_unnamed_record_is_not_believed(world: World) -> None:
    world.sandbox.variants = Variants(external_details="id")
    records = numbered(world, K[:1])
    world.sandbox.faults.add(Fault(kind=FaultKind.CONTRADICTING_ITEM))
    told = world.carry_out(plan_of("K-0"))
    assert world.sandbox.ledger.deleted_ids("Leads") == [str(records["K-0"])]
    assert codes(told) == {"K-0": "unknown"}


def test_what_could_be_an_id_is_never_sent(world: World) -> None:
    (victim,) = world.leads(1)
    records = numbered(world, [str(victim + 500), "K-1", "00012345678"])
    plan = plan_of(str(victim), str(victim + 500), "K-1", "00012345678", "x, y", "2026-11-29")
    assert dict(plan.external) == {1: "K-1"}
    assert {one.value for one in plan.listings[0].unresolved} == {
        *(str(victim), str(victim + 500), "00012345678", "x, y", "2026-11-29")
    }
    told = world.carry_out(plan)
    assert codes(told) == {"K-1": "deleted"}
    assert world.sandbox.ledger.deleted_ids("Leads") == [str(records["K-1"])]
    crm = world.crm()
    with pytest.raises(Malformed):
        crm.delete_by_value("Leads", "ERP_No", ["K-1", str(victim)])
    crm.close()
    with pytest.raises(PlanError, match="None of the 1 values may be sent unread"):
        plan_of(str(victim))


@pytest.mark.parametrize("blind", [True, False])
def test_of_values_that_differ_in_case_alone_only_the_first_is_sent(
    world: World, blind: bool
) -> None:
    world.sandbox.variants = Variants(external_case_blind=blind)
    records = numbered(world, ["K-a", "größe", "K-c"])
    plan = plan_of("K-a", "k-A", "größe", "GRÖSSE", "K-c", size=1)
    assert list(plan.external.values()) == ["K-a", "größe", "K-c"]
    left = plan.listings[0].unresolved
    assert [one.value for one in left] == ["k-A", "GRÖSSE"]
    assert all("upper and lower case" in one.why for one in left)
    told = world.carry_out(plan)
    assert set(codes(told).values()) == {"deleted"}
    assert set(map(int, world.sandbox.ledger.deleted_ids("Leads"))) == set(records.values())


def test_no_address_is_too_long(world: World) -> None:
    long = [f"{number:03}-{'é' * 200}" for number in range(12)]
    numbered(world, long)
    told = world.carry_out(plan_of(*long, size=100))
    assert set(codes(told).values()) == {"deleted"}
    assert all(len(one.query) < 2_100 for one in world.sandbox.ledger.requests)


@each_row(
    ("ids", "values"),
    [
        ((1, 2), {1: "a"}),
        ((1, 2), {1: "a", 2: "a"}),
        ((554023000000201001,), {554023000000201001: "a"}),
        ((1,), {1: ""}),
    ],
)
def test_a_plan_by_values_has_one_for_each_number(
    ids: tuple[int, ...], values: dict[int, str]
) -> None:
    plan = plan_of("K-1")
    (listing,) = plan.listings
    forged = type(listing)(listing.kind, "Leads", "ERP_No", 1.0, values)
    with pytest.raises(PlanError):
        Plan(TARGET, "Leads", "Leads", False, ids, listings=(forged,), by_value="ERP_No")


def test_the_journal_tells_it_all_and_an_older_zohotui_refuses_it(
    world: World, tmp_path: Path
) -> None:
    numbered(world, K[:7])
    told = world.carry_out(plan_of(*K))
    line = json.loads(told.journal.read_text().splitlines()[0])
    # No API name: whoever knows no values does not take the numbers for ids.
    assert (line["journal"], line["module"]) == (3, "Leads.ERP_No")
    read = replay(told.journal)
    assert read.plan == told.plan
    assert (read.plan.module, read.plan.by_value) == ("Leads", "ERP_No")
    (summary,) = history(told.journal.parent)
    assert isinstance(summary, Summary)
    assert summary.module == "Leads"
    receipt = write_receipt(told.journal, 0.0)
    text = receipt.read_text()
    assert "values of ERP_No in the place of ids; nobody read the records" in text
    # Only the values stand there: what they are numbered by would look like something to use.
    heads = next(line for line in text.splitlines() if "EXTERNAL VALUE" in line)
    assert heads.split() == ["NO.", "EXTERNAL", "VALUE", "STATE", "CODE:", "MESSAGE"]
    assert "RECORD ID" not in text
    assert is_as_told(receipt, read_journal(told.journal), told.journal.name)
    csv_text = export(tmp_path / "a.csv", read.plan, read.rows).read_text()
    assert csv_text.startswith("ERP_No (all outcomes),State")
    assert [line.split(",")[0] for line in csv_text.splitlines()[1:]] == list(K)
    assert "zcrm_" not in csv_text
    told_json = json.loads(export(tmp_path / "a.json", read.plan, read.rows).read_text())
    assert all("id" not in one and one["external"] in K for one in told_json["outcomes"])


def test_nothing_is_looked_for_or_brought_back_by_the_numbers(world: World) -> None:
    numbered(world, K)
    world.sandbox.faults.add(Fault(kind=FaultKind.RESET_AFTER, skip=1))
    told = world.carry_out(plan_of(*K))
    assert told.rows.count(State.UNKNOWN) == 4
    before = len(world.sandbox.ledger.requests)
    crm = world.crm()
    journal = Journal.reopen(read_journal(told.journal), clock=world.local)
    work = world.work(crm, journal, Levers())
    run = journal.run
    for step in (look_up(work), resolve(run, work), verify(run, work), undo(run, work)):
        (ended,) = step
        assert isinstance(ended, StepEnded)
        assert ended.why == IDS_UNKNOWN
    assert list(compare(run, work)) == []
    journal.close()
    crm.close()
    assert len(world.sandbox.ledger.requests) == before


KINDS = [
    *(FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER, FaultKind.REFUSE, FaultKind.EXPIRED_TOKEN),
    *(FaultKind.INTERNAL_ERROR_AFTER, FaultKind.BAD_GATEWAY_AFTER, FaultKind.HTML_OK_AFTER),
    *(FaultKind.TOO_MANY_REQUESTS, FaultKind.TRUNCATED_JSON, FaultKind.CUT_BODY),
    *(FaultKind.MISSING_ITEM, FaultKind.EXTRA_ITEM, FaultKind.ITEM_WITHOUT_ID),
    *(FaultKind.CONTRADICTING_ITEM, FaultKind.DUPLICATE_ITEM, FaultKind.EMPTY_BODY),
]


@given(
    kinds=st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3)), max_size=3),
    killed=st.integers(1, 12),
    names=st.sampled_from(["both", "field", "id"]),
)
def test_killed_at_any_moment_each_value_has_one_outcome_and_is_not_sent_again(
    tmp_path: Path, kinds: list[tuple[FaultKind, int]], killed: int, names: str
) -> None:
    world = World(tmp_path, Variants(external_details=names))  # type: ignore[arg-type]
    records = numbered(world, [*K, "another"])
    world.sandbox.faults.add(*(Fault(kind=kind, skip=skip) for kind, skip in kinds))
    told = world.carry_out(plan_of(*K), close_after=killed)
    later = replay(told.journal)
    if not later.finished:
        told = world.resume(told)
    assert sum(told.rows.tally.values()) == len(K)
    gone = set(map(int, world.sandbox.ledger.deleted_ids("Leads")))
    assert gone <= {records[value] for value in K}
    for value, state in codes(told).items():
        assert state != "deleted" or records[value] in gone, value
        assert state not in {"failed", "not sent"} or records[value] not in gone, value
    acted = [one for one in world.sandbox.ledger.requests if one.status not in {401, 429}]
    again = Counter(value for one in acted if one.method == "DELETE" for value in one.ids)
    harmless = {FaultKind.REFUSE, FaultKind.RESET_BEFORE}
    if not harmless & {kind for kind, _ in kinds}:
        assert max(again.values(), default=1) == 1
    for path in tmp_path.glob("*.jsonl"):
        path.unlink()


@pytest.mark.parametrize("number", [1, 4])
def test_a_header_that_is_lost_on_the_way_deletes_nothing(
    world: World, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbered(world, K[:number])
    wire = world.wire

    class Proxy(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            request.headers.pop("X-EXTERNAL", None)
            return wire.handle_request(request)

    def crm(_: str = "v2") -> ZohoCRM:
        token = FixedToken(Secret(world.sandbox.access_token))
        return ZohoCRM(api_domain(ADDRESS), token, transport=Proxy())

    monkeypatch.setattr(world, "crm", crm)
    told = world.carry_out(plan_of(*K[:number]))
    assert world.sandbox.ledger.deleted_ids("Leads") == []
    assert told.rows.count(State.DELETED) == 0


# Long addresses


def test_a_retry_of_long_values_keeps_its_addresses_short(world: World) -> None:
    long = [f"{n:03}-{'é' * 200}" for n in range(20)]
    numbered(world, ["another"])
    told = world.carry_out(plan_of(*long, size=100))
    shown = SimpleNamespace(rows=told.rows, plan=told.plan)
    proposal = retry_of(shown, "run", True, TARGET, options(100))  # type: ignore[arg-type]
    assert proposal is not None
    assert len(proposal.plan.ids) > 10
    before = len(world.sandbox.ledger.requests)
    world.carry_out(proposal.plan)
    later = world.sandbox.ledger.requests[before:]
    assert sum(len(one.ids) for one in later) == len(proposal.plan.ids)
    assert max(len(one.query) for one in later) < 2_100


def test_an_address_that_is_too_long_is_told_as_not_sent(world: World) -> None:
    crm = world.crm()
    with pytest.raises(Malformed, match="Nothing was sent"):
        crm.delete_by_value("Leads", "ERP_No", ["é" * 200, "è" * 200])
    with pytest.raises(Malformed, match="Nothing was sent"):
        crm.read_list("/crm/v8/Leads?fields=" + "x" * 70_000, "data")
    crm.close()
    assert world.sandbox.ledger.requests == []


def braked(told: Told) -> list[str]:
    return [one.why for one in told.events if isinstance(one, Braked)]


def test_ids_that_a_profile_protects_are_not_deleted_by_their_values(world: World) -> None:
    protected = numbered(world, K[:2])[K[0]]
    plan, guards = plan_of(*K[:2]), Guards(ids=frozenset({protected}))
    crm = world.crm()
    work = partial(run_job, plan=plan, guards=guards, released=(), copies=None)
    with pytest.raises(PlanError, match="protected_ids"):
        Job(work, crm, Archive(world.folder / "journals", world.clock)).do(lambda _: None)
    crm.close()
    assert not world.wire.attempts
