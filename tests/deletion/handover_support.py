"""A list that is reviewed, written as a plan, and read again by somebody else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.world.plans import plan_of
from tests.world.world import World
from zohotui.deletion.handover.plan_file import open_plan, owners_of, write_plan
from zohotui.deletion.handover.written_plan import OpenedPlan, WrittenPlan
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.review import selection
from zohotui.deletion.review.guards import Guards
from zohotui.deletion.review.review import ReviewRequest, review
from zohotui.deletion.review.reviewed_list import ReviewedList


def read_again(
    world: World, listed: ReviewedList, *, looked: bool = False, guards: Guards | None = None
) -> ReviewedList:
    """Review a list as a session does."""
    crm = world.crm()
    request = ReviewRequest(
        listed.rows.ids,
        "Leads",
        guards=guards or Guards(),
        last_review=listed.last_review(looked=looked),
        skip=listed.barred,
    )
    for event in review(request, crm, Levers(), world.times):
        listed.follow(event)
    crm.close()
    return listed


def written(world: World, ids: Sequence[int]) -> WrittenPlan:
    """Review a list and write it down."""
    listed = read_again(world, ReviewedList(ids))
    return WrittenPlan.of(listed, plan_of(ids), world.clock())


def list_of(plan: OpenedPlan) -> ReviewedList:
    """Make the list of an opened plan, as a session does."""
    ids = [one.id for one in plan.written.records]
    return ReviewedList(ids, barred=plan.held, as_planned=plan.written.seen)


def plan_to_run(listed: ReviewedList, plan: OpenedPlan) -> Plan:
    """Make the plan of what is ready."""
    return selection.plan(listed, plan_of(listed.rows.ids))


@dataclass
class Files:
    """A plan in its folder, and the list for its owners beside it."""

    path: Path

    @classmethod
    def of(cls, folder: Path, plan: WrittenPlan) -> Files:
        return cls(write_plan(folder / "plan.json", plan))

    @property
    def owners(self) -> Path:
        return owners_of(self.path)

    @property
    def rows(self) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.owners.read_text("utf-8-sig"), newline="")))

    def fill_in(self, said: Mapping[int, str]) -> None:
        """Write these into Keep, by the places of the records."""
        header, *rows = self.rows
        for place, words in said.items():
            rows[place][-1] = words
        self.save([header, *rows])

    def save(
        self, rows: Sequence[Sequence[str]], *, encoding: str = "utf-8-sig", delimiter: str = ","
    ) -> None:
        """Save the list as a spreadsheet does."""
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter).writerows(rows)
        self.owners.write_bytes(text.getvalue().encode(encoding))

    def edit(self, change: Callable[[dict[str, object]], object]) -> None:
        """Change the plan by hand."""
        told = json.loads(self.path.read_text())
        change(told)
        self.path.write_text(json.dumps(told))

    def open(self, *kept: Path) -> OpenedPlan:
        return open_plan(self.path, kept)
