"""A whole app on a practice org, driven by a Pilot: the stage of every screen test."""

from __future__ import annotations

import itertools
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import RenderableType
from textual import events, screen
from textual._compositor import Compositor
from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import OptionList, Static

from tests.tui.fingers import PATIENCE, Fingers
from zohotui.config.folders import Folders
from zohotui.config.profiles import Profiles
from zohotui.config.settings import addresses
from zohotui.deletion.model.events import Event
from zohotui.deletion.model.levers import Levers
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui.app import ZohotuiApp
from zohotui.tui.connecting import Connecting
from zohotui.tui.dialogs.choose_filter import ChooseFilter
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.screens.list_screen import ListScreen
from zohotui.tui.screens.run_screen import RunScreen
from zohotui.tui.screens.work_screen import takes_text
from zohotui.tui.session import Session
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.terminal.sizes import too_small
from zohotui.tui.widgets.band import Band
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.widgets.keys_footer import KeysFooter
from zohotui.tui.widgets.results_pane import ResultsPane
from zohotui.tui.widgets.rows_view import RowsView
from zohotui.tui.widgets.typed_question import Sentence
from zohotui.tui.words.detail import Detail
from zohotui.zoho.secret import Secret

NOON = 1_795_694_400.0
"""Twelve o'clock UTC on 26 November 2026: the time in every scene."""


@dataclass
class Stage:
    """The app, its org and the hand on its keys."""

    sandbox: Sandbox
    app: ZohotuiApp
    pilot: Fingers
    main: ListScreen
    home: Path

    @property
    def phase(self) -> Phase:
        """What the program says that is going on."""
        return self.app.conductor.phase

    @property
    def runs(self) -> list[ShownRun]:
        """The runs of the session."""
        return self.app.conductor.runs.all

    @property
    def org(self) -> Connecting:
        """The org that is open."""
        return self.app.conductor.org

    @property
    def shown(self) -> ListScreen | RunScreen:
        """The screen of the list or of a run, below any dialog and the history."""
        stack = self.app.screen_stack
        return next(one for one in reversed(stack) if isinstance(one, ListScreen | RunScreen))

    @property
    def watched(self) -> ShownRun | None:
        """The run that is shown, or else the last one of the session."""
        if isinstance(self.shown, RunScreen):
            return self.shown.shown
        return self.runs[-1] if self.runs else None

    @property
    def view(self) -> RowsView:
        """The rows that are shown, with their status and detail, below any dialog."""
        return self.shown.query_one(RowsView)

    @property
    def pane(self) -> ResultsPane:
        """The rows that are shown, below any dialog."""
        return self.view.pane

    @property
    def detail(self) -> Detail | None:
        """What is known of the row under the cursor."""
        return self.view.detail

    @property
    def told(self) -> list[str]:
        """The sentences that are shown: in the message line, and above a dialog."""
        said = self.app.conductor.said
        toasts = [one.message for one in self.app._notifications]
        return [*([said.words] if said else []), *toasts]

    def forget_told(self) -> None:
        """Let the next sentence be the first."""
        self.app.clear_notifications()
        self.app.conductor._say(None)

    async def show_only(self, wanted: str) -> None:
        """Filter by a state, a reason or `all`, as an admin chooses it."""
        await self.pilot.press("f")
        await self.until(lambda: isinstance(self.app.screen, ChooseFilter))
        dialog = self.app.screen
        assert isinstance(dialog, ChooseFilter)
        names = [str(shown or "all") for shown, _ in dialog._choices]
        dialog.query_one(OptionList).highlighted = names.index(wanted)
        await self.pilot.press("enter")
        await self.until(self.no_dialog)

    def no_dialog(self) -> bool:
        """Whether the list or a run is on top, and drawn."""
        return self.app.screen is self.shown and self.shown.is_drawn

    def offers(self, command: str) -> bool:
        """Whether a command makes sense on the screen that is shown."""
        return self.shown.offers(command)

    def module(self) -> str:
        """Return the API name of the chosen module, or nothing."""
        return self.main.entry.module.api_name if self.main.entry.module else ""

    def filter(self) -> str:
        """Return the only state that the table shows, or nothing."""
        return str(self.pane.table.filter or "")

    async def until(self, happened: Callable[[], Any]) -> None:
        """Wait until something is true; fail the test if it never is."""
        await self.pilot.until(happened)

    async def resize(self, *sizes: tuple[int, int]) -> None:
        """Pull the window to these sizes; each is laid out and painted, and then takes keys."""
        for size in itertools.starmap(Size, sizes):
            self.app.post_message(events.Resize(size, size))
            await self.until(partial(self._has, size))
            self.app.screen._compositor.render_update(full=True)
        await self.until(lambda: self.app.window.readable or too_small(self.app.window.size))

    def _has(self, size: Size) -> bool:
        """Whether the window is of this size, and the screen laid out for it."""
        return self.app.window.size == size and self.app.screen.region.size == self.app.size

    async def choose(self, api_name: str) -> None:
        """Choose a module from the list; with the filter there would be more to draw."""
        await self.go_to_list()
        options = self.main.query_one("#modules", OptionList)
        options.highlighted = options.get_option_index(api_name)
        options.focus()
        await self.pilot.press("enter")
        await self.until(lambda: self.module() == api_name)

    async def enter(self, text: str) -> None:
        """Put text into the editor as a paste does, and have it read at once."""
        editor = self.main.query_one(IdEditor)
        editor.paste(text)
        editor.read_now()
        await self.until(lambda: len(editor.ids.ids) or editor.ids.rejected_count)
        if takes_text(self.shown.focused) or self.shown is not self.main:
            await self.pilot.press("escape")
        else:
            await self.pilot.pause()

    async def ask(self) -> DeleteQuestion:
        """Go to the list, open the question and wait until it takes keys."""
        await self.go_to_list()
        await self.pilot.press("d")
        await self.until(lambda: isinstance(self.app.screen, DeleteQuestion))
        dialog = self.app.screen
        assert isinstance(dialog, DeleteQuestion)
        await self.until(self.may_type)
        return dialog

    async def go_to_list(self) -> None:
        """Go back from a run and the history, if they are shown."""
        while (above := self.app.screen) is not self.main:
            await self.pilot.press("escape")
            await self.until(lambda: self.app.screen is not above)

    def may_type(self) -> bool:
        """Whether the dialog on top is drawn and takes its sentence."""
        fields = self.app.screen.query(Sentence)
        return bool(fields) and not fields.first().disabled

    async def type(self, text: str) -> None:
        """Press a key for each character."""
        await self.pilot.press(*("space" if letter == " " else letter for letter in text))

    async def say(self, sentence: str) -> None:
        """Fill in a sentence once it is taken, and press Enter; `type` is the slower truth."""
        await self.until(self.may_type)
        self.app.screen.query_one(Sentence).value = sentence
        await self.pilot.press("enter")

    async def delete(self, sentence: str, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Confirm and wait for the run's end; `meanwhile` happens in the org after the review."""
        await self.ask()
        meanwhile()
        await self.say(sentence)
        await self.until(lambda: self.runs and self.runs[-1].finished)
        await self.until(lambda: self.phase is Phase.IDLE)

    async def delete_again(self, sentence: str) -> None:
        """Retry the last run, confirm, and wait for the end."""
        runs = len(self.runs)
        await self.until(lambda: self.phase is Phase.IDLE)
        await self.pilot.press("r")
        await self.until(lambda: isinstance(self.app.screen, DeleteQuestion))
        await self.until(self.may_type)
        await self.say(sentence)
        await self.until(lambda: len(self.runs) > runs and self.runs[-1].finished)
        await self.until(lambda: self.phase is Phase.IDLE)

    def text(self, screen: Screen[Any] | None = None) -> str:
        """Everything that the screen's texts say, in order."""
        shown = screen or self.app.screen
        parts = []
        for widget in shown.query("*"):
            parts += [
                str(title) for title in (widget.border_title, widget.border_subtitle) if title
            ]
            if isinstance(widget, Static | Facts | Band):
                parts.append(str(widget.render()))
        return "\n".join(parts)


def levers(run: ShownRun) -> Levers:
    """Return the levers of what was done last with a run."""
    assert run.job is not None
    return run.job.levers


def tell(stage: Stage, event: Event) -> None:
    """Let an event come from what is under way."""
    conductor = stage.app.conductor
    assert conductor.desk.activity is not None
    conductor.told(conductor.desk.activity, event)


def refused_lead(stage: Stage) -> str:
    """Make a lead that no review tells from others and Zoho refuses to delete; returns its id."""
    (lead,) = stage.sandbox.org.add_records("Leads")
    stage.sandbox.org.forbid("Leads", lead)
    return lead


def colleague_deletes(sandbox: Sandbox, record_id: str) -> None:
    """Let somebody else delete a lead in the web UI."""
    sandbox.org.bin("Leads", record_id, by=sandbox.org.users[1])


def held_by(gate: threading.Event) -> Callable[[float], None]:
    """Let what a sandbox delays wait until the gate is open."""

    def held(_seconds: float) -> None:
        gate.wait(PATIENCE)

    return held


def hold_deletes(sandbox: Sandbox) -> None:
    """Let deletes, and nothing else, wait for the sandbox's `sleep`."""
    sandbox.faults.add(Fault(kind=FaultKind.DELAY, seconds=1.0, times=1_000))


def hold_reads(sandbox: Sandbox) -> None:
    """Let the reads of a review of leads wait for the sandbox's `sleep`."""
    sandbox.faults.add(
        Fault(kind=FaultKind.DELAY, method="GET", path="/Leads", seconds=1.0, times=1_000)
    )


def draw_nothing(patch: pytest.MonkeyPatch) -> None:
    """Let Textual neither paint nor put keys into the footer: half of a test's time.

    Which keys work is found out all the same, as `bindings_changed` does it.
    """

    def nothing(_: KeysFooter) -> Content:
        return Content()

    patch.setattr(KeysFooter, "render", nothing)
    paint_when_asked(patch)


def paint_when_asked(patch: pytest.MonkeyPatch) -> None:
    """Let Textual paint only what is asked for as a whole: a size, a picture, a widget's text.

    It lays out when the fingers rest, and not in the middle of what they began.
    """
    paint = Compositor.render_update

    def render_update(compositor: Compositor, **how: Any) -> RenderableType | None:
        if how.get("full"):
            return paint(compositor, **how)
        compositor._dirty_regions.clear()
        return None

    patch.setattr(Compositor, "render_update", render_update)
    patch.setattr(screen, "UPDATE_PERIOD", 0.25)


def folders_in(home: Path) -> Folders:
    return Folders(home / "state", home / "config")


@asynccontextmanager
async def practice(
    home: Path,
    *,
    size: tuple[int, int] = (80, 24),
    sandbox: Sandbox | None = None,
    connected: bool = True,
    token: str = "",
    read_only: bool = False,
    profile: Mapping[str, Any] | None = None,
    **session: Any,
) -> AsyncIterator[Stage]:
    """Open the app on a practice org and wait until it knows the org.

    `profile`: settings of its profile that are not the usual ones.
    """
    sandbox = sandbox or Sandbox(clock=lambda: NOON)
    transport = httpx.WSGITransport(app=sandbox)
    clock = session.get("clock", lambda: NOON)
    profiles = Profiles(folders_in(home), read_only=read_only, transport=transport, clock=clock)
    secret = Secret(token or sandbox.access_token)
    account = profiles.from_token(*addresses("", "", "http://localhost", ""), secret)
    account = replace(account, profile=replace(account.profile, **(profile or {})))
    given = {
        "account": account,
        "profiles": profiles,
        "journals": home / "journals",
        "clock": clock,
        **session,
    }
    async with opened(Session(**given), sandbox, home, size, connected=connected) as stage:
        yield stage


@asynccontextmanager
async def opened(
    session: Session,
    sandbox: Sandbox,
    home: Path,
    size: tuple[int, int] = (80, 24),
    *,
    connected: bool = True,
) -> AsyncIterator[Stage]:
    """Open the app on any session."""
    app = ZohotuiApp(lambda: session, session.journals.parent)
    try:
        async with app.run_test(size=size, notifications=True):
            stage = Stage(sandbox, app, Fingers(app), app.conductor.list_view, home)
            if connected:
                await stage.until(lambda: stage.phase is Phase.IDLE)
            yield stage
    finally:
        if app.conductor.org.account is not None:
            app.conductor.org.account.crm.close()
