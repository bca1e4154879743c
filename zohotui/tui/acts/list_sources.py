"""Where a list comes from: a file, or a view, a query or values of a field in Zoho.

1. The open dialog is asked first; what it names instead of a file is asked about in its turn.
2. The one who goes back comes to the dialog before; a query is kept as it was written.
3. What was read is shown, and taken or not. Nothing here deletes anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from zohotui.deletion.lists.events import ListEnded
from zohotui.tui.acts.from_zoho import FromZoho, ListingOffice, read_list, values_from
from zohotui.tui.dialogs.ask_query import AskQuery
from zohotui.tui.dialogs.ask_values import OfField
from zohotui.tui.dialogs.open_file import ByField, Elsewhere, InZoho, OpenFile, Taken
from zohotui.tui.dialogs.read_list import Wanted
from zohotui.tui.recent_files import RecentFiles
from zohotui.tui.words.text import count
from zohotui.zoho.external import ExternalField
from zohotui.zoho.queries import Query
from zohotui.zoho.records import Module

_NO_ORG = "There is no connection to an org yet."
_NO_MODULE = "Choose a module first: Esc, [modules], a part of its name, Enter."


@dataclass(frozen=True, slots=True)
class ListSources:
    """Asks for a list; what it is asked for beside holds as long as it asks."""

    office: ListingOffice
    module: Module | None
    """The chosen one."""
    present: int
    """How many ids there are already."""

    async def open(self, source: Path | bytes | None, *, at_once: bool) -> Taken | None:
        """Ask for a file, or for what else a list can be read from, until one is taken."""
        while True:
            dialog = OpenFile(
                source,
                self.module,
                self.present,
                self._in_zoho(),
                at_once=at_once,
                recent=RecentFiles(self.office.session.journals.parent),
            )
            answer = await self.office.answer(dialog)
            if answer is None or isinstance(answer, Taken):
                return answer
            if (taken := await self._elsewhere(answer)) is not None:
                return taken
            if not self.office.phase.list_may_change:
                # Values that nobody may read are being asked about.
                return None
            at_once = False
            source = answer.source if isinstance(answer, ByField) else source

    async def read(self, wanted: Wanted) -> Taken | None:
        """Read a list that is known; say why nothing was taken if there is something to say."""
        answer = await read_list(self.office, wanted, self.present)
        if isinstance(answer, ListEnded):
            self.office.say(answer.why, "warning")
            return None
        return answer

    async def query(self, text: str = "", *, at_once: bool = False) -> Taken | None:
        """Ask for a query until its list is taken; `at_once`: this one is read before."""
        trouble: ListEnded | None = None
        while True:
            if not at_once:
                written = await self.office.answer(AskQuery(text, self._not_over, trouble))
                if written is None:
                    return None
                text = written
            query, reader = Query.of(text), self._reader()
            module = reader.connection.module_named(query.module) if reader else None
            if reader is None or module is None:
                return None
            wanted, present = reader.query(query), self.present
            if present and module != self.module:
                # Ids of two modules are never one list.
                of = f" of {self.module.plural_label}" if self.module else ""
                there = count(present, "id")
                wanted = replace(wanted, replaces=f"They replace the {there}{of} in the list.")
                present = 0
            answer = await read_list(self.office, wanted, present)
            if isinstance(answer, Taken):
                return replace(answer, module=module)
            if at_once and answer is None:
                return None
            trouble, at_once = answer, False

    async def _elsewhere(self, what: Elsewhere | ByField) -> Taken | None:
        reader, module = self._reader(), self.module
        if reader is None:
            return None
        if what is Elsewhere.QUERY:
            return await self.query()
        if module is None:
            return None
        if isinstance(what, ByField):
            return await self._of_column(reader, module, what)
        if what is Elsewhere.VIEW:
            view = await self.office.answer(reader.choose_view(module))
            return await self.read(reader.view(module, view)) if view else None
        given = await self.office.answer(reader.ask_values(module))
        return await self._of_values(reader, module, given) if given else None

    async def _of_column(self, reader: FromZoho, module: Module, what: ByField) -> Taken | None:
        names = (what.field.api_name, what.field.label)
        values = await values_from(
            self.office, what.source, names, module=module, chosen=what.column
        )
        return (
            None
            if values is None
            else await self._of_values(reader, module, OfField(what.field.api_name, values))
        )

    async def _of_values(self, reader: FromZoho, module: Module, given: OfField) -> Taken | None:
        # A million values take seconds to look at, and the screen must not wait for that.
        wanted = await asyncio.to_thread(reader.values, module, given.field, given.values)
        return await self.read(wanted)

    def _reader(self) -> FromZoho | None:
        account, connection = self.office.org.account, self.office.org.connection
        if account is None or connection is None:
            return None
        return FromZoho(self.office.session, account, connection)

    def _in_zoho(self) -> InZoho:
        return InZoho(self.fields, self._why_not)

    def fields(self) -> Sequence[ExternalField]:
        """List the external fields of the chosen module; raises ZohoError."""
        reader = self._reader()
        return reader.fields(self.module) if reader and self.module else ()

    def _why_not(self, what: Elsewhere) -> str:
        if self._reader() is None:
            return _NO_ORG
        if self.module or what is Elsewhere.QUERY:
            return ""
        return self.office.session.keys.in_words(_NO_MODULE)

    def _not_over(self, query: Query) -> str:
        """Say why this query cannot be asked here."""
        reader = self._reader()
        if reader is None:
            return _NO_ORG
        module = reader.connection.module_named(query.module)
        if module is None:
            return reader.connection.names_no_module(query.module)
        if module.obstacle:
            return f"Records of {module.plural_label} cannot be deleted here: {module.obstacle}."
        return ""
