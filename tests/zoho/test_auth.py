"""The access token never shows: not in reprs, formats, pickles, errors or tracebacks."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable

import httpx
import pytest
from rich.pretty import pretty_repr

from tests.rows import each_row
from tests.world.plans import ADDRESS
from tests.zoho.support import everything_shown
from zohotui.zoho.auth import AccessTokenAuth
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

TOKEN = "1000.deadbeef.0123456789"
SECRET = Secret(TOKEN)


@each_row(
    "show",
    [
        repr,
        str,
        ascii,
        pretty_repr,
        lambda secret: f"{secret} {secret!r} {secret!s} {secret!a}",
        lambda secret: "{} %s".format(secret) % secret,  # noqa: UP032 - the form is the point
        lambda secret: str([secret, {"token": secret}]),
        lambda secret: str(dir(secret)),
        lambda secret: str(AccessTokenAuth(secret)),
        lambda secret: pretty_repr(AccessTokenAuth(secret)),
    ],
)
def test_no_way_of_showing_it_shows_it(show: Callable[[Secret], str]) -> None:
    assert TOKEN not in show(SECRET)


@each_row(
    "keep",
    [
        pickle.dumps,
        lambda secret: pickle.dumps(secret, protocol=0),
        lambda secret: pickle.dumps({"token": [secret]}),
        copy.copy,
        copy.deepcopy,
        json.dumps,
        vars,
    ],
)
def test_no_way_of_keeping_it_keeps_it(keep: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError) as caught:
        keep(SECRET)
    assert TOKEN not in str(caught.value)


def test_it_is_equal_to_its_like_and_true_unless_empty() -> None:
    assert Secret(TOKEN) == SECRET
    assert Secret("other") != SECRET
    assert SECRET != TOKEN
    assert hash(Secret(TOKEN)) == hash(SECRET)
    assert SECRET
    assert not Secret("")
    assert SECRET.reveal() == TOKEN


def client(handler: Callable[[httpx.Request], httpx.Response]) -> ZohoCRM:
    return ZohoCRM(api_domain(ADDRESS), FixedToken(SECRET), transport=httpx.MockTransport(handler))


def test_the_client_does_not_show_it() -> None:
    crm = client(lambda _: httpx.Response(204))
    assert TOKEN not in repr(crm) + str(vars(crm)) + pretty_repr(crm, max_depth=6)


@each_row("error", [httpx.ReadTimeout("x"), httpx.ConnectError("x"), KeyError("x")])
def test_a_traceback_with_every_local_does_not_show_it(error: Exception) -> None:
    """KeyError stands for a fault of our own, whose traceback is the longest."""

    def fail(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == f"Zoho-oauthtoken {SECRET.reveal()}"
        raise error

    crm = client(fail)
    try:
        crm.delete_records("Leads", ["1"])
    except Exception as caught:  # noqa: BLE001 - whatever comes out
        told = caught
    shown = everything_shown(told)
    assert "crm" in shown
    assert TOKEN not in shown


def test_an_answer_that_echoes_the_request_is_not_sent_with_it() -> None:
    """The token goes out in one header, and in no other place."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"data": []})

    client(answer).delete_records("Leads", ["1"])
    (request,) = seen
    assert TOKEN not in str(request.url)
    assert [name for name, value in request.headers.items() if TOKEN in value] == ["authorization"]
