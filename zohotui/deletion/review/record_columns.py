"""Names, owners and times of many records, in columns: some sixty bytes a row, not five hundred."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from zohotui.zoho.records import Record

_OFFSETS = 4_096
"""A time and its zone in one number: seconds since the epoch times this, and minutes from UTC."""

_HALF = _OFFSETS // 2
_MINUTE = 60
_NONE, _ODD = -(2**63), -(2**63) + 1


class Details:
    """What is shown of the records of a list, by their places in it. Written by one thread."""

    def __init__(self, size: int) -> None:
        self._names = bytearray()
        self._starts = _numbers("Q", size)
        self._lengths = _numbers("H", size)
        self._owner_numbers = _numbers("I", size)
        """One more than a number in the list of owners; 0: the record was not read."""
        self._owners: list[str] = []
        self._owner_of: dict[str, int] = {}
        self._created = _numbers("q", size)
        self._modified = _numbers("q", size)
        self._odd: dict[tuple[int, bool], str] = {}
        """Times that are not as Zoho writes them, by place and whether it is the latest change."""

    def __len__(self) -> int:
        return len(self._starts)

    def put(self, place: int, record: Record) -> None:
        """Keep what is shown of the record at this place; its id is not kept."""
        name = record.name.encode()
        if not self._holds(place, name):
            self._starts[place], self._lengths[place] = len(self._names), len(name)
            self._names += name
        number = self._owner_of.setdefault(record.owner, len(self._owners))
        if number == len(self._owners):
            self._owners.append(record.owner)
        self._owner_numbers[place] = number + 1
        self._created[place] = self._pack(record.created, (place, False))
        self._modified[place] = self._pack(record.modified, (place, True))

    def _holds(self, place: int, name: bytes) -> bool:
        start = self._starts[place]
        return self._names[start : start + self._lengths[place]] == name

    def get(self, place: int, record_id: int) -> Record | None:
        """Return the record at this place, which has this id; None if it was never read."""
        number = self._owner_numbers[place]
        if not number:
            return None
        start = self._starts[place]
        return Record(
            id=str(record_id),
            name=self._names[start : start + self._lengths[place]].decode(),
            owner=self._owners[number - 1],
            created=self._unpack(self._created[place], (place, False)),
            modified=self.modified(place),
        )

    def modified(self, place: int) -> str:
        """Return when the record at this place was changed last, as Zoho wrote it, or empty."""
        if not self._owner_numbers[place]:
            return ""
        return self._unpack(self._modified[place], (place, True))

    def span(self, places: Iterable[int]) -> tuple[str, str]:
        """Return the oldest and the newest change among these places; empty where none is told."""
        packed = (self._modified[place] for place in places if self._owner_numbers[place])
        # In an array: as objects a million of them take forty megabytes.
        told = array("q", (one for one in packed if one not in {_NONE, _ODD}))
        return (_time(min(told)), _time(max(told))) if told else ("", "")

    def owners(self, places: Iterable[int]) -> Counter[str]:
        """Count the records of each owner among these places; "" is nobody known."""
        numbers = Counter(self._owner_numbers[place] for place in places)
        del numbers[0]
        return Counter({self._owners[number - 1]: count for number, count in numbers.items()})

    def changed_since(self, places: Iterable[int], moment: float) -> int:
        """Count the records that were changed then or later, in seconds since the epoch."""
        least = int(moment) * _OFFSETS
        return sum(1 for place in places if self._modified[place] >= least)

    def _pack(self, text: str, key: tuple[int, bool]) -> int:
        self._odd.pop(key, None)
        if not text:
            return _NONE
        packed = _packed(text)
        if packed == _ODD:
            self._odd[key] = text
        return packed

    def _unpack(self, packed: int, key: tuple[int, bool]) -> str:
        if packed == _NONE:
            return ""
        return self._odd[key] if packed == _ODD else _time(packed)


def _numbers(kind: str, size: int) -> array[int]:
    return array(kind, bytes(array(kind).itemsize * size))


def _packed(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
        offset = moment.utcoffset()
        if offset is None:
            return _ODD
        minutes = offset // timedelta(seconds=_MINUTE)
        packed = int(moment.timestamp()) * _OFFSETS + minutes + _HALF
        # Whatever would not come back to the letter is kept as it is.
        return packed if _time(packed) == text else _ODD
    except (ValueError, OverflowError, OSError):
        return _ODD


def _time(packed: int) -> str:
    seconds, minutes = divmod(packed, _OFFSETS)
    offset = minutes - _HALF
    zone = timezone(timedelta(minutes=offset)) if offset else UTC
    return datetime.fromtimestamp(seconds, zone).isoformat()
