"""The way out: httpx clients that verify TLS, follow no redirect and send no surprises."""

from __future__ import annotations

import ssl

import httpx

from zohotui.zoho.errors import BadSettings
from zohotui.zoho.limits import MOST_PARALLEL
from zohotui.zoho.printable import printable

NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Errors after which a request provably never reached the other side."""


def http_client(url: str, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Open a client of one checked address; `transport` stands in for the network.

    Raises BadSettings. TLS is verified against the system's roots, or those that SSL_CERT_FILE
    names. Proxies come from the environment, but never for plain http: that is this machine, and
    a proxy would carry the token off it in the clear.
    """
    encrypted = url.startswith("https")
    try:
        return httpx.Client(
            base_url=url,
            limits=httpx.Limits(
                max_connections=MOST_PARALLEL,
                max_keepalive_connections=MOST_PARALLEL,
                keepalive_expiry=60,
            ),
            verify=ssl.create_default_context() if encrypted else False,
            trust_env=encrypted,
            transport=transport,
        )
    except httpx.InvalidURL:
        # Without its words: they quote a part of the address, which may be a password.
        raise BadSettings(
            "The address of a proxy in the environment (HTTPS_PROXY, ALL_PROXY or NO_PROXY) is "
            "malformed."
        ) from None
    except (ImportError, ValueError, OSError) as error:
        # httpx reads proxies and certificates from the environment and says no like this.
        raise BadSettings(
            f"The proxy or certificate settings of the environment cannot be used: {reason(error)}"
        ) from None


def timeout(read: float) -> httpx.Timeout:
    """Wait without limit only for a connection of our own pool: that is no fault."""
    return httpx.Timeout(connect=10, read=read, write=30, pool=None)


def reason(error: Exception) -> str:
    """Say what httpx found, in words that are safe to show."""
    return printable(str(error), 200) or type(error).__name__
