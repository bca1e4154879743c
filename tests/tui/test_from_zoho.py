"""Lists that the command line names and Zoho gives: read, looked at, taken; and modules typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.widgets import Button, Input, Log, OptionList, Static

from tests.tui.practice import Stage, practice
from zohotui.sandbox import Sandbox
from zohotui.tui.acts import list as list_acts
from zohotui.tui.acts.from_zoho import FromZoho
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.dialogs.pages import RejectedEntries
from zohotui.tui.dialogs.read_list import ReadList
from zohotui.tui.keys.phase import Phase
from zohotui.zoho.queries import Query
from zohotui.zoho.views import CustomView


def shows(stage: Stage, words: str) -> bool:
    """Whether the dialog that reads a list says this."""
    screen = stage.app.screen
    told = screen.query("#told").results(Static) if isinstance(screen, ReadList) else ()
    return any(words in str(one.render()) for one in told)


async def use(stage: Stage) -> None:
    """Read, and take what was found."""
    await stage.until(lambda: shows(stage, "Reads only"))
    await stage.pilot.press("enter")
    await stage.until(lambda: stage.app.screen.query_one("#use", Button).display)
    await stage.pilot.press("enter")
    await stage.until(stage.no_dialog)


async def test_values_are_shown_with_their_records_before_they_are_taken(tmp_path: Path) -> None:
    sandbox = Sandbox()
    values = b"K-1001\nK-1002\nnone\n"
    given: dict[str, Any] = {"module": "Leads", "external": "ERP_No", "ids": values}
    async with practice(tmp_path, sandbox=sandbox, **given) as stage:
        await stage.until(lambda: shows(stage, "It takes about 1 API credit."))
        await stage.pilot.press("enter")
        lead = next(sandbox.org.ids("Leads"))
        await stage.until(lambda: shows(stage, f"K-1001  {lead}"))
        assert shows(stage, "2 values not sent (no record has it, or several do):")
        assert shows(stage, "K-1002  found twice")
        assert shows(stage, "none  not found")
        await stage.pilot.press("enter")
        await stage.until(stage.no_dialog)
        assert list(stage.main.listed.rows.ids) == [int(lead)]
        proposal = stage.main.entered.propose(stage.main.entry.ids, stage.main.entry.module)
        assert not isinstance(proposal, str)
        assert dict(proposal.plan.external) == {int(lead): "K-1001"}
        await stage.until(lambda: "Found by" in stage.text() and "K-1001" in stage.text())
        # What was not found is still told of once the dialog is gone.
        await stage.until(lambda: "2 values not sent: ! shows why" in stage.text())
        assert ("Left out", "2 values without one record") in proposal.facts(None, 0)
        await stage.pilot.press("!")
        await stage.until(lambda: isinstance(stage.app.screen, RejectedEntries))
        lines = stage.app.screen.query_one(Log).lines
        await stage.until(lambda: "none: not found" in lines)
        assert "K-1002: found twice" in lines
        assert "    no record of the module has this value" in lines
    assert not sandbox.ledger.deleted_ids("Leads")


async def test_numbers_that_could_be_ids_are_asked_about_before_anything_is_read(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox()
    given: dict[str, Any] = {
        "module": "Leads",
        "external": "ERP_No",
        "ids": b"410405000002264040\n",
    }
    async with practice(tmp_path, sandbox=sandbox, **given) as stage:
        await stage.until(lambda: shows(stage, "could be record ids as well as values of ERP_No"))
        assert not [one for one in sandbox.ledger.requests if "/Leads" in one.path]
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        assert len(stage.main.listed) == 0


async def test_a_query_chooses_the_module_and_gives_the_list(tmp_path: Path) -> None:
    sandbox = Sandbox()
    query = Query.of("select id from Contacts where id is not null limit 3")
    async with practice(tmp_path, sandbox=sandbox, module="Contacts", query=query) as stage:
        await use(stage)
        assert stage.module() == "Contacts"
        assert len(stage.main.listed) == 3
        assert stage.main.entry.ids.source.startswith("query over Contacts, read ")


async def test_a_module_of_which_there_is_no_list_can_be_typed(tmp_path: Path) -> None:
    sandbox = Sandbox()
    token = sandbox.issue_token(scopes=["ZohoCRM.modules.ALL", "ZohoCRM.org.READ"])
    (record_id,) = sandbox.org.add_records("Warranties")
    async with practice(tmp_path, sandbox=sandbox, token=token, module="Warranties") as stage:
        await stage.until(lambda: stage.module() == "Warranties")
        assert any("list of modules cannot be read" in one for one in stage.org.connection.notices)  # type: ignore[union-attr]
        await stage.pilot.press("m")
        await stage.type("Price")
        stage.app.screen.query_one("#filter", Input).value = "Warranties"
        await stage.pilot.press("enter")
        await stage.enter(record_id)
        await stage.delete("delete 1 Warranties")
        assert sandbox.ledger.deleted_ids("Warranties") == [record_id]


async def test_a_saved_view_is_chosen_by_its_name(tmp_path: Path) -> None:
    sandbox = Sandbox()
    async with practice(tmp_path, sandbox=sandbox, module="Leads") as stage:
        conductor = stage.app.conductor
        account, connection = conductor.org.account, conductor.org.connection
        assert account is not None
        assert connection is not None
        reader = FromZoho(conductor.session, account, connection)
        module = connection.module_named("Leads")
        assert module is not None
        chosen: list[CustomView | None] = []
        dialog = reader.choose_view(module)
        stage.app.push_screen(dialog, chosen.append)
        await stage.until(lambda: sum(one.option_count for one in dialog.query(OptionList)) == 3)
        await stage.pilot.press("down", "down", "enter")
        await stage.until(lambda: chosen)
        assert chosen[0] is not None
        assert chosen[0].name == "Junk and lost"
        list_acts.read_list(stage.main, reader.view(module, chosen[0]))
        await use(stage)
        found = set(map(str, stage.main.listed.rows.ids))
        statuses = {sandbox.org.record("Leads", one).fields["Lead_Status"] for one in found}
        assert statuses == {"Junk Lead", "Lost Lead"}


async def test_values_that_may_not_be_read_are_sent_after_the_warning(tmp_path: Path) -> None:
    sandbox = Sandbox()
    scopes = ["ZohoCRM.modules.leads.DELETE", "ZohoCRM.org.READ", "ZohoCRM.users.READ"]
    token = sandbox.issue_token(scopes=scopes)
    given: dict[str, Any] = {"module": "Leads", "external": "ERP_No"}
    leads = list(sandbox.org.ids("Leads"))
    values = b"K-1001\nK-1003\nnone\n"
    async with practice(tmp_path, sandbox=sandbox, token=token, ids=values, **given) as stage:
        await stage.until(lambda: shows(stage, "Reads only"))
        await stage.pilot.press("enter")
        await stage.until(lambda: shows(stage, "It needs ZohoCRM.modules.leads.READ"))
        await stage.pilot.press("tab", "enter")
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.until(stage.may_type)
        asked = stage.text()
        assert "NOT REVIEWED: these records were not read" in asked
        assert "The values themselves are sent." in asked
        await stage.say("delete 3 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        run = stage.runs[-1]
        assert {state.value: n for state, n in run.rows.tally.items()} == {
            "deleted": 2,
            "failed": 1,
        }
        # It can be said before any sentence is asked for that nothing comes back.
        requests = len(sandbox.ledger.requests)
        await stage.pilot.press("u", "y")
        assert stage.no_dialog()
        assert len(sandbox.ledger.requests) == requests
        # To retry what failed asks again, and reads nothing by the numbers.
        await stage.pilot.press("r")
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.until(stage.may_type)
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
    assert sandbox.ledger.deleted_ids("Leads") == [leads[0], leads[2]]
    reads = [one for one in sandbox.ledger.requests if "ids=1" in one.query or "ids=3" in one.query]
    assert reads == []
