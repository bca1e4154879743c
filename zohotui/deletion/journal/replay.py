"""A journal read back: its lines are events, and RunState makes of them what is known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from zohotui.deletion.journal import lines, plan_line
from zohotui.deletion.journal.batch_lines import quick_event
from zohotui.deletion.journal.chain import CHAINED, Checked, Fault, hash_of, unchained
from zohotui.deletion.journal.first_line import FirstLine, read_first
from zohotui.deletion.journal.journal_file import JournalFile
from zohotui.deletion.journal.plan_line import ReadIds
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.plan import PlanError
from zohotui.deletion.model.run_state import RunState
from zohotui.zoho.printable import printable

_NEVER_WRITTEN = (
    *(AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError),
    PlanError,
)


def replay(path: Path) -> RunState:
    """Read what a journal tells of its run; raises as read_journal."""
    return read_journal(path).run


def read_journal(path: Path) -> JournalFile:
    """Read a journal; raises JournalError with a sentence if it is none, or damaged or changed.

    A batch that was sent and never landed is `unknown` then, whatever happened to it.
    """
    try:
        with path.open("rb") as file:
            return _read(path, file)
    except OSError as error:
        raise JournalError(f"The journal {path} cannot be read: {error.strerror}.") from None


def _read(path: Path, file: BinaryIO) -> JournalFile:
    run: RunState | None = None
    fault_of, checked, digest = unchained, Checked(), hashlib.sha256()
    size, line, rest = 0, b"", b""
    first = read_first(file)
    if first is not None:
        run, size, line = _begun_by(path, first, checked), first.size, first.end
        fault_of = checked.fault
    file.seek(size)
    # A line at a time: the journal of a million ids is as large as all else in memory.
    for number, written in enumerate(file, 1 if run is None else 2):
        if not written.endswith(b"\n"):
            rest = written
            break
        size += len(written)
        line = written[:-1]
        entry = _parse(path, number, line) if run is None else None
        if entry is not None and _version(path, entry) >= CHAINED:
            fault_of = checked.fault
        if fault_of is unchained:
            digest.update(written)
        _whole(path, fault_of(line))
        try:
            if run is None:
                run = _begun(path, entry or {})
            else:
                event = quick_event(line, run.plan, run.flights) or lines.of_line(
                    _parse(path, number, line), run.plan, run.flights
                )
                run.check(event)
                run.apply(event)
        except _NEVER_WRITTEN:
            raise JournalError(_damaged(path, number)) from None
    if run is None:
        raise JournalError(f"The journal {path} is empty: its run never began.")
    head = hash_of(line)
    _whole(path, checked.fault_behind(rest) if head else None)
    run.end_flights()
    return JournalFile(path, run, size, bool(rest), head, "" if head else digest.hexdigest())


def _begun_by(path: Path, first: FirstLine, checked: Checked) -> RunState:
    _version(path, first.entry)
    _whole(path, checked.fault(first.end, first.digest))
    try:
        return _begun(path, first.entry, first.ids)
    except _NEVER_WRITTEN:
        raise JournalError(_damaged(path, 1)) from None


def _whole(path: Path, fault: Fault | None) -> None:
    if fault is not None:
        raise JournalError(f"{_damaged(path, fault.line)} Its chain breaks there: {fault.how}.")


def _version(path: Path, first: Mapping[str, Any]) -> int:
    try:
        version = plan_line.version_of(first)
    except TypeError:
        version = 0
    if version < 1:
        raise JournalError(f"{path} is not a journal of zohotui.")
    if version > lines.FORMAT:
        tool = printable(str(first.get("tool")), 60)
        raise JournalError(f"The journal {path} was written by a newer zohotui ({tool}). Use that.")
    return version


def _begun(path: Path, first: dict[str, Any], ids: ReadIds | None = None) -> RunState:
    try:
        begun = plan_line.begun_of(first, ids)
    except plan_line.OtherIds:
        raise JournalError(
            f"The ids in {path} are not those that the run was confirmed with."
        ) from None
    run = RunState(begun.plan)
    run.apply(begun)
    return run


def _parse(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        return lines.parse(line)
    except ValueError:
        raise JournalError(_damaged(path, number)) from None


def _damaged(path: Path, line: int) -> str:
    return f"The journal {path} is damaged in line {line}."
