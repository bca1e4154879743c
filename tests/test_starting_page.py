"""Zoho's page "Delete Records", on which this program is built, item by item as it stands."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.rows import each_row
from tests.world.plans import batch_of, options, plan_of
from tests.world.world import World
from zohotui.deletion.ids.pasted import parse_text
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Options
from zohotui.deletion.run.answer import read_landing
from zohotui.zoho.answers import DeleteAnswer
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.records import STANDARD_MODULES
from zohotui.zoho.scopes import module_word
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

TOKEN = "1000.8cb99dxxxxxxxxxxxxx9be93.9b8xxxxxxxxxxxxxxxf"
FIRST, SECOND = "410405000002264040", "410405000002264025"
LOCKED = "cannot delete record that is not approved yet"

WHOLE = [
    (
        "UNABLE_TO_PARSE_DATA_TYPE",
        400,
        "either the request body or parameters is in wrong format",
        State.FAILED,
        "Check the ids",
    ),
    (
        "INVALID_MODULE",
        400,
        "The module name given seems to be invalid",
        State.FAILED,
        "tab permission",
    ),
    (
        "INVALID_MODULE",
        400,
        "The given module is not supported in API",
        State.FAILED,
        "web interface",
    ),
    (
        "INVALID_URL_PATTERN",
        404,
        "Please check if the URL trying to access is a correct one",
        State.FAILED,
        "API address",
    ),
    ("OAUTH_SCOPE_MISMATCH", 401, "Unauthorized", State.FAILED, "ZohoCRM.modules.ALL"),
    ("NO_PERMISSION", 403, "Permission denied to delete", State.FAILED, "administrator"),
    ("INTERNAL_ERROR", 500, "Internal Server Error", State.UNKNOWN, "support"),
    (
        "INVALID_REQUEST_METHOD",
        400,
        "The http request method type is not a valid one",
        State.FAILED,
        "proxy",
    ),
    (
        "AUTHORIZATION_FAILED",
        400,
        "User does not have sufficient privilege to delete records",
        State.FAILED,
        "administrator",
    ),
    (
        "REQUIRED_PARAM_MISSING",
        400,
        "One of the expected parameter is missing",
        State.FAILED,
        "batch size",
    ),
]
"""Errors of the whole request: code, status, message, what becomes of its ids, what to do."""

SINGLE = [
    ("INVALID_DATA", 400, "record not deleted", State.FAILED, "Recycle Bin"),
    ("RECORD_LOCKED", 400, LOCKED, State.FAILED, "merge is done"),
    ("NOT_APPROVED", 400, LOCKED, State.FAILED, "delete the image and submit"),
]
"""Errors of one record."""

SUPPORTED = (
    "Leads, Accounts, Contacts, Deals, Campaigns, Tasks, Cases, Events, Calls, Solutions, "
    "Products, Vendors, Price Books, Quotes, Sales Orders, Purchase Orders, Invoices, Warranties"
)
"""Supported modules; the last one is a custom one."""


class Line(httpx.BaseTransport):
    """Answers all requests alike, and keeps them."""

    def __init__(self, status: int = 200, body: object = None) -> None:
        self.status, self.body = status, body if body is not None else {"data": []}
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self.status, json=self.body)

    def client(self) -> ZohoCRM:
        domain = api_domain("https://www.zohoapis.com")
        return ZohoCRM(domain, FixedToken(Secret(TOKEN)), transport=self)


def outcomes(line: Line, *ids: str) -> tuple[Outcome, ...]:
    """Delete these ids, and read what the answer means for each."""
    answer: DeleteAnswer | ZohoError
    try:
        answer = line.client().delete_records("Leads", ids)
    except ZohoError as error:
        answer = error
    found = read_landing(batch_of(*map(int, ids)), answer).outcomes
    assert found is not None
    return found


def item(code: str, message: str, **details: str) -> dict[str, object]:
    status = "success" if code == "SUCCESS" else "error"
    return {"code": code, "details": details, "message": message, "status": status}


def test_the_sample_requests_leave_as_they_stand_there() -> None:
    line = Line()
    crm = line.client()
    crm.delete_records("Leads", [FIRST, SECOND])
    crm.delete_records("Leads", [FIRST, SECOND], wf_trigger=False)
    crm.delete_record("Leads", FIRST)
    host = "https://www.zohoapis.com/crm/v2/Leads"
    assert [str(one.url) for one in line.requests] == [
        f"{host}?ids={FIRST},{SECOND}&wf_trigger=true",
        f"{host}?ids={FIRST},{SECOND}&wf_trigger=false",
        f"{host}/{FIRST}?wf_trigger=true",
    ]
    for request in line.requests:
        assert request.method == "DELETE"
        assert request.headers["Authorization"] == f"Zoho-oauthtoken {TOKEN}"
        assert "X-EXTERNAL" not in request.headers


@pytest.mark.parametrize(
    ("values", "path"), [(["K-1", "K-2"], "?ids=K-1,K-2&"), (["K-1"], "/K-1?")]
)
def test_the_header_for_external_ids_leaves_as_the_python_sample_has_it(
    values: list[str], path: str
) -> None:
    line = Line()
    line.client().delete_by_value("Leads", "External", values)
    (request,) = line.requests
    assert request.headers["X-EXTERNAL"] == "Leads.External"
    assert f"/crm/v2/Leads{path}wf_trigger=true" in str(request.url)


def test_workflows_run_unless_the_plan_says_otherwise() -> None:
    assert Options().wf_trigger is True


def test_the_sample_response_says_that_both_are_deleted() -> None:
    data = [item("SUCCESS", "record deleted", id=one) for one in (FIRST, SECOND)]
    first, second = outcomes(Line(200, {"data": data}), FIRST, SECOND)
    assert first == second
    assert (first.state, first.code, first.message) == (State.DELETED, "SUCCESS", "record deleted")


@each_row(
    ("code", "status", "message", "state", "remedy"),
    WHOLE,
)
def test_an_error_of_the_whole_request(
    code: str, status: int, message: str, state: State, remedy: str
) -> None:
    found = outcomes(Line(status, item(code, message)), FIRST, SECOND)
    assert {(one.state, one.code, one.message, one.status) for one in found} == {
        (state, code, message, status)
    }
    assert remedy in f"{found[0].advice.meaning} {found[0].advice.remedy}"


@each_row(("code", "status", "message", "state", "remedy"), SINGLE)
def test_an_error_of_one_record(
    code: str, status: int, message: str, state: State, remedy: str
) -> None:
    data = [item(code, message, id=FIRST), item("SUCCESS", "record deleted", id=SECOND)]
    first, second = outcomes(Line(200, {"data": data}), FIRST, SECOND)
    assert (first.state, first.code, first.message) == (state, code, message)
    assert second.state is State.DELETED
    assert remedy in first.advice.remedy
    (alone,) = outcomes(Line(status, {"data": data[:1]}), FIRST)
    assert (alone.state, alone.code, alone.status) == (state, code, status)


@each_row("module", SUPPORTED.replace(" ", "_").split(",_"))
@each_row("scope", ["ALL", "{}.ALL", "{}.DELETE"])
def test_records_of_each_supported_module_are_deleted_with_each_scope(
    world: World, module: str, scope: str
) -> None:
    word = module_word(module)
    scopes = [f"ZohoCRM.modules.{scope.format(word)}", "ZohoCRM.org.READ", "ZohoCRM.users.READ"]
    world.sandbox.access_token = world.sandbox.issue_token(scopes=scopes)
    ids = list(map(int, world.sandbox.org.add_records(module, 3)))
    told = world.carry_out(plan_of(ids, module, options(2)))
    assert told.states == {"deleted": 3}
    assert set(world.sandbox.ledger.deleted_ids(module)) == set(map(str, ids))


def test_every_supported_module_is_offered_where_none_can_be_listed() -> None:
    known = {one.api_name.replace("_", " ") for one in STANDARD_MODULES}
    assert known == {*SUPPORTED.split(", ")} - {"Warranties"}


def sample_ids() -> Iterator[str]:
    """Every id that a sample of the page has."""
    yield from (FIRST, SECOND, "3477061000005908033", "3477061000005908017", "34770617742004")
    yield from ("347706107596026", "3409643000002804002", "34770617846014", "3477061000007596026")


def test_each_id_of_the_samples_is_an_id() -> None:
    ids = [*sample_ids()]
    found = parse_text(",".join(ids))
    assert list(map(str, found.ids)) == ids
    assert not found.rejected_count


def test_a_call_has_at_most_a_hundred_ids(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(250)))
    assert told.states == {"deleted": 250}
    first, *others = [len(one.ids) for one in world.wire.attempts]
    assert first == 1
    # They leave together, and arrive as it happens.
    assert sorted(others) == [49, 100, 100]
