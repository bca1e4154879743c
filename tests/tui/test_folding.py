"""The column of modules and ids gives its room to the rows, and comes back for a key."""

from __future__ import annotations

from pathlib import Path

from tests.tui.lists import enter, leads
from tests.tui.practice import practice


async def test_the_column_folds_while_the_cursor_is_among_the_rows(tmp_path: Path) -> None:
    async with practice(tmp_path, size=(80, 24)) as stage:
        left = stage.app.screen.query_one("#left")
        assert left.display
        first, second = leads(stage, 2)
        await enter(stage, [first, second, second, "n/a"])
        await stage.pilot.press("escape")
        stage.pane.table.focus()
        await stage.until(lambda: not left.display)
        # What the column said of the list stands with the rows.
        await stage.until(lambda: "1 duplicate dropped · 1 rejected: ! shows why" in stage.text())
        await stage.pilot.press("v")
        await stage.until(lambda: "2 ready" in stage.text())
        assert "1 rejected: ! shows why" in stage.text()
        await stage.pilot.press("m")
        await stage.until(lambda: left.display)
        await stage.pilot.press("escape")
        await stage.until(lambda: not left.display)
        await stage.pilot.press("z")
        await stage.until(lambda: left.display)
        await stage.until(lambda: stage.pane.to_show.remark == "")
        await stage.pilot.press("z")
        await stage.until(lambda: not left.display)
        await stage.resize((100, 30))
        await stage.until(lambda: not left.display)
        await stage.pilot.press("i")
        await stage.until(lambda: left.display)
        stage.pane.table.focus()
        await stage.until(lambda: stage.pane.table.has_focus)
        assert left.display
