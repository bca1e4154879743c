"""Several orgs in one session: switching, signing out, and runs that wait for a sign-in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import OptionList

from tests.tui.practice import Stage, hold_deletes, levers, opened, refused_lead, tell
from tests.tui.signing_in import (
    Orgs,
    add_profile,
    begin_run,
    choose_way,
    fill,
    keep,
    revoke,
    send,
    sign_in_with_code,
    switch_to,
    two_profiles,
    until_ways,
)
from zohotui.deletion.model.events import Braked
from zohotui.deletion.model.outcome import State
from zohotui.sandbox.org.org import sample_ids
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.new_file import NewFile
from zohotui.tui.dialogs.sign_in import SignIn
from zohotui.tui.dialogs.switch_profile import SwitchProfile
from zohotui.tui.keys.phase import Phase
from zohotui.tui.widgets.band import Band
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.widgets.module_picker import ModulePicker
from zohotui.tui.widgets.tick import Tick
from zohotui.zoho.datacentre import Environment


def modules(stage: Stage) -> set[str]:
    return {module.plural_label for module in stage.main.query_one(ModulePicker).modules}


async def test_the_band_the_modules_and_the_sentence_follow_the_profile(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, orgs):
        band = stage.main.query_one(Band)
        assert band.has_class("-production")
        assert "Leads" in modules(stage)
        await switch_to(stage, "trial")
        await stage.until(lambda: stage.phase is Phase.IDLE and band.has_class("-sandbox"))
        await stage.until(lambda: "Acme Trial · SANDBOX · EU" in stage.text())
        assert "Prospects" in modules(stage)
        assert "Leads" not in modules(stage)
        ids = sample_ids(orgs.other)["Leads"][:2]
        await stage.choose("Leads")
        await stage.enter(" ".join(ids))
        dialog = await stage.ask()
        assert "Acme Trial · SANDBOX" in stage.text(dialog)
        assert "delete 2 Prospects" in stage.text(dialog)
        await stage.say("delete 2 Leads")
        assert "Not quite:" in stage.text(dialog)
        await stage.say("delete 2 Prospects")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        assert orgs.sandbox.ledger.deleted_ids("Leads") == ids


async def test_a_profile_with_a_rule_that_is_none_is_not_opened(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, orgs):
        with orgs.profiles.folders.settings.open("a") as settings:
            settings.write("protected_if = ['Amount >> 0']\n")
        await switch_to(stage, "trial")
        told = (
            "The profile trial, protected_if: 'Amount >> 0' is not a rule: >> is not a comparison"
        )
        await stage.until(lambda: any(told in one for one in stage.told))
        assert stage.phase is Phase.IDLE
        assert "PRODUCTION" in stage.text()


async def test_ids_of_one_org_are_not_taken_to_another_unasked(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, orgs):
        await stage.choose("Leads")
        await stage.enter("\n".join(orgs.sandbox.sample_ids()["Leads"][:3]))
        await switch_to(stage, "trial")
        await stage.until(lambda: isinstance(stage.app.screen, Ask))
        assert "the list of 3 ids will be cleared" in stage.text()
        await stage.pilot.press("n")
        await stage.until(stage.no_dialog)
        assert "PRODUCTION" in stage.text()
        assert len(stage.main.query_one(IdEditor).ids.ids) == 3
        await switch_to(stage, "trial")
        await stage.until(lambda: isinstance(stage.app.screen, Ask))
        await stage.pilot.press("y")
        await stage.until(lambda: "SANDBOX" in stage.text() and stage.phase is Phase.IDLE)
        assert not len(stage.main.query_one(IdEditor).ids.ids)
        assert stage.main.entry.module is None


async def test_the_last_run_of_another_org_is_not_retried_here(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, _):
        await stage.choose("Leads")
        await stage.enter(refused_lead(stage))
        await stage.delete("delete 1 Leads")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        await switch_to(stage, "trial")
        await stage.until(lambda: "SANDBOX" in stage.text() and stage.phase is Phase.IDLE)
        # Another org begins with its list; the run of the one before is in the history.
        assert stage.shown is stage.main
        stage.app.conductor.stack.open_run(stage.runs[0])
        await stage.until(stage.no_dialog)
        await stage.pilot.press("r")
        told = "That run was in another org"
        await stage.until(lambda: any(told in one for one in stage.told))
        assert stage.no_dialog()
        assert len(stage.runs) == 1


async def test_signing_out_leaves_no_org_and_no_secret(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, orgs):
        await stage.pilot.press("p")
        await stage.until(lambda: isinstance(stage.app.screen, SwitchProfile))
        await stage.until(lambda: stage.app.screen.query_one(OptionList).option_count)
        await stage.pilot.press("x")
        await stage.until(lambda: isinstance(stage.app.screen, Ask))
        await stage.pilot.press("y")
        await stage.until(lambda: "Signed out of acme" in stage.text())
        assert stage.org.account is None
        await stage.pilot.press("a")
        await until_ways(stage)
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        assert "no org yet" in stage.text()
        assert [path.name for path in (tmp_path / "config/secrets").iterdir()] == ["trial.json"]
        assert len(list((tmp_path / "state/tokens").glob("*.json"))) == 1
        await switch_to(stage, "acme")
        await until_ways(stage)
        assert "You are not signed in to the profile acme" in stage.text()
        assert "acme" in orgs.profiles.settings().profiles


async def sign_in_again(stage: Stage, orgs: Orgs, code: str) -> None:
    await choose_way(stage, 1)
    await fill(stage, secret=code)
    await send(stage)


async def test_a_run_whose_sign_in_is_revoked_goes_on_after_another(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, orgs):
        ids = await begin_run(stage, 250, lambda: revoke(orgs, stage))
        await until_ways(stage)
        assert stage.phase is Phase.PAUSED
        assert "Sign in to Acme Ltd again; the run is waiting" in stage.text()
        await sign_in_again(stage, orgs, orgs.code(orgs.other))
        await stage.until(lambda: "Acme Trial" in stage.text())
        assert "but the run is in Acme Ltd" in stage.text()
        assert not stage.sandbox.ledger.deleted_ids("Leads")
        await fill(stage, secret=orgs.code())
        await send(stage)
        await stage.until(lambda: stage.app.screen.query_one("#step-found").display)
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.runs[-1].finished)
        assert sorted(stage.sandbox.ledger.sent_ids("Leads")) == sorted(ids)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert stage.runs[-1].rows.tally == {State.VERIFIED: 250}
        assert orgs.profiles.open("acme").crm.org().zgid == "700000001"


async def test_many_brakes_open_one_sign_in(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, orgs):
        await begin_run(stage, 30, lambda: revoke(orgs, stage))
        await until_ways(stage)
        for _ in range(3):
            braked = Braked("once more", sign_in=True)
            tell(stage, braked)
            await stage.pilot.pause()
        assert sum(isinstance(one, SignIn) for one in stage.app.screen_stack) == 1
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        await stage.pilot.pause()
        assert stage.no_dialog()
        assert "l signs in" in stage.text()
        await stage.pilot.press("l")
        await until_ways(stage)
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        await stage.pilot.press("s", "y")
        await stage.until(lambda: stage.runs[-1].finished)
        assert not stage.sandbox.ledger.sent_ids("Leads")


async def test_a_sign_in_that_is_due_waits_for_the_end_of_another_dialog(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, _):
        hold_deletes(stage.sandbox)
        await begin_run(stage, 30)
        await stage.pilot.press("e")
        await stage.until(lambda: isinstance(stage.app.screen, NewFile))
        levers(stage.runs[-1]).pause()
        braked = Braked("revoked", sign_in=True)
        tell(stage, braked)
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, NewFile)
        await stage.pilot.press("escape")
        await until_ways(stage)
        levers(stage.runs[-1]).stop()


async def test_no_key_switches_the_org_of_a_run(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, _):
        hold_deletes(stage.sandbox)
        await begin_run(stage, 30)
        await stage.pilot.press("p")
        await stage.pilot.pause()
        assert stage.no_dialog()
        assert not stage.offers("profile")
        assert not stage.offers("sign_in")
        levers(stage.runs[-1]).stop()


async def test_a_profile_whose_sign_in_opens_another_org_is_not_opened(tmp_path: Path) -> None:
    orgs = Orgs.make(tmp_path)
    add_profile(orgs, "acme", orgs.sandbox.org, Environment.PRODUCTION)
    settings = tmp_path / "config/settings.toml"
    settings.write_text(settings.read_text().replace("700000001", "700000009"))
    session = orgs.session(tmp_path, orgs.profiles.open("acme"))
    async with opened(session, orgs.sandbox, tmp_path, connected=False) as stage:
        await until_ways(stage)
        why = "for the org 700000009, but its sign-in opens Acme Ltd (700000001)"
        await stage.until(lambda: why in stage.text())
        await stage.pilot.press("escape")
        assert stage.org.target is None


async def test_a_name_that_another_org_has_is_refused_and_another_taken(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, orgs):
        await stage.pilot.press("l")
        await until_ways(stage)
        await sign_in_with_code(stage, orgs, orgs.code())
        await keep(stage, "trial")
        await stage.until(lambda: "There is a profile trial for another org" in stage.text())
        await keep(stage, "acme2")
        await stage.until(stage.no_dialog)
        assert set(orgs.profiles.settings().profiles) == {"acme", "trial", "acme2"}


@pytest.mark.parametrize("meant", [True, False])
async def test_a_profile_that_names_no_org_is_overwritten_only_by_who_signs_in_to_it(
    tmp_path: Path, meant: bool
) -> None:
    orgs = Orgs.make(tmp_path)
    settings = orgs.profiles.folders.settings
    settings.write_text('[profiles.acme]\ndata_centre = "EU"\nenvironment = "production"\n')
    session = replace(orgs.session(tmp_path), wanted="acme" if meant else "", why="Nobody.")
    secrets = orgs.profiles.folders.secrets / "acme.json"
    async with opened(session, orgs.sandbox, tmp_path, connected=False) as stage:
        await until_ways(stage)
        await sign_in_with_code(stage, orgs, orgs.code())
        if meant:
            await stage.pilot.press("enter")
            await stage.until(lambda: stage.phase is Phase.IDLE)
            assert secrets.exists()
            return
        await keep(stage, "acme")
        await stage.until(lambda: "choose another name, like acme-2" in stage.text())
        assert not secrets.exists()
        await keep(stage, "acme-2")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert set(orgs.profiles.settings().profiles) == {"acme", "acme-2"}
        assert not secrets.exists()


async def test_several_profiles_without_a_usual_one_are_offered(tmp_path: Path) -> None:
    orgs = Orgs.make(tmp_path)
    add_profile(orgs, "acme", orgs.sandbox.org, Environment.PRODUCTION)
    add_profile(orgs, "trial", orgs.other, Environment.SANDBOX)
    session = replace(orgs.session(tmp_path), choose=True)
    async with opened(session, orgs.sandbox, tmp_path, connected=False) as stage:
        await stage.until(lambda: isinstance(stage.app.screen, SwitchProfile))
        await stage.until(lambda: stage.app.screen.query_one(OptionList).option_count)
        await stage.pilot.press("escape")
        assert "p chooses one" in stage.text()


async def test_signing_in_to_the_same_org_again_keeps_the_ids(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, orgs):
        await stage.choose("Leads")
        await stage.enter("\n".join(orgs.sandbox.sample_ids()["Leads"][:3]))
        await stage.pilot.press("l")
        await until_ways(stage)
        await sign_in_with_code(stage, orgs, orgs.code())
        await keep(stage, "")
        await stage.until(stage.no_dialog)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert len(stage.main.query_one(IdEditor).ids.ids) == 3
        assert stage.module() == "Leads"


async def test_a_sandbox_with_the_number_of_its_org_is_another_place(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, orgs):
        await stage.choose("Leads")
        await stage.enter("\n".join(orgs.sandbox.sample_ids()["Leads"][:3]))
        orgs.other.zgid = "700000001"
        settings = tmp_path / "config/settings.toml"
        settings.write_text(settings.read_text().replace("700000002", "700000001"))
        await switch_to(stage, "trial")
        await stage.until(lambda: isinstance(stage.app.screen, Ask))
        assert "the list of 3 ids will be cleared" in stage.text()


async def test_read_only_holds_for_a_sign_in_that_is_not_kept(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, orgs):
        await stage.pilot.press("l")
        await until_ways(stage)
        await sign_in_with_code(stage, orgs, orgs.code())
        stage.app.screen.query_one(Tick).value = True
        await keep(stage, "")
        await stage.until(stage.no_dialog)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        await stage.until(lambda: "READ-ONLY" in stage.text())
        assert stage.org.read_only
