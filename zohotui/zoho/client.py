"""Zoho CRM's endpoints, one method each, over one private request method."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import httpx

from zohotui.zoho.answers import (
    DeleteAnswer,
    flat_error,
    read_delete,
    read_json,
    scope_refusal,
    throttled,
    token_refusal,
)
from zohotui.zoho.auth import AccessTokenAuth, unsigned
from zohotui.zoho.bounds import CHANGING, READING, whole_number
from zohotui.zoho.datacentre import ApiDomain
from zohotui.zoho.errors import (
    AnswerLost,
    Malformed,
    NotSent,
    ReadOnly,
    SignInNeeded,
    TokenExpired,
    WrongOrg,
)
from zohotui.zoho.found import find_all, read_found
from zohotui.zoho.limits import MOST_BINNED, MOST_FIELDS, MOST_IDS
from zohotui.zoho.parameters import (
    external_field,
    field_names,
    module_name,
    one_id,
    record_ids,
    switch,
    values_to_delete,
)
from zohotui.zoho.read_only import only_reads
from zohotui.zoho.records import (
    SHOWN_FIELDS,
    Binned,
    Json,
    Module,
    Org,
    Record,
    User,
    is_api_name,
    text,
)
from zohotui.zoho.restoring import RestoreAnswer, read_restore
from zohotui.zoho.scopes import needed_for
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken, Tokens
from zohotui.zoho.wire import NEVER_LEFT, Host, reason
from zohotui.zoho.zoho_clock import ZohoClock

_SETTINGS = "/crm/v8"
_LISTED = {HTTPStatus.OK, HTTPStatus.MULTI_STATUS}
"""What a list comes with, also if some of its entries are errors: those have no id, or no count."""

_CHANGED = "Modified_Time"
_NEVER_LISTED = {"subform", "multiselectlookup", "multiuserlookup"}
"""Kinds of fields that only one record read by itself has."""


class ZohoCRM:
    """One signed-in org. Safe to use from several threads at once.

    `records_api` is the version that reads and deletes records: v2 (the seed page's) or v8.
    A read-only client refuses everything but reads before it leaves. `transport` stands in
    for the network in the practice org and in tests.
    """

    def __init__(
        self,
        domain: ApiDomain,
        tokens: Tokens,
        *,
        records_api: str = "v2",
        read_only: bool = False,
        delete_timeout: float = CHANGING.whole,
        transport: httpx.BaseTransport | None = None,
        clock: ZohoClock | None = None,
    ) -> None:
        self.domain = domain
        self.read_only = read_only
        self.clock = clock or ZohoClock()
        self._moments = itertools.count()
        """Numbers in the order in which requests begin and credits are told of."""
        self._learning = threading.Lock()
        self._credits_told = 0
        self.credits: int | None = None
        """API credits that are left of the last 24 hours, as the latest answer that tells says.

        Zoho tells only once half of them are used. Source: zoho-api.md, "Signals".
        """
        self.user_id: str | None = None
        """Who the token acts as; empty if Zoho does not say, None if it was not asked."""
        self._records = f"/crm/{records_api}"
        self._changing = replace(CHANGING, silence=delete_timeout, whole=delete_timeout)
        self._tokens = tokens
        self._host = Host(domain.url, transport)

    def close(self) -> None:
        """Let go of the connections, also of those that the tokens hold."""
        self._host.close()
        self._tokens.close()

    def take_over(self, other: ZohoCRM, zgid: str) -> None:
        """Go on with another client's sign-in, once it is proved to open the same org.

        The other client signs nothing any more. Raises WrongOrg if it does not, ReadOnly if
        nothing may be changed with it, or whatever reading that org raises.
        """
        if other.domain.url != self.domain.url:
            raise WrongOrg(f"The new sign-in is for {other.domain.url}, not {self.domain.url}.")
        if other.read_only and not self.read_only:
            raise ReadOnly("The new sign-in is read-only: it cannot delete anything.")
        org = other.org()
        if not zgid or org.zgid != zgid:
            raise WrongOrg(f"The new sign-in opens another org: {org.name} ({org.zgid}).")
        # The one before is not closed: a request that is under way may still use it.
        self._tokens, other._tokens = other._tokens, FixedToken(Secret(""))
        self.user_id = other.user_id

    def delete_records(
        self, module: str, ids: Sequence[str], *, wf_trigger: bool = True
    ) -> DeleteAnswer:
        """Delete up to 100 records of a module. Source: the seed page, "Request URL".

        Raises Refused, NotSent or AnswerLost; only the last leaves the fate of ids open.
        """
        query = f"ids={','.join(record_ids(ids, MOST_IDS))}&wf_trigger={switch(wf_trigger)}"
        status, body = self._request("DELETE", f"{self.records_path(module)}?{query}")
        return read_delete(status, body, tuple(ids))

    def delete_record(
        self, module: str, record_id: str, *, wf_trigger: bool = True
    ) -> DeleteAnswer:
        """Delete one record by the URL that names it. Source: the seed page, "Request URL"."""
        path = f"{self.records_path(module)}/{one_id(record_id)}"
        status, body = self._request("DELETE", f"{path}?wf_trigger={switch(wf_trigger)}")
        return read_delete(status, body, (record_id,))

    def delete_by_value(
        self, module: str, field: str, values: Sequence[str], *, wf_trigger: bool = True
    ) -> DeleteAnswer:
        """Delete records by values, as `delete_records`. Source: zoho-api.md, "External ids"."""
        query = f"{values_to_delete(values, MOST_IDS)}wf_trigger={switch(wf_trigger)}"
        path = f"{self.records_path(module)}{query}"
        status, body = self._request("DELETE", path, external=external_field(module, field))
        return read_delete(status, body, tuple(values), field)

    def get_records(self, module: str, ids: Sequence[str]) -> dict[str, Record]:
        """Read up to 100 records; those that are not there are missing from the answer.

        Source: zoho-api.md, "GET records": v8 wants the fields named, v2 answers all of them;
        converted leads are hidden unless asked for. The official SDK has `approved` beside
        `converted`, for records that wait in an approval process.
        """
        records = map(Record.from_json, self._listed(module, ids, SHOWN_FIELDS).values())
        return {record.id: record for record in records}

    @property
    def names_fields(self) -> bool:
        """Whether fields must be named to be read: by every version but v2."""
        return self._records != "/crm/v2"

    def get_raw_records(
        self, module: str, ids: Sequence[str], fields: Sequence[str] = ()
    ) -> dict[str, Json]:
        """Read up to 100 records as they came, by id; those that are not there are missing.

        v2 answers every field that a list has. Where fields are named, a call answers 50 of
        them, so more take more calls; raises AnswerLost if a record is changed between two, since
        what came then never was in Zoho. Source: zoho-api.md, "GET records".
        """
        if not self.names_fields:
            return self._listed(module, ids, ())
        found: dict[str, dict[str, Any]] | None = None
        for names in slices(fields):
            part = self._listed(module, ids, names)
            if found is None:
                found = {record_id: dict(entry) for record_id, entry in part.items()}
                continue
            found = {record_id: entry for record_id, entry in found.items() if record_id in part}
            for record_id, entry in found.items():
                if entry.get(_CHANGED) != part[record_id].get(_CHANGED):
                    raise AnswerLost("A record was changed while it was read.")
                entry.update(part[record_id])
        return dict(found or {})

    def get_whole_record(self, module: str, record_id: str) -> Json | None:
        """Read one record with subforms and line items; None if it is not there.

        Source: zoho-api.md, "GET /{module}/{id}".
        """
        path = f"{self.records_path(module)}/{one_id(record_id)}"
        return self._find("data", [record_id], lambda _: path).get(record_id)

    def field_kinds(self, module: str) -> dict[str, str]:
        """Name the fields of a module that a list of its records can have, each with its kind.

        Source: zoho-api.md, "Fields metadata and name fields".
        """
        path = f"{_SETTINGS}/settings/fields?module={module_name(module)}"
        entries = self._read(path, "fields")
        kinds = ((one.get("api_name"), text(one.get("data_type"))) for one in entries)
        listed = ((name, kind) for name, kind in kinds if kind not in _NEVER_LISTED)
        return {name: kind for name, kind in listed if is_api_name(name)}

    def _listed(self, module: str, ids: Sequence[str], fields: Sequence[str]) -> dict[str, Json]:
        """Read some fields of records, or all of them where they need no names."""
        # Both may hide records by default, and what is hidden would pass for what is gone.
        query = "&approved=both"
        if module == "Leads":
            query += "&converted=both"
        if self.names_fields:
            query += f"&fields={field_names(fields)}"
        path = self.records_path(module)
        some = record_ids(ids, MOST_IDS)
        return self._find("data", some, lambda few: f"{path}?ids={','.join(few)}{query}")

    def recycle_bin(self, ids: Sequence[str]) -> dict[str, Binned]:
        """Look for up to 200 records in the Recycle Bin; those not in it are missing.

        Source: zoho-api.md, "Recycle-bin API".
        """
        path = f"{_SETTINGS}/settings/recycle_bin?per_page={MOST_BINNED}"
        some = record_ids(ids, MOST_BINNED)
        rows = self._find("recycle_bin", some, lambda few: f"{path}&ids={','.join(few)}")
        return {record_id: Binned.from_json(row) for record_id, row in rows.items()}

    def restore(self, ids: Sequence[str]) -> RestoreAnswer:
        """Bring up to 200 records back from the Recycle Bin. Source: zoho-api.md, "RESTORE EXISTS".

        Raises Refused, NotSent or AnswerLost; only the last leaves it open what was restored.
        """
        asked = json.dumps({"ids": record_ids(ids, MOST_BINNED)}).encode()
        path = f"{_SETTINGS}/settings/recycle_bin/actions/restore"
        status, body = self._request("POST", path, asked)
        return read_restore(status, body, tuple(ids))

    def modules(self) -> list[Module]:
        """List the org's modules as the user may see them."""
        found = map(Module.from_json, self._read(f"{_SETTINGS}/settings/modules", "modules"))
        return [module for module in found if module]

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

    def records_path(self, module: str) -> str:
        """Return where the records of a module are."""
        return f"{self._records}/{module_name(module)}"

    def _read(self, path: str, key: str) -> list[Mapping[str, Any]]:
        return [entry for entry in self.read_list(path, key)[key] if isinstance(entry, dict)]

    def _find(
        self, key: str, ids: Sequence[str], path: Callable[[Sequence[str]], str]
    ) -> dict[str, Json]:
        """Read which of these ids are there; `path`: where to ask for some of them.

        Raises AnswerLost for an answer from which nothing can be concluded, see found.py.
        """
        return find_all(lambda some: read_found(self.read_list(path(some), key), key, some), ids)

    def read_list(
        self, path: str, key: str, *, content: bytes | None = None, external: str = ""
    ) -> Json:
        """Read an object that has a list; nothing at all (204) is one whose list is empty.

        `content`: what is posted to ask for it, if anything must be. `external`: what stands in the
        X-EXTERNAL header, if any. Raises as `flat_error`.
        """
        status, body = self._request("POST" if content else "GET", path, content, external)
        if status == HTTPStatus.NO_CONTENT:
            return {key: [], "info": {"more_records": False}}
        parsed = read_json(status, body)
        if status not in _LISTED or not isinstance(parsed.get(key), list):
            raise flat_error(status, parsed)
        return parsed

    def read_count(self, path: str) -> int | None:
        """Read an object that has a count; None if Zoho gives none."""
        status, body = self._request("GET", path)
        count = read_json(status, body).get("count")
        return count if status == HTTPStatus.OK and type(count) is int else None

    def _request(
        self, method: str, path: str, content: bytes | None = None, external: str = ""
    ) -> tuple[int, bytes]:
        """Send one request; return the status and the whole body of its answer.

        `content`: a body of JSON to go with it; `external`: the X-EXTERNAL header.

        Source: zoho-api.md, "Traps reported by developers": only what provably never left may
        count as not sent.
        """
        reads = only_reads(method, path)
        if self.read_only and not reads:
            raise ReadOnly("This session is read-only: nothing can be deleted or restored in it.")
        try:
            url = self._host.address(path)
        except httpx.InvalidURL as error:
            raise Malformed(f"The address cannot be asked: {error}. Nothing was sent.") from None
        try:
            status, body = self._send(method, url, content, external, reads=reads)
        except TokenExpired:
            # Zoho turned it away before acting, so a read is simply asked again; what changes
            # anything goes back to the one who keeps a journal of it.
            if not reads:
                raise
            status, body = self._send(method, url, content, external, reads=reads)
        if (lacking := scope_refusal(status, body, needed_for(method, path))) is not None:
            raise lacking
        return status, body

    def _send(
        self,
        method: str,
        url: httpx.URL,
        content: bytes | None,
        external: str,
        *,
        reads: bool,
    ) -> tuple[int, bytes]:
        bounds = READING if reads else self._changing
        tokens = self._tokens
        token = tokens.current()
        if not token:
            raise SignInNeeded("The sign-in was handed over to another client.")
        asked, began = self.clock.local(), next(self._moments)
        try:
            auth = AccessTokenAuth(token)
            kind = "" if content is None else "application/json"
            given = {"Content-Type": kind, "X-EXTERNAL": external}
            headers = {name: value for name, value in given.items() if value}
            answer = self._host.ask(
                method, url, bounds, content=content, headers=headers, auth=auth
            )
        except NEVER_LEFT as error:
            raise NotSent(f"Zoho was not reached: {reason(error)}.") from None
        except httpx.ReadTimeout:
            raise AnswerLost("Zoho did not answer in time.") from None
        except httpx.DecodingError as error:
            raise AnswerLost(f"Zoho's answer cannot be read: {reason(error)}.") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            # httpx looks at the address of a redirect even though none is followed.
            raise AnswerLost(f"The connection broke: {reason(error)}.") from None
        self.clock.learn(answer.headers, asked, tokens.ends)
        # Some gateways repeat the request's headers in their error pages.
        body = answer.body.replace(token.reveal().encode(), b"*")
        if (refusal := token_refusal(answer.status, body)) is not None:
            raise unsigned(tokens, token, self.domain, refusal)
        if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            tokens.accepted(token)
        left = whole_number(answer.headers.get("X-API-CREDITS-REMAINING", ""))
        if left is not None:
            self._learn_credits(left, began)
        if reads and answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise throttled(body, answer.headers.get("Retry-After", ""))
        return answer.status, body

    def _learn_credits(self, left: int, began: int) -> None:
        """Take in how many credits are left, as the answer to a request tells that began then.

        Answers overtake each other: of requests that were under way together the lowest counts.
        """
        with self._learning:
            if self.credits is None or left < self.credits or began > self._credits_told:
                self.credits, self._credits_told = left, next(self._moments)


def slices(fields: Sequence[str]) -> list[tuple[str, ...]]:
    """Cut the names of fields into calls, each with the time of the latest change among them."""
    names = [name for name in dict.fromkeys(fields) if name not in {"id", _CHANGED}]
    size = MOST_FIELDS - 1
    starts = range(0, max(1, len(names)), size)
    return [(_CHANGED, *names[start : start + size]) for start in starts]
