"""Zoho CRM's endpoints, one method each, over one private request method."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import httpx

from zohotui.zoho.answers import DeleteAnswer, flat_error, read_delete, read_json
from zohotui.zoho.auth import AccessTokenAuth, Secret
from zohotui.zoho.datacentre import ApiDomain
from zohotui.zoho.errors import AnswerLost, NotSent, ReadOnly
from zohotui.zoho.limits import MOST_IDS, MOST_PARALLEL
from zohotui.zoho.printable import printable
from zohotui.zoho.records import SHOWN_FIELDS, Module, Org, Record, User, is_api_name

_SETTINGS = "/crm/v8"
_READ_TIMEOUT = 20.0
_SAFE_METHODS = {"GET", "HEAD"}


class ZohoCRM:
    """One signed-in org. Safe to use from several threads at once.

    `records_api` is the version that reads and deletes records: v2 (the seed page's) or v8.
    A read-only client refuses everything but reads before it leaves. `transport` stands in
    for the network in the practice org and in tests.
    """

    def __init__(
        self,
        domain: ApiDomain,
        token: Secret,
        *,
        records_api: str = "v2",
        read_only: bool = False,
        delete_timeout: float = 120.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.domain = domain
        self.read_only = read_only
        self._records = f"/crm/{records_api}"
        self._delete_timeout = _timeout(delete_timeout)
        self._token = token
        self._http = httpx.Client(
            base_url=domain.url,
            auth=AccessTokenAuth(token),
            limits=httpx.Limits(
                max_connections=MOST_PARALLEL,
                max_keepalive_connections=MOST_PARALLEL,
                keepalive_expiry=60,
            ),
            verify=_trusted_roots() if domain.url.startswith("https") else False,
            # A proxy of the environment would carry the token off this machine in the clear.
            trust_env=domain.location != "local",
            transport=transport,
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def delete_records(
        self, module: str, ids: Sequence[str], *, wf_trigger: bool = True
    ) -> DeleteAnswer:
        """Delete up to 100 records of a module. Source: the seed page, "Request URL".

        Raises Refused, NotSent or AnswerLost; only the last leaves the fate of ids open.
        """
        if not 0 < len(ids) <= MOST_IDS:
            raise ValueError(f"{len(ids)} ids in one call; it takes 1 to {MOST_IDS}")
        query = f"ids={_joined(ids)}&wf_trigger={str(wf_trigger).lower()}"
        status, body = self._request("DELETE", f"{self._module(module)}?{query}")
        return read_delete(status, body, tuple(ids))

    def delete_record(
        self, module: str, record_id: str, *, wf_trigger: bool = True
    ) -> DeleteAnswer:
        """Delete one record by the URL that names it. Source: the seed page, "Request URL"."""
        path = f"{self._module(module)}/{_joined([record_id])}"
        status, body = self._request("DELETE", f"{path}?wf_trigger={str(wf_trigger).lower()}")
        return read_delete(status, body, (record_id,))

    def get_records(self, module: str, ids: Sequence[str]) -> dict[str, Record]:
        """Read up to 100 records; those that are not there are missing from the answer.

        Source: zoho-api.md, "GET records": v8 wants the fields named, v2 answers all of them;
        converted leads are hidden unless asked for.
        """
        if not 0 < len(ids) <= MOST_IDS:
            raise ValueError(f"{len(ids)} ids in one call; it takes 1 to {MOST_IDS}")
        query = f"ids={_joined(ids)}"
        if module == "Leads":
            query += "&converted=both"
        if self._records != "/crm/v2":
            query += f"&fields={','.join(SHOWN_FIELDS)}"
        entries = self._read(f"{self._module(module)}?{query}", "data")
        records = (Record.from_json(entry) for entry in entries)
        asked = set(ids)
        return {record.id: record for record in records if record.id in asked}

    def modules(self) -> list[Module]:
        """List the org's modules as the user may see them."""
        entries = self._read(f"{_SETTINGS}/settings/modules", "modules")
        return [module for entry in entries if (module := Module.from_json(entry))]

    def org(self) -> Org:
        """Say which org the token belongs to."""
        entries = self._read(f"{_SETTINGS}/org", "org")
        if not entries:
            raise AnswerLost("Zoho's answer names no org.")
        return Org.from_json(entries[0])

    def current_user(self) -> User:
        """Say who the token acts as."""
        entries = self._read(f"{_SETTINGS}/users?type=CurrentUser", "users")
        if not entries:
            raise AnswerLost("Zoho's answer names no user.")
        return User.from_json(entries[0])

    def _module(self, module: str) -> str:
        if not is_api_name(module):
            raise ValueError(f"{printable(module, 40)!r} is not an API name of a module")
        return f"{self._records}/{module}"

    def _read(self, path: str, key: str) -> list[Mapping[str, Any]]:
        status, body = self._request("GET", path)
        if status == HTTPStatus.NO_CONTENT:
            return []
        parsed = read_json(status, body)
        entries = parsed.get(key)
        if not isinstance(entries, list):
            raise flat_error(status, parsed)
        return [entry for entry in entries if isinstance(entry, dict)]

    def _request(self, method: str, path: str) -> tuple[int, bytes]:
        """Send one request; return the status and the whole body of its answer.

        Source: zoho-api.md, "Traps reported by developers": only what provably never left may
        count as not sent.
        """
        reads = method in _SAFE_METHODS
        if self.read_only and not reads:
            raise ReadOnly("This session is read-only: nothing can be deleted in it.")
        # To give up waiting for a delete leaves a fate unknown, so that takes long.
        timeout = _timeout(_READ_TIMEOUT) if reads else self._delete_timeout
        try:
            response = self._http.request(method, path, timeout=timeout)
        except _NEVER_LEFT as error:
            raise NotSent(f"Zoho was not reached: {_reason(error)}.") from None
        except httpx.ReadTimeout:
            raise AnswerLost("Zoho did not answer in time.") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            # httpx looks at the address of a redirect even though none is followed.
            raise AnswerLost(f"The connection broke: {_reason(error)}.") from None
        # Some gateways repeat the request's headers in their error pages.
        return response.status_code, response.content.replace(self._token.reveal().encode(), b"*")


_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def _timeout(read: float) -> httpx.Timeout:
    """Wait without limit only for a connection of our own pool: that is no fault."""
    return httpx.Timeout(connect=10, read=read, write=30, pool=None)


def _reason(error: Exception) -> str:
    return printable(str(error), 200) or type(error).__name__


def _joined(ids: Sequence[str]) -> str:
    if not all(record_id.isascii() and record_id.isdigit() for record_id in ids):
        raise ValueError("a record id is made of digits only")
    return ",".join(ids)


def _trusted_roots() -> ssl.SSLContext:
    """Verify TLS against the system's roots, or those that SSL_CERT_FILE names."""
    return ssl.create_default_context()
