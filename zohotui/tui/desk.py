"""The desk: one activity at a time, and one dialog at a time.

1. An activity begins only while none is under way. One that gives way (verification) is ended
   first.
2. What is to be done as soon as it has left off comes before everything else: no key gets in
   between.
3. A dialog that the admin asked for opens at once; one that opens by itself waits until no other is
   open and its moment has come, and is dropped once it is not wanted any more.
4. An event of an activity that is not the desk's is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from zohotui.tui.activity import Activity, RunActivity
from zohotui.tui.keys.phase import Phase

Ask = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    ask: Ask
    wanted: Callable[[], bool]
    """Whether it makes sense still; else it is dropped."""
    may_open: Callable[[], bool]
    """Whether its moment has come."""


class Desk:
    """Knows what is under way and what waits; it draws nothing."""

    def __init__(
        self,
        *,
        begin: Callable[[Activity], object],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        is_clear: Callable[[], bool],
        changed: Callable[[], object],
    ) -> None:
        """Take what starts a thread and a coroutine, and who hears that something differs.

        `is_clear` tells whether no dialog is on top of the screens.
        """
        self.activity: Activity | None = None
        self.leaving = False
        """Whether the program ends as soon as nothing is in flight."""
        self.holds = False
        """Whether the list is about to be read or asked about, or is."""
        self.asks = False
        """Whether the typed question of a deletion is open, or about to be."""
        self.typed_early = False
        """Whether letters were typed while that question was about to open."""
        self._begin, self._spawn = begin, spawn
        self._is_clear, self._changed = is_clear, changed
        self._next: Callable[[], object] | None = None
        self._open: str | None = None
        """Name of the dialog that is open; None if none is."""
        self._waiting: dict[str, _Waiting] = {}

    def phase(self, link: Phase) -> Phase:
        """Tell what the band says; `link`: how it is with the org while nothing is under way."""
        if self.holds or self._next is not None:
            reading = self.activity is not None and self.activity.phase is Phase.REVIEWING
            return Phase.REVIEWING if reading else Phase.CONFIRMING
        return self.activity.phase if self.activity is not None else link

    def start(self, activity: Activity) -> bool:
        """Begin an activity; return False if another is under way."""
        if self.activity is not None or self.leaving:
            return False
        self.activity = activity
        self._begin(activity)
        self._changed()
        return True

    def when_free(self, go_on: Callable[[], object]) -> None:
        """Do something now, or as soon as an activity that gives way has left off.

        Nothing is done while another activity is under way.
        """
        if self.activity is None:
            go_on()
        elif self.activity.gives_way and self._next is None:
            self._next = go_on
            self.activity.levers.abandon()
            self._changed()

    def pause(self) -> None:
        """Let a run send nothing more until the admin says so."""
        if isinstance(self.activity, RunActivity):
            self.activity.pause()
            self._changed()

    async def stand_still(self) -> bool:
        """Wait until a run has nothing in flight; return False if the admin lets it go on."""
        activity = self.activity
        if isinstance(activity, RunActivity):
            # The guard may have pulled its lever already: that it waits for the admin is ours.
            if activity.phase in {Phase.RUNNING, Phase.PAUSED}:
                self.pause()
            while activity.phase.runs and activity.run.in_flight:
                if activity.phase is Phase.RUNNING:
                    return False
                await asyncio.sleep(0.1)
        return True

    def change_parallel(self, by: int, most: int) -> int:
        """Let more or fewer requests be under way at once; return how many may be now."""
        if self.activity is None:
            return most
        number = min(max(1, self.activity.progress.parallel + by), most)
        self.activity.levers.parallel = number
        return number

    def ended(self, activity: Activity) -> Callable[[], object] | None:
        """Clear the desk; return what was to be done as soon as that has left off."""
        if activity is not self.activity:
            return None
        self.activity = None
        go_on, self._next = self._next, None
        self._changed()
        return go_on

    def open(self, ask: Ask, name: str = "") -> bool:
        """Open a dialog that the admin asked for; return False if one is open."""
        if self._open is not None:
            return False
        self._open = name
        self._spawn(self._opened(ask))
        return True

    @property
    def waiting(self) -> list[str]:
        """Names of the dialogs that wait for their moment."""
        return list(self._waiting)

    def ask(
        self,
        name: str,
        ask: Ask,
        wanted: Callable[[], bool],
        may_open: Callable[[], bool] = lambda: True,
    ) -> None:
        """Open a dialog by itself as soon as nothing else is open; of each name only the newest.

        One of that name which is open already will do.
        """
        if name == self._open:
            return
        self._waiting[name] = _Waiting(ask, wanted, may_open)
        self.look_again()

    def look_again(self) -> None:
        """Open what waits, if its moment has come."""
        for name, waiting in list(self._waiting.items()):
            if not waiting.wanted():
                del self._waiting[name]
            elif self._open is None and self._is_clear() and waiting.may_open():
                del self._waiting[name]
                self.open(waiting.ask, name)

    async def _opened(self, ask: Ask) -> None:
        try:
            await ask()
        finally:
            self._open = None
            self._changed()
