"""The sandbox itself: a WSGI application that answers as one Zoho org would."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from zohotui.sandbox import mishaps, oauth, replies, routes
from zohotui.sandbox.accounts import Accounts
from zohotui.sandbox.call import Call
from zohotui.sandbox.content import stamp
from zohotui.sandbox.faults import FaultKind, Faults
from zohotui.sandbox.ledger import Ledger
from zohotui.sandbox.limits import CONCURRENCY, Limits, daily_credits
from zohotui.sandbox.org import Org
from zohotui.sandbox.variants import Variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from zohotui.sandbox.accounts import Grant
    from zohotui.sandbox.replies import Reply

_SCHEME = "Zoho-oauthtoken "
_SERVED = frozenset({"v2", "v8"})
_USUAL_HEADERS = (
    ("Server", "ZGS"),
    ("Cache-Control", "no-store, no-cache, must-revalidate, private"),
    ("Pragma", "no-cache"),
    ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-XSS-Protection", "1"),
)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A request as it stands in the environ."""

    method: str
    path: str
    query: str
    body: str
    token: str
    origin: str

    @classmethod
    def read(cls, environ: WSGIEnvironment) -> _Arrival:
        length = environ.get("CONTENT_LENGTH") or "0"
        raw = environ["wsgi.input"].read(int(length)) if length != "0" else b""
        given = environ.get("HTTP_AUTHORIZATION", "")
        host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "localhost")
        return cls(
            method=environ["REQUEST_METHOD"],
            path=environ.get("PATH_INFO", "/"),
            query=environ.get("QUERY_STRING", ""),
            body=raw.decode(errors="replace"),
            token=given.removeprefix(_SCHEME) if given.startswith(_SCHEME) else "",
            origin=f"{environ['wsgi.url_scheme']}://{host}",
        )

    @property
    def is_oauth(self) -> bool:
        return self.path.startswith("/oauth/")

    @property
    def params(self) -> dict[str, str]:
        """The query, decoded; of a repeated parameter the first. OAuth may use the body."""
        text = f"{self.query}&{self.body}" if self.is_oauth else self.query
        return dict(reversed(parse_qsl(text)))


class Sandbox:
    """One simulated org with its accounts host; call it as WSGI says, from any thread.

    `latency` (seconds) passes before the work of every request, by way of `sleep`; `clock`
    gives seconds since 1970. `edition` sets the credits of 24 hours and the calls at once;
    `credits` and `concurrency` override them. `variants`, `latency`, `org` and `faults` may be
    changed while it runs.
    """

    def __init__(
        self,
        org: Org | None = None,
        *,
        variants: Variants | None = None,
        latency: float = 0.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        edition: str = "enterprise",
        credits: int | None = None,
        concurrency: int | None = None,
    ) -> None:
        self.org = org if org is not None else Org.sample()
        self.variants = variants if variants is not None else Variants()
        self.latency = latency
        self.edition = edition
        self.faults = Faults()
        self.ledger = Ledger()
        self.accounts = Accounts(clock)
        self.limits = Limits(
            clock,
            daily_credits(edition, len(self.org.users)) if credits is None else credits,
            CONCURRENCY[edition] if concurrency is None else concurrency,
        )
        self.access_token = self.issue_token()
        self.clock = clock
        self._sleep = sleep

    @property
    def client_id(self) -> str:
        """The one OAuth client."""
        return self.accounts.client_id

    @property
    def client_secret(self) -> str:
        """Its secret."""
        return self.accounts.client_secret

    @property
    def refresh_token(self) -> str:
        """A refresh token with every scope."""
        return self.accounts.refresh_token

    def issue_token(self, *, scopes: Iterable[str] | None = None, lifetime: float = 3600) -> str:
        """Return a new access token, with every scope unless told, for `lifetime` seconds."""
        return self.accounts.issue_token(scopes, lifetime)

    def issue_code(self, *, scopes: Iterable[str] | None = None) -> str:
        """Return a new grant code, good once and for three minutes."""
        return self.accounts.issue_code(scopes)

    def expire_token(self, token: str) -> None:
        """Let an access token end now; KeyError for one that was never issued."""
        self.accounts.expire(token)

    def sample_ids(self) -> dict[str, list[str]]:
        """Return module → ids that can be deleted now: alive, not locked, not waiting."""
        return self.org.sample_ids()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request. Raises ConnectionDropped where the wire itself shall fail."""
        arrival = _Arrival.read(environ)
        reply = self._answer(arrival)
        headers = [("Content-Type", reply.content_type), *_USUAL_HEADERS, *reply.headers]
        if reply.status != 204:  # noqa: PLR2004 - a 204 may have no length
            headers.append(("Content-Length", str(len(reply.body))))
        start_response(reply.line, headers)
        return [reply.body]

    def _answer(self, arrival: _Arrival) -> Reply:
        """Write the request down, let a fault strike, do the work, write the answer down."""
        number = self.ledger.arrived(
            at=self.clock(),
            method=arrival.method,
            path=arrival.path,
            query="" if arrival.is_oauth else arrival.query,
            token=arrival.token,
        )
        fault = self.faults.take(arrival.method, arrival.path)
        if fault is not None:
            self.ledger.amend(number, fault=fault.kind.value)
            if fault.kind is FaultKind.DELAY:
                self._sleep(fault.seconds)
        reply = None if fault is None else mishaps.before(fault, self.variants)
        if reply is None:
            reply = self._limited(arrival, number)
            if fault is not None and fault.after_work:
                reply = mishaps.after(fault, reply)
        self.ledger.amend(number, status=reply.status)
        return reply

    def _limited(self, arrival: _Arrival, number: int) -> Reply:
        """Pass the limits, wait the latency and answer; OAuth costs no credits."""
        if arrival.is_oauth:
            self._wait()
            if arrival.method != "POST":
                return replies.wrong_path()
            return oauth.answer(
                self.accounts, self.variants, arrival.path, arrival.params, arrival.origin
            )
        if not self.limits.enter():
            return replies.too_many(self.variants.too_many_message, self.variants.retry_after)
        try:
            self._wait()
            return self._checked(arrival, number)
        finally:
            self.limits.leave()

    def _wait(self) -> None:
        if self.latency > 0:
            self._sleep(self.latency)

    def _checked(self, arrival: _Arrival, number: int) -> Reply:
        """Check path, version and token, then let the handler work under the org's mutex."""
        match arrival.path.rstrip("/").split("/"):
            case ["", "crm", version, *parts]:
                pass
            case _:
                return replies.wrong_path()
        if version == "v1":
            return replies.version_1()
        if not arrival.token:
            return replies.authentication_failure()
        grant = self.accounts.check(arrival.token)
        if grant is None or self.variants.other_data_centre:
            return replies.invalid_token()
        if version not in _SERVED or not parts or not all(parts):
            return self._signed(replies.invalid_url(), grant)
        call = Call(
            number=number,
            at=self.clock(),
            method=arrival.method,
            version=int(version[1:]),
            parts=tuple(parts),
            params=arrival.params,
            body=arrival.body,
            grant=grant,
            org=self.org,
            ledger=self.ledger,
            variants=self.variants,
            edition=self.edition,
        )
        with self.org.mutex:
            return self._signed(routes.answer(call), grant)

    def _signed(self, reply: Reply, grant: Grant) -> Reply:
        """Add the headers of an authorised answer. Source: zoho-api.md, "Signals"."""
        reset = ("X-ACCESSTOKEN-RESET", stamp(grant.expires))
        extra = (reset, *self.limits.header, *reply.headers)
        return replies.Reply(reply.status, reply.body, reply.content_type, extra)
