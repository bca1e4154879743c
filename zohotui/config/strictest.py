"""The guards of several profiles that are for one org, put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zohotui.config.settings import Profile


def strictest(profiles: Sequence[Profile]) -> Profile:
    """Return the first of some profiles with the guards of all of them."""
    first, *others = profiles
    for other in others:
        first = replace(
            first,
            read_only=first.read_only or other.read_only,
            most_records_a_run=_fewer(first.most_records_a_run, other.most_records_a_run),
            most_records_a_day=_fewer(first.most_records_a_day, other.most_records_a_day),
            four_eyes_above=_fewer(first.four_eyes_above, other.four_eyes_above),
            require_reason=first.require_reason or other.require_reason,
            protected_ids=(*first.protected_ids, *other.protected_ids),
            protected_owners=(*first.protected_owners, *other.protected_owners),
            protected_tags=(*first.protected_tags, *other.protected_tags),
            protected_if=(*first.protected_if, *other.protected_if),
        )
    return first


def _fewer(one: int, other: int) -> int:
    """Return the smaller of two limits, of which 0 is none."""
    return min(one or other, other or one)
