"""Which screens are open, one upon the other: the list, and above it the history and runs.

1. The list is always there, at the bottom.
2. A run opens upon the list or the history, whichever is shown; another run takes its place.
3. The history opens upon the list or a run; if it is open below a run already, that run closes.
4. So each of them goes back, with Esc, to where it was opened from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.screen import Screen
from textual.theme import ThemeProvider

from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.dialogs.palette import Palette
from zohotui.tui.dialogs.wait import Wait
from zohotui.tui.keys.command import Command, where_else, why_none
from zohotui.tui.keys.commands import COMMANDS
from zohotui.tui.keys.keymap import KeyMap, key_name
from zohotui.tui.screens.list_screen import ListScreen
from zohotui.tui.screens.run_screen import RunScreen
from zohotui.tui.screens.runs_screen import RunsScreen
from zohotui.tui.screens.work_screen import WorkScreen, takes_text
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.widgets.moving import scroll_text


class ScreenStack:
    """Opens the screens, which do not know each other."""

    def __init__(
        self,
        app: App[None],
        run_screen: Callable[[ShownRun], RunScreen],
        history: Callable[[], RunsScreen],
    ) -> None:
        """Take what makes a screen of a run, and one of the history."""
        self._app, self._run_screen, self._history = app, run_screen, history

    @property
    def _open(self) -> list[Screen[Any]]:
        """Those that are open, the one on top last; none before the first is painted."""
        return self._app.screen_stack if self._app.is_running else []

    @property
    def is_clear(self) -> bool:
        """Whether no dialog is open."""
        return isinstance(next(reversed(self._open), None), WorkScreen)

    def offered(self, screen: Screen[Any]) -> list[Command]:
        """Return the commands that make sense now on a screen; none on a dialog."""
        if not isinstance(screen, WorkScreen):
            return []
        return [one for one in screen.COMMANDS_HERE.values() if screen.offers(one.id)]

    def scroll_text(self, how: str, direction: int) -> None:
        """Scroll the text of what is on top."""
        scroll_text(self._app.screen, how, direction)

    def why_not(self, key: str, keys: KeyMap) -> str:
        """Say why a key does nothing now on the screen on top.

        Empty if it does something, or if no command of any screen has it.
        """
        top = next(reversed(self._open), None)
        if not isinstance(top, WorkScreen) or takes_text(top.focused):
            return ""
        having = [one for one in COMMANDS if key in keys.keys_of(one)]
        meant = [one for one in having if one.id in top.COMMANDS_HERE]
        if any(top.offers(one.id) for one in meant):
            return ""
        bound = top.active_bindings.get(key)
        if bound is not None and bound.enabled:
            return ""
        if meant:
            return why_none(meant, top.moment())
        way = "Enter opens one" if isinstance(top, RunsScreen) else "[history] lists them"
        return where_else(key_name(key), having, way)

    @property
    def drawn(self) -> list[WorkScreen]:
        """The screens that can show something, below any dialog."""
        return [one for one in self._open if isinstance(one, WorkScreen) and one.is_drawn]

    def view_of(self, shown: ShownRun) -> RunScreen | None:
        """Return the screen that shows this run, if there is one; of two the upper one."""
        runs = (one for one in reversed(self.drawn) if isinstance(one, RunScreen))
        return next((screen for screen in runs if screen.shown is shown), None)

    def open_palette(self) -> None:
        """Open the palette of the commands, but not over a deletion's question or a wait."""
        if not any(isinstance(screen, Palette | DeleteQuestion | Wait) for screen in self._open):
            # Without the name that Textual's own has: one that closes may be there still.
            self._app.push_screen(Palette())

    def open_themes(self) -> None:
        """Choose a theme in a palette of ours."""
        themes = Palette(providers=[ThemeProvider], placeholder="Search for themes…")
        self._app.push_screen(themes)

    def open_run(self, shown: ShownRun) -> RunScreen:
        """Show a run on a screen of its own, in place of the run that is shown."""
        top = self._app.screen_stack[-1]
        if isinstance(top, RunScreen) and top.shown is shown:
            if top.is_drawn:
                top.show()
            return top
        screen = self._run_screen(shown)
        if isinstance(top, RunScreen):
            self._app.switch_screen(screen)
        else:
            self._app.push_screen(screen)
        return screen

    def open_history(self) -> None:
        """Show the runs of this and earlier sessions."""
        if any(isinstance(one, RunsScreen) for one in self._open):
            while not isinstance(self._app.screen_stack[-1], RunsScreen):
                self._app.pop_screen()
        else:
            self._app.push_screen(self._history())

    def show_list(self) -> None:
        """Go back to the list."""
        while isinstance(top := self._app.screen_stack[-1], WorkScreen):
            if isinstance(top, ListScreen):
                return
            self._app.pop_screen()
