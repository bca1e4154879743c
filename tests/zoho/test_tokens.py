"""Access tokens: renewed in time, once, and taken from whoever renewed them first."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Barrier, Thread

import httpx
import pytest

from tests.rows import each_row
from tests.world.clock import Clock
from tests.zoho.support import CLIENT, EU, LOCAL, REFRESH_TOKEN, SECRETS, Answer, Script, granted
from zohotui.zoho.accounts import Accounts, TokenAnswer
from zohotui.zoho.accounts_advice import WAIT
from zohotui.zoho.datacentre import AccountsServer
from zohotui.zoho.errors import NotSent, SignInNeeded, TokenThrottled
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import LIMITS, MARGIN, FixedToken, Kept, MemoryStore, RefreshedTokens

THROTTLED = {"error": "Access Denied", "status": "failure"}


class Signed:
    """A sign-in on a scripted accounts server, with a clock and a store."""

    def __init__(
        self,
        *answers: Answer,
        server: AccountsServer = EU,
        clock: Clock | None = None,
        store: MemoryStore | None = None,
    ) -> None:
        self.script = Script(*answers)
        self.clock = clock or Clock()
        self.store = store or MemoryStore()
        self.tokens = self.another(server)

    def another(self, server: AccountsServer = EU) -> RefreshedTokens:
        """Open the same sign-in once more, as another zohotui would."""
        accounts = Accounts(server, self.script)
        return RefreshedTokens(accounts, CLIENT, Secret(REFRESH_TOKEN), self.store, self.clock)

    @property
    def sent(self) -> int:
        return len(self.script.requests)


def named(*names: str, **more: object) -> list[Answer]:
    return [granted(f"1000.{name}", **more) for name in names]


def revealed(tokens: Iterable[Secret]) -> list[str]:
    return [token.reveal().removeprefix("1000.") for token in tokens]


def test_nothing_is_asked_before_a_token_is_needed() -> None:
    signed = Signed()
    assert signed.tokens.ends is None
    assert signed.tokens.renewable
    assert signed.sent == 0


def test_a_token_is_used_until_a_minute_before_its_end_and_then_renewed() -> None:
    signed = Signed(*named("a", "b"))
    begin = signed.clock.now
    assert revealed([signed.tokens.current()]) == ["a"]
    assert signed.tokens.ends == begin + 3600
    signed.clock.now = begin + 3600 - MARGIN - 1
    assert revealed([signed.tokens.current()]) == ["a"]
    signed.clock.now = begin + 3600 - MARGIN
    assert revealed([signed.tokens.current()]) == ["b"]
    assert signed.sent == 2
    assert signed.script.forms[1]["refresh_token"] == REFRESH_TOKEN


def test_a_token_that_lives_shorter_than_the_margin_is_used_for_half_its_life() -> None:
    signed = Signed(*named("a", "b", expires_in=50))
    assert revealed(signed.tokens.current() for _ in range(3)) == ["a"] * 3
    signed.clock.now += 25
    assert revealed([signed.tokens.current()]) == ["b"]


def test_a_token_that_is_said_to_live_for_ever_is_asked_for_once() -> None:
    signed = Signed(*named("a", expires_in=10**15))
    assert revealed(signed.tokens.current() for _ in range(20)) == ["a"] * 20


def test_ten_threads_renew_once() -> None:
    signed = Signed(*named("a", "b"))
    signed.tokens.current()
    signed.clock.now += 3600
    together, found = Barrier(10), list[Secret]()

    def ask() -> None:
        together.wait(timeout=60)
        found.append(signed.tokens.current())

    threads = [Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert revealed(found) == ["b"] * 10
    assert signed.sent == 2


def test_what_came_with_the_sign_in_is_used_first() -> None:
    signed = Signed(*named("b"))
    signed.tokens.begin(TokenAnswer(Secret("1000.a"), 3600))
    assert revealed([signed.tokens.current()]) == ["a"]
    assert signed.sent == 0
    assert signed.store.kept.token == Secret("1000.a")


def test_a_token_can_be_made_whatever_there_is() -> None:
    signed = Signed(*named("a", "b", scope="ZohoCRM.org.READ"))
    signed.tokens.current()
    answer = signed.tokens.renew()
    assert answer.scopes == ("ZohoCRM.org.READ",)
    assert revealed([answer.access_token, signed.tokens.current()]) == ["b", "b"]


def test_what_is_made_by_hand_and_what_came_with_the_sign_in_count_towards_the_limits() -> None:
    signed = Signed(*named(*"bcde"))
    signed.tokens.begin(TokenAnswer(Secret("1000.a"), 3600))
    for _ in range(4):
        signed.tokens.renew()
    with pytest.raises(TokenThrottled):
        signed.another().renew()
    assert signed.sent == 4
    assert revealed([signed.tokens.current()]) == ["e"]


# Refused


def test_an_old_token_that_is_refused_is_renewed() -> None:
    signed = Signed(*named("a", "b"))
    token = signed.tokens.current()
    signed.clock.now += 61
    assert signed.tokens.refused(token)
    assert revealed([signed.tokens.current(), signed.tokens.current()]) == ["b", "b"]


def test_a_new_token_that_is_refused_means_that_another_is_no_better() -> None:
    signed = Signed(*named("a", "b"))
    token = signed.tokens.current()
    signed.clock.now += 59
    assert not signed.tokens.refused(token)
    assert revealed([signed.tokens.current()]) == ["b"]


def test_a_new_token_that_was_good_once_can_only_have_ended() -> None:
    signed = Signed(*named("a", "b"))
    token = signed.tokens.current()
    signed.tokens.accepted(token)
    assert signed.tokens.refused(token)
    new = signed.tokens.current()
    assert revealed([new]) == ["b"]
    assert not signed.tokens.refused(new)


def test_a_late_refusal_of_a_token_that_was_renewed_since_drops_nothing() -> None:
    signed = Signed(*named("a", "b"))
    old = signed.tokens.current()
    signed.clock.now += 61
    assert signed.tokens.refused(old)
    new = signed.tokens.current()
    assert signed.tokens.refused(old)
    assert signed.tokens.current() == new
    assert signed.sent == 2


def test_a_fixed_token_is_all_there_is() -> None:
    fixed = FixedToken(Secret("1000.a"))
    assert fixed.current() == Secret("1000.a")
    assert not fixed.refused(Secret("1000.a"))
    assert not fixed.renewable
    assert fixed.ends is None


# Two zohotuis on one sign-in


def test_another_zohotui_s_token_is_used_without_a_request() -> None:
    signed = Signed(*named("a"))
    other = signed.another()
    assert revealed([signed.tokens.current(), other.current()]) == ["a", "a"]
    assert other.ends == signed.tokens.ends
    assert signed.sent == 1


def test_a_token_that_another_has_renewed_meanwhile_is_used_without_a_request() -> None:
    signed = Signed(*named("a", "b"))
    other = signed.another()
    old = signed.tokens.current()
    other.current()
    signed.clock.now += 61
    assert other.refused(old)
    assert revealed([other.current()]) == ["b"]
    assert signed.tokens.refused(old)
    assert revealed([signed.tokens.current()]) == ["b"]
    assert signed.sent == 2


def test_a_refused_token_is_not_taken_from_the_store_again() -> None:
    signed = Signed(*named("a", "b"))
    token = signed.tokens.current()
    signed.clock.now += 61
    signed.tokens.refused(token)
    assert signed.store.kept.token == token
    assert revealed([signed.tokens.current()]) == ["b"]


# Throttled


def test_while_it_is_throttled_nothing_is_sent_by_anybody() -> None:
    signed = Signed(httpx.Response(400, json=THROTTLED), *named("a"))
    other = signed.another()
    with pytest.raises(TokenThrottled) as first:
        signed.tokens.current()
    assert first.value.wait == WAIT
    for elapsed in (0, 1, 150, WAIT - 0.5):
        signed.clock.now = Clock().now + elapsed
        for tokens in (signed.tokens, other, signed.another()):
            with pytest.raises(TokenThrottled) as caught:
                tokens.current()
            assert caught.value.wait == pytest.approx(WAIT - elapsed)
            assert "too many were made" in caught.value.detail
    assert signed.sent == 1
    signed.clock.now = Clock().now + WAIT
    assert revealed([other.current(), signed.tokens.current()]) == ["a", "a"]


@pytest.mark.parametrize(("most", "span"), LIMITS)
def test_no_more_are_asked_for_than_zoho_gives(most: int, span: float) -> None:
    """Each is refused at once, as if it were for another data centre."""
    signed = Signed(*named(*"abcdefghijk"))
    begin, step = signed.clock.now, span / most - 1
    for _ in range(most):
        token = signed.tokens.current()
        signed.tokens.refused(token)
        signed.clock.now += step
    with pytest.raises(TokenThrottled, match=f"{most} access tokens") as caught:
        signed.tokens.current()
    assert caught.value.wait == pytest.approx(begin + span - signed.clock.now)
    assert signed.sent == most
    signed.clock.now += caught.value.wait
    signed.tokens.current()
    assert signed.sent == most + 1


def test_a_refresh_whose_answer_is_lost_counts_all_the_same() -> None:
    signed = Signed(*[httpx.ReadTimeout("x")] * 5)
    for _ in range(5):
        with pytest.raises(NotSent):
            signed.tokens.current()
    with pytest.raises(TokenThrottled):
        signed.another().current()
    assert signed.sent == 5


# Refused for good


def test_a_revoked_refresh_token_needs_a_sign_in() -> None:
    with pytest.raises(SignInNeeded, match="Sign in again") as caught:
        Signed({"error": "invalid_code"}).tokens.current()
    assert caught.value.code == "invalid_code"


def test_trouble_on_the_way_may_be_over_in_a_moment() -> None:
    signed = Signed(httpx.ConnectError("x"), httpx.Response(503), *named("a"))
    for _ in range(2):
        with pytest.raises(NotSent) as caught:
            signed.tokens.current()
        assert caught.value.temporary
    assert revealed([signed.tokens.current()]) == ["a"]


@each_row(
    ("place", "why"),
    [
        ("https://www.zohoapis.com", "is for US"),
        ("https://evil.io", "not one of Zoho's"),
        ("http://www.zohoapis.eu", "must start with https"),
        ("https://www.zohoapis.eu.evil.io", "not one of Zoho's"),
        ("http://localhost", "is for local"),
        ("https://sandbox.zohoapis.uk", "not one of Zoho's"),
    ],
)
def test_a_token_of_another_place_is_not_followed(place: str, why: str) -> None:
    signed = Signed(*named("a", api_domain=place))
    with pytest.raises(SignInNeeded, match=why):
        signed.tokens.current()
    assert signed.store.kept.token is None
    assert signed.tokens.ends is None


@each_row("place", ["https://www.zohoapis.eu", "https://sandbox.zohoapis.eu/", ""])
def test_a_token_of_the_same_data_centre_is_followed(place: str) -> None:
    assert Signed(*named("a", api_domain=place)).tokens.current()


def test_the_practice_org_s_own_address_is_followed() -> None:
    assert Signed(*named("a", api_domain="http://localhost:8080"), server=LOCAL).tokens.current()


# Signed out


def test_revoking_erases_what_is_kept_and_tells_zoho() -> None:
    signed = Signed(*named("a"), {"status": "success"})
    signed.tokens.current()
    signed.tokens.revoke()
    assert signed.store.kept == Kept()
    assert signed.script.forms[1] == {"token": REFRESH_TOKEN}
    assert signed.tokens.ends is None


def test_what_zoho_does_not_revoke_is_erased_all_the_same() -> None:
    signed = Signed(*named("a"), httpx.ReadTimeout("x"))
    signed.tokens.current()
    with pytest.raises(NotSent):
        signed.tokens.revoke()
    assert signed.store.kept == Kept()


def test_no_token_shows() -> None:
    signed = Signed(granted(SECRETS[2]))
    signed.tokens.current()
    text = f"{signed.tokens!r} {vars(signed.tokens)} {signed.store!r}"
    assert "Secret" in text
    assert not [secret for secret in SECRETS if secret in text]
