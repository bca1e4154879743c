"""The way to a practice org inside the process, which notes what goes by."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from urllib.parse import parse_qs

import httpx

from zohotui.sandbox import ConnectionDropped, Sandbox


@dataclass
class Attempt:
    """A request that the client wanted to send, read off its address alone."""

    method: str
    path: str
    ids: tuple[int, ...]
    wf_trigger: str
    harmless: bool = False
    """Whether it provably changed nothing: never connected, 401 or 429."""
    journal_size: int = 0
    """Bytes that the journal had when it left."""
    values: tuple[str, ...] = ()
    """What stood in the place of ids, whatever it was."""

    @classmethod
    def of(cls, request: httpx.Request) -> Attempt:
        query = parse_qs(request.url.query.decode())
        if request.url.path.endswith("/actions/restore"):
            query["ids"] = [",".join(json.loads(request.content)["ids"])]
        path = request.url.path
        tail = path.rsplit("/", 1)[-1]
        ids = query.get("ids", [tail if tail.isdigit() else ""])[0]
        # With X-EXTERNAL these are values, which may be anything.
        numbers = tuple(int(one) for one in ids.split(",") if one.isascii() and one.isdigit())
        trigger = query.get("wf_trigger", [""])[0]
        values = tuple(query["ids"][0].split(",")) if "ids" in query else (tail,)
        return cls(request.method, path, numbers, trigger, values=values)


class Wire(httpx.BaseTransport):
    """The way to a practice org inside the process; its faults come out as httpx's errors."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._inside = httpx.WSGITransport(app=sandbox)
        self._mutex = Lock()
        self.attempts: list[Attempt] = []
        """Every request to delete."""
        self.reads: list[Attempt] = []
        self.restores: list[Attempt] = []
        self.proofs = 0
        """How often it was asked which org this is."""
        self.on_request: Callable[[Attempt], None] = lambda _: None
        self.on_read: Callable[[Attempt], None] = lambda _: None
        self.on_restore: Callable[[Attempt], None] = lambda _: None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        attempt = Attempt.of(request)
        if attempt.path.endswith("/org"):
            self.proofs += 1
        elif attempt.method == "GET":
            self.reads.append(attempt)
            self.on_read(attempt)
        elif attempt.path.endswith("/actions/restore"):
            self.restores.append(attempt)
            self.on_restore(attempt)
        else:
            with self._mutex:
                self.attempts.append(attempt)
            self.on_request(attempt)
        try:
            response = self._inside.handle_request(request)
        except ConnectionDropped as dropped:
            attempt.harmless = dropped.kind == "refused"
            raise _as_httpx(dropped) from None
        attempt.harmless = response.status_code in {401, 429}
        return response


def _as_httpx(dropped: ConnectionDropped) -> httpx.TransportError:
    if dropped.sent and not dropped.rest:
        return httpx.RemoteProtocolError("peer closed connection without a complete body")
    errors: dict[str, httpx.TransportError] = {
        "refused": httpx.ConnectError("[Errno 111] Connection refused"),
        "reset": httpx.ReadError("[Errno 104] Connection reset by peer"),
        "hang": httpx.ReadTimeout("timed out"),
        "trickle": httpx.ReadTimeout("timed out"),
    }
    return errors[dropped.kind]
