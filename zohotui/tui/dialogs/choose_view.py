"""The saved views of a module: choose one whose records shall be the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.reads import begin_read
from zohotui.tui.widgets.options import Options
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.views import CustomView

_CATEGORIES = {
    "public_views": "public",
    "other_users_views": "another user's",
    "shared_with_me": "shared with you",
    "created_by_me": "yours",
}


class ChooseView(Dialog[CustomView | None]):
    """Answers with the view under the cursor, or None. `read` lists the views of the module."""

    AUTO_FOCUS = "#views"
    BINDINGS = [Binding("escape,q", "leave", "Leave")]

    def __init__(self, label: str, read: Callable[[], Sequence[CustomView]]) -> None:
        """Take the module's label, and what lists its views."""
        super().__init__()
        self._label, self._read_all = label, read
        self._views: Sequence[CustomView] = ()

    def compose(self) -> ComposeResult:
        """Put the views above the hint."""
        with Vertical(classes="dialog", id="choose-view"):
            yield Options(id="views", markup=False, compact=True)
            yield Static(Content("Asking Zoho for the views…"), id="hint")

    def on_mount(self) -> None:
        """Read them without keeping the keys waiting."""
        self.query_one("#choose-view").border_title = Content(f"Views of {self._label}")
        self._read()

    @work(group="views", exit_on_error=False, description="reading the views")
    async def _read(self) -> None:
        try:
            self._views = await begin_read(self._read_all)
        except ZohoError as error:
            self.say(f"{error.detail} Esc goes back.", "bold $text-error")
            return
        options = self.query_one(OptionList)
        options.add_options(Option(_words(view), view.id) for view in self._views)
        options.action_first()
        self.say(
            "Enter chooses; nothing is read yet · Esc goes back"
            if self._views
            else "This module has no saved views. Esc goes back."
        )

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Answer with the view under the cursor."""
        event.stop()
        self.dismiss(next((view for view in self._views if view.id == event.option.id), None))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def _words(view: CustomView) -> Content:
    """Say which view it is; two may have one name, so its number stands behind."""
    whose = _CATEGORIES.get(view.category, view.category)
    default = " · default" if view.default else ""
    return Content.assemble(view.name, (f"  {whose}{default} · {view.id}", "$foreground 60%"))
