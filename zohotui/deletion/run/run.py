"""A plan carried out: the only place from which deletes leave.

First, and after every pause, the org is read: if it is not the plan's, nothing leaves. Every batch
goes the same way: journal `sending`, request, journal `landed`, event. Requests run in a few
threads; the journal is written and events are born in the caller's thread alone.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from zohotui.deletion.journal.doubt import doubt
from zohotui.deletion.journal.replay import Replay
from zohotui.deletion.journal.writer import Journal, JournalError, JournalTaken, this_tool
from zohotui.deletion.model.events import (
    Braked,
    CutOff,
    Event,
    Finished,
    Landed,
    Paused,
    Resumed,
    Returned,
    Sent,
    Unpaused,
    Waiting,
)
from zohotui.deletion.model.levers import Control
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Batch, Plan, PlanError
from zohotui.deletion.reads.pace import Pace
from zohotui.deletion.reads.threads import aside
from zohotui.deletion.run.answer import Landing, credits_hint, needs_sign_in, read_landing
from zohotui.zoho.answers import DeleteAnswer
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import TokenExpired, ZohoError
from zohotui.zoho.limits import MOST_PARALLEL
from zohotui.zoho.records import Org

LOST_IN_A_ROW = 2
"""Lost answers after which going on would only make more ids unknown."""


def run(
    plan: Plan,
    crm: ZohoCRM,
    journal: Journal,
    control: Control,
    *,
    before: Replay | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] | None = None,
) -> Generator[Event]:
    """Carry out a plan, yielding an event a step; `list(run(...))` does the whole of it.

    Ends after Finished. Closing the generator early lets what is in flight land in the journal.
    `before`: what the journal told, if the process that began the run died in it; then only
    batches that never left are sent. What is known of the run is the journal's from then on.
    `clock` counts seconds from anywhere; `sleep` waits out a back-off (by default until the
    time is over or a lever of `control` is pulled). Raises PlanError for a client that speaks
    to another address than the one confirmed, and for a journal that is of another plan or whose
    run is over; JournalError if the journal cannot take that the run goes on.
    """
    if crm.domain.url != plan.target.api_domain:
        raise PlanError("The plan was confirmed for another address than this session's.")
    if before is not None:
        if before.plan != plan or before.finished:
            raise PlanError("The journal is not that of an unfinished run of this plan.")
        if why := doubt(before, journal.path):
            raise PlanError(f"{why} The run cannot go on: look it up.")
        journal.record(Resumed(this_tool()))
    journal.zoho_clock = crm.clock
    pace = Pace(plan.options.parallel, clock)
    spent = journal.run.spent if before is not None else frozenset()
    fresh = (batch for batch in plan.batches() if batch.number not in spent)
    return _Run(plan, crm, journal, control, pace, sleep or control.wait, fresh).events()


@dataclass
class _Run:
    """What a run remembers between two events."""

    plan: Plan
    crm: ZohoCRM
    journal: Journal
    control: Control
    pace: Pace
    sleep: Callable[[float], None]
    fresh: Iterator[Batch]
    """Those that never left."""
    waiting: deque[Batch] = field(default_factory=deque)
    """Batches that come before fresh ones: taken from them, or turned away before."""
    flights: dict[Future[DeleteAnswer], Batch] = field(default_factory=dict)
    unwritten: deque[tuple[Batch, Landing]] = field(default_factory=deque)
    """What has landed and is not yet in the journal."""
    lost_in_a_row: int = 0
    parallel: int | None = None
    """What the lever for it stood at last."""
    reserve_waived: bool = False
    """Whether it has been told that no more than the reserve is left."""
    was_paused: bool = False
    proof: Future[Org] | None = None
    """The org being read."""
    proved: bool = False
    """Whether the client still opens the org of the plan, as far as that can be read."""

    def events(self) -> Generator[Event]:
        # Threads are made when they are needed; somebody may want more than were planned.
        pool = ThreadPoolExecutor(MOST_PARALLEL, "delete")
        to_the_end = False
        try:
            yield from self._carry_out(pool)
            to_the_end = True
        finally:
            try:
                if not to_the_end:
                    self._land_the_rest()
            finally:
                # Not waited for: every delete has landed by now, and a read may hang.
                pool.shutdown(wait=False)
        yield from self._write_or_give_up()
        left = bool(self.waiting) or self.journal.run.rows.count(State.ENTERED) > 0
        finished, cut_off = Finished(stopped=left), self.control.cut_off
        try:
            if cut_off:
                # Its admin has seen no end of it: it has not finished, and can be gone on with.
                self.journal.record(CutOff(cut_off))
            else:
                finished = self.journal.record(finished)
        except JournalError as error:
            yield Braked(str(error))
        yield finished

    def _carry_out(self, pool: ThreadPoolExecutor) -> Iterator[Event]:
        while True:
            self._heed_parallel()
            if self.unwritten and not self.control.paused:
                yield from self._write_landings()
            if self.control.paused != self.was_paused:
                yield from self._heed_pause()
                continue
            if self._may_send():
                yield from self._send_next(pool)
            elif self.flights:
                yield from self._land_one()
            elif self.control.stopped or not (self.unwritten or self._has_more()):
                return
            elif self.control.paused:
                self.control.wait_while_paused()
            else:
                self.sleep(self.pace.delay)

    def _heed_parallel(self) -> None:
        wanted = self.control.parallel
        if wanted is not None and wanted != self.parallel:
            self.parallel = wanted
            self.pace.change(wanted)

    def _heed_pause(self) -> Iterator[Event]:
        self.was_paused = self.control.paused
        if self.was_paused:
            yield Paused()
        elif not self.control.stopped:
            self.pace.fresh()
            self.lost_in_a_row = 0
            # Somebody may have signed in anew meanwhile.
            self.proved, self.proof = False, None
            yield Unpaused()

    def _reserve_reached(self) -> bool:
        left, reserve = self.crm.credits, self.plan.options.reserve
        if not reserve or self.reserve_waived or left is None:
            return False
        return left - len(self.flights) <= reserve

    def _has_more(self) -> bool:
        if not self.waiting and (batch := next(self.fresh, None)):
            self.waiting.append(batch)
        return bool(self.waiting)

    def _may_send(self) -> bool:
        held = self.control.stopped or self.control.paused or self.unwritten or self.pace.delay
        return not held and len(self.flights) < self.pace.limit and self._has_more()

    def _send_next(self, pool: ThreadPoolExecutor) -> Iterator[Event]:
        """Send the next batch, or do what must be done before one may leave."""
        if not self.proved:
            yield from self._prove_org()
        elif self._reserve_reached():
            # Whoever goes on after this has said that the reserve may be used.
            self.reserve_waived = True
            yield from self._brake(
                f"Zoho says that {self.crm.credits:,} API credits of the last 24 hours are left, "
                f"and the profile keeps {self.plan.options.reserve:,} in reserve. Going on uses "
                "them."
            )
        else:
            yield from self._send(pool, self.waiting.popleft())

    def _prove_org(self) -> Iterator[Event]:
        """Read which org the client opens; end the run if it is another than the plan's.

        Returns early, with nothing proved, if a lever is pulled meanwhile. A plan whose org could
        not be named was confirmed as such.
        """
        if not self.plan.target.zgid:
            self.proved = True
            return
        if self.proof is None:
            self.proof = aside(self.crm.org)
            self.proof.add_done_callback(lambda _: self.control.notify())
        proof = self.proof
        # A lever pulled just before this would wake nobody any more.
        self.control.wait_until(lambda: proof.done() or self.control.stopped or self.control.paused)
        if not proof.done():
            return
        self.proof = None
        try:
            org = proof.result()
        except TokenExpired:
            return
        except ZohoError as error:
            yield from self._unproved(error)
            return
        if org.zgid == self.plan.target.zgid:
            self.proved = True
            return
        yield from self._brake(
            f"This sign-in opens {org.name} (org {org.zgid}), but the plan was confirmed for "
            f"{self.plan.target.org} (org {self.plan.target.zgid}). The run ends here."
        )
        self.control.stop()

    def _unproved(self, error: ZohoError) -> Iterator[Event]:
        why = f"Before anything is sent the org is read again, and that failed. {error.detail}"
        # To read again is harmless, so a lost answer is no reason to give up either.
        worth_it = error.temporary or error.result_unknown
        if worth_it and self.pace.refused(error.wait):
            yield Waiting(self.pace.delay, why)
        else:
            yield from self._brake(why, sign_in=needs_sign_in(error))

    def _send(self, pool: ThreadPoolExecutor, batch: Batch) -> Iterator[Event]:
        try:
            sent = self.journal.record(Sent(batch))
        except JournalError as error:
            self.waiting.appendleft(batch)
            yield from self._no_journal(error, "Nothing is sent that cannot be journaled first.")
            return
        flight = pool.submit(self._request, batch)
        self.flights[flight] = batch
        flight.add_done_callback(lambda _: self.control.notify())
        yield sent

    def _request(self, batch: Batch) -> DeleteAnswer:
        ids = [str(record_id) for record_id in batch.ids]
        wf_trigger = self.plan.options.wf_trigger
        if len(self.plan.ids) == 1:
            return self.crm.delete_record(self.plan.module, ids[0], wf_trigger=wf_trigger)
        return self.crm.delete_records(self.plan.module, ids, wf_trigger=wf_trigger)

    def _land_one(self) -> Iterator[Event]:
        """Wait until an answer comes or a lever is pulled; take in one answer."""
        self.control.wait_until(lambda: any(flight.done() for flight in self.flights))
        for flight in self.flights:
            if flight.done():
                yield from self._land(flight)
                return

    def _land(self, flight: Future[DeleteAnswer]) -> Iterator[Event]:
        batch = self.flights[flight]
        landing = self._landing(flight)
        # Only now: were the process to lose interest here, the batch still counts as in flight.
        del self.flights[flight]
        if landing.outcomes is None:
            yield from self._take_back(batch, landing)
            return
        self.unwritten.append((batch, landing))
        yield from self._write_landings()

    def _landing(self, flight: Future[DeleteAnswer]) -> Landing:
        batch = self.flights[flight]
        try:
            return read_landing(batch, flight.result())
        except ZohoError as error:
            return read_landing(batch, error)

    def _take_back(self, batch: Batch, landing: Landing) -> Iterator[Event]:
        """Queue a batch again that provably changed nothing."""
        self.waiting.appendleft(batch)
        patient = landing.at_once or self.pace.refused(landing.wait)
        trouble: JournalError | None = None
        returned = Returned(batch, landing.brake)
        try:
            returned = self.journal.record(returned)
        except JournalError as error:
            trouble = error
        yield returned
        if trouble:
            yield from self._no_journal(trouble, "")
        if not landing.temporary:
            yield from self._brake(landing.brake, sign_in=landing.sign_in)
        elif not patient:
            hint = credits_hint(landing, self.crm.credits)
            yield from self._brake(f"{landing.brake} It has been so for minutes{hint}")
        elif not self.control.stopped and not landing.at_once:
            yield Waiting(self.pace.delay, landing.brake)

    def _write_landings(self) -> Iterator[Event]:
        """Write what has landed, show it, and judge whether to go on."""
        while self.unwritten:
            batch, landing = self.unwritten[0]
            try:
                landed = self.journal.record(_landed(batch, landing))
            except JournalError as error:
                yield from self._no_journal(error, f"The results of batch {batch.number} wait.")
                return
            self.unwritten.popleft()
            yield landed
            yield from self._judge(landing)

    def _judge(self, landing: Landing) -> Iterator[Event]:
        self.pace.landed()
        if landing.any_deleted:
            self.pace.open_up()
        self.lost_in_a_row = self.lost_in_a_row + 1 if landing.lost else 0
        if landing.brake:
            yield from self._brake(landing.brake)
        elif self.lost_in_a_row >= LOST_IN_A_ROW:
            yield from self._brake(f"{self.lost_in_a_row} answers in a row were lost.")

    def _brake(self, why: str, *, sign_in: bool = False) -> Iterator[Event]:
        self.control.brake()
        braked = Braked(why, sign_in)
        # The reason is shown even if the disk does not take it: a failing disk is one itself.
        with suppress(JournalError):
            braked = self.journal.record(braked)
        yield braked

    def _no_journal(self, error: JournalError, words: str) -> Iterator[Event]:
        """Pause; end the run if another has changed its journal: there is no way on from that.

        What has landed by then is told, though no journal has it.
        """
        if isinstance(error, JournalTaken):
            yield from self._brake(str(error))
            self.control.stop()
        else:
            yield from self._brake(f"{error} {words}".strip())

    def _write_or_give_up(self) -> Iterator[Event]:
        """At the very end, show even those outcomes that the disk does not take."""
        yield from self._write_landings()
        while self.unwritten:
            yield _landed(*self.unwritten.popleft())

    def _land_the_rest(self) -> None:
        """Wait for what is in flight and journal it, with nobody left to tell.

        A request that died of anything but Zoho or the network stays `sending` in the journal,
        which reads as `unknown`.
        """
        for flight in list(self.flights):
            if isinstance(flight.exception(), ZohoError | None):
                deque(self._land(flight), maxlen=0)
        deque(self._write_landings(), maxlen=0)


def _landed(batch: Batch, landing: Landing) -> Landed:
    return Landed(batch, landing.outcomes or (), landing.foreign)
