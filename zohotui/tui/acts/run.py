"""What the commands do that belong to one run: pause, go on, retry, look up, undo, export.

Whatever sends or restores asks first, in this order: is there a sign-in to the org of the run, is
the run surely not going on elsewhere, and is a list of ids there that would be overlooked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from zohotui.config.profiles import Account
from zohotui.deletion.afterwards.whereabouts import IDS_UNKNOWN
from zohotui.deletion.journal.lock import occupied
from zohotui.deletion.journal.receipt import receipt_of
from zohotui.deletion.journal.ticket import ticket
from zohotui.deletion.model.outcome import AWAY
from zohotui.deletion.model.plan import PlanError
from zohotui.tui.activity import RunActivity
from zohotui.tui.acts.place import Place
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.differences import Differences
from zohotui.tui.dialogs.pages import Receipt
from zohotui.tui.dialogs.undo_question import Rights, UndoQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.proposals import rest_of, retry_of, values_of_another
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.words.text import count
from zohotui.tui.words.undo_rights import undo_caution, undo_obstacle


class RunPlace(Place, Protocol):
    """The screen of one run."""

    shown: ShownRun

    def call_later(self, callback: Callable[[], object]) -> object:
        """Do something behind all that is being done."""


def pause(on: RunPlace) -> None:
    """Send nothing more for now."""
    on.office.desk.pause()


def resume(on: RunPlace) -> None:
    """Go on after a pause, or with a run that was cut off."""
    if on.office.phase is Phase.PAUSED:
        activity = on.office.desk.activity
        ours = isinstance(activity, RunActivity) and activity.run is on.shown
        if ours and isinstance(activity, RunActivity) and activity.resume():
            on.office.changed()
    else:
        _go_on(on)


def _go_on(on: RunPlace) -> None:
    office, shown = on.office, on.shown
    account = _account(on, resume)
    if account is None or not shown.resumable or _list_is_at_stake(on, "[resume] goes on"):
        return
    connection = office.org.connection
    if connection is not None and (why := values_of_another(shown.plan, connection.target)):
        office.say(why, "error")
        return
    proposal = rest_of(shown, office.runs.name_of(shown), office.org.has_bin(shown.plan.module))
    office.confirming.confirm(
        proposal,
        partial(office.runs.resume, shown),
        not_ready=partial(office.runs.ask_about, shown.plan.target, [shown]),
    )


def retry(on: RunPlace) -> None:
    """Ask for a new run of what failed or was not sent in this one."""
    office, shown = on.office, on.shown
    account = _account(on, retry)
    connection = office.org.connection
    if account is None or connection is None or _list_is_at_stake(on, "[retry] retries"):
        return
    try:
        proposal = retry_of(
            shown,
            office.runs.name_of(shown),
            office.org.has_bin(shown.plan.module),
            connection.target,
            office.session.options(account, connection.org),
        )
    except PlanError as error:
        office.say(str(error), "error")
        return
    if proposal is None:
        office.say(
            "Somebody may have restored these on purpose. To delete them, enter their ids again.",
            "error",
        )
    else:
        office.confirming.confirm(proposal, office.runs.start)


def _list_is_at_stake(on: RunPlace, then: str) -> bool:
    """Say so if a list was entered meanwhile; `then`: what could be done without it."""
    if on.office.list_at_stake:
        on.office.say(
            f"There is a new list of ids. On the list [clear] clears it, then {then}.", "error"
        )
    return on.office.list_at_stake


def look_up(on: RunPlace) -> None:
    """Read what became of the ids that are unknown."""
    account = _account(on)
    if on.shown.plan.by_value:
        on.office.say(IDS_UNKNOWN, "warning")
    elif account is not None:
        on.office.runs.look_up(on.shown, account.crm)


def undo(on: RunPlace) -> None:
    """Bring back what this run deleted, after the sentence."""
    on.office.desk.when_free(partial(_begin_undo, on))


def _begin_undo(on: RunPlace) -> None:
    account = _account(on, undo)
    if account is None:
        return
    why = IDS_UNKNOWN if on.shown.plan.by_value else ""
    if why := why or occupied(on.office.session.archive.locks, on.shown.plan):
        on.office.say(why, "error")
    else:
        on.office.desk.open(partial(_undo, on, account))


async def _undo(on: RunPlace, account: Account) -> None:
    office, shown = on.office, on.shown
    away = list(shown.rows.places(AWAY))
    rights = Rights(
        undo_obstacle(account),
        undo_caution(office.org.connection, shown.plan.target),
        account.crm.clock.skew,
    )
    name = office.runs.name_of(shown)
    agreed = await office.answer(UndoQuestion(shown, name, office.session.clock, rights))
    if agreed and office.org.account is account and office.phase is Phase.IDLE:
        office.runs.undo(shown, account.crm, away)


def show_differences(on: RunPlace) -> None:
    """Show what an undo did not bring back as it was saved."""
    on.office.desk.open(partial(on.office.answer, Differences(on.shown)))


def show_receipt(on: RunPlace) -> None:
    """Show the receipt of the run."""
    if on.shown.journal is not None:
        on.office.desk.open(partial(on.office.answer, Receipt(receipt_of(on.shown.journal))))


def copy_ticket(on: RunPlace) -> None:
    """Send a few lines about the run to the clipboard, for a ticket."""
    text = ticket(on.shown.run, on.shown.journal)
    on.office.copy(text)
    lines = count(len(text.splitlines()), "line")
    on.office.say(f"Sent to the terminal's clipboard: {lines} about the run, for a ticket.")


def _account(on: RunPlace, then: Callable[[RunPlace], object] | None = None) -> Account | None:
    """Return the sign-in, if the run was surely in the org that is open.

    None too if the run may be going on elsewhere; then the admin is asked, and `then` may follow.
    """
    org, shown = on.office.org, on.shown
    if org.target is None or org.account is None:
        on.office.say(
            "Not connected to an org yet. [connect] tries again, [sign_in] signs in.",
            "error",
        )
        return None
    if shown.plan.target.same_org(org.target):
        if then is None or not shown.moved or shown.alone:
            return org.account
        on.office.desk.open(partial(_ask_if_alone, on, then))
        return None
    unnamed = not shown.plan.target.zgid and not org.target.zgid
    if unnamed and shown.crm is org.account.crm:
        return org.account
    words = "That run was in another org"
    if not shown.plan.target.zgid:
        words = "The org of that run has no known number, so it may not be this one"
    on.office.say(f"{words}: {shown.plan.target.words}.", "error")
    return None


async def _ask_if_alone(on: RunPlace, then: Callable[[RunPlace], object]) -> None:
    """Ask whether the run is going on elsewhere, before it may send or restore."""
    question = (
        f"The journal of this run was {on.shown.moved}. If another zohotui is working on the "
        "same run, records may be deleted or restored twice. Are you sure that none is?"
    )
    if await on.office.answer(Ask(question, "None is", "Not sure: do nothing")):
        on.shown.alone = True
        on.call_later(partial(then, on))
