"""Limits on the screen: the countdown, what Zoho says of the credits, and how many at once."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from tests.tui.fingers import PATIENCE
from tests.tui.practice import NOON, Stage, hold_deletes, practice
from zohotui.sandbox import Fault, FaultKind, Sandbox, sample_org
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.phase import Phase

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)])


async def begin(stage: Stage, count: int) -> None:
    ids = stage.sandbox.org.add_records("Leads", count)
    await stage.choose("Leads")
    await stage.enter("\n".join(ids))
    await stage.ask()
    await stage.say(f"delete {count} Leads")


async def test_a_wait_counts_down_and_a_stop_ends_it_at_once(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        stage.sandbox.faults.add(Fault(kind=FaultKind.TOO_MANY_REQUESTS, times=1_000))
        await begin(stage, 3)
        await stage.until(lambda: "Next try in 0:0" in stage.text())
        watched = stage.watched
        assert watched is not None
        first = watched.headway.trouble
        await stage.until(lambda: watched.headway.trouble != first)
        await stage.pilot.press("s", "y")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        await stage.until(lambda: "3 ids = 3 not sent" in stage.text())


async def test_plus_and_minus_change_how_many_are_under_way_at_once(tmp_path: Path) -> None:
    gate = Gate()
    sandbox = Sandbox(clock=lambda: NOON, sleep=gate)
    async with practice(tmp_path, sandbox=sandbox, batch_size=2) as stage:
        hold_deletes(sandbox)
        await begin(stage, 31)
        watched = stage.watched
        assert watched is not None
        gate.let(1)
        await stage.until(lambda: watched.in_flight == 3)
        await stage.pilot.press("minus", "minus", "minus")
        assert watched.parallel == 1
        gate.let(2)
        await stage.until(lambda: watched.in_flight == 1)
        await stage.pilot.press(*["plus"] * 12)
        assert watched.parallel == 10
        await stage.until(lambda: watched.in_flight == 10)
        await stage.pilot.press("space")
        await stage.until(lambda: "10 at once (+ -)" in stage.text())
        await stage.pilot.press("s", "y")
        gate.let(1_000)
        await stage.until(lambda: stage.phase is Phase.IDLE)


async def test_a_small_edition_is_not_asked_for_more_than_it_takes(tmp_path: Path) -> None:
    org = sample_org()
    org.edition = "free"
    sandbox = Sandbox(org, clock=lambda: NOON)
    async with practice(tmp_path, sandbox=sandbox, parallel=9) as stage:
        await stage.choose("Leads")
        await stage.enter("\n".join(sandbox.org.add_records("Leads", 300)))
        dialog = await stage.ask()
        assert "100 each, 5 at once" in stage.text(dialog)


@pytest.mark.parametrize(("total", "scarce"), [(2_000, False), (16, True)])
async def test_the_confirmation_says_what_zoho_said_of_the_credits(
    tmp_path: Path, total: int, scarce: bool
) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    async with practice(tmp_path, sandbox=sandbox, batch_size=1) as stage:
        spend(sandbox, total)
        await stage.pilot.press("ctrl+r")
        crm = stage.org.account.crm if stage.org.account else None
        assert crm is not None
        await stage.until(lambda: crm.credits is not None and stage.phase is Phase.IDLE)
        await stage.choose("Leads")
        await stage.enter("\n".join(sandbox.org.add_records("Leads", 12)))
        dialog = await stage.ask()
        assert isinstance(dialog, DeleteQuestion)
        # The answer to the sample tells a newer number.
        told = re.search(r";\s+(only\s+)?\d+\s+API\s+credits\s+left", stage.text(dialog))
        assert told is not None
        assert bool(told[1]) is scarce


def spend(sandbox: Sandbox, total: int) -> None:
    """Let half of the day's credits be gone."""
    sandbox.limits.total = total
    while sandbox.limits.remaining * 2 > total:
        assert sandbox.limits.enter()
        sandbox.limits.leave()


class Gate:
    """Lets waiting requests through one by one."""

    def __init__(self) -> None:
        self._permits = threading.Semaphore(0)

    def __call__(self, _: float) -> None:
        if not self._permits.acquire(timeout=PATIENCE):
            raise AssertionError("nobody let it through")

    def let(self, number: int) -> None:
        self._permits.release(number)
