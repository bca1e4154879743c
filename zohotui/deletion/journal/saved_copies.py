"""The saved copies of a run's records, found again: read a few at a time, the latest of each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from zohotui.deletion.ids.entry import MOST_DIGITS
from zohotui.deletion.journal.snapshot import ENDING, SnapshotError, read_snapshot
from zohotui.deletion.model.plan import Plan
from zohotui.zoho.limits import MOST_IDS
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Json

_WHOLE_AT_ONCE = 10
"""Records in a chunk that are read again one by one."""


def snapshots_of(journal: Path) -> list[Path]:
    """Return the snapshots of a journal's run, the latest first.

    The first lies beside the journal under its name; those of parts that went on later are
    numbered from 2.
    """
    stem = journal.name.removesuffix(".jsonl")
    found = [journal.with_name(stem + ENDING)]
    for number in count(2):
        path = journal.with_name(f"{stem}.{number}{ENDING}")
        if not path.exists():
            break
        found.append(path)
    return [path for path in reversed(found) if path.exists()]


class Wanted:
    """Places of a plan whose copies are wanted, each until it has been found once."""

    def __init__(self, ids: Sequence[int], places: Sequence[int]) -> None:
        self._ids = ids
        # Columns, not a dictionary: a hundred bytes a record would not be small.
        self._places = array("I", sorted(places, key=ids.__getitem__))
        self._taken = bytearray(len(self._places))

    def take(self, record_id: int) -> int | None:
        """Return the place of an id, the first time that it is asked for."""
        at = bisect_left(self._places, record_id, key=self._ids.__getitem__)
        if at == len(self._places) or self._ids[self._places[at]] != record_id or self._taken[at]:
            return None
        self._taken[at] = 1
        return self._places[at]

    @property
    def left(self) -> list[int]:
        """The places of which no copy was found, in order."""
        pairs = zip(self._places, self._taken, strict=True)
        return sorted(place for place, taken in pairs if not taken)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records as they were saved, no more than one call reads again."""

    whole: bool
    """Whether they were read one by one, with their subforms."""
    places: tuple[int, ...]
    """Their places in the plan."""
    records: tuple[Json, ...]
    """One for each of them."""


@dataclass
class SavedCopies:
    """The snapshots of one run."""

    plan: Plan
    paths: Sequence[Path]
    """The latest first."""
    lacks: dict[str, None] = field(default_factory=dict)
    """What the snapshots that have been read do not contain, in sentences."""
    troubles: list[str] = field(default_factory=list)
    """Why copies could not be read, in sentences."""

    def chunks(self, wanted: Wanted) -> Iterator[Chunk]:
        """Yield the copies of what is wanted; a later snapshot wins, the unreadable is noted."""
        for path in self.paths:
            yield from self._of(path, wanted)

    def _of(self, path: Path, wanted: Wanted) -> Iterator[Chunk]:
        whole = False
        places: list[int] = []
        records: list[Json] = []
        try:
            lines = read_snapshot(path)
            head = next(lines)
            if not self._is_ours(head):
                words = f"The snapshot {path} is of another org or module than its run."
                self._note(words)
                return
            whole = head.get("read") == "one by one"
            self.lacks[printable(str(head.get("lacks", "")))] = None
            size = _WHOLE_AT_ONCE if whole else MOST_IDS
            for record in lines:
                place = self._place(record, wanted)
                if place is None:
                    continue
                places.append(place)
                records.append(record)
                if len(places) == size:
                    yield Chunk(whole, tuple(places), tuple(records))
                    places, records = [], []
        except SnapshotError as error:
            self._note(str(error))
        if places:
            yield Chunk(whole, tuple(places), tuple(records))

    def _note(self, words: str) -> None:
        if words not in self.troubles:
            self.troubles.append(words)

    def _is_ours(self, head: Json) -> bool:
        return (head.get("zgid"), head.get("module")) == (self.plan.target.zgid, self.plan.module)

    def _place(self, record: Json, wanted: Wanted) -> int | None:
        text = str(record.get("id"))[: MOST_DIGITS + 1]
        return wanted.take(int(text)) if text.isascii() and text.isdigit() else None
