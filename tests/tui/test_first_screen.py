"""The picture that the first frame shows is the list's, cell by cell."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Any

from rich.style import Style
from textual.screen import Screen

from tests.tui.practice import NOON, Stage, held_by, practice
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui.keys.phase import Phase
from zohotui.tui.screens.first_screen import FirstScreen

SIZES = [(120, 40), (80, 24), (70, 20), (60, 24), (44, 16)]


_Cell = tuple[str, str]


def _cells(screen: Screen[Any]) -> list[list[_Cell]]:
    """Return every cell but those of the keys, which come with the list, and how it looks."""
    lines = screen._compositor.render_strips()[:-1]
    return [[(c, _look(c, s.style)) for s in line for c in s.text] for line in lines]


def _look(letter: str, style: Style | None) -> str:
    """Name the colours, of which a space shows only one."""
    ground = style.bgcolor.name if style and style.bgcolor else ""
    if style is None or style.color is None or letter == " ":
        return ground
    return f"{style.color.name} on {ground}{' bold' if style.bold else ''}"


async def _frames(stage: Stage) -> dict[tuple[str, tuple[int, int]], list[list[_Cell]]]:
    frames = {}
    for theme in ("zohotui-dark", "zohotui-light"):
        stage.app.theme = theme
        for size in SIZES:
            await stage.resize(size)
            await stage.pilot.pause()
            frames[theme, size] = _cells(stage.app.screen)
    return frames


async def test_the_first_frame_looks_as_the_list_before_anything_is_known(tmp_path: Path) -> None:
    gate = Event()
    sandbox = Sandbox(clock=lambda: NOON, sleep=held_by(gate))
    sandbox.faults.add(Fault(kind=FaultKind.DELAY, method="GET", seconds=1.0, times=1_000))
    async with practice(tmp_path, sandbox=sandbox, connected=False, read_only=True) as stage:
        try:
            assert stage.phase is Phase.CONNECTING
            listed = await _frames(stage)
            await stage.app.push_screen(FirstScreen(read_only=True))
            first = await _frames(stage)
        finally:
            gate.set()
    for frame, lines in listed.items():
        for number, (line, other) in enumerate(zip(lines, first[frame], strict=True)):
            differ = [pair for pair in zip(line, other, strict=True) if pair[0] != pair[1]]
            assert differ == [], (frame, number)
