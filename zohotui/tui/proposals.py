"""What can be proposed of an earlier run: the rest that was not sent, or what failed once more."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from zohotui.deletion.model.outcome import State, is_retried
from zohotui.deletion.model.plan import Options, Plan, PlanError, Target
from zohotui.tui.proposal import Proposal
from zohotui.tui.shown_run import ShownRun
from zohotui.zoho.external import values_at_once

_TOLD = 3
"""Reasons of which a retry tells."""


def rest_of(run: ShownRun, name: str, recycle_bin: bool | None) -> Proposal:
    """Propose what was not sent of a run that was cut off, as it was confirmed.

    `name`: what the run is called; `recycle_bin`: whether its module has one, None if the org did
    not say.
    """
    rows = run.rows
    places = list(rows.places([State.ENTERED]))
    plan = replace(
        run.plan,
        ids=[rows.ids[place] for place in places],
        permanent=run.plan.permanent or recycle_bin is False,
        left_out=(),
        reviewed=None,
    )
    return Proposal(
        plan,
        recycle_bin,
        origin=f"of the {name} that was cut off: not sent yet",
        calls_left=len({run.plan.batch_number(place) for place in places}),
        of_plan=run.plan.handed.sha256 if run.plan.handed else None,
    )


def retry_of(
    run: ShownRun, name: str, recycle_bin: bool | None, target: Target, options: Options
) -> Proposal | None:
    """Propose what failed or was not sent in a run, as a new one; None if nothing may be so.

    Raises PlanError for values that may be another user's own, and for a run that only restores.
    """
    if run.plan.restores:
        raise PlanError("This run only restores. Nothing of it can be deleted.")
    if why := values_of_another(run.plan, target):
        raise PlanError(why)
    rows = run.rows
    places = rows.any_like(is_retried)
    if not places:
        return None
    counts = Counter(rows.state(place) for place in places)
    parts = " · ".join(f"{number:,} {state}" for state, number in counts.items())
    ids = [rows.ids[place] for place in places]
    size = options.batch_size
    if run.plan.by_value:
        external = run.plan.external
        size = values_at_once([external[number] for number in ids], size)
    plan = replace(
        run.plan,
        target=target,
        ids=ids,
        permanent=run.plan.permanent if recycle_bin is None else not recycle_bin,
        left_out=(),
        reviewed=None,
        # What has changed since it was written is not looked at here: the plan is to be opened.
        handed=None,
        options=replace(options, wf_trigger=run.plan.options.wf_trigger, batch_size=size),
    )
    refused = Counter(rows.outcome(place) for place in places)
    said = " · ".join(
        f"{number:,} refused: {outcome.code}, {outcome.message}".removesuffix(", ")
        for outcome, number in refused.most_common(_TOLD)
        if outcome.state is State.FAILED
    )
    return Proposal(
        plan,
        recycle_bin,
        origin=f"of the {name}: {parts}",
        last_time=said,
        of_plan=run.plan.handed.sha256 if run.plan.handed else None,
    )


def values_of_another(plan: Plan, target: Target) -> str:
    """Say that a run sent values which may name other records for who is signed in now.

    Empty for a run of ids, and for the same user.
    """
    if not plan.by_value or (target.user_id and target.user_id == plan.target.user_id):
        return ""
    return (
        f"This run sent values of {plan.by_value}, and they may name other records for another "
        f"user: sign in as {plan.target.user or 'the user who began it'} ([sign_in])."
    )
