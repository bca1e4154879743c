"""What was predicted against what became of it, in the table, the export and the last words."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from textual.widgets import Input

from tests.tui.lists import (
    adds_up,
    at_rest,
    enter,
    go_to,
    leads,
    lines,
    outcome,
    sums,
    tally,
    words,
)
from tests.tui.practice import NOON, Stage, practice
from tests.tui.test_history import opened
from zohotui.deletion.export import export
from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.last_words import end_code, last_words
from zohotui.sandbox import Sandbox
from zohotui.tui.shown_run import ShownRun

NOWHERE = "554023000009999999"


async def mixed(stage: Stage) -> tuple[list[str], str, str]:
    """Delete six leads of which one is held, one missing, and one locked after the review."""
    ids = leads(stage, 6)
    stage.sandbox.org.await_approval("Leads", ids[1])
    await enter(stage, [*ids, NOWHERE])
    await stage.ask()
    stage.sandbox.org.lock("Leads", ids[4])
    await stage.say("delete 5 Leads")
    await stage.until(lambda: stage.runs and stage.runs[-1].finished)
    await at_rest(stage)
    return ids, ids[1], ids[4]


def shown(stage: Stage) -> list[str]:
    table = stage.pane.table
    rows = stage.pane.rows
    return [str(rows.ids[place]) for place in table.shown.places]


async def test_a_run_tells_what_it_left_out_and_what_fared_otherwise(tmp_path: Path) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        ids, held, failed = await mixed(stage)
        before = tally(stage)
        assert before == {"held": 1, "missing": 1, "deleted": 4, "failed": 1}
        assert adds_up(stage, held=1, missing=1, deleted=4, failed=1)
        assert outcome(stage, held) == "held IN_APPROVAL"
        assert outcome(stage, NOWHERE) == "missing MISSING"
        assert outcome(stage, failed) == "failed RECORD_LOCKED"
        name = str(sandbox.org.record("Leads", ids[0]).fields["Full_Name"])
        assert any(ids[0] in line and name[:8] in line for line in lines(stage))
        await go_to(stage, held)
        assert "the record is not approved" in words(stage)
        assert "DELETE" not in words(stage)
        await stage.show_only("not as reviewed")
        assert stage.filter() == "not as reviewed"
        assert shown(stage) == [failed]
        assert "showing only: not as reviewed" in words(stage)
        await stage.show_only("all")
        assert stage.filter() == ""
        (run,) = stage.runs
        assert last_words(run.plan, run.final_rows(), run.journal).startswith(
            "Leads: 4 deleted, 0 gone, 1 failed, 0 unknown, 0 not sent, 1 held, 1 missing · "
        )
        assert end_code([run.end]) == 1
        for ending in ("csv", "json"):
            tells_of_what_was_left_out(run, tmp_path / f"all.{ending}", ids[0], held, failed)
        (summary,) = history(tmp_path / "journals")
        assert isinstance(summary, Summary)
        assert run.journal
        read = replay(run.journal).rows
        assert sums(read) == before
        assert summary.tally == read.tally
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await opened(stage)
        assert tally(stage) == before
        assert outcome(stage, held) == "held IN_APPROVAL"
        await stage.show_only("not as reviewed")
        assert shown(stage) == [failed]


def tells_of_what_was_left_out(
    run: ShownRun, path: Path, deleted: str, held: str, failed: str
) -> None:
    """Export a run, whole and its surprises alone, and read what that says."""
    whole = export(path, run.plan, run.rows).read_text(encoding="utf-8")
    if path.suffix == ".csv":
        _, *rows = csv.reader(whole.splitlines())
        found = {row[0].removeprefix("zcrm_"): (row[1], row[2]) for row in rows}
    else:
        told = json.loads(whole)
        assert sum(told["tally"].values()) == 7
        assert (told["tally"]["held"], told["tally"]["missing"]) == (1, 1)
        found = {one["id"]: (one["state"], one["code"]) for one in told["outcomes"]}
    assert len(found) == 7
    assert found[held] == ("held", "IN_APPROVAL")
    assert found[NOWHERE] == ("missing", "MISSING")
    assert found[failed] == ("failed", "RECORD_LOCKED")
    assert found[deleted][0] in {"deleted", "verified"}
    some = export(path.with_stem("some"), run.plan, run.rows, "not as reviewed")
    assert failed in some.read_text(encoding="utf-8")
    assert held not in some.read_text(encoding="utf-8")


async def test_names_that_are_hostile_stay_text(tmp_path: Path) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    hostile = "\x1b]0;owned\x07[red][/x]\u202e\x9b31m{'a'}"
    (lead,) = sandbox.org.add_records("Leads", fields={"Last_Name": hostile, "Full_Name": hostile})
    sandbox.org.change_fields("Leads", lead, Owner={"name": hostile, "id": "1"})
    sandbox.org.await_approval("Leads", lead)
    async with practice(tmp_path, sandbox=sandbox, size=(160, 40)) as stage:
        await enter(stage, [lead, *leads(stage, 2)])
        await stage.ask()
        await stage.pilot.press("escape")
        await at_rest(stage)
        await go_to(stage, lead)
        assert "[red][/x]" in words(stage)
        assert any("[red][/x]" in line for line in lines(stage))
        await stage.pilot.press("R")
        await stage.until(lambda: stage.app.screen is not stage.main)
        assert "[red][/x]" in words(stage)
        stage.app.screen.query_one(Input).value = "agreed"
        await stage.pilot.press("enter")
        await stage.until(stage.no_dialog)
        await stage.ask()
        assert "[red][/x]" in words(stage)
        for text in (stage.text(), stage.text(stage.shown), *lines(stage)):
            assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e"}
