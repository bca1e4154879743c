"""A practice org, a client of it inside the process, and runs that are held to the promises."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qs

import httpx

from zohotui.deletion.afterwards.sweep import look_up, resolve, run_and_look_up
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import (
    Compared,
    Event,
    Finished,
    Landed,
    Recorded,
    Release,
    Released,
    Resolved,
    Restored,
    StepEnded,
    Verified,
)
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Batch, Options, Plan, Target
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.reads.work import Times, Work
from zohotui.deletion.run.run import run
from zohotui.sandbox import ConnectionDropped, Org, Sandbox, Variants
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import Environment, api_domain
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken
from zohotui.zoho.zoho_clock import ZohoClock

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


@dataclass
class Clock:
    """A clock that moves only when somebody sleeps on it."""

    now: float = 1_790_000_000.0
    naps: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


@dataclass
class Attempt:
    """A request that the client wanted to send, read off its address alone."""

    method: str
    path: str
    ids: tuple[int, ...]
    wf_trigger: str
    harmless: bool = False
    """Whether it provably changed nothing: never connected, 401 or 429."""
    journal_size: int = 0
    """Bytes that the journal had when it left."""
    values: tuple[str, ...] = ()
    """What stood in the place of ids, whatever it was."""

    @classmethod
    def of(cls, request: httpx.Request) -> Attempt:
        query = parse_qs(request.url.query.decode())
        if request.url.path.endswith("/actions/restore"):
            query["ids"] = [",".join(json.loads(request.content)["ids"])]
        path = request.url.path
        tail = path.rsplit("/", 1)[-1]
        ids = query.get("ids", [tail if tail.isdigit() else ""])[0]
        # With X-EXTERNAL these are values, which may be anything.
        numbers = tuple(int(one) for one in ids.split(",") if one.isascii() and one.isdigit())
        trigger = query.get("wf_trigger", [""])[0]
        values = tuple(query["ids"][0].split(",")) if "ids" in query else (tail,)
        return cls(request.method, path, numbers, trigger, values=values)


class Wire(httpx.BaseTransport):
    """The way to a practice org inside the process; its faults come out as httpx's errors."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._inside = httpx.WSGITransport(app=sandbox)
        self._mutex = Lock()
        self.attempts: list[Attempt] = []
        """Every request to delete."""
        self.reads: list[Attempt] = []
        self.restores: list[Attempt] = []
        self.proofs = 0
        """How often it was asked which org this is."""
        self.on_request: Callable[[Attempt], None] = lambda _: None
        self.on_read: Callable[[Attempt], None] = lambda _: None
        self.on_restore: Callable[[Attempt], None] = lambda _: None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        attempt = Attempt.of(request)
        if attempt.path.endswith("/org"):
            self.proofs += 1
        elif attempt.method == "GET":
            self.reads.append(attempt)
            self.on_read(attempt)
        elif attempt.path.endswith("/actions/restore"):
            self.restores.append(attempt)
            self.on_restore(attempt)
        else:
            with self._mutex:
                self.attempts.append(attempt)
            self.on_request(attempt)
        try:
            response = self._inside.handle_request(request)
        except ConnectionDropped as dropped:
            attempt.harmless = dropped.kind == "refused"
            raise _as_httpx(dropped) from None
        attempt.harmless = response.status_code in {401, 429}
        return response


def _as_httpx(dropped: ConnectionDropped) -> httpx.TransportError:
    if dropped.sent and not dropped.rest:
        return httpx.RemoteProtocolError("peer closed connection without a complete body")
    errors: dict[str, httpx.TransportError] = {
        "refused": httpx.ConnectError("[Errno 111] Connection refused"),
        "reset": httpx.ReadError("[Errno 104] Connection reset by peer"),
        "hang": httpx.ReadTimeout("timed out"),
        "trickle": httpx.ReadTimeout("timed out"),
    }
    return errors[dropped.kind]


class Steered(Levers):
    """Levers with somebody at them: where a paused run would wait, they resume it, or stop it."""

    def __init__(self, resumes: int = 30) -> None:
        super().__init__()
        self.resumes = resumes

    def wait_while_paused(self) -> None:
        self.resumes -= 1
        if self.resumes < 0:
            self.stop()
        else:
            self.resume()


Steer = Callable[[Event, Levers], object]


@dataclass
class Told:
    """What a run told, and where."""

    plan: Plan
    events: list[Event]
    run: RunState
    """What whoever follows the events knows."""
    journal: Path

    @property
    def rows(self) -> Rows:
        return self.run.rows

    def of(self, *kinds: type) -> list[Event]:
        return [event for event in self.events if isinstance(event, kinds)]

    @property
    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    @property
    def ended(self) -> bool:
        return bool(self.of(Finished, StepEnded))

    @property
    def states(self) -> dict[str, int]:
        return {state.value: count for state, count in self.rows.tally.items()}

    def outcome(self, record_id: int | str) -> Outcome:
        return self.rows.outcome(list(self.plan.ids).index(int(record_id)))


class World:
    """A practice org with a clock of its own and a folder for journals."""

    def __init__(self, folder: Path, variants: Variants | None = None) -> None:
        self.folder = folder
        self.clock = Clock()
        self.ahead = 0.0
        """Seconds by which this machine's clock is ahead of Zoho's."""
        self.sandbox = Sandbox(
            Org.empty(), variants=variants, clock=self.clock, sleep=self.clock.sleep
        )
        self.wire = Wire(self.sandbox)

    def local(self) -> float:
        """Tell the time by this machine's clock."""
        return self.clock() + self.ahead

    @property
    def times(self) -> Times:
        """This machine's time, in which nobody has to wait."""
        return Times(self.local, self.clock, self.clock.sleep)

    def work(self, crm: ZohoCRM, journal: Journal, control: Levers) -> Work:
        return Work(crm, journal, control, self.times)

    def leads(self, count: int) -> list[int]:
        return [int(record_id) for record_id in self.sandbox.org.add_records("Leads", count)]

    def crm(self, api: str = "v2", *, read_only: bool = False) -> ZohoCRM:
        return ZohoCRM(
            api_domain(ADDRESS),
            FixedToken(Secret(self.sandbox.access_token)),
            records_api=api,
            read_only=read_only,
            transport=self.wire,
            clock=ZohoClock(self.local),
        )

    def carry_out(
        self,
        plan: Plan,
        *,
        api: str = "v2",
        control: Levers | None = None,
        steer: Steer | None = None,
        close_after: int | None = None,
        and_look_up: bool = False,
    ) -> Told:
        """Run a plan to its end, or close the generator after so many events.

        Every request finds its ids `unknown` in the journal, read back as if the process
        were killed at that very moment. `and_look_up` reads afterwards what is left in doubt, and
        whether the deleted are gone.
        """
        control = control or Steered()
        journal = Journal.create(self.folder, plan, clock=self.local)
        told = Told(plan, [], RunState(plan), journal.path)
        crm = self.crm(api)
        running = (run_and_look_up if and_look_up else run)(plan, self.work(crm, journal, control))
        self._follow(running, journal, crm, told, control, steer=steer, close_after=close_after)
        return told

    def resolve(self, told: Told, *, api: str = "v2", control: Levers | None = None) -> Told:
        """Read the open ids of a run, and nothing else, as a later session does."""
        return self._later(told, on_run(resolve), api, control)

    def look_up(self, told: Told, *, api: str = "v2") -> Told:
        """Read the open ids of a run and whether the deleted are gone, as `y` does."""
        return self._later(told, look_up, api)

    def resume(self, told: Told, *, api: str = "v2", steer: Steer | None = None) -> Told:
        """Go on with a run whose process died, as a later session does."""
        read = replay(told.journal)
        step = partial(run_and_look_up, read.plan, earlier=read)
        return self._later(told, step, api, Steered(), steer)

    def _later(
        self,
        told: Told,
        step: Callable[[Work], Generator[Event]],
        api: str,
        control: Levers | None = None,
        steer: Steer | None = None,
    ) -> Told:
        control, crm = control or Levers(), self.crm(api)
        journal = Journal.reopen(read_journal(told.journal), clock=self.local)
        later = Told(told.plan, [], replay(told.journal), told.journal)
        running = step(self.work(crm, journal, control))
        self._follow(running, journal, crm, later, control, steer=steer)
        return later

    def _follow(
        self,
        running: Generator[Event],
        journal: Journal,
        crm: ZohoCRM,
        told: Told,
        control: Levers,
        *,
        steer: Steer | None = None,
        close_after: int | None = None,
    ) -> None:
        self.wire.on_request = journaled_first(journal.path)
        try:
            for event in running:
                _take_in(event, told)
                if steer:
                    steer(event, control)
                if close_after is not None and len(told.events) >= close_after:
                    break
        finally:
            running.close()
            journal.close()
            crm.close()


def of_scopes(world: World, *scopes: str) -> ZohoCRM:
    """Sign in with a token that may do no more than this."""
    token = FixedToken(Secret(world.sandbox.issue_token(scopes=scopes)))
    return ZohoCRM(api_domain(ADDRESS), token, transport=world.wire)


def has_finished(events: Sequence[Event], *, stopped: bool) -> bool:
    """Whether a run has told at the end that it is over, and whether it was stopped."""
    last = events[-1]
    return isinstance(last, Finished) and last.stopped is stopped


def on_run(step: Callable[..., Generator[Event]]) -> Callable[..., Generator[Event]]:
    """Let a step that looks at a run look at what the journal knows of it."""

    def looking(work: Work) -> Generator[Event]:
        return step(work.journal.run, work)

    return looking


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


def _take_in(event: Event, told: Told) -> None:
    told.events.append(event)
    told.run.apply(event)
    if isinstance(event, Landed):
        assert len(event.outcomes) == len(event.batch.ids)
    assert sum(told.rows.tally.values()) == len(told.rows)


def journaled_first(journal: Path) -> Callable[[Attempt], None]:
    """Make the check that the disk knew a request before it left."""

    def check(attempt: Attempt) -> None:
        attempt.journal_size = journal.stat().st_size
        told = replay(journal)
        if told.plan.by_value:
            numbers = {value: number for number, value in told.plan.external.items()}
            ids = tuple(numbers[value] for value in attempt.values)
        else:
            ids = attempt.ids
        states = {told.rows.state(place) for place in _places(told.rows, ids)}
        assert states == {State.UNKNOWN}

    return check


def _places(rows: Rows, ids: Iterable[int]) -> list[int]:
    where = {record_id: place for place, record_id in enumerate(rows.ids)}
    return [where[record_id] for record_id in ids]


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


def with_variants(world: World, **changes: object) -> None:
    world.sandbox.variants = replace(world.sandbox.variants, **changes)  # type: ignore[arg-type]


def promises_hold(world: World, told: Told, *, api: str = "v2", disk_is_sound: bool = True) -> None:
    """Hold a run to what may be expected of any, whatever went wrong in it."""
    _only_what_was_confirmed(world, told, api)
    _nothing_twice(world)
    _each_id_told_truly(world, told)
    if disk_is_sound:
        _journal_tells_the_same(told)


def _only_what_was_confirmed(world: World, told: Told, api: str) -> None:
    planned, module = set(told.plan.ids), told.plan.module
    wanted = str(told.plan.options.wf_trigger).lower()
    for attempt in world.wire.attempts:
        assert attempt.method == "DELETE"
        assert attempt.path.removeprefix(f"/crm/{api}/").split("/")[0] == module
        assert set(attempt.ids) <= planned
        assert 1 <= len(attempt.ids) <= told.plan.options.batch_size
        assert attempt.wf_trigger == wanted
    assert set(map(int, world.sandbox.ledger.sent_ids(module))) <= planned


def _nothing_twice(world: World) -> None:
    counts = Counter(i for a in world.wire.attempts if not a.harmless for i in a.ids)
    assert [record_id for record_id, count in counts.items() if count > 1] == []


def _each_id_told_truly(world: World, told: Told) -> None:
    landed = [i for event in told.events if isinstance(event, Landed) for i in event.batch.ids]
    assert len(landed) == len(set(landed))
    gone = set(map(int, world.sandbox.ledger.deleted_ids(told.plan.module)))
    touched = {i for a in world.wire.attempts if not a.harmless for i in a.ids}
    ended = told.ended
    for place, record_id in enumerate(told.plan.ids):
        state = told.rows.state(place)
        allowed = _WENT if record_id in gone else _STAYED
        if not world.sandbox.org.exists(told.plan.module, str(record_id)):
            allowed = allowed | {State.GONE}
        if not ended:
            allowed = allowed | {State.SENDING, State.ENTERED}
        assert state in allowed
        if ended and record_id in touched:
            assert state is not State.NOT_SENT
    if ended:
        assert told.rows.count(State.ENTERED, State.SENDING) == 0


_WENT = {State.DELETED, State.VERIFIED, State.UNKNOWN}
_STAYED = {State.UNKNOWN, State.FAILED, State.NOT_SENT}


def _journal_tells_the_same(told: Told) -> None:
    assert not read_journal(told.journal).torn
    read = replay(told.journal)
    assert read.plan == told.plan
    ended = told.ended
    assert read.finished is ended
    for place in range(len(told.plan.ids)):
        if ended:
            assert read.rows.outcome(place) == told.rows.outcome(place)
        elif told.rows.state(place) not in {State.SENDING, State.ENTERED}:
            # What was shown is on disk; the disk may know more than was shown.
            assert read.rows.outcome(place) == told.rows.outcome(place)
