"""The books of runs that send values would not be fooled either, nor an org with two users."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import httpx
import pytest

from tests.chaos.books import Books, Figures, judge
from tests.chaos.engine import FIELD, MODULE
from tests.chaos.values import TwoUsers, furnish
from tests.world.plans import ADDRESS, TARGET, options
from tests.world.world import Told, World
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.lists.unread import Unread
from zohotui.deletion.lists.values import Values
from zohotui.sandbox import Fault, FaultKind, Variants
from zohotui.sandbox.ledger import Gone
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

K = tuple(f"K-{number}" for number in range(8))
DELETED, LOST, LOCKED = 1, 2, 7
"""Numbers of values whose records were deleted, with and without an answer, and were not."""


def records_of(world: World, user: int) -> list[str]:
    """Make a record for every value but the last, for one user alone."""
    org = world.sandbox.org
    records = org.add_records(MODULE, len(K) - 1)
    for value, record_id in zip(K, records, strict=False):
        org.externals.give(MODULE, FIELD, record_id, value, org.users[user].id)
    return records


def finished(world: World) -> Told:
    """Carry out a run of a user's values with an answer that is lost, and a locked record."""
    world.sandbox.org.externals.define(MODULE, FIELD, "user")
    world.sandbox.org.lock(MODULE, records_of(world, 0)[LOCKED - 1])
    world.sandbox.faults.add(Fault(kind=FaultKind.RESET_AFTER, skip=1))
    unread = Unread(TARGET, MODULE, MODULE, permanent=False, options=options(3), field=FIELD)
    return world.carry_out(unread.plan(Values(K), 0.0))


def judged(told: Told, books: Books, *, ended: bool = True) -> Figures:
    return judge(told.plan, replay(told.journal), books, ended=ended)


@pytest.mark.parametrize("ended", [True, False])
def test_the_books_agree_with_a_run_by_value_and_see_a_false_word(
    world: World, ended: bool
) -> None:
    told = finished(world)
    assert told.states == {"deleted": 3, "unknown": 3, "failed": 2}
    books = Books.of(world.sandbox, told.plan)
    assert judged(told, books, ended=ended).sound
    for number, wrong in ((DELETED, 1), (LOST, 0), (LOCKED, 1)):
        other = replace(books, deleted=books.deleted ^ {number})
        assert len(judged(told, other, ended=ended).lost) == wrong


def test_values_that_are_sent_again_or_were_never_confirmed_are_seen(world: World) -> None:
    told = finished(world)
    books = Books.of(world.sandbox, told.plan)
    alone, lost = books.changes[:2]
    assert lost.status is None
    assert len(judged(told, replace(books, changes=[*books.changes, lost])).twice) == 3
    assert len(judged(told, replace(books, changes=[*books.changes, alone])).twice) == 1
    for stray in (replace(lost, query="ids=K-1,K-99"), replace(alone, path="/crm/v2/Leads/K-99")):
        assert len(judged(told, replace(books, changes=[stray])).outside) == 1


def test_a_deleted_record_of_another_user_with_the_same_value_is_seen(world: World) -> None:
    told = finished(world)
    bobs = records_of(world, 1)
    gone = Gone(
        request_number=1,
        module=MODULE,
        ids=tuple(bobs[:1]),
        at=0.0,
        permanent=False,
        workflow_fired=False,
    )
    world.sandbox.ledger.deleted(gone)
    found = judged(told, Books.of(world.sandbox, told.plan))
    assert found.outside == [f"{bobs[0]} was deleted, not planned"]
    assert not found.lost


def test_what_never_came_to_its_end_is_seen(world: World) -> None:
    told = finished(world)
    whole = told.journal.read_bytes().splitlines(keepends=True)
    places = [place for place, line in enumerate(whole) if line.startswith(b'{"sending":3')]
    told.journal.write_bytes(b"".join(whole[: places[0]]))
    books = Books.of(world.sandbox, told.plan)
    assert len(judged(told, books, ended=False).lost) == 4
    assert judged(told, books).wrong == ["the run never came to its end"]


def test_a_token_acts_for_its_user_whoever_came_last() -> None:
    sandbox = TwoUsers(Variants(), 0.0, lambda: 1_790_000_000.0)
    users = sandbox.org.users[:2]
    tokens = [sandbox.sign_in(user) for user in users]
    assert len({token[-4:] for token in tokens}) == 2
    for user, token in [*zip(users, tokens, strict=True)] * 2:
        secret, wire = FixedToken(Secret(token)), httpx.WSGITransport(app=sandbox)
        crm = ZohoCRM(api_domain(ADDRESS), secret, transport=wire)
        assert crm.current_user().id == user.id
        crm.close()


def test_the_list_of_values_has_some_that_must_never_be_sent() -> None:
    sandbox = TwoUsers(Variants(), 0.0, lambda: 1_790_000_000.0)
    listed = furnish(sandbox.org, Random(2), 200, sandbox.clock())
    unread = Unread(TARGET, MODULE, MODULE, permanent=False, options=options(3), field=FIELD)
    plan = unread.plan(Values(tuple(listed)), 0.0)
    left = {one.value for one in plan.listings[0].unresolved}
    assert any(sandbox.org.exists(MODULE, value) for value in left)
    assert any("," in value for value in left)
    assert any("upper and lower case" in one.why for one in plan.listings[0].unresolved)
