"""The lists of further modules: each waits until the one before it has been worked off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from zohotui.deletion.connection import Connection
from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.ids.modules import Known, Part, joined, parts_of, told
from zohotui.tui.words.text import count
from zohotui.zoho.records import Module


class OpenOrg(Protocol):
    """The org that is open, if any is."""

    connection: Connection | None


class Editor(Protocol):
    """What holds the list that is worked on."""

    ids: IdList
    waiting: tuple[str, ...]
    """What waits behind it, in words."""

    @property
    def busy(self) -> bool:
        """Whether the list is about to become another one."""

    def take(self, ids: IdList, *, add: bool) -> None:
        """Take in a list."""


class Present(NamedTuple):
    """How the present list is worked on."""

    module: Module | None
    """The chosen one."""
    out: Callable[[], Iterable[int]]
    """Names the ids that were taken out of it."""


@dataclass
class ModuleLists:
    """Knows which lists wait, in their order."""

    org: OpenOrg
    editor: Editor
    say: Callable[[str], object]
    waiting: list[Part] = field(default_factory=list)

    @property
    def names_several(self) -> bool:
        """Whether the present list names more than one module of the org."""
        connection, origins = self.org.connection, self.editor.ids.origins
        if connection is None or not origins:
            return False
        known = Known(connection.modules)
        return len(known.named(known.heeded(origins))) > 1

    @property
    def has_next(self) -> bool:
        """Whether there is another list to work on."""
        return bool(self.waiting) or self.names_several

    @property
    def at_stake(self) -> int:
        """How many ids wait."""
        return sum(len(part.ids) for part in self.waiting)

    async def next(self, present: Present, may_change: Callable[[], bool]) -> Part | None:
        """Take the next list; the present one waits behind all others, with what is out of it.

        One that names several modules is parted first. None if there is no other, or if the present
        one has become another meanwhile.
        """
        whole, connection = self.editor.ids, self.org.connection
        parted = self.names_several
        if parted and connection is not None:
            parts = await asyncio.to_thread(parts_of, whole, connection.modules)
            out = frozenset(present.out())
            queue = joined([*(replace(one, out=out) for one in parts), *self.waiting])
        else:
            part = Part(present.module, whole, frozenset(present.out()))
            queue = [*self.waiting, *([part] if len(whole.ids) else [])]
        if self.editor.busy:
            # To take another list would throw away what is on its way into this one.
            self.say("The ids are still being read. Wait for their number.")
            return None
        if not queue or self.editor.ids is not whole or not may_change():
            return None
        first, *waiting = queue
        before = f"{told(queue)}; working on" if parted else "Working on"
        name = (
            first.module.plural_label if first.module else "ids of no module: [modules] chooses one"
        )
        then = f", next {_name(waiting[0])}" if waiting else ""
        self.wait(waiting)
        self.editor.take(first.ids, add=False)
        self.say(f"{before} {name}{then}.")
        return first

    def wait(self, parts: list[Part]) -> None:
        """Let these lists wait, and no others."""
        self.waiting = parts
        lines = [
            part.words if place else f"[next_list]: {part.words}"
            for place, part in enumerate(parts)
        ]
        more = [f"and {count(len(parts) - _SHOWN, 'list')} more"] if len(parts) > _SHOWN else []
        self.editor.waiting = (*lines[:_SHOWN], *more)

    def offer(self) -> None:
        """Say what comes next, once the present list is on its way."""
        if self.waiting:
            self.say(f"Next: {self.waiting[0].words}. On the list (Esc), [next_list] takes them.")


_SHOWN = 2


def _name(part: Part) -> str:
    return part.module.plural_label if part.module else "ids of no module"
