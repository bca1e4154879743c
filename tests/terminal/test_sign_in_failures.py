"""What goes wrong while somebody signs in is said in a sentence, and nothing filled in is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, leave
from tests.terminal.ways_in import (
    BAND,
    NOBODY,
    accept,
    begin_signing_in,
    choose,
    fill_in,
    form,
    keep_profile,
    spend,
)

pytestmark = pytest.mark.terminal


def _wrong_client(stage: Stage) -> tuple[str, ...]:
    client = ("1000.NOBODYS", stage.sandbox.client_secret)
    return form(stage, stage.sandbox.issue_code(), client=client)


def _wrong_data_centre(stage: Stage) -> tuple[str, ...]:
    stage.sandbox.variants = replace(stage.sandbox.variants, other_data_centre=True)
    return form(stage, stage.sandbox.issue_code())


def _throttled(stage: Stage) -> tuple[str, ...]:
    stage.sandbox.accounts.throttle_for(3600)
    return form(stage, stage.sandbox.issue_code())


_WRONG: dict[str, tuple[Callable[[Stage], tuple[str, ...]], str]] = {
    "a client id that Zoho does not know": (_wrong_client, "the client id is wrong, or the client"),
    "another data centre": (_wrong_data_centre, "the client was made in another data centre."),
    "too many tokens": (_throttled, "Zoho gives no new access tokens for some minutes, because"),
}


def test_what_cannot_be_used_is_said_with_the_form_still_filled_in_and_what_can_be_signs_in(
    stage: Stage,
) -> None:
    terminal = begin_signing_in(stage)
    for make, sentence in _WRONG.values():
        choose(terminal, "Self Client")
        place, _, identity, secret, _ = values = make(stage)
        fill_in(terminal, *values)
        terminal.wait_for(sentence)
        filled = terminal.box("Sign in")
        assert f"Data centre {place}" in filled
        assert f"Client id {identity}" in filled
        assert f"Client secret {'•' * len(secret)} " in filled
        assert not any(stage.home.iterdir())
        assert not stage.delete_requests
        # Another form is empty.
        terminal.press_and_see("esc")
        terminal.wait_for("Enter chooses")
        terminal.press_and_see("esc")
        terminal.wait_for(lambda t: not t.box_lines("Sign in"))
        terminal.press("l")
        stage.sandbox.variants = replace(stage.sandbox.variants, other_data_centre=False)
        stage.sandbox.accounts.throttle_for(0)

    choose(terminal, "Self Client")
    fill_in(terminal, *form(stage, ""))
    terminal.wait_for("The grant code is missing.")
    fill_in(terminal, spend(stage, stage.sandbox.issue_code()))
    terminal.wait_for("Zoho does not accept the grant code. It works once, for some minutes")
    fill_in(terminal, stage.sandbox.issue_code())
    terminal.wait_for("Profile acme-ltd")
    terminal.press("end", "ctrl+u")
    # Without a name nothing is kept.
    terminal.wait_for("empty: for this session only")
    accept(terminal)
    terminal.wait_for(BAND)
    assert leave(terminal) == 0
    assert not any(stage.home.iterdir())


def test_a_first_start_says_what_to_do_and_a_code_can_be_refused_given_up_or_practised_without(
    stage: Stage,
) -> None:
    stage.sandbox.devices.interval = 0.1
    terminal = begin_signing_in(stage)
    terminal.wait_for("1. In Zoho's API console make a client")
    assert "2. Choose the first way below" in terminal.words
    assert "3. Open the address that it shows" in terminal.words
    terminal.wait_for("Practice org: nothing in it is real (p)")
    choose(terminal, "Code on another device")
    fill_in(terminal, *form(stage))
    terminal.wait_for("On any device")
    stage.sandbox.deny_device(*stage.sandbox.pending_devices())
    terminal.wait_for("The sign-in was refused in the browser. Start again.")

    fill_in(terminal, stage.sandbox.client_secret)
    terminal.wait_for("On any device")
    (code,) = stage.sandbox.pending_devices()
    terminal.press("esc")
    terminal.wait_for("Enter signs in")
    assert f"Client id {stage.sandbox.client_id}" in terminal.words
    # Too late: nobody asks for this code any more.
    stage.sandbox.approve_device(code)
    terminal.press_and_see("esc")
    terminal.wait_for("Enter chooses")
    terminal.press("esc")
    terminal.wait_for("You are not signed in to an org yet. l opens the sign-in.")
    assert "not connected" in terminal.lines[0]
    assert not any(stage.home.iterdir())

    # One key leads into the practice org.
    terminal.press("l")
    terminal.wait_for("Practice org: nothing in it is real (p)")
    terminal.press("p")
    terminal.wait_for("Acme Ltd · PRACTICE")
    terminal.wait_for("idle")
    terminal.press("enter", "o")
    terminal.wait_for("practice-leads.csv")
    terminal.press("esc")
    terminal.wait_for(lambda t: "Open a list of ids" not in t.words)
    assert leave(terminal) == 0
    assert not stage.sent


def test_a_refresh_token_revoked_since_opens_the_sign_in_which_knows_the_client(
    stage: Stage,
) -> None:
    secrets = keep_profile(stage, "acme", 'org = "700000001"')
    stage.sandbox.accounts.revoke(stage.sandbox.refresh_token)
    terminal = stage.start(environ=NOBODY)
    terminal.wait_for("Zoho does not accept the refresh token: it was revoked")
    choose(terminal, "Self Client")
    known = terminal.box("Sign in to acme")
    assert f"Data centre {stage.url}" in known
    assert f"Client id {stage.sandbox.client_id}" in known
    assert "Client secret leave empty to use the saved one" in known
    # The cursor stands where something is missing.
    fill_in(terminal, stage.sandbox.issue_code())
    seen = accept(terminal, "Sign in to acme")
    assert "Org Acme Ltd" in seen
    terminal.wait_for(BAND)
    assert leave(terminal) == 0
    kept = json.loads(secrets.read_text())
    assert kept["client_secret"] == stage.sandbox.client_secret
    assert kept["refresh_token"] != stage.sandbox.refresh_token


def test_a_profile_whose_sign_in_opens_another_org_opens_nothing(stage: Stage) -> None:
    keep_profile(stage, "acme", 'org = "700000009"')
    terminal = stage.start("--module", "Leads", environ=NOBODY)
    said = "The profile acme is for the org 700000009, but its sign-in opens Acme Ltd (700000001)."
    # It is said behind the dialog as well, and before that is there.
    terminal.wait_for(lambda t: said in t.box("Sign in to acme"))
    terminal.press("esc")
    terminal.wait_for(lambda t: not t.box_lines("Sign in to acme"))
    terminal.wait_for(f"Not connected. {said}")
    terminal.paste("554023000000201001\n")
    terminal.wait_for("1 id = 1 entered")
    terminal.press("d", "ctrl+n")
    # The second key was answered, the first one was not.
    terminal.wait_for("Clear the list of 1 id?")
    terminal.press("y")
    terminal.wait_until_gone("Clear the list")
    assert leave(terminal) == 0
    assert not stage.delete_requests


def test_an_access_token_of_another_data_centre_opens_the_sign_in(stage: Stage) -> None:
    stage.sandbox.variants = replace(stage.sandbox.variants, other_data_centre=True)
    terminal = stage.start()
    terminal.wait_for("Zoho does not accept the access token. INVALID_TOKEN")
    choose(terminal, "Access token alone")
    fill_in(terminal, stage.url, "", stage.sandbox.issue_token())
    terminal.wait_for("Enter signs in")
    terminal.wait_for(lambda t: "INVALID_TOKEN" in t.box_lines("Sign in")[-2])
    assert "no org yet" in terminal.lines[0]


def test_without_the_scope_for_it_nobody_can_tell_the_org_and_that_is_said_everywhere(
    stage: Stage,
) -> None:
    scopes = ("ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL")
    token = stage.sandbox.issue_token(scopes=scopes)
    ids = stage.sandbox.org.add_records("Leads", 2)
    terminal = begin(stage, ids, environ={"ZOHOTUI_ACCESS_TOKEN": token})
    assert "ORG NOT KNOWN · UNKNOWN · LOCAL" in terminal.lines[0]
    terminal.wait_for("THE ORG IS NOT KNOWN")
    ask(terminal)
    asked = terminal.box(" of Leads?")
    assert "Org ORG NOT KNOWN" in asked
    assert "THE ORG IS NOT KNOWN" in asked
    terminal.press_and_see("esc")
    terminal.wait_until_gone("press Enter")
    assert leave(terminal) == 0


def test_a_record_url_of_another_org_is_held(stage: Stage) -> None:
    terminal = stage.start("--module", "Leads")
    terminal.wait_for("idle")
    terminal.paste("https://crm.zoho.eu/crm/org700000002/tab/Leads/554023000000201001\n")
    terminal.wait_for("1 id = 1 held")
    terminal.wait_for("its address is of another org (org700000002), not of Acme Ltd")
    terminal.press("d")
    terminal.wait_for("Nothing is left to delete.")
    assert "press Enter" not in terminal.words
    assert leave(terminal) == 0
    assert not stage.delete_requests
