"""Plans, batches and what is told of them, in few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zohotui.deletion.model.events import (
    Compared,
    Event,
    Finished,
    Recorded,
    Release,
    Released,
    Resolved,
    Restored,
    Verified,
)
from zohotui.deletion.model.outcome import Outcome
from zohotui.deletion.model.plan import Batch, Options, Plan, Target
from zohotui.sandbox import Org
from zohotui.zoho.datacentre import Environment

ADDRESS = "http://localhost"


TARGET = Target(
    ADDRESS,
    "local",
    Environment.SANDBOX,
    "Acme Ltd",
    "700000001",
    "anna@acme.example",
    Org.empty().users[0].id,
)


OLD_ID = 410405000002264040
"""An id that no practice org has."""


def has_finished(events: Sequence[Event], *, stopped: bool) -> bool:
    """Whether a run has told at the end that it is over, and whether it was stopped."""
    last = events[-1]
    return isinstance(last, Finished) and last.stopped is stopped


def found_out(
    kind: type[Resolved | Verified | Restored | Compared],
    found: Iterable[tuple[int, int, Outcome]],
) -> Recorded:
    """Say what became of ids: the place, the id and the outcome of each."""
    places, _, outcomes = zip(*found, strict=True)
    return kind(places, outcomes)


def released(records: Iterable[tuple[int, int, Outcome]]) -> Released:
    """Let held records go: the place, the id and the outcome of each."""
    return Released(tuple(Release(p, str(i), one.code, one.message) for p, i, one in records))


def plan_of(
    ids: Iterable[int],
    module: str = "Leads",
    options: Options | None = None,
    *,
    permanent: bool = False,
) -> Plan:
    label = module.replace("_", " ")
    return Plan(TARGET, module, label, permanent, tuple(ids), options or Options())


def options(batch_size: int = 100, parallel: int = 1, *, wf_trigger: bool = True) -> Options:
    return Options(wf_trigger, batch_size, parallel)


def batch_of(*ids: int, number: int = 1, start: int = 0) -> Batch:
    return Batch(number, start, ids)


def in_turn(kinds: Iterable[object], *others: object) -> list[tuple[object, object]]:
    """Give each kind one of the others, in turn: two neighbours have different ones."""
    return [(kind, others[place % len(others)]) for place, kind in enumerate(kinds)]
