"""What a record has become since it was saved: field by field, as text that can be shown."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from zohotui.zoho.printable import printable
from zohotui.zoho.records import Json

_BY_THE_RESTORE = frozenset(
    {"Modified_Time", "Modified_By", "Last_Activity_Time", "Record_Status__s"}
)
"""Fields that a restore may well change itself, beside the system's own (`$…`).

No source says which it does change: zoho-api.md, "RESTORE EXISTS". So they are told, but apart.
"""

_UNORDERED = frozenset({"Tag"})
"""Fields whose parts come in no order of their own."""

_ABSENT = object()
_WIDTH = 120
"""Characters of a value that are shown."""

_BEFORE_IT = 20
"""Characters that are shown before the place where two long values part."""

_MOST_NAMES = 8
"""Names of fields that a sentence lists."""

_NAME = re.compile(r"\$?[A-Za-z][A-Za-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that is not as it was saved; everything in it is printable."""

    name: str
    before: str
    after: str
    perhaps_by_restore: bool
    """Whether the restore itself may have changed it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that is not as it was saved in a field that matters."""

    record_id: int
    fields: tuple[Changed, ...]
    """All that differ, also those that the restore itself may have changed."""

    @property
    def lines(self) -> list[str]:
        """The same to be read."""
        lines = [str(self.record_id)]
        for field in self.fields:
            hint = "  (changed by the restore itself, perhaps)" if field.perhaps_by_restore else ""
            lines += [f"  {field.name}{hint}", f"    saved  {field.before}"]
            lines.append(f"    now    {field.after}")
        return lines


def changes(saved: Json, now: Json) -> tuple[Changed, ...]:
    """Return the fields in which two copies of one record differ, or which only one of them has.

    Deep values (lookups, rows of subforms) are compared whole, as JSON. Those that matter come
    first.
    """
    names = [name for name in dict.fromkeys((*saved, *now)) if name != "id"]
    found = [
        Changed(printable(name, _WIDTH), *_excerpts(before, after), is_perhaps_by_restore(name))
        for name in names
        if not _same(name, before := saved.get(name, _ABSENT), after := now.get(name, _ABSENT))
    ]
    return tuple(sorted(found, key=lambda one: one.perhaps_by_restore))


def is_perhaps_by_restore(name: str) -> bool:
    """Whether a restore may change this field by its nature."""
    return name.startswith("$") or name in _BY_THE_RESTORE


def names_to_read(saved: Sequence[Json]) -> list[str]:
    """Name the fields that saved copies have, as far as a request can name them."""
    names = dict.fromkeys(name for record in saved for name in record)
    return [name for name in names if name != "id" and _NAME.fullmatch(name)]


def listed(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    """Put names into a sentence, the first of them if they are many."""
    few, more = ", ".join(names[:most]), len(names) - most
    return f"{few} and {more:,} more" if more > 0 else few


def _same(name: str, before: object, after: object) -> bool:
    if before is _ABSENT or after is _ABSENT:
        return False
    if name in _UNORDERED and isinstance(before, list) and isinstance(after, list):
        return sorted(map(_canonical, before)) == sorted(map(_canonical, after))
    try:
        return _canonical(before) == _canonical(after)
    except RecursionError:
        return False


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _excerpts(before: object, after: object) -> tuple[str, str]:
    """Show two values from where they part, if that is beyond what is shown of a long one."""
    texts = _text(before), _text(after)
    pairs = enumerate(zip(*texts, strict=False))
    alike = next((at for at, (one, other) in pairs if one != other), min(map(len, texts)))
    start = alike - _BEFORE_IT
    if start > 0 and max(map(len, texts)) > _WIDTH:
        texts = texts[0][start:], texts[1][start:]
        texts = f"\N{HORIZONTAL ELLIPSIS}{texts[0]}", f"\N{HORIZONTAL ELLIPSIS}{texts[1]}"
    return printable(texts[0], _WIDTH), printable(texts[1], _WIDTH)


def _text(value: object) -> str:
    if value is _ABSENT:
        return "(no such field)"
    if value is None or value in ("", [], {}):
        return "(empty)"
    if isinstance(value, str):
        return value
    try:
        return _canonical(value)
    except RecursionError:
        return "(nested too deeply to be shown)"
