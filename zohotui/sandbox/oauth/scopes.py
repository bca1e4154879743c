"""Which scopes a call needs, and whether a token has one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FULL = (
    "ZohoCRM.modules.ALL",
    "ZohoCRM.settings.ALL",
    "ZohoCRM.coql.READ",
    "ZohoCRM.settings.recycle_bin.READ",
    "ZohoCRM.settings.recycle_bin.UPDATE",
    "ZohoCRM.org.READ",
    "ZohoCRM.users.READ",
)
"""Everything the sandbox serves."""


def allows(granted: Iterable[str], area: str, operation: str, part: str = "") -> bool:
    """Whether the granted scopes cover an operation on an area, or on a part of it.

    `allows(scopes, "modules", "DELETE", "leads")` is true for `ZohoCRM.modules.ALL`,
    `ZohoCRM.modules.DELETE`, `ZohoCRM.modules.leads.ALL` and `ZohoCRM.modules.Leads.DELETE`.
    Case and underscores do not count. Source: zoho-api.md, "Scopes".
    """
    places = [area] if not part else [area, f"{area}.{part}"]
    wanted = {_plain(f"ZohoCRM.{place}.{end}") for place in places for end in ("ALL", operation)}
    return any(_plain(scope) in wanted for scope in granted)


def _plain(scope: str) -> str:
    return scope.strip().lower().replace("_", "")
