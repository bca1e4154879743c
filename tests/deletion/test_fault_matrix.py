"""The table of faults in EVIDENCE.md is what the program does."""

from __future__ import annotations

from pathlib import Path

from tests.deletion.fault_matrix import WORDS, matrix
from tests.evidence import faults, kept
from zohotui.sandbox import FaultKind

README = Path(__file__).parents[2] / "README.md"


def test_every_kind_of_fault_has_words() -> None:
    assert set(WORDS) == set(FaultKind)


def test_no_fault_loses_an_id_and_the_evidence_says_what_each_does() -> None:
    whole = matrix()
    assert (whole.sums.lost, whole.sums.twice, whole.sums.outside) == (0, 0, 0)
    assert whole.sums.struck > len(FaultKind)
    assert kept("faults") == faults(whole), "write it anew: python -m tests.evidence faults"
    assert whole.figures in README.read_text(encoding="utf-8")
