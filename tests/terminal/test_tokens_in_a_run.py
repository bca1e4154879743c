"""Access tokens that end, are revoked or are not to be had, while records are being deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.nursery import Nursery
from tests.terminal.stage import Stage, staged
from tests.terminal.steps import ask, begin, confirm, leave, stop
from tests.terminal.ways_in import BAND, NOBODY, accept, choose, fill_in, keep_profile, other_org
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Org, Sandbox

pytestmark = pytest.mark.terminal

_AGAIN = "Sign in to Acme Ltd again; the run is waiting"

_FIRST = ("sending 1", "landed 1")
_TURNED_AWAY = ("sending 2", "returned 2")
_SECOND = ("sending 2", "landed 2")


@pytest.fixture
def stage(tmp_path: Path, nursery: Nursery) -> Iterator[Stage]:
    """Put two orgs of one user on a socket."""
    with staged(Sandbox(Org.empty(), other_org()), tmp_path, nursery) as opened:
        yield opened


@pytest.fixture
def ids(stage: Stage) -> list[str]:
    return stage.sandbox.org.add_records("Leads", 5)


@pytest.fixture
def terminal(stage: Stage, ids: list[str]) -> Terminal:
    """Delete one of five records; its answer is kept back."""
    keep_profile(stage, "acme", 'org = "700000001"')
    stage.gate.hold()
    started = begin(stage, ids, "--parallel", "1", environ=NOBODY)
    ask(started)
    confirm(started, "delete 5 Leads")
    stage.gate.wait_for_deletes(1)
    return started


def _token(stage: Stage) -> str:
    """Return the access token that the program uses."""
    (path,) = (stage.home / "tokens").glob("*.json")
    token: str = json.loads(path.read_text())["access_token"]
    return token


def _steps(stage: Stage) -> list[str]:
    """Return what each line of the journal tells, and of which batch."""
    (journal,) = stage.journals
    lines = map(json.loads, journal.read_text().splitlines()[1:])
    kinds = ("sending", "returned", "landed")
    return [f"{kind} {line[kind]}" for line in lines for kind in kinds if kind in line]


def _every_id_went_once(stage: Stage, ids: list[str]) -> None:
    assert stage.deleted == set(ids)
    assert len(stage.sandbox.ledger.deleted_ids("Leads")) == len(ids)
    (told,) = stage.replays()
    assert told.finished
    assert told.rows.tally == {State.VERIFIED: len(ids)}


def test_an_access_token_that_ends_in_a_run_is_renewed_and_nobody_is_asked(
    stage: Stage, ids: list[str], terminal: Terminal
) -> None:
    stage.sandbox.expire_token(_token(stage))
    stage.gate.let()
    terminal.wait_for("5 ids = 5 verified")
    assert leave(terminal) == 0
    assert b"Sign in" not in terminal.raw
    assert stage.token_requests == 2
    assert _steps(stage) == [*_FIRST, *_TURNED_AWAY, *_SECOND]
    _every_id_went_once(stage, ids)


def test_a_refresh_token_revoked_in_a_run_pauses_it_until_somebody_signs_in_anew(
    stage: Stage, ids: list[str], terminal: Terminal
) -> None:
    stage.sandbox.accounts.revoke(stage.sandbox.refresh_token)
    stage.gate.let()
    terminal.wait_for("Zoho does not accept the refresh token: it was revoked")
    assert terminal.lines[0].endswith("PAUSED")
    assert stage.deleted == set(ids[:1])
    choose(terminal, "Self Client")
    fill_in(terminal, stage.sandbox.issue_code())
    seen = accept(terminal, _AGAIN)
    assert "Org Acme Ltd" in seen
    terminal.wait_for("5 ids = 5 verified")
    # Once was enough: nothing opens again.
    terminal.wait_for(lambda t: t.lines[0].endswith("idle"))
    assert "Sign in" not in terminal.words
    assert leave(terminal) == 0
    # Turned away by Zoho, then by the accounts server, then signed in.
    assert _steps(stage) == [*_FIRST, *_TURNED_AWAY, *_TURNED_AWAY, *_SECOND]
    _every_id_went_once(stage, ids)

    terminal = stage.start(environ=NOBODY)
    terminal.wait_for(BAND)
    assert leave(terminal) == 0


def test_a_sign_in_to_another_org_is_refused_and_the_run_stays_paused(
    stage: Stage, ids: list[str], terminal: Terminal
) -> None:
    stage.sandbox.accounts.revoke(stage.sandbox.refresh_token)
    stage.gate.let()
    choose(terminal, "Self Client")
    before = (stage.home / "secrets" / "acme.json").read_bytes()
    fill_in(terminal, stage.sandbox.issue_code(org=stage.sandbox.orgs[1]))
    terminal.wait_for("This sign-in opens Borealis Test · SANDBOX")
    terminal.wait_for("but the run is in Acme Ltd.")
    assert (stage.home / "secrets" / "acme.json").read_bytes() == before
    terminal.press_and_see("esc")
    terminal.wait_for("Enter chooses")
    terminal.press_and_see("esc")
    terminal.wait_until_gone(_AGAIN)
    assert BAND in terminal.lines[0]
    assert terminal.lines[0].endswith("PAUSED")
    stop(terminal)
    terminal.wait_for("5 ids = 1 deleted + 4 not sent")
    assert leave(terminal) == 1
    assert stage.deleted == set(ids[:1])


def test_a_token_that_is_not_to_be_had_for_minutes_is_waited_for_and_a_stop_works_at_once(
    stage: Stage, ids: list[str], terminal: Terminal
) -> None:
    stage.sandbox.accounts.throttle_for(3600)
    stage.sandbox.expire_token(_token(stage))
    stage.gate.let()
    terminal.wait_for("Zoho gives no new access tokens for some minutes")
    terminal.wait_for("Next try in 5:00.")
    asked = stage.token_requests
    assert "Sign in to" not in terminal.words
    # The screen stays alive, and a time that would be wrong is not told.
    terminal.press("?")
    terminal.wait_for("Esc closes")
    terminal.press_and_see("esc")
    terminal.wait_until_gone("Esc closes")
    assert "left" not in terminal.lines[1]
    stop(terminal)
    terminal.wait_for("5 ids = 1 deleted + 4 not sent")
    assert leave(terminal) == 1
    assert stage.token_requests == asked
    assert stage.deleted == set(ids[:1])


def test_minutes_without_a_token_are_named_at_the_start(stage: Stage) -> None:
    keep_profile(stage)
    stage.sandbox.accounts.throttle_for(3600)
    terminal = stage.start(environ=NOBODY)
    terminal.wait_for("Not connected. Zoho gives no new access tokens for some minutes")
    terminal.wait_for("Next try in 4:")
    assert "l signs in, ctrl+r tries now." in terminal.words
    terminal.send(b"\x12")
    terminal.wait_for("Zoho gives no new access tokens for now")
    assert "Enter chooses" not in terminal.words
    # It did not ask again, which would have prolonged it.
    assert stage.token_requests == 1
    assert leave(terminal) == 0


def test_a_sign_in_that_opens_another_org_after_the_confirmation_sends_nothing(
    stage: Stage, ids: list[str]
) -> None:
    keep_profile(stage, "acme")
    terminal = begin(stage, ids, environ=NOBODY)
    ask(terminal)
    stage.sandbox.org.zgid, stage.sandbox.org.company = "700000009", "Acme Two"
    confirm(terminal, "delete 5 Leads")
    terminal.wait_for("5 ids = 5 not sent")
    terminal.wait_for("This sign-in opens Acme Two")
    assert leave(terminal) == 1
    assert not stage.delete_requests
