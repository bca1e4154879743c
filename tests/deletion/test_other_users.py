"""A run that goes on with the sign-in of another user: whose deletes the Recycle Bin names then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.deletion.undo_support import codes, undo
from tests.world.plans import TARGET, options, plan_of
from tests.world.world import Steer, Told, World
from zohotui.deletion.connection import connect
from zohotui.deletion.journal.line_kinds import LINE_KINDS
from zohotui.deletion.journal.receipt import write_receipt
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.ticket import ticket
from zohotui.deletion.journal.verify_file import WHOLE, verify_journal
from zohotui.deletion.model.events import UNTOLD, Event, Landed
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind, Org
from zohotui.zoho.client import ZohoCRM

ANNA, BO = Org.empty().users[:2]


class SignedIn(World):
    """An org whose latest client can be signed in anew."""

    client: ZohoCRM

    def crm(self, api: str = "v2", *, read_only: bool = False) -> ZohoCRM:
        self.client = super().crm(api, read_only=read_only)
        return self.client

    def sign_in_again(self, user_id: str) -> Steer:
        """Let Bo sign in behind the first answer; `user_id`: what Zoho tells of who he is."""

        def steer(event: Event, _: Levers) -> None:
            if isinstance(event, Landed) and event.batch.number == 1:
                # Only an administrator sees in the bin what others have deleted.
                self.sandbox.org.acting = replace(BO, admin=True)
                self.client.user_id = user_id

        return steer


@pytest.fixture
def world(tmp_path: Path) -> SignedIn:
    return SignedIn(tmp_path)


def run_by_both(world: SignedIn, user_id: str = BO.id) -> Told:
    plan = plan_of(world.leads(5), options=options(2))
    return world.carry_out(plan, steer=world.sign_in_again(user_id), and_look_up=True)


@pytest.mark.parametrize("user_id", [BO.id, ""])
def test_what_was_deleted_by_either_sign_in_comes_back(world: SignedIn, user_id: str) -> None:
    told = run_by_both(world, user_id)
    assert told.states == {"verified": 5}
    undo(world, told)
    assert replay(told.journal).rows.tally == {State.RESTORED: 5}
    assert verify_journal(told.journal).code == WHOLE


def test_a_lost_answer_to_the_other_user_is_found_deleted(world: SignedIn) -> None:
    world.sandbox.faults.add(Fault(kind=FaultKind.RESET_AFTER, skip=1))
    told = run_by_both(world)
    assert codes(told) == {"verified IN_BIN": 3, "verified FOUND_IN_BIN": 2}


def test_what_the_first_user_sent_and_the_other_deleted_since_stays(world: SignedIn) -> None:
    told = run_by_both(world)
    org, first = world.sandbox.org, str(told.plan.ids[0])
    assert org.restore(first)
    org.bin("Leads", first, at=world.clock(), by=BO)
    undo(world, told)
    assert first not in world.sandbox.ledger.asked_back
    assert replay(told.journal).rows.outcome(0).code == "NOT_THIS_RUN"


def test_the_journal_tells_who_sent_a_batch_where_that_is_another(world: SignedIn) -> None:
    journal = run_by_both(world).journal
    told = replay(journal)
    assert told.senders == {2: BO.id, 3: BO.id}
    assert f"\n  Also sent by      user id {BO.id}\n" in write_receipt(journal, 0.0).read_text()
    assert f"\nBy         {TARGET.user}, user id {BO.id}\n" in ticket(told, journal)
    assert "by: " in LINE_KINDS["sending"]
    world.sandbox.org.acting = ANNA
    untold = replay(run_by_both(world, "").journal)
    assert untold.senders == {2: UNTOLD, 3: UNTOLD}
    assert [untold.sender(place) for place in (0, 1)] == [ANNA.id, ""]


def test_a_sign_in_that_is_taken_over_brings_its_user(world: SignedIn) -> None:
    mine, other = world.crm(), world.crm()
    for client, user in ((mine, ANNA), (other, BO)):
        world.sandbox.org.acting = user
        connect(client, "acme", "")
        assert client.user_id == user.id
    mine.take_over(other, "700000001")
    assert mine.user_id == other.user_id
    for client in (mine, other):
        client.close()
