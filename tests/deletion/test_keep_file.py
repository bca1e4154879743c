"""The lists in which owners say what stays: what each cell means, and what blocks a plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deletion.handover_support import Files, written
from tests.world.world import World
from zohotui.deletion.handover.plan_file import renewed
from zohotui.deletion.handover.written_plan import HandoverError


@pytest.fixture
def ids(world: World) -> list[int]:
    return world.leads(7)


@pytest.fixture
def files(world: World, ids: list[int], tmp_path: Path) -> Files:
    return Files.of(tmp_path, written(world, ids))


@pytest.mark.parametrize("said", ["yes", " YES ", "y", "X", "Keep", "TRUE", "1", "\u200byes\xa0"])
def test_yes_keeps(files: Files, ids: list[int], said: str) -> None:
    files.fill_in({0: said})
    assert {one: why.code for one, why in files.open().held.items()} == {ids[0]: "KEPT"}


@pytest.mark.parametrize("said", ["", " ", "no", "No", "false", "0", "delete", "\u200b"])
def test_no_and_nothing_do_not(files: Files, said: str) -> None:
    files.fill_in({0: said})
    assert files.open().held == {}


@pytest.mark.parametrize("said", ["maybe", "ja", "WAHR", "-", "?", "yes?", "no way", "please"])
def test_whatever_else_is_said_holds(files: Files, ids: list[int], said: str) -> None:
    files.fill_in({0: said})
    assert {one: why.code for one, why in files.open().held.items()} == {ids[0]: "KEEP_UNCLEAR"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_is_read_as_spreadsheets_save_it(
    files: Files, ids: list[int], encoding: str, delimiter: str
) -> None:
    header, *rows = files.rows
    rows[2][-1] = "yes"
    files.save([header, *rows, ["", "", "", "", ""]], encoding=encoding, delimiter=delimiter)
    assert set(files.open().held) == {ids[2]}


@pytest.mark.parametrize(
    "damaged",
    [
        *("5.54E+17", "5,54023E+17", "554023000000201000", "554023000000201", "zcrm_", ""),
        *("55402300000020100", "554 023 000 000 201 003", "#NUM!", "zcrm_554023000000999999"),
        # Of the plan, and yet a spreadsheet may have rounded it from another one of it.
        *("554023000000201003", "554023000000201001", "\u200b554023000000201003"),
    ],
)
def test_an_id_that_a_spreadsheet_damaged_blocks_the_plan(files: Files, damaged: str) -> None:
    header, *rows = files.rows
    rows[2][0], rows[2][-1] = damaged, "yes"
    files.save([header, *rows])
    with pytest.raises(HandoverError, match=r"line 4: .* is not an id of this plan"):
        files.open()


def test_all_ids_rounded_alike_block_the_plan(files: Files) -> None:
    header, *rows = files.rows
    for row in rows:
        row[0] = str(round(int(row[0].removeprefix("zcrm_")), -3))
    files.save([header, *rows])
    with pytest.raises(HandoverError, match="6 more rows are like that"):
        files.open()


def test_an_id_that_stands_twice_blocks_the_plan(files: Files) -> None:
    header, *rows = files.rows
    rows[2] = [*rows[3][:-1], "yes"]
    files.save([header, *rows])
    with pytest.raises(HandoverError, match="in line 4 and in line 5"):
        files.open()


def test_columns_that_were_sorted_apart_hold(files: Files, ids: list[int]) -> None:
    header, *rows = files.rows
    sorted_ids = sorted((row[0] for row in rows), reverse=True)
    files.save([header, *([one, *row[1:]] for one, row in zip(sorted_ids, rows, strict=True))])
    held = files.open().held
    # The one in the middle has its own name still.
    assert set(held) == set(ids) - {ids[3]}
    assert {why.code for why in held.values()} == {"KEEP_UNCLEAR"}


def test_a_keep_beside_another_name_blocks_the_plan(files: Files) -> None:
    header, *rows = files.rows
    rows[2][1], rows[3][1] = rows[3][1], rows[2][1]
    rows[2][-1] = "yes"
    files.save([header, *rows])
    with pytest.raises(HandoverError, match="line 4: the name or owner beside"):
        files.open()
    rows[2][1], rows[3][1] = rows[3][1], rows[2][1]
    rows[2][2] = "Bo: keep it"
    files.save([header, *rows])
    with pytest.raises(HandoverError, match="line 4: the name or owner beside"):
        files.open()


def test_whatever_an_owner_writes_elsewhere_in_a_row_holds(files: Files, ids: list[int]) -> None:
    header, *rows = files.rows
    rows = [[*row, ""] for row in rows]
    rows[1][-1] = "please keep!"
    rows[2][3] = "keep"
    rows[3][3] = "20.11.2025 09:11"
    files.save([[*header, "Comment"], *rows])
    assert {one: why.code for one, why in files.open().held.items()} == dict.fromkeys(
        ids[1:3], "KEEP_UNCLEAR"
    )


def test_what_owners_write_later_counts_too(files: Files, ids: list[int], world: World) -> None:
    opened = files.open()
    assert renewed(opened) is opened
    files.fill_in({0: "yes"})
    assert set(renewed(opened).held) == {ids[0]}
    files.owners.unlink()
    with pytest.raises(HandoverError, match="--keep FILE names"):
        renewed(opened)
    files.path.unlink()
    Files.of(files.path.parent, written(world, world.leads(1)))
    with pytest.raises(HandoverError, match="another plan by now"):
        renewed(opened)


def test_a_row_with_more_or_fewer_cells_holds(files: Files, ids: list[int]) -> None:
    header, *rows = files.rows
    rows[0].insert(4, "Marsh")
    del rows[1][3:]
    files.save([header, *rows])
    assert set(files.open().held) == {ids[0], ids[1]}


def test_a_record_without_a_row_is_held(files: Files, ids: list[int]) -> None:
    header, *rows = files.rows
    files.save([header, *rows[:2], *rows[3:]])
    assert {one: why.code for one, why in files.open().held.items()} == {ids[2]: "KEEP_UNCLEAR"}


def test_several_lists_add_up_and_the_one_beside_counts(
    files: Files, ids: list[int], tmp_path: Path
) -> None:
    header, *rows = files.rows
    parts = []
    for name, few in (("bo.csv", rows[:3]), ("cy.csv", rows[3:6])):
        part = Files(tmp_path / name)
        part.save([header, [*few[0][:-1], "yes"], *few[1:]])
        parts.append(part.owners)
    files.fill_in({1: "yes"})
    held = files.open(*parts).held
    assert {one: why.code for one, why in held.items()} == {
        ids[0]: "KEPT",
        ids[1]: "KEPT",
        ids[3]: "KEPT",
        # Nobody sent it back.
        ids[6]: "KEEP_UNCLEAR",
    }
    files.owners.unlink()
    assert set(files.open(*parts).held) == {ids[0], ids[3], ids[6]}


def test_a_plan_without_the_list_of_its_owners_is_not_opened(files: Files) -> None:
    files.owners.rename(files.owners.with_name("elsewhere.csv"))
    with pytest.raises(HandoverError, match="--keep FILE names where it is"):
        files.open()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"PK\x03\x04 a workbook", "Save it as"),
        (b"", "is empty"),
        (b"Record Id,Keep\n", "exactly one column named"),
        (b"Record Id (plan),Keep,Keep\n", "exactly one column named Keep"),
        ("Record Id (plan),Name,Keep\n1,Ж,".encode("cp1251"), "not valid UTF-8"),
        (b'Record Id (plan),Keep\n"1', "is broken"),
        (b"Record Id (plan)\n", "exactly one column named Keep"),
    ],
)
def test_a_list_that_cannot_be_read_blocks_the_plan(files: Files, raw: bytes, why: str) -> None:
    files.owners.write_bytes(raw)
    with pytest.raises(HandoverError, match=why):
        files.open()
