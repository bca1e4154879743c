"""The memory of styles that all tests share: it gives what Textual would have found."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

from tests.tui.practice import Stage, practice
from tests.tui.styles import FLAGS, TEXTUALS_OWN
from zohotui.tui.dialogs.delete_question import DeleteQuestion


async def _asked(stage: Stage) -> None:
    """Have a list, and ask for the sentence."""
    await stage.choose("Leads")
    await stage.enter("\n".join(stage.sandbox.sample_ids()["Leads"][:3]))
    await stage.ask()


def _worn(node: DOMNode) -> list[object]:
    """Tell the rules of a node and of its parts, and what is noted beside them."""
    parts = {name: dict(styles.base._rules) for name, styles in node._component_styles.items()}
    return [dict(node.styles.base._rules), parts, *(getattr(node, flag) for flag in FLAGS)]


async def test_what_is_remembered_of_styles_is_what_textual_finds_for_each_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Stylesheet.apply is not TEXTUALS_OWN
    for home in ("first", "again"):
        async with practice(tmp_path / home) as stage:
            await _asked(stage)
            assert isinstance(stage.app.screen, DeleteQuestion)
            differing = []
            for screen in stage.app.screen_stack:
                for node in screen.walk_children(with_self=True):
                    worn = _worn(node)
                    with monkeypatch.context() as patch:
                        patch.setattr(Stylesheet, "apply", TEXTUALS_OWN)
                        stage.app.stylesheet.apply(node)
                    differing += [node] if worn != _worn(node) else []
            assert not differing
