"""Patient reads: what is final, what ends them, and how the rest is waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import pytest

from tests.deletion.undo_support import codes, deleted, undo
from tests.rows import each_row
from tests.world.clock import Clock
from tests.world.plans import TARGET
from tests.world.wire import Attempt
from tests.world.world import World
from zohotui.deletion.model.events import Event, Waiting
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.reads.org_check import OrgCheck
from zohotui.deletion.reads.reads import Ending, Job, ReadingEnded, Reads, Take, is_final
from zohotui.deletion.reads.reserve import Reserve
from zohotui.deletion.reads.work import Times
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import (
    AnswerLost,
    NotAuthorized,
    NotSent,
    Refused,
    SignInNeeded,
    TokenExpired,
    TooManyRequests,
    ZohoError,
)
from zohotui.zoho.records import Org

Told = list[str]


class Rich:
    """A client of which nothing matters but its credits."""

    def __init__(self, credits: int | None) -> None:
        self.credits = credits


def reads(control: Levers | None = None, parallel: int = 1, **more: object) -> Reads[Event]:
    clock = Clock()
    times = Times(clock, clock, clock.sleep)
    return Reads(control or Levers(), times, parallel, **more)  # type: ignore[arg-type]


def job(
    told: Told, name: str, before: Callable[[], object] = lambda: None, calls: int = 0
) -> Job[Event]:
    def read() -> Take[Event]:
        before()
        return take

    def take() -> Iterator[Event]:
        told.append(name)
        yield from ()

    return Job(read, calls=calls)


def failing(errors: Sequence[ZohoError]) -> Callable[[], str]:
    """Fail so often, then give an answer."""
    left = iter(errors)

    def read() -> str:
        if error := next(left, None):
            raise error
        return "read"

    return read


def one(reading: Reads[Event], read: Callable[[], str]) -> tuple[str, list[Event]]:
    """Read one thing; return it and the events on the way."""
    events: list[Event] = []
    following = reading.one(read)
    while True:
        try:
            events.append(next(following))
        except StopIteration as end:
            return str(end.value), events


@each_row(
    ("error", "final"),
    [
        (Refused("no", code="NO_PERMISSION", status=403), True),
        (NotAuthorized("no"), False),
        (TokenExpired("no"), False),
        (TooManyRequests("no"), False),
        (NotSent("no"), False),
        (SignInNeeded("no"), False),
        (AnswerLost("no"), False),
        (AnswerLost("no", status=400, code="ODD"), True),
        (AnswerLost("no", status=400), False),
        (AnswerLost("no", status=400, code="INTERNAL_ERROR"), False),
        (AnswerLost("no", status=500, code="ODD"), False),
        (AnswerLost("no", status=200, code="ODD"), False),
    ],
)
def test_only_a_no_to_this_very_read_is_final(error: ZohoError, final: bool) -> None:
    assert is_final(error) is final
    if final:
        with pytest.raises(type(error)):
            one(reads(), failing([error]))


def test_what_is_not_final_is_read_again_after_a_wait() -> None:
    errors = [NotSent("Not sent."), TooManyRequests("Too many."), AnswerLost("Lost.")]
    found, events = one(reads(), failing(errors))
    assert found == "read"
    assert [event.why for event in events if isinstance(event, Waiting)] == [
        f"Reading waits. {error.detail}" for error in errors
    ]


@each_row(
    ("error", "way_on", "words"),
    [
        (NotSent("Not sent."), "[resolve] looks again.", "Not sent. [resolve] looks again."),
        (NotSent("Not sent."), "", "Not sent."),
        (SignInNeeded("Gone."), "", "Gone. [sign_in] signs in."),
        (SignInNeeded("Gone."), "[resolve] looks again.", "Gone. [resolve] looks again."),
        (NotAuthorized("Unknown."), "", "Unknown. [sign_in] signs in."),
    ],
)
def test_patience_ends_in_words(error: ZohoError, way_on: str, words: str) -> None:
    with pytest.raises(ReadingEnded) as ended:
        one(reads(ending=Ending(way_on)), failing([error] * 1_000))
    assert str(ended.value) == words


def test_what_is_read_is_let_go_at_once_when_nobody_waits() -> None:
    control, told, hung = Levers(), Told(), threading.Event()

    def hang() -> None:
        control.abandon()
        hung.wait(60)

    with pytest.raises(ReadingEnded, match=r"^$"):
        list(reads(control).run([job(told, "first", hang), job(told, "second")]))
    hung.set()
    assert told == []


@each_row("parallel", [1, 3])
@each_row("pull", [Levers.stop, Levers.abandon])
def test_where_a_stop_ends_it_what_has_left_is_taken_in_and_nothing_else_leaves(
    pull: Callable[[Levers], None], parallel: int
) -> None:
    control, told, left = Levers(), Told(), threading.Barrier(parallel)

    def pulled() -> None:
        left.wait(60)
        pull(control)

    jobs = [job(told, str(number), pulled) for number in range(9)]
    reading = reads(control, parallel, ending=Ending("[undo] goes on.", stop_ends_it=True))
    with pytest.raises(ReadingEnded) as ended:
        list(reading.run(jobs))
    assert sorted(told) == [*map(str, range(parallel))]
    assert str(ended.value) == ("Stopped. [undo] goes on." if pull is Levers.stop else "")


def test_a_stop_does_not_end_what_only_reads() -> None:
    control, told = Levers(), Told()
    control.stop()
    assert list(reads(control).run([job(told, "first")])) == []
    assert told == ["first"]


@each_row(
    ("left", "kept", "under_way", "calls", "reached"),
    [
        (None, 10, 0, 1, False),
        (11, 10, 0, 1, False),
        (10, 10, 0, 1, True),
        (12, 10, 1, 1, False),
        (12, 10, 2, 1, True),
        (15, 10, 0, 5, False),
        (15, 10, 0, 6, True),
        (0, 0, 9, 9, False),
    ],
)
def test_when_the_reserve_is_reached(
    left: int | None, kept: int, under_way: int, calls: int, reached: bool
) -> None:
    reserve = Reserve(cast("ZohoCRM", Rich(left)), kept)
    assert reserve.is_reached(under_way, calls) is reached


def test_the_reserve_ends_it_once_what_has_left_is_in() -> None:
    told, reserve = Told(), Reserve(cast("ZohoCRM", Rich(12)), 10)
    reading = reads(parallel=3, reserve=reserve)
    jobs = [job(told, "free"), *(job(told, str(number), calls=1) for number in range(5))]
    with pytest.raises(ReadingEnded, match="the profile keeps 10 in reserve"):
        list(reading.run(jobs))
    # One of the two credits that are left is for what is under way.
    assert told == ["free", "0"]


@pytest.mark.parametrize("what", ["run", "plan"])
def test_the_org_is_the_one_that_was_confirmed(what: str) -> None:
    check = OrgCheck(TARGET, what)
    assert check.is_named
    same = Org(TARGET.zgid, "Another name", TARGET.environment)
    assert not check.other_org(same)
    other = check.other_org(Org("7", "Rival", TARGET.environment))
    assert other.startswith(f"This sign-in opens Rival (org 7), but the {what} was confirmed for ")


def test_a_stop_in_the_middle_of_reading_back_loses_nothing(world: World) -> None:
    told, control = deleted(world, 100), Levers()

    def stop(attempt: Attempt) -> None:
        if world.wire.restores and attempt.path.endswith("/Leads"):
            control.stop()

    world.wire.on_read = stop
    assert codes(undo(world, told, control=control)) == {"restored SUCCESS": 100}
