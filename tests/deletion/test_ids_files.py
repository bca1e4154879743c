"""Ids from files: which column, what is refused, and the same answer however it is read."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.children import children
from tests.rows import each_row
from zohotui.deletion.ids.file import Cancelled, IdFileError, Table, inspect, read_ids
from zohotui.deletion.ids.in_child import read_ids_apart
from zohotui.deletion.ids.pasted import IdList

A, B, C = 410405000002264040, 410405000002264025, 410405000002264033
LEADS = ("Leads", "Lead")
EXPORT = (
    "Record Id,Account Name.id,Account Name,Note\r\n"
    f'zcrm_{A},zcrm_{C},Bähr,"first\r\nsecond"\r\n'
    f"zcrm_{B},,,\r\n"
    f"zcrm_{A},,,\r\n"
    "4.10405E+17,,,\r\n"
)


def read(source: Path | bytes, column: int | None = None) -> IdList:
    return read_ids(source, inspect(source, LEADS), column)


@each_row("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@each_row("delimiter", [",", ";", "\t", "|"])
@each_row("end", ["\n", "\r\n", "\r"])
def test_an_export_reads_the_same_in_every_dress(encoding: str, delimiter: str, end: str) -> None:
    text = EXPORT.replace(",", delimiter).replace("\r\n", end)
    table = inspect(text.encode(encoding), LEADS)
    found = read_ids(text.encode(encoding), table)
    assert list(found.ids) == [A, B]
    assert (found.duplicates, found.rejected_count) == (1, 1)
    assert found.rejected[0].line == 6
    assert found.source == "standard input, column Record Id"
    assert (table.delimiter, table.has_header, table.id_column) == (delimiter, True, 0)
    assert table.columns[1].lookup
    assert not table.columns[0].lookup


@each_row(
    ("header", "column"),
    [
        ("Record Id,Name", 0),
        ("Name,RECORD ID", 1),
        ("Name,record_id", 1),
        ("ID,Name", 0),
        ("Id,Account Name.id", 0),
        ("データID,名前", 0),
        ("Lead ID,Name", 0),
        ("Lead_Id,Name", 0),
        ("Contact ID,Name", None),
        ("Record Id,Lead ID", None),
        ("Record Id,Record Id", None),
        ("Record Id,Contact ID", None),
        ("Id,ParentId", None),
        ("Account Name.id,Account Name", None),
        ("Parent_Account.id,x", None),
        ("Deal Owner.id,Created By.id", None),
        ("Associated_Id,x", None),
        ("Number,Name", None),
    ],
)
def test_only_a_known_name_that_stands_alone_is_clear(header: str, column: int | None) -> None:
    table = inspect(f"{header}\n{A},{B}\n".encode(), LEADS)
    assert table.id_column == column
    assert table.why.endswith(".")
    assert [one.name for one in table.columns] == header.split(",")


def test_without_the_module_an_old_header_is_not_clear() -> None:
    assert inspect(f"Lead ID\n{A}\n".encode()).id_column is None


def test_a_column_that_hardly_holds_ids_is_not_clear() -> None:
    table = inspect(f"Id,Name\n1,a\n2,b\n{A},c\n".encode())
    assert table.id_column is None
    assert "33%" in table.why


def test_the_admin_may_pick_a_column() -> None:
    source = f"Number,Account Name.id\n{A},{B}\n{C},\n".encode()
    table = inspect(source)
    with pytest.raises(ValueError, match="no such column"):
        read_ids(source, table)
    with pytest.raises(ValueError, match="no such column"):
        read_ids(source, table, 2)
    assert list(read_ids(source, table, 0).ids) == [A, C]
    found = read_ids(source, table, 1)
    assert list(found.ids) == [B]
    assert dict(found.rejected_reasons) == {"no id": 1}


def test_a_table_without_header_must_be_asked_about() -> None:
    source = f"{A},Ada\n{B},Bo\n".encode()
    table = inspect(source)
    assert (table.id_column, table.has_header) == (None, False)
    assert [column.name for column in table.columns] == ["column 1", "column 2"]
    assert table.columns[1].samples == ("Ada", "Bo")
    assert list(read_ids(source, table, 0).ids) == [A, B]


def test_even_columns_of_ids_in_a_csv_must_be_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text(f"{A},{B}\n{C},{B}\n")
    assert inspect(path).id_column is None
    assert list(read_ids(path, inspect(path), 0).ids) == [A, C]
    path = path.rename(tmp_path / "list.txt")
    assert list(read(path).ids) == [A, B, C]


@each_row(
    "text", [f"{A}\n{B}", f"{A}, {B}\r\n", f"\n\n'{A}'\t{B}\n", f"{A}\r{B}\r", f'"{A}"\n"{B}"\n']
)
def test_a_plain_list_is_read_as_if_pasted(text: str) -> None:
    table = inspect(text.encode())
    assert (table.delimiter, table.id_column) == (None, 0)
    assert list(read(text.encode()).ids) == [A, B]
    assert list(read(text.encode("utf-16")).ids) == [A, B]


def test_a_declared_delimiter_is_believed() -> None:
    found = read(f"sep=;\nRecord Id;Name\n{A};a,b\nx;y\n".encode())
    assert list(found.ids) == [A]
    assert found.rejected[0].line == 4


def test_blank_rows_are_skipped_and_counted_as_lines() -> None:
    found = read(f"\n,\nRecord Id,Name\n\n,\n{A},a\n\nx,b\n".encode())
    assert list(found.ids) == [A]
    assert [rejected.line for rejected in found.rejected] == [8]


def test_a_changed_header_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(f"Record Id,Account Name.id\n{A},{B}\n")
    table = inspect(path)
    path.write_text(f"Account Name.id,Record Id\n{B},{A}\n")
    with pytest.raises(IdFileError, match="Open it again"):
        read_ids(path, table)


@each_row(
    ("content", "title"),
    [
        (b"", "It is empty"),
        (b" \r\n\n", "It is empty"),
        (b"\xef\xbb\xbf", "It is empty"),
        (b"sep=;\n", "It is empty"),
        (b"PK\x03\x04rest", "The workbook is damaged"),
        (b"\x1f\x8brest", "Not a text file"),
        (b"%PDF-1.7", "Not a text file"),
        (b"\xd0\xcf\x11\xe0", "Not a text file"),
        (b"\x00\x01\x02\x03" * 9, "Not a text file"),
        (b"<!DOCTYPE html><p>Sign in", "Not a list or table"),
        (b"<table><tr><td>Record Id</td></tr>", "Not a list or table"),
        (b"\xef\xbb\xbf \r\n<meta charset=utf-8>", "Not a list or table"),
        (b"<head>", "Not a list or table"),
        (b"<div class=x>", "Not a list or table"),
        ("\ufeff<html xmlns:x='x'>".encode("utf-16-le"), "Not a list or table"),
        ("Record Id,Name\n1,B\xe4hr\n".encode("latin-1"), "The text cannot be decoded"),
        (b"\xff\xfe1\x002", "The text cannot be decoded"),
    ],
)
def test_what_is_no_text_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, title: str
) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    with pytest.raises(IdFileError) as caught:
        inspect(path)
    assert caught.value.title == title
    assert caught.value.detail.startswith("leads.csv ")
    assert caught.value.detail.endswith(".")


def test_folders_pipes_and_missing_files_are_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(3 << 30)
    for path, title in (
        (tmp_path, "This is a folder"),
        (pipe, "Not a regular file"),
        (tmp_path / "none\x1b", "No such file"),
        (tmp_path / "a\0b", "The file cannot be read"),
        (large, "The file is too large"),
    ):
        with pytest.raises(IdFileError) as caught:
            inspect(path)
        assert caught.value.title == title
        assert caught.value.detail.isprintable()


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.csv"
    path.write_text("x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(IdFileError, match=r"You may not read secret\.csv"):
        inspect(path)


@each_row(
    ("tail", "sentence"),
    [
        (f'{A},"cut off', "broken at or before line"),
        (f'{A},"a"b\n', "broken at or before line"),
        (f"{A},\udce4", "not valid UTF-8"),
    ],
)
def test_what_breaks_further_down_gives_no_ids(tail: str, sentence: str) -> None:
    rows = "".join(f"{A + n},{'name' * 10}\n" for n in range(10_000))
    source = f"Record Id,Name\n{rows}{tail}".encode("utf-8", "surrogateescape")
    with pytest.raises(IdFileError, match=sentence):
        read(source)


def test_nul_bytes_and_huge_fields_are_survived() -> None:
    found = read(f"Record Id,Note\n{A},{'x' * 300_000}\n{B}\0,\n{C},\n".encode())
    assert list(found.ids) == [A, C]
    assert dict(found.rejected_reasons) == {"invisible character": 1}
    zeros = f"Record Id\n{A}\n".encode() + (b"x" * 399 + b"\n") * 1_000 + b"\0" * 5000
    assert list(read_ids(zeros, inspect(zeros), 0).ids) == [A]


def test_a_single_long_line_is_read_whole() -> None:
    numbers = [A + place for place in range(30_000)]
    source = ",".join(map(str, numbers)).encode()
    assert list(read(source).ids) == numbers


def test_foreign_names_are_harmless(tmp_path: Path) -> None:
    path = tmp_path / "le\x1b[31mads.csv"
    path.write_text(f"Record Id,Na\x1bme\n{A},\x1b[2J\n")
    table = inspect(path)
    assert table.source.isprintable()
    assert all(column.name.isprintable() for column in table.columns)
    assert "".join(table.columns[1].samples).isprintable()
    assert read(path).source.isprintable()


def test_a_header_alone_gives_an_empty_list() -> None:
    assert inspect(b"Record Id,Name\n").id_column == 0
    assert read(b"Record Id,Name\n") == IdList(source="standard input, column Record Id")


def test_a_state_of_idaho_is_no_header() -> None:
    found = read(f"Record Id,State\n{A},ID\nx,ID\n{B},ID\n".encode())
    assert list(found.ids) == [A, B]


CELLS = st.text("ab,;\"\n\r '1", max_size=6)
ENTRIES = st.one_of(st.integers(10**9, 2**64 - 1).map(str), st.sampled_from(["x", "4.1E+17", "0"]))


@given(st.lists(st.tuples(ENTRIES, CELLS), min_size=1, max_size=200), st.sampled_from([",", "\t"]))
def test_ids_and_lines_are_those_of_a_slow_reader(
    rows: list[tuple[str, str]], delimiter: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(("Record Id", "Note"))
    writer.writerows(rows)
    source = text.getvalue().encode()
    columns = inspect(f"Record Id{delimiter}Note\n{A}{delimiter}x".encode()).columns
    table = inspect(source)
    table = Table("x", "utf-8", delimiter, columns, 0, "", True, len(source), table.header)
    found = read_ids(source, table)
    reader = csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=delimiter)
    next(reader)
    ids: dict[int, None] = {}
    rejected = []
    line = reader.line_num
    for entry, _ in reader:
        if entry.isdigit() and len(entry) > 9:
            ids[int(entry)] = None
        else:
            rejected.append(line + 1)
        line = reader.line_num
    assert list(found.ids) == list(ids)
    assert [one.line for one in found.rejected] == rejected


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ids") / "-large é.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write("Record Id,Note\r\n")
        for place in range(20_000):
            entry = "4.1E+17" if place % 500 == 7 else f"zcrm_{A + place - place % 100 // 99}"
            file.write(f'{entry},"note\r\nof {"x" * 40}"\r\n')
    return path


def test_a_child_reads_the_same(large: Path) -> None:
    table = inspect(large)
    heard: list[tuple[int, int]] = []
    there = read_ids_apart(large, table, progress=lambda done, total: heard.append((done, total)))
    here = read_ids(large, table)
    assert there == here
    assert there.ids == here.ids
    assert there.rejected_count == 40
    assert heard[-1] == (table.size, table.size)
    assert heard == sorted(heard)


def test_a_child_reads_standard_input_the_same(large: Path) -> None:
    source = large.read_bytes()
    table = inspect(source)
    assert read_ids_apart(source, table) == read_ids(source, table)


def test_a_small_source_needs_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.Popen", None)
    source = f"{A}\n".encode()
    assert list(read_ids_apart(source, inspect(source)).ids) == [A]


def test_a_childs_fault_is_told(large: Path) -> None:
    source = large.read_bytes() + b'"'
    with pytest.raises(IdFileError, match="broken at or before line"):
        read_ids_apart(source, inspect(source))


@pytest.mark.parametrize("bare", [True, False])
def test_cancelling_ends_the_child(large: Path, bare: bool) -> None:
    source = large if bare else large.read_bytes()
    before = children()
    with pytest.raises(Cancelled):
        read_ids_apart(source, inspect(source), cancelled=lambda: True)
    assert children() <= before


def test_cancelling_ends_reading_here(large: Path) -> None:
    with pytest.raises(Cancelled):
        read_ids(large, inspect(large), cancelled=lambda: True)


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("#!/bin/sh\nkill -9 $$\n", "signal 9"),
        ("#!/bin/sh\necho Oh no >&2; exit 3\n", r"status 3\): Oh no"),
        ("#!/bin/sh\necho '{\"packed\": [9, 0, 0, 0]}'\n", "No id was taken"),
    ],
)
def test_a_child_that_dies_gives_no_ids(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, sentence: str
) -> None:
    stub = tmp_path / "python"
    stub.write_text(program)
    stub.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(stub))
    with pytest.raises(IdFileError, match=sentence):
        read_ids_apart(large, inspect(large))
    source = large.read_bytes()
    with pytest.raises(IdFileError, match=sentence):
        read_ids_apart(source, inspect(source))


def test_a_module_of_the_current_folder_is_not_run(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "csv.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    assert read_ids_apart(large, inspect(large)).rejected_count == 40
