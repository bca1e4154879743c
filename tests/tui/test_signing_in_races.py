"""Sign-ins and switches that meet a second key, another dialog, or a pause that is a person's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from tests.tui.fingers import PATIENCE
from tests.tui.practice import Stage, held_by, hold_deletes, levers, refused_lead
from tests.tui.signing_in import (
    Orgs,
    begin_run,
    choose_way,
    fill,
    keep,
    nobody,
    point_at,
    send,
    sign_in_with_code,
    two_profiles,
    until_ways,
)
from zohotui.config.profiles import Account
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind
from zohotui.tui.dialogs import sign_in as module
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.signing_in import keep as keep_sign_in
from zohotui.tui.signing_in import try_form
from zohotui.tui.widgets.sign_in_form import SignInForm
from zohotui.tui.widgets.tick import Tick

NAMELESS = ("ZohoCRM.modules.ALL", "ZohoCRM.users.READ", "ZohoCRM.settings.modules.READ")


def press_twice(stage: Stage, key: str) -> None:
    """Let a key come in twice before the first has had any effect."""
    for _ in range(2):
        stage.app.post_message(events.Key(key, None))


class Held:
    """Does what is to be done when the gate opens, and remembers with what it was called."""

    def __init__(self, act: Callable[..., Any]) -> None:
        self._act = act
        self.gate = threading.Event()
        self.calls: list[tuple[Any, ...]] = []

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        self.calls.append(arguments)
        self.gate.wait(PATIENCE)
        return self._act(*arguments, **named)


def is_closed(account: Account) -> bool:
    return account.crm._host.is_closed


# A second key before the first has had its effect


async def test_a_profile_that_is_chosen_twice_is_opened_once(tmp_path: Path) -> None:
    async with two_profiles(tmp_path) as (stage, _):
        await point_at(stage, "trial")
        press_twice(stage, "enter")
        await stage.until(lambda: "SANDBOX" in stage.text() and stage.phase is Phase.IDLE)
        assert stage.app.screen_stack == [stage.main]


async def test_what_is_sent_again_meanwhile_is_done_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, kept = Held(try_form), Held(keep_sign_in)
    monkeypatch.setattr(module, "try_form", tried)
    monkeypatch.setattr(module, "keep", kept)
    async with nobody(tmp_path) as (stage, orgs):
        await choose_way(stage, 1)
        client_id, client_secret = orgs.sandbox.client_id, orgs.sandbox.client_secret
        await fill(stage, place="eu", client_id=client_id, client_secret=client_secret)
        await fill(stage, secret=orgs.code())
        await send(stage)
        await stage.until(tried.calls.__len__)
        form = stage.app.screen.query_one(SignInForm)
        form.post_message(SignInForm.Filled(tried.calls[0][1]))
        await stage.pilot.pause()
        tried.gate.set()
        await stage.until(lambda: stage.app.screen.query_one("#step-found").display)
        assert len(tried.calls) == 1
        await keep(stage, "acme")
        await stage.until(kept.calls.__len__)
        field = stage.app.screen.query_one("#name", Input)
        field.post_message(Input.Submitted(field, "acme"))
        await stage.pilot.pause()
        kept.gate.set()
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert stage.app.screen_stack == [stage.main]
        assert len(kept.calls) == 1


async def test_an_answer_that_comes_twice_ends_the_dialog_once(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, orgs):
        await sign_in_with_code(stage, orgs, orgs.code())
        dialog = stage.app.screen
        assert isinstance(dialog, module.SignIn)
        signed = dialog._signed
        assert signed is not None
        for _ in range(2):
            dialog.dismiss(signed)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert stage.app.screen_stack == [stage.main]
        await enter_on_the_box_goes_on_and_only_space_sets_it(stage, orgs)


async def enter_on_the_box_goes_on_and_only_space_sets_it(stage: Stage, orgs: Orgs) -> None:
    """Sign in once with the box that makes a profile read-only empty, and once with it set."""
    for name, read_only in (("free", False), ("careful", True)):
        before = stage.org.account
        await stage.pilot.press("l")
        await until_ways(stage)
        await sign_in_with_code(stage, orgs, orgs.code())
        await fill(stage, name=name)
        tick = stage.app.screen.query_one(Tick)
        await stage.pilot.press("tab")
        assert stage.app.screen.focused is tick
        for wanted in (True, False, True) if read_only else ():
            await stage.pilot.press("space")
            assert tick.value is wanted
        await stage.pilot.press("enter")
        await stage.until(lambda before=before: stage.org.account is not before)  # type: ignore[misc]
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert orgs.profiles.settings().profiles[name].read_only is read_only
        assert stage.org.read_only is read_only
        await stage.until(stage.no_dialog)
        assert ("READ-ONLY" in stage.text()) is read_only


# A run that waits


async def sign_in_while_it_waits(stage: Stage, orgs: Orgs) -> None:
    """Press l, sign in to the run's org again, and wait until the screen has taken that in."""
    before = stage.org.connection
    await stage.pilot.press("l")
    await until_ways(stage)
    await choose_way(stage, 1)
    await fill(stage, secret=orgs.code())
    await send(stage)
    await stage.until(lambda: stage.app.screen.query_one("#step-found").display)
    await stage.pilot.press("enter")
    await stage.until(stage.no_dialog)
    await stage.until(lambda: stage.org.connection is not before)
    await stage.pilot.pause()


async def test_a_run_that_waits_for_a_person_is_resumed_by_a_person_alone(tmp_path: Path) -> None:
    gate = threading.Event()
    async with two_profiles(tmp_path, sleep=held_by(gate)) as (stage, orgs):
        hold_deletes(orgs.sandbox)
        ids = await begin_run(stage, 400)
        await stage.until(lambda: stage.runs[-1].in_flight)
        await stage.pilot.press("space")
        assert stage.phase is Phase.PAUSED
        await sign_in_while_it_waits(stage, orgs)
        assert stage.phase is Phase.PAUSED
        assert levers(stage.runs[-1]).paused
        gate.set()
        await stage.until(lambda: not stage.runs[-1].in_flight)
        assert len(orgs.sandbox.ledger.sent_ids("Leads")) < len(ids)
        orgs.sandbox.faults.clear()
        orgs.sandbox.faults.add(
            Fault(kind=FaultKind.FLAT_ERROR, status=403, code="NO_PERMISSION", times=2)
        )
        # Now it is Zoho's refusal that a person has to see.
        seen = stage.runs[-1].headway.brakes
        await stage.pilot.press("space")
        await stage.until(lambda: stage.runs[-1].headway.brakes > seen)
        await stage.until(lambda: stage.phase is Phase.PAUSED)
        await sign_in_while_it_waits(stage, orgs)
        assert stage.phase is Phase.PAUSED
        assert levers(stage.runs[-1]).paused
        orgs.sandbox.faults.clear()
        await stage.pilot.press("space")
        await stage.until(lambda: stage.runs[-1].finished)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        gone = stage.runs[-1].rows.tally[State.VERIFIED]
        assert gone == len(orgs.sandbox.ledger.deleted_ids("Leads"))
        assert stage.runs[-1].rows.tally[State.FAILED] == 400 - gone


# Another org


async def test_a_retry_is_refused_where_nobody_can_tell_that_the_org_is_the_same(
    tmp_path: Path,
) -> None:
    async with nobody(tmp_path) as (stage, orgs):
        await enter_nameless_org(stage, orgs)
        await stage.choose("Leads")
        await stage.enter(refused_lead(stage))
        await stage.ask()
        await stage.say("delete 1 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        await stage.pilot.press("r")
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.pilot.press("escape")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        first = stage.org.target
        await stage.pilot.press("n", "l")
        await enter_nameless_org(stage, orgs)
        assert stage.org.target == first
        stage.app.conductor.stack.open_run(stage.runs[0])
        await stage.until(stage.no_dialog)
        await stage.pilot.press("r")
        told = "so it may not be this one"
        await stage.until(lambda: any(told in one for one in stage.told))
        assert stage.no_dialog()
        assert len(stage.runs) == 1


async def enter_nameless_org(stage: Stage, orgs: Orgs) -> None:
    """Sign in with a new access token that cannot say which org it opens."""
    before = stage.org.account
    await until_ways(stage)
    await choose_way(stage, 3)
    await fill(stage, place="eu", secret=orgs.sandbox.issue_token(scopes=NAMELESS))
    await send(stage)
    await stage.until(lambda: stage.app.screen.query_one("#step-found").display)
    await stage.pilot.press("enter")
    await stage.until(lambda: stage.org.account is not before)
    await stage.until(lambda: stage.phase is Phase.IDLE)
