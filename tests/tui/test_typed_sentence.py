"""What may be typed for a deletion, and what is said of anything else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.world.plans import plan_of
from zohotui.tui.proposal import Proposal
from zohotui.tui.widgets.typed_question import not_quite
from zohotui.zoho.records import Module, singular_among

LEADS = Module("Leads", "Leads", "Lead")


def test_one_record_is_asked_for_by_its_singular_and_the_plural_counts_too() -> None:
    one = replace(plan_of([1]), singular="Lead")
    assert Proposal(one, recycle_bin=True).sentences == ("delete 1 Lead", "delete 1 Leads")
    several = replace(plan_of([1, 2]), singular="Lead")
    assert {*Proposal(several, recycle_bin=True).sentences} == {"delete 2 Leads"}
    brief = Proposal(several, recycle_bin=True, brief=True)
    assert brief.sentences[0] == "delete 2"


@pytest.mark.parametrize(
    ("module", "others", "singular"),
    [
        (LEADS, (), "Lead"),
        (LEADS, (Module("Lead", "Others", "Other"),), ""),
        (replace(LEADS, singular_label="Le\N{REPLACEMENT CHARACTER}ad"), (), ""),
        (LEADS, (Module("Old", "Leads", "Old"),), ""),
    ],
)
def test_a_singular_that_means_another_module_or_cannot_be_typed_is_not_used(
    module: Module, others: tuple[Module, ...], singular: str
) -> None:
    assert singular_among(module, (module, *others)) == singular


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("delete 5 Leads", "5"),
        ("DELETE 4 Leasd", "s"),
        ("delete 4 Lead", "…"),
        ("delete 4 Leadss", "s"),
        ("", "…"),
    ],
)
def test_the_first_wrong_character_is_marked(typed: str, marked: str) -> None:
    told = not_quite(typed, ["delete 4 Leads"], "Nothing was sent.")
    assert str(told).endswith('Type "delete 4 Leads". Nothing was sent.')
    (span,) = [one for one in told.spans if "reverse" in str(one.style)]
    assert str(told)[span.start : span.end] == marked
