"""The client: what each failure of the wire means, what is sent and to where, what is read."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from tests.rows import each_row
from tests.world.plans import ADDRESS, OLD_ID
from tests.world.world import World
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.errors import (
    AnswerLost,
    NotSent,
    ReadOnly,
    TooManyRequests,
    UnlistedHost,
    ZohoError,
)
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

ID = str(OLD_ID)

WIRE: dict[type[Exception], type[ZohoError]] = {
    httpx.ConnectError: NotSent,
    httpx.ConnectTimeout: NotSent,
    httpx.PoolTimeout: NotSent,
    httpx.ProxyError: NotSent,
    httpx.UnsupportedProtocol: NotSent,
    httpx.CloseError: AnswerLost,
    httpx.DecodingError: AnswerLost,
    httpx.HTTPError: AnswerLost,
    httpx.InvalidURL: AnswerLost,
    httpx.LocalProtocolError: AnswerLost,
    httpx.NetworkError: AnswerLost,
    httpx.ProtocolError: AnswerLost,
    httpx.ReadError: AnswerLost,
    httpx.ReadTimeout: AnswerLost,
    httpx.RemoteProtocolError: AnswerLost,
    httpx.RequestError: AnswerLost,
    httpx.TimeoutException: AnswerLost,
    httpx.TooManyRedirects: AnswerLost,
    httpx.TransportError: AnswerLost,
    httpx.WriteError: AnswerLost,
    httpx.WriteTimeout: AnswerLost,
}
NO_REQUEST_RAISES = {
    httpx.CookieConflict,
    httpx.HTTPStatusError,
    httpx.RequestNotRead,
    httpx.ResponseNotRead,
    httpx.StreamClosed,
    httpx.StreamConsumed,
    httpx.StreamError,
}


def client(
    handler: Callable[[httpx.Request], httpx.Response], *, read_only: bool = False
) -> ZohoCRM:
    return ZohoCRM(
        api_domain(ADDRESS),
        FixedToken(Secret("made-up")),
        read_only=read_only,
        transport=httpx.MockTransport(handler),
    )


def test_every_error_of_httpx_has_its_meaning_here() -> None:
    known = {thing for _, thing in inspect.getmembers(httpx, _is_error)}
    assert known == set(WIRE) | NO_REQUEST_RAISES


def _is_error(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, Exception)


@each_row("error", WIRE)
def test_what_the_wire_says_is_sorted_by_what_it_means_for_the_records(
    error: type[Exception],
) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error("a\x1b[31m reason")

    with pytest.raises(ZohoError) as caught:
        client(fail).delete_records("Leads", [ID])
    assert type(caught.value) is WIRE[error]
    assert caught.value.result_unknown is (WIRE[error] is AnswerLost)
    assert caught.value.temporary is (WIRE[error] is NotSent)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "\x1b" not in caught.value.detail


@each_row(
    "location",
    ["https://evil.example/", "/crm/v2/Contacts", "mailto:x", "http:x", "http://[", "\x00", "//"],
)
@each_row("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_wherever_it_leads(status: int, location: str) -> None:
    asked: list[httpx.URL] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(status, headers=[(b"Location", location.encode())])

    with pytest.raises(AnswerLost):
        client(redirect).delete_records("Leads", [ID])
    assert [url.host for url in asked] == ["localhost"]


def test_a_compressed_answer_that_is_damaged_is_lost() -> None:
    crm = client(lambda _: httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=b"x"))
    with pytest.raises(AnswerLost):
        crm.delete_records("Leads", [ID])


@each_row("api", ["v2", "v8"])
@each_row("wf_trigger", [True, False])
def test_the_request_is_the_seed_page_s(world: World, api: str, wf_trigger: bool) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"data": []})

    crm = ZohoCRM(
        api_domain("https://www.zohoapis.eu"),
        FixedToken(Secret("made-up")),
        records_api=api,
        transport=httpx.MockTransport(answer),
    )
    crm.delete_records("Leads", ["1", "2"], wf_trigger=wf_trigger)
    crm.delete_record("Leads", "3", wf_trigger=wf_trigger)
    word = str(wf_trigger).lower()
    host = f"https://www.zohoapis.eu/crm/{api}"
    assert [str(request.url) for request in seen] == [
        f"{host}/Leads?ids=1,2&wf_trigger={word}",
        f"{host}/Leads/3?wf_trigger={word}",
    ]
    assert {request.headers["Authorization"] for request in seen} == {"Zoho-oauthtoken made-up"}
    assert [request.content for request in seen] == [b"", b""]


@pytest.mark.parametrize("api", ["v2", "v8"])
def test_records_are_read_as_they_are(world: World, api: str) -> None:
    org = world.sandbox.org
    here, converted, gone = org.add_records("Leads", 3, fields={"Full_Name": "Ada\x1b Test"})
    org.convert(converted)
    org.bin("Leads", gone)
    found = world.crm(api).get_records("Leads", [here, converted, gone])
    assert set(found) == {here, converted}
    assert found[here].owner


def test_org_user_and_modules_are_read(world: World) -> None:
    crm = world.crm()
    assert (crm.org().name, crm.org().zgid) == ("Acme Ltd", "700000001")
    assert crm.current_user().email
    assert {"Leads", "Contacts", "Deals"} <= {module.api_name for module in crm.modules()}


def test_the_org_s_edition_is_read(world: World) -> None:
    assert world.crm().org().edition == "enterprise"


def test_what_lies_in_the_recycle_bin_is_read(world: World) -> None:
    org = world.sandbox.org
    here, mine, another = org.add_records("Leads", 3)
    org.bin("Leads", mine, at=1_790_000_000)
    org.bin("Leads", another, at=1_790_000_060, by=org.users[1])
    found = world.crm().recycle_bin([here, mine, another, str(OLD_ID)])
    assert set(found) == {mine, another}
    assert (found[mine].module, found[mine].deleted) == ("Leads", 1_790_000_000)
    assert (found[mine].deleted_by, found[mine].deleted_by_name) == (
        org.users[0].id,
        org.users[0].full_name,
    )
    assert found[another].deleted_by == org.users[1].id


def test_credits_are_known_once_zoho_tells_and_not_before(world: World) -> None:
    crm = world.crm()
    crm.org()
    assert crm.credits is None
    world.sandbox.limits.total = 5
    crm.org()
    assert crm.credits is None
    crm.org()
    assert crm.credits == 2


@each_row("said", ["", "many", "-3", "\u0664", "1e3"])
def test_a_number_of_credits_that_is_none_is_not_believed(said: str) -> None:
    headers = {b"X-API-CREDITS-REMAINING": said.encode()}
    answer = httpx.Response(200, json={"org": [{"zgid": "1"}]}, headers=headers)
    crm = client(lambda _: answer)
    crm.org()
    assert crm.credits is None


@each_row(
    ("said", "wait"),
    [("30", 30.0), ("", 0.0), ("-1", 0.0), ("soon", 0.0), ("9" * 5_000, 3_600.0), ("²", 0.0)],
)
@each_row("body", [b"{}", b"<html>", b'{"code": "TOO_MANY_REQUESTS"}'])
def test_a_read_that_was_one_too_many_says_how_long_to_wait(
    said: str, wait: float, body: bytes
) -> None:
    headers = {b"Retry-After": said.encode()} if said else {}
    crm = client(lambda _: httpx.Response(429, content=body, headers=headers))
    with pytest.raises(TooManyRequests) as raised:
        crm.org()
    assert raised.value.wait == wait


@each_row("body", [b"", b"{}", b'{"org": []}', b'{"org": {}}', b'{"org": [3]}', b"["])
def test_an_org_without_a_name_is_a_lost_answer(body: bytes) -> None:
    with pytest.raises(AnswerLost):
        client(lambda _: httpx.Response(200, content=body)).org()


@each_row("body", [b"{}", b'{"users": []}', b'{"users": null}'])
def test_a_user_without_a_name_is_a_lost_answer(body: bytes) -> None:
    with pytest.raises(AnswerLost):
        client(lambda _: httpx.Response(200, content=body)).current_user()


SENT_BACK = [{"code": "NO_PERMISSION", "details": {}, "message": "no", "status": "error"}]


@each_row(
    ("status", "entries", "more"),
    [
        *((status, SENT_BACK, False) for status in (200, 207, 400, 403, 500)),
        *((status, [], False) for status in (400, 429, 500, 503)),
        *((status, [{"id": "1"}], False) for status in (202, 400, 403, 429, 500, 503)),
        *((200, [odd], False) for odd in (None, 7, "", {"id": None}, {"id": ""}, {})),
        (200, [], True),
    ],
)
def test_only_a_whole_list_of_records_tells_that_others_are_not_there(
    status: int, entries: list[object], more: bool
) -> None:
    """What is missing from such a list is told to be gone, so nothing else will do."""
    body = {"data": entries, "recycle_bin": entries, "info": {"more_records": more}}
    crm = client(lambda _: httpx.Response(status, json=body))
    for read in (
        lambda: crm.get_records("Leads", ["1", "2"]),
        lambda: crm.get_raw_records("Leads", ["1", "2"]),
        lambda: crm.recycle_bin(["1", "2"]),
        lambda: crm.get_whole_record("Leads", "1"),
    ):
        with pytest.raises((AnswerLost, TooManyRequests)):
            read()


@pytest.mark.parametrize("api", ["v2", "v8"])
def test_records_that_wait_for_approval_are_seen(world: World, api: str) -> None:
    org = world.sandbox.org
    (lead,), (deal,) = org.add_records("Leads"), org.add_records("Deals")
    org.await_approval("Leads", lead)
    org.await_approval("Deals", deal)
    assert set(world.crm(api).get_records("Leads", [lead])) == {lead}
    assert set(world.crm(api).get_records("Deals", [deal])) == {deal}


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[str]]]:
    """Run a proxy on the loopback that writes down what it is asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_proxy_carries_the_token_off_the_loopback(
    proxy: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, asked = proxy
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    crm = ZohoCRM(api_domain("http://localhost:1"), FixedToken(Secret("made-up")))
    with pytest.raises(NotSent):
        crm.get_records("Leads", [ID])
    crm.close()
    assert asked == []


def test_a_refused_connection_is_told_as_not_sent() -> None:
    crm = ZohoCRM(api_domain("http://127.0.0.1:1"), FixedToken(Secret("made-up")))
    with pytest.raises(NotSent, match="Zoho was not reached: Connection refused"):
        crm.delete_records("Leads", [ID])
    crm.close()


def test_errors_are_a_tree_whose_leaves_say_what_may_be_done() -> None:
    assert issubclass(ReadOnly, NotSent)
    assert issubclass(UnlistedHost, NotSent)
    assert not ReadOnly("x").temporary
    assert not UnlistedHost("x").temporary
    assert NotSent("x").temporary
