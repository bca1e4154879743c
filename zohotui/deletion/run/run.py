"""A plan carried out: the only place from which deletes leave.

1. Before the first batch, and after every pause, the org is read, and the user too where values are
   sent: if one is not the plan's, Braked, and the run ends. What cannot be read is read again:
   Waiting, or Braked.
2. A batch: journal `sending` + fdatasync → Sent → DELETE → journal `landed` + fdatasync → Landed.
   The first one carries a single id; until it is away, or another is, they leave one by one.
3. A batch that provably changed nothing comes back: journal `returned` → Returned, then Waiting or
   Braked; it is the next to leave.
4. Braked pauses the run until the admin goes on: on answers that were lost in a row, most of a
   batch refused, ids that were never asked for, the reserve of credits, a disk that fails.
5. Between two steps the levers are heeded: Paused, and Resumed once it goes on; a stop lets
   nothing more leave. What is in flight always lands.
6. It ends when no batch is left or after a stop: journal `finished`, or `cut_off` if the admin was
   taken away, then Finished. Closed early, it lets what is in flight land, in the journal alone.

Only here deletes are sent; only ids of the plan, and none twice unless its request provably changed
nothing. Requests run in a few threads; the journal is written and events are born in the caller's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from zohotui.deletion.journal.doubt import doubt
from zohotui.deletion.journal.writer import JournalError, JournalTaken, this_tool
from zohotui.deletion.model.events import (
    UNTOLD,
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
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Batch, Plan, PlanError
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.reads.org_check import OrgCheck
from zohotui.deletion.reads.pace import Pace
from zohotui.deletion.reads.reserve import Reserve
from zohotui.deletion.reads.threads import in_background
from zohotui.deletion.reads.work import Work
from zohotui.deletion.run.answer import Landing, credits_hint, needs_sign_in, read_landing
from zohotui.deletion.run.by_value import delete_by_value
from zohotui.zoho.answers import DeleteAnswer
from zohotui.zoho.errors import TokenExpired, ZohoError
from zohotui.zoho.limits import MOST_PARALLEL
from zohotui.zoho.records import Org, User

LOST_IN_A_ROW = 2
"""Lost answers after which going on would only make more ids unknown."""


def run(plan: Plan, work: Work, earlier: RunState | None = None) -> Generator[Event]:
    """Carry out a plan, yielding an event a step; `list(run(...))` does the whole of it.

    Ends after Finished. Closing the generator early lets what is in flight land in the journal.
    `earlier`: what the journal told, if the process that began the run died in it; then only
    batches that never left are sent. What is known of the run is the journal's from then on. A
    wait ends when any lever is pulled. Raises PlanError for a client that speaks to another
    address than the one confirmed, for values of nobody knows which user, for a plan that restores,
    and for a journal that is of another plan or whose run is over; JournalError if the journal
    cannot take that the run goes on.
    """
    check = OrgCheck(plan.target, "plan")
    if why := check.other_address(work.crm) or plan.whose_values:
        raise PlanError(why)
    if plan.restores:
        raise PlanError("This plan restores records. Nothing can be deleted by it.")
    if earlier is not None:
        if earlier.plan != plan or earlier.finished:
            raise PlanError("The journal is not that of an unfinished run of this plan.")
        if why := doubt(earlier, work.journal.path):
            raise PlanError(f"{why} The run cannot go on: look it up.")
        work.journal.record(Resumed(this_tool()))
    work.tell_skews()
    pace = Pace(plan.options.parallel, work.times.clock)
    spent = work.journal.run.spent if earlier is not None else frozenset()
    fresh = (batch for batch in plan.batches() if batch.number not in spent)
    return _Run(plan, work, check, pace, fresh).events()


@dataclass
class _Run:
    """What a run remembers between two events."""

    plan: Plan
    work: Work
    check: OrgCheck
    pace: Pace
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
    reserve: Reserve = field(init=False)
    reserve_waived: bool = False
    """Whether it has been told that no more than the reserve is left."""
    was_paused: bool = False
    org_read: Future[tuple[Org | None, User | None]] | None = None
    """The org and the user being read, as far as the plan needs them."""
    org_checked: bool = False
    """Whether the client still opens the org of the plan, as far as that can be read."""

    def __post_init__(self) -> None:
        self.reserve = Reserve(self.work.crm, self.plan.options.reserve)

    @property
    def levers(self) -> Levers:
        """What the admin steers the run by."""
        return self.work.levers

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
        left = bool(self.waiting) or self.work.journal.run.rows.count(State.ENTERED) > 0
        finished, cut_off = Finished(stopped=left), self.levers.cut_off
        try:
            if cut_off:
                # Its admin has seen no end of it: it has not finished, and can be gone on with.
                self.work.journal.record(CutOff(cut_off))
            else:
                finished = self.work.journal.record(finished)
        except JournalError as error:
            yield Braked(str(error))
        yield finished

    def _carry_out(self, pool: ThreadPoolExecutor) -> Iterator[Event]:
        while True:
            self._heed_parallel()
            if self.unwritten and not self.levers.paused:
                yield from self._write_landings()
            if self.levers.paused != self.was_paused:
                yield from self._heed_pause()
                continue
            if self._may_send():
                yield from self._send_next(pool)
            elif self.flights:
                yield from self._land_one()
            elif self.levers.stopped or not (self.unwritten or self._has_more()):
                return
            elif self.levers.paused:
                self.levers.wait_while_paused()
            else:
                (self.work.times.sleep or self.levers.wait)(self.pace.delay)

    def _heed_parallel(self) -> None:
        wanted = self.levers.parallel
        if wanted is not None and wanted != self.parallel:
            self.parallel = wanted
            self.pace.change(wanted)

    def _heed_pause(self) -> Iterator[Event]:
        self.was_paused = self.levers.paused
        if self.was_paused:
            yield Paused()
        elif not self.levers.stopped:
            self.pace.fresh()
            self.lost_in_a_row = 0
            # Somebody may have signed in again meanwhile.
            self.org_checked, self.org_read = False, None
            yield Unpaused()

    def _has_more(self) -> bool:
        if not self.waiting and (batch := next(self.fresh, None)):
            self.waiting.append(batch)
        return bool(self.waiting)

    def _may_send(self) -> bool:
        held = self.levers.stopped or self.levers.paused or self.unwritten or self.pace.delay
        return not held and len(self.flights) < self.pace.limit and self._has_more()

    def _send_next(self, pool: ThreadPoolExecutor) -> Iterator[Event]:
        """Send the next batch, or do what must be done before one may leave."""
        if not self.org_checked:
            yield from self._check_org()
        elif not self.reserve_waived and self.reserve.is_reached(len(self.flights)):
            # An admin who goes on after this has said that the reserve may be used.
            self.reserve_waived = True
            yield from self._brake(f"{self.reserve.words} Going on uses them.")
        else:
            yield from self._send(pool, self.waiting.popleft())

    def _check_org(self) -> Iterator[Event]:
        """Read which org the client opens; end the run if it is another than the plan's.

        Returns early, with nothing checked, if a lever is pulled meanwhile. A plan whose org could
        not be named was confirmed as such.
        """
        if not (self.check.is_named or self.plan.by_value):
            self.org_checked = True
            return
        if self.org_read is None:
            self.org_read = in_background(self._who_is_signed_in)
            self.org_read.add_done_callback(lambda _: self.levers.notify())
        read = self.org_read
        # A lever pulled just before this would wake nobody any more.
        self.levers.wait_until(lambda: read.done() or self.levers.stopped or self.levers.paused)
        if not read.done():
            return
        self.org_read = None
        try:
            org, user = read.result()
        except TokenExpired:
            return
        except ZohoError as error:
            yield from self._org_unread(error)
            return
        why = self.check.other_org(org) if org else ""
        why = why or (self.check.other_user(user) if user else "")
        if why:
            yield from self._brake(f"{why} The run ends here.")
            self.levers.stop()
        else:
            self.org_checked = True

    def _who_is_signed_in(self) -> tuple[Org | None, User | None]:
        """Read what the plan was confirmed for; a plan of ids may be carried out by any user."""
        crm = self.work.crm
        org = crm.org() if self.check.is_named else None
        return org, crm.current_user() if self.plan.by_value else None

    def _org_unread(self, error: ZohoError) -> Iterator[Event]:
        why = f"Before sending, zohotui reads the org again. That failed. {error.detail}"
        # To read again is harmless, so a lost answer is no reason to give up either.
        worth_it = error.temporary or error.result_unknown
        if worth_it and self.pace.refused(error.wait):
            yield Waiting(self.pace.delay, why)
        else:
            yield from self._brake(why, sign_in=needs_sign_in(error))

    def _send(self, pool: ThreadPoolExecutor, batch: Batch) -> Iterator[Event]:
        try:
            sent = self.work.journal.record(Sent(batch, self._other_user))
        except JournalError as error:
            self.waiting.appendleft(batch)
            yield from self._no_journal(
                error, "Nothing is sent unless the journal can be written first."
            )
            return
        flight = pool.submit(self._request, batch)
        self.flights[flight] = batch
        flight.add_done_callback(lambda _: self.levers.notify())
        yield sent

    @property
    def _other_user(self) -> str:
        """Who is signed in, if that is, or may be, another than the plan's user."""
        me = self.work.crm.user_id
        return "" if me in {None, self.plan.target.user_id} else me or UNTOLD

    def _request(self, batch: Batch) -> DeleteAnswer:
        if self.plan.by_value:
            return delete_by_value(self.plan, batch, self.work.crm)
        ids = [str(record_id) for record_id in batch.ids]
        wf_trigger = self.plan.options.wf_trigger
        if len(self.plan.ids) == 1:
            return self.work.crm.delete_record(self.plan.module, ids[0], wf_trigger=wf_trigger)
        return self.work.crm.delete_records(self.plan.module, ids, wf_trigger=wf_trigger)

    def _land_one(self) -> Iterator[Event]:
        """Wait until an answer comes or a lever is pulled; take in one answer."""
        self.levers.wait_until(lambda: any(flight.done() for flight in self.flights))
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
            returned = self.work.journal.record(returned)
        except JournalError as error:
            trouble = error
        yield returned
        if trouble:
            yield from self._no_journal(trouble, "")
        if not landing.temporary:
            yield from self._brake(landing.brake, sign_in=landing.sign_in)
        elif not patient:
            hint = credits_hint(landing, self.work.crm.credits)
            yield from self._brake(f"{landing.brake} This has lasted for minutes{hint}")
        elif not self.levers.stopped and not landing.at_once:
            yield Waiting(self.pace.delay, landing.brake)

    def _write_landings(self) -> Iterator[Event]:
        """Write what has landed, show it, and judge whether to go on."""
        while self.unwritten:
            batch, landing = self.unwritten[0]
            try:
                landed = self.work.journal.record(_landed(batch, landing))
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
        self.levers.brake()
        braked = Braked(why, sign_in)
        # The reason is shown even if the disk does not take it: a failing disk is one itself.
        with suppress(JournalError):
            braked = self.work.journal.record(braked)
        yield braked

    def _no_journal(self, error: JournalError, words: str) -> Iterator[Event]:
        """Pause; end the run if another has changed its journal: there is no way on from that.

        What has landed by then is told, though no journal has it.
        """
        if isinstance(error, JournalTaken):
            yield from self._brake(str(error))
            self.levers.stop()
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
