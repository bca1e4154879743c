"""The way out: verified, without redirects, and every answer ends within its bounds."""

from __future__ import annotations

import gzip
import shutil
import ssl
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.rows import each_row
from tests.zoho.support import EU, LOCAL
from tests.zoho.talker import REAL_ROOTS, answer, certificate, say, speaks_tls, talking
from zohotui.zoho import wire
from zohotui.zoho.bounds import Bounds
from zohotui.zoho.wire import Answer, Host

SOON = Bounds(silence=30, whole=0.4, size=1_000_000)
"""Less time than anything that trickles here takes; no silence is ever so long."""

PATIENT = Bounds(silence=30, whole=60, size=1_000_000)


def ask(url: str, bounds: Bounds = PATIENT, **more: object) -> Answer:
    host = Host(url, **more)  # type: ignore[arg-type]
    try:
        return host.ask("GET", "/", bounds)
    finally:
        host.close()


def opened_with(url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    seen: dict[str, object] = {}
    monkeypatch.setattr(httpx, "Client", lambda **how: seen.update(how))
    Host(url)
    return seen


def test_tls_is_verified_against_roots_and_names(monkeypatch: pytest.MonkeyPatch) -> None:
    verify = opened_with(EU.url, monkeypatch)["verify"]
    assert isinstance(verify, ssl.SSLContext)
    assert (verify.verify_mode, verify.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize("url", [EU.url, LOCAL.url])
def test_neither_a_proxy_nor_a_password_is_taken_from_the_environment_by_httpx(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opened_with(url, monkeypatch)["trust_env"] is False


class Cookies(httpx.BaseTransport):
    """Gives a cookie with each answer, and notes what comes back."""

    def __init__(self) -> None:
        self.seen: list[str | None] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.headers.get("Cookie"))
        return httpx.Response(200, headers={"Set-Cookie": f"c{len(self.seen)}=x; Path=/"})


def test_redirects_are_not_followed_and_cookies_not_kept() -> None:
    moved = httpx.MockTransport(
        lambda _: httpx.Response(302, headers={"Location": "http://localhost/other"})
    )
    assert ask(LOCAL.url, transport=moved).status == 302
    cookies = Cookies()
    host = Host(LOCAL.url, cookies)
    for _ in range(3):
        host.ask("GET", "/", PATIENT)
    assert cookies.seen == [None, None, None]


SLOW_HEAD = say(b"", answer(b"x" * 9_000, *(f"X-{n}: {'y' * 60}" for n in range(90))))
SLOW_BODY = say(answer(b"")[:-2].replace(b": 0", b": 9000") + b"\r\n", b"x" * 9_000)
TO_THE_END = say(answer(b"", length=False), b"x" * 9_000)
CHUNKED = say(answer(b"", "Transfer-Encoding: chunked", length=False), b"1\r\nx\r\n" * 2_000)
EARLY_HINTS = say(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500)
TRICKLES = {
    "head": SLOW_HEAD,
    "body": SLOW_BODY,
    "body that only its end ends": TO_THE_END,
    "body in chunks": CHUNKED,
    "interim answers": EARLY_HINTS,
}


@each_row("how", TRICKLES)
def test_an_answer_that_trickles_ends_in_time(how: str) -> None:
    with talking(TRICKLES[how]) as url, pytest.raises(httpx.ReadTimeout, match="in time"):
        ask(url, SOON)


@each_row("how", TRICKLES)
def test_so_it_does_on_a_connection_that_was_kept(how: str) -> None:
    with talking(say(answer(b"{}")), TRICKLES[how], say(answer(b"{}"))) as url:
        host = Host(url)
        assert host.ask("GET", "/", PATIENT).body == b"{}"
        with pytest.raises(httpx.ReadTimeout, match="in time"):
            host.ask("GET", "/", SOON)
        assert host.ask("GET", "/", PATIENT).body == b"{}"
        host.close()


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("how", TRICKLES)
def test_so_it_does_under_tls(how: str, pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl, "create_default_context", REAL_ROOTS)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    speeches = say(answer(b"{}")), TRICKLES[how]
    with talking(*speeches, tls=speaks_tls(pem)) as url:
        host = Host(url)
        assert host.ask("GET", "/", PATIENT).body == b"{}"
        with pytest.raises(httpx.ReadTimeout, match="in time"):
            host.ask("GET", "/", SOON)
        host.close()


def test_a_host_whose_certificate_is_not_trusted_is_not_asked(
    pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssl, "create_default_context", REAL_ROOTS)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    server = talking(say(answer(b"{}")), tls=speaks_tls(pem))
    with server as url, pytest.raises(httpx.ConnectError):
        ask(url)


def test_an_answer_in_time_is_whole_and_its_connection_kept() -> None:
    with talking(say(answer(b"one")), say(answer(b"two"))) as url:
        host = Host(url)
        assert [host.ask("GET", "/", PATIENT).body for _ in range(2)] == [b"one", b"two"]
        host.close()


class Parts(httpx.BaseTransport):
    """Answers in parts, on a clock that moves by a second with each."""

    def __init__(self, *parts: bytes, **headers: str) -> None:
        self.parts, self.headers, self.now = parts, headers, 0.0

    def handle_request(self, _: httpx.Request) -> httpx.Response:
        headers = {name.replace("_", "-"): value for name, value in self.headers.items()}
        return httpx.Response(200, headers=headers, stream=Stream(self))

    def clock(self) -> float:
        return self.now


class Stream(httpx.SyncByteStream):
    def __init__(self, script: Parts) -> None:
        self.script = script

    def __iter__(self) -> Iterator[bytes]:
        for part in self.script.parts:
            self.script.now += 1
            yield part


def test_the_whole_time_is_measured_by_the_clock_that_is_given() -> None:
    script = Parts(*[b"x"] * 9)
    bounds = Bounds(silence=10, whole=9, size=100)
    assert ask(LOCAL.url, bounds, transport=script, clock=script.clock).body == b"x" * 9
    with pytest.raises(httpx.ReadTimeout, match="in time"):
        ask(
            LOCAL.url,
            Bounds(silence=10, whole=8, size=100),
            transport=script,
            clock=script.clock,
        )


TEN = Bounds(silence=10, whole=60, size=10)


def test_a_body_is_read_up_to_its_bound_and_not_beyond() -> None:
    assert ask(LOCAL.url, TEN, transport=Parts(b"12345", b"67890")).body == b"1234567890"
    endless = Parts(*[b"12345"] * 1_000)
    with pytest.raises(httpx.DecodingError, match="more than 10 bytes"):
        ask(LOCAL.url, TEN, transport=endless)
    assert endless.now == 3


def packed(body: bytes, encoding: str = "gzip") -> Parts:
    return Parts(gzip.compress(body), Content_Encoding=encoding)


def test_packed_bodies_are_unpacked_up_to_the_same_bound() -> None:
    hundred = Bounds(silence=10, whole=60, size=100)
    assert ask(LOCAL.url, hundred, transport=packed(b"x" * 100)).body == b"x" * 100
    assert ask(LOCAL.url, hundred, transport=packed(b"", "X-GZip")).body == b""
    assert ask(LOCAL.url, hundred, transport=Parts(Content_Encoding="gzip")).body == b""
    with pytest.raises(httpx.DecodingError, match="more than 100 bytes"):
        ask(LOCAL.url, hundred, transport=packed(b"x" * 101))


def test_what_unpacks_to_a_thousand_times_its_size_takes_no_memory() -> None:
    bomb = gzip.compress(b" " * 100_000_000, 1)
    bomb_in_parts = Parts(bomb[:65_536], bomb[65_536:], Content_Encoding="gzip")
    tracemalloc.start()
    try:
        with pytest.raises(httpx.DecodingError, match="more than 1,000,000 bytes"):
            ask(LOCAL.url, transport=bomb_in_parts)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


@each_row(
    ("script", "words"),
    [
        (Parts(b"not gzip", Content_Encoding="gzip"), "unpacked"),
        (Parts(gzip.compress(b"12345")[:-4], Content_Encoding="gzip"), "cut short"),
        (Parts(b"x", Content_Encoding="br"), "packed as br"),
        (Parts(b"x", Content_Encoding="gzip, gzip"), "packed as gzip, gzip"),
        (Parts(b"x", Content_Encoding="\x1b[2J"), "packed as"),
    ],
)
def test_what_cannot_be_unpacked_is_no_answer(script: Parts, words: str) -> None:
    with pytest.raises(httpx.DecodingError, match=words) as caught:
        ask(LOCAL.url, transport=script)
    assert str(caught.value).isprintable()


def test_after_it_was_closed_nothing_leaves() -> None:
    script = Parts(b"x")
    host = Host(LOCAL.url, script)
    host.close()
    with pytest.raises(httpx.ConnectError, match="closed"):
        host.ask("GET", "/", SOON)
    assert script.now == 0


@pytest.mark.parametrize("error", [ValueError(""), ValueError("\x1b[2J" + "x" * 999)])
def test_a_reason_is_short_and_harmless(error: Exception) -> None:
    said = wire.reason(error)
    assert 0 < len(said) <= 200
    assert said.isprintable()
