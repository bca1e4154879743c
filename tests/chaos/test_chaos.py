"""A few kills, and proof that the books would not be fooled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos.books import Books, Figures, judge
from tests.chaos.chaos import PATIENCE, SCALE, Run, chaos
from tests.world.plans import options, plan_of
from tests.world.world import Told, World
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.run_state import RunState
from zohotui.sandbox import Fault, FaultKind, serve


def test_a_few_kills_lose_nothing_and_send_nothing_twice(tmp_path: Path) -> None:
    figures = chaos(3, 1, tmp_path, most=3, at_once=2)
    assert figures.sound, figures
    assert figures.runs > figures.by_value > 0
    assert figures.ids


@pytest.mark.parametrize("at", [0.0, 0.5, 1.0])
def test_a_life_dies_in_the_middle_of_the_line_that_it_is_told(tmp_path: Path, at: float) -> None:
    run = Run(tmp_path, "torn", SCALE)
    with serve(run._sandbox) as url:
        assert run._pass(replace(run._life, url=url, tear_line=4, tear_at=at), PATIENCE)
    run._count_kill()
    assert run.figures.torn == (0.0 < at < 1.0)


def finished(world: World) -> Told:
    """Carry out a run with a batch that is turned away, one whose answer is lost, a locked one."""
    ids = world.leads(10)
    world.sandbox.org.lock("Leads", str(ids[-1]))
    world.sandbox.faults.add(
        Fault(kind=FaultKind.TOO_MANY_REQUESTS, skip=1), Fault(kind=FaultKind.RESET_AFTER, skip=2)
    )
    return world.carry_out(plan_of(ids, options=options(3)), and_look_up=True)


def held_to(world: World, told: Told) -> tuple[Books, RunState]:
    return Books.of(world.sandbox, told.plan), replay(told.journal)


def judged(told: Told, books: Books, read: RunState | None, *, ended: bool = True) -> Figures:
    return judge(told.plan, read, books, ended=ended)


def test_the_books_agree_with_a_run_that_ended_well(world: World) -> None:
    told = finished(world)
    books, read = held_to(world, told)
    assert judged(told, books, read).sound
    assert judged(told, books, read, ended=False).sound


@pytest.mark.parametrize("gone", [True, False])
def test_a_false_word_about_an_id_is_seen(world: World, gone: bool) -> None:
    told = finished(world)
    books, read = held_to(world, told)
    deleted, locked = told.plan.ids[0], told.plan.ids[-1]
    if gone:
        books = replace(books, deleted=books.deleted | {locked}, there=books.there - {locked})
    else:
        books = replace(books, deleted=books.deleted - {deleted}, there=books.there | {deleted})
    found = judged(told, books, read)
    assert len(found.lost) == 1
    assert str(locked if gone else deleted) in found.lost[0]
    assert not judged(told, books, read, ended=False).sound


def test_a_batch_that_is_sent_again_after_an_unsettled_answer_is_seen(world: World) -> None:
    told = finished(world)
    books, read = held_to(world, told)
    away, again, *_ = books.changes[1:]
    assert (away.status, again.status) == (429, 200)
    assert away.query == again.query
    found = judged(told, replace(books, changes=[*books.changes, again]), read)
    assert len(found.twice) == 3
    unsettled = [replace(one, status=503) if one is away else one for one in books.changes]
    assert len(judged(told, replace(books, changes=unsettled), read).twice) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "/crm/v2/Contacts"},
        {"method": "PUT"},
        {"query": "ids=554023000000999999&wf_trigger=true", "status": 429},
    ],
)
def test_a_request_outside_the_plan_is_seen(world: World, changes: dict[str, object]) -> None:
    told = finished(world)
    books, read = held_to(world, told)
    stray = replace(books.changes[-1], **changes)  # type: ignore[arg-type]
    assert len(judged(told, replace(books, changes=[stray]), read).outside) == 1


def test_a_deletion_outside_the_plan_is_seen(world: World) -> None:
    told = finished(world)
    books, read = held_to(world, told)
    books = replace(books, deleted=books.deleted | {554023000000999999})
    assert len(judged(told, books, read).outside) == 1


def test_a_journal_that_forgot_its_last_lines_is_seen(world: World) -> None:
    told = finished(world)
    whole = told.journal.read_bytes().splitlines(keepends=True)
    places = [place for place, line in enumerate(whole) if line.startswith(b'{"sending":4')]
    told.journal.write_bytes(b"".join(whole[: places[0]]))
    books, read = held_to(world, told)
    assert len(judged(told, books, read, ended=False).lost) == 3
    assert judged(told, books, read).wrong == ["the run never came to its end"]
    assert len(judged(told, books, None, ended=False).lost) == 10


def test_an_id_that_is_still_unknown_at_the_end_is_seen(world: World) -> None:
    told = finished(world)
    whole = told.journal.read_bytes().splitlines(keepends=True)
    while not whole.pop().startswith(b'{"resolved"'):
        pass
    told.journal.write_bytes(b"".join(whole))
    books, read = held_to(world, told)
    assert judged(told, books, read, ended=False).sound
    assert len(judged(told, books, read).lost) == 9
    assert sum("unknown" in line for line in judged(told, books, read).lost) == 3


def test_an_id_that_is_not_verified_at_the_end_is_seen(world: World) -> None:
    told = finished(world)
    whole = told.journal.read_bytes().splitlines(keepends=True)
    assert whole[-1].startswith(b'{"verified"')
    told.journal.write_bytes(b"".join(whole[:-1]))
    books, read = held_to(world, told)
    assert judged(told, books, read, ended=False).sound
    assert len(judged(told, books, read).lost) == read.rows.count(State.DELETED) > 0
