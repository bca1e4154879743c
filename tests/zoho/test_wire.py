"""The way out: verified, without redirects, and through no proxy where nothing is encrypted."""

from __future__ import annotations

import ssl

import httpx
import pytest

from tests.zoho.support import EU, LOCAL
from zohotui.zoho import wire
from zohotui.zoho.errors import BadSettings


def verified_by(url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[object, object]:
    """Open a client; tell what it verifies with, and whether it looks into the environment."""
    seen: dict[str, object] = {}
    monkeypatch.setattr(httpx, "Client", lambda **how: seen.update(how))
    wire.http_client(url)
    assert "follow_redirects" not in seen
    return seen["verify"], seen["trust_env"]


def test_tls_is_verified_against_roots_and_names(monkeypatch: pytest.MonkeyPatch) -> None:
    verify, trusts = verified_by(EU.url, monkeypatch)
    assert isinstance(verify, ssl.SSLContext)
    assert (verify.verify_mode, verify.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert trusts is True


def test_what_is_plain_goes_through_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert verified_by(LOCAL.url, monkeypatch) == (False, False)


PASSWORD = "s3cret"
PROXIES = [
    f"http://user:{PASSWORD}@host:bad",
    f"http://user:{PASSWORD}",
    f"http://user:{PASSWORD}@[::1",
    f"http://user:{PASSWORD}@h\N{SNOWMAN}..x",
    f"foo://user:{PASSWORD}@host",
    f"http://\x01user:{PASSWORD}@host",
]


@pytest.mark.parametrize("address", PROXIES)
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_that_cannot_be_used_is_a_sentence_without_its_password(
    name: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, address)
    with pytest.raises(BadSettings) as caught:
        wire.http_client(EU.url)
    assert PASSWORD not in caught.value.detail
    assert caught.value.detail.isprintable()
    assert caught.value.__suppress_context__
    assert not caught.value.temporary
    wire.http_client(LOCAL.url).close()


def test_redirects_are_not_followed() -> None:
    client = wire.http_client(EU.url)
    assert client.follow_redirects is False
    client.close()


def test_only_a_connection_of_our_own_is_waited_for_without_limit() -> None:
    waits = wire.timeout(7)
    assert (waits.connect, waits.read, waits.write, waits.pool) == (10, 7, 30, None)


@pytest.mark.parametrize("error", [ValueError(""), ValueError("\x1b[2J" + "x" * 999)])
def test_a_reason_is_short_and_harmless(error: Exception) -> None:
    said = wire.reason(error)
    assert 0 < len(said) <= 200
    assert said.isprintable()
