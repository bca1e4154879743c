"""The records of one module: blocks of plain ones that cost nothing, and a few remarkable ones."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LockAction = Literal["record_locking", "zia_vision_processing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What makes a record remarkable. Source: zoho-api.md, "Per-record codes".

    `lock` is RECORD_LOCKED's `details.action`; `waiting` is "in an approval process";
    `merging` is "in merge", which locks too; `converted` is for leads; `forbidden` is a record
    this user may see but not delete.
    """

    lock: LockAction | None = None
    waiting: bool = False
    merging: bool = False
    converted: bool = False
    forbidden: bool = False

    @property
    def deletable(self) -> bool:
        """Whether nothing speaks against deleting the record."""
        return self.lock is None and not self.waiting and not self.forbidden


PLAIN = State()


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its id, what its fields hold, and its state."""

    id: str
    fields: Mapping[str, Any]
    state: State = PLAIN


@dataclass(slots=True)
class RecordStore:
    """Which ids a module has ever had, and what their records hold.

    A plain record is only a number in a block; `describe` makes its fields when somebody
    looks. So a million records cost a few kilobytes until they are deleted. Blocks are in
    rising order, because the org hands out rising numbers.
    """

    describe: Callable[[str], dict[str, Any]]
    blocks: list[range] = field(default_factory=list)
    states: dict[str, State] = field(default_factory=dict)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list)

    def add(self, block: range) -> None:
        """Take in a block that is above all others."""
        self.blocks.append(block)
        self._starts.append(block.start)

    def has(self, record_id: str) -> bool:
        """Whether such a record was ever made here, alive or deleted."""
        if not (record_id.isascii() and record_id.isdecimal()) or record_id.startswith("0"):
            return False
        number = int(record_id)
        place = bisect_right(self._starts, number) - 1
        return place >= 0 and number in self.blocks[place]

    def get(self, record_id: str) -> Record:
        """Return the record as it is, or was when it was deleted."""
        fields = self.describe(record_id)
        fields.update(self.changed.get(record_id, {}))
        return Record(record_id, fields, self.state(record_id))

    def state(self, record_id: str) -> State:
        """Its state; cheap, no fields are made."""
        return self.states.get(record_id, PLAIN)

    def ids(self, *, newest_first: bool = False) -> Iterator[str]:
        """Every id ever made, in rising order or (Zoho's default) falling."""
        if newest_first:
            return (str(number) for block in reversed(self.blocks) for number in reversed(block))
        return (str(number) for block in self.blocks for number in block)
