"""A practice org, a client of it inside the process, and runs that are followed to their end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

from tests.world.clock import Clock
from tests.world.plans import ADDRESS
from tests.world.wire import Attempt, Wire
from zohotui.deletion.afterwards.sweep import look_up, resolve, run_and_look_up
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import (
    Event,
    Finished,
    Landed,
    StepEnded,
)
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.reads.work import Times, Work
from zohotui.deletion.run.run import run
from zohotui.sandbox import Org, Sandbox, Variants
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken
from zohotui.zoho.zoho_clock import ZohoClock


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
        return self._later(told, on_run(_go_on), api, Steered(), steer)

    def _later(
        self,
        told: Told,
        step: Callable[[Work], Generator[Event]],
        api: str,
        control: Levers | None = None,
        steer: Steer | None = None,
    ) -> Told:
        control, crm = control or Levers(), self.crm(api)
        file = read_journal(told.journal)
        # To copy what was read is quicker than to read it again.
        later = Told(told.plan, [], deepcopy(file.run), told.journal)
        journal = Journal.reopen(file, clock=self.local)
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


def on_run(step: Callable[..., Generator[Event]]) -> Callable[..., Generator[Event]]:
    """Let a step that looks at a run look at what the journal knows of it."""

    def looking(work: Work) -> Generator[Event]:
        return step(work.journal.run, work)

    return looking


def _go_on(read: RunState, work: Work) -> Generator[Event]:
    return run_and_look_up(read.plan, work, earlier=deepcopy(read))


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


def with_variants(world: World, **changes: object) -> None:
    world.sandbox.variants = replace(world.sandbox.variants, **changes)  # type: ignore[arg-type]
