"""A landed line read without its ids: they are compared as text with those of its batch.

What is read so is what zohotui writes, to the letter; of everything else it says nothing, and the
line is read by `lines`. Both tell the same of every line that both read.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from zohotui.deletion.journal import line_values as values
from zohotui.deletion.journal.lines import parse
from zohotui.deletion.model.events import LANDED, Landed
from zohotui.deletion.model.outcome import Outcome
from zohotui.deletion.model.plan import Batch

_BEGIN = b'{"landed":'
_OUTCOMES = b',"outcomes":[{'
_IDS = b',"ids":["'
_BETWEEN = b'","'
_NEXT = b'"]},{'
_END = b'"]}]'

_BEHIND = (b",", b"}")
"""What may follow a member."""

_KEYS = ({"landed", "at", "chain"}, {"landed", "at", "chain", "skew", "skew_within"})
_KEPT = 100
"""Outcomes that are remembered: a run has a handful of them."""


def quick_landed(line: bytes, flights: Mapping[int, Batch]) -> Landed | None:
    """Read a line; None if it is another one, or not as zohotui writes it now.

    `flights`: the batches that have left and not landed.
    """
    begin, mark, rest = line.partition(_OUTCOMES)
    groups, end, behind = rest.rpartition(_END)
    # One brace, and no list: the outcomes stand in no other object.
    if not (mark and end and begin.startswith(_BEGIN)) or begin.count(b"{") > 1 or b"[" in begin:
        return None
    if behind[:1] not in _BEHIND:
        return None
    try:
        # By itself the part before the outcomes is an object too: they are cut out of no value.
        parse(begin + b"}")
        entry = parse(begin + behind)
        batch = flights.get(values.whole(entry["landed"], 1))
        if batch is None or entry.keys() not in _KEYS:
            return None
        skew = values.skew(entry["skew"], entry["skew_within"]) if "skew" in entry else None
        outcomes = _outcomes(groups, batch)
        at = values.moment(entry["at"])
    except (ValueError, TypeError, KeyError, OverflowError):
        return None
    return None if outcomes is None else Landed(batch, outcomes, at=at, skew=skew)


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
