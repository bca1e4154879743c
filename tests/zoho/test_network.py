"""What the environment says of proxies and certificates: heeded, ignored, or named as at fault."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest

from tests.rows import each_row
from tests.zoho.support import EU, LOCAL
from tests.zoho.talker import REAL_ROOTS
from zohotui.zoho import network
from zohotui.zoho.errors import BadSettings
from zohotui.zoho.network import proxy_of, trusted_roots
from zohotui.zoho.wire import Host

API, ACCOUNTS = "www.zohoapis.eu", "accounts.zoho.eu"
GOOD = "http://proxy.example:3128"
PASSWORD = "s3cret"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Begin with an environment that says nothing."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("SSL"):
            monkeypatch.delenv(name)
    return monkeypatch


def proxy(host: str = API) -> str | None:
    found = proxy_of(host, 443, ssl.create_default_context())
    return None if found is None else str(found.url)


def shows_what_was_before(error: BaseException) -> bool:
    return error.__context__ is not None and not error.__suppress_context__


LEADS = [
    ({}, None),
    ({"HTTPS_PROXY": GOOD}, GOOD),
    ({"https_proxy": GOOD}, GOOD),
    ({"ALL_PROXY": GOOD}, GOOD),
    ({"all_proxy": GOOD}, GOOD),
    ({"https_proxy": GOOD, "HTTPS_PROXY": "http://other"}, GOOD),
    ({"HTTPS_PROXY": GOOD, "ALL_PROXY": "http://other"}, GOOD),
    ({"HTTPS_PROXY": GOOD, "ALL_PROXY": "socks://other"}, GOOD),
    ({"HTTPS_PROXY": GOOD, "all_proxy": "[::1"}, GOOD),
    ({"HTTP_PROXY": "socks://other"}, None),
    ({"http_proxy": "http://[broken", "HTTPS_PROXY": GOOD}, GOOD),
    ({"FTP_PROXY": "socks4://x", "RSYNC_PROXY": "x y"}, None),
    ({"HTTPS_PROXY": ""}, None),
    ({"HTTPS_PROXY": " "}, None),
    ({"HTTPS_PROXY": f" {GOOD} "}, GOOD),
    ({"https_proxy": "", "HTTPS_PROXY": GOOD}, None),
    ({"HTTPS_PROXY": "proxy.example:3128"}, GOOD),
    ({"HTTPS_PROXY": "https://proxy.example"}, "https://proxy.example"),
    ({"HTTPS_PROXY": "http://[2001:db8::1]:3128"}, "http://[2001:db8::1]:3128"),
    ({"HTTPS_PROXY": "http://user:pass@proxy.example"}, "http://proxy.example"),
]


@each_row(("given", "wanted"), LEADS)
def test_the_one_proxy_that_leads_to_zoho(
    given: dict[str, str], wanted: str | None, environment: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        environment.setenv(name, value)
    assert proxy() == wanted


EXCEPTED = {
    API: True,
    API.upper(): True,
    f".{API}": True,
    "zohoapis.eu": True,
    ".zohoapis.eu": True,
    "*.zohoapis.eu": True,
    "eu": True,
    "zohoapis.eu.": True,
    f"{API}:443": True,
    f"{API}:8443": False,
    ".zohoapis.eu:443": True,
    f"https://{API}": True,
    "*": True,
    "localhost, *": True,
    f"localhost,{API}": True,
    f"localhost {API}": True,
    "apis.eu": False,
    "zoho.eu": False,
    "www.zohoapis.e": False,
    "fe80::/10": False,
    "[::1]": False,
    "::1": False,
    "[fe80::1]:443": False,
    "10.0.0.0/8,192.168.0.1,127.0.0.1:8080": False,
    "fe80::1%eth0": False,
    "http://[": False,
    "://": False,
    ",,  ,": False,
    ".": False,
    "\N{SNOWMAN}": False,
    "": False,
}


@each_row("name", ["NO_PROXY", "no_proxy"])
@each_row("entries", EXCEPTED)
def test_what_is_excepted_goes_without(
    name: str, entries: str, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("HTTPS_PROXY", GOOD)
    environment.setenv(name, entries)
    assert (proxy() is None) is EXCEPTED[entries]


def test_each_host_has_a_proxy_of_its_own(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HTTPS_PROXY", GOOD)
    environment.setenv("NO_PROXY", "accounts.zoho.eu")
    assert (proxy(API), proxy(ACCOUNTS)) == (GOOD, None)


def test_a_proxy_at_fault_does_not_matter_where_none_is_used(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("HTTPS_PROXY", "socks://x")
    environment.setenv("NO_PROXY", "zohoapis.eu")
    assert proxy() is None
    for url in (LOCAL.url, "http://127.0.0.1:8080", "https://localhost:8443", "https://[::1]"):
        Host(url).close()


AT_FAULT = [
    f"http://user:{PASSWORD}@host:bad",
    f"http://user:{PASSWORD}",
    f"user:{PASSWORD}",
    f"http://user:{PASSWORD}@[::1",
    f"http://user:{PASSWORD}@h\N{SNOWMAN}..x",
    f"foo://user:{PASSWORD}@host",
    f"socks://user:{PASSWORD}@host",
    f"socks4://user:{PASSWORD}@host:1080",
    f"socks5://user:{PASSWORD}@host:1080",
    f"socks5h://user:{PASSWORD}@host:1080",
    f"http://\x01user:{PASSWORD}@host",
    f"http://user:{PASSWORD}@",
    f"file:///{PASSWORD}",
    "http://",
]


@each_row("address", AT_FAULT)
@each_row("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_that_cannot_be_used_is_a_sentence_without_its_password(
    name: str, address: str, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv(name, address)
    environment.setattr(network, "find_spec", lambda _: None)
    with pytest.raises(BadSettings) as caught:
        Host(EU.url)
    assert caught.value.detail.startswith(f"{name} ")
    assert PASSWORD not in caught.value.detail
    assert caught.value.detail.isprintable()
    assert not shows_what_was_before(caught.value)
    assert not caught.value.temporary


def test_a_socks_proxy_says_what_it_takes(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ALL_PROXY", "socks5h://proxy.example:1080")
    environment.setattr(network, "find_spec", lambda _: None)
    with pytest.raises(BadSettings, match=r"pip install socksio.*add www\.zohoapis\.eu to NO_"):
        proxy()
    environment.setattr(network, "find_spec", lambda _: object())
    assert proxy() == "socks5h://proxy.example:1080"


@pytest.fixture
def real_roots(environment: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    environment.setattr(ssl, "create_default_context", REAL_ROOTS)
    return environment


def test_the_systems_roots_are_trusted(real_roots: pytest.MonkeyPatch) -> None:
    assert trusted_roots().verify_mode is ssl.CERT_REQUIRED
    # As everybody but OpenSSL has it.
    real_roots.setenv("SSL_CERT_FILE", "")
    plain = REAL_ROOTS().cert_store_stats()
    assert trusted_roots().cert_store_stats()["x509"] >= plain["x509"]


def refused(name: str, value: Path | str, environment: pytest.MonkeyPatch) -> str:
    environment.setenv(name, str(value))
    with pytest.raises(BadSettings) as caught:
        Host(EU.url)
    assert caught.value.detail.startswith(f"{name} is {value}, which cannot be used: ")
    assert not shows_what_was_before(caught.value)
    return caught.value.detail


def test_a_file_of_roots_that_cannot_be_used_is_named(
    real_roots: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "roots.pem"
    assert "No such file" in refused("SSL_CERT_FILE", file, real_roots)
    file.write_text("no certificate\n")
    assert "has no certificates" in refused("SSL_CERT_FILE", file, real_roots)
    file.write_bytes(b"")
    assert "has no certificates" in refused("SSL_CERT_FILE", file, real_roots)
    assert "not a file" in refused("SSL_CERT_FILE", tmp_path, real_roots)
    os.mkfifo(tmp_path / "pipe")
    assert "not a file" in refused("SSL_CERT_FILE", tmp_path / "pipe", real_roots)
    assert "not a file" in refused("SSL_CERT_FILE", "/dev/zero", real_roots)
    if os.geteuid():
        file.chmod(0)
        assert "Permission denied" in refused("SSL_CERT_FILE", file, real_roots)
    # Where nothing is encrypted nothing is verified.
    Host(LOCAL.url).close()


def test_a_folder_of_roots_that_has_none_is_named(
    real_roots: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    none = ssl.create_default_context()
    real_roots.setattr(
        ssl, "create_default_context", lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    )
    assert not ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).cert_store_stats()["x509"]
    assert "hashes" in refused("SSL_CERT_DIR", tmp_path / "none", real_roots)
    assert "hashes" in refused("SSL_CERT_DIR", f"{tmp_path}:{tmp_path}", real_roots)
    (tmp_path / "0123abcd.0").touch()
    real_roots.setenv("SSL_CERT_DIR", f"/nowhere:{tmp_path}")
    trusted_roots()
    # As long as there are others, a folder without any harms nobody.
    real_roots.setattr(ssl, "create_default_context", lambda: none)
    if none.cert_store_stats()["x509"]:
        real_roots.setenv("SSL_CERT_DIR", "/nowhere")
        trusted_roots()


def test_a_log_of_keys_that_cannot_be_written_is_named(
    real_roots: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "No such file" in refused("SSLKEYLOGFILE", tmp_path / "no" / "keys", real_roots)
