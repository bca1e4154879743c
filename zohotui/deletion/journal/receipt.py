"""The receipt of a run: one text beside its journal that an auditor understands without a program.

Built from the journal alone, and written again whenever that has grown: at the end of a run, after
looking up, verifying, undoing and closing; if a process died before it came to that, at the next
start or when the run is opened. What it says of a state is what the journal says. It names the
journal's last hash, by which it is known whether the two agree. A receipt that knows of lines which
the journal lacks shows that the journal was cut short or changed, and is kept as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import zip_longest
from pathlib import Path

import zohotui
from zohotui.deletion.journal.chain import hash_of
from zohotui.deletion.journal.history import last_line
from zohotui.deletion.journal.journal_file import JournalFile
from zohotui.deletion.journal.receipt_facts import facts, moment
from zohotui.deletion.journal.replay import read_journal
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.rows import Rows
from zohotui.files import alone_in, replace_whole
from zohotui.zoho.printable import printable

ENDING = ".receipt.txt"

_HEAD = re.compile(r"^  Last hash +(?:([0-9a-f]{64})|none: .*)$", re.MULTILINE)
_SHA256 = re.compile(r"^  SHA-256 of it +([0-9a-f]{64})$", re.MULTILINE)
_LINES = re.compile(r"^  Lines +([0-9][0-9,]{0,17})$", re.MULTILINE)
_SUM = re.compile(r"^ *([0-9][0-9,]*)  ([a-z]+(?: sent)?) +[A-Za-z]", re.MULTILINE)
_WRITTEN = re.compile(r"^  Written +(\S.*) by (zohotui \S+)$", re.MULTILINE)
_MOST_OF_HEAD = 1_000_000
"""Characters in which the facts at the top of a receipt are looked for."""

_AT_ONCE = 8_192
_EACH_ID = "EACH ID, IN THE ORDER OF THE LIST\n"
_VALUE = "EXTERNAL VALUE"
_SUMS = "WHAT BECAME OF THE IDS\n\n"


class ReceiptError(Exception):
    """A receipt cannot be written or read; its text is a sentence for the admin."""


class Agreement(Enum):
    """How the receipt beside a journal goes with it."""

    NONE = auto()
    """There is none, or none that can be read."""
    SAME = auto()
    BEHIND = auto()
    """The journal has had more lines since."""
    AHEAD = auto()
    """It was written from lines that are not in the journal."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What a receipt says of the journal that it was written from."""

    head: str
    """The last hash; empty if the journal had no chain."""
    lines: int
    sha256: str
    """That of the lines, if there was no chain; empty in receipts of before."""


def receipt_of(journal: Path) -> Path:
    """Return where the receipt of a journal is."""
    return journal.with_name(journal.name.removesuffix(".jsonl") + ENDING)


def write_receipt(journal: Path, now: float) -> Path:
    """Write what a journal tells to its receipt, in one step; return the receipt's path.

    Of several that do one waits for the other, so the last has read the most; the lock of the plan
    is not needed. `now`: seconds since the epoch. Raises JournalError if the journal cannot be
    read, ReceiptError if the disk does not take the receipt, or if there is one that knows of more
    than the journal.
    """
    path = receipt_of(journal)
    try:
        with alone_in(path.parent):
            read = read_journal(journal)
            if agreement(journal) is Agreement.AHEAD:
                raise ReceiptError(
                    f"The receipt {path} has more than its journal, so it is kept. Move it "
                    "elsewhere to get a new one."
                )
            with replace_whole(path, alone=True) as file:
                file.writelines(lines(read, journal.name, written=moment(now)))
    except OSError as error:
        why = error.strerror or error
        raise ReceiptError(
            f"The receipt {path} cannot be written: {why}. The journal {journal} has everything."
        ) from None
    return path


def lines(read: JournalFile, journal: str, *, written: str) -> Iterator[str]:
    """Yield the lines of a receipt, each with its end; `written`: when, as it is to stand there."""
    by = f"{written} by zohotui {zohotui.__version__}"
    for line in facts(read, journal, written=by):
        yield f"{printable(line)}\n"
    plan = read.run.plan
    yield from _each(read.run.rows, plan.external, by_value=bool(plan.by_value))


def _each(rows: Rows, external: Mapping[int, str], *, by_value: bool) -> Iterator[str]:
    """Yield a line an id, in the order of the list; `external`: the values of their records.

    `by_value`: whether the ids are only numbers of values, which alone stand there then.
    """
    title = "" if by_value else "RECORD ID"
    width = max(map(len, external.values()), default=0) and max(
        len(_VALUE), *map(len, external.values())
    )
    ids = max(len(title), len(str(max(rows.ids))))
    number = max(len("NO."), len(str(len(rows))))
    states = max(len("STATE"), *(len(state) for state in rows.tally))
    form = f"%{number}d{'' if by_value else f'  %-{ids}d'}{f'  %-{width}s' if width else ''}"
    yield from ("\n", _EACH_ID, "\n")
    heads = ["" if by_value else f"  {title:<{ids}}", f"  {_VALUE:<{width}}" if width else ""]
    yield f"{'NO.':>{number}}{''.join(heads)}  {'STATE':<{states}}  CODE: MESSAGE\n"
    for start, count, outcome in rows.alike():
        words = ": ".join(filter(None, (outcome.code, outcome.message)))
        end = f"  {outcome.state:<{states}}  {printable(words)}".rstrip().replace("%", "%%")
        named = rows.ids[start : start + count]
        columns: list[Iterable[object]] = [range(start + 1, start + count + 1)]
        columns += [] if by_value else [named]
        columns += [(external.get(one, "") for one in named)] if width else []
        # Half as long as to put each line together by itself, and there may be a million.
        yield from map(f"{form}{end}\n".__mod__, zip(*columns, strict=True))


def agreement(journal: Path) -> Agreement:
    """Hold a journal to the receipt beside it; if they agree, only their ends are read.

    Raises JournalError if the journal cannot be read.
    """
    try:
        noted = noted_in(receipt_of(journal))
    except OSError:
        return Agreement.NONE
    if noted is None:
        # Nothing that is known of a receipt's form stands in it, so it knows nothing.
        return Agreement.BEHIND
    try:
        with journal.open("rb") as file:
            last = hash_of(last_line(file))
            if last and last == noted.head:
                return Agreement.SAME
            file.seek(0)
            return _compared(noted, (line for line in file if line.endswith(b"\n")))
    except OSError as error:
        raise JournalError(f"The journal {journal} cannot be read: {error.strerror}.") from None


def _compared(noted: Noted, lines: Iterator[bytes]) -> Agreement:
    if noted.head:
        heads = [hash_of(line[:-1]) for line in lines]
        if noted.head not in heads:
            return Agreement.AHEAD
        return Agreement.SAME if heads[-1] == noted.head else Agreement.BEHIND
    digest, number = hashlib.sha256(), 0
    for number, line in enumerate(lines, 1):
        digest.update(line)
        if number == noted.lines and noted.sha256 not in {"", digest.hexdigest()}:
            return Agreement.AHEAD
    if number < noted.lines:
        return Agreement.AHEAD
    return Agreement.SAME if noted.sha256 and number == noted.lines else Agreement.BEHIND


def noted_in(receipt: Path) -> Noted | None:
    """Return what a receipt says of its journal; None if it says nothing. Raises OSError."""
    top = _top(receipt)
    head, lines, sha256 = _HEAD.search(top), _LINES.search(top), _SHA256.search(top)
    if head is None or lines is None:
        return None
    number = int(lines[1].replace(",", ""))
    return Noted(head[1] or "", number, sha256[1] if sha256 else "")


def sums_in(receipt: Path) -> str:
    """Return how many ids are in each state by a receipt: `60 verified · 39 not sent`.

    Empty if it does not tell, or cannot be read.
    """
    try:
        _, _, part = _top(receipt).partition(_SUMS)
    except OSError:
        return ""
    sums = _SUM.finditer(part.partition("\n\n")[0])
    return " · ".join(f"{one[1]} {one[2]}" for one in sums if one[2] in set(State))


def _top(receipt: Path) -> str:
    """Read what stands above the ids, however many there are."""
    top = ""
    with receipt.open(encoding="utf-8", errors="backslashreplace") as file:
        while _EACH_ID not in top and len(top) < _MOST_OF_HEAD and (more := file.read(_AT_ONCE)):
            top += more
    return top


def is_as_told(receipt: Path, read: JournalFile, journal: str) -> bool | None:
    """Whether a receipt says exactly what its journal tells.

    Local times are left out, and whether a last line was cut off: a process may die in one behind
    the receipt. None if another version of zohotui wrote it, whose receipts may have another form.
    """
    with receipt.open(encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        head = _WRITTEN.search(file.read(_MOST_OF_HEAD))
        if head is None:
            return False
        if head[2] != f"zohotui {zohotui.__version__}":
            return None
        for torn in (read.torn, not read.torn):
            file.seek(0)
            told = lines(replace(read, torn=torn), journal, written=head[1])
            both = zip_longest(told, file, fillvalue="")
            if all(one == other or _utc(one) == _utc(other) for one, other in both):
                return True
    return False


def _utc(line: str) -> str:
    """Leave out what depends on where a receipt is written."""
    return re.sub(r" \(local [-+:0-9 ]*\)", "", line)
