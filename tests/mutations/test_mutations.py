"""Each fault still has its place and its tests, and the evidence tells that each was caught."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.evidence import kept
from tests.mutations.catalogue import MUTATIONS
from tests.mutations.mutation import ROOT, Mutation
from tests.mutations.trial import summary
from tests.rows import each_row


@each_row("mutation", MUTATIONS)
def test_a_fault_has_its_one_place_and_its_tests(mutation: Mutation) -> None:
    mutation.applied((ROOT / mutation.path).read_text(encoding="utf-8"))
    assert [name for name in mutation.test_files if not (ROOT / name).is_file()] == []


def test_no_fault_is_there_twice() -> None:
    assert Counter((one.file, one.old, one.new) for one in MUTATIONS).most_common(1)[0][1] == 1


def test_a_place_that_is_not_there_or_twice_is_refused() -> None:
    mutation = Mutation("run/run.py", "x", "a", "b", ("run",))
    for text in ("", "a a"):
        with pytest.raises(ValueError, match=r"^run/run.py: 'x' is found \d times and not once$"):
            mutation.applied(text)
    assert mutation.applied("cat") == "cbt"


def test_the_evidence_tells_that_each_was_caught() -> None:
    caught = dict(Counter(one.room for one in MUTATIONS))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"- {len(MUTATIONS)} faults put into the engine on purpose" in readme
    assert kept("mutations") == summary(MUTATIONS, caught), (
        "write it anew: python -m tests.evidence mutations"
    )
