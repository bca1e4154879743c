"""Lists that the open dialog leads to: a query, a column of values, values that are pasted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from textual import events
from textual.widgets import Button, OptionList, Static

from tests.tui.practice import NOON, Stage, held_by, practice
from tests.tui.test_from_zoho import shows, use
from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.ids.source import Cancelled
from zohotui.deletion.lists.events import ListBegun, ListEnded, ListEvent, ListGrew
from zohotui.deletion.lists.values import Values
from zohotui.deletion.model.levers import Levers
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui.acts import list as list_acts
from zohotui.tui.dialogs.ask_query import AskQuery
from zohotui.tui.dialogs.ask_values import AskValues
from zohotui.tui.dialogs.open_file import OpenFile
from zohotui.tui.dialogs.read_list import ReadList, Wanted
from zohotui.tui.dialogs.read_values import ReadValues
from zohotui.tui.widgets.plain_text import LONGEST_PLAIN, PlainText

WRONG = "select id\nfrom Contacts\nwhere id is not nul"
RIGHT = "select id\nfrom Contacts\nwhere id is not null limit 3"


def said(stage: Stage, at: str, words: str) -> bool:
    """Whether a line of the dialog on top says this."""
    return any(words in str(one.render()) for one in stage.app.screen.query(at).results(Static))


async def paste(stage: Stage, text: str) -> None:
    """Paste into what has the focus, in place of what stands there."""
    field = stage.app.screen.query_one(PlainText)
    # The field itself hears of it late, both ways.
    await stage.until(lambda: stage.app.focused is field and field.has_focus)
    field.clear()
    field.post_message(events.Paste(text))
    await stage.until(lambda: field.text == text or len(text) > LONGEST_PLAIN)


async def go_on(stage: Stage) -> None:
    """Press the button behind the text."""
    await stage.pilot.press("tab")
    # A button that has just been pressed takes no Enter for a moment.
    await stage.until(
        lambda: isinstance(stage.app.focused, Button) and not stage.app.focused.has_class("-active")
    )
    await stage.pilot.press("enter")


async def test_a_query_is_mended_where_zoho_finds_fault_and_replaces_another_modules_list(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox()
    async with practice(tmp_path, sandbox=sandbox, module="Leads") as stage:
        await stage.enter(next(sandbox.org.ids("Leads")))
        await stage.pilot.press("o")
        await stage.until(lambda: isinstance(stage.app.screen, OpenFile) and stage.app.focused)
        await stage.pilot.press("ctrl+y")
        await stage.until(lambda: isinstance(stage.app.screen, AskQuery))
        await paste(stage, "x" * (LONGEST_PLAIN + 1))
        await stage.until(lambda: said(stage, "#trouble", "nothing of it was taken"))
        await paste(stage, "select id from Nothing where id is not null")
        await go_on(stage)
        await stage.until(lambda: said(stage, "#trouble", "no module with the API name Nothing"))
        await paste(stage, WRONG)
        await go_on(stage)
        await stage.until(lambda: shows(stage, "Each 2,000 records take 3 API credits"))
        await stage.pilot.press("enter")
        await stage.until(lambda: said(stage, "#trouble", "Zoho refuses the query at line 3"))
        field = stage.app.screen.query_one(PlainText)
        assert field.text == WRONG
        assert field.cursor_location[0] == 2
        await paste(stage, RIGHT)
        await go_on(stage)
        await stage.until(lambda: shows(stage, "Reads only"))
        await stage.pilot.press("enter")
        await stage.until(lambda: shows(stage, "They replace the 1 id of Leads in the list."))
        assert not stage.app.screen.query_one("#add").display
        await stage.pilot.press("enter")
        await stage.until(stage.no_dialog)
        await stage.until(lambda: len(stage.main.listed) == 3)
        assert stage.module() == "Contacts"
        # The module of a list that was read is no matter of choice.
        await stage.choose("Leads")
        why = stage.main.entered.propose(stage.main.entry.ids, stage.main.entry.module)
        assert isinstance(why, str)
        assert "was read from Contacts" in why
    assert not sandbox.ledger.deleted_ids("Contacts")


async def test_a_column_of_an_external_field_is_resolved_and_its_values_stand_beside(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox()
    path = tmp_path / "erp.csv"
    path.write_text("Name,ERP_No\nAnn,K-1001\nBo,none\n")
    async with practice(tmp_path, sandbox=sandbox, module="Leads", sample=path) as stage:
        await stage.pilot.press("o")
        await stage.until(lambda: isinstance(stage.app.screen, OpenFile) and stage.app.focused)
        await stage.pilot.press("enter")
        await stage.until(lambda: said(stage, "#why", "No column has a name"))
        columns = stage.app.screen.query_one("#columns", OptionList)
        assert "values of ERP_No" in str(columns.get_option_at_index(0).prompt)
        await stage.pilot.press("enter")
        await use(stage)
        lead = next(sandbox.org.ids("Leads"))
        await stage.until(lambda: list(stage.main.listed.rows.ids) == [int(lead)])
        table = stage.pane.table
        await stage.until(lambda: f"{lead}  K-1001 " in table.render_line(1).text)


async def test_pasted_numbers_are_values_only_once_that_is_said(tmp_path: Path) -> None:
    sandbox = Sandbox()
    lead = next(sandbox.org.ids("Leads"))
    async with practice(tmp_path, sandbox=sandbox, module="Leads") as stage:
        await stage.pilot.press("o")
        await stage.until(lambda: isinstance(stage.app.screen, OpenFile) and stage.app.focused)
        await stage.pilot.press("ctrl+o")
        await stage.until(lambda: isinstance(stage.app.screen, AskValues))
        await stage.until(lambda: said(stage, "#told", "External fields of Leads: ERP_No"))
        await paste(stage, f"{lead}\nK-1001\n")
        await go_on(stage)
        await stage.until(lambda: shows(stage, "1 of 2 entries could be record ids"))
        assert not [one for one in sandbox.ledger.requests if "/Leads" in one.path]
        await stage.pilot.press("escape")
        await stage.until(lambda: isinstance(stage.app.screen, OpenFile))
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        assert len(stage.main.listed) == 0


def endless(levers: Levers) -> Iterator[ListEvent]:
    """Read until nobody waits any more."""
    yield ListBegun(5, 1)
    yield ListGrew(1, 1)
    while not levers.abandoned:
        time.sleep(0.01)
    yield ListEnded(IdList.empty())


async def test_reading_is_stopped_by_either_key_and_that_is_told(tmp_path: Path) -> None:
    async with practice(tmp_path, module="Leads") as stage:
        told: list[str] = []
        stage.main.office.say = lambda words, severity="": told.append(words)  # type: ignore[method-assign]
        for key in ("s", "escape"):
            told.clear()
            list_acts.read_list(stage.main, Wanted("View", endless, ""))
            await stage.until(lambda: shows(stage, "Reads only"))
            await stage.pilot.press("s")
            assert isinstance(stage.app.screen, ReadList)
            await stage.pilot.press("enter")
            await stage.until(lambda: shows(stage, "Read 1 of 5: 1 record found."))
            await stage.pilot.press("ctrl+c")
            await stage.until(lambda: told == ["ctrl+q quits zohotui."])
            await stage.pilot.press(key)
            await stage.until(stage.no_dialog)
            assert told[1:] == ["Reading was stopped. Nothing was taken, and nothing is changed."]
            assert len(stage.main.listed) == 0


async def test_ids_below_the_name_of_an_external_field_are_asked_about(tmp_path: Path) -> None:
    sandbox = Sandbox()
    lead = next(sandbox.org.ids("Leads"))
    async with practice(tmp_path, sandbox=sandbox, module="Leads") as stage:
        await stage.enter(f"ERP_No\n{lead}")
        assert list(stage.main.listed.rows.ids) == [int(lead)]
        await stage.pilot.press("v")
        await stage.until(lambda: "headed like ERP_No" in stage.text())
        assert not [one for one in sandbox.ledger.requests if "/Leads" in one.path]
        await stage.pilot.press("n")
        await stage.until(stage.no_dialog)
        assert not stage.main.listed.is_read
        await stage.pilot.press("v")
        await stage.until(lambda: "headed like ERP_No" in stage.text())
        await stage.pilot.press("y")
        await stage.until(lambda: stage.main.listed.is_read)
        # What was said holds for this list.
        await stage.delete("delete 1 Leads")
    assert sandbox.ledger.deleted_ids("Leads") == [lead]


async def test_a_list_that_was_opened_before_the_org_answered_is_taken_once_it_has(
    tmp_path: Path,
) -> None:
    gate = Event()
    sandbox = Sandbox(clock=lambda: NOON, sleep=held_by(gate))
    sandbox.faults.add(Fault(kind=FaultKind.DELAY, method="GET", seconds=1.0, times=1_000))
    file = tmp_path / "ids.csv"
    file.write_text("Record Id\n" + "\n".join(list(sandbox.org.ids("Leads"))[:3]))
    async with practice(tmp_path, sandbox=sandbox, connected=False, sample=file) as stage:
        try:
            await stage.pilot.press("o")
            await stage.until(lambda: isinstance(stage.app.screen, OpenFile) and stage.app.focused)
            await stage.pilot.press("enter")
            await stage.until(lambda: isinstance(stage.app.focused, Button))
        finally:
            gate.set()
        await stage.until(lambda: stage.org.connection is not None)
        assert said(stage, "#hint", "Enter takes the ids")
        await stage.pilot.press("enter")
        await stage.until(stage.no_dialog)
        await stage.until(lambda: len(stage.main.entry.ids.ids) == 3)


async def test_values_that_take_long_to_read_are_given_up_with_esc(tmp_path: Path) -> None:
    told: list[bool] = []

    def read(cancelled: Callable[[], bool]) -> Values:
        while not cancelled():
            time.sleep(0.01)
        told.append(True)
        raise Cancelled

    async with practice(tmp_path, module="Leads") as stage:
        answers: list[object] = []
        stage.app.push_screen(ReadValues("large.xlsx", read), answers.append)
        await stage.until(lambda: "Reading large.xlsx" in stage.text())
        await stage.pilot.press("escape")
        await stage.until(lambda: bool(answers and told))
        assert answers == [None]
