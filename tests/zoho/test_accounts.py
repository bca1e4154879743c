"""The accounts server: what is asked of it, and what its good answers say."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from tests.zoho.support import (
    ACCESS_TOKEN,
    CLIENT,
    CLIENT_SECRET,
    CODE,
    REFRESH_TOKEN,
    accounts,
    granted,
)
from zohotui.zoho.accounts import Accounts, Pending, TokenAnswer
from zohotui.zoho.errors import NotSent, SignInNeeded
from zohotui.zoho.printable import printable
from zohotui.zoho.secret import Secret

SIGNED = {"client_id": CLIENT.client_id, "client_secret": CLIENT_SECRET}
DEVICE = {
    "user_code": "BCDF-GHJK",
    "device_code": CODE,
    "verification_url": "https://accounts.zoho.eu/device",
    "expires_in": 300,
    "interval": 30,
}

ASKS: dict[str, tuple[Callable[[Accounts], object], str, dict[str, str]]] = {
    "exchange": (
        lambda server: server.exchange(CLIENT, Secret(CODE)),
        "/oauth/v2/token",
        {"grant_type": "authorization_code", **SIGNED, "code": CODE},
    ),
    "refresh": (
        lambda server: server.refresh(CLIENT, Secret(REFRESH_TOKEN)),
        "/oauth/v2/token",
        {"grant_type": "refresh_token", **SIGNED, "refresh_token": REFRESH_TOKEN},
    ),
    "revoke": (
        lambda server: server.revoke(Secret(REFRESH_TOKEN)),
        "/oauth/v2/token/revoke",
        {"token": REFRESH_TOKEN},
    ),
    "begin": (
        lambda server: server.begin_device(CLIENT.client_id, ["A.READ", "B.ALL"]),
        "/oauth/v3/device/code",
        {
            "client_id": CLIENT.client_id,
            "grant_type": "device_request",
            "scope": "A.READ,B.ALL",
            "access_type": "offline",
            "prompt": "consent",
        },
    ),
    "poll": (
        lambda server: server.poll_device(CLIENT, Secret(CODE)),
        "/oauth/v3/device/token",
        {"grant_type": "device_token", **SIGNED, "code": CODE},
    ),
}


@each_row("name", ASKS)
def test_a_question_is_a_form_in_the_body_and_nothing_else(name: str) -> None:
    ask, path, fields = ASKS[name]
    server, script = accounts({**granted(), **DEVICE, "status": "success"})
    ask(server)
    (request,) = script.requests
    assert (request.method, str(request.url)) == ("POST", f"https://accounts.zoho.eu{path}")
    assert script.forms == [fields]
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert int(request.headers["Content-Length"]) == len(request.content)
    assert "Transfer-Encoding" not in request.headers
    assert "Authorization" not in request.headers


def test_what_is_special_in_a_form_arrives_as_it_was() -> None:
    server, script = accounts(granted())
    odd = "a&b=c+d%20e;f/ü"
    server.exchange(CLIENT, Secret(odd))
    assert script.forms[0]["code"] == odd


def test_the_whole_of_a_token_answer_is_read() -> None:
    server, _ = accounts(
        granted(
            refresh_token=REFRESH_TOKEN,
            scope="ZohoCRM.modules.ALL ZohoCRM.org.READ",
            api_domain="https://www.zohoapis.eu",
        )
    )
    assert server.exchange(CLIENT, Secret(CODE)) == TokenAnswer(
        Secret(ACCESS_TOKEN),
        3600.0,
        "https://www.zohoapis.eu",
        Secret(REFRESH_TOKEN),
        ("ZohoCRM.modules.ALL", "ZohoCRM.org.READ"),
    )


HOUR, DAY = 3600.0, 86_400.0


@each_row(
    ("members", "seconds"),
    [
        ({"expires_in": 3600}, HOUR),
        ({"expires_in": 1800.5}, 1800.5),
        ({"expires_in": "3600"}, HOUR),
        ({"expires_in": 3_600_000}, HOUR),
        ({"expires_in": "3600000"}, HOUR),
        ({"expires_in": 3_600_000, "expires_in_sec": 3600}, HOUR),
        ({"expires_in": 3_600_000, "expires_in_sec": 1800}, 1800),
        ({"expires_in": 3600, "expires_in_sec": "x"}, HOUR),
        ({"expires_in": 3600, "expires_in_sec": 0}, HOUR),
        ({"expires_in_sec": 3_600_000}, HOUR),
        ({}, HOUR),
        ({"expires_in": None}, HOUR),
        ({"expires_in": "soon"}, HOUR),
        ({"expires_in": ""}, HOUR),
        ({"expires_in": 0}, HOUR),
        ({"expires_in": -5}, HOUR),
        ({"expires_in": True}, HOUR),
        ({"expires_in": "NaN"}, HOUR),
        ({"expires_in": "inf"}, HOUR),
        ({"expires_in": [3600]}, HOUR),
        ({"expires_in": {}}, HOUR),
        ({"expires_in": 86_400}, DAY),
        ({"expires_in": 10**18}, DAY),
        ({"expires_in": 10**400}, HOUR),
        ({"expires_in_sec": 10**400, "expires_in": 1800}, 1800),
    ],
)
def test_how_long_a_token_lives(members: dict[str, object], seconds: float) -> None:
    server, _ = accounts({"access_token": ACCESS_TOKEN, **members})
    assert server.refresh(CLIENT, Secret(REFRESH_TOKEN)).lifetime == seconds


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(life=JSON, seconds=JSON, scope=JSON, place=JSON, refresh=JSON)
def test_whatever_stands_beside_a_token_its_life_is_sane(
    life: object, seconds: object, scope: object, place: object, refresh: object
) -> None:
    body = granted(
        expires_in=life,
        expires_in_sec=seconds,
        scope=scope,
        api_domain=place,
        refresh_token=refresh,
    )
    answer = httpx.Response(200, content=_loose_json(body))
    told = accounts(answer)[0].exchange(CLIENT, Secret(CODE))
    assert 0 < told.lifetime <= DAY
    assert told.api_domain == printable(told.api_domain)
    assert all(name == printable(name) for name in told.scopes)
    assert told.refresh_token is None or told.refresh_token.is_plausible


def _loose_json(body: object) -> bytes:
    """Write NaN and Infinity too, as some servers do."""
    return json.dumps(body).encode()


@each_row(
    ("scope", "names"),
    [
        ("A.READ B.ALL", ("A.READ", "B.ALL")),
        ("A.READ,B.ALL", ("A.READ", "B.ALL")),
        (" A.READ ,  B.ALL ", ("A.READ", "B.ALL")),
        ("", ()),
        (None, ()),
        (["A.READ"], ()),
    ],
)
def test_scopes_are_separated_by_blanks_or_commas(scope: object, names: tuple[str, ...]) -> None:
    assert accounts(granted(scope=scope))[0].exchange(CLIENT, Secret(CODE)).scopes == names


IMPLAUSIBLE: list[object] = [
    "",
    " ",
    "a b",
    "a\nb",
    "a\r\nX: y",
    "a\tb",
    "a\x00b",
    "a\x1b[2J",
    "ü",
    None,
    7,
    [],
]


@each_row("token", IMPLAUSIBLE)
def test_a_token_that_cannot_be_one_is_none(token: object) -> None:
    server, _ = accounts({**granted(), "access_token": token})
    with pytest.raises(NotSent, match="no usable answer") as caught:
        server.refresh(CLIENT, Secret(REFRESH_TOKEN))
    assert not isinstance(caught.value, SignInNeeded)


@each_row("token", IMPLAUSIBLE)
def test_a_refresh_token_that_cannot_be_one_is_left_out(token: object) -> None:
    server, _ = accounts(granted(refresh_token=token))
    assert server.exchange(CLIENT, Secret(CODE)).refresh_token is None


# Device


@each_row("name", ["verification_url", "verification_uri"])
@each_row("factor", [1, 1000])
def test_a_device_code_is_read_under_either_name_and_in_either_unit(name: str, factor: int) -> None:
    body = {key: value for key, value in DEVICE.items() if key != "verification_url"}
    body |= {name: "https://accounts.zoho.eu/device"}
    body |= {"expires_in": 300 * factor, "interval": 30 * factor}
    code = accounts(body)[0].begin_device("id", ["A"])
    assert (code.user_code, code.url) == ("BCDF-GHJK", "https://accounts.zoho.eu/device")
    assert (code.lifetime, code.interval) == (300, 30)
    assert code.device_code == Secret(CODE)


@each_row(
    ("members", "spans"),
    [
        ({"expires_in": None, "interval": None}, (300, 30)),
        ({"expires_in": "300000", "interval": "5000"}, (300, 5)),
        ({"expires_in": -1, "interval": 0}, (300, 30)),
        ({"expires_in": 10**300, "interval": 10**300}, (10_000, 1_000)),
        ({"expires_in": True, "interval": []}, (300, 30)),
    ],
)
def test_a_device_code_s_spans_are_sane(
    members: dict[str, object], spans: tuple[float, float]
) -> None:
    code = accounts({**DEVICE, **members})[0].begin_device("id", ["A"])
    assert (code.lifetime, code.interval) == spans


@each_row("name", ["user_code", "verification_url", "device_code"])
@each_row("value", ["", None, [], {}])
def test_a_device_code_that_lacks_something_is_none(name: str, value: object) -> None:
    with pytest.raises(NotSent, match="no usable answer"):
        accounts({**DEVICE, name: value})[0].begin_device("id", ["A"])


def test_what_is_shown_of_a_device_code_is_harmless() -> None:
    body = {
        **DEVICE,
        "user_code": "AB\x1b[31mCD",
        "verification_url": "https://x\x07\n/" + "y" * 999,
    }
    code = accounts(body)[0].begin_device("id", ["A"])
    assert code.user_code.isprintable()
    assert code.url.isprintable()
    assert len(code.url) <= 200


@each_row("status", [200, 400])
@each_row(
    ("body", "told"),
    [
        ({"error": "authorization_pending"}, Pending()),
        ({"error": "slow_down"}, Pending(slow_down=True)),
        ({"error": "other_dc", "user_location": "eu"}, Pending(location="eu")),
        ({"error": "other_dc"}, Pending(location="unnamed")),
        ({"error": "other_dc", "user_location": ["eu"]}, Pending(location="unnamed")),
    ],
)
def test_a_code_that_is_not_entered_yet(
    status: int, body: dict[str, object], told: Pending
) -> None:
    server, _ = accounts(httpx.Response(status, json=body))
    assert server.poll_device(CLIENT, Secret(CODE)) == told


def test_a_code_that_was_entered_is_a_token_answer() -> None:
    told = accounts(granted(refresh_token=REFRESH_TOKEN))[0].poll_device(CLIENT, Secret(CODE))
    assert isinstance(told, TokenAnswer)
    assert told.refresh_token == Secret(REFRESH_TOKEN)
