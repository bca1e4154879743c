"""After a run its deleted ids are looked for: what the screen says, and that nobody has to wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Static

from tests.tui.earlier import bundle, leave_run, said
from tests.tui.fingers import PATIENCE
from tests.tui.practice import NOON, Stage, practice
from zohotui.deletion.jobs import leave_receipt
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.events import Verified
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.dialogs.undo_question import UndoQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.screens.runs_screen import RunsScreen
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.widgets.message_line import Said

STILL_THERE = "1 record is STILL THERE although Zoho called it deleted."
NOWHERE = "2 records are NEITHER in the module NOR in the Recycle Bin."


class Late:
    """An org that keeps reads of its Recycle Bin waiting, and a clock that stands still for it."""

    def __init__(self) -> None:
        self.now = NOON
        self.answer = threading.Event()
        self.meanwhile: Callable[[], object] = lambda: None
        self.sandbox = Sandbox(clock=lambda: self.now, sleep=self._wait)
        self.sandbox.faults.add(
            Fault(kind=FaultKind.DELAY, method="GET", path="/recycle_bin", seconds=1, times=100)
        )

    def _wait(self, _seconds: float) -> None:
        self.answer.wait(PATIENCE)
        self.meanwhile()

    def after_a_while(self, happened: Callable[[], object]) -> None:
        """Have something happen before the bin is read, when it must show what was deleted."""

        def meanwhile() -> None:
            self.now += 120
            happened()

        self.meanwhile = meanwhile
        self.answer.set()


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> Iterator[Late]:
    # By the clock that nobody can put forward, not a moment has passed since the answer.
    monkeypatch.setattr("zohotui.deletion.afterwards.sweep.ZOHO_LAG", 0.0)
    late = Late()
    yield late
    late.answer.set()


async def verifying(stage: Stage, count: int = 4) -> list[str]:
    """Delete so many leads, and wait until they are being looked for."""
    ids = stage.sandbox.org.add_records("Leads", count)
    await stage.choose("Leads")
    await stage.enter("\n".join(ids))
    await stage.ask()
    await stage.say(f"delete {count} Leads")
    await stage.until(lambda: stage.phase is Phase.VERIFYING)
    return ids


def tally(stage: Stage) -> str:
    """Return what stands above the rows."""
    return " ".join(str(stage.pane.query_one("#tally", Static).render()).split())


async def idle(stage: Stage) -> None:
    await stage.until(lambda: stage.phase is Phase.IDLE)


async def test_it_says_what_it_does_and_how_far_it_is(tmp_path: Path, late: Late) -> None:
    async with practice(tmp_path, sandbox=late.sandbox) as stage:
        await verifying(stage)
        await stage.until(lambda: "verified 0 of 4" in stage.text())
        assert "Verifying the deletions. s skips." in stage.text()
        assert "4 ids = 4 deleted" in stage.text()
        late.answer.set()
        await idle(stage)
        await stage.until(lambda: "4 ids = 4 verified" in stage.text())
        assert stage.told == ["4 of 4 deleted · all verified."]
        assert stage.offers("resolve") is False


async def test_a_new_list_is_deleted_without_waiting(tmp_path: Path, late: Late) -> None:
    async with practice(tmp_path, sandbox=late.sandbox) as stage:
        first = await verifying(stage)
        second = late.sandbox.org.add_records("Leads", 2)
        await stage.enter("\n".join(second))
        bundle(stage, "d", *"delete", "enter")
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        dialog = stage.app.screen
        assert isinstance(dialog, DeleteQuestion)
        # Nobody holds the module any more, and what was typed ahead went nowhere.
        assert late.sandbox.ledger.sent_ids("Leads") == first
        assert len(stage.app.screen_stack) == 2
        await stage.until(lambda: dialog.query("#sentence:enabled"))
        late.answer.set()
        await stage.say("delete 2 Leads")
        await stage.until(lambda: len(stage.runs) == 2 and stage.runs[1].finished)
        await idle(stage)
        tallies = [watched.rows.tally for watched in stage.runs]
        assert tallies == [{State.DELETED: 4}, {State.VERIFIED: 2}]
    assert late.sandbox.ledger.sent_ids("Leads") == [*first, *second]


async def test_a_retry_need_not_wait_either(tmp_path: Path, late: Late) -> None:
    org = late.sandbox.org
    (locked,) = org.add_records("Leads")
    async with practice(tmp_path, sandbox=late.sandbox) as stage:
        await stage.choose("Leads")
        await stage.enter("\n".join([*org.add_records("Leads", 3), locked]))
        await stage.ask()
        org.lock("Leads", locked)
        await stage.say("delete 4 Leads")
        await stage.until(lambda: stage.phase is Phase.VERIFYING)
        org.unlock("Leads", locked)
        await stage.pilot.press("r")
        await stage.until(lambda: "1 id of the last run: 1 failed" in stage.text())
        assert stage.runs[0].rows.tally == {State.DELETED: 3, State.FAILED: 1}


async def test_an_undo_need_not_wait_either(tmp_path: Path, late: Late) -> None:
    async with practice(tmp_path, sandbox=late.sandbox) as stage:
        ids = await verifying(stage)
        await stage.pilot.press("u")
        await stage.until(lambda: isinstance(stage.app.screen, UndoQuestion))
        late.answer.set()
        dialog = stage.app.screen
        await stage.until(lambda: dialog.query("#sentence:enabled"))
        await stage.say("restore 4 Leads")
        await stage.until(lambda: stage.runs[0].rows.tally == {State.RESTORED: 4})
    assert all(late.sandbox.org.exists("Leads", record_id) for record_id in ids)


async def test_looking_at_the_list_of_runs_does_not_end_it_but_opening_one_does(
    tmp_path: Path, late: Late
) -> None:
    old = late.sandbox.org.add_records("Leads", 3)
    leave_run(tmp_path, late.sandbox, old, landed=2, finished=True)
    async with practice(tmp_path, sandbox=late.sandbox) as stage:
        await verifying(stage)
        watched = stage.watched
        await stage.pilot.press("h")
        await stage.until(lambda: isinstance(stage.app.screen, RunsScreen))
        await stage.until(lambda: "Enter opens" in stage.text())
        assert stage.phase is Phase.VERIFYING
        await stage.pilot.press("end", "enter")
        await stage.until(lambda: stage.watched is not watched)
        await idle(stage)
        await stage.until(lambda: "3 ids = 3 deleted" in stage.text())


async def test_s_leaves_it_for_later_and_y_goes_on(tmp_path: Path, late: Late) -> None:
    async with practice(tmp_path, sandbox=late.sandbox) as stage:
        await verifying(stage)
        # Without a new list, d has nothing to begin.
        await stage.pilot.press("d")
        assert stage.phase is Phase.VERIFYING
        assert stage.no_dialog()
        await stage.pilot.press("s")
        await idle(stage)
        await stage.until(lambda: said(stage, "Reading stops. y goes on with it."))
        await stage.until(lambda: "4 ids = 4 deleted" in stage.text())
        late.answer.set()
        await stage.pilot.press("y")
        await stage.until(lambda: stage.runs[0].rows.tally == {State.VERIFIED: 4})


async def test_quitting_neither_asks_nor_waits(tmp_path: Path, late: Late) -> None:
    async with practice(tmp_path, sandbox=late.sandbox) as stage:
        await verifying(stage)
        await stage.pilot.press("q")
        await stage.until(lambda: not stage.app.is_running)
        assert not late.answer.is_set()
        journal = stage.runs[0].journal
    assert journal is not None
    assert replay(journal).finished


async def test_what_is_not_where_it_should_be_is_shouted_and_stays_in_sight(
    tmp_path: Path, late: Late
) -> None:
    clock: Callable[[], float] = lambda: late.now  # noqa: E731 - as the session takes it
    async with practice(tmp_path, sandbox=late.sandbox, clock=clock) as stage:
        ids = await verifying(stage)
        org = late.sandbox.org

        def astray() -> None:
            if not org.exists("Leads", ids[0]):
                org.restore(ids[0])
                org.purge(ids[1:3])

        late.after_a_while(astray)
        await idle(stage)
        way = "f shows which (failed, deleted); the panel says what to do."
        words = f"{STILL_THERE} {NOWHERE} {way}"
        await stage.until(lambda: said(stage, words))
        assert stage.app.conductor.said == Said(words, "error")
        assert tally(stage) == f"4 ids = 2 deleted + 1 failed + 1 verified {words}"
        shown = stage.pane.query_one("#tally", Static)
        for size in ((120, 40), (80, 24)):
            await stage.resize(size)
            await stage.pilot.pause()
            assert len(shown.render_lines(shown.size.region)) >= len(words) // shown.size.width

        await stage.show_only("deleted")
        assert stage.filter() == "deleted"
        await stage.until(lambda: "NOT_IN_BIN" in stage.text())
        await stage.show_only("failed")
        assert stage.filter() == "failed"
        await stage.until(lambda: "check its timeline" in " ".join(stage.text().split()))
    assert late.sandbox.ledger.sent_ids("Leads") == ids


async def test_what_was_found_astray_by_then_comes_before_the_next_deletion(
    tmp_path: Path, late: Late, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed = threading.Event()
    async with practice(tmp_path, sandbox=late.sandbox, clock=lambda: late.now) as stage:
        ids = await verifying(stage)
        await stage.enter(late.sandbox.org.add_records("Leads")[0])
        tell = stage.app.call_later

        def tell_and_wait(told: Callable[..., Any], *what: Any) -> bool:
            """Let the one who looks for them do nothing more before the key."""
            is_told = tell(told, *what)
            events = [one for one in what if isinstance(one, Verified)]
            if any(one.state is State.FAILED for event in events for one in event.outcomes):
                pressed.wait(PATIENCE)
            return is_told

        monkeypatch.setattr(stage.app, "call_later", tell_and_wait)
        late.after_a_while(lambda: late.sandbox.org.restore(ids[0]))
        await stage.until(lambda: stage.runs[0].rows.count(State.FAILED))
        assert stage.phase is Phase.VERIFYING
        await stage.pilot.press("d")
        pressed.set()
        await idle(stage)
        await stage.until(lambda: said(stage, STILL_THERE))
        assert stage.no_dialog()


async def test_without_the_scope_for_the_bin_absence_must_do(tmp_path: Path) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    token = sandbox.issue_token(scopes=["ZohoCRM.modules.ALL", "ZohoCRM.org.READ"])
    async with practice(tmp_path, sandbox=sandbox, token=token) as stage:
        ids = sandbox.org.add_records("Leads", 3)
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        await stage.delete("delete 3 Leads")
        assert stage.runs[0].rows.tally == {State.VERIFIED: 3}
        told = "no longer in its module; the Recycle Bin cannot be read"
        await stage.until(lambda: told in " ".join(stage.text().split()))


async def test_why_it_could_not_be_done_is_said_calmly(tmp_path: Path) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    sandbox.faults.add(
        *(
            Fault(
                kind=FaultKind.FLAT_ERROR,
                method="GET",
                path=path,
                # The review reads them first.
                skip=skip,
                status=403,
                code="NO_PERMISSION",
            )
            for path, skip in (("/recycle_bin", 0), ("/Leads", 1))
        )
    )
    async with practice(tmp_path, sandbox=sandbox) as stage:
        ids = sandbox.org.add_records("Leads", 3)
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        await stage.ask()
        await stage.say("delete 3 Leads")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        notice = stage.app.conductor.said
        assert notice is not None
        assert notice.severity == "warning"
        assert notice.words.startswith("Not all deletes are verified yet. ")
        assert "NO_PERMISSION" in notice.words
        assert stage.runs[0].rows.tally == {State.DELETED: 3}
        assert stage.offers("resolve") is True


async def test_the_cursor_goes_to_the_first_row_once_nobody_is_needed(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids = stage.sandbox.org.add_records("Leads", 250)
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        await stage.delete("delete 250 Leads")
        assert stage.detail is not None
        assert str(stage.detail.record_id) == ids[0]
        assert "IN_BIN" in stage.text()


async def test_the_list_cannot_change_between_the_key_and_its_review(
    tmp_path: Path, late: Late, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, real = threading.Event(), leave_receipt

    def slow(*given: Any, **more: Any) -> str:
        held.wait(PATIENCE)
        return real(*given, **more)

    async with practice(tmp_path, sandbox=late.sandbox) as stage:
        first = await verifying(stage)
        (entered, other) = late.sandbox.org.add_records("Leads", 2)
        await stage.enter(entered)
        monkeypatch.setattr("zohotui.deletion.jobs.leave_receipt", slow)
        await stage.pilot.press("d")
        editor = stage.main.query_one(IdEditor)
        assert editor.locked
        stage.main.set_focus(editor.text_area)
        await stage.pilot.press("ctrl+a", "delete", *other)
        held.set()
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        assert list(editor.ids.ids) == [int(entered)]
        await stage.until(lambda: stage.app.screen.query("#sentence:enabled"))
        late.answer.set()
        await stage.say("delete 1 Leads")
        await stage.until(lambda: len(stage.runs) == 2 and stage.runs[1].finished)
    assert late.sandbox.ledger.sent_ids("Leads") == [*first, entered]
