"""Every mistake of EVIDENCE.md's table, made on the screen: nothing goes that nobody meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evidence import kept, mistakes
from tests.mistakes.hand import Mistake, Play, at_work, clear_up
from tests.mistakes.table import MISTAKES
from tests.tui.practice import draw_nothing
from tests.tui.styles import styled_once
from zohotui.tui import arming

__all__ = ["styled_once"]


@pytest.fixture(autouse=True)
def quick_arming(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for a person's fingers, nor for the footer."""
    monkeypatch.setattr(arming, "ARM_AFTER", 0.01)
    draw_nothing(monkeypatch)


PLAYED: dict[Play, list[Mistake]] = {}
TURNS: list[Mistake] = []
for one in MISTAKES:
    if one.play is not None:
        PLAYED.setdefault(one.play, []).append(one)
    else:
        TURNS.append(one)


@pytest.mark.parametrize("play", PLAYED, ids=lambda play: PLAYED[play][0].made)
async def test_a_mistake_is_stopped_or_mended(tmp_path: Path, play: Play) -> None:
    seen = await play(tmp_path)
    for mistake in PLAYED[play]:
        assert mistake.answer in seen.words, mistake.made
    assert not seen.wrong


@pytest.mark.parametrize("mistakes", [TURNS[::2], TURNS[1::2]], ids=["some", "others"])
async def test_mistakes_at_one_app_are_stopped_or_mended(
    tmp_path: Path, mistakes: list[Mistake]
) -> None:
    async with at_work(tmp_path) as stage:
        for mistake in mistakes:
            assert mistake.turn is not None, mistake.made
            seen = await mistake.turn(stage)
            assert mistake.answer in seen.words, mistake.made
            assert not seen.wrong, mistake.made
            await clear_up(stage)


def test_there_are_enough_and_the_evidence_tells_them() -> None:
    assert len(MISTAKES) >= 25
    assert kept("mistakes") == mistakes(), "write it anew: python -m tests.evidence mistakes"
