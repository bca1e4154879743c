"""The outcomes of a run as a file: CSV for spreadsheets, JSON for programs, Markdown to read."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from zohotui.deletion.journal import line_values as values
from zohotui.deletion.journal.chain import hash_of
from zohotui.deletion.journal.history import last_line
from zohotui.deletion.journal.snapshot import SnapshotError, read_snapshot
from zohotui.deletion.model.exported import OUTCOME_COLUMNS, guarded
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.search import Shown, matching
from zohotui.deletion.review.record_columns import Details
from zohotui.files import create_named, new_path
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Record

_EXTERNAL = "External value"
_SAFE_AGAIN = {State.FAILED, State.NOT_SENT}
_SAFE_HEADER = "Record Id"
_MIXED_HEADER = "Record Id (all outcomes)"
"""Not a name by which an id column is found by itself: with `deleted` and `unknown` ids in it,
the file must not become a list of ids to delete without a thought."""


_Write = Callable[[TextIO, Plan, Rows, Shown | None, "Beside"], None]


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of the rows beside their outcomes."""

    named: Callable[[int], Record | None] = lambda _: None
    """Tells what is shown of the record at a place."""
    at: Callable[[int], float | None] = lambda _: None
    """Tells when Zoho's answer for a place came, in seconds since the epoch."""
    places: Sequence[int] | None = None
    """The rows that alone are written; None for all that the state lets through."""
    copies: Sequence[Path] = ()
    """Saved copies of records, the latest first, where `named` knows nothing."""

    def with_names(self, ids: Sequence[int]) -> Beside:
        """Read the names and owners from the copies, as far as there are any."""
        if not self.copies:
            return self
        where = {str(record_id): place for place, record_id in enumerate(ids)}
        details = Details(len(ids))
        for path in reversed(self.copies):
            # What is lost of a copy is told elsewhere, and must not keep anybody from the file.
            with suppress(SnapshotError, OSError):
                for record in read_snapshot(path):
                    if (place := where.get(str(record.get("id")))) is not None:
                        details.put(place, Record.from_json(record))
        return replace(self, named=lambda place: details.get(place, ids[place]), copies=())

    def of(self, place: int, plan: Plan) -> tuple[str, str, str, str, str]:
        """Return name, owner, module, org and time of a row; the time in UTC."""
        record, at = self.named(place), self.at(place)
        return (
            record.name if record else "",
            record.owner if record else "",
            plan.module,
            plan.target.words,
            "" if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds"),
        )


_BESIDE = ("Name", "Owner", "Module", "Org", "Time (UTC)")


def export(
    path: Path,
    plan: Plan,
    rows: Rows,
    state: Shown | None = None,
    *,
    journal: Path | None = None,
    beside: Beside | None = None,
) -> Path:
    """Write one line an id, or an id in one state only; return the file's full path.

    The ending of the name, .csv, .json or .md, decides the form. Never overwrites. Ids in CSV carry
    the prefix `zcrm_`, as in Zoho's own exports: a spreadsheet rounds longer numbers, and the
    id pane takes the prefix off again. A file in JSON names the run's `journal` and, where the sums
    in its last line are those of the rows, its last hash. Raises NotWritten.
    """
    writers: dict[str, _Write] = {
        ".csv": _csv,
        ".json": partial(_json, journal=journal),
        ".md": partial(_markdown, journal=journal),
    }
    path = new_path(path, *writers)
    write = writers[path.suffix.lower()]
    with create_named(path) as file:
        write(file, plan, rows, state, (beside or Beside()).with_names(rows.ids))
    return path


def _csv(file: TextIO, plan: Plan, rows: Rows, state: Shown | None, beside: Beside) -> None:
    writer, external = csv.writer(file), plan.external
    found = external and not plan.by_value
    columns = (*OUTCOME_COLUMNS, *_BESIDE, *((_EXTERNAL,) if found else ()))
    writer.writerow((_head(plan, state, beside), *columns))
    for place in _places(rows, state, beside):
        record_id, outcome = rows.ids[place], rows.outcome(place)
        cells = (
            external[record_id] if plan.by_value else f"zcrm_{record_id}",
            rows.word(outcome.state),
            outcome.code,
            outcome.message,
            "" if outcome.status is None else str(outcome.status),
            outcome.advice.in_a_file if outcome.code else "",
            outcome.answer,
            *beside.of(place, plan),
            *((external.get(record_id, ""),) if found else ()),
        )
        writer.writerow(map(guarded, cells))


def _head(plan: Plan, state: Shown | None, beside: Beside) -> str:
    """Return what the column of the ids is called: by it a file may become a list again."""
    # Marked rows may have fared in any way.
    safe = state in _SAFE_AGAIN and beside.places is None
    if plan.by_value:
        # The number of a value must not become an id in anybody's list.
        return plan.by_value if safe else f"{plan.by_value} (all outcomes)"
    return _SAFE_HEADER if safe else _MIXED_HEADER


def _json(
    file: TextIO,
    plan: Plan,
    rows: Rows,
    state: Shown | None,
    beside: Beside,
    *,
    journal: Path | None,
) -> None:
    head: dict[str, Any] = {
        "module": plan.module,
        "org": plan.target.words,
        "source": plan.source,
        **({"reason": plan.reason} if plan.reason else {}),
        "sha256": plan.sha256,
        "tally": {rows.word(state): count for state, count in rows.tally.items()},
        **({"listings": _listings(plan)} if plan.listings else {}),
        **(_derived(journal, rows) if journal else {}),
    }
    file.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "outcomes": [\n')
    separator, external = "  ", plan.external
    for place in _places(rows, state, beside):
        record_id, outcome = rows.ids[place], rows.outcome(place)
        name, owner, _, _, time = beside.of(place, plan)
        entry = {
            **({} if plan.by_value else {"id": str(record_id)}),
            "state": rows.word(outcome.state),
            "code": outcome.code,
            "message": outcome.message,
            "status": outcome.status,
            "answer": outcome.answer,
            "name": name,
            "owner": owner,
            "time": time,
            **({"external": external[record_id]} if record_id in external else {}),
        }
        file.write(separator + json.dumps(entry, ensure_ascii=False))
        separator = ",\n  "
    file.write("\n ]\n}\n")


_MARKS = re.compile(r"([\\`*_\[\]<>|~#&])")
"""What Markdown acts on."""


def _markdown(
    file: TextIO,
    plan: Plan,
    rows: Rows,
    state: Shown | None,
    beside: Beside,
    *,
    journal: Path | None,
) -> None:
    tally = " · ".join(f"{count:,} {rows.word(state)}" for state, count in rows.tally.items())
    facts = {
        "Org": plan.target.words,
        "Source": plan.source,
        "Reason": plan.reason,
        "Ids": f"{len(rows):,}: {tally}",
        **(_derived(journal, rows) if journal else {}),
    }
    file.write(f"# {_plain(plan.label)}\n\n")
    file.writelines(f"- {label}: {_plain(words)}\n" for label, words in facts.items() if words)
    heads = (
        _head(plan, state, beside),
        "State",
        "Name",
        "Owner",
        "Code",
        "Message",
        "Time (UTC)",
    )
    file.write(f"\n| {' | '.join(map(_plain, heads))} |\n{'| --- ' * len(heads)}|\n")
    external = plan.external
    for place in _places(rows, state, beside):
        record_id, outcome = rows.ids[place], rows.outcome(place)
        name, owner, _, _, time = beside.of(place, plan)
        title = external[record_id] if plan.by_value else str(record_id)
        cells = (title, rows.word(outcome.state), name, owner, outcome.code, outcome.message, time)
        file.write(f"| {' | '.join(map(_plain, cells))} |\n")


def _plain(text: str) -> str:
    """Keep foreign text from being read as Markdown."""
    return _MARKS.sub(r"\\\1", printable(text))


def _listings(plan: Plan) -> list[dict[str, Any]]:
    """Say what in Zoho the ids were read from."""
    return [
        {
            "from": one.kind,
            "module": one.module,
            "name": one.name,
            "words": one.words,
            "note": one.note,
            "unresolved": [asdict(each) for each in one.unresolved],
        }
        for one in plan.listings
    ]


def _derived(journal: Path, rows: Rows) -> dict[str, str]:
    """Name the journal that the rows are of, and its last hash if both tell the same."""
    told, head = {"journal": journal.name}, ""
    # Whatever is wrong with the journal is told elsewhere, and must not keep anybody from the file.
    with suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
        with journal.open("rb") as file:
            last = last_line(file)
        entry = json.loads(last)
        sums = values.tally(entry.get("finished", entry.get("tally")))
        head = hash_of(last) if sums == dict(rows.tally) else ""
    return {**told, "last_hash": head} if head else told


def _places(rows: Rows, state: Shown | None, beside: Beside) -> Iterable[int]:
    if beside.places is not None:
        return beside.places
    return range(len(rows)) if state is None else matching(rows, state)
