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
from zohotui.zoho.printable import printable
from zohotui.zoho.records import SHOWN_FIELDS, Module, Org, Record, User, is_api_name

MOST_IDS = 100
"""Records a call may delete or read. Source: the seed page, "Note"."""

MOST_PARALLEL = 10
"""Connections a client opens at most."""

_SETTINGS = "/crm/v8"
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
        read_timeout: float = 120.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.domain = domain
        self.read_only = read_only
        self._records = f"/crm/{records_api}"
        self._http = httpx.Client(
            base_url=domain.url,
            auth=AccessTokenAuth(token),
            # A time-out on reading leaves a fate unknown, so it is long; waiting for a
            # connection of our own pool is no fault and has no limit.
            timeout=httpx.Timeout(connect=10, read=read_timeout, write=30, pool=None),
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
        response = self._request("DELETE", f"{self._module(module)}?{query}")
        return read_delete(response.status_code, response.content, tuple(ids))

    def delete_record(
        self, module: str, record_id: str, *, wf_trigger: bool = True
    ) -> DeleteAnswer:
        """Delete one record by the URL that names it. Source: the seed page, "Request URL"."""
        path = f"{self._module(module)}/{_joined([record_id])}"
        response = self._request("DELETE", f"{path}?wf_trigger={str(wf_trigger).lower()}")
        return read_delete(response.status_code, response.content, (record_id,))

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
        response = self._request("GET", path)
        if response.status_code == HTTPStatus.NO_CONTENT:
            return []
        parsed = read_json(response.status_code, response.content)
        entries = parsed.get(key)
        if not isinstance(entries, list):
            raise flat_error(response.status_code, parsed)
        return [entry for entry in entries if isinstance(entry, dict)]

    def _request(self, method: str, path: str) -> httpx.Response:
        """Send one request and read its answer to the end.

        Source: design of the retry rule in zoho-api.md, "Traps reported by developers":
        only what provably never left may count as not sent.
        """
        if self.read_only and method not in _SAFE_METHODS:
            raise ReadOnly("This session is read-only: nothing can be deleted in it.")
        try:
            return self._http.request(method, path)
        except _NEVER_LEFT as error:
            raise NotSent(f"Zoho was not reached: {_reason(error)}.") from None
        except httpx.ReadTimeout:
            raise AnswerLost("Zoho did not answer in time.") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # httpx looks at the address of a redirect even though none is followed.
            raise AnswerLost(f"The connection broke: {_reason(error)}.") from None


_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def _reason(error: Exception) -> str:
    return printable(str(error), 200) or type(error).__name__


def _joined(ids: Sequence[str]) -> str:
    if not all(record_id.isascii() and record_id.isdigit() for record_id in ids):
        raise ValueError("a record id is made of digits only")
    return ",".join(ids)


def _trusted_roots() -> ssl.SSLContext:
    """Verify TLS against the system's roots, or those that SSL_CERT_FILE names."""
    return ssl.create_default_context()
