"""Ids in files as people have them: titles above the header, joined exports, other encodings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deletion.test_ids_files import LEADS, A, B, C, read
from tests.rows import each_row
from zohotui.deletion.ids.file import IdFileError, inspect, read_ids


@each_row("mark", ["", "\ufeff"])
@each_row(
    "title", ["Leads export", '"Leads, exported 28 Nov"', "Leads export,,", "Leads\n\nof 28 Nov,,"]
)
def test_a_title_above_the_header_is_no_header(title: str, mark: str) -> None:
    for header in ("Record Id,Name,Owner.id", '"Record Id","Name","Owner.id"'):
        source = f"{mark}{title}\n{header}\n{A},Ada,{C}\nx,Bo,{C}\n{B},Cy,{C}\n".encode()
        found = read(source)
        assert list(found.ids) == [A, B]
        above = len([line for line in title.split("\n") if line])
        assert dict(found.rejected_reasons) == {"above the header": above, "not a number": 1}
        assert found.rejected[-1].line == title.count("\n") + 4
        assert inspect(source, LEADS).columns[0].name == "Record Id"


def test_a_first_line_with_several_values_is_the_header() -> None:
    source = f"Kunde,Nummer,Ort\n,klein,Ulm\n,7,Bern\n{A},8,Wien\n".encode()
    table = inspect(source)
    assert [column.name for column in table.columns] == ["Kunde", "Nummer", "Ort"]
    assert list(read_ids(source, table, 0).ids) == [A]


@each_row("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_joined_exports_read_as_one(encoding: str) -> None:
    table = "\ufeff\ufeffRecord Id,Name\n{},Ada\n"
    found = read((table.format(A) + table.format(B)).encode(encoding))
    assert list(found.ids) == [A, B]
    assert dict(found.rejected_reasons) == {"header": 1}
    other = read((table.format(A) + f"\ufeffOwner.id,Record Id\n{C},{B}\n").encode(encoding))
    assert list(other.ids) == [A]


@each_row("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_wide_text_is_read_with_and_without_a_mark(encoding: str) -> None:
    assert list(read(f"Record Id\n{A}\n{B}\n".encode(encoding)).ids) == [A, B]


@each_row("encoding", ["cp1252", "cp932", "gb18030", "cp037"])
def test_another_encoding_is_told_with_the_command_that_mends_it(
    tmp_path: Path, encoding: str
) -> None:
    name = {"cp932": "データ", "gb18030": "数据"}.get(encoding, "Bähr")
    path = tmp_path / "the leads.csv"
    path.write_bytes(f"Record Id,{name}\n{A},{name}\n".encode(encoding))
    with pytest.raises(IdFileError, match=r"iconv -f CP1252 -t UTF-8 'the leads.csv' > ids-utf8"):
        inspect(path)


def test_an_address_behind_hidden_marks_is_one_entry() -> None:
    address = f"https://crm.zoho.eu/crm/EntityInfo.do?module=Leads&id={A},{B}"
    for mark in ("", "\ufeff", "\u200b", "\u200e'"):
        found = read(f"\ufeff{mark}{address}\n{C}\n".encode())
        assert list(found.ids) == [C]
        assert dict(found.rejected_reasons) == {"web address": 1}


def test_a_header_of_the_module_further_down_ends_a_list_in_a_file_too() -> None:
    source = f"{A}\nLead ID;Parent\n{B};{C}\n".encode()
    found = read_ids(source, inspect(source, LEADS, name="a.txt"))
    assert list(found.ids) == [A]
    assert found.rejected_reasons["below another header"] == 2
