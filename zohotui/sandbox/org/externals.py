"""External fields of the simulated org: which there are, and what values they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind = Literal["org", "user"]

UNIQUE: Mapping[str, bool] = {"case_sensitive": False}
"""What `unique` says of a field whose values may not come twice."""


@dataclass(slots=True)
class _Values:
    """The values of one field as one user sees them; of an `org` field as everybody does."""

    by_record: dict[str, str] = field(default_factory=dict)
    by_value: dict[str, list[str]] = field(default_factory=dict)

    def give(self, record_id: str, value: str) -> None:
        before = self.by_record.pop(record_id, None)
        if before is not None:
            self.by_value[before].remove(record_id)
        self.by_record[record_id] = value
        self.by_value.setdefault(value, []).append(record_id)


class Externals:
    """Fields whose values can stand in the place of ids. Source: zoho-api.md, "External ids".

    The org guards it by its mutex. A value may be given to two records: Zoho refuses that on
    insert, but says nothing of values from before a field was made external.
    """

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str], Kind | None] = {}
        self._values: dict[tuple[str, str, str], _Values] = {}

    def define(self, module: str, name: str, kind: Kind | None = "org") -> None:
        """Give a module a field; `kind` None: it could be made external, and is not."""
        self._kinds[module, name] = kind

    def kind(self, module: str, name: str) -> Kind | None:
        """Return of which kind an external field is; None if there is no such external field."""
        return self._kinds.get((module, name))

    def fields(self, module: str) -> Iterator[tuple[str, Kind | None]]:
        """Yield the fields of a module that are or could be external, with their kinds."""
        return ((name, kind) for (of, name), kind in self._kinds.items() if of == module)

    def give(self, module: str, name: str, record_id: str, value: str, user: str = "") -> None:
        """Let a record have a value; of a `user` field for this user alone, by the user's id."""
        key = (module, name, user if self._kinds[module, name] == "user" else "")
        self._values.setdefault(key, _Values()).give(record_id, value)

    def find(
        self, module: str, name: str, value: str, user: str, *, case_blind: bool = False
    ) -> list[str]:
        """Return the records, alive or not, that have the value for this user."""
        held = self._seen(module, name, user).by_value
        if not case_blind:
            return list(held.get(value, ()))
        return [one for key, ids in held.items() if key.lower() == value.lower() for one in ids]

    def of_record(self, module: str, record_id: str, user: str) -> dict[str, str | None]:
        """Return what the fields hold in a record, as this user sees it."""
        return {
            name: self._seen(module, name, user).by_record.get(record_id)
            for name, _ in self.fields(module)
        }

    def _seen(self, module: str, name: str, user: str) -> _Values:
        key = (module, name, user if self._kinds.get((module, name)) == "user" else "")
        return self._values.get(key, _Values())
