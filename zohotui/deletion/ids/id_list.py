"""An id list as the rest of the program sees it: the ids, and everything that was said of them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from zohotui.deletion.ids.rounding import Rounding, judged, worst
from zohotui.deletion.model.listing import Listing, Unresolved

REJECTED_SHOWN = 10_000
"""How many rejected entries are kept in full; the others are only counted."""

PACKED = ("ids", "short", "unlike")
"""The fields that are arrays, in the order in which a child process sends them."""

_USUAL_DIGITS = 15
_SHORT = 10 ** (_USUAL_DIGITS - 1)
_SLICE = 10_000


def _ids() -> array[int]:
    return array("Q")


@dataclass(frozen=True, slots=True)
class Rejected:
    """One entry that is not a record id."""

    line: int
    """Where it starts, counted from 1 in its file or text."""
    text: str
    """The entry; printable, at most 60 characters."""
    reason: str
    """A full clause."""
    place: str = ""
    """Where in that line, as `data[3].id`, or the cell of a workbook; printable."""

    @property
    def where(self) -> str:
        """Say where it stands: line 5, line 5 (data[3].id), or cell B17."""
        if self.place.startswith("cell "):
            return self.place
        return f"line {self.line} ({self.place})" if self.place else f"line {self.line}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Ids whose module was named: by addresses of the web UI, or by the list itself.

    Source: zoho-api.md, "URLs of the web UI".
    """

    tab: str
    """The module as the web UI calls it, or as the list does; printable."""
    org: str
    """The org's segment of the address, such as org2006…; empty if there was none."""
    first_line: int
    host: str = ""
    """The host of the address: crm.zoho.eu, or crmsandbox.zoho.eu for a sandbox."""
    ids: array[int] = field(default_factory=_ids)
    """One an address, so that a record named twice is there twice."""

    @property
    def is_listed(self) -> bool:
        """Whether the list itself names the module, in a column or key, and no address does."""
        return not self.host


@dataclass(frozen=True, slots=True)
class IdList:
    """What a text or a file holds: every entry is an id, a duplicate or rejected."""

    ids: array[int] = field(default_factory=_ids)
    """In order of first appearance, without duplicates; typecode Q."""
    duplicates: int = 0
    """How many entries repeated an id."""
    rejected: tuple[Rejected, ...] = ()
    """The first REJECTED_SHOWN rejected entries, in order."""
    rejected_count: int = 0
    rejected_reasons: Mapping[str, int] = field(default_factory=dict)
    """How many entries were rejected for each kind of reason; sums to rejected_count."""
    rounding: Rounding = field(default_factory=Rounding)
    """Whether a program may have rounded them."""
    short: array[int] = field(default_factory=_ids)
    """Ids of fewer than 15 digits, which only very old orgs have."""
    unlike: array[int] = field(default_factory=_ids)
    """Ids that have more or fewer digits than most of the list, so may be cut off."""
    origins: tuple[Origin, ...] = ()
    notes: tuple[str, ...] = ()
    """What else there is to say of the source, in sentences; printable."""
    source: str = ""
    """Where they came from; printable."""
    listings: tuple[Listing, ...] = ()
    """What in Zoho they were read from, if they were."""

    @classmethod
    def empty(cls) -> IdList:
        """Return a list without ids."""
        return cls()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """The values that were asked for and name no single record."""
        return tuple(value for one in self.listings for value in one.unresolved)

    @property
    def namer(self) -> str:
        """What names the modules of its ids, with its verb."""
        listed = any(origin.is_listed for origin in self.origins)
        return "list names" if listed else "addresses name"


@dataclass(frozen=True, slots=True)
class Flags:
    """The ids of a list that deserve a second look."""

    short: array[int]
    unlike: array[int]

    @classmethod
    def of(cls, ids: array[int], lengths: Collection[int]) -> Flags:
        """Look at every id once; `lengths` are the numbers of digits that occur."""
        least = min(lengths, default=0)
        unlike = _unlike(ids) if len(lengths) > 1 else _ids()
        told = frozenset(unlike)
        short = (n for n in ids if n < _SHORT and n not in told)
        return cls(
            short=array("Q", short if least < _USUAL_DIGITS else ()),
            unlike=unlike,
        )


def _unlike(ids: array[int]) -> array[int]:
    lengths = Counter(map(len, map(str, ids)))
    usual = max(lengths, key=lambda length: (lengths[length], length))
    return array("Q", [n for n in ids if len(str(n)) != usual])


def merge(first: IdList, second: IdList) -> IdList:
    """Put the second list behind the first: duplicates across are dropped, counts added."""
    if not first.source and first == IdList.empty():
        return second
    ids = array("Q", _unique(first.ids, second.ids))
    extremes = {len(str(end(ids, default=0))) for end in (min, max)}
    flags = Flags.of(ids, extremes)
    across = len(first.ids) + len(second.ids) - len(ids)
    duplicates = first.duplicates + second.duplicates + across
    parts = (part.rounding.of_part(part.source) for part in (first, second))
    return IdList(
        ids=ids,
        duplicates=duplicates,
        rejected=(first.rejected + second.rejected)[:REJECTED_SHOWN],
        rejected_count=first.rejected_count + second.rejected_count,
        rejected_reasons=Counter(first.rejected_reasons) + Counter(second.rejected_reasons),
        rounding=worst(judged(ids, duplicates), parts),
        short=flags.short,
        unlike=flags.unlike,
        origins=_add_origins(chain(first.origins, second.origins)),
        notes=first.notes + second.notes,
        source=_add_sources(first.source, second.source),
        listings=(*first.listings, *second.listings),
    )


def _unique(*lists: array[int]) -> dict[int, None]:
    """Drop what comes again, in slices, so that other threads get their turn."""
    unique: dict[int, None] = {}
    for ids in lists:
        for start in range(0, len(ids), _SLICE):
            unique.update(dict.fromkeys(ids[start : start + _SLICE]))
    return unique


def _add_origins(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    added: dict[tuple[str, str, str], Origin] = {}
    for one in origins:
        key = (one.tab, one.org, one.host)
        seen = added.get(key)
        ids, line = (seen.ids + one.ids, seen.first_line) if seen else (one.ids, one.first_line)
        added[key] = Origin(one.tab, one.org, line, one.host, ids)
    return tuple(added.values())


def _add_sources(first: str, second: str) -> str:
    known = first.split(" + ")
    return first if not second or second in known else " + ".join(filter(None, (first, second)))
