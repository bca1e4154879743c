"""The list for the owners of a plan's records: a CSV with a column Keep that they fill in.

1. Each row is known by its id. A row whose id is none of the plan blocks the plan: a spreadsheet
   may have damaged it, and nobody knows which record its Keep was for.
2. Keep: yes keeps, no or nothing does not. Whatever else is written there holds the record.
3. So does a row beside which something else is written, or whose name or owner is another than in
   the plan: columns may have been sorted apart. If such a row keeps, nobody knows which record, and
   the plan is blocked. A record without a row is held: its owner may have taken it out to keep it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from zohotui.deletion.handover.written_plan import HandoverError, Planned, WrittenPlan
from zohotui.deletion.ids.columns import (
    KEEP,
    PLANNED_ID,
    declared_delimiter,
    find_delimiter,
    plain_name,
)
from zohotui.deletion.ids.entry import MOST_DIGITS, PREFIX
from zohotui.deletion.ids.invisible import INVISIBLE
from zohotui.deletion.ids.source import ARCHIVE, IdFileError, encoding_of, opened, source_name
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.exported import guarded
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.zoho.printable import printable

_NAME, _OWNER, _CHANGED = "Name", "Owner", "Last changed"
_COLUMNS = (PLANNED_ID, _NAME, _OWNER, _CHANGED, KEEP)
_PLAIN_NAME, _PLAIN_OWNER, _PLAIN_CHANGED = map(plain_name, (_NAME, _OWNER, _CHANGED))
_WRITTEN = frozenset(map(plain_name, (PLANNED_ID, _NAME, _OWNER, KEEP)))
"""Columns whose cells are checked by themselves."""

YES = frozenset({"yes", "y", "x", "keep", "true", "1"})
NO = frozenset({"", "no", "n", "false", "0", "delete"})
"""What Keep can say, in small letters."""

NO_ROW = Outcome(State.HELD, Code.KEEP_UNCLEAR, "no row of the owners' list has its id")
_OTHER_NAME = Outcome(
    State.HELD,
    Code.KEEP_UNCLEAR,
    "the name beside its id is another than in the plan: were columns sorted apart?",
)
_BESIDE = Outcome(State.HELD, Code.KEEP_UNCLEAR, "something is written in its row beside Keep")
_ODD_ROW = Outcome(State.HELD, Code.KEEP_UNCLEAR, "its row has not as many cells as the header")

_MOST_BYTES = 64 << 20
_LONGEST_SHOWN = 30


def is_kept(outcome: Outcome) -> bool:
    """Whether an owner keeps the record."""
    return outcome.code == Code.KEPT


def is_unclear(outcome: Outcome) -> bool:
    """Whether it is not clear what its owner wants."""
    return outcome.code == Code.KEEP_UNCLEAR


@dataclass(frozen=True, slots=True)
class Owners:
    """What one filled-in list says."""

    rows: frozenset[int]
    """The ids that have a row in it."""
    held: Mapping[int, Outcome]
    """By id: what is kept, or not said clearly; and why."""


def write_owners(file: TextIO, plan: WrittenPlan) -> None:
    """Write a row a record, with Keep left empty.

    The ids carry the prefix `zcrm_`, as in Zoho's own exports: a spreadsheet rounds longer numbers.
    """
    # The mark tells Excel that it is UTF-8.
    file.write("\ufeff")
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for one in plan.records:
        texts = map(guarded, (one.name, one.owner, one.modified))
        writer.writerow((f"{PREFIX}{one.id}", *texts, ""))


def read_owners(path: Path, plan: WrittenPlan) -> Owners:
    """Read what the owners say of the records of a plan; raises HandoverError if that is not clear.

    Encodings and delimiters are those that spreadsheets write.
    """
    name = source_name(path, "")
    try:
        text = _text(path, name)
    except IdFileError as error:
        raise HandoverError(f"The owners' list: {error.detail}") from None
    try:
        return _owners(list(_rows(text)), name, plan)
    except csv.Error as fault:
        raise HandoverError(f"{name} is broken ({printable(str(fault))}). Save it again.") from None


def _text(path: Path, name: str) -> str:
    with opened(path, name) as (file, size):
        if size > _MOST_BYTES:
            raise HandoverError(f"{name} is larger than the list of any plan.")
        raw = file.read()
    if raw.startswith(ARCHIVE):
        raise HandoverError(f"{name} is a workbook. Save it as “CSV UTF-8”, and open that.")
    _, text = encoding_of(raw, name, whole=True)
    return text.lstrip("\ufeff")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with the line that it ends in, from 1 on."""
    lines = list(io.StringIO(text, newline=""))
    declared = declared_delimiter(lines[0]) if lines else None
    above = 0 if declared is None else 1
    reader = csv.reader(lines[above:], delimiter=declared or find_delimiter(lines[:1]), strict=True)
    for row in reader:
        if any(map(str.strip, row)):
            yield reader.line_num + above, row


def _owners(rows: list[tuple[int, list[str]]], name: str, plan: WrittenPlan) -> Owners:
    header = [plain_name(cell) for cell in rows[0][1]] if rows else []
    ids, keep = (_column(header, wanted, name) for wanted in (PLANNED_ID, KEEP))
    form = _Form(header, keep, name)
    known = {one.id: one for one in plan.records}
    lines: dict[int, int] = {}
    held: dict[int, Outcome] = {}
    astray: list[tuple[int, str]] = []
    for line, row in rows[1:]:
        cell = row[ids] if len(row) > ids else ""
        record = known.get(_id(cell))
        if record is None:
            astray.append((line, cell))
            continue
        if record.id in lines:
            raise HandoverError(
                f"{name} has the id {record.id} in line {lines[record.id]} and in line {line}. A "
                "spreadsheet may have damaged one of them. Mend it, and open the plan again."
            )
        lines[record.id] = line
        if why := form.held(row, record, line):
            held[record.id] = why
    if astray:
        raise HandoverError(_astray(astray, name))
    return Owners(frozenset(lines), held)


def _column(header: list[str], wanted: str, name: str) -> int:
    if header.count(plain_name(wanted)) != 1:
        raise HandoverError(
            f"{name} is not the owners' list of a plan: it needs exactly one column named "
            f"{wanted}. Its first line must be as zohotui wrote it."
        )
    return header.index(plain_name(wanted))


def _id(cell: str) -> int:
    """Return the id in a cell as it was written; 0 if there is none.

    Without its prefix it was a number to a spreadsheet, which may have rounded it to another of the
    plan.
    """
    written = cell.strip().strip(INVISIBLE).strip().lower()
    digits = written.removeprefix(PREFIX)
    whole = digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS
    return int(digits) if whole and digits != written else 0


def _astray(rows: list[tuple[int, str]], name: str) -> str:
    line, cell = rows[0]
    others = len(rows) - 1
    are = "row is" if others == 1 else "rows are"
    more = f" {others:,} more {are} like that." if others else ""
    shown = printable(cell.strip(), _LONGEST_SHOWN) or "an empty cell"
    return (
        f"{name}, line {line}: {shown} is not an id of this plan, so its Keep may be for another "
        f"record.{more} A spreadsheet may have damaged it: put the id back as zohotui wrote "
        "it, zcrm_ and all its digits. Nothing can be deleted by this plan until then."
    )


@dataclass(frozen=True, slots=True)
class _Form:
    """The columns of a list, and how its rows are read."""

    header: Sequence[str]
    """As `plain_name` gives each."""
    keep: int
    name: str
    """Of the file."""

    def held(self, row: Sequence[str], record: Planned, line: int) -> Outcome | None:
        """Say why a record is held by its row; None if it is not."""
        if len(row) != len(self.header):
            return _ODD_ROW
        said = row[self.keep].strip().strip(INVISIBLE).strip()
        clear = said.casefold() in NO
        if not self._is_of(row, record):
            if clear:
                return _OTHER_NAME
            raise HandoverError(
                f"{self.name}, line {line}: the name or owner beside {record.id} is another than "
                "in the plan, so its Keep may be for another record. Were columns sorted apart? "
                "Mend the list, and open the plan again."
            )
        if said.casefold() in YES:
            return Outcome(State.HELD, Code.KEPT, "an owner keeps it")
        if not clear:
            shown = printable(said, _LONGEST_SHOWN)
            return Outcome(State.HELD, Code.KEEP_UNCLEAR, f"Keep says {shown!r}")
        return _BESIDE if self._says_more(row, record) else None

    def _is_of(self, row: Sequence[str], record: Planned) -> bool:
        """Whether the row says the same of the record as the plan."""
        told = {_PLAIN_NAME: record.name, _PLAIN_OWNER: record.owner}
        return all(
            cell == told[name] or _alike(cell) in {_alike(told[name]), _alike(guarded(told[name]))}
            for name, cell in zip(self.header, row, strict=True)
            if name in told
        )

    def _says_more(self, row: Sequence[str], record: Planned) -> bool:
        """Whether words stand where nothing was to be written."""
        for name, cell in zip(self.header, row, strict=True):
            # A spreadsheet may write a date its own way, but never without a digit.
            if name == _PLAIN_CHANGED and record.modified and any(map(str.isdigit, cell)):
                continue
            if name not in _WRITTEN and cell.strip() and cell.strip() != record.modified:
                return True
        return False


def _alike(text: str) -> str:
    return " ".join(text.split()).casefold()
