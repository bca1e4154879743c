"""The list that was entered: for which place it was judged, and what is held because of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from zohotui.config.profiles import Account
from zohotui.deletion.connection import Connection
from zohotui.deletion.export import Beside
from zohotui.deletion.handover.plan_file import has_changed, renewed
from zohotui.deletion.handover.written_plan import HandoverError, OpenedPlan
from zohotui.deletion.ids.pasted import IdList
from zohotui.deletion.model.outcome import Outcome
from zohotui.deletion.model.plan import Handed, Plan, Target, reason_of
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui.activity import forget
from zohotui.tui.proposal import Proposal
from zohotui.tui.session import Session
from zohotui.tui.widgets.results_pane import Exported
from zohotui.tui.words.obstacles import addressed_module, misplaced_in, obstacle, pointing_elsewhere
from zohotui.zoho.records import Module, Org, label_among, singular_among

_JudgedFor = tuple[Module | None, Target | None, Org | None, Account | None, OpenedPlan | None]

_NO_PLAN = (
    "Ids were added that the plan does not have, so the list is no longer that plan. What the "
    "owners keep stays held."
)


class OpenOrg(Protocol):
    """The org that is open, if any is."""

    account: Account | None
    connection: Connection | None


@dataclass
class Entered:
    """Owns the list, and becomes another with every change of ids, module, org or sign-in."""

    session: Session
    org: OpenOrg
    say: Callable[[str], object]
    """Shows a warning."""
    listed: ReviewedList = field(init=False)
    """The ids, and what is known of them."""
    said_ids: IdList | None = None
    """The list whose numbers are record ids although a heading may be the name of a field."""
    plan: OpenedPlan | None = None
    """The plan that was opened; what its owners keep is held in every list of its module."""
    _judged_for: _JudgedFor = (None, None, None, None, None)
    _covered: bool = False
    """Whether the list was the plan, or a part of it."""
    _told_elsewhere: str = ""
    """What was said last of addresses that name another place."""

    def __post_init__(self) -> None:
        self.listed = ReviewedList(steady=self.session.steady)

    def take(self, ids: IdList, module: Module | None) -> None:
        """Begin with a new list if this is another one, or the same for another place.

        What was taken out stays out as long as it is in the list. Ids whose address names another
        place are held from here on.
        """
        connection = self.org.connection
        judged_for = (
            module,
            connection.target if connection else None,
            connection.org if connection else None,
            self.org.account,
            self.plan,
        )
        if self.listed.rows.ids is ids.ids and self._judged_for == judged_for:
            return
        forget(self.listed)
        plan = self._plan_here
        listed = ReviewedList(
            ids.ids,
            barred={**self.kept, **misplaced_in(connection, module, ids)},
            as_planned=plan.written.seen if plan else None,
            steady=self.session.steady,
        )
        out = set(self.listed.taken_out)
        if out:
            listed.take_out(place for place, one in enumerate(ids.ids) if one in out)
        self.listed, self._judged_for = listed, judged_for
        # Another module is no other list, and is seen above it.
        covered = plan is not None and plan.covers(ids.ids, plan.written.module)
        if self._covered and not covered and len(ids):
            self.say(_NO_PLAN)
        self._covered = covered

    @property
    def kept(self) -> Mapping[int, Outcome]:
        """By id: what is never deleted in this org, in whatever list or run it is, and why."""
        return plan.held if (plan := self._plan_here) else {}

    @property
    def _plan_here(self) -> OpenedPlan | None:
        """The plan that was opened, if it is for the org that is open."""
        plan, connection = self.plan, self.org.connection
        if plan is None or connection is None or plan.written.why_not_in(connection.target):
            return None
        return plan

    def _handed(self, ids: IdList, module: Module | None) -> Handed | None:
        """Tell of which plan every id of the list is; None if of none."""
        plan = self._plan_here
        covers = plan is not None and module and len(ids) and plan.covers(ids.ids, module.api_name)
        return plan.written.handed if plan is not None and covers else None

    @property
    def out_of_date(self) -> str:
        """Say what has been written since it was read, the plan or the settings; else nothing."""
        if why := self._outdated:
            return f"{why} Press Esc: nothing is deleted by what they said before."
        if self._plan_here is None or not has_changed(self._plan_here):
            return ""
        return "The plan or its owners' list has changed. Press Esc and delete again."

    @property
    def _outdated(self) -> str:
        """Say that the settings of the profile that is open are others by now, or nothing."""
        profiles, account = self.session.profiles, self.org.account
        return profiles.outdated(account.profile) if profiles and account else ""

    def why_no_values(self, plan: Plan) -> str:
        """Say why values cannot be sent beside a plan in which owners keep records, or nothing."""
        if not (plan.by_value and self.kept):
            return ""
        return (
            "Owners keep records by the plan that is open, and it is not known which records these "
            "values are of. Start zohotui without --plan for them."
        )

    def held_to_plan(self, proposal: Proposal) -> tuple[Proposal, ReviewedList]:
        """Hold the ids of an earlier run to the plan that is open, as those of a list are."""
        here, draft = self._plan_here, proposal.plan
        listed = ReviewedList(
            draft.ids,
            barred=self.kept,
            as_planned=here.written.seen if here else None,
            steady=self.session.steady,
        )
        # Another plan may hold the same ids, and its owners are others.
        opened = here is not None and here.written.sha256 == proposal.of_plan
        return replace(proposal, of_plan=None if opened else proposal.of_plan), listed

    def look_again(self) -> str:
        """Heed what owners have written since; say why nothing can be asked now, or nothing.

        Neither with a plan that cannot be used, nor with settings that are others by now.
        """
        if why := self._outdated:
            return f"{why} [profile] opens it again."
        try:
            self.plan = renewed(self.plan) if self.plan else None
        except HandoverError as error:
            return str(error)
        return ""

    def addressed(self, ids: IdList) -> Module | None:
        """Return the module that all addresses of the list name; None if there is none."""
        return addressed_module(self.org.connection, ids)

    def tell_elsewhere(self, ids: IdList, module: Module | None) -> None:
        """Say which addresses point elsewhere, unless that was said of the list before."""
        told = pointing_elsewhere(self.org.connection, module, ids)
        if told and told != self._told_elsewhere:
            self.say(told)
        self._told_elsewhere = told

    def exported(self, ids: IdList) -> Exported | None:
        """Say of what the list is, for a file; None without an org or a module."""
        connection, account, module = self.org.connection, self.org.account, self._judged_for[0]
        if connection is None or account is None or module is None or not len(ids.ids):
            return None
        listed = self.listed
        plan = self._plan(connection, account, module, ids)
        return Exported(plan, None, Beside(named=listed.record))

    def propose(self, ids: IdList, module: Module | None) -> Proposal | str:
        """Make a plan of the whole list, or say what stands in the way."""
        connection, account = self.org.connection, self.org.account
        misplaced = misplaced_in(connection, module, ids)
        why = obstacle(connection, module, ids, misplaced) or self.look_again()
        if why or connection is None or module is None or account is None:
            return why
        self.take(ids, module)
        return Proposal.of(self._plan(connection, account, module, ids), ids, module)

    def _plan(self, connection: Connection, account: Account, module: Module, ids: IdList) -> Plan:
        return Plan(
            target=connection.target,
            module=module.api_name,
            label=label_among(module, connection.modules),
            singular=singular_among(module, connection.modules),
            permanent=module.permanent,
            ids=ids.ids,
            options=self.session.options(account, connection.org),
            source=ids.source,
            listings=ids.listings,
            handed=self._handed(ids, module),
            reason=reason_of(self.session.reason),
        )
