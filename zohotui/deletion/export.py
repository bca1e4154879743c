"""The outcomes of a run as a file: CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from zohotui.deletion.journal import line_values as values
from zohotui.deletion.journal.chain import hash_of
from zohotui.deletion.journal.history import last_line
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.search import Shown, matching
from zohotui.files import create_whole

_COLUMNS = ("State", "Code", "Message", "HTTP status", "What to do", "Answer")
_EXTERNAL = "External value"
_SAFE_AGAIN = {State.FAILED, State.NOT_SENT}
_SAFE_HEADER = "Record Id"
_MIXED_HEADER = "Record Id (all outcomes)"
"""Not a name by which an id column is found by itself: with `deleted` and `unknown` ids in it,
the file must not become a list of ids to delete without a thought."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


_Write = Callable[[TextIO, Plan, Rows, Shown | None], None]


class ExportError(Exception):
    """The file cannot be written; its text is a sentence for the admin."""


def export(
    path: Path, plan: Plan, rows: Rows, state: Shown | None = None, *, journal: Path | None = None
) -> Path:
    """Write one line an id, or an id in one state only; return the file's full path.

    The ending of the name, .csv or .json, decides the form. Never overwrites. Ids in CSV carry
    the prefix `zcrm_`, as in Zoho's own exports: a spreadsheet rounds longer numbers, and the
    id pane takes the prefix off again. A file in JSON names the run's `journal` and, where the sums
    in its last line are those of the rows, its last hash.
    """
    try:
        path = path.expanduser().absolute()
    except RuntimeError:
        raise ExportError(f"{path}: there is no such user.") from None
    writers: dict[str, _Write] = {".csv": _csv, ".json": partial(_json, journal=journal)}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise ExportError(f"{path.name}: the name must end in .csv or .json.")
    if "\0" in str(path):
        raise ExportError("A file name cannot have a zero byte.")
    try:
        with create_whole(path) as file:
            write(file, plan, rows, state)
    except FileExistsError:
        raise ExportError(f"{path} exists already. Choose another name.") from None
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror}.") from None
    return path


def _csv(file: TextIO, plan: Plan, rows: Rows, state: Shown | None) -> None:
    writer, external = csv.writer(file), plan.external
    beside = bool(external) and not plan.by_value
    columns = (*_COLUMNS, _EXTERNAL) if beside else _COLUMNS
    safe = state in _SAFE_AGAIN
    header = _SAFE_HEADER if safe else _MIXED_HEADER
    if plan.by_value:
        # The number of a value must not become an id in anybody's list.
        header = plan.by_value if safe else f"{plan.by_value} of any outcome"
    writer.writerow((header, *columns))
    for record_id, outcome in _outcomes(rows, state):
        cells = (
            external[record_id] if plan.by_value else f"zcrm_{record_id}",
            outcome.state.value,
            outcome.code,
            outcome.message,
            "" if outcome.status is None else str(outcome.status),
            outcome.advice.remedy if outcome.code else "",
            outcome.answer,
            *((external.get(record_id, ""),) if beside else ()),
        )
        writer.writerow(map(_inert, cells))


def _json(
    file: TextIO, plan: Plan, rows: Rows, state: Shown | None, *, journal: Path | None
) -> None:
    head: dict[str, Any] = {
        "module": plan.module,
        "org": plan.target.words,
        "source": plan.source,
        **({"reason": plan.reason} if plan.reason else {}),
        "sha256": plan.sha256,
        "tally": {state.value: count for state, count in rows.tally.items()},
        **({"listings": _listings(plan)} if plan.listings else {}),
        **(_derived(journal, rows) if journal else {}),
    }
    file.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "outcomes": [\n')
    separator, external = "  ", plan.external
    for record_id, outcome in _outcomes(rows, state):
        entry = {
            **({} if plan.by_value else {"id": str(record_id)}),
            "state": outcome.state.value,
            "code": outcome.code,
            "message": outcome.message,
            "status": outcome.status,
            "answer": outcome.answer,
            **({"external": external[record_id]} if record_id in external else {}),
        }
        file.write(separator + json.dumps(entry, ensure_ascii=False))
        separator = ",\n  "
    file.write("\n ]\n}\n")


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


def _outcomes(rows: Rows, state: Shown | None) -> Iterator[tuple[int, Outcome]]:
    places = range(len(rows)) if state is None else matching(rows, state)
    return ((rows.ids[place], rows.outcome(place)) for place in places)


def _inert(cell: str) -> str:
    """Keep a spreadsheet from reading foreign text as a formula."""
    return "'" + cell if cell.startswith(_FORMULA_STARTS) else cell
