"""How much Zoho takes at once."""

MOST_IDS = 100
"""Records a call may delete or read. Source: the seed page, "Note"."""

MOST_PARALLEL = 10
"""Requests that may be under way at once. Source: zoho-api.md, "Concurrency"."""

DEFAULT_PARALLEL = 3
"""Requests at once unless told otherwise."""
