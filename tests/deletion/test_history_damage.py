"""The list of runs over journals that are none, damaged or forged: told, and never a crash."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.test_history import begun, why
from tests.rows import each_row
from tests.world.plans import TARGET
from zohotui.deletion.journal.history import Unreadable, history, unfinished

JUNK: list[bytes] = [
    b"",
    b"\n",
    b"\n\n\n",
    b"\xff\xfe\x00" * 50,
    os.urandom(70_000),
    b'{"a":1}\n',
    b'{"journal":2}\n',
    b"[]\n[]\n",
    b"null\n",
    b"3\n3\n",
    b'"text"\n',
    b"[" * 100_000 + b"\n",
    b"PK\x03\x04 zip\n" * 3,
    b"Record Id,Name\n554023000000201001,Anna\n",
    b"x" * 3_000_000,
]


@each_row("junk", JUNK)
def test_what_is_no_journal_is_named_and_hides_no_other(tmp_path: Path, junk: bytes) -> None:
    whole = begun(tmp_path)
    (tmp_path / "odd.jsonl").write_bytes(junk)
    (tmp_path / "notes.txt").write_bytes(junk)
    odd, other = history(tmp_path)
    assert odd == Unreadable(tmp_path / "odd.jsonl", "it is not a complete journal of zohotui")
    assert other.path == whole
    assert [one.path for one in unfinished(tmp_path, tmp_path, TARGET)] == [whole]


FIRST: list[dict[str, Any]] = [
    {"journal": None},
    {"journal": "2"},
    {"at": "yesterday"},
    {"at": 3},
    {"at": "0001-01-01T00:00:00+00:00"},
    {"at": "9999-12-31T23:59:59+00:00"},
    {"count": 1e400},
    {"count": []},
    {"target": []},
]
LAST: list[Any] = [
    [],
    7,
    {"finished": {"vanished": 1}},
    {"finished": {"deleted": None}},
    {"finished": {"deleted": 1e400}},
    {"finished": {"deleted": float("nan")}},
    {"resolved": [], "tally": {"deleted": {}}, "ended": True},
]


@each_row("changes", FIRST)
def test_a_first_line_that_makes_no_sense_is_told(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = begun(tmp_path)
    first, rest = path.read_text(encoding="utf-8").split("\n", 1)
    line = json.dumps({**json.loads(first), **changes}, separators=(",", ":"))
    path.write_text(f"{line}\n{rest}", encoding="utf-8")
    assert why(tmp_path) == "it is not a complete journal of zohotui"


@each_row("field", ["api_domain", "location", "org", "zgid", "user", "user_id"])
@each_row("value", [7, None, [], {}])
def test_an_org_that_is_no_text_is_told(tmp_path: Path, field: str, value: object) -> None:
    path = begun(tmp_path)
    first, rest = path.read_text(encoding="utf-8").split("\n", 1)
    plan = json.loads(first)
    plan["target"][field] = value
    path.write_text(f"{json.dumps(plan, separators=(',', ':'))}\n{rest}", encoding="utf-8")
    assert why(tmp_path) == "it is not a complete journal of zohotui"


@each_row("line", LAST)
def test_a_last_line_that_makes_no_sense_is_told(tmp_path: Path, line: object) -> None:
    path = begun(tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{json.dumps(line)}\n")
    assert why(tmp_path) == "it is not a complete journal of zohotui"


@given(
    flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4)
)
def test_flipped_bytes_are_told_or_harmless_but_never_a_crash(
    tmp_path: Path, flips: list[tuple[int, int]]
) -> None:
    path = begun(tmp_path)
    content = bytearray(path.read_bytes())
    for place, byte in flips:
        content[place % len(content)] = byte
    path.write_bytes(content)
    assert len(history(tmp_path)) == 1
    unfinished(tmp_path, tmp_path, TARGET)
    path.unlink()
