"""Labelled values, one below the other; a long value stays behind its label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region, Size
from textual.widget import Widget

from zohotui.tui.words.text import Fact


class FactsScroll(VerticalScroll, can_focus=False):
    """Scrolls facts that do not fit; only then the frame of the dialog names the key for it."""

    # Without room kept for it, a scrollbar folds the words into the lines that make it stay. The
    # other one, which never shows, would get a line.
    DEFAULT_CSS = """
    FactsScroll { scrollbar-gutter: stable; scrollbar-size-horizontal: 0; }
    """

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Count the lines at the width that is left beside the scrollbar, as Textual does not."""
        beside = max(1, width - self.styles.scrollbar_size_vertical)
        return super().get_content_height(container, viewport, beside)

    def watch_show_vertical_scrollbar(self, scrolls: bool) -> None:
        """Follow the scrollbar, which comes and goes with the size of the window."""
        for frame in self.ancestors:
            if isinstance(frame, Widget) and frame.has_class("dialog"):
                frame.border_subtitle = "PgDn: read on" if scrolls else ""


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
        self._drawn: dict[tuple[str, str, int], list[Content]] = {}
        """The lines of each plain fact that is shown, by its label, its text and the width."""
        self._painted: Sequence[Content] = ()
        """The lines that stand there."""

    def show(self, facts: Iterable[Fact]) -> None:
        """Show other facts."""
        self._facts = tuple(facts)
        size = self.size
        lines = self._lines(size.width)
        if not len(lines) == size.height == len(self._painted):
            # A new layout repaints the whole screen: only for another number of lines.
            self.refresh(layout=len(lines) != size.height)
            return
        both = enumerate(zip(lines, self._painted, strict=True))
        differing = [y for y, (now, before) in both if not _looks_like(now, before)]
        if differing:
            self.refresh(*(Region(0, y, size.width, 1) for y in differing))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Count the lines at this width."""
        del container, viewport
        return len(self._lines(width))

    def render(self) -> Content:
        """Draw the facts."""
        self._painted = self._lines(self.content_size.width)
        return Content("\n").join(self._painted)

    def _lines(self, width: int) -> Sequence[Content]:
        """Return the lines; those of a plain fact that was shown already are not made again."""
        before, self._drawn = self._drawn, {}
        lines: list[Content] = []
        for label, value in self._facts:
            # Two Contents of one text are equal, whatever they look like.
            if isinstance(value, Content):
                lines += self._lines_of(label, value, width)
                continue
            key = label, value, width
            self._drawn[key] = before.get(key) or self._lines_of(label, Content(value), width)
            lines += self._drawn[key]
        return lines

    def _lines_of(self, label: str, content: Content, width: int) -> list[Content]:
        margin = self._label_width if label else 0
        return [
            Content.assemble((f"{label if not number else '':<{margin}}", "$foreground 60%"), line)
            for number, line in enumerate(content.wrap(max(1, width - margin)) or [Content()])
        ]


def _looks_like(one: Content, other: Content) -> bool:
    """Whether two lines cannot be told apart; Contents of one text are equal in any look."""
    return one is other or (one.plain == other.plain and one.spans == other.spans)
