"""What each code means for each question that is asked of an outcome, over all states and codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from zohotui.deletion import last_words
from zohotui.deletion.afterwards.compare import _COMPARED, differs
from zohotui.deletion.afterwards.resolve import is_open
from zohotui.deletion.afterwards.verify import is_unproven
from zohotui.deletion.model.outcome import (
    NEVER_RELEASED,
    Outcome,
    State,
    is_surprise,
    maybe_back,
    was_asked_back,
)
from zohotui.tui.astray import _WORDS
from zohotui.tui.screens.past_screen import _NOT_AGAIN, _RETRIED
from zohotui.zoho.advice import advised_codes

E, R, H, M, S, D, G, F, U, N, V, B = State
ALL = frozenset(State)
NONE = frozenset[State]()
AWAY = frozenset({D, V})
OPEN = frozenset({F, U})
ASTRAY = frozenset({G, F, U})
DONE = frozenset({D, G, V})
OTHERS = ""
"""Every code that a table does not name, be it Zoho's or ours."""

States = frozenset[State]

TABLE: Mapping[str, Mapping[str, States]] = {
    "may an undo have brought it back?": {
        OTHERS: NONE,
        "RESTORING": AWAY,
        "SCHEDULED": AWAY,
        "NOT_BACK": AWAY,
    },
    "has an undo asked for it?": {
        OTHERS: NONE,
        "RESTORING": AWAY,
        "SCHEDULED": AWAY,
        "NOT_BACK": AWAY,
        "NOT_RESTORED": AWAY,
    },
    "is it a surprise?": {
        OTHERS: ASTRAY,
        "BINNED_BEFORE": ALL,
        "NOT_IN_BIN": ALL,
        "STILL_THERE_AFTER_SUCCESS": ALL,
    },
    "is it shouted of?": {
        OTHERS: NONE,
        "BINNED_BEFORE": ALL,
        "NOT_IN_BIN": ALL,
        "STILL_THERE_AFTER_SUCCESS": ALL,
        "NOT_BACK": ALL,
    },
    "may looking it up tell more?": {
        OTHERS: frozenset({U}),
        "STILL_THERE": OPEN,
        "INVALID_DATA": OPEN,
    },
    "may verifying tell more?": {
        OTHERS: frozenset({D}),
        "STILL_THERE_AFTER_SUCCESS": ALL,
        "RESTORING": AWAY,
        "SCHEDULED": AWAY,
        "NOT_BACK": AWAY,
    },
    "is it to be compared?": {
        OTHERS: frozenset({B}),
        "AS_SAVED": NONE,
        "DIFFERS": NONE,
        "NO_COPY": NONE,
    },
    "does it differ?": {OTHERS: NONE, "DIFFERS": frozenset({B})},
    "does a retry take it?": {OTHERS: frozenset({F, N}), "STILL_THERE_AFTER_SUCCESS": NONE},
    "is it never released?": {OTHERS: NONE, "WRONG_MODULE": ALL, "OTHER_ORG": ALL},
    "is it surely away?": {
        OTHERS: DONE,
        "BINNED_BEFORE": NONE,
        "RESTORING": frozenset({G}),
        "SCHEDULED": frozenset({G}),
        "NOT_BACK": frozenset({G}),
    },
    "is it an alarm?": {OTHERS: NONE, "BINNED_BEFORE": ALL},
    "is it left over?": {
        OTHERS: ALL - DONE,
        "BINNED_BEFORE": ALL,
        "RESTORING": ALL - {G},
        "SCHEDULED": ALL - {G},
        "NOT_BACK": ALL - {G},
        "TAKEN_OUT": NONE,
        "MISSING": NONE,
        "ALREADY_BINNED": NONE,
    },
}
"""For each question the states in which an outcome with a code is answered with yes."""

QUESTIONS: Mapping[str, Callable[[Outcome], bool]] = {
    "may an undo have brought it back?": maybe_back,
    "has an undo asked for it?": was_asked_back,
    "is it a surprise?": is_surprise,
    "is it shouted of?": lambda one: one.code in _WORDS,
    "may looking it up tell more?": is_open,
    "may verifying tell more?": is_unproven,
    "is it to be compared?": lambda one: one.state is State.RESTORED and one.code not in _COMPARED,
    "does it differ?": differs,
    "does a retry take it?": lambda one: one.state in _RETRIED and one.code not in _NOT_AGAIN,
    "is it never released?": lambda one: one.code in NEVER_RELEASED,
    "is it surely away?": last_words._surely_away,
    "is it an alarm?": last_words._is_alarming,
    "is it left over?": last_words._left_over,
}

CODES = sorted({*advised_codes(), "JOURNAL_CUT_SHORT", "BRAND_NEW", ""})


@pytest.mark.parametrize("question", TABLE)
def test_a_code_means_in_every_state_what_the_table_says(question: str) -> None:
    table, asks = TABLE[question], QUESTIONS[question]
    answers = {code: {s for s in State if asks(Outcome(s, code))} for code in CODES}
    assert answers == {code: table.get(code, table[OTHERS]) for code in CODES}


@pytest.mark.parametrize("state", State)
def test_a_damaged_id_is_not_looked_up_unless_its_request_was_lost(state: State) -> None:
    for words in ({"message": "in Wrong Format"}, {"answer": '{"message": "wrong format"}'}):
        assert is_open(Outcome(state, "INVALID_DATA", **words)) is (state is State.UNKNOWN)
        still_there = Outcome(state, "STILL_THERE", **words)
        assert is_open(still_there) is (state in OPEN)
