"""Labelled values, one below the other; a long value stays behind its label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from zohotui.tui.text import Fact


class Facts(Widget):
    """As high as its facts need to be at the width it is given."""

    DEFAULT_CSS = "Facts { height: auto; width: 1fr; }"

    def __init__(
        self,
        facts: Iterable[Fact] = (),
        *,
        label_width: int = 12,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._facts = tuple(facts)
        self._label_width = label_width

    def show(self, facts: Iterable[Fact]) -> None:
        """Show other facts."""
        self._facts = tuple(facts)
        # A new layout repaints the whole screen: only for another number of lines.
        self.refresh(layout=len(self._lines(self.size.width)) != self.size.height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Count the lines at this width."""
        del container, viewport
        return len(self._lines(width))

    def render(self) -> Content:
        """Draw the facts."""
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, width: int) -> Sequence[Content]:
        lines: list[Content] = []
        for label, value in self._facts:
            content = value if isinstance(value, Content) else Content(value)
            margin = self._label_width if label else 0
            for number, line in enumerate(content.wrap(max(1, width - margin)) or [Content()]):
                head = f"{label if not number else '':<{margin}}"
                lines.append(Content.assemble((head, "$foreground 60%"), line))
        return lines
