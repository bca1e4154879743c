"""Every fault at every place of a run, and what becomes of its ids: EVIDENCE.md's table.

Each run is held to the promises; neighbours of the table go by different forms of the API.

`python -m tests.deletion.fault_matrix` prints it, `python -m tests.evidence faults` writes it.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.world.plans import options, plan_of
from tests.world.promises import promises_hold
from tests.world.world import Steered, Told, World
from zohotui.deletion.model.events import Braked
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Options
from zohotui.sandbox import Fault, FaultKind


@dataclass(frozen=True)
class Place:
    """Where a fault strikes."""

    title: str
    ids: int
    options: Options
    skip: int = 0
    """Requests that are well before it."""
    times: int = 1


PLACES = (
    Place("first request (1 of 20 ids)", 20, options(5)),
    Place("a batch (5 of 20)", 20, options(5), skip=2),
    # One id to begin with, then ten batches alike: whichever of them are struck first.
    Place("3 of 10 at once (12 of 41)", 41, options(4, 10), skip=3, times=3),
    Place("the only record", 1, options(5)),
    Place("every request (12)", 12, options(4, 2), times=10_000),
)


PATIENCE = 3
"""How often a run that pauses is resumed, before it is stopped."""

WORDS = {
    FaultKind.DELAY: "a slow answer",
    FaultKind.REFUSE: "no connection",
    FaultKind.HANG_BEFORE: "no answer, nothing done",
    FaultKind.HANG_AFTER: "no answer, all done",
    FaultKind.RESET_BEFORE: "connection reset, nothing done",
    FaultKind.RESET_AFTER: "connection reset, all done",
    FaultKind.INTERNAL_ERROR_BEFORE: "500, nothing done",
    FaultKind.INTERNAL_ERROR_AFTER: "500, all done",
    FaultKind.BAD_GATEWAY_BEFORE: "502, nothing done",
    FaultKind.BAD_GATEWAY_AFTER: "502, all done",
    FaultKind.UNAVAILABLE: "503",
    FaultKind.HTML_OK_BEFORE: "200 with HTML, nothing done",
    FaultKind.HTML_OK_AFTER: "200 with HTML, all done",
    FaultKind.EXPIRED_TOKEN: "401, token expired",
    FaultKind.TOO_MANY_REQUESTS: "429",
    FaultKind.FLAT_ERROR: "403, refused as a whole",
    FaultKind.FLAT_ERROR_AFTER: "500 with a code, all done",
    FaultKind.TRUNCATED_JSON: "JSON that stops half-way",
    FaultKind.CUT_BODY: "an answer cut off",
    FaultKind.EMPTY_BODY: "an empty answer",
    FaultKind.NOT_JSON_ARRAY: "JSON of another shape",
    FaultKind.ITEM_WITHOUT_ID: "a result without its id",
    FaultKind.MISSING_ITEM: "a result missing",
    FaultKind.EXTRA_ITEM: "a result nobody asked for",
    FaultKind.DUPLICATE_ITEM: "a result twice",
    FaultKind.CONTRADICTING_ITEM: "two results that contradict",
    FaultKind.TRICKLING_HEAD: "an answer byte by byte",
    FaultKind.TRICKLING_BODY: "a body byte by byte",
    FaultKind.GZIP_BOMB: "kilobytes that unpack to megabytes",
    FaultKind.DEEP_JSON: "JSON that is nested without end",
    FaultKind.GIANT_NUMBERS: "headers with endless numbers",
}


@dataclass
class Sums:
    """What all of them come to."""

    runs: int = 0
    ids: int = 0
    struck: int = 0
    lost: int = 0
    """Ids that are told otherwise than the org's own ledger has it."""
    twice: int = 0
    """Ids that were sent again after an answer that told nothing."""
    outside: int = 0
    """Ids that were sent and are of no plan."""


@dataclass
class Matrix:
    """The whole table."""

    rows: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    """What comes of it at each place, and the faults of which that is true."""
    sums: Sums = field(default_factory=Sums)

    @property
    def markdown(self) -> str:
        head = ("Fault", *(place.title for place in PLACES))
        rows = (("; ".join(faults), *cells) for cells, faults in self.rows.items())
        lines = [head, tuple("---" for _ in head), *rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    @property
    def figures(self) -> str:
        sums = self.sums
        return (
            f"{len(WORDS)} kinds of fault, {sums.runs} runs, {sums.ids:,} ids: {sums.lost} ids "
            f"lost or told wrongly, {sums.twice} sent twice after an unsettled answer, "
            f"{sums.outside} sent that were of no plan."
        )


def fault(kind: FaultKind, place: Place) -> Fault:
    """Lay a fault into a place; those with a code of their choice carry a refusal."""
    code, status = "NO_PERMISSION", 403
    if kind is FaultKind.FLAT_ERROR_AFTER:
        code, status = "INTERNAL_ERROR", 500
    return Fault(kind=kind, skip=place.skip, times=place.times, seconds=7, code=code, status=status)


def matrix() -> Matrix:
    """Play every fault at every place; each run is looked up afterwards.

    Raises AssertionError where a run breaks a promise.
    """
    whole = Matrix()
    with tempfile.TemporaryDirectory() as folder:
        for number, kind in enumerate(FaultKind):
            cells = tuple(
                _cell(
                    Path(folder), kind, place, whole.sums, api=("v2", "v8")[(number + column) % 2]
                )
                for column, place in enumerate(PLACES)
            )
            whole.rows.setdefault(cells, []).append(WORDS[kind])
    return whole


def _cell(folder: Path, kind: FaultKind, place: Place, sums: Sums, *, api: str) -> str:
    world = World(folder / f"{sums.runs}")
    laid = fault(kind, place)
    world.sandbox.faults.add(laid)
    plan = plan_of(world.leads(place.ids), options=place.options)
    told = world.carry_out(plan, api=api, control=Steered(PATIENCE))
    promises_hold(world, told, api=api)
    if laid.times > place.ids and told.rows.count(State.DELETED) == 0:
        # No run goes on for ever without a word where nothing gets through.
        assert told.of(Braked), kind
    left = sum(one.times for one in world.sandbox.faults.waiting)
    sums.struck += laid.times - left if laid.times < place.ids else len(world.wire.attempts)
    world.sandbox.faults.clear()
    settled = world.resolve(told, api=api)
    _add_up(world, settled, sums)
    return _words(told, settled)


def _add_up(world: World, told: Told, sums: Sums) -> None:
    sums.runs += 1
    sums.ids += len(told.plan.ids)
    deleted = set(world.sandbox.ledger.deleted_ids("Leads"))
    for place, record_id in enumerate(told.plan.ids):
        right = _WENT if str(record_id) in deleted else _STAYED
        sums.lost += told.rows.state(place) not in right
    sent = Counter(i for one in world.wire.attempts if not one.harmless for i in one.ids)
    sums.twice += sum(count > 1 for count in sent.values())
    sums.outside += len(set(sent) - set(told.plan.ids))


_WENT = {State.DELETED, State.GONE}
_STAYED = {State.FAILED, State.NOT_SENT}


def _words(told: Told, settled: Told) -> str:
    """Say how the ids fared that were not simply deleted, before and after looking them up."""
    changes = Counter(
        (told.rows.outcome(place), settled.rows.outcome(place))
        for place in range(len(told.plan.ids))
    )
    words: Counter[str] = Counter()
    for (before, after), count in changes.items():
        if before == after:
            words[before.state.value] += count
        else:
            end = "still there" if after.code == "STILL_THERE" else after.state.value
            words[f"{before.state} → {end}"] += count
    again = "Returned" in told.kinds
    plain = words.pop("deleted", 0)
    parts = [f"{count} {word}" for word, count in words.items()]
    if not parts:
        return f"{plain} deleted" + (", sent again" if again else "")
    return ", ".join(parts)


def main() -> int:
    """Print the table and the sums; fail if any id was lost."""
    whole = matrix()
    sys.stdout.write(f"{whole.markdown}\n\n{whole.figures}\n")
    return int(bool(whole.sums.lost or whole.sums.twice or whole.sums.outside))


if __name__ == "__main__":
    sys.exit(main())
