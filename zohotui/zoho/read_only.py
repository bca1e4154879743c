"""Which requests only read, whatever method they are sent with."""

from __future__ import annotations

import re

QUERIES = "/crm/v8/coql"
"""Where queries are posted, which only read. Source: zoho-api.md, "COQL"."""

_SAFE_METHODS = {"GET", "HEAD"}

_POSTED = re.compile(
    rf"{QUERIES}|/crm/v8/[A-Za-z][A-Za-z0-9_]*/[0-9]+/actions/get_related_records_count", re.ASCII
)
"""What is posted to be read. Source: zoho-api.md, "COQL" and "Related records"."""


def only_reads(method: str, path: str) -> bool:
    """Whether a request changes nothing."""
    return method in _SAFE_METHODS or (method == "POST" and _POSTED.fullmatch(path) is not None)
