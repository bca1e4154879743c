"""Lists that are reviewed on a stage: what is read, what the table shows, what lies on the disk."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.widgets import Input

from tests.tui.fingers import PATIENCE
from tests.tui.practice import NOON, Stage
from zohotui.deletion.journal.snapshot import ENDING, read_snapshot
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.rows import Rows
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui.dialogs.release import Release
from zohotui.tui.keys.phase import Phase


@dataclass
class Clock:
    """The session's clock, which stands still unless a test moves it."""

    now: float = NOON

    def __call__(self) -> float:
        """Return seconds since the epoch."""
        return self.now

    def pass_by(self, minutes: float) -> None:
        """Let so much time pass without anything happening."""
        self.now += 60 * minutes


class Gate:
    """Keeps requests waiting that meet a fault of the kind DELAY."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self.reached = threading.Event()

    def __call__(self, _seconds: float) -> None:
        """Stand in for the sandbox's `sleep`."""
        self.reached.set()
        self._open.wait(PATIENCE)

    def open(self) -> None:
        """Let all of them through, now and later."""
        self._open.set()


def hold_reads(sandbox: Sandbox, path: str = "/Leads") -> None:
    """Let reads of records wait for the sandbox's `sleep`."""
    sandbox.faults.add(
        Fault(kind=FaultKind.DELAY, method="GET", path=path, seconds=1.0, times=1_000)
    )


def refuse_reads(sandbox: Sandbox, code: str, status: int = 403, *, skip: int = 0) -> None:
    """Let Zoho refuse to read leads."""
    sandbox.faults.add(
        Fault(
            kind=FaultKind.FLAT_ERROR,
            method="GET",
            path="/Leads",
            status=status,
            code=code,
            message="not allowed",
            times=1_000,
            skip=skip,
        )
    )


def leads(stage: Stage, number: int) -> list[str]:
    """Name so many leads that can be deleted."""
    return stage.sandbox.sample_ids()["Leads"][:number]


async def enter(stage: Stage, ids: Iterable[str], module: str = "Leads") -> None:
    """Choose a module and enter a list."""
    await stage.choose(module)
    await stage.enter("\n".join(ids))


async def look(stage: Stage) -> None:
    """Press v and wait for the end of the review, however it ends."""
    before = stage.main.listed.began
    await stage.pilot.press("v")
    await stage.until(lambda: stage.phase is Phase.IDLE)
    assert stage.main.listed.began is None or before is None or stage.main.listed.began >= before


async def at_rest(stage: Stage) -> None:
    """Wait until nothing is going on and everything that was posted is drawn."""
    await stage.until(lambda: stage.phase is Phase.IDLE)
    await stage.pilot.pause()


async def go_to(stage: Stage, record_id: str) -> None:
    """Put the cursor of the table on a record."""
    rows = stage.pane.rows
    stage.pane.table.go_to(list(rows.ids).index(int(record_id)))
    await stage.pilot.pause()


async def release(stage: Stage, record_id: str, reason: str) -> None:
    """Release one held record with R."""
    await go_to(stage, record_id)
    await stage.pilot.press("R")
    await stage.until(lambda: isinstance(stage.app.screen, Release))
    stage.app.screen.query_one(Input).value = reason
    await stage.pilot.press("enter")
    await stage.until(stage.no_dialog)


def outcome(stage: Stage, record_id: str) -> str:
    """Say in which state a record is by what is shown, and why."""
    rows = stage.pane.rows
    found = rows.outcome(list(rows.ids).index(int(record_id)))
    return f"{found.state} {found.code}".strip()


def sums(rows: Rows) -> dict[str, int]:
    """Count rows by their states, which add up; what is verified counts as deleted."""
    assert sum(rows.tally.values()) == len(rows)
    counts = Counter[str]()
    for state, number in rows.tally.items():
        counts["deleted" if state is State.VERIFIED else state.value] += number
    return dict(counts)


def tally(stage: Stage) -> dict[str, int]:
    """Count what is shown by its states."""
    return sums(stage.pane.rows)


def adds_up(stage: Stage, **counts: int) -> bool:
    """Whether the line above the table says how many ids are in which state, and the sum."""
    total = sum(counts.values())
    parts = [f"{total} ids =", *(f"{number} {state}" for state, number in counts.items())]
    shown = words(stage).replace("verified", "deleted")
    return all(part in shown for part in parts)


def lines(stage: Stage, number: int = 8) -> list[str]:
    """Give the first lines of the table as they are drawn, its head among them."""
    table = stage.pane.table
    return [table.render_line(y).text for y in range(number)]


def reads(stage: Stage, module: str = "Leads") -> int:
    """Count the requests that have read records of a module."""
    return sum(
        request.method == "GET" and request.path.split("/")[3:4] == [module]
        for request in stage.sandbox.ledger.requests
    )


def deletes(stage: Stage) -> list[str]:
    """Name every id that has been sent in any delete."""
    return [
        record_id
        for request in stage.sandbox.ledger.requests
        if request.method == "DELETE"
        for record_id in request.ids
    ]


def said(stage: Stage, words: str) -> bool:
    """Whether a sentence is shown above the screen."""
    return any(words in one for one in stage.told)


def toasts(stage: Stage) -> str:
    """Give all sentences that are shown above the screen."""
    return "\n".join(one for one in stage.told)


def snapshots(home: Path) -> list[Path]:
    """Name the files of saved copies, whoever they belong to."""
    return sorted((home / "journals").glob(f"*{ENDING}"))


def saved(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Read the head of a snapshot, and the ids of the records in it."""
    head, *records = read_snapshot(path)
    return head, [record["id"] for record in records]


def by_colleague(sandbox: Sandbox, record_id: str, when: str = "2026-11-26T12:03:00+00:00") -> None:
    """Let Bo change a lead at a time."""
    sandbox.org.change_fields(
        "Leads", record_id, Modified_Time=when, Modified_By={"name": "Bo Li", "id": "1"}
    )


async def eventually(happened: Callable[[], Any]) -> None:
    """Wait for what a thread does although the screen is gone."""
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110 - a file tells nobody that it is gone
            await asyncio.sleep(0.01)


def words(stage: Stage) -> str:
    """Give all that the screen's texts say, in one line."""
    return " ".join(stage.text().split())


async def refuses_late(stage: Stage, clock: Clock, minutes: float, why: str) -> None:
    """Open the question about two leads, let time pass, see the sentence refused, and go back."""
    dialog = await stage.ask()
    clock.pass_by(minutes)
    await stage.say("delete 2 Leads")
    await stage.pilot.pause()
    assert stage.app.screen is dialog
    assert why in stage.text(dialog)
    assert not deletes(stage)
    await stage.pilot.press("escape")
    await at_rest(stage)
