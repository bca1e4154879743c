"""What the commands do that belong to the list: enter it, look at it, hold rows back, delete it."""

from __future__ import annotations

import time
from array import array
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from zohotui.deletion.connection import Connection
from zohotui.deletion.handover import plan_file
from zohotui.deletion.handover.written_plan import HandoverError, OpenedPlan, WrittenPlan
from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.model.outcome import is_never_released
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.rows import spans
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui.acts import from_zoho
from zohotui.tui.acts.list_sources import ListSources
from zohotui.tui.acts.module_lists import ModuleLists, Present
from zohotui.tui.acts.place import Place
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.new_file import NewFile, ToWrite
from zohotui.tui.dialogs.open_file import Taken
from zohotui.tui.dialogs.pages import RejectedEntries
from zohotui.tui.dialogs.read_list import Wanted
from zohotui.tui.dialogs.related import MOST, Related
from zohotui.tui.dialogs.release import Release
from zohotui.tui.dialogs.wait import Stopped, read_in_sight
from zohotui.tui.entered import Entered
from zohotui.tui.one_frame import one_frame
from zohotui.tui.proposal import Proposal
from zohotui.tui.widgets.entry_pane import EntryPane
from zohotui.tui.widgets.id_files import here
from zohotui.tui.words.headings import field_named, headings, question_of
from zohotui.tui.words.text import count
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.related import related_counts, related_lists


class ListPlace(Place, Protocol):
    """The screen of the list."""

    entered: Entered

    @property
    def entry(self) -> EntryPane:
        """Where the module and the ids are entered."""

    @property
    def listed(self) -> ReviewedList:
        """The list, and what is known of it."""

    @property
    def lists(self) -> ModuleLists:
        """The lists of other modules that wait."""

    @property
    def at_stake(self) -> str:
        """What would be lost with the list, in words; empty if nothing would."""

    def take_in(self) -> None:
        """Show the list as it is by now."""

    def repaint(self, spans: Sequence[tuple[int, int]]) -> None:
        """Show the rows of these (start, count) spans as they are now."""


def to_modules(on: ListPlace) -> None:
    """Go to the modules."""
    on.entry.to_modules()


def to_ids(on: ListPlace) -> None:
    """Go to the ids."""
    on.entry.to_ids()


def choose_addressed(on: ListPlace) -> None:
    """Choose the module that all addresses of the list name."""
    agreed = on.entered.addressed(on.entry.ids)
    if agreed is not None:
        on.entry.picker.choose(agreed)


def next_list(on: ListPlace) -> None:
    """Work on the list of the next module."""
    on.entry.editor.read_now()
    on.office.desk.open(partial(_next_list, on))


async def _next_list(on: ListPlace) -> None:
    office, entry = on.office, on.entry
    present = Present(entry.module, lambda: on.listed.taken_out)
    if part := await on.lists.next(present, lambda: office.phase.list_may_change):
        entry.module = part.module
        on.take_in()
        listed = on.listed
        places = [place for place, one in enumerate(listed.rows.ids) if one in part.out]
        listed.take_out(places)
        on.repaint(list(spans(places)))


def open_file(on: ListPlace) -> None:
    """Open a file of ids."""
    open_ids(on, on.office.session.sample, at_once=False)


def open_ids(on: ListPlace, source: Path | bytes | None, *, at_once: bool) -> None:
    """Offer a file of ids, or what came on standard input, or open that `at_once`."""
    _ask_for(on, lambda sources: sources.open(source, at_once=at_once))


def begin_list(on: ListPlace, connection: Connection) -> None:
    """Begin with what the command line names: ids, a file, values of a field, or a query."""
    session = on.office.session
    if session.plan is not None:
        _begin_with_plan(on, connection, session.plan)
    elif session.typed is not None:
        on.entry.editor.take(session.typed, add=False)
    elif session.query is not None:
        text = session.query.whole
        _ask_for(on, lambda sources: sources.query(text, at_once=True))
    elif session.external:
        on.office.desk.open(partial(_begin_with_values, on, connection))
    elif session.ids is not None:
        open_ids(on, session.ids, at_once=True)


def _begin_with_plan(on: ListPlace, connection: Connection, plan: OpenedPlan) -> None:
    """Take the ids of a plan, read them, and ask for the sentence."""
    if why := plan.written.why_not_in(connection.target):
        on.office.say(why, "error")
        return
    on.entered.plan = plan
    ids = array("Q", (one.id for one in plan.written.records))
    on.entry.editor.take(IdList(ids=ids, source=f"plan {plan.name}"), add=False)
    if on.office.org.read_only:
        review(on)
    else:
        delete(on)


async def _begin_with_values(on: ListPlace, connection: Connection) -> None:
    wanted = await from_zoho.wanted_by(on.office, connection, on.entry.module)
    if on.office.org.connection is not connection:
        # Another org was opened meanwhile, and these are no values of it.
        return
    if wanted is not None:
        await _take(on, lambda sources: sources.read(wanted))


def read_list(on: ListPlace, wanted: Wanted) -> None:
    """Read a list from Zoho, and take it in if the admin says so."""
    _ask_for(on, lambda sources: sources.read(wanted))


def _ask_for(on: ListPlace, ask: Callable[[ListSources], Awaitable[Taken | None]]) -> None:
    on.office.desk.open(partial(_take, on, ask))


async def _take(on: ListPlace, ask: Callable[[ListSources], Awaitable[Taken | None]]) -> None:
    office, entry = on.office, on.entry
    connection = office.org.connection
    taken = await ask(ListSources(office, entry.module, len(entry.ids.ids)))
    if taken is None:
        return
    # Ids of one org are none of another's; those that were asked for before any was open are for
    # the one that opens meanwhile, as typed ones are.
    same = connection is None or office.org.connection is connection
    if not same or not office.phase.list_may_change:
        office.say("Nothing was taken: the org or the list changed meanwhile. Open it again.")
    else:
        async with one_frame(on.app):
            if taken.module is not None:
                entry.module = taken.module
            entry.editor.take(taken.ids, add=taken.add)
            entry.action_leave()
        if on.lists.names_several and not entry.editor.busy:
            await _next_list(on)


def clear(on: ListPlace) -> None:
    """Begin with an empty list, after asking."""
    on.office.desk.open(partial(_clear, on))


async def _clear(on: ListPlace) -> None:
    ask = Ask(f"Clear {on.at_stake}? Nothing is deleted in Zoho.", "Clear", "Keep")
    if not on.at_stake or await on.office.answer(ask):
        on.lists.wait([])
        on.entry.editor.clear()


def show_rejected(on: ListPlace) -> None:
    """List the entries that are not ids."""
    on.office.desk.open(partial(on.office.answer, RejectedEntries(on.entry.ids)))


def propose(on: ListPlace) -> Proposal | None:
    """Make a plan of the whole list, or say what stands in the way."""
    editor = on.entry.editor
    editor.read_now()
    proposal = on.entered.propose(editor.ids, on.entry.module)
    if editor.busy:
        proposal = "The ids are still being read. Wait for their number."
    elif not len(editor.ids.ids) and on.lists.waiting:
        proposal = f"[next_list] takes the next list: {on.lists.waiting[0].words}."
    elif not len(editor.ids.ids) and on.office.runs.all:
        proposal = (
            "This list has been run. [history] opens its run, where [retry] retries what failed; "
            "paste a new list to start over."
        )
    if isinstance(proposal, Proposal):
        return proposal
    on.office.say(proposal, "error")
    return None


def _asks_what_they_are(on: ListPlace, go_on: Callable[[ListPlace], object]) -> bool:
    """Ask first, if numbers stand below what may be the name of an external field."""
    ids = on.entry.ids
    if ids is on.entered.said_ids or not headings(ids):
        return False
    return on.office.desk.open(partial(_ask_what_they_are, on, go_on))


async def _ask_what_they_are(on: ListPlace, go_on: Callable[[ListPlace], object]) -> None:
    office, ids, module = on.office, on.entry.ids, on.entry.module
    sources = ListSources(office, module, len(ids))
    try:
        fields = await read_in_sight(
            office.answer, "Asking Zoho what the heading is…", sources.fields
        )
    except Stopped:
        return
    except ZohoError:
        # Where they cannot be read nothing says that it is anything but a word.
        fields = ()
    if (field := field_named(ids, fields)) is not None and module is not None:
        question = question_of(field, module, len(ids), office.session.keys)
        if not await office.answer(Ask(question, "They are record ids", "Go back")):
            return
    if on.entry.ids is ids and on.entry.module is module:
        on.entered.said_ids = ids

        async def again() -> None:
            go_on(on)

        on.office.work_on(again, "go-on", "go on with the list")


def review(on: ListPlace) -> None:
    """Read each record of the list."""
    if (proposal := propose(on)) is not None and not _asks_what_they_are(on, review):
        on.office.confirming.review(proposal.plan)


def delete(on: ListPlace) -> None:
    """Ask for the sentence, if nothing stands in the way."""
    if on.office.org.read_only:
        on.office.say("This session is read-only: nothing can be deleted in it.", "error")
    elif (proposal := propose(on)) is not None and not _asks_what_they_are(on, delete):
        on.office.confirming.confirm(proposal, partial(_start, on), on.listed)


def _start(on: ListPlace, plan: Plan, crm: ZohoCRM, listed: ReviewedList) -> None:
    """Hand the list over to a run: the next one begins empty."""
    if on.office.runs.start(plan, crm, listed):
        on.entry.editor.clear()
        on.lists.offer()


def write_plan(on: ListPlace) -> None:
    """Write what is ready as a plan for another person."""
    if (proposal := propose(on)) is not None:
        on.office.desk.open(partial(_write_plan, on, proposal.plan))


async def _write_plan(on: ListPlace, draft: Plan) -> None:
    session = on.office.session
    try:
        plan = WrittenPlan.of(on.listed, draft, session.clock())
    except HandoverError as error:
        on.office.say(str(error), "warning")
        return
    name = f"zohotui-plan-{plan.module}-{time.strftime('%Y%m%d-%H%M%S')}.json"
    if path := await on.office.answer(NewFile(_as_plan(plan), here() / name)):
        on.office.say(f"Written: {path}, and {plan_file.owners_of(path).name} for the owners.")


def _as_plan(plan: WrittenPlan) -> ToWrite:
    target = plan.target
    by = f"The plan says that {target.user or target.user_id} wrote it."
    if not target.user_id:
        by = "Zoho does not say who you are, so it cannot serve as four eyes."
    return ToWrite(
        "Write as a plan",
        f"Write {count(len(plan.records), 'ready record')} of {plan.label} to this file:",
        "Enter writes · Tab completes a folder · Esc cancels",
        lambda path, _: plan_file.write_plan(path, plan),
        "Beside it: a .csv of the same name, in which the owners write yes into the column Keep. "
        f"zohotui --plan FILE opens both, also for another user of this org. {by}",
    )


def take_out(on: ListPlace) -> None:
    """Take the marked rows, or the row under the cursor, out of the list, or put them back."""
    pane, listed = on.view.pane, on.listed
    if pane.place_in(listed.rows) is None:
        return
    places = pane.chosen_places
    if not pane.table.marked:
        (place,) = places
        if not listed.put_back(places) and not listed.take_out(places):
            on.office.say("This id is missing: it will not be sent anyway.", "warning")
        on.repaint([(place, 1)])
        pane.table.action_move(1)
        return
    # Only where nothing is left to take out: what the admin has taken out stays so.
    number = listed.take_out(places)
    word = "taken out" if number else "put back"
    number = number or listed.put_back(places)
    pane.mark(places)
    on.repaint(list(spans(places)))
    on.office.say(f"{count(number, 'row')} {word}.")


def show_related(on: ListPlace) -> None:
    """Count what hangs on the marked rows, or on the row under the cursor."""
    pane, account, module = on.view.pane, on.office.org.account, on.entry.module
    ids = [pane.rows.ids[place] for place in pane.chosen_places]
    if account is None or module is None:
        on.office.say("Related records need a connection to an org, and a module.", "warning")
    elif len(ids) > MOST:
        on.office.say(f"Mark at most {MOST} rows: each takes an API call or more.", "warning")
    elif ids:
        crm, name = account.crm, module.api_name
        dialog = Related(ids, partial(related_lists, crm, name), partial(related_counts, crm, name))
        on.office.desk.open(partial(on.office.answer, dialog))


def mark(on: ListPlace) -> None:
    """Mark the row under the cursor, or take its mark off; the cursor goes on."""
    pane = on.view.pane
    place = pane.place_in(on.listed.rows)
    if place is not None:
        pane.mark([place])
        pane.table.action_move(1)


def mark_all(on: ListPlace) -> None:
    """Mark all rows that are shown, or take their marks off."""
    pane = on.view.pane
    pane.mark(pane.table.shown.places)


def fold(on: ListPlace) -> None:
    """Hide the modules and the ids, or show them."""
    on.entry.fold()


def release(on: ListPlace) -> None:
    """Let the highlighted record be deleted although it is held, for a reason."""
    on.office.desk.open(partial(_release, on))


async def _release(on: ListPlace) -> None:
    place, listed = on.view.pane.place_in(on.listed.rows), on.listed
    if place is None:
        return
    held = listed.rows.outcome(place)
    if is_never_released(held):
        words = f"It cannot be released: {held.message}. {held.advice.remedy}"
        on.office.say(words, "warning")
    if not listed.may_release(place):
        return
    reason = await on.office.answer(Release(listed.rows.ids[place], listed.record(place), held))
    if reason and listed is on.listed and listed.rows.outcome(place) == held:
        listed.release(place, reason)
        on.repaint([(place, 1)])
