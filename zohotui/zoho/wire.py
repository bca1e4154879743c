"""The way out: requests that verify TLS, follow no redirect, send no surprises and always end."""

from __future__ import annotations

import re
import socket
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from threading import BoundedSemaphore, Lock
from typing import Any, cast

import httpx

from zohotui.zoho.bounds import Bounds
from zohotui.zoho.datacentre import is_loopback
from zohotui.zoho.deadlines import Deadlines
from zohotui.zoho.limits import MOST_PARALLEL
from zohotui.zoho.network import proxy_of, trusted_roots
from zohotui.zoho.printable import printable

NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Errors after which a request provably never reached the other side."""

_HTTPS = 443
_PLAIN = frozenset({"", "identity"})
_GZIP = frozenset({"gzip", "x-gzip"})
_NUMBER = re.compile(r"^\[Errno -?\d+\] ", re.ASCII)
"""What the system puts before its words for an error: no help to an admin."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole and unpacked."""

    status: int
    headers: Mapping[str, str]
    """Found by their names in any case."""
    body: bytes


class Host:
    """One checked address, and the connections to it. Safe to use from several threads at once.

    `transport` stands in for the network; `clock` gives seconds. Raises BadSettings. TLS is
    verified against the system's roots, or those that SSL_CERT_FILE names. A proxy comes from the
    environment, but never for this machine: it would carry the token off it.
    """

    def __init__(
        self,
        url: str,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._options = _options(url, transport)
        self._clock = clock
        self._deadlines = Deadlines()
        self._free = BoundedSemaphore(MOST_PARALLEL)
        self._mutex = Lock()
        self._lines = [self._line()]
        self.is_closed = False

    def address(self, path: str) -> httpx.URL:
        """Return the address of a path here; raises InvalidURL if there can be none."""
        if not path.startswith("/"):
            raise httpx.InvalidURL("a path begins with a slash")
        return httpx.URL(f"{self._url}{path}")

    def ask(
        self,
        method: str,
        path: str | httpx.URL,
        bounds: Bounds,
        *,
        content: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: httpx.Auth | None = None,
    ) -> Answer:
        """Send one request and read its answer to the end, within bounds.

        `path`: it, or what `address` made of it: of 100 ids that takes its time. Raises an error
        of httpx: one of `NEVER_LEFT`, ReadTimeout if the answer was not whole in time,
        DecodingError if it is too large or cannot be unpacked, or whatever else broke.
        """
        with self._lent() as line:
            return line.ask(
                bounds, method=method, url=path, content=content, headers=headers, auth=auth
            )

    def close(self) -> None:
        """Let go of the connections; of those in use, as soon as they are done."""
        with self._mutex:
            self.is_closed = True
            lines, self._lines = self._lines, []
        for line in lines:
            line.close()

    @contextmanager
    def _lent(self) -> Iterator[_Line]:
        """Lend a connection; one that is free is waited for without limit: that is no fault."""
        with self._free:
            with self._mutex:
                if self.is_closed:
                    raise httpx.ConnectError("this sign-in was closed")
                line = self._lines.pop() if self._lines else self._line()
            try:
                yield line
            finally:
                with self._mutex:
                    stays = not self.is_closed
                    if stays:
                        self._lines.append(line)
                if not stays:
                    line.close()

    def _line(self) -> _Line:
        return _Line(httpx.Client(**self._options), self._clock, self._deadlines)


class _Line:
    """One connection, made when it is first needed and kept for the next request.

    A request on it ends in time whatever the other side does: httpx bounds the silence between
    two bytes, and its connection is shut when all of the time is over.
    """

    def __init__(
        self, client: httpx.Client, clock: Callable[[], float], deadlines: Deadlines
    ) -> None:
        self._client = client
        self._clock = clock
        self._deadlines = deadlines
        self._socket: socket.socket | None = None
        self._late = False

    def close(self) -> None:
        self._client.close()

    def ask(self, bounds: Bounds, **request: Any) -> Answer:  # noqa: ANN401 - as httpx takes them
        end = self._clock() + bounds.whole
        self._late = False
        try:
            with (
                self._deadlines.after(bounds.whole, self._cut_off),
                self._client.stream(
                    **request,
                    timeout=httpx.Timeout(connect=10, read=bounds.silence, write=30, pool=None),
                    extensions={"trace": self._heed},
                ) as response,
            ):
                body = _unpacked(response, bounds.size, lambda: self._clock() > end)
        except NEVER_LEFT:
            raise
        except httpx.HTTPError:
            if self._late:
                raise _too_late() from None
            raise
        # What was cut off by ourselves can look like an end.
        if self._late:
            raise _too_late()
        return Answer(response.status_code, response.headers, body)

    def _cut_off(self) -> None:
        self._late = True
        if self._socket is not None:
            # The plain shutdown, which works under TLS too: that of an SSLSocket would let go of
            # the encryption first. A connection that has ended meanwhile says no.
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _heed(self, _: str, info: Mapping[str, Any]) -> None:
        """Hear of a connection that has just been made, in clear or encrypted, from httpx.

        Nothing of the request has left by then.
        """
        stream = info.get("return_value")
        if stream is not None and hasattr(stream, "get_extra_info"):
            self._socket = stream.get_extra_info("socket")
            if self._late:
                self._cut_off()
                raise httpx.ConnectTimeout("connecting took too long")


def _too_late() -> httpx.ReadTimeout:
    return httpx.ReadTimeout("the answer was not complete in time")


def _unpacked(response: httpx.Response, most: int, is_late: Callable[[], bool]) -> bytes:
    """Read a body, never more of it than is allowed, in whatever way it is packed."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _PLAIN | _GZIP:
        raise httpx.DecodingError(f"it is packed as {printable(encoding, 20)}")
    gzip = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding in _GZIP else None
    body, received = bytearray(), 0
    # Not by httpx's own iterators, which unpack 1,000 bytes for each that came.
    for part in cast("Iterable[bytes]", response.stream):
        received += len(part)
        if is_late():
            raise _too_late()
        if gzip is None:
            body += part
        elif not gzip.eof:
            try:
                body += gzip.decompress(part, most - len(body) + 1)
            except zlib.error:
                raise httpx.DecodingError("it cannot be unpacked") from None
        if max(received, len(body)) > most:
            raise httpx.DecodingError(f"it has more than {most:,} bytes")
    if gzip is not None and received and not gzip.eof:
        raise httpx.DecodingError("it is cut short")
    return bytes(body)


def _options(url: str, transport: httpx.BaseTransport | None) -> dict[str, Any]:
    """Work out how httpx shall open each connection; raises BadSettings."""
    address = httpx.URL(url)
    roots = trusted_roots() if address.scheme == "https" and transport is None else None
    proxy = None
    if roots is not None and not is_loopback(address.host):
        proxy = proxy_of(address.host, address.port or _HTTPS, roots)
    return {
        "base_url": url,
        "headers": {"Accept-Encoding": "gzip"},
        # What a server would keep here it does not get: it could only grow.
        "cookies": CookieJar(DefaultCookiePolicy(allowed_domains=())),
        "limits": httpx.Limits(max_connections=1, keepalive_expiry=60),
        "verify": roots or False,
        "proxy": proxy,
        # Or httpx would set up proxies that concern nobody here, and sign with a .netrc.
        "trust_env": False,
        "transport": transport,
    }


def reason(error: Exception) -> str:
    """Say what httpx found, in words that are safe to show."""
    return printable(_NUMBER.sub("", str(error)), 200) or type(error).__name__
