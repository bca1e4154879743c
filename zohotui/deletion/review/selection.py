"""What of a reviewed list is deleted: its plan, the order of its run, and its sum for the admin."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.events import GuardTold, Release
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import LeftOut, Plan
from zohotui.deletion.review.missing import spread
from zohotui.deletion.review.prediction import CONVERTED
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.zoho.records import Record


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """What a confirmation tells of a review."""

    at: float
    """When it began, in seconds since the epoch."""
    ready: int
    held: Counter[str]
    """How many are held, by code."""
    missing: Counter[str]
    converted: int
    released: int
    oldest: str
    """The oldest and the newest change of what is ready, as Zoho wrote them; may be empty."""
    newest: str
    few: tuple[Record, ...]
    """Some of what is ready, evenly spread."""
    unguarded: tuple[str, ...]
    """Which guards of the profile protected nothing, in sentences."""
    guards: tuple[GuardTold, ...]
    """What each guard of the profile did."""
    unknown: tuple[str, ...]
    """What the review could not know, in sentences."""
    seconds_a_call: float | None
    """What one read took while nothing waited; None if that cannot be told."""


def plan(listed: ReviewedList, draft: Plan) -> Plan:
    """Make the plan of what is ready out of one of the whole list; raises PlanError if nothing.

    Without a review that counts it is of whatever was not taken out.
    """
    ids, groups, places = listed.rows.ids, _left_out(listed), going(listed)
    left_out: tuple[LeftOut, ...] = tuple(
        (why, tuple(ids[place] for place in left)) for why, left in groups.items()
    )
    # Where all of them go, the draft has copied and checked them already.
    whole = len(places) == len(ids) and draft.ids == ids
    ready = draft.ids if whole else array("Q", map(ids.__getitem__, places))
    # The journal tells no more of a second.
    began = None if listed.began is None else round(listed.began, 3)
    return replace(draft, ids=ready, left_out=left_out, reviewed=began)


def order(listed: ReviewedList) -> Sequence[int]:
    """Return the places of the list in the order in which a run of its plan has them."""
    places = going(listed)
    if len(places) == len(listed):
        return places
    return array("I", chain(places, *_left_out(listed).values()))


def releases(listed: ReviewedList, plan: Plan) -> tuple[Release, ...]:
    """Return what this plan deletes although it was held."""
    ids = {listed.rows.ids[place]: outcome for place, outcome in listed.released.items()}
    if not ids:
        return ()
    return tuple(
        Release(place, str(one), ids[one].code, ids[one].message)
        for place, one in enumerate(plan.ids)
        if one in ids
    )


def summary(listed: ReviewedList, few: int) -> ReviewSummary | None:
    """Sum up for a confirmation; None without a review that counts. `few`: records to show."""
    if listed.began is None:
        return None
    rows, places = listed.rows, going(listed)
    held, missing = Counter[str](), Counter[str]()
    for outcome, number in rows.outcomes.items():
        if outcome.state is State.HELD:
            held[outcome.code] += number
        elif outcome.state is State.MISSING:
            missing[outcome.code] += number
    oldest, newest = listed.changes(places)
    records = (listed.record(place) for place in spread(places, few))
    return ReviewSummary(
        at=listed.began,
        ready=len(places),
        held=held,
        missing=missing,
        converted=rows.outcomes[CONVERTED],
        released=sum(rows.outcome(place).code == Code.RELEASED for place in listed.released),
        oldest=oldest,
        newest=newest,
        few=tuple(record for record in records if record is not None),
        unguarded=listed.unguarded,
        guards=listed.guards,
        unknown=listed.unknown,
        seconds_a_call=listed.seconds_a_call,
    )


def _goes(listed: ReviewedList) -> State:
    """Return the state of what may go."""
    unread = listed.began is None and listed.forbidden
    return State.ENTERED if unread else State.READY


def going(listed: ReviewedList) -> Sequence[int]:
    """Return the places of what may go, in the order of the list."""
    rows, goes = listed.rows, _goes(listed)
    # Mostly all of them may, and a million places take four megabytes.
    if rows.count(goes) == len(rows):
        return range(len(rows))
    return array("I", rows.places({goes}))


def _left_out(listed: ReviewedList) -> dict[Outcome, list[int]]:
    """Return the places of what may not go, by what is said of them."""
    groups = dict[Outcome, list[int]]()
    for place in listed.rows.places(set(State) - {_goes(listed)}):
        groups.setdefault(listed.rows.outcome(place), []).append(place)
    return groups
