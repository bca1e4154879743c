"""What the list does for records that others deleted: it looks for them, asks, and restores them.

1. The ids are looked for in the Recycle Bin; many cost calls, and are asked about first.
2. The question says who deleted what when, and asks for its own sentence.
3. What was confirmed becomes a run that only restores, with a journal and a receipt as any other.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from zohotui.config.profiles import Account
from zohotui.deletion.afterwards.by_others import NotLookedUp, calls_to_find, find_deleted
from zohotui.deletion.journal.disk_check import disk_trouble
from zohotui.deletion.journal.lock import occupied
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.plan import Plan, Target
from zohotui.tui.acts.list import ListPlace, propose
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.undo_question import Rights, UndoQuestion
from zohotui.tui.dialogs.wait import Stopped, read_in_sight
from zohotui.tui.keys.phase import Phase
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.words.text import count
from zohotui.tui.words.undo_rights import sees_no_bin, undo_caution, undo_obstacle

MOST_UNASKED = 20
"""API calls that looking may take without a question."""

_ELSEWHERE = frozenset({Code.WRONG_MODULE, Code.OTHER_ORG, Code.TAKEN_OUT})
"""Why an id of the list is not looked for."""


def restore_deleted(on: ListPlace) -> None:
    """Look for the ids of the list in the Recycle Bin, and restore what is there if confirmed."""
    on.office.desk.when_free(partial(_begin, on))


def _begin(on: ListPlace) -> None:
    proposal, account, archive = propose(on), on.office.org.account, on.office.session.archive
    if proposal is None or account is None:
        return
    plan = proposal.plan
    why = "The module has no Recycle Bin, so nothing can be restored." if plan.permanent else ""
    why = why or sees_no_bin(account) or occupied(archive.locks, plan)
    if why := why or disk_trouble(archive.journals):
        on.office.say(why, "error")
        return
    rows = on.listed.rows
    ids = [
        record_id
        for place, record_id in enumerate(rows.ids)
        if rows.outcome(place).code not in _ELSEWHERE
    ]
    on.office.desk.open(partial(_restore, on, plan, ids, account))


async def _restore(on: ListPlace, draft: Plan, ids: Sequence[int], account: Account) -> None:
    office = on.office
    if not ids or not await _may_look(on, len(ids), account):
        return
    words, levers = f"Looking for {count(len(ids), 'id')} in the Recycle Bin…", Levers()
    find = partial(find_deleted, draft, ids, account.crm, levers)
    try:
        plan = await read_in_sight(office.answer, words, find)
    except Stopped:
        office.say("Stopped looking in the Recycle Bin. Nothing was restored.")
        return
    except NotLookedUp as error:
        office.say(f"{error} Nothing was restored.", "error")
        return
    finally:
        # Nobody waits any more for what is still being read.
        levers.abandon()
    if office.org.account is not account or office.phase is not Phase.IDLE:
        return
    if plan is None:
        them = "The id is not" if len(ids) == 1 else f"None of the {len(ids):,} ids is"
        office.say(f"{them} in the Recycle Bin, as far as your user sees it.")
        return
    shown = ShownRun(plan, time.monotonic)
    caution = undo_caution(office.org.connection, _who_deleted(plan))
    rights = Rights(undo_obstacle(account), caution, account.crm.clock.skew)
    agreed = await office.answer(
        UndoQuestion(shown, count(len(ids), "id"), office.session.clock, rights)
    )
    if agreed and office.org.account is account and office.phase is Phase.IDLE:
        office.runs.restore(shown, account.crm)


async def _may_look(on: ListPlace, number: int, account: Account) -> bool:
    calls, left = calls_to_find(number), account.crm.credits
    if calls <= MOST_UNASKED:
        return True
    have = "" if left is None else f" of {left:,} that are left"
    question = (
        f"Looking for {count(number, 'id')} in the Recycle Bin takes {calls:,} API calls{have}."
    )
    agreed: bool | None = await on.office.answer(Ask(question, "Look for them", "Do not look"))
    return bool(agreed)


def _who_deleted(plan: Plan) -> Target:
    """Name one who deleted, another user if there is one: `undo_caution` tells what follows."""
    others = [one for one in plan.deletions.values() if one.by_id != plan.target.user_id]
    if not others:
        return plan.target
    return replace(plan.target, user=others[0].by, user_id=others[0].by_id)
