"""A hand that makes mistakes on the screen, and an eye that reads what it says to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from textual.widgets import Log

from tests.tui.practice import NOON, Stage, practice
from zohotui.sandbox import Sandbox
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.phase import Phase

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Seen:
    """How a mistake ended."""

    words: str
    """All that the screen said."""
    wrong: frozenset[str] = frozenset()
    """Ids that Zoho deleted, and nobody wanted that."""


Play = Callable[[Path], Awaitable[Seen]]
"""Makes mistakes in an app of its own."""

Turn = Callable[[Stage], Awaitable[Seen]]
"""Makes mistakes at an app with Leads chosen, where others had their turn; begins no run."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake; `answer` is what the admin reads then, to the letter."""

    made: str
    answer: str
    play: Play | None = None
    turn: Turn | None = None


class Clock:
    """A wall clock that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def at_work(
    home: Path, *, module: str = "Leads", profile: dict[str, Any] | None = None, **given: Any
) -> AsyncIterator[Stage]:
    """Open the practice org on a module, with some settings of its profile."""
    given.setdefault("sandbox", Sandbox(clock=lambda: NOON))
    async with practice(home, **given) as stage:
        account = stage.org.account
        assert account is not None
        stage.org.account = replace(account, profile=replace(account.profile, **(profile or {})))
        if module:
            await stage.choose(module)
        yield stage


async def clear_up(stage: Stage) -> None:
    """Leave the app as the next one expects it."""
    await stage.resize((80, 24))
    await stage.go_to_list()
    await until_idle(stage)
    await stage.pilot.press("ctrl+n", "y")
    entry = stage.main.entry
    await stage.until(
        lambda: stage.no_dialog() and not len(entry.ids.ids) and not entry.ids.rejected_count
    )
    stage.forget_told()


def leads(stage: Stage, count: int, **fields: Any) -> list[str]:
    """Make leads of which the review finds nothing to say."""
    ids = stage.sandbox.org.add_records("Leads", count)
    for record_id in ids if fields else ():
        stage.sandbox.org.change_fields("Leads", record_id, **fields)
    return ids


def words(stage: Stage) -> str:
    """Everything that the screen says now, and what it has said above itself."""
    said = list(stage.told)
    for log in stage.app.screen.query(Log):
        said += log.lines
    return " ".join(" ".join((stage.text(), *said)).split())


async def until_said(stage: Stage, sentence: str) -> None:
    """Wait until the screen says it."""
    await stage.until(lambda: sentence in words(stage))


async def press(stage: Stage, keys: Iterable[str], sentence: str) -> str:
    """Press keys and wait for a sentence; return all that is said then."""
    await stage.pilot.press(*keys)
    await until_said(stage, sentence)
    return words(stage)


def ended(stage: Stage, said: str = "", *, meant: Iterable[str] = ()) -> Seen:
    """Say how it ended, and what is away that nobody meant."""
    gone = {one.record_id for one in stage.sandbox.ledger.deletions}
    return Seen(said or words(stage), frozenset(gone) - frozenset(meant))


async def reviewed(stage: Stage, ids: Iterable[str], sentence: str = "Read:") -> str:
    """Enter a list and look at it."""
    await stage.enter("\n".join(ids))
    return await press(stage, ["v"], sentence)


async def show_first(stage: Stage, state: str) -> str:
    """Show the rows of one state, and read what is said of the first."""
    await stage.show_only(state)
    assert stage.filter() == state
    await stage.pilot.pause()
    return words(stage)


async def until_idle(stage: Stage) -> None:
    await stage.until(lambda: stage.phase is Phase.IDLE)


async def asked(stage: Stage, ids: Iterable[str]) -> DeleteQuestion:
    """Enter a list and open the confirmation."""
    await stage.enter("\n".join(ids))
    return await stage.ask()
