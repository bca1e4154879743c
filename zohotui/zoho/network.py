"""What the environment says of the way to Zoho: the proxy, and the certificates that are trusted.

Only what concerns the host in question is looked at. Source: the conventions of curl and of
Python's urllib.
"""

from __future__ import annotations

import os
import re
import ssl
import stat
from contextlib import suppress
from importlib.util import find_spec
from urllib.request import getproxies, proxy_bypass

import httpx

from zohotui.zoho.errors import BadSettings
from zohotui.zoho.printable import printable

_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
"""What may name the proxy of an https address; the first that is set counts."""

_USABLE = frozenset({"http", "https"})
_SOCKS = frozenset({"socks5", "socks5h"})
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")
"""What OpenSSL calls certificates in a folder."""


def proxy_of(host: str, port: int, roots: ssl.SSLContext) -> httpx.Proxy | None:
    """Return the proxy that leads to an https address, None if there is none in between.

    Raises BadSettings, naming the variable but never its value, which may hold a password.
    """
    said = getproxies().get("https") or getproxies().get("all", "")
    address = said.strip()
    if not address or _is_excepted(host, port):
        return None
    name = next((name for name in _VARIABLES if os.environ.get(name) == said), "The system")
    try:
        url = httpx.URL(address if "://" in address else f"http://{address}")
    except (httpx.InvalidURL, UnicodeError):
        url = httpx.URL("")
    if not url.host:
        raise BadSettings(
            f"{name} is not the address of a proxy. Give one like http://proxy.example:3128, "
            "or unset it."
        )
    if url.scheme in _SOCKS and find_spec("socksio") is None:
        raise BadSettings(
            f"{name} names a SOCKS proxy ({url.scheme}), but the Python package socksio is "
            "missing. Install it beside zohotui (pip install socksio), set HTTPS_PROXY to an "
            f"HTTP proxy, or add {host} to NO_PROXY."
        )
    if url.scheme not in _USABLE | _SOCKS:
        raise BadSettings(
            f"{name} names a {printable(url.scheme, 20)} proxy, which zohotui cannot use. "
            f"Set HTTPS_PROXY to an HTTP proxy (http://proxy.example:3128), or add {host} to "
            "NO_PROXY."
        )
    return httpx.Proxy(url, ssl_context=roots if url.scheme == "https" else None)


def _is_excepted(host: str, port: int) -> bool:
    """Whether NO_PROXY, or the system, wants no proxy on the way to a host.

    Entries that are addresses or networks can never mean one of Zoho's hosts, which have names.
    """
    entries = re.split(r"[,\s]+", getproxies().get("no", "").lower())
    named = any(_means(entry, host, str(port)) for entry in entries)
    return named or bool(proxy_bypass(f"{host}:{port}"))


def _means(entry: str, host: str, port: str) -> bool:
    """Whether an entry of NO_PROXY means a host: by its name, or that of a domain around it."""
    # A scheme before it and a star for any subdomain are customs of other programs.
    name, _, its_port = entry.rpartition("://")[2].removeprefix("*").partition(":")
    name = name.strip(".")
    inside = name != "" and f".{host}".endswith(f".{name}")
    return entry == "*" or (inside and its_port in {"", port})


def trusted_roots() -> ssl.SSLContext:
    """Return what TLS is verified with: the system's roots, or those that are named.

    Raises BadSettings. OpenSSL itself passes over a file that cannot be read, and then trusts
    nobody: no request would ever succeed, and no error would say why.
    """
    file, folders = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file:
        _check_readable(file)
    try:
        context = ssl.create_default_context()
    except OSError as error:
        # It opens the file that TLS keys are to be written to.
        name = "SSLKEYLOGFILE" if os.environ.get("SSLKEYLOGFILE") else "OPENSSL_CONF"
        raise _unusable(name, os.environ.get(name, ""), error.strerror or str(error)) from None
    if file == "":
        # Set to nothing, which everybody but OpenSSL takes for not set.
        with suppress(OSError):
            context.load_verify_locations(cafile=ssl.get_default_verify_paths().openssl_cafile)
    if context.cert_store_stats()["x509"]:
        return context
    if file:
        raise _unusable("SSL_CERT_FILE", file, "it has no certificates in PEM format")
    if folders and not any(map(_holds_certificates, folders.split(os.pathsep))):
        why = "it is not a folder of certificates named by their hashes (see openssl rehash)"
        raise _unusable("SSL_CERT_DIR", folders, why)
    return context


def _check_readable(file: str) -> None:
    """Raise BadSettings for what OpenSSL could not read, or would read for ever."""
    try:
        is_file = stat.S_ISREG(os.stat(file).st_mode)  # noqa: PTH116 - as the kernel says it
        if is_file:
            os.close(os.open(file, os.O_RDONLY | os.O_CLOEXEC))
    except OSError as error:
        raise _unusable("SSL_CERT_FILE", file, error.strerror or "it cannot be read") from None
    if not is_file:
        raise _unusable("SSL_CERT_FILE", file, "it is not a file")


def _holds_certificates(folder: str) -> bool:
    try:
        return any(_HASHED.fullmatch(name) for name in os.listdir(folder))  # noqa: PTH208 - names
    except OSError:
        return False


def _unusable(name: str, value: str, why: str) -> BadSettings:
    return BadSettings(
        f"{name} is {printable(value, 200)}, which cannot be used: {why}. Correct it, or unset it."
    )
