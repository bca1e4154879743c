"""One row and one state for every id, in columns: mostly two bytes a row beside the ids."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby, islice

from zohotui.deletion.model.narrow import wide_enough, zeros
from zohotui.deletion.model.outcome import (
    DONE,
    ENTERED,
    LOST,
    NOT_SENT,
    QUEUED,
    SENDING,
    Outcome,
    State,
    asked_back,
    binned_by_others,
    maybe_back,
)
from zohotui.deletion.model.plan import Plan

_STATES = tuple(State)
_NUMBER = {state: number for number, state in enumerate(_STATES)}


def spans(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield places as (start, count), those together that follow one another."""
    start = end = -1
    for place in places:
        if place != end:
            if end > start:
                yield start, end - start
            start = place
        end = place + 1
    if end > start:
        yield start, end - start


def _count(tally: list[int], states: bytes | bytearray, sign: int) -> None:
    """Add so many ids of these states, or take them away."""
    # A request's ids mostly are in one state.
    if states and states.count(states[0]) == len(states):
        tally[states[0]] += sign * len(states)
        return
    for state in set(states):
        tally[state] += sign * states.count(state)


class Rows:
    """The ids of a list or plan in their order, each with what is known of it.

    Knows at every moment how many ids are in each state. Written by one thread. An array of
    ids is shared, not copied: nobody may change it.
    """

    def __init__(self, ids: Iterable[int] = ()) -> None:
        self.ids = ids if isinstance(ids, array) else array("Q", ids)
        self.of_run = False
        """Whether they are those of a run, in which what was not sent yet waits for its turn."""
        self._states = bytearray(bytes([_NUMBER[State.ENTERED]]) * len(self.ids))
        self._reasons = zeros(len(self.ids))
        """The number of each row's outcome; as wide as all outcomes need."""
        self._outcomes: list[Outcome] = [ENTERED]
        self._numbers: dict[Outcome, int] = {ENTERED: 0}
        self._kinds = bytearray([_NUMBER[State.ENTERED]])
        """The state of each outcome, by its number."""
        self._maybe_back: set[int] = set()
        """Numbers of the outcomes that are maybe_back."""
        self.asked_back = 0
        """How many ids are maybe_back: an undo asked for them, and what came of it is not known."""
        self._tally = [0] * len(_STATES)
        self._tally[_NUMBER[State.ENTERED]] = len(self.ids)

    @classmethod
    def of(cls, plan: Plan) -> Rows:
        """Begin a run: the plan's ids are entered; behind them stands what it leaves out."""
        if plan.restores:
            return cls._away(plan)
        ids = plan.ids
        if plan.left_out:
            ids = array("Q", plan.ids)
            for _, members in plan.left_out:
                ids.extend(members)
        rows, start = cls(ids), len(plan.ids)
        rows.of_run = True
        for outcome, members in plan.left_out:
            rows.set_all(start, len(members), outcome)
            start += len(members)
        return rows

    @classmethod
    def _away(cls, plan: Plan) -> Rows:
        """Begin with records that others have deleted."""
        rows = cls(plan.ids)
        outcomes = [binned_by_others(plan.deletions[one].since) for one in plan.ids]
        rows.set(0, outcomes)
        return rows

    def __len__(self) -> int:
        return len(self.ids)

    def outcome(self, place: int) -> Outcome:
        """Return what happened to the id at this place."""
        return self._outcomes[self._reasons[place]]

    def state(self, place: int) -> State:
        """Return the state of the id at this place."""
        return _STATES[self._states[place]]

    def word(self, state: State) -> str:
        """Return what a state of these rows is called on every screen and in an export."""
        return QUEUED if self.of_run and state is State.ENTERED else state.value

    def alike(self) -> Iterator[tuple[int, int, Outcome]]:
        """Yield the rows in their order as spans of one outcome: start, how many, and which."""
        start = 0
        for number, same in groupby(self._reasons):
            count = sum(1 for _ in same)
            yield start, count, self._outcomes[number]
            start += count

    def set(self, start: int, outcomes: Sequence[Outcome]) -> None:
        """Give the ids from `start` on these outcomes, in their order."""
        if not outcomes:
            return
        first = outcomes[0]
        if outcomes.count(first) == len(outcomes):
            # Most batches fare alike.
            self.set_all(start, len(outcomes), first)
            return
        numbers = [self._number(first)] * len(outcomes)
        for place, one in enumerate(outcomes):
            # Of the others most are the same object, and an outcome takes long to hash.
            if one is not first:
                numbers[place] = self._number(one)
        states = bytes([self._kinds[number] for number in numbers])
        self._put(start, len(numbers), states, array(self._reasons.typecode, numbers))

    def set_all(self, start: int, count: int, outcome: Outcome) -> None:
        """Give `count` ids from `start` on the same outcome."""
        number = self._number(outcome)
        reasons = array(self._reasons.typecode, [number]) * count
        self._put(start, count, bytes([self._kinds[number]]) * count, reasons)

    def _put(self, start: int, count: int, states: bytes, reasons: array[int]) -> None:
        if not 0 <= start <= start + count <= len(self.ids):
            raise IndexError(f"no {count} rows from {start} on in {len(self.ids)}")
        span = slice(start, start + count)
        _count(self._tally, self._states[span], -1)
        _count(self._tally, states, 1)
        if self._maybe_back:
            self.asked_back -= sum(map(self._maybe_back.__contains__, self._reasons[span]))
            self.asked_back += sum(map(self._maybe_back.__contains__, reasons))
        self._states[span] = states
        self._reasons[span] = reasons

    def _number(self, outcome: Outcome) -> int:
        number = self._numbers.setdefault(outcome, len(self._outcomes))
        if number == len(self._outcomes):
            self._outcomes.append(outcome)
            self._reasons = wide_enough(self._reasons, number)
            self._kinds.append(_NUMBER[outcome.state])
            if maybe_back(outcome):
                self._maybe_back.add(number)
        return number

    def sending(self, start: int, count: int) -> None:
        """Say that the ids from `start` on are in a request that has left."""
        self.set_all(start, count, SENDING)

    def restoring(self, places: Iterable[int]) -> None:
        """Say that the records at these places are asked to be restored."""
        for place in places:
            self.set_all(place, 1, asked_back(self.outcome(place)))

    def set_each(self, places: Sequence[int], outcomes: Sequence[Outcome]) -> None:
        """Give the ids at these places these outcomes, one for each."""
        if len(places) != len(outcomes):
            raise ValueError(f"{len(outcomes)} outcomes for {len(places)} places")
        told = iter(outcomes)
        for start, count in spans(places):
            self.set(start, tuple(islice(told, count)))

    def close(self) -> None:
        """Say that the run is over: what never left is `not sent`, what never landed `unknown`."""
        for state, outcome in ((State.ENTERED, NOT_SENT), (State.SENDING, LOST)):
            for start, count in list(self.spans_of({state})):
                self.set_all(start, count, outcome)

    def unready(self) -> None:
        """Say that what was found ready is to be read again."""
        for start, count in list(self.spans_of({State.READY})):
            self.set_all(start, count, ENTERED)

    def reopen(self) -> None:
        """Say that the run goes on: what never left may leave now."""
        for start, count in list(self.spans_of({State.NOT_SENT})):
            self.set_all(start, count, ENTERED)

    def any_like(self, wanted: Callable[[Outcome], bool]) -> list[int]:
        """Return the places whose outcome is as wanted, in order."""
        numbers = {n for n, outcome in enumerate(self._outcomes) if wanted(outcome)}
        if not numbers:
            return []
        return [place for place, number in enumerate(self._reasons) if number in numbers]

    @property
    def outcomes(self) -> Counter[Outcome]:
        """How many ids have each outcome."""
        numbers = Counter(self._reasons)
        return Counter({self._outcomes[number]: count for number, count in numbers.items()})

    def spans_of(self, states: Iterable[State]) -> Iterator[tuple[int, int]]:
        """Yield the ids in any of these states, in order, as spans: start and how many."""
        numbers = bytes(_NUMBER[state] for state in states)
        if numbers:
            for found in re.compile(b"[%b]+" % re.escape(numbers)).finditer(self._states):
                yield found.start(), found.end() - found.start()

    @property
    def tally(self) -> dict[State, int]:
        """How many ids are in each state; the sum is the number of ids."""
        return {state: count for state, count in zip(_STATES, self._tally, strict=True) if count}

    def count(self, *states: State) -> int:
        """Return how many ids are in any of these states."""
        return sum(self._tally[_NUMBER[state]] for state in states)

    @property
    def all_away(self) -> bool:
        """Whether every id's record is surely away, as was asked for."""
        return self.count(*DONE) == len(self.ids) and not self.asked_back

    def places(self, states: Iterable[State]) -> Iterator[int]:
        """Yield the places of the ids in these states, in order."""
        return chain.from_iterable(
            range(start, start + count) for start, count in self.spans_of(states)
        )
