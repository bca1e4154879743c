"""Fingers that are faster than thoughts, and what leads back afterwards."""

from __future__ import annotations

import threading
from pathlib import Path

from textual.events import Paste

from tests.mistakes.hand import (
    Mistake,
    Seen,
    asked,
    at_work,
    ended,
    leads,
    press,
    until_idle,
    until_said,
    words,
)
from tests.tui.earlier import asked as asked_about
from tests.tui.earlier import left_behind
from tests.tui.practice import NOON, Stage, held_by, hold_deletes, practice
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui.dialogs.undo_question import UndoQuestion
from zohotui.tui.terminal.sizes import SENTENCE, instead
from zohotui.tui.widgets.typed_question import Sentence


async def enter_by_reflex(stage: Stage) -> Seen:
    await asked(stage, leads(stage, 2))
    await stage.pilot.press("enter", "enter")
    return ended(stage)


async def sentence_of_another_list(stage: Stage) -> Seen:
    await asked(stage, leads(stage, 3))
    await stage.say("delete 2 Leads")
    return ended(stage)


async def sentence_pasted(stage: Stage) -> Seen:
    dialog = await asked(stage, leads(stage, 2))
    dialog.query_one(Sentence).post_message(Paste("delete 2 Leads"))
    await until_said(stage, "it cannot be pasted")
    said = words(stage)
    await stage.pilot.press("enter")
    return ended(stage, said)


async def escape_in_time(stage: Stage) -> Seen:
    await asked(stage, leads(stage, 2))
    await stage.type("delete 2 Lead")
    await stage.pilot.press("escape")
    await until_idle(stage)
    return ended(stage)


async def the_same_list_again(home: Path) -> Seen:
    async with at_work(home) as stage:
        ids = leads(stage, 2)
        await stage.enter("\n".join(ids))
        await stage.delete("delete 2 Leads")
        await stage.go_to_list()
        return ended(stage, await press(stage, "d", "This list has been run"), meant=ids)


async def window_too_small_to_read(stage: Stage) -> Seen:
    await stage.enter("\n".join(leads(stage, 2)))
    await stage.resize((40, 10))
    await stage.pilot.press("d")
    assert stage.no_dialog()
    shown = instead(stage.app.window.size, "")
    lines = [segment.text for segment in shown.segments if not segment.control]
    return ended(stage, " ".join(lines))


async def two_admins_at_once(home: Path) -> Seen:
    gate = threading.Event()
    sandbox = Sandbox(sleep=held_by(gate), clock=lambda: NOON)
    async with at_work(home, sandbox=sandbox) as first, at_work(home, sandbox=sandbox) as second:
        ids = leads(first, 1)
        await second.enter("\n".join(leads(first, 1)))
        await asked(first, ids)
        hold_deletes(sandbox)
        await first.say("delete 1 Leads")
        await first.until(lambda: first.runs and first.runs[-1].in_flight)
        said = await press(second, "d", "Another zohotui is deleting Leads in this org")
        gate.set()
        await first.until(lambda: first.runs[-1].finished)
        return ended(first, said, meant=ids)


async def quit_in_a_run(home: Path) -> Seen:
    gate = threading.Event()
    sandbox = Sandbox(sleep=held_by(gate), clock=lambda: NOON)
    async with at_work(home, sandbox=sandbox) as stage:
        ids = leads(stage, 2)
        await asked(stage, ids)
        hold_deletes(sandbox)
        await stage.say("delete 2 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].in_flight)
        said = await press(stage, "q", "A run is in progress")
        gate.set()
        await stage.pilot.press("n")
        await stage.until(lambda: stage.runs[-1].finished)
        return ended(stage, said, meant=ids)


async def stopped_half_way(home: Path) -> Seen:
    gate = threading.Event()
    sandbox = Sandbox(sleep=held_by(gate), clock=lambda: NOON)
    async with at_work(home, sandbox=sandbox, batch_size=1, parallel=1) as stage:
        ids = leads(stage, 50)
        await asked(stage, ids)
        hold_deletes(sandbox)
        await stage.say("delete 50 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].in_flight)
        await stage.pilot.press("s", "y")
        gate.set()
        await stage.until(lambda: stage.runs[-1].finished)
        await until_idle(stage)
        assert stage.runs[-1].rows.count(State.NOT_SENT) > len(ids) / 2
        return ended(stage, meant=sandbox.ledger.sent_ids("Leads"))


async def workflow_rules_not_wanted(home: Path) -> Seen:
    async with at_work(home) as stage:
        ids = leads(stage, 2)
        await asked(stage, ids)
        await stage.pilot.press("tab", "space", "tab", "tab")
        said = words(stage)
        await stage.say("delete 2 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        assert not any(one.workflow_fired for one in stage.sandbox.ledger.deletions)
        return ended(stage, said, meant=ids)


async def deleted_and_regretted(home: Path) -> Seen:
    async with at_work(home) as stage:
        ids = leads(stage, 3)
        await stage.enter("\n".join(ids))
        await stage.delete("delete 3 Leads")
        await stage.pilot.press("u")
        await stage.until(lambda: isinstance(stage.app.screen, UndoQuestion))
        await stage.until(stage.may_type)
        await stage.say("restore 3 Leads")
        await stage.until(lambda: stage.runs[-1].rows.count(State.RESTORED))
        await until_said(stage, "3 restored")
        assert all(stage.sandbox.org.exists("Leads", lead) for lead in ids)
        return ended(stage, meant=ids)


async def answer_that_was_lost(home: Path) -> Seen:
    async with at_work(home) as stage:
        ids = leads(stage, 3)
        await stage.enter("\n".join(ids))
        stage.sandbox.faults.add(Fault(kind=FaultKind.BAD_GATEWAY_AFTER, skip=1))
        await stage.delete("delete 3 Leads")
        rows = stage.runs[-1].rows
        assert rows.tally == {State.VERIFIED: 3}
        assert rows.outcome(2).code == "FOUND_IN_BIN"
        assert stage.offers("retry") is False
        assert stage.sandbox.ledger.sent_ids("Leads") == ids
        await stage.pilot.press("end")
        await until_said(stage, "in the Recycle Bin since")
        return ended(stage, meant=ids)


async def power_cut(home: Path) -> Seen:
    sandbox = Sandbox(clock=lambda: NOON)
    meant, _ = left_behind(home, sandbox)
    async with practice(home, sandbox=sandbox) as stage:
        dialog = await asked_about(stage)
        return Seen(" ".join(stage.text(dialog).split()), ended(stage, meant=meant).wrong)


MISTAKES = (
    Mistake("Enter, Enter", "Not quite:", turn=enter_by_reflex),
    Mistake(
        "The sentence of another list",
        "Not quite:",
        turn=sentence_of_another_list,
    ),
    Mistake(
        "The sentence pasted instead of thought",
        "Type the sentence; it cannot be pasted.",
        turn=sentence_pasted,
    ),
    Mistake("Second thoughts in the last moment: Esc", "2 ids = 2 ready", turn=escape_in_time),
    Mistake("The same list once more", "This list has been run", the_same_list_again),
    Mistake("A window too small to read what will go", SENTENCE, turn=window_too_small_to_read),
    Mistake(
        "Two admins at the same module",
        "Another zohotui is deleting Leads in this org",
        two_admins_at_once,
    ),
    Mistake("q in the middle of a run", "A run is in progress", quit_in_a_run),
    Mistake("A run that should not have begun: s", "not sent", stopped_half_way),
    Mistake(
        "Workflow rules that would have written to customers",
        "Run workflow rules (off: they do not run for these deletes)",
        workflow_rules_not_wanted,
    ),
    Mistake("Deleted, and regretted: u", "3 restored", deleted_and_regretted),
    Mistake(
        "An answer that got lost on its way back", "in the Recycle Bin since", answer_that_was_lost
    ),
    Mistake("The power went in the middle of a run", "3 queued", power_cut),
)
