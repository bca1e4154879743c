"""How much Zoho takes at once, and how long it keeps what was deleted."""

MOST_IDS = 100
"""Records a call may delete or read. Source: the seed page, "Note"."""

MOST_BINNED = 200
"""Records a call may look for in the Recycle Bin, or restore from it.

Source: zoho-api.md, "Recycle-bin API" and "RESTORE EXISTS".
"""

MOST_FIELDS = 50
"""Fields that a call may name. Source: zoho-api.md, "GET records"."""

MOST_PARALLEL = 10
"""Requests that may be under way at once. Source: zoho-api.md, "Concurrency"."""

DEFAULT_PARALLEL = 3
"""Requests at once unless told otherwise."""

_AT_ONCE = {
    "free": 5,
    "standard": 10,
    "professional": 15,
    "enterprise": 20,
    "ultimate": 25,
    "crmplus": 25,
}


def at_once(edition: str) -> int:
    """Return how many calls an edition takes at once, but no more than we ever send.

    `edition`: `paid_type` of the org's license; one that is not known is not held back, since
    Zoho turns away what is too much. Source: zoho-api.md, "Concurrency".
    """
    return min(_AT_ONCE.get(edition.lower(), MOST_PARALLEL), MOST_PARALLEL)


KEPT_DAYS = 60
"""Days that the Recycle Bin keeps a record. Source: zoho-api.md, "Retention and cascade"."""


def kept_until(deleted: float) -> float:
    """Tell until when the Recycle Bin keeps what was deleted then; both in Zoho's seconds."""
    return deleted + KEPT_DAYS * 86_400.0
