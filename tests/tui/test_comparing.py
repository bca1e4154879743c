"""What an undo brought back, compared on the screen: told, shown, and found again later."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event

from textual.widgets import Log, Static

from tests.tui.earlier import BEFORE, earlier, leave_run, said
from tests.tui.practice import NOON, Stage, practice
from tests.tui.test_history import opened
from tests.tui.test_undoing import ask, deleted, restored
from zohotui.deletion.afterwards.compare import NO_COPIES
from zohotui.deletion.journal.differences_file import differences_of
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.snapshot import Snapshot
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.deletion.review.review import ReviewRequest, review
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui.dialogs.differences import Differences
from zohotui.tui.keys.phase import Phase


def saved_run(home: Path, sandbox: Sandbox, ids: Sequence[str]) -> Path:
    """Leave a finished run of an earlier session, its records saved before; its journal."""
    with earlier(home, sandbox) as (crm, target):
        saved = Snapshot.create(home / "journals", target, "Leads", whole=False)
        request = ReviewRequest([*map(int, ids)], "Leads", keep=saved.add)
        with closing(review(request, crm, Levers())) as events:
            list(events)
        saved.close()
    journal = leave_run(home, sandbox, ids, landed=len(ids), finished=True)
    saved.belong_to(journal)
    return journal


def gated() -> tuple[Sandbox, Event]:
    """Make a practice org whose slow answers come once the gate is open."""
    gate = Event()

    def sleep(_: float) -> None:
        gate.wait()

    return Sandbox(clock=lambda: NOON, sleep=sleep), gate


def late_comparison() -> Fault:
    """Make what is read again wait, but not the read that sees the restored records back."""
    return Fault(kind=FaultKind.DELAY, method="GET", path="/Leads", skip=1, times=9)


async def open_last(stage: Stage) -> None:
    await stage.pilot.press("h")
    await stage.until(lambda: "Enter opens" in stage.text())
    await stage.pilot.press("enter")
    await stage.until(lambda: stage.no_dialog() and stage.watched)


async def undo(stage: Stage, number: int) -> None:
    dialog = await ask(stage)
    assert "field by field" in " ".join(stage.text(dialog).split())
    await stage.say(f"restore {number} Leads")
    await stage.until(lambda: stage.watched and stage.watched.rows.count(State.RESTORED))


async def page(stage: Stage) -> list[str]:
    """Wait for the page, and return its lines."""
    await stage.until(lambda: isinstance(stage.app.screen, Differences))
    log = stage.app.screen.query_one(Log)
    await stage.until(lambda: log.line_count)
    return [str(line) for line in log.lines]


def fits(stage: Stage) -> bool:
    """Whether the lines of the page and the page itself are in sight."""
    log = stage.app.screen.query_one(Log)
    return max(map(len, log.lines)) <= 66 and log.size.height <= stage.app.size.height - 2


def found(stage: Stage) -> str:
    """Return what stands below the tally, in one line."""
    return " ".join(stage.text(stage.shown).split())


async def test_what_is_as_it_was_is_told_in_a_sentence(tmp_path: Path, sandbox: Sandbox) -> None:
    bare = sandbox.org.add_records("Leads", 2)
    leave_run(tmp_path, sandbox, bare, landed=2, finished=True, at=BEFORE - 60)
    ids = sandbox.org.add_records("Leads", 12)
    journal = saved_run(tmp_path, sandbox, ids)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await open_last(stage)
        await undo(stage, 12)
        sentence = "12 restored, every saved field as before."
        await stage.until(lambda: sentence in found(stage))
        assert stage.no_dialog()
        assert "12 ids = 12 restored" in found(stage)
        # Above the rows: not a second time in the message line.
        assert not said(stage, sentence)
        await stage.until(lambda: stage.detail and stage.detail.outcome.code)
        assert "every saved field is as before" in found(stage)
        assert stage.offers("resolve") is False
        assert stage.offers("undo") is False
        await stage.pilot.press("w")
        lines = await page(stage)
        assert lines[0] == sentence
        assert "Not in the saved copies: subform rows" in " ".join(lines)
        assert replay(journal).rows.tally == {State.RESTORED: 12}
        assert not differences_of(journal).exists()
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        await opened(stage, 1)
        await without_saved_copies_it_is_said_before_and_after(stage)


async def without_saved_copies_it_is_said_before_and_after(stage: Stage) -> None:
    dialog = await ask(stage)
    words = " ".join(stage.text(dialog).split())
    assert "no copies were saved before the run" in words
    await stage.say("restore 2 Leads")
    await restored(stage)
    await stage.until(lambda: NO_COPIES in found(stage))
    await stage.until(lambda: stage.phase is Phase.IDLE)
    assert stage.offers("resolve") is False


async def test_what_differs_opens_by_itself_and_can_be_read_again(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    sandbox.variants = replace(sandbox.variants, restore_touches="time")
    ids = sandbox.org.add_records("Leads", 6)
    journal = saved_run(tmp_path, sandbox, ids)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await open_last(stage)
        sandbox.org.change_fields("Leads", ids[2], Company="\x1b[31m[red]New Ltd")
        await undo(stage, 6)
        words = " ".join(await page(stage))
        assert "1 of 6 restored is not as saved: Company in 1." in words
        assert "perhaps by the restore itself: Modified_Time." in words
        assert "\N{REPLACEMENT CHARACTER}[31m[red]New Ltd" in words
        assert str(differences_of(journal).name)[-16:] in words.replace(" ", "")
        assert fits(stage)
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        await stage.until(lambda: "w shows them" in found(stage))
        await stage.pilot.press("slash", *"differs", "enter")
        await stage.until(
            lambda: stage.detail is not None and str(stage.detail.record_id) == ids[2]
        )
        await stage.until(lambda: "not as saved: Company" in found(stage))
    async with practice(tmp_path, sandbox=sandbox, size=(120, 40)) as stage:
        await open_last(stage)
        assert "Not as saved: 1 restored record of this run. w shows them." in found(stage)
        await stage.pilot.press("w")
        assert any("New Ltd" in line for line in await page(stage))
        assert fits(stage)
        await stage.pilot.press("q")
        await stage.until(stage.no_dialog)


async def test_copies_that_were_taken_away_are_told_as_lost_and_by_their_name(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await deleted(stage, 2)
        await stage.until(lambda: stage.main.phase is Phase.IDLE)
        (snapshot,) = (tmp_path / "journals").glob("*.snapshot.jsonl.gz")
        snapshot.rename(tmp_path / snapshot.name)
        dialog = await ask(stage)
        words = stage.text(dialog).replace(" ", "").replace("\n", "")
        assert f"savedas{snapshot.name},whichisnotbesidethejournal" in words.replace("│", "")
        assert "nocopiesofthese" not in words
        await stage.say("restore 2 Leads")
        await restored(stage)
        lost = f"Copies of 2 records were saved as {snapshot.name}"
        await stage.until(lambda: lost in found(stage))
    async with practice(tmp_path, sandbox=sandbox) as stage:
        (tmp_path / snapshot.name).rename(snapshot)
        await open_last(stage)
        await stage.pilot.press("y")
        await stage.until(lambda: "2 restored, every saved field as before." in found(stage))


async def test_comparing_stops_when_told_and_y_goes_on_with_it_out_of_sight(
    tmp_path: Path,
) -> None:
    sandbox, gate = gated()
    ids = sandbox.org.add_records("Leads", 5)
    journal = saved_run(tmp_path, sandbox, ids)
    try:
        async with practice(tmp_path, sandbox=sandbox) as stage:
            await open_last(stage)
            sandbox.faults.add(late_comparison())
            await undo(stage, 5)
            await stage.until(lambda: stage.phase is Phase.READING)
            assert stage.offers("delete") is False
            await stage.pilot.press("s")
            await stage.until(lambda: stage.phase is Phase.IDLE)
            await stage.until(lambda: "5 not compared yet: y goes on." in found(stage))
            assert replay(journal).rows.tally == {State.RESTORED: 5}
            await stage.pilot.press("y")
            await stage.until(lambda: stage.phase is Phase.READING)
            # A list that is begun meanwhile stays in sight.
            sandbox.org.change_fields("Leads", ids[0], Company="New Ltd")
            await stage.enter(f"{ids[0]}\n{ids[1]}")
            await stage.go_to_list()
            gate.set()
            await stage.until(lambda: said(stage, "1 of 5 restored is not as saved"))
            await stage.until(lambda: stage.phase is Phase.IDLE)
            assert stage.no_dialog()
            tally = str(stage.pane.query_one("#tally", Static).render())
            assert tally.splitlines() == ["2 ids = 2 entered"]
            stage.app.conductor.stack.open_run(stage.runs[0])
            await stage.until(lambda: stage.shown is not stage.main and stage.no_dialog())
            assert stage.offers("resolve") is False
    finally:
        gate.set()


async def test_whoever_leaves_while_it_compares_does_not_wait(tmp_path: Path) -> None:
    sandbox, gate = gated()
    journal = saved_run(tmp_path, sandbox, sandbox.org.add_records("Leads", 5))
    try:
        async with practice(tmp_path, sandbox=sandbox) as stage:
            await open_last(stage)
            sandbox.faults.add(late_comparison())
            await undo(stage, 5)
            await stage.until(lambda: stage.phase is Phase.READING)
            watched = stage.watched
            assert watched is not None
            assert watched.over
            await stage.pilot.press("q")
            await stage.until(lambda: not stage.app.is_running or stage.app._exit)
            gate.set()
    finally:
        gate.set()
    assert replay(journal).rows.tally == {State.RESTORED: 5}
