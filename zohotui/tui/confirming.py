"""The way from a list to its confirmed plan: review, facts, sentence. Nothing is sent on it.

1. The question opens at once. A review that counts is not repeated; any other is read inside it.
2. A list that looks rounded is held until the admin says that it is right.
3. The facts are shown, the sentence is typed, and what was confirmed is handed on, to the same org.
4. Whatever ends it before that, the copies are erased unless the list can be come back to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from zohotui.config.profiles import Account
from zohotui.deletion.journal.disk_check import disk_trouble
from zohotui.deletion.journal.lock import occupied
from zohotui.deletion.journal.snapshot import SnapshotError
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.review import selection
from zohotui.deletion.review.guards import GuardError
from zohotui.deletion.review.review import calls_of
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.deletion.review.sums import sum_up
from zohotui.deletion.review.workflow import DeleteRules, read_rules
from zohotui.deletion.review_job import ReviewJob
from zohotui.tui.activity import ReviewActivity, forget
from zohotui.tui.connecting import Connecting
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.dialogs.rounded import NOT_RIGHT, said_right
from zohotui.tui.entered import Entered
from zohotui.tui.keys.keymap import with_keys
from zohotui.tui.office import Office
from zohotui.tui.proposal import SHOWN_NAMES, Copies, Proposal
from zohotui.tui.readiness import plan_or_why, too_old
from zohotui.tui.reads import read_unless
from zohotui.tui.widgets.run_status import Progress
from zohotui.tui.words.text import count, told_by_state
from zohotui.tui.words.undo_rights import undo_caution, undo_obstacle
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import Environment

OnConfirmed = Callable[[Plan, ZohoCRM, ReviewedList], object]
"""What happens once the sentence has been typed."""

TRIED_OUT = frozenset({Environment.SANDBOX, Environment.DEVELOPER, Environment.PRACTICE})
"""Orgs in which a profile may ask for the short sentence."""

UNREAD_VALUES = (
    "The values themselves are sent. It is not known beforehand which record Zoho deletes "
    "for a value, or whether two records have it. Nothing of this can be looked up or "
    "restored here."
)
"""What is to be known of a plan that sends values."""

_STOPPED = "The review was stopped; nothing was deleted."


class ListView(Protocol):
    """The screen of the list that was entered."""

    entered: Entered
    listed: ReviewedList

    def begin_review(self) -> None:
        """Show the list, all of it, as it is read."""

    def show_list(self) -> None:
        """Show the list as it is now."""


class ConfirmingOffice(Office, Protocol):
    """What this needs of the office."""

    org: Connecting
    list_view: ListView


class Confirming:
    """Reviews one list at a time, and asks for one sentence at a time."""

    def __init__(self, office: ConfirmingOffice) -> None:
        self._office, self._session = office, office.session
        self.asked: ReviewedList | None = None
        """The list for which the sentence is being asked."""

    def confirm(
        self,
        proposal: Proposal,
        then: OnConfirmed,
        listed: ReviewedList | None = None,
        not_ready: Callable[[], object] = lambda: None,
    ) -> None:
        """Ask for the sentence, and hand on what was confirmed to `then`.

        `listed`: what is known of the list; None for a list that nobody has read. `not_ready` is
        called if not all that was proposed could be confirmed.
        """
        if self._office.org.read_only:
            self._office.say("This session is read-only: nothing can be deleted in it.", "error")
            return
        entered = self._office.list_view.entered
        # The list that was entered has been held to the plan by now, and is not again.
        why = entered.look_again() if listed is None else ""
        if why := why or entered.why_no_values(proposal.plan):
            self._office.say(why, "error")
            return
        if listed is None:
            proposal, listed = entered.held_to_plan(proposal)
        if why := proposal.wants_its_plan:
            self._office.say(why, "error")
            return
        self._office.desk.when_free(partial(self._open, proposal, then, listed, not_ready))

    def _open(
        self,
        proposal: Proposal,
        then: OnConfirmed,
        listed: ReviewedList,
        not_ready: Callable[[], object],
    ) -> None:
        archive = self._session.archive
        why = occupied(archive.locks, proposal.plan) or disk_trouble(archive.journals)
        if why:
            self._office.say(why, "error")
        elif self._office.desk.open(partial(self._confirm, proposal, then, listed, not_ready)):
            # At once, so that no key which is typed behind this one gets in between.
            self._office.desk.asks, self._office.desk.typed_early = True, False
            self._hold(held=True)

    def _hold(self, *, held: bool) -> None:
        """Keep the list as it is, or let it change again."""
        self._office.desk.holds = held
        self._office.changed()

    async def _confirm(
        self,
        proposal: Proposal,
        then: OnConfirmed,
        listed: ReviewedList,
        not_ready: Callable[[], object],
    ) -> None:
        office, account = self._office, self._office.org.account
        self.asked, plan, why, failed = listed, None, "", False
        try:
            if account is not None:
                plan, why, failed = await self._ask(proposal, listed, account)
        finally:
            self.asked, office.desk.asks = None, False
            if plan is None:
                self._forget_unless_entered(listed)
            self._hold(held=False)
        if plan is not None and account is not None and office.org.account is account:
            then(plan, account.crm, listed)
            self._forget_unless_entered(listed)
            return
        office.list_view.show_list()
        if why:
            office.say(why, "error" if failed else "information")
        if failed:
            not_ready()

    async def _ask(
        self, proposal: Proposal, listed: ReviewedList, account: Account
    ) -> tuple[Plan | None, str, bool]:
        """Return the confirmed plan, or None, why, and whether that is a fault of the list."""
        office, clock, minutes = self._office, self._session.clock, self._minutes
        fresh = listed.is_fresh(clock(), minutes)
        kept = listed.snapshot is not None or account.profile.snapshot == "off"
        activity = None
        if proposal.plan.by_value:
            # Its ids are numbers of values: to read them would open other records.
            listed.not_to_be_read(clock(), UNREAD_VALUES)
        elif not (fresh and kept):
            if not await self._may_read(listed, account):
                return None, "Nothing was read.", False
            activity = self._activity(proposal.plan, listed, account, asks=True)
        question = DeleteQuestion(
            proposal.plan,
            progress=self._progress,
            frames=self._session.frames,
            stop=self.stop_reading,
            change_parallel=lambda by: office.desk.change_parallel(by, office.org.most_at_once),
            early=lambda: office.desk.typed_early,
        )
        answered = asyncio.ensure_future(office.answer(question))
        # It is on top before anything else happens.
        await asyncio.sleep(0)
        ready, why, failed = None, "", False
        try:
            if activity is not None:
                why, failed = await self._read(*activity)
            if not why and not answered.done():
                ready, why, failed = await self._ready(proposal, listed, account)
            if ready is not None and not answered.done():
                read = partial(read_rules, account.crm, ready.plan.module, account.scopes)
                rules = await read_unless(answered, read, DeleteRules())
                ready = replace(ready, rules=rules)
            if ready is not None and not answered.done():
                await question.ask(ready, account.crm.credits, clock(), self._not_now(listed))
                return await answered, "", False
        finally:
            if not answered.done():
                question.dismiss(None)
        return None, why, failed

    def _not_now(self, listed: ReviewedList) -> Callable[[], str]:
        """Make what says why the sentence does not count any more, or nothing if it does."""
        entered, clock, minutes, key = (
            self._office.list_view.entered,
            self._session.clock,
            self._minutes,
            self._key(listed),
        )
        return lambda: too_old(listed, clock, minutes, key) or entered.out_of_date

    async def _ready(
        self, proposal: Proposal, listed: ReviewedList, account: Account
    ) -> tuple[Proposal | None, str, bool]:
        """Propose what is ready, or say why nothing can be confirmed."""
        shown = listed is self._office.list_view.listed
        plan, why = plan_or_why(proposal, listed, account, self._session, shown=shown)
        if plan is None:
            if proposal.rounding is not None and proposal.rounding.asks:
                why = f"{why} {proposal.rounding.words}."
            return None, why, True
        snapshot, whole = listed.snapshot, account.profile.snapshot == "full"
        now = account.crm.clock.by_zoho(self._session.clock())
        sums = await asyncio.to_thread(sum_up, listed, now)
        ready = replace(
            proposal,
            brief=account.profile.short_sentence and plan.target.environment in TRIED_OUT,
            plan=plan,
            sums=sums,
            needs_reason=account.profile.require_reason,
            findings=selection.summary(listed, SHOWN_NAMES),
            unread="" if listed.began is not None else with_keys(listed.why, self._session.keys),
            undo_trouble=self._undo_trouble(plan, account),
            keys=self._session.keys,
            copies=Copies.of(snapshot, whole=whole) if snapshot else None,
            skew=account.crm.clock.skew,
        )
        right = await said_right(ready, listed, self._office.answer)
        return right, "" if right else NOT_RIGHT, False

    def _undo_trouble(self, plan: Plan, account: Account) -> str:
        if plan.by_value:
            return "Only in Zoho CRM's Recycle Bin: the ids are not known here."
        return undo_obstacle(account) or undo_caution(self._office.org.connection)

    def review(self, draft: Plan) -> None:
        """Read each record of the list that was entered; nothing is asked afterwards."""
        self._office.desk.when_free(partial(self._begin_review, draft))

    def _begin_review(self, draft: Plan) -> None:
        self._hold(held=True)
        self._office.work_on(partial(self._review, draft), "begin-review", "review")

    async def _review(self, draft: Plan) -> None:
        office, account = self._office, self._office.org.account
        listed, why, failed = office.list_view.listed, "", False
        try:
            if account is None:
                return
            if not await self._may_read(listed, account):
                why = "Nothing was read."
                return
            office.list_view.begin_review()
            activity = self._activity(draft, listed, account, asks=False)
            why, failed = await self._read(*activity)
            if not why:
                why = " ".join([f"Read: {told_by_state(listed.rows)}.", *listed.unguarded])
                failed = bool(listed.unguarded)
        finally:
            self._hold(held=False)
            office.list_view.show_list()
            if why:
                office.say(why, "error" if failed else "information")

    async def _may_read(self, listed: ReviewedList, account: Account) -> bool:
        """Ask first where each record is read by itself."""
        if account.profile.snapshot != "full":
            return True
        calls = calls_of(listed.to_read, whole=True)
        left = account.crm.credits
        have = "" if left is None else f" of {left:,} that are left"
        question = (
            'snapshot = "full" reads each record by itself. That takes '
            f"{count(calls, 'API call')}{have}."
        )
        ask = Ask(question, "Read them", "Do not read")
        agreed: bool | None = await self._office.answer(ask)
        return bool(agreed)

    def _activity(
        self, draft: Plan, listed: ReviewedList, account: Account, *, asks: bool
    ) -> tuple[ReviewActivity, asyncio.Future[BaseException | None]]:
        ended: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
        job = ReviewJob(
            draft,
            listed.barred,
            account.crm,
            self._session.archive,
            self._office.org.guards,
            account.profile.snapshot,
        )
        looked = not asks and listed.is_fresh(self._session.clock(), self._minutes)

        def then(error: BaseException | None) -> None:
            # Nobody waits for it any more if the screen has gone.
            if not ended.done():
                ended.set_result(error)

        return ReviewActivity(listed, job, then, asks=asks, looked=looked), ended

    async def _read(
        self, activity: ReviewActivity, ended: asyncio.Future[BaseException | None]
    ) -> tuple[str, bool]:
        """Review a list; return why it does not count, and whether that is a fault, or nothing."""
        listed, asks = activity.listed, activity.asks
        if not self._office.desk.start(activity):
            return "Something else is in progress.", True
        error = await ended
        if error is not None:
            listed.cancel()
            forget(listed)
            words = f"The review ended by a fault in zohotui ({type(error).__name__})."
            if isinstance(error, SnapshotError | GuardError):
                words = str(error)
            return f"{words} Nothing was deleted.", True
        if listed.forbidden:
            # What an earlier review saved is not what would be deleted now.
            forget(listed)
        if activity.levers.abandoned:
            listed.cancel()
            forget(listed)
            return _STOPPED, False
        if listed.why and not (listed.forbidden and asks):
            listed.began = None
            again = " [review] reads again." if listed is self._office.list_view.listed else ""
            return f"The review ended early. {listed.why}{again}", True
        if asks and not listed.is_armed(self._session.clock(), self._minutes):
            return (
                f"Reading {count(len(listed), 'record')} took longer than a review is valid "
                f"(review_valid_minutes = {self._minutes}). Raise that in the profile, or "
                "delete fewer records at once."
            ), True
        return "", False

    @property
    def reading(self) -> ReviewActivity | None:
        """The review that is under way."""
        activity = self._office.desk.activity
        return activity if isinstance(activity, ReviewActivity) else None

    def _progress(self) -> Progress | None:
        return self.reading.progress if self.reading else None

    def stop_reading(self) -> bool:
        """End the review that is under way, from any thread; return whether one was."""
        reading = self.reading
        if reading is not None:
            reading.levers.abandon()
        return reading is not None

    def forget_all(self) -> None:
        """Erase the copies of all that nobody confirmed; from any thread, once no run begins."""
        reading = self.reading
        if reading is not None and reading.job.snapshot is not None:
            reading.job.snapshot.discard()
        lists = (self._office.list_view.listed, self.asked, reading.listed if reading else None)
        for listed in lists:
            if listed is not None:
                forget(listed)

    def expire(self) -> bool:
        """Let no review count any more; return whether any did."""
        lists = [self._office.list_view.listed, *([self.asked] if self.asked else [])]
        counted = any(listed.began is not None or listed.forbidden for listed in lists)
        for listed in lists if counted else ():
            listed.expire()
        return counted

    def _forget_unless_entered(self, listed: ReviewedList) -> None:
        """Erase the copies of a list that nobody can come back to."""
        if listed is not self._office.list_view.listed:
            forget(listed)

    def _key(self, listed: ReviewedList) -> str:
        return "[delete]" if listed is self._office.list_view.listed else "The same key"

    @property
    def _minutes(self) -> int:
        """How long a review counts."""
        account = self._office.org.account
        return account.profile.review_valid_minutes if account else 0
