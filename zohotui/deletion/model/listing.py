"""How a list of ids was read from Zoho: from what, when, and what of it was not found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from zohotui.zoho.moments import in_utc


class Kind(StrEnum):
    """What in Zoho a list was read from."""

    EXTERNAL = "external"
    """Values of an external field."""
    VIEW = "view"
    """A saved view of the module."""
    QUERY = "query"
    """A COQL query."""


class Miss(StrEnum):
    """Why a value has no id in the list, so that nothing is sent for it."""

    NOT_FOUND = "not found"
    TWICE = "found twice"
    OTHERWISE = "written otherwise"
    UNREADABLE = "not readable"


MISSES = {
    Miss.NOT_FOUND: "no record of the module has this value",
    Miss.TWICE: "more than one record has this value, so it does not identify one",
    Miss.OTHERWISE: "a record has this value in other upper or lower case, like k-7 for K-7",
    Miss.UNREADABLE: "Zoho could not be asked for this value",
}


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A value that names no single record; it is never sent."""

    value: str
    miss: Miss
    why: str
    """A clause."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Where ids of a list come from. What it was read from may change; the list does not."""

    kind: Kind
    module: str
    """API name."""
    name: str
    """The API name of the field, the name and id of the view, or the query as it was sent."""
    at: float
    """When it was read to its end, in seconds since the epoch."""
    values: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    """By id, the value of the field by which the record was found; printable."""
    unresolved: tuple[Unresolved, ...] = ()
    note: str = ""
    """What else is to be known of it, as a sentence; or empty."""

    @property
    def words(self) -> str:
        """Say what it was, and when it was read."""
        when = f"read {in_utc(self.at)}"
        match self.kind:
            case Kind.EXTERNAL:
                return f"{self.module} by the values of {self.name}, {when}"
            case Kind.VIEW:
                return f"view {self.name} of {self.module}, {when}"
        return f"query over {self.module}, {when}"


def external_of(listings: Iterable[Listing], record_id: int) -> str:
    """Return the external value by which a record was found; empty if it was not."""
    return next((one.values[record_id] for one in listings if record_id in one.values), "")
