"""The ids of a saved view and of a query: all pages, frozen, and what ends them before that."""

from __future__ import annotations

from functools import partial

import httpx
import pytest

from tests.deletion.lists_support import Reading, follow
from tests.rows import each_row
from tests.world.plans import ADDRESS
from tests.world.world import World, of_scopes
from zohotui.deletion.lists.by_query import read_query
from zohotui.deletion.lists.by_view import read_view
from zohotui.deletion.lists.events import ListEvent, ListGrew
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.listing import Kind
from zohotui.sandbox import Fault, FaultKind, Variants
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.queries import Query, QueryError
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken
from zohotui.zoho.views import CustomView, custom_views

ALL = "select id from Leads where id is not null"


def view_of(world: World, where: str = "", **more: object) -> CustomView:
    view = world.sandbox.org.views.add("Leads", "Junk", where, **more)
    return CustomView(view.id, view.display_value, view.category)


# Views


def test_the_views_of_a_module_are_named(world: World) -> None:
    for number in range(3):
        world.sandbox.org.views.add("Leads", f"(all) {number}", display_value=f"All {number}")
    world.sandbox.variants = Variants(page_size=2)
    crm = world.crm()
    assert [view.name for view in custom_views(crm, "Leads")] == ["All 0", "All 1", "All 2"]
    assert custom_views(crm, "Contacts") == []
    crm.close()


@pytest.mark.parametrize("size", [200, 7])
def test_a_view_is_read_to_its_end_in_its_own_order(world: World, size: int) -> None:
    org = world.sandbox.org
    junk = [int(one) for one in org.add_records("Leads", 450, fields={"Lead_Status": "Junk"})]
    world.leads(5)
    world.sandbox.variants = Variants(page_size=size)
    view = view_of(world, "Lead_Status = 'Junk'", newest_first=True)
    told = follow(world, partial(read_view, "Leads", view))
    assert list(told.ids.ids) == junk[::-1]
    assert told.end.why == ""
    assert (told.begun.total, told.begun.credits) == (450, 9)
    assert told.grown[-1] == (450, 450)
    assert (told.listing.kind, told.listing.module) == (Kind.VIEW, "Leads")
    assert told.ids.source.startswith(f"view Junk ({view.id}) of Leads, read 2026-")


def test_a_view_without_records_is_an_empty_list(world: World) -> None:
    told = follow(world, partial(read_view, "Leads", view_of(world, "Company = 'None such'")))
    assert (len(told.ids), told.end.why) == (0, "")


def test_what_lies_beyond_zohos_reach_is_told(world: World) -> None:
    world.leads(2_600)
    world.sandbox.variants = Variants(view_reach=2_400)
    told = follow(world, partial(read_view, "Leads", view_of(world)))
    assert len(told.ids) == 2_400
    assert "first 2,400 records of the view" in told.end.why
    assert told.listing.note == told.end.why


def test_a_view_that_is_gone_or_not_to_be_read_is_said_to_be(world: World) -> None:
    world.leads(3)
    gone = CustomView("554023000000999999", "Gone", "public_views")
    told = follow(world, partial(read_view, "Leads", gone))
    assert told.end.ids is None
    assert "INVALID_DATA" in told.end.why
    crm = of_scopes(world, "ZohoCRM.modules.contacts.READ")
    told = follow(world, partial(read_view, "Leads", view_of(world)), crm=crm)
    assert told.end.forbidden
    assert "ZohoCRM.modules.leads.READ" in told.end.why


def test_a_token_that_has_had_its_time_ends_it(world: World) -> None:
    world.leads(2_600)
    world.sandbox.variants = Variants(token_hours=-1)
    told = follow(world, partial(read_view, "Leads", view_of(world)))
    assert told.end.ids is None
    assert "read it again" in told.end.why


@each_row(
    "kind",
    [
        FaultKind.RESET_AFTER,
        FaultKind.INTERNAL_ERROR_AFTER,
        FaultKind.HTML_OK_AFTER,
        FaultKind.TOO_MANY_REQUESTS,
        FaultKind.TRUNCATED_JSON,
        FaultKind.EXPIRED_TOKEN,
        FaultKind.REFUSE,
        FaultKind.NOT_JSON_ARRAY,
    ],
)
def test_a_page_that_fails_is_read_again(world: World, kind: FaultKind) -> None:
    ids = world.leads(450)
    world.sandbox.faults.add(Fault(kind=kind, method="GET", path="/Leads", skip=2))
    world.sandbox.faults.add(Fault(kind=kind, method="POST", path="/coql"))
    if kind is not FaultKind.EXPIRED_TOKEN:
        told = follow(world, partial(read_view, "Leads", view_of(world)))
        assert list(told.ids.ids) == ids
        told = follow(world, partial(read_query, Query.of(ALL)))
        assert list(told.ids.ids) == ids
        return
    # A token that was pasted cannot be renewed.
    told = follow(world, partial(read_view, "Leads", view_of(world)))
    assert told.end.ids is None


def test_a_stop_takes_nothing(world: World) -> None:
    world.leads(450)
    world.sandbox.variants = Variants(coql_rows=200)

    def stop(event: ListEvent, levers: Levers) -> None:
        if isinstance(event, ListGrew):
            levers.abandon()

    for reading in (
        partial(read_view, "Leads", view_of(world)),
        partial(read_query, Query.of(ALL)),
    ):
        told = follow(world, reading, steer=stop)
        assert isinstance(told.events[-1], ListGrew)


def test_the_reserve_is_left_alone(world: World) -> None:
    world.leads(3)
    for reading in (
        partial(read_view, "Leads", view_of(world), reserve=1_000),
        partial(read_query, Query.of(ALL), reserve=1_000),
    ):
        crm = world.crm()
        crm.credits = 1_002
        told = follow(world, reading, crm=crm)
        assert told.end.ids is None
        assert "keeps 1,000 in reserve" in told.end.why


# Queries


@pytest.mark.parametrize(("rows", "read_only"), [(2_000, False), (200, True)])
def test_a_query_is_read_over_all_pages(world: World, rows: int, *, read_only: bool) -> None:
    ids = world.leads(2_300)
    world.sandbox.variants = Variants(coql_rows=rows)
    crm = world.crm(read_only=read_only)
    told = follow(world, partial(read_query, Query.of(ALL)), crm=crm)
    assert list(told.ids.ids) == ids
    assert told.listing.kind is Kind.QUERY
    assert told.listing.name == ALL
    assert told.ids.source.startswith("query over Leads, read 2026-")


def test_the_limit_of_a_query_holds(world: World) -> None:
    ids = world.leads(2_300)
    for tail, found in (
        ("limit 2100", ids[:2_100]),
        ("limit 5 offset 2", ids[2:7]),
        ("LIMIT 2, 5;", ids[2:7]),
        ("order by id desc limit 3", ids[:-4:-1]),
    ):
        told = follow(world, partial(read_query, Query.of(f"{ALL} {tail}")))
        assert list(told.ids.ids) == found, tail
        assert told.end.why == ""


def test_beyond_the_reach_of_offset_the_way_on_is_told(world: World) -> None:
    ids = world.leads(2_300)
    for reach in (2_000, 2_100):
        world.sandbox.variants = Variants(coql_reach=reach)
        told = follow(world, partial(read_query, Query.of(ALL)))
        assert list(told.ids.ids) == ids[:reach]
        assert f"id > '{ids[reach - 1]}'" in told.end.why


def test_a_mistake_is_told_at_its_place(world: World) -> None:
    told = follow(world, partial(read_query, Query.of("select id from Leads\nwhere id is is null")))
    end = told.end
    assert (end.ids, end.line, end.column) == (None, 2, 13)
    assert end.why == (
        "Zoho refuses the query at line 2, column 13 (SYNTAX_ERROR: unexpected token; "
        "near: is null limit 2000)."
    )
    told = follow(world, partial(read_query, Query.of("select id from Leads where Foo = 1")))
    assert "INVALID_QUERY: unsupported column; column_name: Foo" in told.end.why
    told = follow(world, partial(read_query, Query.of("select id from Nope where id is not null")))
    assert "INVALID_MODULE" in told.end.why


def test_a_query_without_its_scope_names_both(world: World) -> None:
    crm = of_scopes(world, "ZohoCRM.modules.ALL")
    told = follow(world, partial(read_query, Query.of(ALL)), crm=crm)
    assert told.end.forbidden
    assert "It needs ZohoCRM.coql.READ, and ZohoCRM.modules.ALL" in told.end.why


@each_row(
    ("written", "why"),
    [
        ("", "must look like"),
        ("delete from Leads where id = 1", "must look like"),
        ("select id from Leads", "must look like"),
        ("select * from Leads where id is not null", "must look like"),
        ("select Account_Name.id as id from Contacts where id is not null", "renamed"),
        ("select Account_Name.id id from Contacts where id is not null", "renamed"),
        ("select count(id) from Leads where id is not null", "must look like"),
        ("select id from Leads where Company = 'x", "not closed"),
        ("select Company from Leads where id is not null group by Company", "GROUP"),
        ("select id from Leads where id is not null limit 0", "limit of 0"),
        ("select id from Leads where Company = '\x1b[2J'", "cannot be shown"),
        ("select id from Leads, Contacts where id is not null", "must look like"),
        ("x" * 100_001, "100,000"),
    ],
)
def test_a_query_that_gives_no_records_is_not_sent(written: str, why: str) -> None:
    with pytest.raises(QueryError, match=why):
        Query.of(written)


def test_what_stands_in_quotes_is_no_keyword() -> None:
    written = "select id, Last_Name from Leads where Company = 'limit 5' and City = 'O''Group by'"
    assert Query.of(f"\ufeff{written} ;\n") == Query(written, "Leads")
    over_view = Query.of("select id from Leads#554023 where id is not null limit 7")
    assert (over_view.module, over_view.most) == ("Leads", 7)


# Answers that never end, or hold too much


class Again(httpx.BaseTransport):
    """A Zoho, or a cache before it, that gives the same page for ever."""

    def __init__(self, key: str, rows: list[dict[str, str]], *, more: bool = True) -> None:
        self.key, self.rows, self.more = key, rows, more
        self.calls = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        assert self.calls < 50, "no end"
        if "/actions/count" in request.url.path:
            return httpx.Response(200, json={"count": 2})
        info = {"more_records": self.more, "next_page_token": "t" * 20}
        return httpx.Response(200, json={self.key: self.rows, "info": info})

    def crm(self) -> ZohoCRM:
        return ZohoCRM(api_domain(ADDRESS), FixedToken(Secret("a.b")), transport=self)


ROWS = [{"id": str(554023000000201001 + number)} for number in range(200)]
JUNK = CustomView("554023000000999999", "Junk", "public_views")


@pytest.mark.parametrize(
    "reading", [partial(read_view, "Leads", JUNK), partial(read_query, Query.of(ALL))]
)
def test_the_same_page_for_ever_comes_to_an_end(world: World, reading: Reading) -> None:
    told = follow(world, reading, crm=Again("data", ROWS).crm())
    assert told.end.ids is None
    assert "the same records again" in told.end.why
    assert "Nothing was taken" in told.end.why


def test_the_same_page_of_views_for_ever_comes_to_an_end() -> None:
    crm = Again("custom_views", [{"id": JUNK.id, "name": "Junk"}]).crm()
    assert [view.name for view in custom_views(crm, "Leads")] == ["Junk"]


def test_more_rows_than_a_query_asked_for_are_not_taken(world: World) -> None:
    query = Query.of(f"{ALL} limit 5")
    crm = Again("data", ROWS, more=False).crm()
    told = follow(world, partial(read_query, query), crm=crm)
    assert told.end.ids is None
    assert "200 rows where 5 were asked for" in told.end.why
