"""The saved copies of a run's records, found again: read a few at a time, the latest of each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from glob import escape
from pathlib import Path

from zohotui.deletion.ids.entry import MOST_DIGITS
from zohotui.deletion.journal.snapshot import ENDING, SnapshotError, read_snapshot
from zohotui.deletion.model.events import Saved
from zohotui.deletion.model.plan import Plan
from zohotui.zoho.limits import KEPT_DAYS, MOST_IDS, kept_until
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Json

_WHOLE_AT_ONCE = 10
"""Records in a chunk that are read again one by one."""


def snapshots_of(journal: Path, saved: Sequence[Saved] = ()) -> list[Path]:
    """Return the snapshots of a journal's run, the latest first.

    The first is beside the journal under its name; those of parts that went on later are
    numbered from 2. `saved`: what the journal tells of them, which still names those of a journal
    that has another name by now.
    """
    stem = journal.name.removesuffix(".jsonl")
    paths = [journal.with_name(stem + ENDING)]
    by_number = {}
    for path in journal.parent.glob(f"{escape(stem)}.*{ENDING}"):
        number = path.name.removeprefix(f"{stem}.").removesuffix(ENDING)
        if number.isascii() and number.isdigit():
            by_number[int(number)] = path
    paths += [by_number[number] for number in sorted(by_number)]
    # What a file names is no path: only names of this folder count.
    told = [one.name for one in saved if one.name.endswith(ENDING) and "/" not in one.name]
    earlier = [path for path in map(journal.with_name, told) if path not in paths]
    return [path for path in dict.fromkeys([*paths[::-1], *earlier[::-1]]) if path.exists()]


def lost_copies(journal: Path, saved: Sequence[Saved], now: float) -> str:
    """Say which copies of a run are not beside its journal, and what to do; empty if none is lost.

    `now`: seconds since the epoch.
    """
    there = {path.name for path in snapshots_of(journal, saved)}
    lost = {one.name: one for one in saved if one.name not in there}
    if not lost:
        return ""
    records = sum(one.records for one in lost.values())
    latest = max(one.at or now for one in lost.values())
    names, are = " and ".join(lost), "is" if len(lost) == 1 else "are"
    told = (
        f"Copies of {records:,} record{'s' * (records != 1)} were saved as {names}, which "
        f"{are} not beside the journal, so restored records cannot be compared."
    )
    if kept_until(latest) < now:
        day = f"{datetime.fromtimestamp(latest, UTC):%d %b %Y}"
        return f"{told} They are of {day}, and zohotui erases copies after {KEPT_DAYS} days."
    way_on = "then [history] opens the run and [resolve] compares."
    return f"{told} Copy {names} into {journal.parent}: {way_on}"


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
    lost: str = ""
    """Which are not beside the journal, in sentences."""
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
                self.note(words)
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
            self.note(str(error))
        if places:
            yield Chunk(whole, tuple(places), tuple(records))

    def note(self, words: str) -> None:
        """Say why copies could not be read."""
        if words and words not in self.troubles:
            self.troubles.append(words)

    def _is_ours(self, head: Json) -> bool:
        return (head.get("zgid"), head.get("module")) == (self.plan.target.zgid, self.plan.module)

    def _place(self, record: Json, wanted: Wanted) -> int | None:
        text = str(record.get("id"))[: MOST_DIGITS + 1]
        return wanted.take(int(text)) if text.isascii() and text.isdigit() else None
