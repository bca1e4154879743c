"""What an undo asked for and nobody saw since: looked for, and never blamed on Zoho."""

from __future__ import annotations

from tests.deletion.undo_support import codes, deleted, outcomes, told_truly, undo, verify
from tests.world.world import Told, World
from zohotui.deletion.afterwards.window import LONGEST_DELETE, ZOHO_LAG
from zohotui.deletion.model.events import Waiting


def cut_off(world: World, told: Told, *, reached: bool) -> None:
    """Undo as a process does that dies while its request is under way."""
    later = undo(world, told, close_after=2)
    assert later.kinds == ["Undoing", "Restoring"]
    if reached:
        for record_id in told.plan.ids:
            world.sandbox.org.restore(str(record_id))


def test_what_an_undo_that_was_cut_off_brought_back_is_restored(world: World) -> None:
    told = deleted(world, 3)
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
    assert wait.why == "Zoho may not show the restored records yet."
    assert world.clock.naps == [LONGEST_DELETE + ZOHO_LAG]


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


def test_a_clock_that_was_put_back_since_does_not_make_it_wait_for_ever(world: World) -> None:
    told = deleted(world, 1)
    cut_off(world, told, reached=False)
    world.ahead -= 1_000_000
    assert codes(verify(world, told)) == {"verified IN_BIN": 1}
    assert world.clock.naps
    assert world.clock.naps[-1] <= LONGEST_DELETE + ZOHO_LAG
