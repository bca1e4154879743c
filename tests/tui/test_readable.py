"""Words in a field that is empty, and those below a command of the palette, are no grey on grey."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from textual.color import Color
from textual.widget import Widget
from textual.widgets import Input, TextArea

from tests.tui.practice import practice
from zohotui.tui.dialogs.palette import Palette
from zohotui.tui.widgets.keys_footer import KeysFooter

READABLE = 4.5
"""The contrast that WCAG asks for."""


def light(color: Color) -> float:
    parts = [
        part / 12.92 if part <= 0.04 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    ]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(widget: Widget, part: str) -> float:
    style = widget.get_visual_style(part)
    ground = widget.background_colors[1]
    darker, lighter = sorted((light(ground), light(ground + style.foreground)))
    return (lighter + 0.05) / (darker + 0.05)


async def test_hints_can_be_read_in_both_themes(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        stage.app.action_command_palette()
        await stage.until(lambda: isinstance(stage.app.screen, Palette))
        below = stage.app.screen.get_visual_style("command-palette--help-text")
        assert not below.dim
        assert below.foreground == Color.parse(stage.app.theme_variables["foreground"])
        fields = stage.main.query(Input).first(), stage.main.query(TextArea).first()
        footer = stage.main.query_one(KeysFooter)
        for theme, few in product(("zohotui-dark", "zohotui-light"), (True, False)):
            stage.app.theme = theme
            stage.app.set_class(few, "-few-colours")
            await stage.pilot.pause()
            ground = Color.parse(stage.app.theme_variables["background"])
            assert (footer.background_colors[1] == ground) is few
            assert contrast(fields[0], "input--placeholder") > READABLE
            assert contrast(fields[1], "text-area--placeholder") > READABLE
