"""The receipt of a run: one text beside its journal that an auditor understands without a program.

Built from the journal alone, and written anew whenever that has grown: at the end of a run, after
looking up, verifying, undoing and closing. What it says of a state is what the journal says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import zohotui
from zohotui.deletion.receipt_facts import facts, moment
from zohotui.deletion.replay import Replay, replay
from zohotui.deletion.rows import Rows
from zohotui.deletion.whole import put_in_place
from zohotui.zoho.printable import printable

ENDING = ".receipt.txt"

_HEAD = re.compile(r"^  Last hash +([0-9a-f]{64})$", re.MULTILINE)
_WRITTEN = re.compile(r"^  Written +(\S.*) by (zohotui \S+)$", re.MULTILINE)
_MOST_OF_HEAD = 1_000_000
"""Characters in which the facts at the top of a receipt are looked for."""


class ReceiptError(Exception):
    """A receipt cannot be written or read; its text is a sentence for the admin."""


def receipt_of(journal: Path) -> Path:
    """Return where the receipt of a journal lies."""
    return journal.with_name(journal.name.removesuffix(".jsonl") + ENDING)


def write_receipt(journal: Path, now: float) -> Path:
    """Write what a journal tells to its receipt, in one step; return the receipt's path.

    Whoever does holds the lock of the plan. `now`: seconds since the epoch. Raises JournalError
    if the journal cannot be read, ReceiptError if the disk does not take the receipt.
    """
    told, path = replay(journal), receipt_of(journal)
    try:
        with put_in_place(path) as file:
            file.writelines(lines(told, journal.name, written=moment(now)))
    except OSError as error:
        why = error.strerror or error
        raise ReceiptError(f"The receipt {path} cannot be written: {why}.") from None
    return path


def lines(told: Replay, journal: str, *, written: str) -> Iterator[str]:
    """Yield the lines of a receipt, each with its end; `written`: when, as it is to stand there."""
    by = f"{written} by zohotui {zohotui.__version__}"
    for line in facts(told, journal, written=by):
        yield f"{printable(line)}\n"
    yield from _each(told.rows)


def _each(rows: Rows) -> Iterator[str]:
    """Yield a line an id, in the order of the list."""
    ids = max(len("RECORD ID"), len(str(max(rows.ids))))
    number = max(len("NO."), len(str(len(rows))))
    states = max(len("STATE"), *(len(state) for state in rows.tally))
    yield from ("\n", "EACH ID, IN THE ORDER OF THE LIST\n", "\n")
    yield f"{'NO.':>{number}}  {'RECORD ID':<{ids}}  {'STATE':<{states}}  CODE: MESSAGE\n"
    for start, count, outcome in rows.alike():
        words = ": ".join(filter(None, (outcome.code, outcome.message)))
        end = f"  {outcome.state:<{states}}  {printable(words)}".rstrip() + "\n"
        span = enumerate(rows.ids[start : start + count], start + 1)
        yield from (f"{place:>{number}}  {record_id:<{ids}}{end}" for place, record_id in span)


def last_hash(receipt: Path) -> str:
    """Return the last hash of the journal that a receipt names; empty if it names none.

    Raises ReceiptError if there is a receipt and it cannot be read.
    """
    try:
        with receipt.open(encoding="utf-8", errors="backslashreplace") as file:
            found = _HEAD.search(file.read(_MOST_OF_HEAD))
    except OSError as error:
        raise ReceiptError(f"It cannot be read: {error.strerror}.") from None
    return found[1] if found else ""


def is_as_told(receipt: Path, told: Replay, journal: str) -> bool | None:
    """Whether a receipt says exactly what its journal tells; local times are left out.

    None if another version of zohotui wrote it, whose receipts may have another form.
    """
    with receipt.open(encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        head = _WRITTEN.search(file.read(_MOST_OF_HEAD))
        if head is None:
            return False
        if head[2] != f"zohotui {zohotui.__version__}":
            return None
        file.seek(0)
        both = zip_longest(lines(told, journal, written=head[1]), file, fillvalue="")
        return all(one == other or _utc(one) == _utc(other) for one, other in both)


def _utc(line: str) -> str:
    """Leave out what depends on where a receipt is written."""
    return re.sub(r" \(local [-+:0-9 ]*\)", "", line)
