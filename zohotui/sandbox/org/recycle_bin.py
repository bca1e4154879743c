"""The Recycle Bin of an org: what is in it, what went along with what, and what has left it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zohotui.sandbox.org.people import User


@dataclass(frozen=True, slots=True)
class Binned:
    """A stay in the Recycle Bin. `with_parent`: the record whose deletion took it along."""

    module: str
    deleted_by: User
    at: float
    with_parent: str | None = None


class RecycleBin:
    """Guarded by its org's mutex; the one who reads from its iterator holds that until the end."""

    def __init__(self) -> None:
        self._binned: dict[str, Binned] = {}
        self._destroyed: dict[str, Binned] = {}
        self._scheduled: list[tuple[float, tuple[str, ...], Mapping[str, Any]]] = []
        self._children: dict[str, list[tuple[str, str]]] = {}

    def attach(self, parent: str, module: str, child: str) -> None:
        """Let a record go to the bin, and come back, with its parent."""
        self._children.setdefault(parent, []).append((module, child))

    def children(self, parent: str) -> Iterable[tuple[str, str]]:
        """Return module and id of what goes along with a record."""
        return self._children.get(parent, ())

    def has_taken(self, record_id: str) -> bool:
        """Whether a record is in the bin, or was destroyed."""
        return record_id in self._binned or record_id in self._destroyed

    def put(self, record_id: str, entry: Binned) -> None:
        """Put a record into the bin, or change what is said of its stay."""
        self._binned[record_id] = entry

    def destroy(self, record_id: str, entry: Binned) -> None:
        """Let a record be gone for good."""
        self._destroyed[record_id] = entry

    def entries(self) -> Iterator[tuple[str, Binned]]:
        """Yield what is in the bin, newest first."""
        return reversed(self._binned.items())

    def destroyed(self) -> Iterable[tuple[str, Binned]]:
        """Return what is gone for good, with its deletion."""
        return self._destroyed.items()

    def find(self, record_id: str) -> Binned | None:
        """Return the stay in the bin of one id, if it is there."""
        return self._binned.get(record_id)

    def along(self, record_id: str) -> list[str]:
        """Return the children in the bin that went there with this record."""
        return [
            child
            for _, child in self.children(record_id)
            if child in self._binned and self._binned[child].with_parent == record_id
        ]

    def take_out(self, record_id: str) -> Binned | None:
        """Take a record out, with the children that went along; None if it is not there."""
        entry = self._binned.pop(record_id, None)
        if entry is not None:
            for child in self.along(record_id):
                del self._binned[child]
        return entry

    def schedule(self, record_ids: Iterable[str], at: float, changes: Mapping[str, Any]) -> None:
        """Let these come back at a later moment; `changes`: what becomes of their fields."""
        self._scheduled.append((at, tuple(record_ids), changes))

    def due(self, now: float) -> list[tuple[str, Mapping[str, Any]]]:
        """Return what is to come back by now, and forget that it was scheduled."""
        due = [entry for entry in self._scheduled if entry[0] <= now]
        self._scheduled = [entry for entry in self._scheduled if entry[0] > now]
        return [(record_id, changes) for _, ids, changes in due for record_id in ids]

    def older_than(self, moment: float) -> list[str]:
        """Return what has lain here since before a moment."""
        return [record_id for record_id, entry in self._binned.items() if entry.at < moment]

    def purge(self, record_ids: Iterable[str]) -> None:
        """Empty these out for good."""
        for record_id in record_ids:
            if (entry := self._binned.pop(record_id, None)) is not None:
                self._destroyed[record_id] = entry
