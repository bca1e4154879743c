"""Where to write a plan, and the list for the owners of its records."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from zohotui.deletion.handover.plan_file import write_plan
from zohotui.deletion.handover.written_plan import HandoverError, WrittenPlan
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.text import count
from zohotui.tui.widgets.field import Field
from zohotui.zoho.printable import printable


class PlanFile(Dialog[Path | None]):
    """Answers with the plan that was written, or None."""

    BINDINGS = [Binding("escape", "cancel", "Cancel")]

    def __init__(self, plan: WrittenPlan, suggestion: Path) -> None:
        super().__init__()
        self._plan, self._suggestion = plan, suggestion

    def compose(self) -> ComposeResult:
        """Say what is written, and ask for a name."""
        plan = self._plan
        records = f"{count(len(plan.records), 'ready record')} of {plan.label}"
        with Vertical(classes="dialog", id="plan-file") as dialog:
            dialog.border_title = "Write as a plan"
            yield Static(Content(f"Write {records} to this file:"))
            # Not selected: Backspace changes the ending and leaves the name.
            path = printable(str(self._suggestion))
            yield Field(path, id="path", compact=True, select_on_focus=False)
            yield Static(
                Content(
                    "Beside it: a .csv of the same name, in which the owners write yes into the "
                    "column Keep. zohotui --plan FILE opens both, also for another user of this "
                    f"org. {self._by}"
                )
            )
            yield Static(Content.styled("Enter writes · Esc cancels", "$foreground 60%"), id="hint")

    @property
    def _by(self) -> str:
        """Say who will stand in it as its author."""
        target = self._plan.target
        if not target.user_id:
            return "Zoho does not say who you are, so it cannot serve as four eyes."
        return f"The plan says that {target.user or target.user_id} wrote it."

    @on(Input.Submitted)
    def write(self, event: Input.Submitted) -> None:
        """Write both files; a trouble keeps the dialog."""
        event.stop()
        if typed := event.value.strip():
            meant = typed == printable(str(self._suggestion))
            self.query_one(Field).disabled = True
            self.say("writing…")
            self._write(self._suggestion if meant else Path(typed))

    @work(group="plan", exclusive=True, exit_on_error=False, description="writing a plan")
    async def _write(self, path: Path) -> None:
        """Leave with the plan, or say what is wrong with its name."""
        try:
            written = await asyncio.to_thread(write_plan, path, self._plan)
        except HandoverError as error:
            self.query_one(Field).disabled = False
            self.query_one(Field).focus()
            self.say(printable(str(error)), "bold $text-error")
        else:
            self.dismiss(written)

    def action_cancel(self) -> None:
        """Leave without files, unless they are being written."""
        if not self.query_one(Field).disabled:
            self.dismiss(None)
