"""A list of several modules on the screen: one after the other, each with its own sentence."""

from __future__ import annotations

import json
from pathlib import Path

from tests.tui.lists import deletes, leads, said, tally, toasts, words
from tests.tui.practice import Stage, practice
from zohotui.tui.dialogs.open_file import OpenFile

CRM = "https://crm.zoho.com/crm/org700000001/tab"


def some(stage: Stage, module: str, number: int) -> list[str]:
    return stage.sandbox.sample_ids()[module][:number]


async def test_a_file_of_three_modules_is_worked_off_children_first(tmp_path: Path) -> None:
    file = tmp_path / "mixed.json"
    async with practice(tmp_path, sample=file) as stage:
        accounts, contacts = some(stage, "Accounts", 2), some(stage, "Contacts", 1)
        people = leads(stage, 1)
        named = [*((one, "Account") for one in accounts), *((one, "contacts") for one in contacts)]
        records = [{"id": one, "Module": name} for one, name in [*named, (people[0], "Leads")]]
        file.write_text(json.dumps({"data": records}))
        await stage.pilot.press("o")
        await stage.until(lambda: isinstance(stage.app.screen, OpenFile))
        await stage.pilot.press("enter")
        await stage.until(lambda: "4 ids in mixed.json" in stage.text())
        assert "It names the module of each id: Account, contacts, Leads." in words(stage)
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.module() == "Leads")
        assert said(
            stage,
            "3 modules: 1 Leads, 1 Contacts, 2 Accounts; working on Leads, next Contacts.",
        )
        assert tally(stage) == {"entered": 1}
        await stage.pilot.press("L")
        await stage.until(lambda: stage.module() == "Contacts")
        assert "L: 2 Accounts" in words(stage)
        assert stage.main.at_stake == "the list of 4 ids"
        await stage.delete("delete 1 Contacts")
        assert deletes(stage) == contacts
        assert "Next: 2 Accounts. On the list (Esc), L takes them." in toasts(stage)
        await stage.go_to_list()
        await stage.pilot.press("d")
        await stage.until(lambda: "L takes the next list: 2 Accounts." in toasts(stage))
        await stage.pilot.press("L")
        await stage.until(lambda: stage.module() == "Accounts")
        await stage.delete("delete 2 Accounts")
        await stage.go_to_list()
        await stage.pilot.press("L")
        await stage.until(lambda: stage.module() == "Leads")
        assert tally(stage) == {"entered": 1}
        assert not stage.main.lists.waiting
        assert sorted(deletes(stage)) == sorted([*contacts, *accounts])


async def test_typed_addresses_of_several_modules_are_parted_with_a_key(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        (lead,), (contact,) = leads(stage, 1), some(stage, "Contacts", 1)
        await stage.enter(f"{CRM}/Contacts/{contact}\n{CRM}/Leads/{lead}")
        await stage.until(lambda: "L takes one module after the other." in toasts(stage))
        assert not stage.module()
        assert stage.offers("next_list")
        await stage.pilot.press("L")
        await stage.until(lambda: stage.module() == "Leads")
        assert tally(stage) == {"entered": 1}
        await stage.pilot.press("ctrl+n")
        await stage.until(lambda: "Clear the list of 2 ids?" in stage.text())
        await stage.pilot.press("y")
        await stage.until(stage.no_dialog)
        await stage.until(lambda: not stage.main.at_stake)
        assert not stage.offers("next_list")


async def test_what_was_taken_out_of_a_list_stays_out_while_it_waits(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        people, (contact,) = leads(stage, 2), some(stage, "Contacts", 1)
        await stage.enter("\n".join([f"{CRM}/Leads/{one}" for one in people]))
        await stage.until(lambda: stage.module() == "Leads")
        await stage.enter(f"{CRM}/Contacts/{contact}\n")
        await stage.until(lambda: stage.offers("next_list"))
        await stage.pilot.press("L")
        await stage.until(lambda: tally(stage) == {"entered": 2})
        stage.main.listed.take_out([0])
        assert stage.main.listed.taken_out == [int(people[0])]
        await stage.pilot.press("L")
        await stage.until(lambda: stage.module() == "Contacts")
        assert not stage.main.listed.taken_out
        await stage.pilot.press("L")
        await stage.until(lambda: stage.module() == "Leads")
        assert stage.main.listed.taken_out == [int(people[0])]
        await stage.delete("delete 1 Leads")
        assert deletes(stage) == people[1:]
