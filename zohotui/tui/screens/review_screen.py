"""A screen that looks before it asks: each record is read, judged and saved; then the sentence.

confirm() → a review, unless there is a fresh one → a job in a thread → a Looked message for each
event → the plan of what is ready → ConfirmDelete → go. What is drawn belongs to the subclass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from textual import on, work
from textual.message import Message
from textual.worker import Worker, WorkerState, get_current_worker

from zohotui.deletion.journal.disk_check import disk_trouble
from zohotui.deletion.journal.lock import occupied
from zohotui.deletion.journal.snapshot import SnapshotError
from zohotui.deletion.model.events import Reviewed, ReviewEnded, ReviewEvent
from zohotui.deletion.model.levers import Cause
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.rows import spans
from zohotui.deletion.review.guards import GuardError
from zohotui.deletion.review.review import Before, calls_of
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.delete_question import ConfirmDelete
from zohotui.tui.dialogs.rounded import NOT_RIGHT, said_right
from zohotui.tui.phase import Phase
from zohotui.tui.proposal import SHOWN_NAMES, Copies, Proposal
from zohotui.tui.ready import plan_or_why, too_old
from zohotui.tui.reviewing import Look, Saved, look_over
from zohotui.tui.screens.past_screen import Go, PastScreen
from zohotui.tui.session import Session
from zohotui.tui.text import count, told_by_state
from zohotui.tui.undo_rights import undo_caution, undo_obstacle

_GROUP = "review"

_STOPPED = "The review was stopped; nothing was deleted."


class ReviewScreen(PastScreen):
    """Reads one list at a time."""

    @dataclass
    class Looked(Message):
        """A review went a step on."""

        look: Look
        event: ReviewEvent | Saved

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.listed = ReviewedList(steady=session.steady)
        """The list that was entered, and what is known of it."""
        self._look: Look | None = None
        """The review that is under way."""
        self._reader: Worker[None] | None = None
        """Its thread."""
        self._reread: list[tuple[int, int]] = []
        """Spans of rows that differ since the last repaint."""
        self._asked: ReviewedList | None = None
        """The list for which the sentence is being asked."""
        self._touched = session.clock(), session.steady()
        """When the last key was pressed, by both clocks."""

    def list_shown(self, listed: ReviewedList, label: str) -> None:
        """Show a list that is being read."""

    def list_changed(self, spans: Sequence[tuple[int, int]]) -> None:
        """Repaint the rows of these (start, count) spans of the list that is shown."""

    def list_left(self) -> None:
        """Show again what was shown before."""

    def on_mount(self) -> None:
        """Keep a clock for repaints, which stands still while nothing is read."""
        self._reading = self.set_interval(1 / self.session.frames, self._show_read, pause=True)

    def on_unmount(self) -> None:
        """Leave nothing behind of what nobody confirmed."""
        self.stop_reading()
        self.forget_all()

    def leave(self, cause: Cause | None = None) -> None:
        """Read nothing more, then leave as soon as nothing is in flight."""
        self.stop_reading()
        super().leave(cause)

    def stop_reading(self) -> None:
        """Let a review end that is under way; from any thread."""
        if (look := self._look) is not None:
            look.control.abandon()

    def forget_all(self) -> None:
        """Erase the copies of all that nobody confirmed; from any thread, once no run begins."""
        look, asked = self._look, self._asked
        if look is not None and look.snapshot is not None:
            look.snapshot.discard()
        for listed in (self.listed, asked, look.listed if look else None):
            if listed is not None:
                self.forget(listed)

    def forget(self, listed: ReviewedList) -> None:
        """Erase the copies of records that were not deleted after all."""
        snapshot, listed.snapshot = listed.snapshot, None
        if snapshot is not None:
            snapshot.discard()

    def confirm(self, proposal: Proposal, go: Go, listed: ReviewedList | None = None) -> None:
        """Review what is proposed, unless that was done just now; then ask for the sentence."""
        why = ""
        if self.read_only:
            why = "This session is read-only: nothing can be deleted in it."
        if not why and self.phase is Phase.VERIFYING:
            self.after_verifying(partial(self.confirm, proposal, go, listed))
            return
        why = why or occupied(self.session.locks, proposal.plan)
        why = why or disk_trouble(self.session.journals)
        if why or self.account is None:
            self.say(why, "error")
            return
        if listed is None:
            listed = ReviewedList(proposal.plan.ids, steady=self.session.steady)
        ask = partial(self._ask_if_ready, proposal, go, listed)
        kept = listed.snapshot is not None or self.account.profile.snapshot == "off"
        if kept and listed.is_fresh(self.session.clock(), self._minutes):
            ask()
        else:
            self.review(proposal.plan, listed, ask)

    @property
    def _minutes(self) -> int:
        """How long a review counts."""
        return self.account.profile.review_valid_minutes if self.account else 0

    def review(self, draft: Plan, listed: ReviewedList, then: partial[None] | None = None) -> None:
        """Read each record of a list; the phase changes at once, so that no second key counts."""
        if self.account is None:
            return
        if self.phase is Phase.VERIFYING:
            self.after_verifying(partial(self.review, draft, listed, then))
            return
        looked = then is None and listed.is_fresh(self.session.clock(), self._minutes)
        self._look = Look(listed, draft, then)
        self.progress = self._look.progress
        self.phase = Phase.REVIEWING
        self.app.clear_notifications()
        self.list_locked(locked=True)
        self._begin_review(self._look, listed.before(looked=looked))

    # In a group of its own: no other dialog may cancel what holds the list.
    @work(group="begin-review", description="begin review")
    async def _begin_review(self, look: Look, before: Before | None) -> None:
        account = self.account
        if account is None:
            return
        if account.profile.snapshot == "full":
            calls = calls_of(look.listed.to_read, whole=True)
            left = account.crm.credits
            have = "" if left is None else f" of {left:,} that are left"
            question = (
                f'snapshot = "full": each record is read by itself, which takes '
                f"{count(calls, 'API call')}{have}."
            )
            if not await self.app.push_screen_wait(Ask(question, "Read them", "Do not read")):
                self._end_review("Nothing was read.", failed=False)
                return
        if self.account is not account or look.control.abandoned:
            self._end_review(_STOPPED, failed=False)
            return
        self.list_shown(look.listed, look.draft.label)
        self._reading.resume()
        self._reader = self._read(look, before)

    @work(thread=True, group=_GROUP, exit_on_error=False, description="review")
    def _read(self, look: Look, before: Before | None) -> None:
        worker, account = get_current_worker(), self.account
        if account is None:
            return

        def post(event: ReviewEvent | Saved) -> None:
            if worker.is_cancelled:
                look.control.abandon()
            self.post_message(self.Looked(look, event))

        look_over(look, before, account, self.session, post)

    @on(Looked)
    def looked(self, message: Looked) -> None:
        """Follow the review by one event."""
        look, event = message.look, message.event
        if look is not self._look:
            return
        if isinstance(event, Saved):
            self.forget(look.listed)
            look.listed.snapshot = look.snapshot
            look.listed.seconds_a_call = event.seconds_a_call
            return
        look.follow(event)
        if isinstance(event, Reviewed):
            self._reread += spans(event.places)
        elif isinstance(event, ReviewEnded):
            self._show_read()

    def _show_read(self) -> None:
        """Repaint what changed; called some times a second while a list is read."""
        spans, self._reread = self._reread, []
        if self._look is not None:
            with self.app.batch_update():
                self.list_changed(spans)
                self.progress = self._look.progress

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Go on once the review's thread is over."""
        if event.worker.group != _GROUP:
            return
        event.prevent_default()
        look = self._look
        if look is None or event.worker is not self._reader:
            return
        if event.state is WorkerState.SUCCESS:
            self._reviewed(look)
        elif event.state is WorkerState.ERROR:
            error = event.worker.error
            self.log.error(error)
            look.listed.cancel()
            self.forget(look.listed)
            words = f"The review died of a fault in zohotui ({type(error).__name__})."
            if isinstance(error, SnapshotError | GuardError):
                words = str(error)
            self._end_review(f"{words} Nothing was deleted.", failed=True)

    def _reviewed(self, look: Look) -> None:
        listed = look.listed
        ask = None if self.app.screen is not self else look.then
        if listed.forbidden:
            # What an earlier review saved is not what goes now.
            self.forget(listed)
        if look.control.abandoned:
            listed.cancel()
            self.forget(listed)
            self._end_review(_STOPPED, failed=False)
        elif listed.why and not (listed.forbidden and look.then):
            listed.began = None
            again = " v reads again." if listed is self.listed else ""
            self._end_review(f"The review ended early. {listed.why}{again}", failed=True)
        elif look.then is not None and not listed.is_armed(self.session.clock(), self._minutes):
            self._end_review(
                f"To read {count(len(listed), 'record')} took longer than a review counts "
                f"(review_valid_minutes = {self._minutes}). Raise that in the profile, or delete "
                "fewer at once.",
                failed=True,
            )
        elif ask is not None:
            # Straight from one phase to the next: nothing else may come between.
            self._put_look_away()
            ask()
            if self.phase is Phase.REVIEWING:
                self._end_review("", failed=False)
        else:
            words = told_by_state(listed.rows)
            on = "" if look.then is None else f" {self._key(listed)} goes on to the sentence."
            told = " ".join([f"Read: {words}.{on}", *listed.unguarded])
            self._end_review(told, failed=bool(listed.unguarded))

    def _put_look_away(self) -> None:
        self._reading.pause()
        self._show_read()
        self._look = self._reader = None

    def _end_review(self, words: str, *, failed: bool) -> None:
        if self._look is not None:
            self.forget_unless_entered(self._look.listed)
        self._put_look_away()
        if self.phase is Phase.REVIEWING:
            self.phase = Phase.IDLE
        self.list_locked(locked=False)
        self.list_left()
        if words:
            self.say(words, "error" if failed else "information")
        if self.leaving:
            self.app.exit()

    def _ask_if_ready(self, proposal: Proposal, go: Go, listed: ReviewedList) -> None:
        """Ask for the sentence if anything is ready and no guard forbids so many."""
        account = self.account
        if account is None:
            return
        shown = listed is self.listed
        plan, why = plan_or_why(proposal, listed, account, self.session, shown=shown)
        if plan is None:
            if proposal.calls_left is not None:
                self.ask_again()
            self.forget_unless_entered(listed)
            if proposal.rounding is not None and proposal.rounding.asks:
                why = f"{why} {proposal.rounding.words}."
            if self.phase is not Phase.REVIEWING:
                self.say(why, "error")
            else:
                self._end_review(why, failed=True)
            return
        snapshot, whole = listed.snapshot, account.profile.snapshot == "full"
        proposal = replace(
            proposal,
            plan=plan,
            findings=listed.findings(SHOWN_NAMES),
            unread="" if listed.began is not None else listed.why,
            undo_trouble=undo_obstacle(account) or undo_caution(self.connection),
            copies=Copies.of(snapshot, whole=whole) if snapshot else None,
            skew=account.crm.clock.skew,
        )
        self.phase = Phase.CONFIRMING
        self.app.clear_notifications()
        self.list_locked(locked=True)
        self._asked = listed
        self._ask_for_sentence(proposal, go, listed)

    @work(group="dialog", exclusive=True, description="confirm")
    async def _ask_for_sentence(self, proposal: Proposal, go: Go, listed: ReviewedList) -> None:
        account = self.account
        if account is None:
            return
        plan = None
        right = await said_right(proposal, listed, self.app.push_screen_wait)
        if right is None:
            self.say(NOT_RIGHT)
        else:
            clock, key = self.session.clock, self._key(listed)
            not_now = partial(too_old, listed, clock, self._minutes, key)
            dialog = ConfirmDelete(right, account.crm.credits, clock, not_now)
            plan = await self.app.push_screen_wait(dialog)
        self._asked = None
        if plan is not None and self.account is account:
            go(plan, account.crm, listed)
        if self.phase is not Phase.CONFIRMING:
            return
        self.forget_unless_entered(listed)
        self.phase = Phase.IDLE
        self.list_locked(locked=False)
        self.list_left()

    def forget_unless_entered(self, listed: ReviewedList) -> None:
        """Erase the copies of a list that nobody can come back to."""
        if listed is not self.listed:
            self.forget(listed)

    def _key(self, listed: ReviewedList) -> str:
        return "d" if listed is self.listed else "The same key"

    def _leave_org(self) -> None:
        self.stop_reading()
        super()._leave_org()

    def touched(self) -> None:
        """Note a key; after too long without one nothing that was read counts any more."""
        now = self.session.clock(), self.session.steady()
        before, self._touched = self._touched, now
        minutes = self.account.profile.idle_minutes if self.account else 0
        # One may have been put back, the other may stand still while the machine sleeps.
        if not minutes or not 60 * minutes < max(now[0] - before[0], now[1] - before[1]):
            return
        lists = [self.listed, *([self._asked] if self._asked else [])]
        if any(listed.began is not None or listed.forbidden for listed in lists):
            for listed in lists:
                listed.expire()
            if self.phase is Phase.IDLE:
                self.list_left()
            self.say(
                f"No key for {count(minutes, 'minute')}: records are read again before any goes.",
                "warning",
            )

    @property
    def asks_soon(self) -> bool:
        """Whether the sentence is asked for as soon as nothing else is going on."""
        leads = self._look is not None and self._look.then is not None
        return self.phase is Phase.CONFIRMING or (leads and self.phase is Phase.REVIEWING)

    def action_end_review(self) -> None:
        """End a review."""
        self.stop_reading()

    def action_stop(self) -> None:
        """End a review, or a run."""
        if self.phase is Phase.REVIEWING:
            self.stop_reading()
        else:
            super().action_stop()

    def _change_parallel(self, by: int) -> None:
        look = self._look
        if look is None:
            super()._change_parallel(by)
            return
        number = min(max(1, look.progress.parallel + by), self.most_at_once)
        look.control.parallel = number
        self._show_read()
