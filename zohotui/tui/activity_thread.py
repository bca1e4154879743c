"""The thread of an activity: its events are told one by one, and its end behind all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.screen import Screen
from textual.worker import Worker, WorkerCancelled, WorkerFailed, get_current_worker

from zohotui.deletion.model.levers import Cause
from zohotui.tui.activity import Activity, ActivityEvent

Told = Callable[[Activity, ActivityEvent], object]
Ended = Callable[[Activity, BaseException | None], object]
"""Hears of the error that ended it, None if none did."""


def begin(activity: Activity, screen: Screen[None], told: Told, ended: Ended) -> None:
    """Begin an activity in a thread that lives as long as this screen.

    `told` and `ended` are called in the thread of the screens.
    """
    # At once: the one who leaves waits for what has begun.
    thread = screen.run_worker(
        partial(_do, activity, screen, told),
        thread=True,
        group=activity.group,
        exit_on_error=False,
        description=activity.group,
    )
    watch = _see_through(activity, screen, thread, ended)
    screen.run_worker(watch, group="activity", description="activity")


def _do(activity: Activity, screen: Screen[None], told: Told) -> None:
    worker, app = get_current_worker(), screen.app

    def post(event: ActivityEvent) -> None:
        if worker.is_cancelled:
            # The screen is gone: nobody watches, so nothing more leaves.
            activity.levers.abandon(Cause.SCREEN)
        app.call_later(told, activity, event)

    activity.do(post)


async def _see_through(
    activity: Activity, screen: Screen[None], thread: Worker[None], ended: Ended
) -> None:
    app = screen.app
    error: BaseException | None = None
    try:
        await thread.wait()
    except WorkerCancelled:
        return
    except WorkerFailed as failed:
        error = failed.error
        app.log(error)
    app.call_later(ended, activity, error)
