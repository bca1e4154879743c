"""A read-only client: whatever it is asked, nothing that could change anything leaves."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from tests.world.plans import OLD_ID
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.errors import ReadOnly
from zohotui.zoho.read_only import QUERIES
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

ID = str(OLD_ID)
APIS = each_row("api", ["v2", "v8"])

CHANGES: dict[str, Callable[[ZohoCRM], object]] = {
    "delete_records": lambda crm: crm.delete_records("Leads", [ID, "1"]),
    "delete_record": lambda crm: crm.delete_record("Leads", ID),
    "delete_by_value": lambda crm: crm.delete_by_value("Leads", "ERP_No", ["K-1", "K-2"]),
    "restore": lambda crm: crm.restore([ID]),
}
READS: dict[str, Callable[[ZohoCRM], object]] = {
    "get_records": lambda crm: crm.get_records("Leads", [ID]),
    "get_raw_records": lambda crm: crm.get_raw_records("Leads", [ID], ["Full_Name"]),
    "get_whole_record": lambda crm: crm.get_whole_record("Leads", ID),
    "field_kinds": lambda crm: crm.field_kinds("Leads"),
    "recycle_bin": lambda crm: crm.recycle_bin([ID]),
    "read_list": lambda crm: crm.read_list(f"{crm.records_path('Leads')}?ids={ID}", "data"),
    "read_count": lambda crm: crm.read_count("/crm/v8/Leads/actions/count"),
    "modules": ZohoCRM.modules,
    "org": ZohoCRM.org,
    "current_user": ZohoCRM.current_user,
}
POSTED: dict[str, Callable[[ZohoCRM], object]] = {
    "a query": lambda crm: crm.read_list(QUERIES, "data", content=b"{}"),
}
"""Reads that are posted all the same."""
KEYS = ("org", "users", "modules", "data", "fields", "recycle_bin")
HARMLESS = {"close", "take_over", "records_path"}


class Reads(httpx.BaseTransport):
    """Fails the test for anything but a read."""

    def __init__(self) -> None:
        self.count = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        # A query is sent with POST, to an address that does nothing else.
        reads = request.method in {"GET", "HEAD"} or request.url.path == "/crm/v8/coql"
        assert reads, f"{request.method} {request.url} has left"
        self.count += 1
        return httpx.Response(200, json={key: [{"id": ID}] for key in KEYS})


class Nothing(Reads):
    """Fails the test for any request at all."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{request.method} {request.url} has left")


def client(transport: httpx.BaseTransport, api: str = "v2", *, read_only: bool = True) -> ZohoCRM:
    return ZohoCRM(
        api_domain("https://www.zohoapis.eu"),
        FixedToken(Secret("made-up")),
        records_api=api,
        read_only=read_only,
        transport=transport,
    )


def test_every_public_method_is_known_here() -> None:
    """A new method must be sorted: into what changes something, or into what reads."""
    names = {name for name, _ in inspect.getmembers(ZohoCRM, inspect.isfunction)}
    public = {name for name in names if not name.startswith("_")}
    assert public == set(CHANGES) | set(READS) | HARMLESS


@APIS
@each_row("name", CHANGES)
def test_nothing_that_changes_anything_leaves(name: str, api: str) -> None:
    with pytest.raises(ReadOnly) as caught:
        CHANGES[name](client(Nothing(), api))
    assert not caught.value.temporary
    assert not caught.value.result_unknown


@APIS
@each_row("name", CHANGES)
def test_without_read_only_the_same_leaves(name: str, api: str) -> None:
    with pytest.raises(AssertionError, match=r"(DELETE|POST) .* has left"):
        CHANGES[name](client(Nothing(), api, read_only=False))


@APIS
@each_row("name", [*READS, *POSTED])
def test_what_reads_still_reads(name: str, api: str) -> None:
    transport = Reads()
    (READS | POSTED)[name](client(transport, api))
    assert transport.count == 1


METHODS = ["DELETE", "POST", "PUT", "PATCH"]
PATHS = st.sampled_from(
    [
        "/crm/v2/Leads",
        f"/crm/v8/Leads/{ID}",
        "/crm/v8/settings/recycle_bin",
        "/crm/v8/settings/recycle_bin/actions/restore",
        "/crm/v8/Leads/actions/mass_delete",
        "/crm/v8/__composite_requests",
        "/oauth/v2/token",
        "https://www.zohoapis.com/crm/v2/Leads?ids=1",
        "",
    ]
)


@pytest.mark.parametrize("api", ["v2", "v8"])
@pytest.mark.parametrize("method", METHODS)
@given(path=PATHS | st.text(max_size=40))
def test_no_method_that_changes_anything_leaves_whatever_the_path(
    api: str, method: str, path: str
) -> None:
    crm = client(Nothing(), api)
    for spelled in (method, method.lower(), method.title()):
        with pytest.raises(ReadOnly):
            crm._request(spelled, path)


@APIS
@each_row("method", METHODS)
@each_row(
    "path", ["/crm/v2/coql", "/crm/v8/coql/", "/crm/v8/coql?x=1", "/crm/v8/Coql", "crm/v8/coql"]
)
def test_only_to_its_very_address_a_query_leaves(api: str, method: str, path: str) -> None:
    with pytest.raises(ReadOnly):
        client(Nothing(), api)._request(method, path)
    if method != "POST":
        with pytest.raises(ReadOnly):
            client(Nothing(), api)._request(method, "/crm/v8/coql")


@given(method=st.text(max_size=12).filter(lambda text: text not in {"GET", "HEAD"}))
def test_no_method_but_the_two_that_read_leaves(method: str) -> None:
    with pytest.raises(ReadOnly):
        client(Nothing())._request(method, "/crm/v2/Leads")


@each_row("method", ["get", "Get", " GET", "GET ", "GET\n", "OPTIONS", "TRACE", "QUERY"])
def test_what_only_looks_like_a_read_does_not_leave(method: str) -> None:
    with pytest.raises(ReadOnly):
        client(Nothing())._request(method, "/crm/v2/Leads")


def test_taking_over_a_sign_in_that_may_delete_changes_nothing() -> None:
    """What it takes over are tokens, never the permission."""
    crm = client(Nothing())
    other = client(
        httpx.MockTransport(lambda _: httpx.Response(200, json={"org": [{"zgid": "7"}]})),
        read_only=False,
    )
    crm.take_over(other, "7")
    with pytest.raises(ReadOnly):
        crm.delete_record("Leads", ID)
