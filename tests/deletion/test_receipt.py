"""The receipt of a run: true to the org, adding up, and inert."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.forging import with_plan
from tests.deletion.test_history import PLAN, begun
from tests.deletion.undo_support import undo, verify
from tests.world.clock import Clock
from tests.world.plans import batch_of, found_out, options, plan_of, released
from tests.world.world import Told, World
from zohotui.deletion.journal.receipt import (
    receipt_of,
    write_receipt,
)
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal, this_tool
from zohotui.deletion.model.events import (
    Braked,
    Finished,
    Landed,
    Restored,
    Restoring,
    Resumed,
    Sent,
)
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Options
from zohotui.deletion.model.run_state import RunState
from zohotui.sandbox import Fault, FaultKind
from zohotui.zoho.zoho_clock import Skew

ROW = re.compile(r" *(\d+)  (\d+) {2,}([a-z]+(?: sent)?) *(?:  (.*))?")
SUM = re.compile(r" +([\d,]+)  ([a-z]+(?: sent)?) +\S.*")


def receipt(world: World, told: Told) -> str:
    return write_receipt(told.journal, world.clock()).read_text(encoding="utf-8")


def rows_in(text: str) -> list[tuple[str, str, str]]:
    """Return id, state, and code with message of each line of the last part."""
    _, _, table = text.partition("CODE: MESSAGE\n")
    found = [ROW.fullmatch(line) for line in table.splitlines()]
    numbers = [int(row[1]) for row in found if row]
    assert numbers == [*range(1, len(found) + 1)]
    return [(row[2], row[3], row[4] or "") for row in found if row]


def sums_in(text: str) -> dict[str, int]:
    """Return the number of ids in each state, held to the total below them."""
    part = text.split("WHAT BECAME OF THE IDS\n\n")[1].split("\n\n", maxsplit=1)[0].splitlines()
    found = (SUM.fullmatch(line) for line in part[:-1])
    sums = {row[2]: int(row[1].replace(",", "")) for row in found if row}
    assert part[-1].split()[0] == f"{sum(sums.values()):,}"
    return sums


def fact(text: str, label: str) -> str:
    (found,) = re.findall(rf"^  {re.escape(label)}  +(.*)$", text, re.MULTILINE)
    return str(found)


def test_it_says_of_each_id_what_the_org_knows(world: World) -> None:
    ids = world.leads(12)
    world.sandbox.org.lock("Leads", str(ids[4]))
    world.sandbox.faults.add(
        Fault(kind=FaultKind.RESET_AFTER, skip=1), Fault(kind=FaultKind.TOO_MANY_REQUESTS, skip=3)
    )
    told = world.carry_out(plan_of(ids, options=options(3)), and_look_up=True)
    text = receipt(world, told)
    rows = rows_in(text)
    assert [row[0] for row in rows] == [str(record_id) for record_id in ids]
    assert {row[0] for row in rows if row[1] == "verified"} == set(
        world.sandbox.ledger.deleted_ids("Leads")
    )
    outcome = told.outcome(ids[4])
    assert rows[4][1:] == ("failed", f"RECORD_LOCKED: {outcome.message}")
    assert sums_in(text) == {"verified": 11, "failed": 1} == told.states
    assert "looked up what was in doubt" in text


def test_it_names_who_where_what_how_and_when(world: World) -> None:
    told = world.carry_out(
        replace(
            plan_of(world.leads(3), "Leads", Options(False, 2, 7, 500)),
            label="Interessenten",
            source="leads.csv, column Record Id",
        )
    )
    world.clock.sleep(3_600)
    text = receipt(world, told)
    for label, value in {
        "Name": "Acme Ltd",
        "Number (zgid)": "700000001",
        "Environment": "SANDBOX",
        "Data centre": "LOCAL",
        "API domain": "http://localhost",
        "User": "anna@acme.example",
        "User id": world.sandbox.org.users[0].id,
        "Module": "Interessenten (Leads)",
        "Source": "leads.csv, column Record Id",
        "Confirmed ids": "3",
        "SHA-256": told.plan.sha256,
        "Workflow rules": "do not run",
        "Credits reserved": "500",
        "File": told.journal.name,
        "Last hash": read_journal(told.journal).head,
    }.items():
        assert fact(text, label) == value
    assert fact(text, "Program").startswith("zohotui ")
    assert fact(text, "Batch size").startswith("2;")
    assert fact(text, "Requests at once").startswith("7 at most")
    assert fact(text, "Began").startswith("2026-09-21T14:13:20Z (local ")
    assert fact(text, "Last answer").startswith("2026-09-21T14:13:20Z (local ")
    assert fact(text, "Written").startswith("2026-09-21T15:13:20Z (local ")
    assert all(len(line) <= 100 for line in text.split("EACH ID")[0].splitlines())


def test_it_says_until_when_the_run_can_be_undone_and_what_was(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(4), options=options(2)))
    text = receipt(world, told)
    assert fact(text, "Restorable") == "4, if the module has a Recycle Bin"
    assert fact(text, "Until").startswith("2026-11-20T14:13:20Z (local ")
    verify(world, told)
    assert sums_in(receipt(world, told)) == {"verified": 4}
    undo(world, told)
    text = receipt(world, told)
    assert fact(text, "In place again") == "4"
    assert fact(text, "Restorable") == "nothing: no record is away because of this run"
    assert sums_in(text) == {"restored": 4}
    assert "asked Zoho to restore records (4 ids)" in text


def test_the_days_count_from_the_first_request_that_deleted(tmp_path: Path) -> None:
    clock = Clock()
    with closing(Journal.create(tmp_path, PLAN, clock=clock)) as journal:
        first, second, third = PLAN.batches()
        for batch, state in (
            (first, State.FAILED),
            (second, State.DELETED),
            (third, State.DELETED),
        ):
            journal.record(Sent(batch))
            journal.record(Landed(batch, tuple([Outcome(state)] * len(batch.ids))))
            clock.sleep(86_400)
    text = write_receipt(journal.path, 0.0).read_text(encoding="utf-8")
    assert fact(text, "First request").startswith("2026-09-21T14:13:20Z")
    assert fact(text, "Until").startswith("2026-11-21T14:13:20Z")


def test_where_there_is_no_recycle_bin_it_says_permanent(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(2), permanent=True))
    assert "PERMANENT: the module has no Recycle Bin" in receipt(world, told)


def test_where_nothing_was_deleted_nothing_can_be_brought_back(tmp_path: Path) -> None:
    with closing(Journal.create(tmp_path, PLAN)) as journal:
        journal.record(Finished(stopped=True))
    text = write_receipt(journal.path, 0.0).read_text(encoding="utf-8")
    assert fact(text, "Restorable").startswith("nothing")
    assert fact(text, "First request") == "none left"
    assert fact(text, "Last answer") == "none came"
    assert "ended: it was stopped, or closed for good" in text
    assert sums_in(text) == {"not sent": 4}


def test_a_run_that_died_is_told_as_such(tmp_path: Path) -> None:
    path = begun(tmp_path)
    text = write_receipt(path, 0.0).read_text(encoding="utf-8")
    assert "THE RUN HAS NOT COME TO ITS END." in text
    assert sums_in(text) == {"entered": 1, "deleted": 1, "unknown": 2}


def test_what_happened_beside_the_batches_is_told_in_order(tmp_path: Path) -> None:
    path = begun(tmp_path)
    with closing(Journal.reopen(read_journal(path))) as journal:
        journal.record(Braked("Zoho refused it."))
        journal.record(Resumed(this_tool()))
        held = Outcome(State.HELD, "RULE", "released because Bo said so; held: younger than a day")
        journal.record(released([(1, 12, held), (3, 14, held)]))
        fourth = batch_of(14, number=3, start=3)
        journal.record(Sent(fourth))
        journal.record(
            Landed(fourth, (Outcome(State.DELETED, "SUCCESS"),), ("410405000002264040",))
        )
        journal.record(Finished(stopped=False))
    text = write_receipt(path, 0.0).read_text(encoding="utf-8")
    words = ["paused itself: Zoho refused it.", "went on after it was cut off, by zohotui"]
    words += ["let held records go all the same (2 ids)", "      ended"]
    places = [text.index(word) for word in words]
    assert places == sorted(places)
    assert "  12  RULE: released because Bo said so; held: younger than a day\n" in text
    assert "NOBODY HAD SENT\n\n  410405000002264040\n" in text


def test_many_lines_of_one_kind_are_one_step(tmp_path: Path) -> None:
    path = begun(tmp_path)
    back = Outcome(State.RESTORED, "SUCCESS")
    with closing(Journal.reopen(read_journal(path))) as journal:
        journal.record(
            Landed(batch_of(12, 13, number=2, start=1), tuple([Outcome(State.DELETED)] * 2))
        )
        for place in range(3):
            journal.record(Restoring((place,)))
            journal.record(found_out(Restored, [(place, place + 11, back)]))
    steps = replay(path).timeline.entries
    assert [(step.words, step.count) for step in steps] == [
        ("asked Zoho to restore records", 3),
        ("told what became of restoring", 3),
    ]


NASTY = "\x1b]0;x\x07\u202e\u2066\u2028\r\n  Last hash  \x9b2J"


def test_no_name_and_no_message_can_speak_to_a_terminal_or_forge_a_line(tmp_path: Path) -> None:
    path = begun(tmp_path)
    with closing(Journal.reopen(read_journal(path))) as journal:
        journal.record(Braked(NASTY))
        journal.record(released([(1, 12, Outcome(State.HELD, NASTY, NASTY))]))
        last = batch_of(14, number=3, start=3)
        journal.record(Sent(last))
        journal.record(Landed(last, (Outcome(State.FAILED, NASTY, NASTY),), (NASTY,)))
        journal.record(Finished(stopped=False))
    names = dict.fromkeys(["api_domain", "location", "org", "zgid", "user", "user_id"], NASTY)
    target = {**names, "environment": "production"}
    with_plan(path, target=target, label=NASTY, source=NASTY, tool=NASTY)
    text = write_receipt(path, 0.0).read_text(encoding="utf-8")
    assert all(line.isprintable() for line in text.split("\n"))
    assert len(re.findall(r"^  Last hash", text, re.MULTILINE)) == 1
    assert len(rows_in(text)) == 4


@given(
    at=st.sampled_from(["1970-01-01T00:00:00+00:00", "9891-12-31T23:59:59+00:00"]),
    now=st.sampled_from([0.0, -1e20, 1e20, float("nan"), float("inf")]),
)
def test_no_moment_is_too_odd_to_be_told(tmp_path: Path, at: str, now: float) -> None:
    path = begun(tmp_path)
    with_plan(path, at=at)
    text = write_receipt(path, now).read_text(encoding="utf-8")
    assert fact(text, "Began")
    path.unlink()
    receipt_of(path).unlink()


def test_ids_of_any_length_stand_in_their_columns(world: World) -> None:
    told = world.carry_out(plan_of([7, 99_999_999_999_999_999_999 // 10, *world.leads(120)]))
    text = receipt(world, told)
    assert [int(row[0]) for row in rows_in(text)] == list(told.plan.ids)
    assert sums_in(text) == told.states


def test_a_message_stands_there_as_zoho_sent_it(tmp_path: Path) -> None:
    path = begun(tmp_path)
    with closing(Journal.reopen(read_journal(path))) as journal:
        last = batch_of(14, number=3, start=3)
        journal.record(Sent(last))
        journal.record(Landed(last, (Outcome(State.FAILED, "%s", "100% {0} %d \\n"),)))
    text = write_receipt(path, 0.0).read_text(encoding="utf-8")
    assert rows_in(text)[-1] == ("14", "failed", "%s: 100% {0} %d \\n")


def test_the_days_count_by_zoho_s_clock_from_the_earliest(tmp_path: Path) -> None:
    day, clock = 86_400.0, Clock()
    first, second, _ = PLAN.batches()
    run = RunState(PLAN)
    # The clock was three days ahead, and was set right before the second request.
    for batch, ahead, later in ((first, 3 * day, 3 * day), (second, 0.0, 2 * day)):
        skew, at = Skew(ahead, 1.0), clock() + later
        run.apply(Sent(batch, at=at, skew=skew))
        deleted = (Outcome(State.DELETED),) * len(batch.ids)
        run.apply(Landed(batch, deleted, at=at, skew=skew))
    assert run.first_deleted() == clock()
