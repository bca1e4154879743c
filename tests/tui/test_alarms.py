"""A run that pauses itself is told to the end, whether or not more is to be sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.deletion.test_undo import on_restore
from tests.deletion.undo_support import undo, verify
from tests.tui.lists import at_rest, enter, leads, words
from tests.tui.practice import practice
from tests.world.plans import options, plan_of
from tests.world.world import Steered, Told, World
from zohotui.deletion.journal.receipt import write_receipt
from zohotui.deletion.journal.replay import read_journal
from zohotui.deletion.journal.writer import Journal, JournalError
from zohotui.deletion.last_words import End, end_code, exit_code, last_words
from zohotui.deletion.look_back import EarlierRun
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.rows import Rows
from zohotui.sandbox import Fault, FaultKind
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.words.run import alarm_of, shout_of

FOREIGN = Fault(kind=FaultKind.EXTRA_ITEM)
REFUSED = Fault(kind=FaultKind.FLAT_ERROR, status=403, code="NO_PERMISSION", message="no")
LOST = Fault(kind=FaultKind.RESET_AFTER, times=2)


def watch(world: World, told: Told) -> ShownRun:
    """Follow a run's events as the screen does."""
    watched = ShownRun(told.plan, world.clock, read_from=told.journal)
    for event in told.events:
        watched.follow(event)
    return watched


def told_to_the_end(world: World, told: Told, why: str, *, on_disk: bool = True) -> None:
    """Look for an alarm wherever it must be told, in this session and in a later one."""
    runs = [watch(world, told)]
    if on_disk:
        lines = map(json.loads, told.journal.read_bytes().splitlines())
        assert any(why in line.get("braked", "") for line in lines)
        assert why in write_receipt(told.journal, world.clock()).read_text()
        runs.append(ShownRun.of(EarlierRun(read_journal(told.journal), ""), world.clock))
    for watched in runs:
        assert why in alarm_of(watched.run)
        assert why in shout_of(watched.run)
        end = watched.end
        assert end_code([end]) == 1
        line = last_words(end.plan, end.rows, told.journal, end.alarm)
        assert why in line
        assert "\n" not in line


@pytest.mark.parametrize("more", [0, 1, 6])
@pytest.mark.parametrize("last", [False, True])
def test_ids_that_were_never_sent_are_told_wherever_they_come(
    world: World, more: int, *, last: bool
) -> None:
    """In the answer to the only request, the first, or the last."""
    requests = 1 + -(-more // 3)
    world.sandbox.faults.add(replace(FOREIGN, skip=requests - 1 if last else 0))
    plan = plan_of(world.leads(1 + more), options=options(3))
    told = world.carry_out(plan, and_look_up=True)
    assert told.states == {"verified": 1 + more}
    assert exit_code([(told.plan, told.rows)]) == 0
    told_to_the_end(world, told, "ids that were never sent: 410405000009999001")


@pytest.mark.parametrize(
    ("fault", "more", "why"),
    [
        (REFUSED, 0, "NO_PERMISSION"),
        (REFUSED, 3, "NO_PERMISSION"),
        (replace(REFUSED, skip=1), 3, "NO_PERMISSION"),
        (replace(LOST, skip=1), 6, "2 answers in a row were lost"),
    ],
)
def test_other_brakes_are_told_where_nobody_went_on(
    world: World, fault: Fault, more: int, why: str
) -> None:
    world.sandbox.faults.add(fault)
    plan = plan_of(world.leads(1 + more), options=options(3))
    told = world.carry_out(plan, control=Steered(resumes=0), and_look_up=True)
    told_to_the_end(world, told, why)


def test_a_batch_of_which_most_was_refused_is_told_even_if_it_is_the_last(world: World) -> None:
    (first,), away = world.leads(1), world.leads(12)
    for record in away:
        world.sandbox.org.bin("Leads", str(record), at=world.clock() - 86_400)
    told = world.carry_out(plan_of([first, *away]), and_look_up=True)
    assert told.states == {"verified": 1, "gone": 12}
    told_to_the_end(world, told, "12 of the 12 records of batch 2 were refused")


def test_another_org_is_told(world: World) -> None:
    world.sandbox.org.zgid = "700000002"
    told = world.carry_out(plan_of(world.leads(1)))
    told_to_the_end(world, told, "This sign-in opens Acme Ltd (org 700000002)")


@pytest.mark.parametrize("word", ["landed", "finished"])
@pytest.mark.parametrize("more", [0, 2])
def test_a_disk_that_is_full_at_the_end_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch, word: str, more: int
) -> None:
    plan, write = plan_of(world.leads(1 + more)), Journal._write
    last = f'"{word}":{1 + bool(more)}' if word == "landed" else '"finished":'

    def full(journal: Journal, pieces: Iterable[bytes]) -> None:
        (line,) = pieces
        if last.encode() in line or b'"braked"' in line:
            raise JournalError("The journal cannot be written: No space left on device.")
        write(journal, [line])

    journal = Journal.create
    monkeypatch.setattr(Journal, "create", _then(journal, monkeypatch, full))
    told = world.carry_out(plan)
    assert told.states == {"deleted": 1 + more}
    told_to_the_end(world, told, "No space left on device", on_disk=False)


def _then(
    create: Callable[..., Journal], patch: pytest.MonkeyPatch, write: Callable[..., None]
) -> Callable[..., Journal]:
    def created(*given: Any, **more: Any) -> Journal:
        journal = create(*given, **more)
        patch.setattr(Journal, "_write", write)
        return journal

    return created


def test_a_brake_from_which_somebody_went_on_is_settled_by_what_became_of_the_ids(
    world: World,
) -> None:
    world.sandbox.faults.add(replace(REFUSED, skip=1))
    told = world.carry_out(plan_of(world.leads(7), options=options(3)))
    assert told.states == {"deleted": 4, "failed": 3}
    for watched in (
        watch(world, told),
        ShownRun.of(EarlierRun(read_journal(told.journal), ""), world.clock),
    ):
        assert alarm_of(watched.run) == ""
        assert end_code([watched.end]) == 1


@pytest.mark.parametrize("lasts", [False, True])
def test_a_retry_answers_a_brake_but_no_alarm(*, lasts: bool) -> None:
    plan, other = plan_of([1, 2]), plan_of([3])
    failed, away = Rows(plan.ids), Rows(plan.ids)
    failed.set_all(0, 2, Outcome(State.FAILED, "NO_PERMISSION"))
    away.set_all(0, 2, Outcome(State.VERIFIED, "IN_BIN"))
    third = Rows(other.ids)
    third.set_all(0, 1, Outcome(State.VERIFIED, "IN_BIN"))
    first = End(plan, failed, "Zoho refused it.", lasts=lasts)
    assert end_code([first, End(other, third)]) == 1
    assert end_code([first, End(plan, away)]) == int(lasts)
    assert end_code([End(plan, away), first]) == 1


def test_an_alarm_of_an_undo_is_told_even_if_it_is_in_the_last_answer(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(3)))
    verify(world, told)
    world.sandbox.faults.add(on_restore(FaultKind.EXTRA_ITEM))
    later = undo(world, told)
    assert later.states == {"restored": 3}
    told_to_the_end(world, later, "never asked to restore: 410405000009999001")


def test_what_lay_in_the_bin_before_is_shouted_and_no_success(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(2)))
    record = str(told.plan.ids[1])
    world.sandbox.org.restore(record)
    world.sandbox.org.bin("Leads", record, at=world.clock() - 3_600)
    watched = watch(world, verify(world, told))
    assert "1 record was in the Recycle Bin BEFORE this run asked for it." in shout_of(watched.run)
    assert end_code([watched.end]) == 1


def test_the_screen_went_before_the_alarm_came(world: World) -> None:
    """The journal has seen more than the screen."""
    world.sandbox.faults.add(FOREIGN)
    told = world.carry_out(plan_of(world.leads(1)))
    watched = ShownRun(told.plan, world.clock, read_from=told.journal)
    watched.follow(told.events[0])
    assert "never sent" in watched.end.alarm
    assert end_code([watched.end]) == 1


async def test_the_alarm_of_the_only_answer_stays_on_the_screen(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids = leads(stage, 1)
        await enter(stage, ids)
        stage.sandbox.faults.add(FOREIGN)
        await stage.delete("delete 1 Leads")
        await at_rest(stage)
        assert stage.runs[-1].rows.count(State.VERIFIED) == 1
        said = "ids that were never sent: 410405000009999001"
        stage.forget_told()
        await stage.pilot.pause()
        assert said in words(stage)
        await stage.pilot.press("down", "f", "escape")
        assert said in words(stage)
        assert end_code([stage.runs[-1].end]) == 1
