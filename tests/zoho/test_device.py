"""Signing in on another device: how often is asked, where, and how it ends."""

from __future__ import annotations

import httpx
import pytest

from tests.rows import each_row
from tests.world.clock import Clock
from tests.zoho.support import (
    ACCESS_TOKEN,
    CLIENT,
    CLIENT_SECRET,
    CODE,
    EU,
    LOCAL,
    Answer,
    Script,
    granted,
)
from zohotui.sandbox import Cloud, Org, Sandbox
from zohotui.zoho.accounts import Accounts
from zohotui.zoho.accounts_advice import WAIT
from zohotui.zoho.datacentre import AccountsServer, data_centre
from zohotui.zoho.device import LEAST_INTERVAL, Asking, DeviceEvent, Entered, Shown, device_flow
from zohotui.zoho.errors import NotSent, SignInNeeded
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.scopes import ASKED
from zohotui.zoho.secret import Secret

PENDING: Answer = {"error": "authorization_pending"}
SLOW: Answer = {"error": "slow_down"}


def begun(**members: object) -> Answer:
    return {
        "user_code": "BCDF-GHJK",
        "device_code": CODE,
        "verification_url": "https://accounts.zoho.eu/device",
        "expires_in": 300,
        "interval": 30,
        **members,
    }


def moved(place: str) -> Answer:
    return {"error": "other_dc", "user_location": place}


class Flow:
    """One sign-in on a device, from beginning to end."""

    def __init__(self, *answers: Answer, server: AccountsServer = EU) -> None:
        self.script = Script(*answers)
        self.clock = Clock()
        self.events: list[DeviceEvent] = []
        self.server = server

    def carry_out(self) -> list[DeviceEvent]:
        accounts = Accounts(self.server, self.script)
        flow = device_flow(accounts, CLIENT, ASKED, clock=self.clock, sleep=self.clock.sleep)
        for event in flow:
            self.events.append(event)
        return self.events

    def fails(self) -> NotSent:
        with pytest.raises(NotSent) as caught:
            self.carry_out()
        return caught.value

    @property
    def asking(self) -> list[Asking]:
        return [event for event in self.events if isinstance(event, Asking)]


def test_a_code_is_shown_and_asked_for_until_it_is_entered() -> None:
    flow = Flow(begun(), PENDING, PENDING, granted())
    shown, *asking, entered = flow.carry_out()
    assert isinstance(shown, Shown)
    assert (shown.code.user_code, shown.code.url) == (
        "BCDF-GHJK",
        "https://accounts.zoho.eu/device",
    )
    assert asking == [Asking(30, "EU")] * 3
    assert isinstance(entered, Entered)
    assert entered.answer.access_token == Secret(ACCESS_TOKEN)
    assert entered.server == EU
    assert flow.clock.naps == [30, 30, 30]
    assert [form["grant_type"] for form in flow.script.forms] == [
        "device_request",
        *["device_token"] * 3,
    ]
    assert flow.script.forms[1]["code"] == CODE


@each_row(
    ("interval", "wait"),
    [(1, 30), (0, 30), (-5, 30), (29.9, 30), (5000, 30), (45, 45), (60_000, 60), ("x", 30)],
)
def test_zoho_is_never_asked_sooner_than_every_thirty_seconds(
    interval: object, wait: float
) -> None:
    flow = Flow(begun(interval=interval), PENDING, PENDING, granted())
    flow.carry_out()
    assert flow.clock.naps == [wait] * 3
    assert min(flow.clock.naps) >= LEAST_INTERVAL


@pytest.mark.parametrize(("interval", "wait"), [(1, 1), (2000, 2)])
def test_the_practice_org_may_be_asked_sooner(interval: int, wait: float) -> None:
    flow = Flow(begun(interval=interval), PENDING, granted(), server=LOCAL)
    flow.carry_out()
    assert flow.clock.naps == [wait, wait]


def test_each_time_zoho_asks_for_it_the_questions_come_slower() -> None:
    flow = Flow(begun(), SLOW, PENDING, SLOW, granted())
    flow.carry_out()
    assert flow.clock.naps == [30, 35, 35, 40]
    assert [event.seconds for event in flow.asking] == flow.clock.naps


def test_trouble_is_told_and_the_questions_go_on() -> None:
    flow = Flow(
        begun(),
        httpx.ReadTimeout("x"),
        httpx.Response(502, html="<h1>Bad Gateway</h1>"),
        {"error": "teapot"},
        PENDING,
        granted(),
    )
    events = flow.carry_out()
    assert isinstance(events[-1], Entered)
    told = [event.trouble for event in flow.asking]
    assert told[0] == told[4] == ""
    assert "did not answer" in told[1]
    assert "HTTP 502" in told[2]
    assert "teapot" in told[3]
    assert flow.clock.naps == [30] * 5


def test_a_throttled_question_waits_as_long_as_zoho_needs() -> None:
    throttled = httpx.Response(400, json={"error": "Access Denied"})
    flow = Flow(begun(expires_in=1000), throttled, granted())
    flow.carry_out()
    assert flow.clock.naps == [30, WAIT]
    assert "too many" in flow.asking[1].trouble


@each_row("word", ["access_denied", "expired", "invalid_code", "invalid_client"])
def test_a_no_ends_it_at_once(word: str) -> None:
    flow = Flow(begun(), PENDING, {"error": word})
    error = flow.fails()
    assert isinstance(error, SignInNeeded)
    assert error.code == word
    assert len(flow.asking) == 2


@each_row("expires", [90, 300, 300_000])
def test_a_code_that_is_too_old_is_not_asked_for_any_more(expires: int) -> None:
    seconds = 300 if expires > 90 else 90
    flow = Flow(begun(expires_in=expires), *[PENDING] * (seconds // 30))
    error = flow.fails()
    assert isinstance(error, SignInNeeded)
    assert error.code == "expired"
    assert "not entered in time" in error.detail
    assert sum(flow.clock.naps) == seconds


def test_without_a_code_there_is_nothing_to_ask_for() -> None:
    flow = Flow({"error": "invalid_client"})
    assert isinstance(flow.fails(), SignInNeeded)
    assert flow.events == []
    assert type(Flow(httpx.ConnectError("x")).fails()) is NotSent


# Another data centre


@each_row("place", ["us", "US", "in", "ca"])
def test_the_data_centre_of_the_account_is_asked_from_then_on(place: str) -> None:
    flow = Flow(begun(), PENDING, moved(place), PENDING, granted())
    entered = flow.carry_out()[-1]
    centre = data_centre(place)
    assert centre is not None
    assert flow.script.hosts == ["accounts.zoho.eu"] * 3 + [centre.accounts] * 2
    assert isinstance(entered, Entered)
    assert entered.server == centre.accounts_server
    assert [event.location for event in flow.asking] == ["EU", "EU", *[centre.location] * 2]
    assert set(flow.clock.naps) == {30}
    assert flow.script.forms[-1]["client_secret"] == CLIENT_SECRET


HOSTILE_PLACES = [
    "xx",
    "",
    "evil.io",
    "https://evil.io",
    "eu.evil.io",
    "local",
    "localhost",
    "eu ",
    "\x1b[31meu",
    "accounts.zoho.eu",
    "e\u200bu",
]


@each_row("place", HOSTILE_PLACES)
def test_a_place_that_is_not_listed_is_told_and_not_asked(place: str) -> None:
    flow = Flow(begun(), moved(place))
    error = flow.fails()
    assert isinstance(error, SignInNeeded)
    assert error.code == "other_dc"
    assert "which zohotui does not know" in error.detail
    assert "\x1b" not in error.detail
    assert set(flow.script.hosts) == {"accounts.zoho.eu"}


def test_no_answer_leads_off_this_machine() -> None:
    flow = Flow(begun(), moved("eu"), server=LOCAL)
    assert flow.fails().code == "other_dc"
    assert set(flow.script.hosts) == {"localhost"}


def test_answers_that_send_from_place_to_place_come_to_an_end() -> None:
    flow = Flow(begun(), *[moved("us"), moved("eu")] * 5)
    assert flow.fails().code == "expired"
    assert set(flow.script.hosts) == {"accounts.zoho.eu", "accounts.zoho.com"}


# The practice cloud


@pytest.mark.parametrize("account", ["us", "eu"])
def test_a_sign_in_that_begins_in_the_us_ends_where_the_account_is(account: str) -> None:
    clock = Clock()
    client = ("1000.CLIENT", "5ec4e7")
    eu = Org.empty(zgid="700000002", prefix="554024")
    us_sandbox, eu_sandbox = (
        Sandbox(org, clock=clock, sleep=clock.sleep, client=client) for org in (Org.empty(), eu)
    )
    cloud = Cloud({"us": us_sandbox, "eu": eu_sandbox})
    us = data_centre("US")
    assert us is not None
    accounts = Accounts(us.accounts_server, httpx.WSGITransport(app=cloud))
    events: list[DeviceEvent] = []
    for event in device_flow(
        accounts, OAuthClient(client[0], Secret(client[1])), ASKED, clock=clock, sleep=clock.sleep
    ):
        events.append(event)
        if isinstance(event, Asking) and len(events) == 4:
            org = eu if account == "eu" else us_sandbox.org
            us_sandbox.approve_device(us_sandbox.pending_devices()[0], org, account)
    entered = events[-1]
    assert isinstance(entered, Entered)
    assert entered.server.location == account.upper()
    assert entered.answer.refresh_token
    assert set(entered.answer.scopes) == set(ASKED)
    assert set(cloud.hosts) <= {"accounts.zoho.com", "accounts.zoho.eu"}


@each_row(
    ("link", "kept"),
    [
        ("https://accounts.zoho.eu/device?user_code=BCDF-GHJK", True),
        ("https://accounts.zoho.example/device?user_code=BCDF-GHJK", False),
        ("http://accounts.zoho.eu/device?user_code=BCDF-GHJK", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_a_link_with_the_code_is_shown_if_it_leads_to_the_same_place(
    link: str, *, kept: bool
) -> None:
    shown = Flow(begun(verification_uri_complete=link), granted()).carry_out()[0]
    assert isinstance(shown, Shown)
    assert shown.code.link == (link if kept else "")


def test_who_asks_now_is_answered_at_once_but_zoho_only_as_often_as_it_allows() -> None:
    flow = Flow(begun(), PENDING, granted())
    woken = [12.0, 5.0, 100.0]
    asked: list[float] = []

    def sleep(seconds: float) -> None:
        flow.clock.sleep(min(seconds, woken.pop(0)))

    def transport(request: httpx.Request) -> httpx.Response:
        asked.append(flow.clock())
        return flow.script.handle_request(request)

    accounts = Accounts(EU, httpx.MockTransport(transport))
    begins = flow.clock()
    events = list(device_flow(accounts, CLIENT, ASKED, clock=flow.clock, sleep=sleep))
    assert isinstance(events[-1], Entered)
    # The code, then the first question at once, and the second no sooner than Zoho allows.
    assert [at - begins for at in asked] == [0.0, 12.0, 12.0 + LEAST_INTERVAL]
