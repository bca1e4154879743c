"""A plan that goes from one person's home folder to another's, as both see it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.deletion.handover_support import Files
from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, leave, write
from zohotui.deletion.handover.written_plan import Planned, WrittenPlan
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Target
from zohotui.zoho.datacentre import Environment

pytestmark = pytest.mark.terminal


def settings(stage: Stage, *lines: str) -> None:
    """Give the org of the stage a profile, whose guards hold however one signs in."""
    table = (
        "[profiles.acme]",
        f'api_domain = "{stage.url}"',
        f'org = "{stage.sandbox.org.zgid}"',
        *lines,
    )
    (stage.home / "settings.toml").write_text("\n".join(table) + "\n")


def close(terminal: Terminal) -> None:
    """Close the question; a key that comes while it is being put up may be lost."""
    for _ in range(10):
        terminal.press("esc")
        if terminal.shows(lambda t: "press Enter" not in t.text, within=2.0):
            return
    raise AssertionError(terminal.text)


def review(terminal: Terminal) -> None:
    terminal.press("v")
    terminal.wait_for("Read:")


def write_plan(stage: Stage, ids: list[str]) -> Files:
    """Review a list and write it as a plan, as an admin does."""
    terminal = begin(stage, ids)
    terminal.press("W")
    terminal.wait_for("Only a reviewed list can be written as a plan: v reads it.")
    review(terminal)
    terminal.press("W")
    terminal.wait_for(lambda t: "The plan says that anna@acme.example wrote it." in t.words)
    terminal.press("enter")
    terminal.wait_for("for the owners.")
    assert leave(terminal) == 0
    (path,) = stage.folder.glob("zohotui-plan-Leads-*.json")
    return Files(path)


def plan_by_anna(stage: Stage, ids: list[str]) -> Files:
    """Write the same plan without a terminal."""
    org = stage.sandbox.org
    anna = org.users[0]
    fields = [org.record("Leads", one).fields for one in ids]
    where = (stage.url, "local", Environment.PRODUCTION, org.company, org.zgid)
    plan = WrittenPlan(
        target=Target(*where, anna.email, anna.id),
        module="Leads",
        label="Leads",
        at=1_795_000_000.0,
        reviewed=1_795_000_000.0,
        source="ids.txt",
        records=tuple(
            Planned(int(one), has["Full_Name"], has["Owner"]["name"], has["Modified_Time"])
            for one, has in zip(ids, fields, strict=True)
        ),
    )
    return Files.of(stage.folder, plan)


def test_a_plan_is_carried_to_another_home_and_carried_out_there(stage: Stage) -> None:
    org = stage.sandbox.org
    ids = org.add_records("Leads", 7)
    files = write_plan(stage, ids)
    # Somebody fills the list in, and meanwhile a record changes and another is deleted.
    files.fill_in({0: "yes", 1: "maybe"})
    org.change_fields("Leads", ids[2], Modified_Time="2026-11-26T12:00:00+00:00")
    org.bin("Leads", ids[3])
    stage.home = stage.folder / "home of Børge"
    stage.home.mkdir(mode=0o700)
    settings(stage, "four_eyes_above = 2")
    # Whoever wrote it does not carry it out.
    own = stage.start("--plan", str(files.path))
    own.wait_for("you wrote this one yourself. Another user must open it.")
    assert leave(own) == 0
    org.acting = replace(org.users[1], admin=True)
    before = len(stage.sandbox.ledger.requests)
    other = stage.start("--plan", str(files.path))
    other.wait_for("press Enter")
    reads = [one for one in stage.sandbox.ledger.requests[before:] if one.method == "GET"]
    line = " ".join(other.box(" of Leads?").split())
    for words in (
        "3 as planned · 1 kept by an owner · 1 not decided by an owner · 1 changed since",
        "1 gone since",
        "by anna@acme.example",
        "Four eyes another user wrote it: a handshake, not a lock",
    ):
        assert words in line, other.text
    # Org, user and modules; in one call what nobody keeps, the bin for what is gone, and the rules.
    assert len(reads) == 6, [one.path for one in reads]
    confirm(other, "delete 3 Leads")
    other.wait_for("3 verified")
    assert leave(other) == 1
    assert stage.deleted == set(ids[4:])
    (run,) = stage.replays()
    handed = run.plan.handed
    assert handed is not None
    assert (handed.by_id, run.plan.target.user_id) == (org.users[0].id, org.users[1].id)
    assert run.rows.tally == {State.HELD: 3, State.MISSING: 1, State.VERIFIED: 3}
    # A retry, or a list of one's own, has nobody else's eyes.
    more = org.add_records("Leads", 3)
    alone = begin(stage, more)
    alone.press("d")
    alone.wait_for("This list of 3 is not from a plan.")
    assert leave(alone) == 0
    assert stage.deleted == set(ids[4:])


def test_whatever_is_wrong_with_a_plan_is_said_before_the_screen(stage: Stage) -> None:
    org = stage.sandbox.org
    ids = org.add_records("Leads", 5)
    files = plan_by_anna(stage, ids)
    whole, rows = files.path.read_text(), files.rows

    def refused() -> str:
        terminal = stage.start("--plan", str(files.path))
        assert terminal.exit_status() == 2
        return " ".join(terminal.raw.decode().split())

    files.edit(lambda plan: plan.update(module="Contacts"))
    assert "was changed after it was written" in refused()
    files.path.write_text(whole)
    damaged = [["5.54E+17", *rows[1][1:-1], "yes"], *rows[2:]]
    files.save([rows[0], *damaged], delimiter=";")
    assert "line 2: 5.54E+17 is not an id of this plan" in refused()
    files.save(rows)
    # Adding to the list ends what the plan stands for, but not what owners keep.
    files.fill_in({0: "yes"})
    org.acting = replace(org.users[1], admin=True)
    settings(stage, "four_eyes_above = 2")
    terminal = stage.start("--plan", str(files.path))
    terminal.wait_for("press Enter")
    close(terminal)
    (more,) = org.add_records("Leads", 1)
    terminal.press("i")
    terminal.type(more)
    terminal.wait_for("no longer that plan")
    terminal.press("esc")
    terminal.wait_for("d Delete…")
    terminal.press("d")
    terminal.wait_for("This list of 5 is not from a plan.")
    # Taking rows out again makes it the plan once more, or a part of it.
    terminal.press("i")
    terminal.press("ctrl+u")
    terminal.wait_for(lambda t: more not in t.text)
    terminal.press("esc")
    terminal.wait_for("d Delete…")
    terminal.press("d")
    terminal.wait_for(lambda t: "4 as planned" in t.text and "press Enter" in t.text)
    close(terminal)
    assert leave(terminal) == 0
    assert stage.deleted == set()


def test_a_plan_of_another_org_is_refused(stage: Stage, tmp_path: Path) -> None:
    files = plan_by_anna(stage, stage.sandbox.org.add_records("Leads", 2))
    stage.sandbox.org.zgid = "700000009"
    terminal = stage.start("--plan", str(files.path))
    terminal.wait_for("it is for another org")
    terminal.press("d")
    terminal.wait_for("No record ids yet.")
    assert leave(terminal) == 0


def test_what_an_owner_keeps_is_not_deleted_by_a_retry_either(stage: Stage) -> None:
    org = stage.sandbox.org
    ids = org.add_records("Leads", 3)
    files = plan_by_anna(stage, ids)
    org.forbid("Leads", ids[0])
    terminal = begin(stage, ids[:1])
    ask(terminal)
    confirm(terminal, "delete 1 Lead")
    terminal.wait_for("1 id = 1 failed")
    assert leave(terminal) == 1
    org.unlock("Leads", ids[0])
    terminal = stage.start("--plan", str(files.path))
    terminal.wait_for(lambda t: "3 as planned" in t.text and "press Enter" in t.text)
    close(terminal)
    # The owner writes it down only now, and another one when the question is open already.
    files.fill_in({0: "yes"})
    terminal.press("d")
    terminal.wait_for(lambda t: "2 as planned" in t.text and "press Enter" in t.text)
    files.fill_in({0: "yes", 1: "yes"})
    write(terminal, "delete 2 Leads")
    terminal.press("enter")
    terminal.wait_for("The plan or its owners' list has changed.")
    close(terminal)
    terminal.press("ctrl+n")
    terminal.wait_for("Clear the list")
    terminal.press("y")
    terminal.wait_for("no ids yet")
    terminal.press("h")
    terminal.wait_for(lambda t: "Runs, newest first" in t.text and "1 failed" in t.text)
    terminal.press("enter")
    terminal.wait_for("1 id = 1 failed")
    terminal.press("r")
    terminal.wait_for("None of them can be deleted: 1 held (kept by their owners).")
    assert leave(terminal) == 0
    assert stage.deleted == set()


def test_a_retry_of_a_plan_s_run_waits_for_the_plan(stage: Stage) -> None:
    org = stage.sandbox.org
    ids = org.add_records("Leads", 1)
    files = plan_by_anna(stage, ids)
    org.forbid("Leads", ids[0])
    terminal = stage.start("--plan", str(files.path))
    terminal.wait_for(lambda t: "1 as planned" in t.text and "press Enter" in t.text)
    confirm(terminal, "delete 1 Lead")
    terminal.wait_for("1 id = 1 failed")
    assert leave(terminal) == 1
    sent = stage.delete_requests
    files.fill_in({0: "yes"})
    terminal = stage.start()
    terminal.wait_for(lambda t: t.lines[0].endswith("idle"))
    terminal.press("h")
    terminal.wait_for(lambda t: "Runs, newest first" in t.text and "1 failed" in t.text)
    terminal.press("enter")
    terminal.wait_for("1 id = 1 failed")
    terminal.press("r")
    terminal.wait_for("Start zohotui with --plan and its file: it asks for what is left")
    assert "press Enter" not in terminal.words
    assert leave(terminal) == 0
    assert stage.delete_requests == sent


def test_without_a_scope_a_plan_says_what_is_missing(stage: Stage) -> None:
    org = stage.sandbox.org
    files = plan_by_anna(stage, org.add_records("Leads", 3))
    org.acting = replace(org.users[1], admin=True)
    settings(stage, "four_eyes_above = 2")

    def opened(*left_out: str) -> Terminal:
        scopes = [
            *("ZohoCRM.modules.ALL", "ZohoCRM.org.READ", "ZohoCRM.users.READ"),
            *("ZohoCRM.settings.modules.READ", "ZohoCRM.settings.recycle_bin.READ"),
        ]
        given = [one for one in scopes if one not in left_out]
        token = stage.sandbox.issue_token(scopes=given)
        return stage.start("--plan", str(files.path), environ={"ZOHOTUI_ACCESS_TOKEN": token})

    terminal = opened("ZohoCRM.users.READ")
    terminal.wait_for("Zoho does not say who you are.")
    assert leave(terminal) == 0
    terminal = opened("ZohoCRM.org.READ")
    terminal.wait_for("may not read which org it opens")
    assert leave(terminal) == 0
    org.deny("Leads", "READ")
    terminal = opened()
    terminal.wait_for("A plan can only be carried out by a user who may read")
    assert leave(terminal) == 0
    assert stage.sent == []
