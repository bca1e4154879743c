"""However clocks are set, no client is locked out: Zoho is never asked for too many tokens."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.world.clock import Clock
from tests.zoho.support import CLIENT, LOCAL, REFRESH_TOKEN, granted
from tests.zoho.test_tokens import THROTTLED, Signed, named, revealed
from zohotui.zoho.accounts import Accounts
from zohotui.zoho.accounts_advice import WAIT
from zohotui.zoho.errors import NotSent, TokenThrottled
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import LIMITS, Kept, MemoryStore, RefreshedTokens

HOUR = 3600.0


@dataclass
class Zoho(httpx.BaseTransport):
    """Answers well or badly, and writes down when it was asked by the true time."""

    clock: TwoClocks
    mood: str = "good"
    asked: list[float] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(self.clock.true)
        match self.mood:
            case "lost":
                raise httpx.ReadTimeout("x")
            case "revoked":
                return httpx.Response(200, json={"error": "invalid_code"})
            case "short":
                return httpx.Response(200, json=granted(f"1000.{len(self.asked)}", expires_in=1))
        return httpx.Response(200, json=granted(f"1000.{len(self.asked)}"))


@dataclass
class TwoClocks:
    """The true time, and what this machine takes for it."""

    true: float = 1_790_000_000.0
    behind: float = 0.0

    def __call__(self) -> float:
        return self.true - self.behind


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.floats(0, 90) | st.floats(0, 700)),
        st.tuples(st.just("set back"), st.floats(0, 30) | st.floats(0, 20_000)),
        st.tuples(st.just("mood"), st.sampled_from(["good", "lost", "revoked", "short"])),
        st.tuples(st.sampled_from(["ask", "refuse"]), st.integers(0, 1)),
        st.tuples(st.just("hammer"), st.integers(0, 1)),
    ),
    max_size=40,
)


@given(steps=STEPS)
def test_two_zohotuis_on_one_sign_in_never_ask_for_too_many(
    steps: list[tuple[str, float | int | str]],
) -> None:
    clock = TwoClocks()
    zoho, store = Zoho(clock), MemoryStore()
    both = [
        RefreshedTokens(Accounts(LOCAL, zoho), CLIENT, Secret(REFRESH_TOKEN), store, clock)
        for _ in range(2)
    ]
    for name, value in steps:
        if name == "pass":
            clock.true += float(value)
        elif name == "set back":
            clock.behind += float(value)
        elif name == "mood":
            zoho.mood = str(value)
        else:
            use(both[int(value)], refuse=name != "ask", times=12 if name == "hammer" else 1)
    for most, span in LIMITS:
        for first, last in zip(zoho.asked, zoho.asked[most:], strict=False):
            assert last - first >= span - 0.001


def use(tokens: RefreshedTokens, *, refuse: bool, times: int) -> None:
    for _ in range(times):
        try:
            token = tokens.current()
        except NotSent as error:
            assert error.wait <= 600  # noqa: PT017 - every refusal says a wait that is bearable
        else:
            if refuse:
                tokens.refused(token)


def test_hammering_sends_as_many_as_zoho_gives_and_not_one_less() -> None:
    """So that the test above could fail: the limits are reached."""
    clock = TwoClocks()
    zoho = Zoho(clock)
    tokens = RefreshedTokens(
        Accounts(LOCAL, zoho), CLIENT, Secret(REFRESH_TOKEN), MemoryStore(), clock
    )
    for _ in range(100):
        use(tokens, refuse=True, times=2)
        clock.true += 10
    begin = zoho.asked[0]
    assert [moment - begin for moment in zoho.asked] == [
        *(0, 0, 10, 10, 20, 60, 60, 70, 70, 80),
        *(600, 600, 610, 610, 620, 660, 660, 670, 670, 680),
    ]


@pytest.mark.parametrize("hours", [-5, 5])
def test_after_a_clock_was_set_a_token_is_got_once(hours: int) -> None:
    signed = Signed(*named("a", "b"))
    signed.tokens.current()
    signed.clock.now += hours * HOUR
    assert revealed(signed.tokens.current() for _ in range(3)) == ["b"] * 3
    assert signed.sent == 2


@pytest.mark.parametrize("seconds", [-30, 30])
def test_a_clock_that_was_set_a_little_changes_nothing(seconds: int) -> None:
    signed = Signed(*named("a"))
    signed.tokens.current()
    signed.clock.now += seconds
    assert revealed([signed.tokens.current()]) == ["a"]


def test_a_clock_set_back_by_hours_makes_no_wait_of_hours() -> None:
    signed = Signed(httpx.Response(400, json=THROTTLED), *named("a"))
    with pytest.raises(TokenThrottled):
        signed.tokens.current()
    signed.clock.now -= 5 * HOUR
    with pytest.raises(TokenThrottled) as caught:
        signed.tokens.current()
    assert caught.value.wait == WAIT
    signed.clock.now += WAIT
    assert revealed([signed.another().current()]) == ["a"]


def test_a_clock_set_back_by_hours_allows_no_more_than_before() -> None:
    signed = Signed(*[httpx.ReadTimeout("x")] * 5)
    for _ in range(5):
        with pytest.raises(NotSent):
            signed.tokens.current()
    signed.clock.now -= 5 * HOUR
    with pytest.raises(TokenThrottled):
        signed.tokens.current()
    assert signed.sent == 5


def test_a_throttle_that_lies_ahead_for_ever_is_over_in_minutes() -> None:
    clock = Clock()
    store = MemoryStore(Kept(not_before=float("inf"), asked=(float("inf"),)))
    signed = Signed(*named("a"), clock=clock, store=store)
    with pytest.raises(TokenThrottled) as caught:
        signed.tokens.current()
    clock.now += caught.value.wait
    assert revealed([signed.tokens.current()]) == ["a"]
