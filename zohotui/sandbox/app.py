"""The sandbox itself: a WSGI application that answers as one data centre of Zoho's would."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from zohotui.sandbox import hosts, mishaps, replies
from zohotui.sandbox.arrival import Arrival
from zohotui.sandbox.crm import routes
from zohotui.sandbox.crm.call import Call
from zohotui.sandbox.crm.costs import cost_of
from zohotui.sandbox.crm.entrance import admit
from zohotui.sandbox.faults import FaultKind, Faults
from zohotui.sandbox.ledger import Ledger
from zohotui.sandbox.limits import CONCURRENCY, Limits, daily_credits
from zohotui.sandbox.oauth import device_endpoint, endpoint
from zohotui.sandbox.oauth.accounts import Accounts
from zohotui.sandbox.oauth.devices import Devices
from zohotui.sandbox.oauth.sign_in import SignIn
from zohotui.sandbox.org.content import stamp
from zohotui.sandbox.org.org import Org, check_distinct, sample_ids
from zohotui.sandbox.org.sample import sample_org
from zohotui.sandbox.variants import Variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from zohotui.sandbox.oauth.grants import Grant
    from zohotui.sandbox.replies import Reply

_SERVED = frozenset({"v2", "v8"})
_USUAL_HEADERS = (
    ("Server", "ZGS"),
    ("Cache-Control", "no-store, no-cache, must-revalidate, private"),
    ("Pragma", "no-cache"),
    ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-XSS-Protection", "1"),
)


class Sandbox:
    """One simulated data centre: its orgs and its accounts host; WSGI, from any thread.

    `orgs`: one is made up if none is given; all belong to the same user, each with a `zgid` and a
    `prefix` of its own, and a token acts on the org that it was granted for. `client` is the OAuth
    client's id and secret, made up unless told. All orgs share one ledger and the limits, which
    are those of the first one's edition.

    `latency` (seconds) passes before the work of every request, by way of `sleep`; `clock`
    gives seconds since 1970. `variants`, `latency`, `org` and `faults` may be changed while it
    runs; so may `limits.total` and `limits.at_once`. `location` is the data centre ("us", "eu"),
    which a `Cloud` sets.
    """

    def __init__(
        self,
        *orgs: Org,
        variants: Variants | None = None,
        latency: float = 0.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        client: tuple[str, str] | None = None,
    ) -> None:
        self._orgs = orgs or (sample_org(),)
        check_distinct(self._orgs)
        self.location = "us"
        self.variants = variants if variants is not None else Variants()
        self.latency = latency
        self.faults = Faults()
        self.ledger = Ledger()
        self._this_machine = clock
        self.accounts = Accounts(self.clock, client)
        self.devices = Devices(self.clock)
        edition = self.org.edition
        self.limits = Limits(
            self.clock, daily_credits(edition, len(self.org.users)), CONCURRENCY[edition]
        )
        self.access_token = self.issue_token()
        self._sleep = sleep

    @property
    def org(self) -> Org:
        """The first org: that of every grant which names no other."""
        return self._orgs[0]

    @org.setter
    def org(self, org: Org) -> None:
        check_distinct((org, *self._orgs[1:]))
        self._orgs = (org, *self._orgs[1:])

    def clock(self) -> float:
        """Tell the time by Zoho's clock, in seconds since 1970."""
        return self._this_machine() + self.variants.clock_ahead

    @property
    def orgs(self) -> tuple[Org, ...]:
        """Every org of this data centre."""
        return self._orgs

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

    def issue_token(
        self,
        *,
        scopes: Iterable[str] | None = None,
        lifetime: float | None = None,
        org: Org | None = None,
    ) -> str:
        """Return a new access token for an org (the first), with every scope unless told.

        It lives `lifetime` seconds, or `accounts.lifetime`. ValueError for a foreign org.
        """
        return self.accounts.issue_token(scopes, lifetime, self._own(org))

    def issue_code(self, *, scopes: Iterable[str] | None = None, org: Org | None = None) -> str:
        """Return a new grant code for an org (the first), good once and for three minutes."""
        return self.accounts.issue_code(scopes, self._own(org))

    def issue_refresh_token(
        self, *, scopes: Iterable[str] | None = None, org: Org | None = None
    ) -> str:
        """Return a new refresh token for an org (the first)."""
        return self.accounts.issue_refresh_token(scopes, self._own(org))

    def approve_device(self, user_code: str, org: Org | None = None, location: str = "") -> None:
        """Say yes to a device code as the user would, for an org (the first).

        `location` is the data centre of the user's account, this one unless told; in another,
        the poll here answers other_dc. KeyError unless the code waits for an answer.
        """
        where = location.lower() or self.location
        approved = self._own(org) if where == self.location else org
        self.devices.approve(user_code, approved, where)

    def deny_device(self, user_code: str) -> None:
        """Say no to a device code as the user would; KeyError unless it waits for an answer."""
        self.devices.deny(user_code)

    def pending_devices(self) -> list[str]:
        """Return the user codes that wait for an answer, oldest first."""
        return self.devices.pending

    def expire_token(self, token: str) -> None:
        """Let an access token end now; KeyError for one that was never issued."""
        self.accounts.expire(token)

    def sample_ids(self) -> dict[str, list[str]]:
        """Return module → ids that can be deleted now: alive, not locked, not waiting."""
        return sample_ids(self.org)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request. Raises ConnectionDropped where the wire itself shall fail."""
        arrival = Arrival.read(environ)
        reply = self._answer(arrival)
        headers = [("Content-Type", reply.content_type), *_USUAL_HEADERS]
        headers += replies.date(self.clock(), self.variants.date)
        headers += reply.headers
        if reply.status != 204:  # noqa: PLR2004 - a 204 may have no length
            headers.append(("Content-Length", str(len(reply.body))))
        start_response(reply.line, headers)
        return [reply.body]

    def _answer(self, arrival: Arrival) -> Reply:
        """Write the request down, let a fault strike, do the work, write the answer down."""
        number = self.ledger.arrived(
            at=self.clock(),
            method=arrival.method,
            path=arrival.path,
            query="" if arrival.for_accounts else arrival.query,
            token=arrival.token,
            host=arrival.host,
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

    def _limited(self, arrival: Arrival, number: int) -> Reply:
        """Pass the limits, wait the latency and answer; OAuth costs no credits."""
        if arrival.for_accounts:
            self._wait()
            return self._signing_in(arrival)
        if not self.limits.enter(cost_of(arrival.path, arrival.params, arrival.body)):
            return replies.too_many(self.variants.too_many_message, self.variants.retry_after)
        try:
            self._wait()
            return self._checked(arrival, number)
        finally:
            self.limits.leave()

    def _signing_in(self, arrival: Arrival) -> Reply:
        """Answer as the accounts host; none of Zoho's API hosts is one."""
        if hosts.environment_of(arrival.host) is not None:
            return replies.wrong_path()
        old = arrival.path.startswith("/oauth/v2/")
        answer = endpoint.answer if old else device_endpoint.answer
        return answer(
            SignIn(
                method=arrival.method,
                path=arrival.path,
                params=arrival.params,
                origin=arrival.origin,
                location=self.location,
                org=self.org,
                accounts=self.accounts,
                devices=self.devices,
                variants=self.variants,
            )
        )

    def _wait(self) -> None:
        if self.latency > 0:
            self._sleep(self.latency)

    def _checked(self, arrival: Arrival, number: int) -> Reply:
        """Check path, version and token, then let the handler work under the org's mutex."""
        grant = admit(arrival, self.accounts, self.org, self.variants)
        if isinstance(grant, replies.Reply):
            return grant
        _, _, version, *parts = arrival.path.rstrip("/").split("/")
        if version not in _SERVED or not parts or not all(parts):
            return self._signed(replies.invalid_url(), grant)
        org = grant.org or self.org
        call = Call(
            number=number,
            at=self.clock(),
            method=arrival.method,
            version=int(version[1:]),
            parts=tuple(parts),
            params=arrival.params,
            body=arrival.body,
            external=arrival.external,
            modified_since=arrival.modified_since,
            grant=grant,
            org=org,
            ledger=self.ledger,
            variants=self.variants,
        )
        with org.mutex:
            org.catch_up(call.at, self.variants.bin_days)
            return self._signed(routes.answer(call), grant)

    def _own(self, org: Org | None) -> Org | None:
        """Return an org that is one of this sandbox's; None stays the first."""
        if org is not None and all(org is not own for own in self._orgs):
            raise ValueError(f"{org.company} ({org.zgid}) is not an org of this sandbox")
        return org

    def _signed(self, reply: Reply, grant: Grant) -> Reply:
        """Add the headers of an authorised answer. Source: zoho-api.md, "Signals"."""
        reset = ("X-ACCESSTOKEN-RESET", stamp(grant.expires))
        extra = (reset, *self.limits.header, *reply.headers)
        return replies.Reply(reply.status, reply.body, reply.content_type, extra)
