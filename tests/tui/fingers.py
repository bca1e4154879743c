"""Fingers on the keys of an app, which go on as soon as all is done: Textual's own take naps."""

from __future__ import annotations

import asyncio
import threading
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

from textual import events
from textual.app import App
from textual.css.query import NoMatches
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.timer import Timer

_P = ParamSpec("_P")
_T = TypeVar("_T")

PATIENCE = 60.0
"""Seconds after which a test gives up waiting."""

_GLANCE = 0.01
"""Seconds for which threads are watched: if they do nothing in them, they wait for something."""


_SHORT = 0.02
"""Seconds which Textual's own Pilot lets pass at each key."""


class Fingers(Pilot[None]):
    """A Pilot that sees when nothing is left to do: no handler may run, and no frame is due.

    Textual's own lets each widget answer a message, and sleeps, twice for each key, until the
    process has needed little of the CPU for 20 ms. This one sleeps only where a thread is at work.
    """

    def __init__(self, app: App[None]) -> None:
        super().__init__(app)
        self._threads = _Threads()
        asyncio.get_running_loop().set_default_executor(self._threads)

    async def press(self, *keys: str) -> None:
        """Press keys; each is dealt with before the next."""
        driver = self.app._driver
        assert driver is not None
        # As somebody at a screen does, who sees what has come, and where the focus is.
        await self.pause()
        for key in keys:
            driver.send_message(_pressed(key).set_sender(self.app))
            await self.pause()

    async def pause(self, delay: float | None = None) -> None:
        """Let all happen that happens by itself, and shortly."""
        if delay:
            await asyncio.sleep(delay)
        async with asyncio.timeout(PATIENCE):
            while await self._goes_on():  # noqa: ASYNC110 - nobody tells when it is over
                await asyncio.sleep(0.001)

    async def _wait_for_screen(self, timeout: float = PATIENCE) -> bool:  # noqa: ASYNC109 - Textual's
        del timeout
        await self.pause()
        return True

    async def until(self, happened: Callable[[], Any]) -> None:
        """Wait until something is true; fail the test if it never is.

        It is looked at between what handlers do, and never at a screen that is not put together.
        """
        nap = 0.001
        async with asyncio.timeout(PATIENCE):
            while True:
                some = await self._handle_all()
                # What is not there yet is asked for again.
                with suppress(NoMatches):
                    if self._is_put_together() and happened():
                        return
                if not some:
                    await asyncio.sleep(nap)
                    nap = min(2 * nap, 0.02)

    def _is_put_together(self) -> bool:
        """Whether the screen has all that it is made of; an app that has ended has none."""
        return not self.app._screen_stack or self.app.screen.is_mounted

    async def _goes_on(self) -> bool:
        """Whether there was something to do, or somebody is at it."""
        return (
            await self._handle_all()
            or any(map(_handles, self._pumps()))
            or self._is_soon_over()
            or await self._threads.are_at_work()
        )

    async def _handle_all(self) -> bool:
        """Let handlers run and frames be drawn until none is due; return whether any was."""
        ready, some = asyncio.get_running_loop()._ready, False  # type: ignore[attr-defined]
        while True:
            await asyncio.sleep(0)
            if not ready:
                if not self._frame_is_due():
                    return some
                self.app.screen._on_timer_update()
            some = True

    def _frame_is_due(self) -> bool:
        """Whether the screen would draw or lay out something, or call who waits for that."""
        if not self.app._screen_stack:
            return False
        screen = self.app.screen
        changed = (
            screen._layout_required
            or screen._scroll_required
            or screen._repaint_required
            or screen._recompose_required
            or screen._dirty_widgets
        )
        may_draw = screen.is_current and not self.app._batch_count
        return bool((changed and may_draw) or screen._callbacks)

    def _pumps(self) -> list[MessagePump]:
        """Return the app, its screen and what is on it."""
        if not self.app._screen_stack:
            return []
        return [self.app, *self.app.screen.walk_children(with_self=True)]

    def _is_soon_over(self) -> bool:
        """Whether somebody waits for a short time, as a dialog does in which keys are dropped."""
        timers = (timer for pump in self._pumps() for timer in pump._timers)
        return any(_is_short(timer) for timer in timers)


class _Threads(ThreadPoolExecutor):
    """The threads that an app begins, and what is given to them."""

    def __init__(self) -> None:
        super().__init__()
        self._before = {*threading.enumerate()}
        self._under_way: set[Future[Any]] = set()

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        future = super().submit(fn, *args, **kwargs)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    async def are_at_work(self) -> bool:
        """Whether one does anything but wait."""
        begun = {*threading.enumerate()} - self._before - self._threads
        if not self._under_way and not begun:
            return False
        used = time.process_time()
        await asyncio.sleep(_GLANCE)
        return time.process_time() - used > _GLANCE / 10


def _handles(pump: MessagePump) -> bool:
    """Whether it has not come back to wait for its next message."""
    return pump._running and not pump._message_queue.ready_event._waiters


def _is_short(timer: Timer) -> bool:
    """Whether it will go off once, and shortly."""
    task = timer._task
    return timer._repeat == 0 and timer._interval <= _SHORT and not (task is None or task.done())


def _pressed(name: str) -> events.Key:
    """Return a key by its name or character, as a Pilot does."""
    key = _character_to_key(name) if len(name) == 1 and not name.isalnum() else name
    try:
        character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        return events.Key(key, key if len(key) == 1 else None)
    return events.Key(key, character)
