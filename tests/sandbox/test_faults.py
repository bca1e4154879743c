"""Every fault inside the process, and over a socket as a real client meets it. Row 26."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.rows import each_row
from tests.sandbox.conftest import flat
from tests.world.clock import Clock
from zohotui.sandbox import ConnectionDropped, Fault, FaultKind, Org, Sandbox, serve
from zohotui.zoho.bounds import Bounds
from zohotui.zoho.wire import Host

DROPPED = {
    FaultKind.REFUSE: ("refused", False),
    FaultKind.HANG_BEFORE: ("hang", False),
    FaultKind.HANG_AFTER: ("hang", True),
    FaultKind.RESET_BEFORE: ("reset", False),
    FaultKind.RESET_AFTER: ("reset", True),
    FaultKind.CUT_BODY: ("reset", True),
    FaultKind.TRICKLING_HEAD: ("trickle", True),
    FaultKind.TRICKLING_BODY: ("trickle", True),
}
WITH_SENT = {FaultKind.CUT_BODY, FaultKind.TRICKLING_BODY}
ANSWERED = {
    FaultKind.INTERNAL_ERROR_BEFORE: (500, False),
    FaultKind.INTERNAL_ERROR_AFTER: (500, True),
    FaultKind.BAD_GATEWAY_BEFORE: (502, False),
    FaultKind.BAD_GATEWAY_AFTER: (502, True),
    FaultKind.UNAVAILABLE: (503, False),
    FaultKind.HTML_OK_BEFORE: (200, False),
    FaultKind.HTML_OK_AFTER: (200, True),
    FaultKind.EXPIRED_TOKEN: (401, False),
    FaultKind.TOO_MANY_REQUESTS: (429, False),
    FaultKind.FLAT_ERROR: (418, False),
    FaultKind.FLAT_ERROR_AFTER: (418, True),
    FaultKind.TRUNCATED_JSON: (200, True),
    FaultKind.EMPTY_BODY: (200, True),
    FaultKind.NOT_JSON_ARRAY: (200, True),
    FaultKind.ITEM_WITHOUT_ID: (200, True),
    FaultKind.MISSING_ITEM: (200, True),
    FaultKind.EXTRA_ITEM: (200, True),
    FaultKind.DUPLICATE_ITEM: (200, True),
    FaultKind.CONTRADICTING_ITEM: (200, True),
    FaultKind.GZIP_BOMB: (200, True),
    FaultKind.DEEP_JSON: (200, True),
    FaultKind.GIANT_NUMBERS: (200, True),
}


def fault(kind: FaultKind) -> Fault:
    return Fault(kind=kind, status=418, code="TEAPOT", message="short and stout", seconds=30)


@pytest.fixture
def url(sandbox: Sandbox) -> Iterator[str]:
    with serve(sandbox) as address:
        yield address


def test_every_kind_is_tested_here() -> None:
    assert set(FaultKind) == DROPPED.keys() | ANSWERED.keys() | {FaultKind.DELAY}


@pytest.mark.parametrize("kind", DROPPED)
def test_a_dropped_connection_inside_the_process(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str], kind: FaultKind
) -> None:
    how, done = DROPPED[kind]
    sandbox.faults.add(fault(kind))
    with pytest.raises(ConnectionDropped) as caught:
        crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    assert caught.value.kind == how
    assert caught.value.seconds == (30 if how in {"hang", "trickle"} else 0)
    assert bool(caught.value.sent) is (kind in WITH_SENT)
    assert sandbox.org.exists("Leads", leads[0]) is not done
    assert sandbox.ledger.deleted_ids("Leads") == leads[:done]
    (request,) = sandbox.ledger.requests
    assert request.status is None
    assert request.fault == kind.value


@each_row("kind", ANSWERED)
def test_a_spoilt_answer_inside_the_process(
    crm: httpx.Client, sandbox: Sandbox, kind: FaultKind
) -> None:
    leads = sandbox.org.add_records("Leads", 3)
    status, done = ANSWERED[kind]
    sandbox.faults.add(fault(kind))
    reply = crm.delete(f"/crm/v2/Leads?ids={leads[0]},{leads[1]}")
    assert reply.status_code == status
    assert sandbox.org.exists("Leads", leads[0]) is not done
    deleted = [one for one in sandbox.ledger.deleted_ids("Leads") if one in leads]
    assert deleted == leads[: 2 * done]
    assert sandbox.ledger.requests[-1].status == status
    assert sandbox.ledger.requests[-1].fault == kind.value
    assert crm.delete(f"/crm/v2/Leads?ids={leads[2]}").status_code == 200


@pytest.mark.parametrize("kind", [FaultKind.BAD_GATEWAY_AFTER, FaultKind.HTML_OK_AFTER])
def test_pages_of_html(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str], kind: FaultKind
) -> None:
    sandbox.faults.add(fault(kind))
    reply = crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    assert reply.headers["Content-Type"].startswith("text/html")
    assert reply.text.startswith("<html>")


def items(crm: httpx.Client, sandbox: Sandbox, ids: list[str], struck: Fault) -> list[str | None]:
    """Delete under a fault; what the items call their records."""
    sandbox.faults.add(struck)
    reply = crm.delete(f"/crm/v8/Leads?ids={','.join(ids)}")
    return [item["details"].get("id") for item in reply.json()["data"]]


def test_items_that_go_astray(crm: httpx.Client, sandbox: Sandbox, leads: list[str]) -> None:
    foreign = "410405000009999001"
    one, two, *rest = leads
    without = Fault(kind=FaultKind.ITEM_WITHOUT_ID, position=1)
    assert items(crm, sandbox, [one, two], without) == [one, None]
    one, two, *rest = rest
    assert items(crm, sandbox, [one, two], Fault(kind=FaultKind.MISSING_ITEM)) == [two]
    one, two, *rest = rest
    extra = Fault(kind=FaultKind.EXTRA_ITEM, position=-1)
    assert items(crm, sandbox, [one, two], extra) == [one, foreign, two]
    one, two, *rest = rest
    assert items(crm, sandbox, [one, two], Fault(kind=FaultKind.DUPLICATE_ITEM)) == [one, one, two]
    one, two = rest
    twice = Fault(kind=FaultKind.CONTRADICTING_ITEM)
    assert items(crm, sandbox, [one, two], twice) == [one, two, one]


def test_bodies_that_are_no_use(crm: httpx.Client, sandbox: Sandbox, leads: list[str]) -> None:
    sandbox.faults.add(
        *map(fault, (FaultKind.TRUNCATED_JSON, FaultKind.EMPTY_BODY, FaultKind.NOT_JSON_ARRAY))
    )
    cut, empty, odd = (crm.delete(f"/crm/v2/Leads?ids={record_id}") for record_id in leads[:3])
    with pytest.raises(ValueError, match=r"Unterminated|Expecting|delimiter"):
        cut.json()
    assert empty.content == b""
    assert odd.json()["data"]["details"] == {"id": leads[2]}


def test_a_delay_passes_by_way_of_sleep(
    crm: httpx.Client, sandbox: Sandbox, clock: Clock, leads: list[str]
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.DELAY, seconds=7))
    assert crm.delete(f"/crm/v2/Leads?ids={leads[0]}").status_code == 200
    assert clock.naps == [7]


def test_faults_match_by_method_path_times_and_skip(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    sandbox.faults.add(
        Fault(kind=FaultKind.UNAVAILABLE, path="/Leads", skip=1, times=2),
        Fault(kind=FaultKind.EXPIRED_TOKEN, method="GET", path="/org"),
    )
    assert crm.delete("/crm/v2/Contacts?ids=1").status_code == 400
    statuses = [crm.delete(f"/crm/v2/Leads?ids={record_id}").status_code for record_id in leads[:4]]
    assert statuses == [200, 503, 503, 200]
    assert [waiting.kind for waiting in sandbox.faults.waiting] == [FaultKind.EXPIRED_TOKEN]
    assert flat(crm.get("/crm/v8/org"))[1] == "INVALID_TOKEN"
    assert crm.get("/crm/v8/org").status_code == 200
    sandbox.faults.add(Fault(kind=FaultKind.REFUSE))
    sandbox.faults.clear()
    assert not sandbox.faults.waiting


def test_a_flat_error_of_ones_own(crm: httpx.Client, sandbox: Sandbox, leads: list[str]) -> None:
    sandbox.faults.add(
        Fault(kind=FaultKind.FLAT_ERROR, status=403, code="X", message="m", details={"a": 1})
    )
    assert flat(crm.delete(f"/crm/v2/Leads?ids={leads[0]}")) == (403, "X", "m", {"a": 1})


WIRE = {
    FaultKind.REFUSE: (httpx.ReadError, httpx.RemoteProtocolError),
    FaultKind.RESET_BEFORE: (httpx.ReadError,),
    FaultKind.RESET_AFTER: (httpx.ReadError,),
    FaultKind.CUT_BODY: (httpx.ReadError, httpx.RemoteProtocolError),
    FaultKind.HANG_BEFORE: (httpx.ReadTimeout,),
    FaultKind.HANG_AFTER: (httpx.ReadTimeout,),
}


@pytest.mark.parametrize("kind", WIRE)
def test_a_dropped_connection_over_the_socket(
    url: str, sandbox: Sandbox, leads: list[str], kind: FaultKind
) -> None:
    sandbox.faults.add(fault(kind))
    headers = {"Authorization": f"Zoho-oauthtoken {sandbox.access_token}"}
    with httpx.Client(base_url=url, headers=headers, timeout=0.3, trust_env=False) as crm:
        with pytest.raises(WIRE[kind]):
            crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
        assert sandbox.org.exists("Leads", leads[0]) is not DROPPED[kind][1]
        assert crm.delete(f"/crm/v2/Leads?ids={leads[1]}").status_code == 200


@each_row("kind", ANSWERED)
def test_a_spoilt_answer_over_the_socket(url: str, sandbox: Sandbox, kind: FaultKind) -> None:
    leads = sandbox.org.add_records("Leads", 2)
    sandbox.faults.add(fault(kind))
    headers = {"Authorization": f"Zoho-oauthtoken {sandbox.access_token}"}
    with httpx.Client(base_url=url, headers=headers, trust_env=False) as crm:
        reply = crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
        assert reply.status_code == ANSWERED[kind][0]
        assert crm.delete(f"/crm/v2/Leads?ids={leads[1]}").status_code == 200
    assert sandbox.org.exists("Leads", leads[0]) is not ANSWERED[kind][1]


TRICKLE = sorted(DROPPED.keys() - WIRE.keys())


@pytest.mark.parametrize("kind", TRICKLE)
def test_an_answer_that_trickles_over_the_socket(
    url: str, sandbox: Sandbox, leads: list[str], kind: FaultKind
) -> None:
    sandbox.faults.add(fault(kind))
    headers = {"Authorization": f"Zoho-oauthtoken {sandbox.access_token}"}
    host = Host(url)
    with pytest.raises(httpx.ReadTimeout, match="in time"):
        host.ask(
            "DELETE",
            f"/crm/v2/Leads?ids={leads[0]}",
            Bounds(silence=30, whole=1, size=1_000),
            headers=headers,
        )
    host.close()
    assert not sandbox.org.exists("Leads", leads[0])


def test_a_hang_ends_at_its_bound() -> None:
    sandbox = Sandbox(Org.empty())
    sandbox.faults.add(Fault(kind=FaultKind.HANG_BEFORE, method="GET", seconds=0.01))
    with (
        serve(sandbox) as url,
        httpx.Client(base_url=url, trust_env=False) as crm,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        crm.get("/crm/v8/org")
