"""Where a list is entered: the module above the ids."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.reactive import reactive
from textual.widgets import Input, TextArea

from zohotui.deletion.ids.pasted import IdList
from zohotui.tui.keys.phase import Phase
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.widgets.module_picker import ModulePicker
from zohotui.tui.widgets.results_pane import ResultsPane
from zohotui.tui.widgets.results_table import ResultsTable
from zohotui.zoho.records import Module


class EntryPane(Vertical):
    """Holds the module and the ids, and keeps them while they are read or asked about."""

    BINDINGS = [Binding("escape", "leave", "Leave the field", id="leave_field")]

    module: reactive[Module | None] = reactive(None)
    phase: reactive[Phase] = reactive(Phase.CONNECTING)
    folded: reactive[bool | None] = reactive(None)
    """Whether the rows have the room instead; None: while the cursor is among them and the window
    is not wide."""

    def compose(self) -> ComposeResult:
        """Put the modules above the ids."""
        yield ModulePicker(id="picker").data_bind(chosen=EntryPane.module)
        yield IdEditor(id="ids").data_bind(EntryPane.module)

    def on_mount(self) -> None:
        """Follow the cursor of the screen."""
        self.watch(self.screen, "focused", self.make_room, init=False)

    @property
    def picker(self) -> ModulePicker:
        """Where the module is chosen."""
        return self.query_one(ModulePicker)

    @property
    def editor(self) -> IdEditor:
        """Where the ids are entered."""
        return self.query_one(IdEditor)

    @property
    def ids(self) -> IdList:
        """The ids that have been read so far."""
        return self.editor.ids

    def watch_phase(self, phase: Phase) -> None:
        """Keep the ids as they are while they are read or asked about."""
        locked = phase in {Phase.REVIEWING, Phase.CONFIRMING}
        if locked is not self.editor.locked:
            self.editor.locked = locked
            if locked:
                # No field takes what is typed now.
                self.action_leave()

    def fold(self) -> None:
        """Hide the column, or show it again."""
        self.folded = self.display
        if self.folded and self.has_focus_within:
            self.action_leave()
        self.make_room()

    @on(IdEditor.Noted)
    def make_room(self) -> None:
        """Give the room to the rows while the cursor is among them; the style sheet says where.

        What the column says of the list stands with the rows then.
        """
        among = self.screen.focused is not None and not self.has_focus_within
        is_list = len(self.ids) > 0 and self.module is not None
        self.set_class(among and is_list, "-among-rows", update=False)
        # The column alone: what is in it looks the same in either case.
        self.app.stylesheet.apply(self)
        self.call_after_refresh(self._hand_over)

    @property
    def remark(self) -> str:
        """What the column would say of the list, while it is hidden."""
        notes = [] if self.display else [note.plain for note in self.editor.notes]
        return " · ".join(notes)

    def _hand_over(self) -> None:
        self.screen.query_one(ResultsPane).remark(self.remark)

    def watch_folded(self, folded: bool | None) -> None:
        """Give the room to the rows."""
        self.set_class(folded is None, "-free")
        self.set_class(folded is True, "-folded")

    def watch_module(self) -> None:
        """See whether there is a list now."""
        self.make_room()

    def to_modules(self) -> None:
        """Put the cursor into the field that narrows the modules."""
        self.folded = None if self.folded else self.folded
        self.screen.set_focus(self.query_one("#filter"))

    def to_ids(self) -> None:
        """Put the cursor into the ids."""
        self.folded = None if self.folded else self.folded
        self.screen.set_focus(self.editor.text_area)

    def forget(self) -> None:
        """Hold nothing: in another org neither ids nor modules are the same."""
        self.module, self.picker.modules = None, ()
        self.editor.clear()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave a field only while one has the focus."""
        if action == "leave":
            return isinstance(self.screen.focused, Input | TextArea)
        return super().check_action(action, parameters)

    def action_leave(self) -> None:
        """Go from a text field to the table."""
        self.screen.query_one(ResultsTable).focus()
