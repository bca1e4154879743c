"""Times the same ids and values out of JSON lines and .xlsx against their CSV; run it by hand.

Each source is read in a process of its own. Time and the growth of memory are told as multiples of
what the CSV takes in the same run.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.benchmarks.import_ids import PEAK, measure

RECORDS = 1_000_000
"""A sheet has 1,048,576 rows at most."""

ROUNDS = 3

IDS = f"""
import gc, sys, time
from pathlib import Path
from zohotui.deletion.ids.file import inspect, read_ids
{PEAK}
gc.disable()
before, start = peak(), time.perf_counter()
path = Path(sys.argv[1])
found = read_ids(path, inspect(path, ["Leads"]))
print(time.perf_counter() - start, peak() - before)
assert len(found.ids) == int(sys.argv[2]), len(found.ids)
assert not found.rejected_count, found.rejected[0]
"""
VALUES = f"""
import sys, time
from pathlib import Path
from zohotui.deletion.lists.values import read_values_of
{PEAK}
before, start = peak(), time.perf_counter()
found = read_values_of(Path(sys.argv[1]), ["ERP_No"], module=["Leads"])
print(time.perf_counter() - start, peak() - before)
assert len(found.values) == int(sys.argv[2]), len(found.values)
assert not found.rejected_count, found.rejected[0]
"""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATED = f'<Relationship Id="rId{{}}" Type="{_OFFICE}/{{}}" Target="{{}}"/>'


@dataclass(frozen=True, slots=True)
class Record:
    """What each source says of a record."""

    id: str
    value: str
    name: str


def records(number: int) -> Iterator[Record]:
    """Make them up."""
    for place in range(number):
        record_id = str(410405000002264040 + 3 * place)
        yield Record(record_id, f"ERP-{place:09}", f"Ada Sample {place}")


def write_csv(path: Path, number: int) -> None:
    """Write them as a table."""
    with path.open("w", encoding="utf-8") as file:
        file.write("Record Id,ERP_No,Lead Name\n")
        file.writelines(f"{one.id},{one.value},{one.name}\n" for one in records(number))


def _as_json(one: Record) -> str:
    owner = {"id": "410405000000100001", "name": "Anna"}
    return json.dumps({"Owner": owner, "id": one.id, "ERP_No": one.value, "Full_Name": one.name})


def write_lines(path: Path, number: int) -> None:
    """Write them as an object a line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{_as_json(one)}\n" for one in records(number))


def write_list(path: Path, number: int) -> None:
    """Write them as one answer of Zoho would have them."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"data": [')
        for place, one in enumerate(records(number)):
            file.write(f"{',' if place else ''}\n{_as_json(one)}")
        file.write("\n]}\n")


def write_book(path: Path, number: int, *, shared: bool) -> None:
    """Write them as a sheet; `shared`: its texts stand beside it, as a spreadsheet has them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("xl/workbook.xml", _part("workbook", _SHEETS))
        related = _RELATED.format(1, "worksheet", "worksheets/sheet1.xml")
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>',
        )
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            begin, end = _part("worksheet", "<sheetData>\0</sheetData>").split("\0")
            sheet.write(begin.encode())
            for row, cells in enumerate(_rows(number), 1):
                told = "".join(
                    _cell(f"{'ABC'[column]}{row}", text, 3 * (row - 1) + column, shared=shared)
                    for column, text in enumerate(cells)
                )
                sheet.write(f'<row r="{row}">{told}</row>'.encode())
            sheet.write(end.encode())
        if shared:
            with book.open("xl/sharedStrings.xml", "w", force_zip64=True) as strings:
                begin, end = _part("sst", "\0").split("\0")
                strings.write(begin.encode())
                for cells in _rows(number):
                    strings.write("".join(f"<si><t>{text}</t></si>" for text in cells).encode())
                strings.write(end.encode())


_SHEETS = '<sheets><sheet name="Leads" sheetId="1" r:id="rId1"/></sheets>'


def _rows(number: int) -> Iterator[tuple[str, str, str]]:
    yield "Record Id", "ERP_No", "Lead Name"
    for one in records(number):
        yield one.id, one.value, one.name


def _cell(name: str, text: str, place: int, *, shared: bool) -> str:
    if shared:
        return f'<c r="{name}" t="s"><v>{place}</v></c>'
    return f'<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'


def _part(root: str, inner: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<{root} xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{inner}</{root}>'
    )


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "table.csv": write_csv,
    "lines.jsonl": write_lines,
    "list.json": write_list,
    "shared.xlsx": partial(write_book, shared=True),
    "inline.xlsx": partial(write_book, shared=False),
}


def main() -> None:
    """Print the figures, of each the best of some rounds: others use the machine, too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder, name) for name in WRITERS}
        for name, write in WRITERS.items():
            write(paths[name], options.records)
        for what, program in (("ids", IDS), ("values", VALUES)):
            print(f"{options.records:,} {what}, best of {options.rounds}")
            rounds = {
                name: [
                    measure(program, str(path), str(options.records)) for _ in range(options.rounds)
                ]
                for name, path in paths.items()
            }
            best = {name: tuple(map(min, zip(*told, strict=True))) for name, told in rounds.items()}
            seconds, kilobytes = best["table.csv"]
            for name, (took, more) in best.items():
                size = paths[name].stat().st_size / 1e6
                print(
                    f"  {name:12} {size:6.0f} MB {took:7.2f} s {took / seconds:6.2f} x "
                    f"{more / 1024:7.1f} MB more {more / kilobytes:5.2f} x"
                )


if __name__ == "__main__":
    main()
