"""An org that gives no usable answer at first is asked again by itself, with patience."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.tui.practice import NOON, practice
from tests.tui.signing_in import nobody, sign_in_with_code, switch_to, two_profiles
from zohotui.deletion.reads import pace
from zohotui.sandbox import Fault, FaultKind, Sandbox, Variants
from zohotui.tui.dialogs.sign_in import SignIn
from zohotui.tui.keys.phase import Phase
from zohotui.tui.reconnect import may_pass
from zohotui.zoho.errors import (
    AnswerLost,
    BadSettings,
    NotAuthorized,
    NotSent,
    Refused,
    SignInNeeded,
    TokenExpired,
    TokenThrottled,
    TooManyRequests,
    WrongOrg,
    ZohoError,
)

WHILE = 0.3
"""Seconds in which an impatient program would have asked again several times."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for long, unless Zoho asks for it."""
    monkeypatch.setattr(pace, "LONGEST_WAIT", 0.02)


PASSING = [
    (FaultKind.TOO_MANY_REQUESTS, "/org"),
    (FaultKind.UNAVAILABLE, "/org"),
    (FaultKind.HTML_OK_BEFORE, "/org"),
    (FaultKind.TOO_MANY_REQUESTS, "/users"),
    (FaultKind.BAD_GATEWAY_BEFORE, "/users"),
    (FaultKind.TOO_MANY_REQUESTS, "/settings/modules"),
    (FaultKind.INTERNAL_ERROR_BEFORE, "/settings/modules"),
]
"""Answers of no use that are given for a while, and to which read."""


def fails(kind: FaultKind, path: str, times: int = 3, seconds: int | None = None) -> Sandbox:
    """Make a practice org whose first answers to a read are of no use."""
    sandbox = Sandbox(clock=lambda: NOON, variants=Variants(retry_after=seconds))
    sandbox.faults.add(Fault(kind=kind, method="GET", path=path, times=times))
    return sandbox


def asked(sandbox: Sandbox) -> int:
    """Count how often it was asked which org this is."""
    return sum(request.path.endswith("/org") for request in sandbox.ledger.requests)


async def test_what_passes_at_the_start_needs_nobodys_hand(tmp_path: Path) -> None:
    sandbox = Sandbox(clock=lambda: NOON, variants=Variants(retry_after=None))
    for kind, path in PASSING:
        sandbox.faults.add(Fault(kind=kind, method="GET", path=path, times=3))
    async with practice(tmp_path, sandbox=sandbox) as stage:
        # Each begins with the question which org this is.
        assert asked(sandbox) == 3 * len(PASSING) + 1
        assert stage.org.connection is not None
        assert "Not connected" not in stage.text()
        await stage.choose("Leads")


async def test_what_is_waited_for_is_said_with_the_key_that_tries_now(tmp_path: Path) -> None:
    sandbox = fails(FaultKind.TOO_MANY_REQUESTS, "/org", times=1, seconds=600)
    async with practice(tmp_path, sandbox=sandbox, connected=False) as stage:
        await stage.until(lambda: "Next try in " in stage.text())
        said = stage.text()
        assert "Not connected. Zoho accepts no more requests for now." in said
        assert "Next try in 10:00. l signs in, ctrl+r tries now." in said
        assert stage.phase is Phase.OFFLINE
        await stage.until(lambda: "Next try in 9:59" in stage.text())
        assert asked(sandbox) == 1
        for keys in (["m", "enter"], ["m", "down", "enter"]):
            await stage.pilot.press(*keys)
            await stage.pilot.pause()
            assert "There is no connection to an org yet" in "".join(stage.told), keys
            await stage.pilot.press("escape")
            stage.forget_told()
        await stage.pilot.press("ctrl+r")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert "Next try in" not in stage.text()
        assert not any(worker.group == "again" for worker in stage.main.workers)


async def test_an_answer_that_will_not_change_is_not_asked_for_again(tmp_path: Path) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    async with practice(tmp_path, sandbox=sandbox, token="1000.no.such", connected=False) as stage:
        await stage.until(lambda: isinstance(stage.app.screen, SignIn))
        before = len(sandbox.ledger.requests)
        await asyncio.sleep(WHILE)
        assert len(sandbox.ledger.requests) == before
        assert "Next try in" not in stage.text(stage.shown)


async def test_an_org_that_was_switched_to_is_asked_again_and_none_after_a_sign_out(
    tmp_path: Path,
) -> None:
    async with two_profiles(tmp_path) as (stage, orgs):
        fault = Fault(kind=FaultKind.TOO_MANY_REQUESTS, method="GET", path="/org", times=3)
        orgs.sandbox.faults.add(fault)
        await switch_to(stage, "trial")
        await stage.until(lambda: stage.org.target and "Trial" in stage.org.target.words)
        lasting = Fault(kind=FaultKind.TOO_MANY_REQUESTS, method="GET", path="/org", times=10_000)
        orgs.sandbox.faults.add(lasting)
        await stage.pilot.press("ctrl+r")
        await stage.until(lambda: "Next try in" in stage.text(stage.shown))
        stage.org.open(None)
        await stage.until(lambda: "Signed out." in stage.text(stage.shown))
        await asyncio.sleep(WHILE)
        before = asked(orgs.sandbox)
        await asyncio.sleep(WHILE)
        assert asked(orgs.sandbox) == before
        assert "Signed out." in stage.text(stage.shown)


async def test_a_grant_code_is_not_spent_in_vain(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, orgs):
        fault = Fault(kind=FaultKind.TOO_MANY_REQUESTS, method="GET", path="/org", times=2)
        orgs.sandbox.faults.add(fault)
        await sign_in_with_code(stage, orgs, orgs.code())
        assert "Acme Ltd" in stage.text()
        assert asked(orgs.sandbox) == 3


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (TooManyRequests("429"), True),
        (AnswerLost("503"), True),
        (NotSent("no connection"), True),
        (TokenThrottled("later", 300), True),
        (Refused("no", code="INVALID_URL_PATTERN"), False),
        (NotAuthorized("401"), False),
        (TokenExpired("401"), False),
        (SignInNeeded("invalid_code"), False),
        (WrongOrg("another"), False),
        (BadSettings("proxy"), False),
    ],
)
def test_only_what_may_pass_is_waited_for(error: ZohoError, passes: bool) -> None:
    assert may_pass(error) is passes
