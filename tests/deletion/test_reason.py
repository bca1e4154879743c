"""Why a run was done, in the admin's words: journal, history, receipt and exports tell it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rows import each_row
from tests.world.plans import plan_of
from tests.world.world import World
from zohotui.deletion.export import export
from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.journal.receipt import write_receipt
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.plan import LONGEST_REASON, PlanError, reason_of

REASON = "OPS-4711: duplicates of the spring import"


@pytest.mark.parametrize("reason", [REASON, ""])
def test_a_reason_is_kept_wherever_a_run_is_told(world: World, tmp_path: Path, reason: str) -> None:
    plan = replace(plan_of(world.leads(3)), reason=reason)
    told = world.carry_out(plan)
    assert replay(told.journal).plan == plan
    assert json.loads(told.journal.read_text().splitlines()[0]).get("reason", "") == reason
    (summary,) = history(told.journal.parent)
    assert isinstance(summary, Summary)
    assert summary.reason == reason
    receipt = write_receipt(told.journal, 0.0).read_text()
    assert (f"Reason            {reason}" in receipt) == bool(reason)
    exported = json.loads(export(tmp_path / "run.json", plan, told.rows).read_text())
    assert exported.get("reason", "") == reason


@each_row("reason", ["x" * (LONGEST_REASON + 1), "two\nlines", "\u202ebackwards"])
def test_a_reason_is_one_short_line(world: World, reason: str) -> None:
    plan = plan_of(world.leads(1))
    with pytest.raises(PlanError, match="one line"):
        replace(plan, reason=reason)


@each_row(
    "typed", ["", "   ", "\u200b", "\ufeff", "\u3164", "\u2800", "\x00", "\u202e", "\u00ad\u0301"]
)
def test_what_cannot_be_seen_is_no_reason(typed: str) -> None:
    assert reason_of(typed) == ""


@each_row("typed", ["#7", "Müll", "重複", "x" * 10_000, "a\u202eb\nc", "\U0001f5d1"])
def test_what_can_be_seen_is_one(world: World, typed: str) -> None:
    reason = reason_of(typed)
    assert reason
    assert replace(plan_of(world.leads(1)), reason=reason).reason == reason
