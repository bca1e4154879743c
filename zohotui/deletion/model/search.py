"""Which rows a filter lets through, in which order they stand, and which one holds a text."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from zohotui.deletion.model.outcome import Outcome, State, is_surprise
from zohotui.deletion.model.rows import Rows


@dataclass(frozen=True, slots=True)
class Because:
    """The rows in one state for one reason."""

    state: State
    code: str

    def __str__(self) -> str:
        return f"{self.state} {self.code}"

    @property
    def brief(self) -> str:
        """The reason in a few words."""
        return Outcome(self.state, self.code).brief


Shown = State | Because | Literal["not as reviewed"]
"""What a filter lets through: one state, one reason of it, or whatever fared otherwise than its
review said."""

UNEXPECTED: Final = "not as reviewed"


def fits(rows: Rows, place: int, shown: Shown) -> bool:
    """Whether the id at this place is among those to be shown."""
    return _fits(rows.outcome(place), shown)


def _fits(outcome: Outcome, shown: Shown) -> bool:
    if isinstance(shown, Because):
        return (outcome.state, outcome.code) == (shown.state, shown.code)
    return is_surprise(outcome) if shown == UNEXPECTED else outcome.state is shown


def matching(rows: Rows, shown: Shown) -> Iterable[int]:
    """Return the places of those to be shown, in order."""
    if isinstance(shown, State):
        return rows.places({shown})
    return rows.any_like(lambda outcome: _fits(outcome, shown))


def choices(rows: Rows, *, predicted: bool) -> list[tuple[Shown | None, int]]:
    """Return what can be filtered by, each with how many rows it lets through; None: all.

    The states in their order, the reasons of each below it where there are several or a state's
    own name does not tell it. `predicted`: whether a review said how they would fare.
    """
    found: list[tuple[Shown | None, int]] = []
    outcomes = rows.outcomes
    for state, number in rows.tally.items():
        found.append((state, number))
        reasons: dict[str, int] = {}
        for outcome, few in outcomes.items():
            if outcome.state is state and outcome.code and few:
                reasons[outcome.code] = reasons.get(outcome.code, 0) + few
        if len(reasons) > 1 or 0 < sum(reasons.values()) < number:
            most_first = sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
            found += [(Because(state, code), few) for code, few in most_first]
    surprises = len(rows.any_like(is_surprise)) if predicted else 0
    if surprises:
        found.append((UNEXPECTED, surprises))
    return [*found, (None, len(rows))]


def told(rows: Rows, shown: Shown) -> str:
    """Say what a filter lets through."""
    if isinstance(shown, Because):
        return f"{rows.word(shown.state)}: {shown.brief}"
    return rows.word(shown) if isinstance(shown, State) else shown


def in_order(
    size: int, key: Callable[[int], str | int | tuple[object, ...]], *, reverse: bool
) -> array[int]:
    """Return the places of that many rows sorted by a key; alike ones stay in order."""
    return array("I", sorted(range(size), key=key, reverse=reverse))


def find_all(
    rows: Rows, wanted: str, *, named: Callable[[int], str] | None = None
) -> Sequence[int]:
    """Return the places of all rows that hold a text, in order.

    Looked for in the id, the state, the code, the message and the name that `named` tells of
    a place, without regard to case.
    """
    wanted = wanted.lower()
    telling = set(rows.any_like(lambda outcome: wanted in _words(rows, outcome)))
    digits = wanted.isdigit()

    def held(place: int) -> bool:
        if place in telling or (digits and wanted in str(rows.ids[place])):
            return True
        return named is not None and wanted in named(place).lower()

    return array("I", filter(held, range(len(rows))))


def _words(rows: Rows, outcome: Outcome) -> str:
    return f"{rows.word(outcome.state)} {outcome.code} {outcome.message}".lower()


def step(found: Sequence[int], index: int, direction: int) -> int:
    """Return which of some indices, in order, comes next behind one, or before it, round the end.

    Returns its number among them; there must be at least one.
    """
    at = bisect_left(found, index)
    if direction > 0:
        at += at < len(found) and found[at] == index
        return at % len(found)
    return (at - 1) % len(found)
