"""What a call costs of the day's credits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_VIEW = 3
_LIMIT = re.compile(r"\blimit\s+(?:\d+\s*,\s*)?(\d+)", re.IGNORECASE)
_STEPS = ((200, 1), (1_000, 2))


def cost_of(path: str, params: Mapping[str, str], body: str) -> int:
    """Return the credits of a call. Source: zoho-api.md, "Credits", "Saved views" and "COQL"."""
    if path.endswith("/coql"):
        limits = _LIMIT.findall(body)
        limit = int(limits[-1]) if limits else 200
        return next((cost for most, cost in _STEPS if limit <= most), 3)
    return _VIEW if "cvid" in params and not path.endswith("/actions/count") else 1
