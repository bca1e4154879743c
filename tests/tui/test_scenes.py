"""The README's screenshots are what the program draws."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tui.draw import COLOURS, FOLDER
from tests.tui.scenes import SCENES, draw


def _texts(svg: str) -> list[str]:
    """Take the words of a picture in order; no clock or machine is in them."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


@pytest.mark.parametrize("name", SCENES)
async def test_a_screenshot_shows_what_the_program_draws(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in {"TZ": "UTC", **COLOURS}.items():
        monkeypatch.setenv(variable, value)
    picture = await draw(name, tmp_path)
    kept = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert _texts(picture) == _texts(kept), "draw them anew: python -m tests.tui.draw"
