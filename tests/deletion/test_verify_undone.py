"""What an undo asked for and nobody saw since: looked for, and never blamed on Zoho."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.deletion.compare_support import saved_and_deleted
from tests.deletion.undo_support import codes, compare, deleted, outcomes, told_truly, undo, verify
from tests.support import Told, World
from zohotui.deletion.afterwards.window import LONGEST_DELETE, ZOHO_LAG
from zohotui.deletion.model.events import Event, Waiting
from zohotui.deletion.model.levers import Control
from zohotui.sandbox import Variants


def cut_off(world: World, told: Told, *, reached: bool) -> None:
    """Undo as a process does that dies while its request is under way."""
    later = undo(world, told, close_after=2)
    assert later.kinds == ["Undoing", "Restoring"]
    if reached:
        for record_id in told.plan.ids:
            world.sandbox.org.restore(str(record_id))


def later_scheduled(tmp_path: Path) -> tuple[World, Told]:
    """Undo a run whose restore Zoho schedules, and stop before it is seen."""
    world = World(tmp_path, Variants(restore_at_once=0, restore_delay=120.0))
    told = deleted(world, 3)

    def stop(event: Event, control: Control) -> None:
        if isinstance(event, Waiting):
            control.stop()

    assert codes(undo(world, told, steer=stop)) == {"deleted SCHEDULED": 3}
    return world, told


@pytest.mark.parametrize("proven", [False, True], ids=["deleted", "verified"])
def test_what_an_undo_that_was_cut_off_brought_back_is_restored(world: World, proven: bool) -> None:
    told = deleted(world, 3)
    if proven:
        verify(world, told)
    cut_off(world, told, reached=True)
    world.clock.now += 600
    later = verify(world, told)
    assert codes(later) == {"restored SEEN_BACK": 3}
    assert {outcome.message for outcome in outcomes(later)} == {"it is in its module again"}
    told_truly(world, later)


def test_what_an_undo_that_was_cut_off_never_reached_is_verified_once_it_must_show(
    world: World,
) -> None:
    told = deleted(world, 3)
    cut_off(world, told, reached=False)
    later = verify(world, told)
    assert codes(later) == {"verified IN_BIN": 3}
    (wait,) = later.of(Waiting)
    assert isinstance(wait, Waiting)
    assert wait.why == "Zoho may not show yet what it has just restored."
    assert world.clock.naps == [LONGEST_DELETE + ZOHO_LAG]


def test_a_request_to_restore_that_is_under_way_still_may_come_true_while_one_waits(
    world: World,
) -> None:
    told = deleted(world, 3)
    cut_off(world, told, reached=False)

    def arrive(event: Event, _: Control) -> None:
        if isinstance(event, Waiting):
            for record_id in told.plan.ids:
                world.sandbox.org.restore(str(record_id))

    assert codes(verify(world, told, steer=arrive)) == {"restored SEEN_BACK": 3}


def test_what_zoho_scheduled_is_restored_once_it_is_back(tmp_path: Path) -> None:
    world, told = later_scheduled(tmp_path)
    world.clock.now += 600
    later = verify(world, told)
    assert codes(later) == {"restored SEEN_BACK": 3}
    told_truly(world, later)


def test_what_zoho_scheduled_and_is_still_in_the_bin_is_not_called_deleted_for_good(
    tmp_path: Path,
) -> None:
    world, told = later_scheduled(tmp_path)
    assert codes(verify(world, told)) == {"deleted SCHEDULED": 3}
    assert not world.clock.naps


@pytest.mark.parametrize("way", ["y", "u"])
def test_what_was_not_back_at_first_is_restored_once_it_is_seen(world: World, way: str) -> None:
    told = saved_and_deleted(world, world.leads(3))
    undo(world, told)
    show = hide_module(world)
    assert codes(compare(world, told)) == {"deleted NOT_BACK": 3}
    show()
    world.clock.now += 600
    later = verify(world, told) if way == "y" else undo(world, told)
    assert codes(later) == {"restored SEEN_BACK": 3}


def hide_module(world: World) -> Callable[[], None]:
    """Answer reads of the module as if it were empty, until what is returned is called."""
    wire = world.wire
    handle = wire.handle_request

    def empty(request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and "/Leads" in request.url.path:
            return httpx.Response(204)
        return handle(request)

    wire.handle_request = empty  # type: ignore[method-assign]

    def show() -> None:
        wire.handle_request = handle  # type: ignore[method-assign]

    return show


def test_what_is_on_its_way_back_is_called_astray_only_once_it_must_show(world: World) -> None:
    told = deleted(world, 1)
    world.clock.now += ZOHO_LAG
    cut_off(world, told, reached=False)
    world.sandbox.org.purge([str(told.plan.ids[0])])
    later = verify(world, told)
    assert codes(later) == {"deleted NOT_IN_BIN": 1}
    assert world.clock.naps == [LONGEST_DELETE + ZOHO_LAG]


def test_what_is_back_already_is_told_without_waiting(world: World) -> None:
    told = deleted(world, 1)
    world.clock.now += ZOHO_LAG
    cut_off(world, told, reached=True)
    assert codes(verify(world, told)) == {"restored SEEN_BACK": 1}
    assert not world.clock.naps
