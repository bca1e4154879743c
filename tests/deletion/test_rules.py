"""Rules on fields: what they hold, and how nonsense is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.guard_support import NOW, RECORD, held
from tests.rows import each_row
from zohotui.deletion.model.outcome import State
from zohotui.deletion.review.rules import Rule, RuleError, parse_rule


@each_row(
    ("rule", "hit"),
    [
        ("Stage = Closed Won", True),
        ("  Stage   =  closed   WON ", True),
        ("Stage = 'Closed Won'", True),
        ('Stage="Closed Won"', True),
        ("Stage = Closed Lost", False),
        ("Stage != Closed Lost", True),
        ("Stage != Closed Won", False),
        ("Amount > 0", True),
        ("Amount > 1200.5", False),
        ("Amount >= 1200.50", True),
        ("Amount<1200.51", True),
        ("Amount <= -1", False),
        ("Amount = 1200.50", True),
        ("Amount != 1200.50", False),
        ("Zero > 0", False),
        ("Zero >= +0", True),
        ("Text_Amount > 1200", True),
        ("Text_Amount = 1200.5", True),
        ("Text > 0", True),
        ("Stage > 2026-01-01", True),
        ("Empty > 0", False),
        ("Empty = x", False),
        ("Empty != x", True),
        ("Blank > 0", False),
        ("Blank != x", True),
        ("Flag = true", True),
        ("Flag = FALSE", False),
        ("Flag != false", True),
        ("Flag > 0", True),
        ("Closing_Date > 2026-09-19", True),
        ("Closing_Date > 2026-09-20", False),
        ("Closing_Date <= 2026-09-20", True),
        ("Start = 2026-09-20T23:30:00-07:00", True),
        ("Start <= 2026-09-20", True),
        ("Start > 2026-09-20", False),
        ("Account_Name = acorn", True),
        ("Account_Name = 554023000000201999", True),
        ("Account_Name > 1", True),
        ("Choices = two", True),
        ("Choices != two", False),
        ("Choices = three", False),
        ("Endless > 0", True),
        ("None_Of_It > 0", True),
        ("Huge > 0", True),
        ("Huge = 1", False),
        ("Absent > 0", False),
        ("Absent != x", False),
        ("Stage = Won and Lost", False),
        ("Stage = 'a > b'", False),
        ("modified in the last 2 days", True),
        ("Modified in the last 1 day", False),
        ("created in the last 3650 days", True),
        ("created in the last 30 days", False),
    ],
)
def test_a_rule_holds_what_it_says(rule: str, *, hit: bool) -> None:
    outcome = held(protected_if=[rule])
    assert (outcome is not None) is hit
    if outcome:
        assert (outcome.state, outcome.code) == (State.HELD, "PROTECTED")
        assert " ".join(rule.split()) in outcome.message
        assert outcome.message.isprintable()


@each_row(
    ("rule", "why"),
    [
        ("", "An empty rule"),
        (" \n", "An empty rule"),
        ("Amount", "has no comparison"),
        ("high amounts", "has no comparison"),
        ("> 0", "begins with the API name"),
        ("Lead Status = Open", "perhaps Lead_Status"),
        ("1st = 2", "not an API name"),
        ("Größe = 2", "not an API name"),
        ("$approved = true", "not an API name"),
        ("Amount >> 0", ">> is not a comparison"),
        ("Amount == 0", "== is not a comparison; use one of =, !=, >, >=, <, <="),
        ("Amount => 0", "=> is not a comparison"),
        ("Amount <> 0", "<> is not a comparison"),
        ("Stage ~ Won", "~ is not a comparison"),
        ("Stage ! Won", "! is not a comparison"),
        ("Amount > ", "there is no value after >"),
        ("Amount > ''", "there is no value after >"),
        ("Stage =", "there is no value after ="),
        ("Amount > high", "> needs a number, like 1000.5, or a date, like 2026-11-20, not high"),
        ("Amount > 1,000", "without separators"),
        ("Amount = 1.000,50", "without separators"),
        ("Amount > 1e3", "> needs a number"),
        ("Amount > nan", "> needs a number"),
        ("Amount > 1_000", "> needs a number"),
        ("Amount > ١٢", "> needs a number"),
        ("Closing_Date > 2026-13-40", "> needs a number"),
        ("Closing_Date > 20.11.2026", "without separators"),
        ("Stage = Won and Amount > 0", "two comparisons"),
        ("0 < Amount < 5", "not an API name|two comparisons"),
        ("Stage = 'Won", "quote is not closed"),
        ("Stage = 'a' 'b'", "quote is not closed"),
        ("modified", "write it like: modified in the last 7 days"),
        ("modified in the last week", "write it like"),
        ("modified within 7 days", "write it like"),
        ("modified in the last 7 hours", "write it like"),
        ("modified in the last 0 days", "a whole number from 1 to 3650"),
        ("modified in the last -1 days", "a whole number from 1 to 3650"),
        ("modified in the last 99999999999999999999 days", "a whole number from 1"),
        ("modified in the last ten days", "a whole number"),
        ("Stage = \x1b[31mred", "printable"),
        ("Stage = " + "x" * 300, "at most 200"),
    ],
)
def test_nonsense_is_refused_with_what_is_wrong_in_it(rule: str, why: str) -> None:
    with pytest.raises(RuleError, match=why) as caught:
        parse_rule(rule)
    said = str(caught.value)
    assert said.endswith(".")
    assert said.isprintable()
    assert len(said) < 300


@given(text=st.text(max_size=60) | st.text("Amount =<>!'\"0.9modifedinthlasty", max_size=40))
def test_whatever_is_written_is_a_rule_or_a_sentence(text: str) -> None:
    rule, said = _parsed(text)
    if rule is None:
        assert said.endswith(".")
    else:
        assert parse_rule(rule.text) == rule
        assert isinstance(rule.hit(RECORD, NOW), str)


def _parsed(text: str) -> tuple[Rule | None, str]:
    try:
        return parse_rule(text), ""
    except RuleError as error:
        return None, str(error)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


@given(
    value=VALUES,
    number=st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    comparison=st.sampled_from(["=", "!=", ">", ">=", "<", "<="]),
)
def test_whatever_a_field_holds_it_can_be_judged(value: Any, number: str, comparison: str) -> None:
    if "E" in number:
        return
    rule = parse_rule(f"Amount {comparison} {number}")
    said = rule.hit({"Amount": value}, NOW)
    assert isinstance(said, str)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
        expected = {
            "=": value == float(number),
            "!=": value != float(number),
            ">": value > float(number),
            ">=": value >= float(number),
            "<": value < float(number),
            "<=": value <= float(number),
        }
        if abs(float(number)) < 1e12:
            assert bool(said) is expected[comparison]


@each_row("value", [None, "", "yesterday", 7, "2026-09-21", "9999-99-99T00:00:00Z"])
def test_a_time_that_cannot_be_read_protects(value: object) -> None:
    assert "has no time" in parse_rule("modified in the last 7 days").hit(
        {"Modified_Time": value}, NOW
    )
