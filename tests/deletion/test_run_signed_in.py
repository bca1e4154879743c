"""A run whose sign-in lives its own life: tokens end, are revoked, throttled, or of another org."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Lock

import httpx
import pytest

from tests.rows import each_row
from tests.world.plans import ADDRESS, has_finished, options, plan_of
from tests.world.promises import promises_hold
from tests.world.wire import Wire
from tests.world.world import Steer, Told, World
from zohotui.deletion.model.events import (
    Braked,
    Event,
    Landed,
    Paused,
    Returned,
    Sent,
    Waiting,
)
from zohotui.deletion.model.levers import Levers
from zohotui.sandbox import Fault, FaultKind, Org, Sandbox
from zohotui.zoho.accounts import Accounts
from zohotui.zoho.accounts_advice import WAIT
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import accounts_server, api_domain
from zohotui.zoho.errors import WrongOrg
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import LIMITS, MemoryStore, RefreshedTokens

OTHER = "700000002"
"""The number of the practice user's other org."""


class SignedIn(World):
    """A practice user with two orgs, and a client of the first whose tokens renew themselves."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        other = Org.empty(zgid=OTHER, prefix="554024", company="Other Ltd")
        self.sandbox = Sandbox(Org.empty(), other, clock=self.clock, sleep=self.clock.sleep)
        self.wire = Wire(self.sandbox)
        self.accounts_wire = Wire(self.sandbox)
        self.client = self.sign_in()

    def sign_in(self, org: Org | None = None, scopes: list[str] | None = None) -> ZohoCRM:
        """Sign in anew, as a person would in mid-run."""
        refresh = Secret(self.sandbox.issue_refresh_token(org=org, scopes=scopes))
        client = OAuthClient(self.sandbox.client_id, Secret(self.sandbox.client_secret))
        accounts = Accounts(accounts_server(ADDRESS), self.accounts_wire)
        self.tokens = RefreshedTokens(accounts, client, refresh, MemoryStore(), self.clock)
        self.refresh_token = refresh.reveal()
        return ZohoCRM(api_domain(ADDRESS), self.tokens, transport=self.wire)

    def crm(self, api: str = "v2", *, read_only: bool = False) -> ZohoCRM:
        return self.client

    @property
    def renewals(self) -> int:
        """How often tokens were asked for."""
        return len(self.accounts_wire.attempts)

    def expire(self) -> None:
        self.sandbox.expire_token(self.tokens.current().reveal())

    def revoke(self) -> None:
        assert self.sandbox.accounts.revoke(self.refresh_token)

    def run_of(
        self, count: int, batch: int = 4, parallel: int = 1, steer: Steer | None = None
    ) -> Told:
        plan = plan_of(self.leads(count), options=options(batch, parallel))
        told = self.carry_out(plan, steer=steer)
        promises_hold(self, told)
        nothing_went_twice(self, told)
        return told


def nothing_went_twice(world: SignedIn, told: Told) -> None:
    gone = Counter(world.sandbox.ledger.deleted_ids("Leads"))
    assert set(gone.values()) <= {1}
    deleted, unknown = (told.states.get(state, 0) for state in ("deleted", "unknown"))
    assert deleted <= len(gone) <= deleted + unknown


@pytest.fixture
def world(tmp_path: Path) -> SignedIn:
    return SignedIn(tmp_path / "journals")


def nth(kind: type[Event], number: int, act: Callable[[Levers], object]) -> Steer:
    """Do something at the nth event of a kind."""
    seen = Counter[str]()

    def steer(event: Event, control: Levers) -> None:
        seen["of this kind"] += isinstance(event, kind)
        if isinstance(event, kind) and seen["of this kind"] == number:
            act(control)

    return steer


def stop_at_brake(event: Event, control: Levers) -> None:
    if isinstance(event, Braked):
        control.stop()


def journaled(told: Told, key: str) -> int:
    lines = told.journal.read_text().splitlines()
    return sum(key in json.loads(line) for line in lines)


# Tokens that end


def test_without_trouble_one_token_is_enough(world: SignedIn) -> None:
    told = world.run_of(40, parallel=5)
    assert told.states == {"deleted": 40}
    assert (world.renewals, world.wire.proofs) == (1, 1)


class Meeting(Wire):
    """Lets so many deletes meet before Zoho sees the first of them, and then does something."""

    def __init__(self, sandbox: Sandbox, count: int, then: Callable[[], None]) -> None:
        super().__init__(sandbox)
        self._left, self._mutex_of_left = count, Lock()
        self._together = Barrier(count, action=then)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if b"," in request.url.query:
            with self._mutex_of_left:
                self._left -= 1
                meets = self._left >= 0
            if meets:
                self._together.wait(timeout=60)
        return super().handle_request(request)


@each_row("parallel", [2, 5, 10])
def test_a_token_that_ends_under_all_requests_at_once_is_renewed_once(
    world: SignedIn, parallel: int
) -> None:
    world.wire = Meeting(world.sandbox, parallel, world.expire)
    world.client = world.sign_in()
    told = world.run_of(1 + 3 * 3 * parallel, batch=3, parallel=parallel)
    assert told.states == {"deleted": len(told.plan.ids)}
    assert world.renewals == 2
    assert len(told.of(Returned)) == journaled(told, "returned") == parallel
    assert not told.of(Braked, Paused, Waiting)
    assert not world.clock.naps
    assert len(world.wire.attempts) == told.plan.calls + parallel
    assert len({attempt.ids for attempt in world.wire.attempts}) == told.plan.calls


@each_row("at", [1, 2, 5])
def test_a_token_that_ends_between_two_requests_is_renewed_in_passing(
    world: SignedIn, at: int
) -> None:
    told = world.run_of(21, steer=nth(Landed, at, lambda _: world.expire()))
    assert told.states == {"deleted": 21}
    assert world.renewals == 2
    assert told.kinds.count("Returned") == journaled(told, "returned") == 1
    assert not told.of(Braked, Paused, Waiting)
    assert not world.clock.naps


def test_a_run_of_many_hours_renews_its_tokens_before_they_end(world: SignedIn) -> None:
    """The practice org looks at a token when its answer is due, so that its end counts."""
    world.sandbox.accounts.lifetime, world.sandbox.latency = 400, 50
    told = world.run_of(81)
    assert told.states == {"deleted": 81}
    assert not told.of(Returned)
    assert {request.status for request in world.sandbox.ledger.requests} == {200}
    # The proof and 21 batches, 50 seconds each; a token is used for 340.
    assert world.renewals == 4


def test_a_token_that_ended_before_the_run_is_renewed_by_the_proof(world: SignedIn) -> None:
    assert world.client.org().zgid == "700000001"
    world.expire()
    told = world.run_of(9)
    assert told.states == {"deleted": 9}
    assert not told.of(Returned, Braked)
    assert world.renewals == 2


# Revoked


def sign_in_at_brake(world: SignedIn, org: Org | None = None) -> Steer:
    def steer(event: Event, _: Levers) -> None:
        if isinstance(event, Braked) and event.sign_in:
            world.client.take_over(world.sign_in(org), "700000001")

    return steer


def both(*steers: Steer) -> Steer:
    def steer(event: Event, control: Levers) -> None:
        for one in steers:
            one(event, control)

    return steer


@each_row("parallel", [1, 5])
@each_row("at", [1, 3])
def test_after_a_new_sign_in_the_run_ends_with_everything_deleted(
    world: SignedIn, at: int, parallel: int
) -> None:
    steer = both(nth(Landed, at, lambda _: world.revoke()), sign_in_at_brake(world))
    told = world.run_of(41, parallel=parallel, steer=steer)
    assert told.states == {"deleted": 41}
    brakes = told.of(Braked)
    assert 1 <= len(brakes) <= parallel
    assert all(isinstance(brake, Braked) and brake.sign_in for brake in brakes)
    assert "Sign in again" in str(brakes[0])
    # Once at the start, and anew after each pause.
    assert world.wire.proofs >= 3


def test_until_somebody_signs_in_nothing_more_leaves(world: SignedIn) -> None:
    """However often somebody resumes, the run says what it needs, and spares Zoho."""
    told = world.run_of(21, steer=nth(Landed, 2, lambda _: world.revoke()))
    assert told.states == {"deleted": 5, "not sent": 16}
    brakes = told.of(Braked)
    assert len(brakes) > 3
    assert all(isinstance(brake, Braked) and brake.sign_in for brake in brakes)
    assert len(world.wire.attempts) == 3
    assert len(told.of(Waiting)) > 3
    asked = [r.at for r in world.sandbox.ledger.requests if r.path == "/oauth/v2/token"]
    for most, span in LIMITS:
        apart = [last - first for first, last in zip(asked, asked[most:], strict=False)]
        assert min(apart) >= span


def test_another_org_s_sign_in_is_not_taken_over(world: SignedIn) -> None:
    refusals: list[WrongOrg] = []

    def sign_in_to_the_wrong_org(event: Event, control: Levers) -> None:
        if isinstance(event, Braked):
            with pytest.raises(WrongOrg, match="Other Ltd") as caught:
                world.client.take_over(world.sign_in(world.sandbox.orgs[1]), "700000001")
            refusals.append(caught.value)
            control.stop()

    steer = both(nth(Landed, 2, lambda _: world.revoke()), sign_in_to_the_wrong_org)
    told = world.run_of(21, steer=steer)
    assert told.states == {"deleted": 5, "not sent": 16}
    assert len(refusals) == 1


def test_after_a_sign_in_to_the_wrong_org_the_right_one_still_goes(world: SignedIn) -> None:
    def twice(event: Event, _: Levers) -> None:
        if isinstance(event, Braked):
            with pytest.raises(WrongOrg):
                world.client.take_over(world.sign_in(world.sandbox.orgs[1]), "700000001")
            world.client.take_over(world.sign_in(), "700000001")

    told = world.run_of(21, steer=both(nth(Landed, 2, lambda _: world.revoke()), twice))
    assert told.states == {"deleted": 21}


def test_a_token_of_the_wrong_place_brakes_and_asks_for_a_sign_in(world: SignedIn) -> None:
    world.sandbox.faults.add(Fault(kind=FaultKind.EXPIRED_TOKEN, method="GET"))
    told = world.run_of(9, steer=sign_in_at_brake(world))
    assert told.kinds[:3] == ["Braked", "Paused", "Unpaused"]
    assert told.states == {"deleted": 9}


# Throttled


@pytest.mark.parametrize("at_the_start", [True, False])
def test_a_throttled_sign_in_is_waited_out(world: SignedIn, at_the_start: bool) -> None:
    def throttle(_: object = None) -> None:
        if not at_the_start:
            world.expire()
        world.sandbox.accounts.throttle_for(1.5 * WAIT)

    if at_the_start:
        throttle()
    told = world.run_of(21, steer=None if at_the_start else nth(Landed, 2, throttle))
    assert told.states == {"deleted": 21}
    waits = [event.seconds for event in told.of(Waiting) if isinstance(event, Waiting)]
    assert waits == [WAIT, WAIT]
    assert "too many were made" in str(told.of(Waiting)[0])
    assert not told.of(Braked)
    assert world.renewals == 3 if at_the_start else 4
    assert told.kinds.index("Waiting") == 0 or not at_the_start


def test_a_sign_in_that_stays_throttled_for_an_hour_brakes(world: SignedIn) -> None:
    world.sandbox.accounts.throttle_for(100_000)
    begin = world.clock.now
    told = world.run_of(9, steer=stop_at_brake)
    assert told.states == {"not sent": 9}
    assert 3600 <= world.clock.now - begin <= 3600 + WAIT
    (brake,) = told.of(Braked)
    assert isinstance(brake, Braked)
    assert not brake.sign_in
    assert world.renewals == 3600 / WAIT + 1


# Another org


def test_a_client_of_another_org_sends_nothing(world: SignedIn) -> None:
    world.client = world.sign_in(world.sandbox.orgs[1])
    told = world.run_of(9)
    assert told.kinds == ["Braked", "Finished"]
    assert told.states == {"not sent": 9}
    assert "opens Other Ltd (org 700000002), but the plan was confirmed for Acme Ltd" in str(
        told.of(Braked)[0]
    )
    assert has_finished(told.events, stopped=True)
    assert not world.wire.attempts


@pytest.mark.parametrize("parallel", [1, 5])
def test_after_a_pause_nothing_more_is_sent_to_another_org(world: SignedIn, parallel: int) -> None:
    def change(event: Event, control: Levers) -> None:
        if isinstance(event, Landed) and len(event.batch.ids) > 1:
            control.pause()
        if isinstance(event, Paused):
            world.client._tokens = world.sign_in(world.sandbox.orgs[1])._tokens

    told = world.run_of(81, parallel=parallel, steer=change)
    assert told.states["not sent"] >= 81 - 1 - 4 * parallel
    assert told.kinds[-2:] == ["Braked", "Finished"]
    assert world.wire.proofs == 2
    after = told.events[told.kinds.index("Unpaused") :]
    assert not [event for event in after if isinstance(event, Sent)]


def test_after_every_pause_the_org_is_read_again(world: SignedIn) -> None:
    def pause(event: Event, control: Levers) -> None:
        if isinstance(event, Landed):
            control.pause()

    told = world.run_of(13, steer=pause)
    assert told.states == {"deleted": 13}
    assert world.wire.proofs == told.kinds.count("Unpaused") + 1
