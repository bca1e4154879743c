"""A plan as a file in JSON, and beside it the list for the owners of its records.

The file carries the SHA-256 of what it says: of its JSON without that key, in the canonical form
(keys in order, no blanks, UTF-8). So an edit by hand shows. It is no signature: who knows how can
work it out again, which is why a plan by another user is a handshake and not a lock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NoReturn

from zohotui.deletion.handover import keep_file
from zohotui.deletion.handover.written_plan import (
    MOST_PLANNED,
    HandoverError,
    OpenedPlan,
    Planned,
    WrittenPlan,
)
from zohotui.deletion.journal import line_values as values
from zohotui.deletion.journal.lines import iso
from zohotui.deletion.journal.plan_line import target_of
from zohotui.deletion.journal.writer import this_tool
from zohotui.files import NotWritten, create_named, new_path
from zohotui.zoho.printable import printable
from zohotui.zoho.records import is_api_name

FORMAT = 1
"""Version of what is written."""

MARK = "zohotui_plan"
"""The first key, by which such a file is known."""

_MOST_BYTES = 64 << 20
_NEVER_WRITTEN = (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError)


def owners_of(path: Path) -> Path:
    """Return where the list for the owners lies beside a plan."""
    # Not with_suffix: `/` has no name, and is told to be no file later.
    return path.parent / f"{path.stem}.csv"


def write_plan(path: Path, plan: WrittenPlan) -> Path:
    """Write a plan and the list for its owners; return the full path of the plan.

    Both are only their owner's to read, and neither takes the place of another file. Raises
    NotWritten.
    """
    path = new_path(path, ".json")
    owners = owners_of(path)
    with create_named(owners) as file:
        keep_file.write_owners(file, plan)
    try:
        with create_named(path) as file:
            file.write(_text(plan))
    except NotWritten:
        with suppress(OSError):
            owners.unlink()
        raise
    return path


def _text(plan: WrittenPlan) -> str:
    told = {
        MARK: FORMAT,
        "tool": this_tool(),
        "at": iso(plan.at),
        "target": asdict(plan.target),
        "module": plan.module,
        "label": plan.label,
        "reviewed": iso(plan.reviewed),
        "source": plan.source,
        "records": [{**asdict(one), "id": str(one.id)} for one in plan.records],
    }
    return json.dumps({**told, "sha256": _hash(told)}, ensure_ascii=False, indent=1) + "\n"


def _hash(told: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical form of what a plan says, in hexadecimal."""
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode(errors="backslashreplace")).hexdigest()


def open_plan(path: Path, kept: Sequence[Path] = ()) -> OpenedPlan:
    """Read a plan, and what the owners of its records say; raises HandoverError.

    `kept`: lists that the owners have filled in. The one beside the plan counts too if it is
    there: what any of them keeps is kept.
    """
    stamp, kept = _stamp(path, kept), tuple(kept)
    written = read_plan(path)
    beside = owners_of(path)
    there = _is_there(beside)
    if not kept and not there:
        raise HandoverError(
            f"{path.name} needs the list that its owners fill in, and {beside.name} is not beside "
            "it. --keep FILE names where it is."
        )
    told = [keep_file.read_owners(one, written) for one in kept]
    also = [keep_file.read_owners(beside, written)] if there else []
    # Where lists were sent back, a record must stand in one of them: the one beside has them all.
    rows = frozenset[int]().union(*(one.rows for one in told or also))
    held = {one.id: keep_file.NO_ROW for one in written.records if one.id not in rows}
    for wanted in (keep_file.is_unclear, keep_file.is_kept):
        for one in (*told, *also):
            held |= {record: outcome for record, outcome in one.held.items() if wanted(outcome)}
    return OpenedPlan(written, printable(path.name, 60), held, path, kept, stamp)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        # Nobody knows what its owners keep, so it counts neither as there nor as not.
        name = printable(path.name, 60)
        raise HandoverError(f"{name} cannot be looked for: {error.strerror}.") from None


def renewed(plan: OpenedPlan) -> OpenedPlan:
    """Read a plan again if any file of it has changed, so that what owners write later counts.

    Raises HandoverError as `open_plan`, and for a file that is another plan by now.
    """
    if not has_changed(plan):
        return plan
    again = open_plan(plan.path, plan.kept)
    if again.written.sha256 != plan.written.sha256:
        raise HandoverError(f"{plan.name} is another plan by now. Start zohotui with it again.")
    return again


def has_changed(plan: OpenedPlan) -> bool:
    """Whether any file of it has been written since it was read."""
    return _stamp(plan.path, plan.kept) != plan.stamp


def _stamp(path: Path, kept: Sequence[Path]) -> tuple[str, ...]:
    return tuple(map(_stamp_of, (path, owners_of(path), *kept)))


def _stamp_of(path: Path) -> str:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        return type(error).__name__
    return f"{found.st_dev}:{found.st_ino}:{found.st_size}:{found.st_mtime_ns}"


def read_plan(path: Path) -> WrittenPlan:
    """Read a plan; raises HandoverError if it is none, or not as it was written."""
    name = printable(path.name, 60)
    told = _parsed(name, _read(path, name))
    try:
        version = values.whole(told[MARK], 1)
    except (KeyError, ValueError):
        raise HandoverError(f"{name} is not a plan that zohotui wrote.") from None
    if version > FORMAT:
        raise HandoverError(f"{name} was written by a newer zohotui. Use that.")
    sha256 = told.pop("sha256", "")
    if sha256 != _hash(told):
        raise HandoverError(
            f"{name} was changed after it was written: its SHA-256 is another. Have its author "
            "write the plan again. What owners keep belongs into the CSV, not into this file."
        )
    try:
        return replace(_plan(told), sha256=sha256)
    except _NEVER_WRITTEN:
        raise HandoverError(f"{name} is not a plan that zohotui wrote.") from None


def _read(path: Path, name: str) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise HandoverError(f"{name} is not a file.")
        if path.stat().st_size > _MOST_BYTES:
            raise HandoverError(f"{name} is larger than any plan.")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "its name cannot be one"
        raise HandoverError(f"The plan {name} cannot be read: {why}.") from None


def _parsed(name: str, raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise HandoverError(f"{name} is not a plan that zohotui wrote.")
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice: a reader would see the one, and the hash be of the other."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def _no_number(_: str) -> NoReturn:
    raise ValueError("not a number of JSON")


def _plan(told: Mapping[str, Any]) -> WrittenPlan:
    """Take every value; raises one of _NEVER_WRITTEN."""
    entries = values.entries(told["records"])
    ids = values.record_ids([one["id"] for one in entries])
    target = target_of(told["target"])
    if not is_api_name(told["module"]) or not target.zgid:
        raise ValueError("a module of a known org was expected")
    if not 0 < len(ids) <= MOST_PLANNED or len(set(ids)) < len(ids) or not min(ids):
        raise ValueError("records were expected, each once")
    return WrittenPlan(
        target=target,
        module=told["module"],
        label=values.text(told["label"]),
        at=values.moment(told["at"]),
        reviewed=values.moment(told["reviewed"]),
        source=values.text(told["source"]),
        records=tuple(map(_planned, ids, entries)),
    )


def _planned(record_id: int, entry: Mapping[str, Any]) -> Planned:
    told = {key: values.text(entry[key]) for key in ("name", "owner", "modified", "note")}
    return Planned(record_id, **told)
