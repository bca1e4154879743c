"""The wrong place: another org, another module, no way back, nobody who may."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx

from tests.mistakes.hand import (
    Mistake,
    Seen,
    asked,
    at_work,
    ended,
    leads,
    press,
    reviewed,
    show_first,
    until_said,
    words,
)
from tests.tui.practice import NOON, Stage, folders_in, practice
from tests.tui.signing_in import switch_to, two_profiles
from zohotui.config.profiles import Profiles
from zohotui.config.settings import addresses
from zohotui.sandbox import Sandbox
from zohotui.zoho.secret import Secret

FOREIGN = "410405000002264040"
"""An id of another org than the practice org's."""


async def urls_of_other_places(home: Path) -> Seen:
    """Enter a URL of each, alone, and press d."""
    told = []
    async with two_profiles(home) as (stage, _):
        await stage.choose("Leads")
        (lead,), (contact,) = leads(stage, 1), stage.sandbox.org.add_records("Contacts")
        for url, why in (
            (f"https://crm.zoho.eu/crm/org700000009/tab/Leads/{lead}", "of another org"),
            (f"https://crm.zoho.eu/crm/tab/Contacts/{contact}", "the chosen module is Leads"),
            (f"https://crmsandbox.zoho.eu/crm/tab/Leads/{lead}", "of a sandbox"),
            (f"https://crm.zoho.com/crm/tab/Leads/{lead}", "of the data centre"),
        ):
            await stage.enter(url)
            told.append(await press(stage, "d", why))
            stage.forget_told()
            await stage.pilot.press("ctrl+n", "y")
            await stage.until(lambda: stage.no_dialog() and not len(stage.main.entry.ids.ids))
        return ended(stage, " ".join(told))


async def ids_of_another_module(stage: Stage) -> Seen:
    contacts = stage.sandbox.org.add_records("Contacts", 3)
    await reviewed(stage, contacts)
    await press(stage, "d", "None of them can be deleted: 3 missing.")
    return ended(stage, await show_first(stage, "missing"))


async def ids_of_another_org(stage: Stage) -> Seen:
    await reviewed(stage, [FOREIGN])
    await press(stage, "d", "None of them can be deleted: 1 missing.")
    return ended(stage, await show_first(stage, "missing"))


async def list_taken_to_another_org(home: Path) -> Seen:
    async with two_profiles(home) as (stage, _):
        await stage.choose("Leads")
        await stage.enter(" ".join(leads(stage, 2)))
        await switch_to(stage, "trial")
        await until_said(stage, "Another org has other records")
        return ended(stage)


async def sign_in_of_another_org(home: Path) -> Seen:
    sandbox = Sandbox(clock=lambda: NOON)
    profiles = Profiles(
        folders_in(home), transport=httpx.WSGITransport(app=sandbox), clock=lambda: NOON
    )
    secret = Secret(sandbox.access_token)
    account = profiles.from_token(*addresses("", "", "http://localhost", ""), secret)
    pinned = replace(account, profile=replace(account.profile, name="acme", org="700000009"))
    async with practice(home, sandbox=sandbox, account=pinned, connected=False) as stage:
        await until_said(stage, "Nothing is done there")
        return ended(stage)


async def org_that_cannot_be_named(home: Path) -> Seen:
    sandbox = Sandbox(clock=lambda: NOON)
    token = sandbox.issue_token(scopes=["ZohoCRM.modules.ALL"])
    async with at_work(home, sandbox=sandbox, token=token) as stage:
        await asked(stage, leads(stage, 1))
        return ended(stage)


async def module_without_a_bin(home: Path) -> Seen:
    async with at_work(home, module="Consents") as stage:
        ids = stage.sandbox.org.add_records("Consents", 2)
        await asked(stage, ids)
        seen = words(stage)
        await stage.say("delete 2 Consents")
        assert not stage.sandbox.ledger.deletions
        await stage.say("permanently delete 2 Consents")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        assert stage.sandbox.ledger.deleted_ids("Consents") == ids
        return ended(stage, seen, meant=ids)


async def session_that_may_not_delete(home: Path) -> Seen:
    async with at_work(home, read_only=True) as stage:
        await stage.enter(" ".join(leads(stage, 2)))
        said = await press(stage, "d", "read-only")
        assert stage.no_dialog()
        assert "READ-ONLY" in stage.text()
        return ended(stage, said)


async def no_module_chosen(home: Path) -> Seen:
    async with at_work(home, module="") as stage:
        await stage.enter(" ".join(leads(stage, 2)))
        return ended(stage, await press(stage, "d", "Choose a module first"))


MISTAKES = (
    Mistake(
        "URLs of records of another org",
        "1 address (line 1) is of another org (org700000009), not of Acme Ltd. Its id is held.",
        urls_of_other_places,
    ),
    Mistake(
        "URLs of another module",
        "is of Contacts, but the chosen module is Leads. Its id is held. M chooses Contacts.",
        urls_of_other_places,
    ),
    Mistake(
        "URLs of the sandbox, in production",
        "1 address (line 1) is of a sandbox, but this is production. Its id is held.",
        urls_of_other_places,
    ),
    Mistake(
        "URLs of another data centre",
        "1 address (line 1) is of the data centre US, not of EU. Its id is held.",
        urls_of_other_places,
    ),
    Mistake(
        "Ids of contacts, with Leads chosen",
        "there is a record with this id in Contacts",
        turn=ids_of_another_module,
    ),
    Mistake(
        "Ids of another org",
        "the id begins with 410405, ids of this org with 554023",
        turn=ids_of_another_org,
    ),
    Mistake(
        "Another org opened while a list is entered",
        "Another org has other records, so the list of 2 ids will be cleared here.",
        list_taken_to_another_org,
    ),
    Mistake(
        "A token of another org under a profile's name",
        "but its sign-in opens Acme Ltd",
        sign_in_of_another_org,
    ),
    Mistake(
        "A sign-in that may not say which org it opens",
        "THE ORG IS NOT KNOWN",
        org_that_cannot_be_named,
    ),
    Mistake(
        "A module without Recycle Bin, taken for one with",
        "PERMANENT: this module has no Recycle Bin",
        module_without_a_bin,
    ),
    Mistake(
        "Deleting in a session that was meant to look only",
        "This session is read-only: nothing can be deleted in it.",
        session_that_may_not_delete,
    ),
    Mistake("No module chosen", "Choose a module first", no_module_chosen),
)
