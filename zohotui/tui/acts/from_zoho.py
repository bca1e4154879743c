"""Ways to read a list from Zoho, as the dialog that reads one takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from zohotui.config.profiles import Account
from zohotui.deletion.connection import Connection
from zohotui.deletion.ids.columns import Column
from zohotui.deletion.ids.reader import Cancel
from zohotui.deletion.ids.source import STANDARD_INPUT, source_name
from zohotui.deletion.lists.by_query import read_query
from zohotui.deletion.lists.by_value import ValueRequest, resolve_values
from zohotui.deletion.lists.by_view import read_view
from zohotui.deletion.lists.events import ListEnded, ListEvent
from zohotui.deletion.lists.unread import Unread
from zohotui.deletion.lists.values import Values, question_about, read_values_of
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.plan import Plan, PlanError
from zohotui.tui.confirming import Confirming
from zohotui.tui.connecting import Connecting
from zohotui.tui.dialogs.ask_values import AskValues
from zohotui.tui.dialogs.choose_view import ChooseView
from zohotui.tui.dialogs.open_file import Taken
from zohotui.tui.dialogs.read_list import ReadList, Wanted
from zohotui.tui.dialogs.read_values import ReadValues
from zohotui.tui.office import Office
from zohotui.tui.proposal import Proposal
from zohotui.tui.runs import Runs
from zohotui.tui.session import Session
from zohotui.zoho.external import ExternalField, external_fields
from zohotui.zoho.queries import Query
from zohotui.zoho.records import Module, label_among
from zohotui.zoho.views import CustomView, custom_views

_BY_VIEW = "Each 200 records take 3 API credits."
_BY_QUERY = "Each 2,000 records take 3 API credits."


@dataclass(frozen=True, slots=True)
class FromZoho:
    """What there is to read with, in the org that is open."""

    session: Session
    account: Account
    connection: Connection

    def query(self, query: Query) -> Wanted:
        """Read the ids that a query gives."""
        crm, reserve = self.account.crm, self.account.profile.reserve_credits

        def reading(levers: Levers) -> Generator[ListEvent]:
            return read_query(query, crm, levers, reserve=reserve)

        return Wanted(f"Query over {query.module}", reading, _BY_QUERY, asked_again=True)

    def choose_view(self, module: Module) -> ChooseView:
        """Let the admin choose one of the module's saved views."""
        crm = self.account.crm
        return ChooseView(module.plural_label, lambda: custom_views(crm, module.api_name))

    def fields(self, module: Module) -> Sequence[ExternalField]:
        """List the external fields of the module; raises ZohoError."""
        return external_fields(self.account.crm, module.api_name)

    def ask_values(self, module: Module) -> AskValues:
        """Let the admin type or paste values of one of the module's external fields."""
        return AskValues(module, partial(self.fields, module))

    def view(self, module: Module, view: CustomView) -> Wanted:
        """Read the ids of a saved view."""
        crm, reserve = self.account.crm, self.account.profile.reserve_credits

        def reading(levers: Levers) -> Generator[ListEvent]:
            return read_view(module.api_name, view, crm, levers, reserve=reserve)

        return Wanted(f"View {view.name}", reading, _BY_VIEW, "About {:,} records.")

    def values(self, module: Module, field: str, values: Values) -> Wanted:
        """Find the records that have these values in an external field."""
        crm, profile = self.account.crm, self.account.profile
        options = self.session.options(self.account, self.connection.org)
        request = ValueRequest(
            module.api_name,
            field,
            values.values,
            values.duplicates,
            values.source,
            self.connection.target.user,
            options.parallel,
            profile.reserve_credits,
        )

        def reading(levers: Levers) -> Generator[ListEvent]:
            return resolve_values(request, crm, levers)

        question = question_about(values.values, field)
        if values.asks:
            without = "Go on without them?" if values.rejected_count else "Go on?"
            question = f"{values.asks}\n{question or without}"
        return Wanted(
            f"Values of {field}",
            reading,
            "",
            "{:,} values to find.",
            self._unread(module, field, values),
            question,
        )

    def _unread(self, module: Module, field: str, values: Values) -> Plan | None:
        """Make the plan that sends the values themselves; None if none may be sent so."""
        where = Unread(
            self.connection.target,
            module.api_name,
            label_among(module, self.connection.modules),
            module.permanent,
            self.session.options(self.account, self.connection.org),
            field,
        )
        try:
            return where.plan(values, self.session.clock())
        except PlanError:
            return None


class ListingOffice(Office, Protocol):
    """What this needs of the office."""

    org: Connecting
    runs: Runs
    confirming: Confirming


async def values_from(
    office: Office,
    source: Path | bytes,
    names: Sequence[str],
    *,
    module: Module,
    chosen: Column | None = None,
) -> Values | None:
    """Read the values of a file; say why there are none, and return None then.

    `names`: what the field is called; `chosen`: the column that was picked.
    """

    def read(cancelled: Cancel) -> Values:
        return read_values_of(
            source, names, module=module.names, chosen=chosen, cancelled=cancelled
        )

    answer = await office.answer(ReadValues(source_name(source, STANDARD_INPUT), read))
    if isinstance(answer, str):
        office.say(answer, "error")
        return None
    return answer


async def wanted_by(
    office: ListingOffice, connection: Connection, module: Module | None
) -> Wanted | None:
    """Return which values the command line wants to be found; say why they cannot be."""
    session, account = office.session, office.org.account
    if account is None or not session.external:
        return None
    if module is None or session.ids is None:
        words = f"To find records by {session.external}, choose a module and enter the values."
        office.say(words, "error")
        return None
    values = await values_from(office, session.ids, (session.external,), module=module)
    if values is None:
        return None
    reader = FromZoho(session, account, connection)
    return await asyncio.to_thread(reader.values, module, session.external, values)


async def read_list(
    office: ListingOffice, wanted: Wanted, present: int
) -> Taken | ListEnded | None:
    """Read a list; return what the admin takes of it. `present`: how many ids there are already.

    Why nothing was read is returned if it was stopped, or if it can be mended. Values that nobody
    may read are asked about as soon as the dialog is gone.
    """
    answer = await office.answer(ReadList(wanted, present))
    if isinstance(answer, Plan):
        office.work_on(partial(_confirm, office, answer), "unread", "confirm values")
        return None
    return answer


async def _confirm(office: ListingOffice, plan: Plan) -> None:
    module = office.org.connection.module_named(plan.module) if office.org.connection else None
    proposal = Proposal(plan, module.recycle_bin if module else None)
    office.confirming.confirm(proposal, office.runs.start)
