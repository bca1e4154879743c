"""What was found after a run, parted as an event holds it."""

from __future__ import annotations

from collections.abc import Mapping

from zohotui.deletion.model.outcome import Outcome


def halves(found: Mapping[int, Outcome]) -> tuple[tuple[int, ...], tuple[Outcome, ...]]:
    """Part outcomes by place into the places, and an outcome for each."""
    return tuple(found), tuple(found.values())
