"""A short round of the answers that nobody would think of."""

from __future__ import annotations

from tests.fuzz.answers import fuzz


def test_whatever_is_answered_comes_out_as_an_outcome_or_as_an_error_of_ours() -> None:
    findings = fuzz(2_000, seed=7)
    assert not findings.faults
    assert findings.inputs == 2_000
    assert findings.results["answered"] > 100
    assert findings.results["AnswerLost"] > 100
