"""What the org's ledger and a run's journal say of each other: the books that chaos holds a run to.

What a plan names is a record's id, or the number of a value where values are sent in the place of
ids. The books are kept by that name; a record that the plan does not name, by its id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qs

from tests.chaos.engine import MODULE
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.run_state import RunState
from zohotui.sandbox import Request, Sandbox

HARMLESS = frozenset({401, 429})
"""Answers after which a request has provably changed nothing and may be sent again."""


@dataclass(frozen=True)
class Books:
    """What the org itself knows at a moment."""

    changes: Sequence[Request]
    """Every request that could change something."""
    deleted: frozenset[int]
    """What a request deleted, of whatever module."""
    there: frozenset[int]
    """What of the plan is alive."""

    @classmethod
    def of(cls, sandbox: Sandbox, plan: Plan) -> Books:
        """Read the ledger and the org; the deletions first, because a request comes before them."""
        named, exists = _records(plan, sandbox), sandbox.org.exists
        gone = [one.record_id for one in sandbox.ledger.deletions]
        deleted = frozenset(named.get(record_id, int(record_id)) for record_id in gone)
        there = frozenset(i for record_id, i in named.items() if exists(MODULE, record_id))
        changes = [request for request in sandbox.ledger.requests if request.method != "GET"]
        return cls(changes, deleted, there - deleted)


def _records(plan: Plan, sandbox: Sandbox) -> Mapping[str, int]:
    """Return what the plan calls each of its records, by their ids.

    A value is of the records that have it for the user who confirmed the plan, and of no others.
    """
    if not plan.by_value:
        return {str(record_id): record_id for record_id in plan.ids}
    find = partial(
        sandbox.org.externals.find,
        plan.module,
        plan.by_value,
        user=plan.target.user_id,
        case_blind=sandbox.variants.external_case_blind,
    )
    return {record_id: n for n, value in plan.external.items() for record_id in find(value=value)}


@dataclass
class Figures:
    """What a chaos run counted."""

    runs: int = 0
    kills: int = 0
    torn: int = 0
    under_way: int = 0
    """Kills at which requests had left whose answers the journal did not have."""
    ids: int = 0
    """Values too, where they are sent in the place of ids."""
    by_value: int = 0
    """Runs that send values."""
    kills_by_value: int = 0
    other_users: int = 0
    """Lives of runs by value for which another user signed in."""
    values: int = 0
    values_deleted: int = 0
    values_unknown: int = 0
    """Values of which nothing but that is told in the end."""
    last_lines: Counter[str] = field(default_factory=Counter)
    """By its kind: the last whole line that a kill left."""
    faults: Counter[str] = field(default_factory=Counter)
    gone_of_ours: int = 0
    """Ids that the run deleted, and that reading could tell only to be away."""
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What should never be, of whatever other kind."""
    seconds: float = 0.0

    def add(self, other: Figures) -> None:
        """Take in what another counted."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def sound(self) -> bool:
        """Whether nothing was forgotten and nothing sent twice."""
        return not (self.lost or self.twice or self.outside or self.wrong)

    def __str__(self) -> str:
        rows: dict[str, object] = {
            "runs": self.runs,
            "kills": self.kills,
            "kills with requests under way": self.under_way,
            "kills that left a torn line": self.torn,
            "last line at a kill": _listed(self.last_lines),
            "faults that struck": self.faults.total(),
            "of these": _listed(self.faults),
            "ids and values": self.ids,
            "runs by value": self.by_value,
            "kills of these": self.kills_by_value,
            "their lives with another user's sign-in": self.other_users,
            "their values": self.values,
            "values told deleted": self.values_deleted,
            "values left unknown": self.values_unknown,
            "deleted by the run, told gone": self.gone_of_ours,
            "ids lost": len(self.lost),
            "ids sent twice after an unsettled answer": len(self.twice),
            "ids outside the plan": len(self.outside),
            "anything else wrong": len(self.wrong),
            "seconds": f"{self.seconds:.0f}",
        }
        lines = [f"{name:<42}{value}" for name, value in rows.items()]
        return "\n".join([*lines, *self.lost, *self.twice, *self.outside, *self.wrong])


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def carried(request: Request, plan: Plan) -> list[int]:
    """Read off a request's address what it names: the ledger knows only what was worked on.

    A value that is none of the plan's is -1.
    """
    tail = request.path.rstrip("/").rsplit("/", 1)[-1]
    alone = tail if plan.by_value or tail.isdigit() else ""
    parts = parse_qs(request.query).get("ids", [alone])[0].split(",")
    if not plan.by_value:
        return [int(part) for part in parts if part]
    numbers = {value: number for number, value in plan.external.items()}
    return [numbers.get(part, -1) for part in parts]


def judge(plan: Plan, told: RunState | None, books: Books, *, ended: bool) -> Figures:
    """Hold a journal to the org's books; `told` is None if no journal holds a whole plan.

    `ended`: whether the run has come to its end, or a kill has just left it as it is.
    """
    found = Figures()
    planned, unsettled = set(plan.ids), set[int]()
    for request in books.changes:
        sent = carried(request, plan)
        deletes = request.method == "DELETE" and request.path.split("/")[3:4] == [MODULE]
        if not deletes or not planned.issuperset(sent):
            found.outside.append(f"outside the plan: {request}")
        found.twice += [f"{i} was sent again: {request}" for i in sent if i in unsettled]
        if request.status not in HARMLESS:
            unsettled.update(sent)
    found.outside += [f"{i} was deleted, not planned" for i in sorted(books.deleted - planned)]
    if told is None:
        found.lost += [f"{i} was sent, and there is no journal" for i in sorted(unsettled)]
        found.wrong += ["the run ended without a journal"] * ended
        return found
    if told.rows.ids != plan.ids or sum(told.rows.tally.values()) != len(plan.ids):
        found.wrong.append("the journal tells of other ids than the plan's")
    if ended and not told.finished:
        found.wrong.append("the run never came to its end")
    for place, record_id in enumerate(told.rows.ids):
        outcome = told.rows.outcome(place)
        allowed = (
            _allowed_of_value(record_id, books, unsettled, ended=ended)
            if plan.by_value
            else _allowed(record_id, outcome.code, books, unsettled, ended=ended)
        )
        if outcome.state not in allowed:
            deleted, there = record_id in books.deleted, record_id in books.there
            found.lost.append(f"{record_id} is told {outcome} ({deleted=}, {there=}, {ended=})")
        found.gone_of_ours += ended and outcome.state is State.GONE and record_id in books.deleted
    return found


def _allowed(
    record_id: int, code: str, books: Books, unsettled: set[int], *, ended: bool
) -> set[State]:
    """Say what may be told of an id whose true fate is known."""
    if record_id in books.deleted:
        allowed = {State.VERIFIED, State.GONE, *([] if ended else [State.DELETED])}
    elif record_id in books.there:
        allowed = {State.FAILED, State.NOT_SENT}
    else:
        # Never ours to delete. Failed it may be if Zoho refused the request and looked at no id.
        allowed = {State.GONE, State.NOT_SENT}
        if code != "INVALID_DATA" or not ended:
            allowed.add(State.FAILED)
    if not ended:
        allowed |= {State.ENTERED, State.UNKNOWN}
    return allowed - {State.NOT_SENT, State.ENTERED} if record_id in unsettled else allowed


def _allowed_of_value(number: int, books: Books, unsettled: set[int], *, ended: bool) -> set[State]:
    """Say what may be told of a value: nothing can be looked up, so an unknown one stays so."""
    allowed = {State.DELETED} if number in books.deleted else {State.FAILED, State.NOT_SENT}
    allowed |= {State.UNKNOWN, *([] if ended else [State.ENTERED])}
    return allowed - {State.NOT_SENT, State.ENTERED} if number in unsettled else allowed
