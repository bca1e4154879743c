"""Reading the records of a list: when that is done, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.tui.earlier import leave_run
from tests.tui.lists import (
    Clock,
    adds_up,
    at_rest,
    deletes,
    enter,
    go_to,
    leads,
    lines,
    look,
    outcome,
    reads,
    said,
    snapshots,
    tally,
    words,
)
from tests.tui.practice import NOON, Stage, practice
from tests.tui.test_history import opened
from zohotui.sandbox import Sandbox
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.words.text import local


def one_of_each(sandbox: Sandbox) -> dict[str, str]:
    """Make a lead of each kind that a review tells apart."""
    org = sandbox.org
    kinds = ("good", "converted", "locked", "waiting", "merging", "binned")
    found = dict(zip(kinds, org.add_records("Leads", len(kinds)), strict=True))
    org.convert(found["converted"])
    org.lock("Leads", found["locked"])
    org.await_approval("Leads", found["waiting"])
    org.merge("Leads", found["merging"])
    org.bin("Leads", found["binned"], at=1_793_000_000.0)
    found["contact"] = org.add_records("Contacts")[0]
    found["nowhere"] = "554023000009999999"
    return found


async def test_a_review_puts_names_into_the_table(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await enter(stage, leads(stage, 3))
        assert "Name" not in lines(stage)[0]
        await look(stage)
        record = stage.sandbox.org.record("Leads", leads(stage, 1)[0]).fields
        for size in ((80, 24), (140, 40)):
            await stage.resize(size)
            wide = size[0] > 80
            await stage.until(lambda wide=wide: ("Owner" in lines(stage)[0]) is wide)  # type: ignore[misc]
            head, first, *_ = lines(stage)
            assert "Name" in head, size
            assert leads(stage, 1)[0] in first, size
            assert "ready" in first, size
            assert "Jürgen We" in first, size
            assert (record["Owner"]["name"] in first) is wide
        await stage.resize((200, 40))
        await stage.until(lambda: "Created" in lines(stage)[0])
        head = lines(stage)[0]
        assert head.index("Message") < head.index("Changed") < head.index("Created")
        assert record["Created_Time"][:10] in lines(stage)[1]
        assert record["Modified_Time"][:10] in lines(stage)[1]


async def test_v_alone_reads_and_what_it_read_counts_for_its_time_and_its_list(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with practice(tmp_path, clock=clock) as stage:
        # v needs what d needs.
        await stage.pilot.press("v")
        assert said(stage, "Choose a module first")
        await stage.choose("Leads")
        await stage.pilot.press("v")
        assert said(stage, "No record ids yet")
        assert stage.phase is Phase.IDLE
        ids = leads(stage, 131)
        await enter(stage, ids[:130])
        await look(stage)
        assert tally(stage) == {"ready": 130}
        assert reads(stage) == 2
        assert stage.no_dialog()
        assert not stage.runs
        assert not deletes(stage)
        assert "130 ids = 130 ready" in stage.text()
        assert "reviewed " in stage.text()
        for minutes in (0, 15):
            clock.pass_by(minutes)
            await stage.ask()
            assert reads(stage) == 2, minutes
            await stage.pilot.press("escape")
            await at_rest(stage)
        await stage.enter(f"\n{ids[130]}")
        await stage.until(lambda: len(stage.main.listed) == 131)
        assert tally(stage) == {"entered": 131}
        dialog = await stage.ask()
        assert reads(stage) == 4
        assert "delete 131 Leads" in stage.text(dialog)


async def test_d_reads_first_and_only_what_is_ready_goes(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        found = one_of_each(stage.sandbox)
        # Nothing that can go leads to no sentence.
        await enter(stage, [found["locked"], found["nowhere"]])
        await stage.pilot.press("d")
        await stage.until(lambda: said(stage, "None of them can be deleted: 1 held · 1 missing"))
        await at_rest(stage)
        assert not isinstance(stage.app.screen, DeleteQuestion)
        assert len(stage.pane.rows) == 2
        assert not deletes(stage)
        others = [one for kind, one in found.items() if kind not in {"locked", "nowhere"}]
        await stage.enter("\n".join(["", *others]))
        await stage.until(lambda: len(stage.main.listed) == 8)
        await stage.ask()
        for telling in (
            "Acme Ltd · PRODUCTION · LOCAL · anna@acme.example",
            "2 of 8 ids",
            "3 held",
            "1 you may not change",
            "1 waiting for approval",
            "1 being merged",
            "3 missing",
            "1 already in the Recycle Bin",
            "1 in another module",
            "2 deleted, unless Zoho refuses some",
            "1 converted lead: contact, account and deal stay",
            "restorable until 25 Jan 2027",
            "delete 2 Leads",
            "2: 1 record first",
        ):
            assert telling in words(stage)
        await stage.say("delete 8 Leads")
        assert not deletes(stage)
        await stage.pilot.press("escape")
        await at_rest(stage)
        await each_id_is_told_its_outcome_and_why(stage, found)
        await states_can_be_filtered_and_names_be_found(stage, found)
        await stage.delete("delete 2 Leads")
        await at_rest(stage)
        assert sorted(deletes(stage)) == sorted([found["good"], found["converted"]])
        assert tally(stage) == {"deleted": 2, "held": 3, "missing": 3}
        assert adds_up(stage, held=3, missing=3, deleted=2)


async def each_id_is_told_its_outcome_and_why(stage: Stage, found: Mapping[str, str]) -> None:
    assert {kind: outcome(stage, one) for kind, one in found.items()} == {
        "good": "ready",
        "converted": "ready CONVERTED",
        "locked": "held NOT_EDITABLE",
        "waiting": "held IN_APPROVAL",
        "merging": "held IN_MERGE",
        "binned": "missing ALREADY_BINNED",
        "contact": "missing OTHER_MODULE",
        "nowhere": "missing MISSING",
    }
    assert "8 ids = 2 ready + 3 held + 3 missing" in stage.text()
    await go_to(stage, found["binned"])
    since = local(datetime.fromtimestamp(1_793_000_000, UTC).isoformat())
    assert f"in the Recycle Bin since {since}, deleted by" in words(stage)
    assert any("already in" in line for line in lines(stage, 12))
    await go_to(stage, found["contact"])
    assert "there is a record with this id in Contacts" in words(stage)
    await go_to(stage, found["converted"])
    assert "its contact, account and deal stay" in words(stage)
    assert any(found["converted"] in line and "convert" in line for line in lines(stage, 12))


def shown_rows(stage: Stage) -> list[str]:
    """Name the ids that the filter lets through."""
    table = stage.pane.table
    return [str(stage.main.listed.rows.ids[place]) for place in table.shown.places]


async def states_can_be_filtered_and_names_be_found(stage: Stage, found: Mapping[str, str]) -> None:
    name = stage.sandbox.org.record("Leads", found["merging"]).fields["Full_Name"]
    await stage.show_only("held")
    assert stage.filter() == "held"
    assert shown_rows(stage) == [found["locked"], found["waiting"], found["merging"]]
    await stage.pilot.press("escape")
    assert not stage.filter()
    assert found["waiting"] in shown_rows(stage)
    await stage.pilot.press("slash")
    await stage.type(name.split()[0])
    await stage.pilot.press("enter")
    table = stage.pane.table
    wanted = name.split()[0].lower()
    await stage.until(
        lambda: (
            table.place is not None
            and (record := stage.main.listed.record(table.place)) is not None
            and wanted in record.name.lower()
        )
    )


async def test_a_read_only_session_reviews_and_never_asks(tmp_path: Path) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    leave_run(tmp_path, sandbox, sandbox.org.add_records("Leads", 2), landed=2, finished=True)
    async with practice(tmp_path, sandbox=sandbox, read_only=True) as stage:
        await enter(stage, leads(stage, 2))
        await look(stage)
        assert tally(stage) == {"ready": 2}
        await stage.pilot.press("d")
        await stage.pilot.pause()
        assert stage.no_dialog()
        assert said(stage, "read-only")
        # Nor does it restore.
        await opened(stage)
        assert stage.offers("undo") is False
        await stage.pilot.press("u")
        await stage.pilot.pause()
        assert stage.no_dialog()
    assert snapshots(tmp_path) == []


async def test_what_the_review_could_not_know_is_said(tmp_path: Path) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.org.READ", "ZohoCRM.users.READ"]
    token = sandbox.issue_token(scopes=scopes)
    async with practice(tmp_path, sandbox=sandbox, token=token) as stage:
        await enter(stage, [*leads(stage, 2), "554023000009999999"])
        await stage.ask()
        assert "The Recycle Bin could not be read" in words(stage)
        await stage.pilot.press("escape")
        await at_rest(stage)
        await go_to(stage, "554023000009999999")
        assert "the Recycle Bin cannot be read" in words(stage)
