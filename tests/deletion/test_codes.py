"""What each code means for each question that is asked of an outcome, over all states and codes."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from tests.rows import each_row
from tests.source import FILES, PACKAGE, nodes
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.outcome import (
    Outcome,
    State,
    differs,
    is_alarming,
    is_left_over,
    is_lost,
    is_never_released,
    is_open,
    is_retried,
    is_surely_away,
    is_surprise,
    is_uncompared,
    is_unproven,
    maybe_back,
    was_asked_back,
)
from zohotui.deletion.model.rows import Rows
from zohotui.tui.words.run import astray
from zohotui.zoho.advice import advice, advised_codes

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
    "was its answer lost?": {OTHERS: frozenset({U}), "STILL_THERE": ALL},
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
    "is it never released?": {
        OTHERS: NONE,
        **dict.fromkeys(("WRONG_MODULE", "OTHER_ORG", "KEPT", "KEEP_UNCLEAR"), ALL),
    },
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
        "KEPT": NONE,
        "MISSING": NONE,
        "ALREADY_BINNED": NONE,
    },
}
"""For each question the states in which an outcome with a code is answered with yes."""


def is_shouted_of(outcome: Outcome) -> bool:
    rows = Rows([1])
    rows.set(0, [outcome])
    return bool(astray(rows))


QUESTIONS: Mapping[str, Callable[[Outcome], bool]] = {
    "may an undo have brought it back?": maybe_back,
    "has an undo asked for it?": was_asked_back,
    "is it a surprise?": is_surprise,
    "is it shouted of?": is_shouted_of,
    "may looking it up tell more?": is_open,
    "was its answer lost?": is_lost,
    "may verifying tell more?": is_unproven,
    "is it to be compared?": is_uncompared,
    "does it differ?": differs,
    "does a retry take it?": is_retried,
    "is it never released?": is_never_released,
    "is it surely away?": is_surely_away,
    "is it an alarm?": is_alarming,
    "is it left over?": is_left_over,
}

CODES = sorted({*Code, *advised_codes(), "BRAND_NEW", ""})


@each_row("question", TABLE)
def test_a_code_means_in_every_state_what_the_table_says(question: str) -> None:
    table, asks = TABLE[question], QUESTIONS[question]
    answers = {code: {s for s in State if asks(Outcome(s, code))} for code in CODES}
    assert answers == {code: table.get(code, table[OTHERS]) for code in CODES}


@each_row("state", State)
def test_a_damaged_id_is_not_looked_up_unless_its_request_was_lost(state: State) -> None:
    for words in (("in Wrong Format", None, ""), ("", 400, '{"message": "wrong format"}')):
        assert is_open(Outcome(state, "INVALID_DATA", *words)) is (state is State.UNKNOWN)
        still_there = Outcome(state, "STILL_THERE", *words)
        assert is_open(still_there) is (state in OPEN)


def test_a_code_is_the_text_of_its_name() -> None:
    """So it is written to a journal, and told apart from what is read of one, as any text is."""
    for code in Code:
        assert code == code.name
        assert f"{code}" == code.name
        assert json.dumps({"code": code}) == f'{{"code": "{code.name}"}}'
        assert Outcome(State.FAILED, code) == Outcome(State.FAILED, code.name)
        assert len({Outcome(State.FAILED, code), Outcome(State.FAILED, code.name)}) == 1


@each_row("code", Code)
def test_the_words_of_our_codes_are_sentences(code: Code) -> None:
    for sentence in (code.advice.meaning, code.advice.remedy):
        assert sentence.endswith(".")
        assert sentence.isprintable()
        assert 20 < len(sentence) < 300


def test_our_codes_and_those_of_zoho_have_their_words_in_one_place_each() -> None:
    assert not set(Code) & advised_codes()


@each_row("state", State)
def test_the_words_of_an_outcome_are_those_of_its_code_unless_its_state_tells_more(
    state: State,
) -> None:
    for code in Code:
        words = code.advice
        if state is State.UNKNOWN and code != "CONTRADICTION":
            words = Code.NO_ANSWER.advice
        if state is State.GONE:
            words = Code.GONE.advice
        assert Outcome(state, code).advice == words


def test_the_words_of_zohos_codes_are_told_where_its_answer_counts() -> None:
    locked = Outcome(State.FAILED, "RECORD_LOCKED", "", 200, "record_locking")
    assert locked.advice == advice("RECORD_LOCKED", "", "record_locking")
    assert Outcome(State.UNKNOWN, "INTERNAL_ERROR").advice == advice("INTERNAL_ERROR")
    for code in advised_codes() - {"INTERNAL_ERROR"}:
        assert Outcome(State.UNKNOWN, code).advice == Code.NO_ANSWER.advice
    assert "restored" in Outcome(State.RESTORED, "SUCCESS").advice.meaning
    assert "deleted" in Outcome(State.DELETED, "SUCCESS").advice.meaning
    assert "no reason found" in Outcome(State.READY).advice.meaning


def test_where_the_fate_is_unknown_nobody_is_told_to_delete_again() -> None:
    for code in ("NO_ANSWER", "CONTRADICTION", "JOURNAL_CUT_SHORT", "INTERNAL_ERROR"):
        remedy = Outcome(State.UNKNOWN, code).advice.remedy
        assert "zohotui looks it up" in remedy
        assert "then retry" not in remedy


TABLE_OF_CODES = "deletion/model/codes.py"
COINED_BELOW = {
    "CONTRADICTION": "zoho/answers.py",
    "FOREIGN_ROWS": "zoho/found.py",
    "UNREADABLE_IDS": "zoho/found.py",
    "ROWS_TWICE": "zoho/found.py",
    "NOT_ALL_ROWS": "zoho/found.py",
}
"""Codes of what an answer is found to be as it is read, below the table."""

WORDS_ON_SCREEN = {("RESTORING", "tui/keys/phase.py")}
"""What is written like a code and is none."""


def _nodes(words: Iterable[str]) -> Iterator[tuple[str, ast.AST]]:
    """Yield each node of the files that hold one of these words, with the name of its file."""
    held = re.compile("|".join(words))
    for file in FILES:
        if held.search(file.read_text(encoding="utf-8")):
            name = file.relative_to(PACKAGE).as_posix()
            for node in nodes(file):
                yield name, node


def test_each_of_our_codes_is_written_once() -> None:
    written = [
        (node.value, name)
        for name, node in _nodes(rf"\b{code}\b" for code in Code)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value in Code.__members__
    ]
    once = [(code.value, COINED_BELOW.get(code, TABLE_OF_CODES)) for code in Code]
    assert sorted(set(written) - WORDS_ON_SCREEN) == sorted(once)
    assert len(written) == len(once) + len(WORDS_ON_SCREEN)


def test_what_follows_from_a_code_is_decided_in_one_place() -> None:
    readers = {
        name
        for name, node in _nodes(["Trait", "traits"])
        if isinstance(node, ast.Name | ast.Attribute)
        and getattr(node, "id", getattr(node, "attr", "")) in {"Trait", "traits"}
    }
    # Zoho's own codes have theirs beside the traits themselves.
    assert readers == {TABLE_OF_CODES, "deletion/model/outcome.py", "deletion/model/traits.py"}
