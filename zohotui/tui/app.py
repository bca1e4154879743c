"""The application: a door with themes, a palette and a way out."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable
from functools import partial
from typing import Any

from textual.app import App, SystemCommand
from textual.screen import Screen

from zohotui.config.profiles import Account
from zohotui.tui.commands import COMMANDS
from zohotui.tui.hangup import on_hangup
from zohotui.tui.screens.main import MainScreen
from zohotui.tui.session import Session
from zohotui.tui.themes import DARK, LIGHT
from zohotui.tui.watched import WatchedRun


class ZohotuiApp(App[None]):
    """Opens on the main screen and stays there."""

    TITLE = "zohotui"
    CSS_PATH = "zohotui.tcss"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._main = MainScreen(session)
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = LIGHT.name if session.theme == "light" else DARK.name

    @property
    def runs(self) -> list[WatchedRun]:
        """Every run of the session."""
        return self._main.runs

    @property
    def account(self) -> Account | None:
        """The org that is open."""
        return self._main.account

    def get_default_screen(self) -> Screen[None]:
        """Begin where the work is done."""
        return self._main

    def on_mount(self) -> None:
        """Leave in good order when told to from outside."""
        if not self.is_headless:
            on_hangup(lambda: self._main.watched)
            for told in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(told, self._main.leave)

    async def action_quit(self) -> None:
        """Ask about a run under way before leaving."""
        self._main.action_quit()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer every command of the main screen that makes sense now, then the themes."""
        if screen is self._main:
            for command in COMMANDS:
                if screen.check_action(command.id, ()):
                    do = partial(self._do, f"screen.{command.id}")
                    yield SystemCommand(command.title, command.tooltip, do)
        yield SystemCommand(
            "Theme", "Choose light, dark or another theme.", self.action_change_theme
        )

    def _do(self, action: str) -> None:
        self.call_later(self.run_action, action, self)
