"""Names, owners and times of many records, in columns: some forty bytes a row, not five hundred."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from zohotui.deletion.model.narrow import slices, wide_enough, zeros
from zohotui.zoho.records import Record

_MINUTE = timedelta(minutes=1)


class Details:
    """What is shown of the records of a list, by their places in it. Written by one thread."""

    def __init__(self, size: int) -> None:
        self._names = bytearray()
        self._starts = zeros(size)
        self._lengths = zeros(size)
        self._owner_numbers = zeros(size)
        """One more than a number in the list of owners; 0: the record was not read."""
        self._owners: list[str] = []
        self._owner_of: dict[str, int] = {}
        self._created = _Times(size)
        self._modified = _Times(size)

    def __len__(self) -> int:
        return len(self._starts)

    def put(self, place: int, record: Record) -> None:
        """Keep what is shown of the record at this place; its id is not kept."""
        name = record.name.encode()
        if not self._holds(place, name):
            self._starts = wide_enough(self._starts, len(self._names))
            self._lengths = wide_enough(self._lengths, len(name))
            self._starts[place], self._lengths[place] = len(self._names), len(name)
            self._names += name
        number = self._owner_of.setdefault(record.owner, len(self._owners))
        if number == len(self._owners):
            self._owners.append(record.owner)
            self._owner_numbers = wide_enough(self._owner_numbers, number + 1)
        self._owner_numbers[place] = number + 1
        self._created.put(place, record.created)
        self._modified.put(place, record.modified)

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
            created=self._created.get(place),
            modified=self._modified.get(place),
        )

    def modified(self, place: int) -> str:
        """Return when the record at this place was changed last, as Zoho wrote it, or empty."""
        return self._modified.get(place)

    def span(self, places: Sequence[int]) -> tuple[str, str]:
        """Return the oldest and the newest change among these places; empty where none is told."""
        return self._modified.span(places)

    def owners(self, places: Sequence[int]) -> Counter[str]:
        """Count the records of each owner among these places; "" is nobody known."""
        numbers = Counter[int]()
        for some in slices(places):
            numbers.update(map(self._owner_numbers.__getitem__, some))
        del numbers[0]
        return Counter({self._owners[number - 1]: count for number, count in numbers.items()})

    def changed_since(self, places: Sequence[int], moment: float) -> int:
        """Count the records that were changed then or later, in seconds since the epoch."""
        return self._modified.since(places, moment)


class _Times:
    """A time a row, as Zoho wrote it: in seconds since the epoch, and its zone beside them."""

    def __init__(self, size: int) -> None:
        self._seconds = zeros(size)
        """0 where no time was told, or one that is kept to the letter."""
        self._zones = zeros(size)
        """One more than a number in the list of minutes from UTC; 0 beside 0 seconds."""
        self._minutes: list[int] = []
        self._zone_of: dict[int, int] = {}
        self._odd: dict[int, str] = {}
        """By place: what is not written as Zoho writes times, or is of before 1970."""

    def put(self, place: int, text: str) -> None:
        """Keep a time; empty if none was told."""
        self._odd.pop(place, None)
        seconds, minutes = _parted(text)
        if not seconds:
            self._seconds[place] = self._zones[place] = 0
            if text:
                self._odd[place] = text
            return
        zone = self._zone_of.setdefault(minutes, len(self._minutes) + 1)
        if zone > len(self._minutes):
            self._minutes.append(minutes)
            self._zones = wide_enough(self._zones, zone)
        self._seconds = wide_enough(self._seconds, seconds)
        self._seconds[place], self._zones[place] = seconds, zone

    def get(self, place: int) -> str:
        """Return it to the letter, or empty."""
        if not (zone := self._zones[place]):
            return self._odd.get(place, "")
        return _joined(self._seconds[place], self._minutes[zone - 1])

    def span(self, places: Sequence[int]) -> tuple[str, str]:
        """Return the first and the last one of these places; empty where none is told."""
        seconds, ends = self._seconds, list[int]()
        for some in slices(places):
            if told := list(filter(seconds.__getitem__, [*ends, *some])):
                ends = [min(told, key=seconds.__getitem__), max(told, key=seconds.__getitem__)]
        return (self.get(ends[0]), self.get(ends[1])) if ends else ("", "")

    def since(self, places: Sequence[int], moment: float) -> int:
        """Count those that are not before a moment, in seconds since the epoch."""
        least = max(1, int(moment))
        return sum(
            sum(map(least.__le__, map(self._seconds.__getitem__, some))) for some in slices(places)
        )


def _parted(text: str) -> tuple[int, int]:
    """Return a time's seconds since the epoch and its minutes from UTC.

    0 seconds for whatever would not come back from these to the letter.
    """
    try:
        moment = datetime.fromisoformat(text)
        offset = moment.utcoffset()
        if offset is None:
            return 0, 0
        seconds, minutes = int(moment.timestamp()), offset // _MINUTE
        return (seconds, minutes) if seconds > 0 and _joined(seconds, minutes) == text else (0, 0)
    except (ValueError, OverflowError, OSError):
        return 0, 0


def _joined(seconds: int, minutes: int) -> str:
    zone = timezone(timedelta(minutes=minutes)) if minutes else UTC
    return datetime.fromtimestamp(seconds, zone).isoformat()
