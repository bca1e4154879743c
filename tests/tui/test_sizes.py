"""No size of window ends the program, or changes or hides what is open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.command import CommandPalette
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Button, Input, OptionList, Select

from tests.tui.earlier import leave_run
from tests.tui.practice import NOON, Stage, practice
from zohotui.deletion.export import Beside
from zohotui.deletion.journal.replay import read_journal
from zohotui.deletion.look_back import EarlierRun
from zohotui.deletion.model.events import Saved
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.tui.acts.screen import outcomes
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.dialogs.differences import Differences
from zohotui.tui.dialogs.new_file import NewFile
from zohotui.tui.dialogs.open_file import OpenFile
from zohotui.tui.dialogs.pages import Help, RejectedEntries
from zohotui.tui.dialogs.release import Release
from zohotui.tui.dialogs.sign_in import SignIn
from zohotui.tui.dialogs.switch_profile import SwitchProfile
from zohotui.tui.dialogs.undo_question import Rights, UndoQuestion
from zohotui.tui.dialogs.unfinished import UnfinishedRun
from zohotui.tui.keys.keymap import STANDARD
from zohotui.tui.screens.runs_screen import RunsScreen
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.terminal.sizes import LEAST
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.widgets.results_pane import Exported

Open = Callable[[Stage], Awaitable[None]]

SMALL = [(width, height) for width in (1, 2, 5, 12) for height in (1, 2, 5, 12)]
WALK = [(200, 15), (1, 1), (43, 60), LEAST]
"""As wide and as high as the screens tell apart, and one that is too small for any of them."""
WALKS = {"an open list of Textual's": [*SMALL, *WALK], "the main screen": [(110, 22), *WALK]}
"""Where each small size is gone through: what is painted in them is the same of all screens."""

ESSENTIAL = f"#hint, #foot, {Button.__name__}, {Input.__name__}, {OptionList.__name__}"
"""What must be in sight of every dialog, wherever it can be used."""


def finished(stage: Stage) -> ShownRun:
    """Leave a run of another session, as the history opens it."""
    ids = stage.sandbox.sample_ids()["Leads"][:3]
    path = leave_run(stage.home, stage.sandbox, ids, finished=True)
    return ShownRun.of(EarlierRun(read_journal(path), ""), lambda: NOON)


def much_to_tell(stage: Stage) -> ShownRun:
    """Leave a run whose dialogs have more to say than fits a low window."""
    watched = finished(stage)
    watched.moved = "copied or restored from a backup since it was begun"
    watched.doubt = "The journal of this run has lost its end, or was changed. " * 3
    watched.left, watched.run.finished = replace(watched.left, in_doubt=2), True
    return watched


def dialog(make: Callable[[Stage], Screen[Any]]) -> Open:
    """Put a dialog on the screen as it comes."""

    async def play(stage: Stage) -> None:
        stage.app.push_screen(made := make(stage))
        await stage.until(lambda: made.is_mounted and stage.app.screen is made)

    return play


class Textuals(ModalScreen[None]):
    """Widgets of Textual's that have failed without a width, and that we do not use."""

    def compose(self) -> Any:
        with Vertical(classes="dialog"):
            yield Select((f"choice {number}", number) for number in range(9))

    def on_mount(self) -> None:
        self.query_one(Select).action_show_overlay()


async def nothing(stage: Stage) -> None:
    """Stay on the main screen."""
    await stage.enter("\n".join([*stage.sandbox.sample_ids()["Leads"][:40], "odd"]))


async def asked(stage: Stage) -> None:
    await stage.choose("Leads")
    await stage.enter("\n".join(stage.sandbox.sample_ids()["Leads"][:40]))
    await stage.ask()


async def rejected(stage: Stage) -> None:
    await stage.enter("odd\n" * 30)
    stage.app.push_screen(RejectedEntries(stage.main.query_one(IdEditor).ids))
    await stage.until(lambda: isinstance(stage.app.screen, RejectedEntries))


async def history(stage: Stage) -> None:
    stage.app.conductor.stack.open_history()
    await stage.until(lambda: isinstance(stage.app.screen, RunsScreen))


async def _listed(stage: Stage) -> None:
    await stage.until(lambda: any(one.option_count for one in stage.app.screen.query(OptionList)))


async def palette(stage: Stage) -> None:
    await stage.pilot.press("ctrl+p")
    await stage.until(lambda: isinstance(stage.app.screen, CommandPalette))
    await _listed(stage)


async def themes(stage: Stage) -> None:
    stage.app.action_change_theme()
    await stage.until(lambda: isinstance(stage.app.screen, CommandPalette))
    await _listed(stage)


async def help_panel(stage: Stage) -> None:
    stage.app.action_show_help_panel()
    await stage.until(lambda: stage.main.query("KeyPanel"))


def export_of(stage: Stage) -> NewFile:
    run = finished(stage)
    what = Exported(run.plan, run.journal, Beside(run.record))
    return NewFile(outcomes(what, run.rows, State.DELETED), stage.home / "x.csv")


async def toasts(stage: Stage) -> None:
    for severity in ("information", "warning", "error"):
        stage.app.notify("words " * 40, severity=severity, timeout=60)
    stage.main.query_one("#results").tooltip = "words " * 40
    await stage.pilot.hover("#results")


async def _shown(stage: Stage, step: str) -> None:
    await stage.until(lambda: any(one.display for one in stage.app.screen.query(step)))


async def file_path(stage: Stage) -> None:
    await dialog(lambda _: OpenFile(None, None, 3, at_once=False))(stage)


async def file_column(stage: Stage) -> None:
    path = stage.home / "ids.csv"
    row = "name,555123000000100001,555123000000200001\n"
    path.write_text("Name,One,Two\n" + row * 9, encoding="utf-8")
    await dialog(lambda _: OpenFile(path, None, 3, at_once=True))(stage)
    await _shown(stage, "#step-column")


async def file_reading(stage: Stage) -> None:
    await file_path(stage)
    screen = stage.app.screen
    assert isinstance(screen, OpenFile)
    screen._step("reading", "Esc stops reading")


async def file_found(stage: Stage) -> None:
    path = stage.home / "ids.txt"
    path.write_text("555123000000100001\n" + "odd\n" * 30, encoding="utf-8")
    await dialog(lambda _: OpenFile(path, None, 3, at_once=True))(stage)
    await _shown(stage, "#step-found")


def _profiles(stage: Stage) -> Any:
    return stage.app.conductor.session.profiles


OPEN: dict[str, Open] = {
    "the main screen": nothing,
    "the sentence": asked,
    "the sentence of an undo": dialog(
        lambda s: UndoQuestion(finished(s), "run", lambda: NOON, Rights())
    ),
    "an undo that cannot be": dialog(
        lambda s: UndoQuestion(much_to_tell(s), "run", lambda: NOON, Rights("words " * 35))
    ),
    "an unfinished run of which much is told": dialog(lambda s: UnfinishedRun(much_to_tell(s), 2)),
    "a question": dialog(lambda _: Ask("words " * 30, "Yes", "No")),
    "an unfinished run": dialog(lambda s: UnfinishedRun(finished(s), 2)),
    "a reason": dialog(lambda _: Release(1, None, Outcome(State.HELD, "PROTECTED", "words " * 9))),
    "an export": dialog(export_of),
    "the history": history,
    "the help": dialog(lambda _: Help(STANDARD)),
    "rejected entries": rejected,
    "differences": dialog(lambda s: Differences(finished(s))),
    "a sign-in": dialog(lambda s: SignIn(_profiles(s), "", "words " * 30)),
    "the profiles": dialog(lambda s: SwitchProfile(_profiles(s), "", lambda _: None)),
    "the path of a file": file_path,
    "the column of a file": file_column,
    "a file being read": file_reading,
    "what a file holds": file_found,
    "the palette": palette,
    "the themes": themes,
    "the help panel": help_panel,
    "toasts and a tooltip": toasts,
    "an open list of Textual's": dialog(lambda _: Textuals()),
}
OPENED = [*OPEN]


@pytest.mark.parametrize("names", [OPENED[::3], OPENED[1::3], OPENED[2::3]], ids=["1", "2", "3"])
async def test_no_size_ends_changes_or_hides_what_is_open(tmp_path: Path, names: list[str]) -> None:
    """What must be seen of a dialog is seen in the least window, where it opens."""
    async with practice(tmp_path, size=LEAST) as stage:
        for name in names:
            await OPEN[name](stage)
            await stage.pilot.pause()
            screen = stage.app.screen
            shown = [one for one in screen.query(ESSENTIAL) if one in screen._compositor.full_map]
            for widget in shown:
                assert screen.region.contains_region(widget.region), (name, widget)
            stack, focused = stage.app.screen_stack, stage.app.screen.focused
            await stage.resize(*WALKS.get(name, WALK))
            assert stage.app.screen_stack == stack, name
            assert stage.app.screen.focused is focused, name
            assert stage.app.export_screenshot(), name
            while (above := stage.app.screen) is not stage.main:
                await _closed(stage, above)


async def _closed(stage: Stage, above: Screen[Any]) -> None:
    """Leave what was opened; what was pushed by a test alone is taken off by it."""
    if isinstance(above, DeleteQuestion | CommandPalette | RunsScreen):
        await stage.pilot.press("escape")
    else:
        stage.app.pop_screen()
    await stage.until(lambda: stage.app.screen is not above)


@pytest.mark.parametrize("size", [LEAST, (80, 24)])
async def test_what_does_not_fit_a_question_about_a_run_can_be_read_on(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with practice(tmp_path, size=size) as stage:
        watched = much_to_tell(stage)
        watched.doubt *= 9
        saved = Saved("20261126T115500Z-700000001-Leads.snapshot.jsonl.gz", 3, at=NOON)
        watched.run.saved += [saved, replace(saved, name=f"2.{saved.name}")]
        for screen in (
            UnfinishedRun(watched, 2),
            UndoQuestion(watched, "run " * 20, lambda: NOON, Rights(caution="words " * 30)),
        ):
            stage.app.push_screen(screen)
            await stage.pilot.pause()
            facts = screen.query_one("#facts")
            assert facts.max_scroll_y > 0
            assert "PgDn: read on" in stage.text(screen)
            for _ in range(40):
                await stage.pilot.press("pagedown")
            assert facts.scroll_y == facts.max_scroll_y
            await stage.pilot.resize_terminal(120, 80)
            await stage.until(lambda: "PgDn" not in stage.text())
            assert facts.size.height == facts.query_one(Facts).size.height
            await stage.pilot.resize_terminal(*size)
            stage.app.pop_screen()
            await stage.until(lambda: stage.app.screen is stage.main)
