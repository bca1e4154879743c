"""Addresses on the screen: what points elsewhere is held at once, and the rest goes."""

from __future__ import annotations

from pathlib import Path

from tests.tui.lists import adds_up, at_rest, deletes, go_to, leads, outcome, said, tally, toasts
from tests.tui.practice import Stage, practice

CRM = "https://crm.zoho.com/crm/org700000001/tab"


def contacts(stage: Stage, number: int) -> list[str]:
    return stage.sandbox.sample_ids()["Contacts"][:number]


async def test_one_address_of_another_module_is_held_and_the_rest_goes(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids, (other,) = leads(stage, 2), contacts(stage, 1)
        await stage.choose("Leads")
        await stage.enter("\n".join([*ids, f"{CRM}/Contacts/{other}"]))
        await stage.pilot.pause()
        assert said(stage, "1 address (line 3) is of Contacts, but the chosen module is Leads.")
        assert tally(stage) == {"entered": 2, "held": 1}
        await stage.ask()
        assert "1 held (1 from addresses of another module)" in " ".join(stage.text().split())
        await stage.pilot.press("escape")
        await at_rest(stage)
        await go_to(stage, other)
        await stage.pilot.press("R")
        await stage.until(lambda: "It cannot be released: its address is of" in toasts(stage))
        assert stage.no_dialog()
        # It can be taken out, and comes back held.
        for why in ("TAKEN_OUT", "WRONG_MODULE"):
            await go_to(stage, other)
            await stage.pilot.press("x")
            assert outcome(stage, other) == f"held {why}"
        await stage.delete("delete 2 Leads")
        assert sorted(deletes(stage)) == sorted(ids)
        assert adds_up(stage, held=1, deleted=2)


async def test_addresses_that_disagree_or_are_of_another_org_choose_none(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        (lead,), (contact,) = leads(stage, 1), contacts(stage, 1)
        await stage.enter(f"{CRM}/Leads/{lead}\n{CRM}/Contacts/{contact}")
        await stage.pilot.pause()
        assert not stage.module()
        assert said(stage, "The addresses name several modules: Leads, Contacts. Choose one;")
    async with practice(tmp_path) as stage:
        await stage.enter(f"https://crm.zoho.com/crm/org9/tab/Leads/{lead}")
        await stage.pilot.pause()
        assert not stage.module()
        assert said(stage, "is of another org (org9), not of Acme Ltd")
        assert tally(stage) == {"held": 1}


async def test_addresses_choose_the_module_or_capital_m_does(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        (lead,), (contact, second) = leads(stage, 1), contacts(stage, 2)
        # None is chosen.
        await stage.enter(f"{CRM}/Contacts/{contact}\n{second}")
        await stage.until(lambda: stage.module() == "Contacts")
        assert said(stage, "Module: Contacts, as the addresses name it.")
        assert tally(stage) == {"entered": 2}
        await clear(stage)
        # Another module judges again.
        await stage.choose("Leads")
        await stage.enter(f"{CRM}/Leads/{lead} {CRM}/Contacts/{contact}")
        assert (outcome(stage, lead), outcome(stage, contact)) == ("entered", "held WRONG_MODULE")
        await stage.choose("Contacts")
        assert (outcome(stage, lead), outcome(stage, contact)) == ("held WRONG_MODULE", "entered")
        await clear(stage)
        # All name another than is chosen.
        await stage.choose("Leads")
        await stage.enter(f"{CRM}/Contacts/{contact}\n{CRM}/Contacts/{second}")
        await stage.until(lambda: "2 addresses point elsewhere." in toasts(stage))
        assert "M chooses Contacts." in toasts(stage)
        await stage.pilot.press("d")
        await stage.until(lambda: "Nothing is left to delete." in toasts(stage))
        await stage.pilot.press("M")
        await stage.until(lambda: stage.module() == "Contacts")
        assert tally(stage) == {"entered": 2}
        await stage.delete("delete 2 Contacts")
        assert sorted(deletes(stage)) == sorted([contact, second])


async def clear(stage: Stage) -> None:
    """Empty the list."""
    await stage.pilot.press("ctrl+n")
    await stage.until(lambda: "Clear the list of" in stage.text())
    await stage.pilot.press("y")
    await stage.until(lambda: stage.no_dialog() and not stage.main.at_stake)
