"""Whether a journal is whole and unchanged, in lines for a terminal or a mail: --verify-journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zohotui.deletion.journal.chain import broken, hash_of, is_chained
from zohotui.deletion.journal.differences_file import (
    DifferencesError,
    Standing,
    differences_of,
    standing,
)
from zohotui.deletion.journal.journal_file import JournalFile
from zohotui.deletion.journal.lines import FORMAT, parse
from zohotui.deletion.journal.plan_line import version_of
from zohotui.deletion.journal.receipt import Agreement, agreement, is_as_told, noted_in, receipt_of
from zohotui.deletion.journal.receipt_facts import moment
from zohotui.deletion.journal.replay import read_journal
from zohotui.deletion.journal.saved_copies import snapshots_of
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import differs, restored_words
from zohotui.deletion.model.run_state import RunState
from zohotui.zoho.printable import printable

WHOLE, NOT_WHOLE = 0, 1

_LOOKS = 3
"""How often a journal is looked at that grows meanwhile: its run may be under way."""

_NO_SIGNATURE = (
    "A chain is not a signature, and removing lines at the end does not break it: compare "
    "the last hash with one noted elsewhere."
)


_BEHIND = (
    "If the run is in progress, wait until it ends. Otherwise start zohotui: it writes the "
    "receipt again at the start, or when [history] opens the run."
)
_AHEAD = (
    "Keep both files, and look for a complete copy of the journal in a backup. zohotui does "
    "not continue the run; [history] opens it, [resolve] looks up its ids."
)
_DIFFERENCES = {
    Standing.WHOLE: ("names every record that differs by the journal", ""),
    Standing.BEHIND: (
        "IS BEHIND: it is not complete.",
        (
            "If an undo is in progress, wait until it ends. Otherwise [history] opens the run "
            "and completes it."
        ),
    ),
    Standing.LACKS: (
        "DOES NOT MATCH: it does not name every record that differs by the journal.",
        (
            "Look for a complete copy of it in a backup. The journal names the fields, without "
            "values."
        ),
    ),
    Standing.AHEAD: (
        "DOES NOT MATCH: its last hash is not in the journal; one of the two was changed.",
        "Keep both files, and look for a complete copy of the journal in a backup.",
    ),
}

_CHANGED = "Move it elsewhere. When [history] opens the run, a new one is written."


@dataclass(frozen=True, slots=True)
class Proof:
    """What can be said of a journal."""

    lines: tuple[str, ...]
    """Printable, without line ends."""
    code: int
    """WHOLE, or NOT_WHOLE if it was changed or that cannot be told."""


class NoJournal(Exception):
    """A file that cannot be read or is no journal; its text is a sentence for the admin."""


def verify_journal(path: Path) -> Proof:
    """Hold a journal to its chain, and to the receipt beside it; both are only read.

    Raises NoJournal if there is nothing to prove.
    """
    for _ in range(_LOOKS):
        lines, rest = _lines(path)
        proof = _look(path, lines, rest)
        size = sum(map(len, lines)) + len(lines) + len(rest)
        if proof.code == WHOLE or not _grown(path, size):
            break
    return proof


def _grown(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size != size
    except OSError:
        return False


def _look(path: Path, lines: Sequence[bytes], rest: bytes) -> Proof:
    chained = is_chained(_version(path, lines), lines)
    told: list[str] = [_fact("Journal", str(path))]
    if chained and (fault := broken(lines, rest)):
        before = f"Lines 1 to {fault.line - 1} are chained correctly." if fault.line > 1 else ""
        told += ["NOT AS IT WAS WRITTEN.", f"Line {fault.line}: {fault.how}.", before]
        return _proof(told, NOT_WHOLE)
    try:
        read = read_journal(path)
    except JournalError as error:
        return _proof([*told, "NOT A COMPLETE JOURNAL.", str(error)], NOT_WHOLE)
    code, number = WHOLE, f"{len(lines):,} line{'s' * (len(lines) != 1)}"
    if chained:
        told.append(f"Whole and unchanged: {number}, each chained to the one before it.")
    else:
        told.append(f"CANNOT BE CHECKED: its {number} were written before lines were chained.")
        code = NOT_WHOLE
    told += _facts(read, rest)
    told += _copies(path, read.run)
    receipt, fits = _receipt(path, read, lines)
    differences, agree = _differences(path, read.run)
    told += [*receipt, *differences, _NO_SIGNATURE]
    return _proof(told, code if fits and agree else NOT_WHOLE)


def _proof(lines: Sequence[str], code: int) -> Proof:
    return Proof(tuple(printable(line) for line in lines if line), code)


def _lines(path: Path) -> tuple[list[bytes], bytes]:
    try:
        # Anything else that can be opened may keep the one who reads it waiting for ever.
        if path.exists() and not path.is_file():
            raise NoJournal(f"{path} is not a file.")
        *lines, rest = path.read_bytes().split(b"\n")
    except OSError as error:
        raise NoJournal(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise NoJournal("A file name cannot have a zero byte.") from None
    return lines, rest


def _version(path: Path, lines: Sequence[bytes]) -> int:
    """Return the format that the first line names; 0 if only the chain shows what it is."""
    try:
        version = version_of(parse(lines[0]))
    except (IndexError, ValueError, TypeError):
        version = 0
    # A first line that breaks the chain is told as changed: its number may be what was.
    if version > FORMAT and not (hash_of(lines[0]) and broken(lines[:1])):
        raise NoJournal(f"{path} was written by a newer zohotui. Use that.")
    if not version and not any(map(hash_of, lines)):
        raise NoJournal(f"{path} is not a journal of zohotui, or its run never began.")
    return version


def _facts(read: JournalFile, rest: bytes) -> Iterator[str]:
    run, plan = read.run, read.run.plan
    if rest:
        yield (
            f"After its last line there are {len(rest):,} bytes of a line that was cut off, "
            "as by a crash. They are ignored."
        )
    if not run.finished:
        yield "The run has not ended: whether lines are missing at the end cannot be checked."
    yield _fact(
        "Restore" if plan.restores else "Run",
        f"{plan.label} ({plan.module}) of {plan.target.words}",
    )
    yield _fact("Org number", plan.target.zgid or "not known")
    yield _fact("Began", moment(run.began))
    yield _fact("Last entry", moment(run.last))
    yield _fact("Confirmed ids", f"{len(plan.ids):,}")
    yield _fact("SHA-256 of them", plan.sha256)
    told = [f"{count:,} {run.rows.word(state)}" for state, count in run.rows.tally.items()]
    if plan.restores:
        told = restored_words(run.rows.tally, run.rows.asked_back)
    yield _fact("Outcome", f"{len(run.rows):,} ids = {' + '.join(told)}")
    yield _fact("Last hash", read.head or "none")


def _copies(path: Path, run: RunState) -> Iterator[str]:
    """Say of each file with saved copies whether it is beside the journal; old ones are erased."""
    there = {one.name for one in snapshots_of(path, run.saved)}
    for one in run.saved:
        where = "beside the journal" if one.name in there else "NOT BESIDE THE JOURNAL"
        records = f"{one.records:,} record{'s' * (one.records != 1)}"
        yield _fact("Saved copies", f"{one.name} ({records}): {where}")


def _receipt(path: Path, read: JournalFile, lines: Sequence[bytes]) -> tuple[list[str], bool]:
    """Say how the receipt beside a journal goes with it and what to do, and whether it does."""
    receipt = receipt_of(path)
    if not receipt.is_file():
        return [_fact("Receipt", "none beside the journal")], True
    try:
        noted, goes = noted_in(receipt), agreement(path)
        said = is_as_told(receipt, read, path.name) if goes is Agreement.SAME else False
    except (OSError, JournalError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        return [_fact("Receipt", f"{receipt.name} cannot be read: {why}.")], False
    number, remedy = noted.lines if noted else 0, _CHANGED
    if goes is Agreement.AHEAD:
        words, remedy = _ahead(number, len(lines), chained=bool(noted and noted.head)), _AHEAD
    elif goes is Agreement.BEHIND:
        words = f"IS BEHIND: it was written after line {number:,} of {len(lines):,}."
        remedy = _BEHIND
    elif said is None:
        words, remedy = "its last hash is that of the journal; another zohotui wrote it", ""
    elif said:
        words, remedy = "says what the journal says", ""
    else:
        words = "DOES NOT MATCH: it was changed."
    told_of = [_fact("Receipt", f"{receipt.name} {words}")]
    return [*told_of, *([_fact("What to do", remedy)] if remedy else [])], not remedy


def _differences(path: Path, run: RunState) -> tuple[list[str], bool]:
    """Say how the file of what differs, if there is one, goes with a journal; whether it does."""
    name, rows = differences_of(path).name, run.rows
    try:
        goes = standing(path, [rows.ids[place] for place in rows.any_like(differs)])
    except DifferencesError as error:
        return [_fact("Differences", str(error))], False
    words, remedy = _DIFFERENCES.get(goes, ("", ""))
    told_of = [_fact("Differences", f"{name} {words}")] if words else []
    return [*told_of, *([_fact("What to do", remedy)] if remedy else [])], not remedy


def _ahead(number: int, lines: int, *, chained: bool) -> str:
    if number > lines:
        return (
            f"DOES NOT MATCH: it was written for {number:,} lines, the journal has "
            f"{lines:,}: the journal has lost its end."
        )
    what = (
        "its last hash is not in the journal" if chained else ("the journal's lines are different")
    )
    return f"DOES NOT MATCH: {what}; one of the two was changed."


def _fact(label: str, value: str) -> str:
    return f"{label:<16} {value}"
