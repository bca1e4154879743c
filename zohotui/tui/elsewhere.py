"""The question whether a run is going on elsewhere: asked before it may send or restore."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.watched import WatchedRun


def is_asked_first(
    screen: Screen[None], watched: WatchedRun, then: Callable[[], object] | None
) -> bool:
    """Whether the admin is asked before a run goes on; `then` goes on with it.

    `then` is None for what only reads: that needs no answer.
    """
    if then is None or not watched.moved or watched.alone:
        return False
    asking = _ask(screen, watched, then)
    screen.run_worker(asking, group="alone", exclusive=True, description="alone")
    return True


async def _ask(screen: Screen[None], watched: WatchedRun, then: Callable[[], object]) -> None:
    question = (
        f"The journal of this run was {watched.moved}. If another zohotui works on the same run, "
        "records may be deleted or restored twice. Are you sure that none does?"
    )
    sure = await screen.app.push_screen_wait(Ask(question, "None does", "Not sure: leave it"))
    if sure:
        watched.alone = True
        then()
