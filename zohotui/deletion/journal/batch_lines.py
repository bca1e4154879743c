"""The lines of a batch read sooner than any other: there are as many as of all other kinds.

Their members are told apart as text, and the ids of a landed line are compared as text with those
of its batch. What is read so is what zohotui writes, to the letter; of everything else it says
nothing, and the line is read by `lines`. Both tell the same of every line that both read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from zohotui.deletion.journal import line_values as values
from zohotui.deletion.journal.lines import batch_of, parse
from zohotui.deletion.model.events import LANDED, Landed, Sent
from zohotui.deletion.model.outcome import Outcome
from zohotui.deletion.model.plan import Batch, Plan
from zohotui.zoho.zoho_clock import Skew

_COUNT = rb"[1-9][0-9]{0,17}"
_AT = rb'"at":"([-+.:0-9T]+)"'
_END = (
    rb'(?:,"skew":(-?[0-9]{1,12}\.[0-9]),"skew_within":([0-9]{1,12}\.[0-9]))?'
    rb',"chain":"[0-9a-f]{64}"\}'
)
_SENT = re.compile(
    rb'\{"sending":(%b),%b,"start":(0|%b),"count":(%b)%b' % (_COUNT, _AT, _COUNT, _COUNT, _END)
)
_LANDED = re.compile(
    rb'\{"landed":(%b),%b,"outcomes":\[\{(.+)"\]\}\]%b' % (_COUNT, _AT, _END), re.DOTALL
)

_IDS = b',"ids":["'
_BETWEEN = b'","'
_NEXT = b'"]},{'

_KEPT = 100
"""Outcomes that are remembered: a run has a handful of them."""


def quick_event(line: bytes, plan: Plan, flights: Mapping[int, Batch]) -> Sent | Landed | None:
    """Read a line; None if it is of another kind, or not as zohotui writes it now.

    `flights`: the batches that have left and not landed.
    """
    try:
        return _sent(line, plan, flights) or _landed(line, flights)
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _sent(line: bytes, plan: Plan, flights: Mapping[int, Batch]) -> Sent | None:
    found = _SENT.fullmatch(line)
    if found is None:
        return None
    number, at, start, count, *skew = found.groups()
    batch = flights.get(int(number)) or batch_of(int(number), plan)
    if (int(start), int(count)) != (batch.start, len(batch.ids)):
        return None
    return Sent(batch, at=values.moment(at.decode()), skew=_skew(*skew))


def _landed(line: bytes, flights: Mapping[int, Batch]) -> Landed | None:
    found = _LANDED.fullmatch(line)
    batch = flights.get(int(found[1])) if found else None
    if found is None or batch is None:
        return None
    _, at, groups, *skew = found.groups()
    outcomes = _outcomes(groups, batch)
    if outcomes is None:
        return None
    return Landed(batch, outcomes, at=values.moment(at.decode()), skew=_skew(*skew))


def _skew(ahead: bytes | None, within: bytes | None) -> Skew | None:
    return values.skew(float(ahead), float(within)) if ahead and within else None


def _outcomes(groups: bytes, batch: Batch) -> tuple[Outcome, ...] | None:
    """Give each id of a batch its outcome; None if one has none, or two."""
    # Much quicker than each by itself.
    text = _BETWEEN.join([b"%d"] * len(batch.ids)) % batch.ids
    told, mark, members = groups.rpartition(_IDS)
    if mark and members == text:
        return (_outcome(told),) * len(batch.ids)
    ids = text.split(_BETWEEN)
    fates: dict[bytes, Outcome] = {}
    named = 0
    for group in groups.split(_NEXT):
        told, mark, members = group.rpartition(_IDS)
        if not mark:
            return None
        outcome, few = _outcome(told), members.split(_BETWEEN)
        fates.update(dict.fromkeys(few, outcome))
        named += len(few)
    return tuple(map(fates.__getitem__, ids)) if named == len(ids) else None


@lru_cache(_KEPT)
def _outcome(told: bytes) -> Outcome:
    """Read what is told of a group, which comes without its first brace; raises as `of_line`."""
    group = parse(b"{" + told + b"}")
    if "ids" in group:
        raise ValueError("ids are named in another place")
    return values.outcome(group, LANDED)
