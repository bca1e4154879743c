"""What a profile protects, as it meets a list on the screen; and how many may go at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from tests.tui.earlier import leave_run
from tests.tui.lists import (
    at_rest,
    deletes,
    enter,
    go_to,
    look,
    outcome,
    reads,
    release,
    said,
    snapshots,
    tally,
    toasts,
    words,
)
from tests.tui.practice import NOON, folders_in, practice
from tests.tui.test_history import opened
from tests.world.plans import ADDRESS, TARGET, options
from zohotui.config.profiles import Account, Profiles
from zohotui.config.settings import Profile, addresses
from zohotui.deletion.lists.unread import Unread
from zohotui.deletion.lists.values import Values
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.sandbox import Sandbox
from zohotui.tui.keys.phase import Phase
from zohotui.tui.proposal import Proposal
from zohotui.tui.readiness import plan_or_why
from zohotui.tui.session import Session
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import AccountsServer, api_domain
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken


def sandbox_at_noon() -> Sandbox:
    return Sandbox(clock=lambda: NOON)


async def test_runs_and_days_hold_no_more_than_the_profile_says(tmp_path: Path) -> None:
    sandbox = sandbox_at_noon()
    ids = sandbox.sample_ids()["Leads"]
    leave_run(tmp_path, sandbox, ids[:5], size=2, landed=2, finished=True)
    profile = {
        "most_records_a_run": 3,
        "most_records_a_day": 7,
        "protected_ids": (ids[3],),
    }
    async with practice(tmp_path, sandbox=sandbox, profile=profile) as stage:
        # A retry is guarded too.
        await opened(stage)
        await stage.delete_again("delete 1 Leads")
        gone = sorted([*ids[:3], ids[4]])
        assert sorted(deletes(stage)) == gone
        await enter(stage, ids[5:9])
        await stage.pilot.press("d")
        await stage.until(lambda: said(stage, "This run would have 4"))
        assert "Limit: 3 records per run" in toasts(stage)
        await at_rest(stage)
        assert stage.no_dialog()
        assert tally(stage) == {"ready": 4}
        # As many as the day holds.
        await stage.pilot.press("x")
        await stage.delete("delete 3 Leads")
        gone = sorted([*gone, *ids[6:9]])
        assert sorted(deletes(stage)) == gone
        await enter(stage, ids[5:6])
        await stage.pilot.press("d")
        await stage.until(lambda: said(stage, "Deleted today: 7"))
        await at_rest(stage)
        await stage.until(lambda: "Limit: 7 records per day" in toasts(stage))
        assert stage.no_dialog()
        assert sorted(deletes(stage)) == gone


async def test_what_another_program_began_meanwhile_counts_for_the_day(tmp_path: Path) -> None:
    sandbox, profile = sandbox_at_noon(), {"most_records_a_day": 10}
    ids = sandbox.sample_ids()["Leads"][:16]
    async with practice(tmp_path, sandbox=sandbox, profile=profile) as stage:
        for finished in (False, True):
            await enter(stage, ids[:8])
            await stage.ask()
            journal = leave_run(tmp_path, sandbox, ids[8:], landed=2 * finished, finished=finished)
            before = deletes(stage)
            stage.forget_told()
            await stage.say("delete 8 Leads")
            await stage.until(lambda: said(stage, "Limit: 10 records per day"))
            await at_rest(stage)
            await stage.until(lambda: "Nothing was sent." in toasts(stage))
            assert deletes(stage) == before, finished
            assert list((tmp_path / "journals").glob("*.jsonl")) == [journal], finished
            assert snapshots(tmp_path) == [], finished
            journal.unlink()


async def test_what_is_protected_is_held_counted_and_released_one_by_one(tmp_path: Path) -> None:
    sandbox = sandbox_at_noon()
    org = sandbox.org
    ids = org.add_records("Leads", 7)
    free, by_id, by_owner, by_tag, by_sum, by_word, by_time = ids
    for one in ids:
        org.change_fields("Leads", one, Modified_Time="2026-11-01T10:00:00+00:00")
    bo = {"name": "Bo Li", "id": "554023000000077999", "email": "bo@acme.example"}
    org.change_fields("Leads", by_owner, Owner=bo)
    org.tag("Leads", by_tag, "Keep")
    org.change_fields("Leads", by_sum, Annual_Revenue=5000)
    org.change_fields("Leads", by_word, Lead_Status="Closed Won")
    org.change_fields("Leads", by_time, Modified_Time="2026-11-25T10:00:00+00:00")
    why = {
        by_id: "its id is protected",
        by_owner: "records of Bo Li are protected",
        by_tag: "the tag Keep is protected",
        by_sum: "protected_if: Annual_Revenue > 1000",
        by_word: "protected_if: Lead_Status = Closed Won",
        by_time: "protected_if: modified in the last 7 days",
    }
    profile: dict[str, Any] = {
        "protected_ids": (by_id,),
        "protected_owners": ("BO@acme.example",),
        "protected_tags": ("keep",),
        "protected_if": (
            "Annual_Revenue > 1000",
            "Lead_Status = Closed Won",
            "modified in the last 7 days",
            "Nonsense > 1",
        ),
    }
    async with practice(tmp_path, sandbox=sandbox, profile=profile) as stage:
        await enter(stage, ids)
        await look(stage)
        assert tally(stage) == {"ready": 1, "held": 6}
        for one, words_of_it in why.items():
            assert outcome(stage, one) == "held PROTECTED", words_of_it
            await go_to(stage, one)
            said_of_it = words(stage)
            told = [each for each in why.values() if each in said_of_it]
            assert told == [words_of_it]
        await stage.ask()
        assert "6 held (6 protected by a guard)" in words(stage)
        assert "'Nonsense > 1' protects nothing here" in words(stage)
        assert "delete 1 Lead" in words(stage)
        await stage.pilot.press("escape")
        await at_rest(stage)
        for number, one in enumerate(why, start=1):
            await release(stage, one, "agreed")
            assert tally(stage).get("held", 0) == 6 - number
        await stage.delete("delete 7 Leads")
        assert sorted(deletes(stage)) == sorted([free, *why])


async def test_ids_of_another_org_are_held_and_another_profile_brings_its_own_guards(
    tmp_path: Path,
) -> None:
    # Such an id can only be in this org if the org was moved; the sandbox lets a test do that.
    sandbox = sandbox_at_noon()
    ids = sandbox.sample_ids()["Leads"][:3]
    own, sandbox.org.prefix = sandbox.org.prefix, "610405"
    (foreign,) = sandbox.org.add_records("Leads")
    sandbox.org.prefix = own
    profiles = Profiles(
        folders_in(tmp_path), transport=httpx.WSGITransport(app=sandbox), clock=lambda: NOON
    )
    place = addresses("", "", "http://localhost", "")
    careful = profiles.from_token(*place, Secret(sandbox.access_token))
    careful = replace(careful, profile=replace(careful.profile, protected_ids=(ids[1],)))
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await enter(stage, [*ids, foreign, "610405000002264040"])
        await look(stage)
        assert tally(stage) == {"ready": 3, "held": 1, "missing": 1}
        assert outcome(stage, foreign) == "held OTHER_ORG_PREFIX"
        assert outcome(stage, "610405000002264040") == "missing OTHER_ORG_PREFIX"
        await go_to(stage, foreign)
        assert "the id begins with 610405, ids of this org with 554023" in words(stage)
        read = reads(stage)
        stage.org.open(careful)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert "ready" not in tally(stage)
        await stage.delete("delete 2 Leads")
        assert sorted(deletes(stage)) == [ids[0], ids[2]]
        assert reads(stage) == 2 * read


def test_a_sentence_is_not_asked_for_values_of_records_whose_ids_are_protected(
    tmp_path: Path,
) -> None:
    where = Unread(TARGET, "Leads", "Leads", False, options(), "ERP_No")
    proposal = Proposal(where.plan(Values(("K-1",)), NOON), recycle_bin=True)
    listed = ReviewedList(proposal.plan.ids)
    listed.not_to_be_read(NOON, "")
    session = Session(account=None, journals=tmp_path, clock=lambda: NOON)
    crm = ZohoCRM(api_domain(ADDRESS), FixedToken(Secret("")))
    profile = Profile(name="acme", accounts=AccountsServer(ADDRESS, "local"), domain=crm.domain)
    for protected in ((), ("554023000000201001",)):
        account = Account(crm=crm, profile=replace(profile, protected_ids=protected))
        plan, why = plan_or_why(proposal, listed, account, session, shown=False)
        assert (plan is None) == ("protected_ids" in why) == bool(protected)
    crm.close()


async def test_nothing_is_deleted_by_settings_that_are_others_by_now(tmp_path: Path) -> None:
    settings = folders_in(tmp_path).settings
    settings.parent.mkdir()
    settings.write_text('[profiles.acme]\napi_domain = "http://localhost"\n')
    async with practice(tmp_path, profile={"name": "acme"}) as stage:
        ids = stage.sandbox.sample_ids()["Leads"][:2]
        await enter(stage, ids)
        dialog = await stage.ask()
        with settings.open("a") as file:
            file.write(f"protected_ids = [{ids[0]}]\n")
        await stage.say("delete 2 Leads")
        assert "settings.toml says something else of the profile acme by now" in stage.text(dialog)
        await stage.pilot.press("escape", "d")
        await at_rest(stage)
        assert said(stage, "p opens it again.")
        assert stage.no_dialog()
        assert not deletes(stage)
