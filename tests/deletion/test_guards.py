"""Guards: what is held and why, limits, and how a record is released."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.deletion.guard_support import ID, NOW, RECORD, Settings, held
from tests.rows import each_row
from tests.world.plans import TARGET, options, plan_of, released
from tests.world.world import World
from zohotui.config.settings import Profile
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal, JournalError
from zohotui.deletion.model.events import Finished, Landed, Sent
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.review.guards import (
    GuardError,
    Guards,
    Today,
    check_profiles,
    deleted_today,
    org_prefix,
    prefix_of,
    release,
)
from zohotui.sandbox import Fault, FaultKind
from zohotui.zoho.datacentre import AccountsServer, api_domain

# Ids, owners, tags, prefixes


@each_row(
    ("settings", "words"),
    [
        ({"protected_ids": [str(ID)]}, "protected_ids: its id is protected"),
        (
            {"protected_owners": ["børge  ØDEGÅRD"]},
            "protected_owners: records of Børge Ødegård are protected",
        ),
        (
            {"protected_owners": ["BORGE@acme.example"]},
            "protected_owners: records of Børge Ødegård are protected",
        ),
        (
            {"protected_owners": ["554023000000077007"]},
            "protected_owners: records of Børge Ødegård are protected",
        ),
        ({"protected_owners": ["anna", "borge"]}, ""),
        ({"protected_tags": ["keep"]}, "protected_tags: the tag Keep is protected"),
        ({"protected_tags": ["vip", "Other"]}, "protected_tags: the tag VIP is protected"),
        ({"protected_tags": ["ke"]}, ""),
        (
            {"protected_ids": [str(ID)], "protected_tags": ["vip"], "protected_if": ["Amount > 0"]},
            (
                "protected_ids: its id is protected; protected_tags: the tag VIP is protected; "
                "protected_if: Amount > 0"
            ),
        ),
        ({}, ""),
    ],
)
def test_what_is_protected_is_held_with_every_reason(settings: dict[str, Any], words: str) -> None:
    outcome = held(**settings)
    assert (outcome.message if outcome else "") == words


@each_row(
    "record",
    [
        {},
        {"Owner": None, "Tag": None},
        {"Owner": "anna", "Tag": "Keep"},
        {"Owner": {}, "Tag": [None, 7, {}, {"name": None}]},
        {"Owner": {"name": 7, "id": []}, "Tag": {"name": "Keep"}},
    ],
)
def test_odd_owners_and_tags_protect_nothing_and_break_nothing(record: dict[str, Any]) -> None:
    guards = Guards.of(Settings(protected_owners=("anna",), protected_tags=("keep",)))
    assert guards.held(record, ID, None, NOW) is None


def test_old_answers_give_tags_as_texts() -> None:
    guards = Guards.of(Settings(protected_tags=("keep",)))
    assert guards.held({"Tag": ["Keep"]}, ID, None, NOW)


def test_an_id_of_another_org_is_held() -> None:
    guards = Guards()
    assert guards.held(RECORD, ID, 554023, NOW) is None
    assert guards.held(RECORD, ID, None, NOW) is None
    outcome = guards.held(RECORD, 410405000002264040, 554023, NOW)
    assert outcome
    assert outcome.code == "OTHER_ORG_PREFIX"
    assert outcome.message == "the id begins with 410405, ids of this org with 554023"
    both = Guards(ids=frozenset({410405000002264040})).held(RECORD, 410405000002264040, 1, NOW)
    assert both
    assert both.code == "PROTECTED"
    assert "begins with 410405" in both.message


@each_row(
    ("record_id", "prefix"),
    [
        (410405000002264040, 410405),
        (3477061000005908033, 3477061),
        (1418411000000553001, 1418411),
        (34770617742004, 34),
    ],
)
def test_a_prefix_is_all_but_twelve_digits(record_id: int, prefix: int) -> None:
    assert prefix_of(record_id) == prefix
    assert org_prefix(str(record_id)) == prefix


@each_row("user", ["", "7", "anna", "٧" * 18, "999999999999"])
def test_an_org_may_have_no_known_prefix(user: str) -> None:
    assert org_prefix(user) is None


# From settings


def test_a_profile_gives_guards() -> None:
    domain = api_domain("http://localhost")
    profile = Profile(
        name="acme",
        accounts=AccountsServer(domain.url, "local"),
        domain=domain,
        most_records_a_run=5,
        protected_ids=(str(ID),),
        protected_if=("Amount > 0", "modified in the last 7 days"),
        protected_owners=("Anna  Ember",),
    )
    guards = Guards.of(profile)
    assert (guards.most_a_run, set(guards.ids)) == (5, {ID})
    assert guards.owners == {"anna ember"}
    assert guards.fields == {"Amount", "Modified_Time", "Owner"}
    check_profiles({"acme": profile})
    wrong = {"acme": profile, "other": replace(profile, name="other", protected_if=("Amount",))}
    with pytest.raises(
        GuardError, match=r"The profile other, protected_if: 'Amount' is not a rule"
    ):
        check_profiles(wrong)


def test_what_guards_do_not_see_is_said() -> None:
    guards = Guards.of(
        Settings(protected_if=("Amount > 0",), protected_tags=("x",), protected_owners=("y",))
    )
    assert len(guards.unseen([])) == 3
    assert guards.unseen(["Amount", "Tag", "Owner", "Other"]) == []


# Limits


@each_row(
    ("run", "day", "count", "today", "why"),
    [
        (0, 0, 10**6, Today(10**6), ""),
        (100, 0, 100, Today(10**6), ""),
        (100, 0, 101, Today(), r"^Limit: 100 records per run .* would have 101\.$"),
        (0, 100, 40, Today(60), ""),
        (0, 100, 41, Today(60), r"^Limit: 100 .* Deleted today: 60\. This run would have 41\.$"),
        (0, 100, 41, Today(10, 50), r"today: 10 \(perhaps 50 more\)\. This run would have 41"),
    ],
)
def test_limits_are_kept(run: int, day: int, count: int, today: Today, why: str) -> None:
    said = Guards(most_a_run=run, most_a_day=day).too_many(count, today)
    assert re.search(why, said) if why else said == ""


def test_what_went_today_is_counted_from_the_journals(world: World) -> None:
    ids = world.leads(40)
    world.carry_out(plan_of(ids[:20], options=options(10)))
    world.sandbox.org.lock("Leads", str(ids[20]))
    world.carry_out(plan_of(ids[20:25], options=options(10)))
    assert deleted_today(world.folder, TARGET, world.clock()) == Today(24)
    assert deleted_today(world.folder, TARGET, world.clock() + 86_400) == Today()
    assert deleted_today(world.folder, replace(TARGET, zgid="7"), world.clock()) == Today()
    assert deleted_today(world.folder / "none", TARGET, world.clock()) == Today()


def test_what_nobody_knows_the_fate_of_may_have_gone_today(world: World) -> None:
    world.sandbox.faults.add(Fault(kind=FaultKind.RESET_BEFORE, skip=1))
    told = world.carry_out(plan_of(world.leads(7), options=options(3)))
    assert told.states == {"deleted": 4, "unknown": 3}
    assert deleted_today(world.folder, TARGET, world.clock()) == Today(4, 3)


def test_a_run_that_died_counts_as_if_it_had_taken_all(world: World) -> None:
    world.carry_out(plan_of(world.leads(30), options=options(10)), close_after=3)
    journal = next(world.folder.glob("*.jsonl"))
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:3]))
    today = deleted_today(world.folder, TARGET, world.clock())
    assert (today.uncertain, today.most) == (30, 30)


def test_what_is_left_of_a_run_that_died_counts_after_it_was_looked_up(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(30), options=options(10)), close_after=3)
    lines = told.journal.read_bytes().splitlines(keepends=True)
    told.journal.write_bytes(b"".join(lines[:3]))
    world.look_up(told)
    left = replay(told.journal)
    assert not left.finished
    assert left.rows.count(State.ENTERED)
    assert deleted_today(world.folder, TARGET, world.clock()).most == 30
    left.rows.close()
    with closing(Journal.reopen(read_journal(told.journal), clock=world.clock)) as journal:
        journal.record(Finished(stopped=True))
    assert deleted_today(world.folder, TARGET, world.clock()).most < 30


@pytest.mark.parametrize("how", ["damaged", "newer"])
def test_what_cannot_be_counted_is_not_taken_for_nothing(world: World, how: str) -> None:
    journal = world.carry_out(plan_of(world.leads(3))).journal
    text = journal.read_bytes()
    journal.write_bytes(
        text.replace(b'"journal":3', b'"journal":4', 1) if how == "newer" else b"?" + text
    )
    elsewhere = replace(TARGET, zgid="7")
    assert deleted_today(world.folder, elsewhere, world.clock()) == Today()
    assert deleted_today(world.folder, TARGET, world.clock() + 86_400) == Today()
    with pytest.raises(JournalError, match="It is not known how many records were deleted today"):
        deleted_today(world.folder, TARGET, world.clock())
    # What a full disk has left of a run that never began counts for nothing.
    journal.write_bytes(text[:40])
    assert deleted_today(world.folder, TARGET, world.clock()) == Today()


def test_the_day_is_that_of_this_machine(tmp_path: Path) -> None:
    noon = datetime.fromtimestamp(NOW).astimezone().replace(hour=12).timestamp()
    plan = plan_of([ID])
    for hours in (-13, -11, 0, 11, 13):
        journal = Journal.create(tmp_path, plan, clock=partial(float, noon + hours * 3_600))
        (batch,) = plan.batches()
        journal.record(Sent(batch))
        journal.record(Landed(batch, (Outcome(State.DELETED),)))
        journal.record(Finished(stopped=False))
        journal.close()
    assert deleted_today(tmp_path, TARGET, noon) == Today(3)


# Releasing


def test_a_held_record_is_released_for_a_reason() -> None:
    outcome = held(protected_tags=["keep"])
    assert outcome
    released = release(outcome, "  asked for by\n Bo \x1b[31m ")
    assert (released.state, released.code) == (State.READY, "RELEASED")
    assert released.message.startswith("asked for by Bo ")
    assert released.message.endswith("(was PROTECTED: protected_tags: the tag Keep is protected)")
    assert released.message.isprintable()
    assert "journal" in released.advice.meaning


@each_row("reason", ["", "  ", "ok", "...", "12345"])
def test_no_reason_is_none(reason: str) -> None:
    outcome = held(protected_tags=["keep"])
    assert outcome
    with pytest.raises(ValueError, match="Say in a few words"):
        release(outcome, reason)


@each_row("state", [state for state in State if state is not State.HELD])
def test_only_what_is_held_can_be_released(state: State) -> None:
    with pytest.raises(ValueError, match="held"):
        release(Outcome(state), "because I say so")


def test_the_reason_goes_into_the_journal_and_disturbs_nobody(tmp_path: Path) -> None:
    outcome = held(protected_tags=["keep"])
    assert outcome
    plan = plan_of([ID, ID + 1])
    journal = Journal.create(tmp_path, plan, clock=lambda: NOW)
    journal.record(released([(0, ID, release(outcome, "asked for by Bo"))]))
    journal.close()
    line = json.loads(journal.path.read_text(encoding="utf-8").splitlines()[-1])
    (told,) = line["released"]
    assert (told["id"], told["place"], told["code"]) == (str(ID), 0, "RELEASED")
    assert told["why"].startswith("asked for by Bo")
    read = replay(journal.path)
    assert read.plan == plan
    assert read.rows.tally == {State.ENTERED: 2}
    assert not read.finished
