"""A record in words: its fields in groups, as they came, and what of them holds certain words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from textual.content import Content

from zohotui.tui.words.text import Fact
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Json

LABELS = 22
"""Cells of the names of the fields."""

_FIELDS, _LINKS, _ROWS, _SYSTEM = "Fields", "Links to other records", "Lists and rows", "Zoho's own"
_GROUPS = (_FIELDS, _LINKS, _ROWS, _SYSTEM)
_NOTHING: tuple[object, ...] = (None, "", [], {})


def record_facts(title: str, fields: Json, wanted: Sequence[str] = ()) -> list[Fact]:
    """Say every field of a record, in groups; those that hold nothing by their names alone.

    `wanted`: words, in small letters, that each line must hold; all lines without any.
    """
    groups: dict[str, list[Fact]] = {group: [] for group in _GROUPS}
    empty = []
    for name, value in fields.items():
        if value in _NOTHING:
            empty.append(printable(name))
            continue
        group = _group(name, value)
        groups[group] += [fact for fact in _facts(name, value) if _holds(group, fact, wanted)]
    told: list[Fact] = []
    for group, facts in groups.items():
        if facts:
            told += [("", ""), ("", Content.styled(f"{title} · {group}", "bold")), *facts]
    names = ", ".join(name for name in empty if all(word in name.lower() for word in wanted))
    return [*told, ("", ""), ("Empty", Content.styled(names, "$foreground 60%"))] if names else told


def _holds(group: str, fact: Fact, wanted: Sequence[str]) -> bool:
    text = f"{group} {fact[0]} {fact[1]}".lower()
    return all(word in text for word in wanted)


def _group(name: str, value: object) -> str:
    if name.startswith("$") or name.endswith("__s"):
        return _SYSTEM
    if isinstance(value, list):
        return _ROWS
    return _LINKS if isinstance(value, Mapping) and "id" in value else _FIELDS


def _facts(name: str, value: object) -> Iterator[Fact]:
    label = printable(name, LABELS - 1)
    rows = value if isinstance(value, list) else []
    if not any(isinstance(row, Mapping) for row in rows) or name == "Tag":
        yield label, _words(value)
        return
    for number, row in enumerate(rows, 1):
        cells = row.items() if isinstance(row, Mapping) else [("", row)]
        told = (f"{printable(key)}: {_words(one)}" for key, one in cells if one not in _NOTHING)
        yield printable(f"{name[: LABELS - 6]} {number}"), " · ".join(told)


def _words(value: object) -> str:
    if isinstance(value, Mapping) and isinstance(value.get("name"), str):
        others = {key: one for key, one in value.items() if key not in {"name", "id", "email"}}
        if not others:
            tail = " · ".join(str(value[key]) for key in ("email", "id") if value.get(key))
            return printable(f"{value['name']} · {tail}" if tail else value["name"])
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return printable(", ".join(value))
    if isinstance(value, str):
        return printable(value, keep="\n")
    return printable(json.dumps(value, ensure_ascii=False))
