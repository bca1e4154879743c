"""Custom views of the simulated org: saved conditions with a name and an order of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Category = Literal["public_views", "other_users_views", "shared_with_me", "created_by_me"]

TRANSLATION: Mapping[Category, str] = {
    "public_views": "Public Views",
    "other_users_views": "Other Users' Views",
    "shared_with_me": "Shared With Me",
    "created_by_me": "Created By Me",
}
_ACCESS: Mapping[Category, str] = {
    "public_views": "public",
    "other_users_views": "shared",
    "shared_with_me": "shared",
    "created_by_me": "only_to_me",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One view. Source: zoho-api.md, "Saved views".

    `where` is its condition as COQL has it, empty for all records; `${CURRENTUSER}` in it is the
    id of the user who asks. `system_name` is not one view's alone. Its order is that of the ids.
    """

    id: str
    name: str
    display_value: str
    where: str = ""
    system_name: str | None = None
    category: Category = "public_views"
    newest_first: bool = False

    def as_json(self, version: int) -> dict[str, Any]:
        """Return the entry of the list; a view read by itself has more, see `whole`."""
        entry: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "display_value": self.display_value,
            "system_name": self.system_name,
            "system_defined": self.system_name is not None,
            "category": self.category,
            "default": self.system_name == "ALLVIEWS",
            "favorite": None,
            "created_by": None,
            "modified_by": None,
            "created_time": None,
            "modified_time": None,
            "last_accessed_time": "2026-10-01T10:00:00+02:00",
        }
        if version == 2:  # noqa: PLR2004 - Zoho's own name of the version
            return entry | {"shared_type": None, "shared_details": None}
        return entry | {"access_type": _ACCESS[self.category], "locked": False}

    def whole(self, version: int) -> dict[str, Any]:
        """Return the view as it is when read by itself. Its criteria are told as their text."""
        order = "desc" if self.newest_first else "asc"
        return self.as_json(version) | {
            "criteria": {"comparator": "coql", "value": self.where} if self.where else None,
            "fields": [],
            "shared_to": None,
            "sort_by": {"api_name": "id"},
            "sort_order": order,
        }


class Views:
    """The views of every module; the org guards them by its mutex."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._views: dict[str, list[View]] = {}
        self._next = 204_019

    def add(self, module: str, name: str, where: str = "", **more: Any) -> View:  # noqa: ANN401 - fields of View
        """Save a view; return it."""
        view_id = f"{self._prefix}{self._next:012d}"
        self._next += 2
        view = View(**{"id": view_id, "name": name, "display_value": name, "where": where} | more)
        self._views.setdefault(module, []).append(view)
        return view

    def of(self, module: str) -> list[View]:
        """Return the views of a module, in the order in which they were saved."""
        return list(self._views.get(module, ()))

    def find(self, module: str, view_id: str) -> View | None:
        """Return a view of this module; None for one of another, and for one that is not there."""
        return next((view for view in self.of(module) if view.id == view_id), None)
