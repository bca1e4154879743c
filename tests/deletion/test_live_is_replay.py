"""Whatever the engine does to one run, in whatever order: its journal can be read at each moment.

It tells then what was shown, and no line that zohotui wrote is ever called damaged.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.deletion.compare_support import save
from tests.world.plans import OLD_ID, options, plan_of, released
from tests.world.world import Steered, World
from zohotui.deletion.afterwards.compare import compare
from zohotui.deletion.afterwards.sweep import look_up, run_and_look_up
from zohotui.deletion.afterwards.undo import undo
from zohotui.deletion.journal.doubt import keep_doubt
from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.journal.receipt import ReceiptError, receipt_of, write_receipt
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import CutOff, Event, Finished, Saved
from zohotui.deletion.model.levers import Cause, Levers
from zohotui.deletion.model.outcome import ENTERED, LOST, NOT_SENT, Outcome, State
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.reads.work import Work
from zohotui.sandbox import Fault, FaultKind
from zohotui.zoho.client import ZohoCRM

_ODD = ["", "\x1b[2J[red]", "\ud800", "\u202eid", "9" * 40, "{[" * 60, "Überraschung"]

_Job = Callable[[Work], Generator[Event]]


class Life:
    """One run, and the sessions that have to do with it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = Random(seed)
        self.world = World(folder)
        self.world.ahead = self.random.choice([0.0, 0.0, 7_200.0, -90_000.0])
        self.path: Path | None = None
        self.cut_off = False
        self.plan = self._planned()

    def _planned(self) -> Plan:
        random, org = self.random, self.world.sandbox.org
        ids = self.world.leads(random.randint(1, 30))
        kept = save(self.world, ids[::2]) if random.random() < 0.5 else None
        self._snapshot = kept
        for record_id in ids:
            match random.randrange(12):
                case 0:
                    org.lock("Leads", str(record_id))
                case 1:
                    org.bin("Leads", str(record_id), at=self.world.clock() - 86_400)
                case 2:
                    org.forbid("Leads", str(record_id))
                case _:
                    pass
        ids += [OLD_ID + place for place in range(random.randint(0, 3))]
        odd = random.choice(_ODD)
        held = Outcome(State.HELD, "TAKEN_OUT", "you took it out")
        missing = Outcome(State.MISSING, "MISSING", "not there")
        left_out = ((held, (1, 2)), (missing, (3,))) if random.random() < 0.5 else ()
        plan = plan_of(ids, options=options(random.randint(1, 9), random.randint(1, 4)))
        said = random.choice(["", "12 of 12 survive a round trip"])
        return replace(
            plan,
            left_out=left_out,
            source=f"file {odd.encode(errors='replace').decode()}",
            reviewed=round(self.world.local(), 3),
            said_right=said,
        )

    def faults(self) -> None:
        faults, random = self.world.sandbox.faults, self.random
        faults.clear()
        kinds = [kind for kind in FaultKind if kind not in {FaultKind.GZIP_BOMB, FaultKind.DELAY}]
        for _ in range(random.choice([0, 0, 1, 2, 4])):
            fault = Fault(
                kind=random.choice(kinds),
                method=random.choice(["DELETE", "DELETE", "POST", "GET"]),
                skip=random.randrange(4),
                times=random.randint(1, 3),
                position=random.randrange(3),
                status=random.choice([400, 403, 418, 500, 503, 200]),
                code=random.choice(["INVALID_DATA", "NO_PERMISSION", "INTERNAL_ERROR", *_ODD]),
                message=random.choice(["record not deleted", *_ODD]),
            )
            faults.add(fault)

    def session(self) -> None:
        """Let one session do something with the run."""
        self.faults()
        random, world = self.random, self.world
        control = Steered(random.randint(0, 5))
        crm = world.crm(random.choice(["v2", "v8"]))
        with closing(crm):
            if self.path is None:
                with closing(Journal.create(world.folder, self.plan, clock=world.local)) as journal:
                    self.path = journal.path
                    if self._snapshot is not None:
                        self._snapshot.belong_to(journal.path)
                        journal.record(Saved(self._snapshot.path.name, self._snapshot.count))
                    if random.random() < 0.3:
                        let_go = Outcome(State.READY, "RELEASED", "why not \ud800 \x1b")
                        journal.record(released([(0, self.plan.ids[0], let_go)]))
                    job = partial(run_and_look_up, self.plan)
                    self.follow(RunState(self.plan), journal, control, crm, job=job)
            else:
                self.again(self.path, control, crm)
        if random.random() < 0.5:
            self.meddle()

    def again(self, path: Path, control: Levers, crm: ZohoCRM) -> None:
        random, world = self.random, self.world
        if random.random() < 0.2:
            # The end of a line, as a crash leaves it.
            with path.open("ab") as file:
                file.write(b'{"sending":7,"at":"20')
        if random.random() < 0.3:
            try:
                write_receipt(path, world.local())
            except ReceiptError:
                receipt_of(path).unlink()
        with closing(Journal.reopen(read_journal(path), clock=world.local)) as journal:
            keep_doubt(journal)
            told = journal.run
            if random.random() < 0.4:
                journal.settle_here()
            shown = replay(path)
            job, told = self.choose(told)
            if job is None:
                journal.record(Finished(stopped=True))
                self.hold(told.rows, over=True)
                return
            self.follow(shown, journal, control, crm, job=job, told=told)

    def choose(self, told: RunState) -> tuple[_Job | None, RunState]:
        jobs: list[_Job | None] = [
            look_up,
            partial(undo, told),
            partial(undo, told),
            partial(compare, told),
        ]
        if not told.finished:
            jobs += [partial(run_and_look_up, told.plan, earlier=told)] * 3
            jobs.append(None)
        return self.random.choice(jobs), told

    def follow(
        self,
        shown: RunState,
        journal: Journal,
        control: Levers,
        crm: ZohoCRM,
        *,
        job: _Job,
        told: RunState | None = None,
    ) -> None:
        random, world = self.random, self.world
        last = random.choice([3, 6, 12, 1000, 1000])
        how = random.choice(["close", "stop", "line", "signal", "leave", "pause"])
        with closing(job(world.work(crm, journal, control))) as running:
            for number, event in enumerate(running, 1):
                shown.apply(event)
                self.cut_off = control.cut_off is not None
                self.hold(shown.rows)
                if number < last:
                    continue
                match how:
                    case "close":
                        break
                    case "stop":
                        control.stop()
                    case "line" | "signal":
                        control.abandon(Cause(how))
                    case "leave":
                        control.abandon()
                    case _:
                        control.pause()
        cut_off = control.cut_off
        if cut_off and told is not None and random.random() < 0.5:
            journal.record(CutOff(cut_off))
        replay(journal.path)

    def hold(self, rows: Rows, *, over: bool = False) -> None:
        assert self.path is not None
        read = replay(self.path).rows
        assert len(read) == len(rows)
        for place in range(len(rows)):
            shown, told = rows.outcome(place), read.outcome(place)
            if shown.state is State.SENDING:
                assert told == LOST or over
            elif shown != told:
                assert self.between(shown, told), (place, shown, told)
        (one,) = history(self.world.folder)
        assert isinstance(one, Summary)

    def between(self, shown: Outcome, told: Outcome) -> bool:
        """Whether a journal may tell this of what is shown: it is written first."""
        if shown == NOT_SENT:
            return self.cut_off and told == ENTERED
        return shown == ENTERED and told in {LOST, NOT_SENT}

    def meddle(self) -> None:
        """Let others restore or delete, and the clock be set."""
        org, random = self.world.sandbox.org, self.random
        self.world.clock.sleep(random.choice([1, 70, 500, 4000]))
        self.world.ahead = random.choice([self.world.ahead, 0.0, 5_000.0])
        for record_id in random.sample(list(self.plan.ids), min(2, len(self.plan.ids))):
            if org.exists("Leads", str(record_id)) and random.random() < 0.5:
                org.bin("Leads", str(record_id), at=self.world.clock())


@pytest.mark.parametrize("seed", range(16))
def test_a_journal_tells_what_was_shown_at_each_moment(tmp_path: Path, seed: int) -> None:
    life = Life(tmp_path, seed)
    for _ in range(7):
        life.session()
