"""The text for a ticket: a few lines that say where, what, how many, by whom, and how to prove."""

from __future__ import annotations

from dataclasses import replace

from tests.world.plans import plan_of
from tests.world.world import World
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.ticket import ticket
from zohotui.deletion.model.run_state import RunState


def test_a_ticket_tells_a_run_in_a_few_lines_of_plain_text(world: World) -> None:
    ids = world.leads(3)
    world.sandbox.org.forbid("Leads", str(ids[2]))
    plan = replace(plan_of(ids), reason="OPS-4711")
    told = world.carry_out(plan)
    text = ticket(replay(told.journal), told.journal)
    assert text.isprintable() or "\n" in text
    assert text.splitlines() == [
        "Deletion   Leads",
        "Org        Acme Ltd (700000001) · SANDBOX · LOCAL",
        "Result     3 ids: 2 deleted · 1 failed",
        "By         anna@acme.example",
        "When       2026-09-21 14:13:20 UTC to 2026-09-21 14:13:20 UTC",
        "Reason     OPS-4711",
        "Undo until 2026-11-20 14:13:20 UTC (2 in the Recycle Bin or gone)",
        f"Journal    {told.journal.name}",
        f"Last hash  {read_journal(told.journal).head}",
    ]


def test_a_ticket_says_what_it_does_not_know(world: World) -> None:
    plan = plan_of(world.leads(1))
    never = replace(plan, permanent=True, target=replace(plan.target, org="", user="\x1b[31m"))
    text = ticket(RunState(never), world.folder / "none")
    assert "Org        not known" in text
    assert "\x1b" not in text
    assert "When       not known; no request was sent" in text
    assert "Undo until never: the module has no Recycle Bin" in text
    assert "Last hash  not known" in text
