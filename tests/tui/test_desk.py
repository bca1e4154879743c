"""Who comes first at the desk: activities, what waits for their end, and dialogs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from zohotui.deletion.model.levers import Levers
from zohotui.tui.activity import Activity, ActivityEvent, Post
from zohotui.tui.desk import Desk
from zohotui.tui.keys.phase import Phase
from zohotui.tui.widgets.run_status import Progress


class Errand(Activity):
    """Something that is under way, in a phase that the test chooses."""

    group = "run"

    def __init__(self, phase: Phase = Phase.RUNNING) -> None:
        super().__init__(Levers())
        self.now = phase

    @property
    def phase(self) -> Phase:
        return self.now

    @property
    def progress(self) -> Progress:
        return Progress(0, 0, 0.0, None, "")

    def do(self, post: Post) -> None:
        raise AssertionError("the desk starts no thread itself")

    def follow(self, event: ActivityEvent) -> None:
        raise AssertionError("the desk hands on no events")


@dataclass
class Room:
    """A desk, what it began, and the dialogs that it opened."""

    clear: bool = True
    begun: list[Activity] = field(default_factory=list)
    changes: int = 0
    opened: list[str] = field(default_factory=list)
    answers: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = Desk(
            begin=self.begun.append,
            spawn=self._spawn,
            is_clear=lambda: self.clear,
            changed=self._changed,
        )

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.ensure_future(work))

    def _changed(self) -> None:
        self.changes += 1
        self.desk.look_again()

    def dialog(self, name: str) -> Callable[[], Coroutine[Any, Any, None]]:
        """Make a dialog that stays open until it is answered."""

        async def ask() -> None:
            self.opened.append(name)
            self.clear = False
            self.answers[name] = asyncio.get_running_loop().create_future()
            await self.answers[name]
            self.clear = True

        return ask

    async def settle(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    async def answer(self, name: str) -> None:
        self.answers[name].set_result(None)
        await self.settle()


async def test_one_activity_at_a_time() -> None:
    room, first = Room(), Errand()
    assert room.desk.start(first)
    assert not room.desk.start(Errand())
    assert room.begun == [first]
    assert room.desk.ended(first) is None
    assert room.desk.start(Errand())


async def test_nothing_begins_on_the_way_out() -> None:
    room = Room()
    room.desk.leaving = True
    assert not room.desk.start(Errand())
    assert not room.begun


async def test_the_end_of_another_activity_clears_nothing() -> None:
    room, now = Room(), Errand()
    room.desk.start(now)
    assert room.desk.ended(Errand()) is None
    assert room.desk.activity is now


@pytest.mark.parametrize(("by", "most", "number"), [(1, 10, 2), (-1, 10, 1), (1, 1, 1)])
async def test_as_many_requests_as_the_org_takes_and_one_at_least(
    by: int, most: int, number: int
) -> None:
    room, now = Room(), Errand()
    assert room.desk.change_parallel(by, most) == most
    room.desk.start(now)
    assert room.desk.change_parallel(by, most) == number
    assert now.levers.parallel == number


async def test_only_a_run_is_paused() -> None:
    room, now = Room(), Errand()
    room.desk.start(now)
    room.desk.pause()
    assert not now.levers.paused


async def test_what_may_be_done_now_is_done_now() -> None:
    room, done = Room(), list[str]()
    room.desk.when_free(lambda: done.append("now"))
    assert done == ["now"]


async def test_verification_gives_way_and_what_waits_comes_right_behind_it() -> None:
    room, reading, done = Room(), Errand(Phase.VERIFYING), list[str]()
    room.desk.start(reading)
    room.desk.when_free(lambda: done.append("next"))
    assert not done
    assert reading.levers.abandoned
    # No key that is typed behind this one gets in between.
    assert room.desk.phase(Phase.IDLE) is Phase.CONFIRMING
    room.desk.when_free(lambda: done.append("another"))
    go_on = room.desk.ended(reading)
    assert go_on is not None
    go_on()
    assert done == ["next"]
    assert room.desk.phase(Phase.IDLE) is Phase.IDLE


@pytest.mark.parametrize("phase", [one for one in Phase if one is not Phase.VERIFYING])
async def test_nothing_else_gives_way(phase: Phase) -> None:
    room, busy, done = Room(), Errand(phase), list[str]()
    room.desk.start(busy)
    room.desk.when_free(lambda: done.append("next"))
    assert not done
    assert not busy.levers.stopped
    assert room.desk.ended(busy) is None


@pytest.mark.parametrize("link", [Phase.CONNECTING, Phase.OFFLINE, Phase.IDLE])
async def test_without_an_activity_the_phase_is_that_of_the_org(link: Phase) -> None:
    room = Room()
    assert room.desk.phase(link) is link
    room.desk.holds = True
    assert room.desk.phase(link) is Phase.CONFIRMING
    room.desk.start(Errand(Phase.REVIEWING))
    assert room.desk.phase(link) is Phase.REVIEWING


@pytest.mark.parametrize("phase", [Phase.RUNNING, Phase.PAUSED, Phase.UNDOING, Phase.READING])
async def test_with_an_activity_the_phase_is_its_own(phase: Phase) -> None:
    room = Room()
    room.desk.start(Errand(phase))
    assert room.desk.phase(Phase.IDLE) is phase


async def test_a_dialog_that_opens_by_itself_waits_for_one_that_is_open() -> None:
    room = Room(clear=False)
    room.desk.ask("sign-in", room.dialog("sign-in"), lambda: True)
    room.desk.ask("unfinished", room.dialog("unfinished"), lambda: True)
    await room.settle()
    assert room.opened == []
    room.clear = True
    room.desk.look_again()
    await room.settle()
    assert room.opened == ["sign-in"]
    await room.answer("sign-in")
    assert room.opened == ["sign-in", "unfinished"]
    await room.answer("unfinished")
    assert room.desk.waiting == []


async def test_two_that_may_open_at_the_same_moment_do_not_stack() -> None:
    room = Room()
    room.desk.ask("sign-in", room.dialog("sign-in"), lambda: True)
    # It has not been drawn yet: nothing lies on top.
    room.desk.ask("unfinished", room.dialog("unfinished"), lambda: True)
    await room.settle()
    assert room.opened == ["sign-in"]


async def test_what_is_not_wanted_any_more_is_dropped() -> None:
    room = Room(clear=False)
    wanted = True
    room.desk.ask("sign-in", room.dialog("sign-in"), lambda: wanted)
    wanted, room.clear = False, True
    room.desk.look_again()
    await room.settle()
    assert room.opened == []
    assert room.desk.waiting == []


async def test_what_has_to_wait_for_its_moment_stays() -> None:
    room = Room()
    idle = False
    room.desk.ask("unfinished", room.dialog("unfinished"), lambda: True, lambda: idle)
    await room.settle()
    assert room.opened == []
    assert room.desk.waiting == ["unfinished"]
    idle = True
    room.desk.look_again()
    await room.settle()
    assert room.opened == ["unfinished"]


async def test_of_one_name_only_the_newest_is_asked() -> None:
    room = Room(clear=False)
    room.desk.ask("unfinished", room.dialog("old"), lambda: True)
    room.desk.ask("unfinished", room.dialog("new"), lambda: True)
    room.clear = True
    room.desk.look_again()
    await room.settle()
    assert room.opened == ["new"]
    await room.answer("new")
    assert room.opened == ["new"]


async def test_of_two_keys_in_one_bundle_the_second_opens_nothing() -> None:
    room = Room()
    room.desk.open(room.dialog("export"))
    room.desk.open(room.dialog("history"))
    await room.settle()
    assert room.opened == ["export"]
    await room.answer("export")
    room.desk.open(room.dialog("history"))
    await room.settle()
    assert room.opened == ["export", "history"]


async def test_a_dialog_that_dies_of_a_fault_keeps_nothing_from_opening() -> None:
    room = Room()

    async def dies() -> None:
        raise RuntimeError("broken")

    room.desk.open(dies)
    await room.settle()
    with pytest.raises(RuntimeError):
        await room.tasks[0]
    room.desk.open(room.dialog("next"))
    await room.settle()
    assert room.opened == ["next"]
