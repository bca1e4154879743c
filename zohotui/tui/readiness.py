"""Whether a list that was reviewed may be asked about, and if not, why."""

from __future__ import annotations

from collections.abc import Callable

from zohotui.config.profiles import Account
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.plan import Plan, PlanError
from zohotui.deletion.review import selection
from zohotui.deletion.review.guards import GuardError, Guards, Today, deleted_today
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui.proposal import Proposal
from zohotui.tui.session import Session
from zohotui.tui.words.text import count, told_by_code, told_by_state


def plan_or_why(
    proposal: Proposal, listed: ReviewedList, account: Account, session: Session, *, shown: bool
) -> tuple[Plan | None, str]:
    """Make the plan of what is ready, or say in sentences why there is none to be confirmed.

    `shown`: whether the list stays on the screen, so that a filter tells the rest.
    """
    resumed = proposal.calls_left is not None
    plan, why = None, ""
    try:
        plan = selection.plan(listed, proposal.plan)
        why = _too_many(plan, listed, account, session, resumed=resumed)
    except PlanError:
        why = f"None of them can be deleted: {_told(listed, shown=shown)}"
    except (GuardError, JournalError) as error:
        why = f"{error} Nothing was sent."
    if resumed and (plan is None or len(plan.ids) < len(proposal.plan.ids)):
        why = (
            f"Some of this run can no longer be deleted: {_told(listed, shown=shown)} x "
            "closes the run for good, then [retry] makes a new run of the rest."
        )
    return None if why else plan, why


def too_old(listed: ReviewedList, clock: Callable[[], float], minutes: int, key: str) -> str:
    """Say why the sentence of a list does not count any more; empty if it does.

    `clock`: seconds since the epoch; `minutes`: how long a review counts; `key` reviews again.
    """
    if listed.is_armed(clock(), minutes):
        return ""
    old = f"These records were read more than {count(minutes, 'minute')} ago"
    if listed.forbidden:
        old = f"This was looked up more than {count(minutes, 'minute')} ago"
    elif listed.began is None:
        old = "No key was pressed for too long"
    return f"{old}. Esc closes this. {key} reads them again."


def _told(listed: ReviewedList, *, shown: bool) -> str:
    """Say how many are in each state; of a list that is not shown also why."""
    if shown:
        return f"{told_by_state(listed.rows)}. [filter] shows them by state."
    return f"{told_by_code(listed.rows)}."


def _too_many(
    plan: Plan, listed: ReviewedList, account: Account, session: Session, *, resumed: bool
) -> str:
    """Say which guard of the profile forbids this plan; empty if none does."""
    guards = Guards.of(account.profile)
    if listed.began is None and guards.fields:
        return (
            f"The profile's guards need {', '.join(sorted(guards.fields))} of each record, "
            f"but zohotui cannot read that. {listed.why}"
        )
    if plan.handed and listed.began is None:
        return (
            "A plan can only be carried out by a user who may read its records: nobody knows what "
            f"has changed since it was written. {listed.why}"
        )
    if why := guards.blind_to(plan) or guards.one_pair_of_eyes(plan):
        return why
    if resumed:
        # Its ids were counted when the run began.
        return ""
    today = Today()
    if guards.most_a_day:
        today = deleted_today(session.journals, plan.target, session.clock())
    return guards.too_many(len(plan.ids), today)
