"""The scopes to ask for, what each is for, and what works without it.

Source: zoho-api.md, "Scopes" of each endpoint and "Self client".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope."""

    name: str
    without: str
    """What follows if the token lacks it, in a few words."""


SCOPES = (
    Scope("ZohoCRM.modules.ALL", "nothing can be deleted"),
    Scope("ZohoCRM.settings.modules.READ", "only the standard modules"),
    Scope("ZohoCRM.org.READ", "THE ORG CANNOT BE NAMED"),
    Scope("ZohoCRM.users.READ", "your user is not named"),
    Scope("ZohoCRM.settings.recycle_bin.READ", "no look into the Recycle Bin"),
    Scope("ZohoCRM.settings.recycle_bin.UPDATE", "no undo"),
)

NARROWER = (
    "Instead of modules.ALL there may be .READ and .DELETE of single modules, such as "
    "ZohoCRM.modules.leads.DELETE."
)

ASKED = tuple(scope.name for scope in SCOPES)
"""Their names, in the order in which they are asked for."""


def missing(granted: Iterable[str]) -> list[Scope]:
    """Return the scopes that are not covered by those granted; none if nothing is known."""
    plain = [scope.strip().lower() for scope in granted]
    return [scope for scope in SCOPES if plain and not _covered(scope.name.lower(), plain)]


def _covered(wanted: str, granted: list[str]) -> bool:
    """Whether `zohocrm.settings.modules.read` is granted, itself or by a wider scope."""
    *places, operation = wanted.split(".")
    ends = {operation, "all"}
    wider = (".".join(places[:depth]) for depth in range(2, len(places) + 1))
    return any(f"{place}.{end}" in granted for place in wider for end in ends)
