"""Outcomes as files: read back by other programs, harmless in spreadsheets, never overwritten."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from tests.world.plans import options, plan_of
from tests.world.world import World
from zohotui import files
from zohotui.deletion.export import Beside, export
from zohotui.deletion.ids.file import inspect, read_ids
from zohotui.deletion.ids.pasted import parse_text
from zohotui.deletion.journal.replay import read_journal
from zohotui.deletion.journal.snapshot import Snapshot
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.rows import Rows
from zohotui.files import NotWritten
from zohotui.sandbox import Fault, FaultKind
from zohotui.zoho.records import Record

IDS = [410405000002264040, 410405000002264025, 410405000002264001]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "\r=1"]


def scene(*outcomes: Outcome) -> tuple[Plan, Rows]:
    plan = plan_of(IDS[: len(outcomes)])
    rows = Rows(plan.ids)
    rows.set(0, outcomes)
    return plan, rows


def test_json_names_the_journal_and_its_last_hash_where_both_tell_the_same(
    world: World, tmp_path: Path
) -> None:
    told = world.carry_out(plan_of(world.leads(3)))
    export(tmp_path / "x.json", told.plan, told.rows, journal=told.journal)
    parsed = json.loads((tmp_path / "x.json").read_text())
    head = read_journal(told.journal).head
    assert head
    assert (parsed["journal"], parsed["last_hash"]) == (told.journal.name, head)
    world.look_up(told)
    export(tmp_path / "y.json", told.plan, told.rows, journal=told.journal)
    parsed = json.loads((tmp_path / "y.json").read_text())
    assert (parsed["journal"], parsed.get("last_hash")) == (told.journal.name, None)
    told.journal.unlink()
    export(tmp_path / "z.json", told.plan, told.rows, journal=told.journal)
    assert len(json.loads((tmp_path / "z.json").read_text())["outcomes"]) == 3


def test_markdown_names_each_record_and_no_foreign_text_acts_in_it(
    world: World, tmp_path: Path
) -> None:
    told = world.carry_out(replace(plan_of(world.leads(2)), reason="OPS-1 | <b>"))
    first = told.plan.ids[0]
    record = Record(str(first), "[x](http://evil) `a` | *b*\n<i>", "Bo_Li", "", "")
    beside = Beside(named=lambda place: None if place else record)
    path = export(tmp_path / "x.md", told.plan, told.rows, journal=told.journal, beside=beside)
    text = path.read_text()
    assert r"\[x\](http://evil) \`a\` \| \*b\*" in text
    assert r"- Reason: OPS-1 \| \<b\>" in text
    rows = [line for line in text.splitlines() if line.startswith(f"| {first} ")]
    assert len(rows) == 1
    assert "Bo\\_Li" in rows[0]
    assert f"last_hash: {read_journal(told.journal).head}" in text.replace("\\", "")


@each_row("ending", ["csv", "json", "md"])
def test_names_and_owners_of_a_past_run_come_from_its_copies(
    world: World, tmp_path: Path, ending: str
) -> None:
    told = world.carry_out(plan_of(world.leads(2)))
    snapshot = Snapshot.create(world.folder, told.plan.target, "Leads", whole=False)
    kept = [{"id": str(one), "Full_Name": f"Ada {one}", "Owner": {"name": "Bo"}} for one in IDS]
    snapshot.add([*kept, {"id": str(told.plan.ids[1]), "Full_Name": "Zoe", "Owner": None}])
    snapshot.close()
    beside = Beside(copies=(tmp_path / "lost", snapshot.path))
    path = export(tmp_path / f"x.{ending}", told.plan, told.rows, beside=beside)
    text = path.read_text()
    assert "Zoe" in text
    assert "Ada" not in text


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_a_real_run_comes_back_from_csv_and_json(world: World, tmp_path: Path) -> None:
    world.sandbox.faults.add(Fault(kind=FaultKind.HTML_OK_AFTER, skip=1))
    ids = world.leads(8)
    world.sandbox.org.lock("Leads", str(ids[6]))
    told = world.carry_out(plan_of(ids, options=options(3)))
    export(tmp_path / "x.csv", told.plan, told.rows)
    export(tmp_path / "x.json", told.plan, told.rows)
    rows, parsed = table(tmp_path / "x.csv"), json.loads((tmp_path / "x.json").read_text())
    for place, (row, entry) in enumerate(zip(rows, parsed["outcomes"], strict=True)):
        outcome = told.rows.outcome(place)
        assert row["Record Id (all outcomes)"] == f"zcrm_{ids[place]}"
        assert entry["id"] == str(ids[place])
        assert row["State"] == entry["state"] == outcome.state.value
        assert row["Code"] == entry["code"] == outcome.code
        assert row["Answer"] == entry["answer"] == outcome.answer
        assert row["What to do"]
        # A file knows no keys, and what is in brackets is only for the screen.
        assert "[" not in row["What to do"]
    assert parsed["tally"] == told.states
    assert parsed["sha256"] == told.plan.sha256
    assert parsed["org"] == told.plan.target.words


@given(st.lists(st.integers(10**14, 2**63), min_size=1, max_size=60, unique=True))
def test_what_failed_or_was_not_sent_can_be_pasted_back(tmp_path: Path, ids: list[int]) -> None:
    plan = plan_of(ids)
    rows = Rows(plan.ids)
    rows.close()
    path = tmp_path / "x.csv"
    export(path, plan, rows, State.NOT_SENT)
    text = path.read_text()
    path.unlink()
    assert list(parse_text(text).ids) == ids


@each_row("state", [None, State.UNKNOWN, State.DELETED])
def test_a_file_that_may_hold_unknown_ids_is_never_taken_as_a_list_by_itself(
    tmp_path: Path, state: State | None
) -> None:
    plan = plan_of([10**17 + number for number in range(30)])
    rows = Rows(plan.ids)
    rows.set_all(0, 10, Outcome(State.UNKNOWN, "NO_ANSWER"))
    rows.set_all(10, 10, Outcome(State.DELETED, "SUCCESS"))
    export(path := tmp_path / "x.csv", plan, rows, state)
    assert len(path.read_text().splitlines()) == (31 if state is None else 11)
    assert not len(parse_text(path.read_text()).ids)
    assert inspect(path, ("Leads", "Lead", "Leads")).id_column is None


@each_row("formula", FORMULAS)
def test_a_spreadsheet_reads_no_formula(tmp_path: Path, formula: str) -> None:
    plan, rows = scene(Outcome(State.FAILED, formula, formula, 400, formula))
    export(tmp_path / "x.csv", plan, rows)
    (row,) = table(tmp_path / "x.csv")
    for cell in row.values():
        assert cell[:1] not in set("=+-@\t\r")
    assert row["Message"] == f"'{formula}"


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",;\n='))


@given(code=TEXT, message=TEXT, answer=TEXT)
def test_any_text_comes_back_from_both(
    tmp_path: Path, code: str, message: str, answer: str
) -> None:
    plan, rows = scene(Outcome(State.FAILED, code, message, None, answer))
    export(tmp_path / "x.csv", plan, rows)
    export(tmp_path / "x.json", plan, rows)
    (row,), parsed = table(tmp_path / "x.csv"), json.loads((tmp_path / "x.json").read_text())
    for name in ("x.csv", "x.json"):
        (tmp_path / name).unlink()
    assert row["Message"].removeprefix("'") == message.removeprefix("'")
    assert row["Code"].removeprefix("'") == code.removeprefix("'")
    (entry,) = parsed["outcomes"]
    assert (entry["code"], entry["message"], entry["answer"]) == (code, message, answer)


@each_row("name", ["x.csv", "x.json", "x.CSV"])
def test_a_file_is_private_and_never_overwritten(tmp_path: Path, name: str) -> None:
    plan, rows = scene(Outcome(State.DELETED, "SUCCESS"))
    path = tmp_path / name
    export(path, plan, rows)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    with pytest.raises(NotWritten, match=r"exists already\. Choose another name\."):
        export(path, plan, rows)
    assert path.read_bytes() == before


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    plan, rows = scene(Outcome(State.DELETED))
    (tmp_path / "x.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(NotWritten, match="exists already"):
        export(tmp_path / "x.csv", plan, rows)
    assert not (tmp_path / "elsewhere.csv").exists()


@each_row(
    ("name", "sentence"),
    [
        ("x.txt", "x.txt: the name must end in .csv, .json or .md."),
        ("x", "x: the name must end in .csv, .json or .md."),
        (".csv", ".csv: the name must end in .csv, .json or .md."),
        ("none/x.csv", "cannot be written: No such file or directory."),
        ("file/x.csv", "cannot be written: Not a directory."),
        ("n" * 300 + ".csv", "cannot be written: File name too long."),
        ("x\0.csv", "cannot have a zero byte."),
        ("~no-such-user-here/x.csv", "there is no such user."),
    ],
)
def test_a_place_that_cannot_be_written_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    plan, rows = scene(Outcome(State.DELETED))
    with pytest.raises(NotWritten) as caught:
        export(Path(name), plan, rows)
    assert str(caught.value).endswith(sentence)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_home_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    export(Path("~/x.csv"), *scene(Outcome(State.DELETED)))
    assert (tmp_path / "x.csv").exists()


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

        def fsync(self, _: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "os", Full())
    with pytest.raises(NotWritten, match="No space left on device"):
        export(tmp_path / "x.csv", *scene(Outcome(State.DELETED)))
    assert not list(tmp_path.iterdir())


def test_csv_is_what_other_programs_write(tmp_path: Path) -> None:
    export(tmp_path / "x.csv", *scene(Outcome(State.FAILED, "X", 'a "b", c', 400, "{}")))
    text = (tmp_path / "x.csv").read_bytes().decode()
    assert text.endswith("\r\n")
    assert list(csv.reader(io.StringIO(text)))[1][3] == 'a "b", c'


def test_its_own_exports_open_again(tmp_path: Path) -> None:
    plan = plan_of([410405000002264040, 410405000002264025])
    rows = Rows.of(plan)
    rows.set_all(0, 1, Outcome(State.FAILED, "NO_PERMISSION", "denied"))
    for name in ("failed.csv", "failed.json"):
        path = export(tmp_path / name, plan, rows, State.FAILED)
        assert list(read_ids(path, inspect(path)).ids) == [410405000002264040]


@each_row("ending", ["csv", "md"])
@each_row("places", [None, [0, 1, 2, 3]])
def test_no_file_with_other_outcomes_becomes_a_list_by_itself(
    world: World, tmp_path: Path, ending: str, places: list[int] | None
) -> None:
    plan = plan_of(world.leads(4))
    rows = Rows(plan.ids)
    states = (State.DELETED, State.UNKNOWN, State.RESTORED, State.FAILED)
    rows.set(0, [Outcome(state, "X") for state in states])
    beside = Beside(places=places)
    for state in (None, State.DELETED, State.FAILED):
        path = export(tmp_path / f"{state}.{ending}", plan, rows, state, beside=beside)
        table, pasted = inspect(path), parse_text(path.read_text())
        safe = state is State.FAILED and places is None
        assert (table.id_column is not None) is safe
        assert list(pasted.ids) == ([plan.ids[3]] if safe else [])
