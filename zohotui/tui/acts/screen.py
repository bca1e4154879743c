"""What the commands do that the list and a run share."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from zohotui.deletion.export import export as write_outcomes
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.search import Shown
from zohotui.tui.activity import ReviewActivity, RunActivity
from zohotui.tui.acts.place import Place, WorkOffice
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.choose_filter import ChooseFilter
from zohotui.tui.dialogs.new_file import NewFile, ToWrite
from zohotui.tui.dialogs.pages import Help
from zohotui.tui.dialogs.row_details import ReadWhole, RowDetails
from zohotui.tui.keys.phase import Phase
from zohotui.tui.widgets.id_files import here
from zohotui.tui.widgets.results_pane import Exported, RowsToShow
from zohotui.tui.words.detail import Detail
from zohotui.tui.words.text import count
from zohotui.zoho.printable import printable

_LONGEST_NAME = 60


class AnyPlace(Protocol):
    """Any screen, the history too."""

    office: WorkOffice


def find(on: Place) -> None:
    """Open the field to find rows with."""
    on.view.pane.begin_find()


def find_next(on: Place) -> None:
    """Go to the next row that holds what was looked for."""
    _find_on(on, 1)


def find_previous(on: Place) -> None:
    """Go to the row before that holds what was looked for."""
    _find_on(on, -1)


def _find_on(on: Place, direction: int) -> None:
    if not on.view.pane.find_next(direction):
        on.office.say("[find] first says what to look for.", "warning")


def choose_filter(on: Place) -> None:
    """Choose the one state or reason that is shown."""
    on.office.desk.open(partial(_choose_filter, on))


async def _choose_filter(on: Place) -> None:
    pane = on.view.pane
    rows, choices = pane.rows, pane.choices
    line = await on.office.answer(ChooseFilter(choices, pane.table.filter, pane.rows.word))
    if line is not None and pane.rows is rows:
        pane.show_only(choices[line][0])


def sort(on: Place) -> None:
    """Sort by the next column, or the other way."""
    table = on.view.pane.table
    table.sort_next()
    by = table.sorting
    way = "" if by is None else ", reversed" if by.reverse else ""
    on.office.say(f"Sorted by {by.column}{way}." if by else "In the order of the list.")


def show_details(on: Place) -> None:
    """Show all that is known of the row under the cursor."""
    if (detail := on.view.detail) is not None:
        dialog = RowDetails(detail, on.view.pane.to_show.copies, _whole_record(on, detail))
        on.office.desk.open(partial(on.office.answer, dialog))


def _whole_record(on: Place, detail: Detail) -> ReadWhole | str:
    """Return what reads a whole record from Zoho, or say why that cannot be done."""
    account, connection, what = (
        on.office.org.account,
        on.office.org.connection,
        on.view.pane.exported,
    )
    if account is None or connection is None or what is None:
        return "There is no connection to an org, or no module is chosen."
    if detail.by_value:
        return "The id of this record is not known here."
    target = what.plan.target
    if not (target.same_org(connection.target) or target == connection.target):
        return f"This record is of another org: {target.words}."
    return partial(account.crm.get_whole_record, what.plan.module, str(detail.record_id))


def copy(on: Place) -> None:
    """Copy the ids of the marked rows, or of the row under the cursor; of values, these."""
    pane = on.view.pane
    what = pane.to_show
    name = what.value_of if what.by_value and what.value_of else str
    names = [name(pane.rows.ids[place]) for place in pane.chosen_places]
    on.office.copy("\n".join(names))
    on.office.say(f"Sent to the terminal's clipboard: {_named(names, what)}.")


def copy_details(on: Place) -> None:
    """Copy the same with all that is known of them."""
    pane = on.view.pane
    details = [one for place in pane.chosen_places if (one := pane.detail_of(place))]
    on.office.copy("\n\n".join(one.plain for one in details))
    told = _named([one.title for one in details], pane.to_show)
    on.office.say(f"Sent to the terminal's clipboard: {told} with details.")


def _named(names: Sequence[str], what: RowsToShow) -> str:
    if len(names) == 1:
        return printable(names[0], _LONGEST_NAME)
    return count(len(names), "value" if what.by_value else "id")


def export(on: Place) -> None:
    """Write the rows to a file: the marked ones, or all."""
    on.office.desk.open(partial(_export, on))


async def _export(on: Place) -> None:
    pane = on.view.pane
    what = pane.exported
    if what is None:
        on.office.say("Choose a module first: the file says of which the ids are.", "warning")
        return
    if marked := sorted(pane.table.marked):
        what = what._replace(beside=replace(what.beside, places=marked))
    name = f"zohotui-{what.plan.module}-{time.strftime('%Y%m%d-%H%M%S')}.csv"
    dialog = NewFile(outcomes(what, pane.rows, pane.table.filter), here() / name)
    if path := await on.office.answer(dialog):
        on.office.say(f"Written: {path}")


def outcomes(what: Exported, rows: Rows, shown: Shown | None) -> ToWrite:
    """Tell how rows are written; `shown`: what the table is filtered by, which may be all."""
    marked = what.beside.places
    which = "every id" if marked is None else count(len(marked), "marked id")

    def write(path: Path, only: bool) -> Path:
        state = shown if only else None
        return write_outcomes(
            path, what.plan, rows, state, journal=what.journal, beside=what.beside
        )

    return ToWrite(
        "Export results",
        f"Write {which} with its outcome to this file:",
        "A .csv or .json opens here again; an .md is for reading only.\n"
        "Enter writes · Tab completes a folder · ctrl+u clears · Esc cancels",
        write,
        tick=f"only those that are {shown}" if shown and marked is None else "",
    )


def more(on: Place) -> None:
    """Let one more request be under way at once."""
    _change_parallel(on, 1)


def fewer(on: Place) -> None:
    """Let one request less be under way at once."""
    _change_parallel(on, -1)


def _change_parallel(on: Place, by: int) -> None:
    most = on.office.org.most_at_once
    number = on.office.desk.change_parallel(by, most)
    if isinstance(on.office.desk.activity, RunActivity):
        on.office.say(f"{count(number, 'request')} at once, {most} at most.")
    on.office.repaint()


def stop(on: Place) -> None:
    """End a review or reading; pause a run, and ask whether to stop it."""
    activity = on.office.desk.activity
    if activity is None:
        return
    if isinstance(activity, RunActivity) and activity.phase.runs:
        paused = activity.phase is Phase.PAUSED
        on.office.desk.pause()
        on.office.desk.open(partial(_ask_to_stop, on, activity, paused=paused))
        return
    if activity.phase.reads or isinstance(activity, ReviewActivity):
        activity.levers.abandon()
    else:
        activity.levers.stop()
    if activity.phase.reads:
        on.office.say("Reading stops. [resolve] goes on with it.")
    elif activity.phase is Phase.UNDOING:
        on.office.say("Restoring stops after the request in flight. [undo] goes on with it.")
    on.office.changed()


async def _ask_to_stop(on: Place, activity: RunActivity, *, paused: bool) -> None:
    left = activity.run.rows.count(State.ENTERED)
    question = (
        "The run is paused. Stop it for good? Requests in flight are answered first; "
        f"{count(left, 'id')} will not be sent. A retry can send them later."
    )
    answer = await on.office.answer(Ask(question, "Stop", "Stay paused" if paused else "Go on"))
    if on.office.desk.activity is not activity:
        return
    if answer:
        activity.levers.stop()
    elif answer is False and not paused:
        activity.resume()
    on.office.changed()


def open_history(on: Place) -> None:
    """Choose a run to look at."""
    on.office.stack.open_history()


def show_help(on: AnyPlace) -> None:
    """Show every key."""
    on.office.desk.open(partial(on.office.answer, Help(on.office.session.keys)))


def switch_profile(on: Place) -> None:
    """Open another org, or sign out of one."""
    on.office.org.switch()


def sign_in(on: Place) -> None:
    """Sign in to an org, or again to this one."""
    on.office.org.sign_in()


def connect(on: Place) -> None:
    """Ask the org again."""
    on.office.org.connect()


def leave(on: Place) -> None:
    """Leave; a run under way is asked about first."""
    on.office.quit()
