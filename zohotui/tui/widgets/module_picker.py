"""The list of modules with a filter above it."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.options import Options
from zohotui.zoho.records import Module, unlisted_module


class ModulePicker(Vertical):
    """Enter chooses; moving the cursor changes nothing."""

    DEFAULT_CSS = """
    ModulePicker OptionList { height: 1fr; border: none; padding: 0; background: transparent; }
    ModulePicker Input { padding: 0; background: transparent; }
    """

    BINDINGS = [Binding("down", "to_list", "To the list", show=False)]

    modules: reactive[tuple[Module, ...]] = reactive(())
    chosen: reactive[Module | None] = reactive(None)
    any_name: reactive[bool] = reactive(default=False)
    """Whether the list is not the org's own, so that another API name may be typed."""

    @dataclass
    class Chosen(Message):
        """The admin chose a module, or wanted to where none can be chosen."""

        module: Module | None
        why: str = ""
        """Why there is none, as a sentence."""

    def compose(self) -> ComposeResult:
        """Put the filter above the list."""
        yield Field(placeholder="filter", id="filter", compact=True)
        yield Options(id="modules", markup=False, compact=True)

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = "Module"

    def watch_modules(self) -> None:
        """Show the new list."""
        self._fill()

    def watch_chosen(self, chosen: Module | None) -> None:
        """Mark the chosen module."""
        self.query_one(Input).clear()
        self._fill()
        self.border_title = Content(f"Module: {chosen.plural_label}" if chosen else "Module")

    @on(Input.Changed, "#filter")
    def narrow(self) -> None:
        """Show only what matches the filter."""
        self._fill()

    @on(Input.Submitted, "#filter")
    def choose_first(self) -> None:
        """Choose the first match."""
        for module in self._matching():
            if not module.obstacle:
                self.choose(module)
                return
        self.post_message(self.Chosen(None, self._why_none()))

    @on(Options.Empty)
    def choose_nothing(self, event: Options.Empty) -> None:
        """Say why Enter chooses nothing."""
        event.stop()
        self.post_message(self.Chosen(None, self._why_none()))

    @on(OptionList.OptionSelected, "#modules")
    def choose_highlighted(self, event: OptionList.OptionSelected) -> None:
        """Choose the module under the cursor."""
        event.stop()
        for module in self._matching():
            if module.api_name == event.option.id:
                self.choose(module)

    def choose(self, module: Module) -> None:
        """Say that a module was chosen."""
        self.post_message(self.Chosen(module))

    def action_to_list(self) -> None:
        """Go from the filter to the list."""
        self.query_one(OptionList).focus()

    def _matching(self) -> list[Module]:
        """Modules that match the filter, those that cannot be deleted from last."""
        typed = self.query_one(Input).value.strip()
        wanted = typed.lower()
        found = [
            module
            for module in self.modules
            if wanted in f"{module.plural_label} {module.api_name}".lower()
        ]
        found.sort(key=lambda module: bool(module.obstacle))
        known = {module.api_name for module in self.modules}
        other = unlisted_module(typed) if self.any_name and typed not in known else None
        return found if other is None else [*found, other]

    def _why_none(self) -> str:
        matching = self._matching()
        if matching:
            return f"{matching[0].plural_label} cannot be chosen: {matching[0].obstacle}."
        if not self.modules:
            return "No modules are listed here."
        return f"No module has “{self.query_one(Input).value}” in its name."

    def _fill(self) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(
            Option(self._label(module), module.api_name, disabled=bool(module.obstacle))
            for module in self._matching()
        )
        ids = [option.id for option in options.options]
        if self.chosen and self.chosen.api_name in ids:
            options.highlighted = ids.index(self.chosen.api_name)
        elif ids:
            options.action_first()

    def _label(self, module: Module) -> Content:
        mark = "› " if module == self.chosen else "  "
        if module not in self.modules:
            return Content.assemble(mark, module.api_name, (" (as typed)", "$foreground 60%"))
        telling = module.api_name != module.plural_label.replace(" ", "_")
        other = f" ({module.api_name})" if telling else ""
        if module.obstacle:
            return Content(f"{mark}{module.plural_label}: {module.obstacle}")
        return Content.assemble(mark, module.plural_label, (other, "$foreground 60%"))
