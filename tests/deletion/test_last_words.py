"""The line that stays in the scrollback, and the exit code that a script reads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.rows import each_row
from tests.world.plans import TARGET, options, plan_of
from tests.world.world import World
from zohotui.deletion.last_words import End, end_code, exit_code, last_words
from zohotui.deletion.lists.unread import Unread
from zohotui.deletion.lists.values import Values
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Deletion, Plan
from zohotui.deletion.model.rows import Rows
from zohotui.sandbox import Fault, FaultKind


def ended(*states: State, module: str = "Leads") -> tuple[Plan, Rows]:
    plan = plan_of(range(1, len(states) + 1), module)
    rows = Rows(plan.ids)
    rows.set(0, [Outcome(state) for state in states])
    return plan, rows


def test_one_line_names_the_module_every_end_and_the_journal() -> None:
    states = [State.DELETED, State.DELETED, State.GONE, State.FAILED, State.UNKNOWN]
    line = last_words(*ended(*states, State.NOT_SENT), Path("/tmp/x.jsonl"))  # noqa: S108 - a name
    assert line == (
        "Leads: 2 deleted, 1 gone, 1 failed, 1 unknown, 1 not sent · journal /tmp/x.jsonl"
    )


def test_what_is_verified_counts_as_deleted_and_what_is_restored_is_told() -> None:
    states = [State.DELETED, State.VERIFIED, State.VERIFIED, State.RESTORED, State.RESTORED]
    assert last_words(*ended(*states), None).startswith(
        "Leads: 3 deleted, 0 gone, 0 failed, 0 unknown, 0 not sent, 2 restored · "
    )


def test_a_run_without_a_journal_says_so() -> None:
    assert last_words(*ended(State.NOT_SENT), None).endswith(" · no journal was begun")


def test_the_line_of_a_real_run_adds_up(world: World) -> None:
    world.sandbox.faults.add(Fault(kind=FaultKind.RESET_AFTER, skip=1))
    ids = world.leads(8)
    world.sandbox.org.lock("Leads", str(ids[6]))
    told = world.carry_out(plan_of(ids, options=options(3)))
    line = last_words(told.plan, told.rows, told.journal)
    assert line.startswith("Leads: 4 deleted, 0 gone, 1 failed, 3 unknown, 0 not sent · journal ")
    assert exit_code([(told.plan, told.rows)]) == 1


@each_row(
    ("state", "code"),
    [
        (State.DELETED, 0),
        (State.GONE, 0),
        (State.VERIFIED, 0),
        (State.FAILED, 1),
        (State.UNKNOWN, 1),
        (State.NOT_SENT, 1),
        (State.RESTORED, 1),
        (State.ENTERED, 1),
        (State.SENDING, 1),
        (State.HELD, 1),
        (State.MISSING, 1),
        (State.READY, 1),
    ],
)
def test_one_id_that_is_not_away_makes_the_exit_code_one(state: State, code: int) -> None:
    assert exit_code([ended(State.DELETED, state)]) == code


@each_row(
    ("state", "why", "code"),
    [
        (State.HELD, "NOT_EDITABLE", 1),
        (State.HELD, "TAKEN_OUT", 0),
        (State.MISSING, "MISSING", 0),
    ],
)
def test_of_what_a_review_left_out_only_what_was_held_is_left_over(
    state: State, why: str, code: int
) -> None:
    plan, rows = ended(State.DELETED, State.DELETED)
    rows.set(1, [Outcome(state, why)])
    assert exit_code([(plan, rows)]) == code


def test_another_org_makes_no_good_for_this_one() -> None:
    plan, rows = ended(State.DELETED, State.DELETED)
    elsewhere = replace(plan, target=replace(plan.target, zgid="700000009"))
    assert exit_code([ended(State.DELETED, State.UNKNOWN), (elsewhere, rows)]) == 1


def test_no_run_is_no_failure() -> None:
    assert exit_code([]) == 0


def test_a_retry_makes_good_for_its_ids_in_its_module_only() -> None:
    failed = ended(State.DELETED, State.FAILED)
    again = ended(State.DELETED, State.DELETED)
    assert exit_code([failed, again]) == 0
    assert exit_code([failed, ended(State.DELETED, State.DELETED, module="Deals")]) == 1
    assert exit_code([failed, ended(State.DELETED)]) == 1


def by_values(*values: str, state: State = State.DELETED) -> tuple[Plan, Rows]:
    where = Unread(TARGET, "Leads", "Leads", False, options(), "ERP_No")
    plan = where.plan(Values(values), 0.0)
    rows = Rows(plan.ids)
    rows.set(0, [Outcome(state)] * len(values))
    return plan, rows


def test_the_number_of_a_value_is_not_that_of_another_list() -> None:
    failed = by_values("K-1", "K-2", state=State.FAILED)
    assert exit_code([failed, by_values("L-1", "L-2")]) == 1
    assert exit_code([failed, by_values("K-2", "K-1")]) == 0
    alarm = End(*failed, alarm="Look them up.")
    assert end_code([alarm, End(*by_values("K-2", "K-1"))]) == 0
    assert end_code([End(*by_values("K-1"), alarm="Look."), End(*by_values("L-1"))]) == 1


def restoring(*states: State) -> tuple[Plan, Rows]:
    plan, rows = ended(*states)
    return replace(plan, deletions={one: Deletion("bo", "1", 1.0) for one in plan.ids}), rows


def test_what_a_later_run_brings_back_is_not_away() -> None:
    gone = ended(State.VERIFIED, State.VERIFIED)
    assert exit_code([gone, restoring(State.RESTORED)]) == 1
    assert exit_code([gone, restoring(State.RESTORED), gone]) == 0
    assert exit_code([ended(State.VERIFIED, module="Deals"), restoring(State.RESTORED)]) == 0
    assert exit_code([restoring(State.RESTORED), gone]) == 0


def test_what_is_brought_back_at_last_is_not_lacking() -> None:
    lacking = restoring(State.RESTORED, State.DELETED)
    assert exit_code([lacking]) == 1
    assert exit_code([lacking, restoring(State.RESTORED, State.RESTORED)]) == 0
