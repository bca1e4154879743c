"""Two copies of a record compared: nothing is overlooked, nothing harmful is shown."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from zohotui.deletion.afterwards.comparison_sums import ComparisonSums
from zohotui.deletion.journal.differences_file import (
    DifferencesError,
    add_differences,
    differences_of,
    read_differences,
)
from zohotui.deletion.model.differences import Changed, Difference, changes, listed, names_to_read
from zohotui.zoho.printable import printable

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
RECORDS = st.dictionaries(st.text(max_size=5), VALUES, max_size=5)


@given(RECORDS)
def test_a_record_is_as_it_is(record: dict[str, Any]) -> None:
    assert changes(record, dict(reversed(record.items()))) == ()


@given(RECORDS, RECORDS)
def test_every_field_that_differs_is_found(saved: dict[str, Any], now: dict[str, Any]) -> None:
    found = len(changes(saved, now))
    keys = {key for key in (*saved, *now) if key != "id"}
    unequal = {key for key in keys if key not in saved or key not in now or saved[key] != now[key]}
    # As JSON true is not 1, which Python takes for the same.
    assert len(unequal) <= found <= len(keys)
    for one in changes(saved, now):
        assert all(printable(text) == text for text in (one.name, one.before, one.after))
        assert max(len(one.before), len(one.after)) <= 120


@each_row(
    ("before", "after", "texts"),
    [
        (None, "x", ("(empty)", "x")),
        ("", None, ("(empty)", "(empty)")),
        (1, True, ("1", "true")),
        (["a", "b"], ["b", "a"], ('["a", "b"]', '["b", "a"]')),
        (
            {"id": "1", "name": "Ada"},
            {"name": "Bo", "id": "1"},
            ('{"id": "1", "name": "Ada"}', '{"id": "1", "name": "Bo"}'),
        ),
        ("\x1b[2J", "\u202e", ("\ufffd[2J", "\ufffd")),
    ],
)
def test_values_are_shown_as_text(before: object, after: object, texts: tuple[str, str]) -> None:
    (one,) = changes({"Field": before}, {"Field": after})
    assert (one.before, one.after) == texts


def test_a_field_that_only_one_side_has_is_told() -> None:
    gone, new = changes({"Old": "x"}, {"New": None})
    assert gone == Changed("Old", "x", "(no such field)", perhaps_by_restore=False)
    assert new == Changed("New", "(no such field)", "(empty)", perhaps_by_restore=False)


def test_the_order_of_tags_tells_nothing_and_tags_do() -> None:
    tags = [{"name": "Keep", "id": "1"}, {"name": "Late", "id": "2"}]
    assert changes({"Tag": tags}, {"Tag": tags[::-1]}) == ()
    assert len(changes({"Tag": tags}, {"Tag": tags[:1]})) == 1
    assert len(changes({"Tag": tags[:1]}, {"Tag": tags[:1] * 2})) == 1


def test_what_a_restore_may_change_itself_comes_last_and_is_marked() -> None:
    saved = {"Modified_Time": "1", "$approved": True, "Email": "a"}
    found = changes(saved, {"Modified_Time": "2", "$approved": False, "Email": "b"})
    assert [(one.name, one.perhaps_by_restore) for one in found] == [
        ("Email", False),
        ("Modified_Time", True),
        ("$approved", True),
    ]


def test_long_values_are_shown_from_where_they_part() -> None:
    text = "word " * 200
    (one,) = changes({"Note": f"{text}old"}, {"Note": f"{text}new"})
    assert one.before.endswith("word old")
    assert one.after.endswith("word new")
    assert one.before.startswith("\N{HORIZONTAL ELLIPSIS}")


def test_what_is_nested_too_deeply_counts_as_differing() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    (one,) = changes({"Field": deep}, {"Field": 1})
    assert one.before == "(nested too deeply to be shown)"
    while deep:
        deep = deep.pop()


def test_only_names_that_a_request_can_carry_are_asked_for() -> None:
    saved = [{"id": "1", "Email": "", "$approved": True}, {"Email": "", "a&b=c": 1, "x,y": 2}]
    assert names_to_read(saved) == ["Email", "$approved"]


def test_many_names_are_cut_short() -> None:
    assert listed(["A", "B"]) == "A, B"
    assert listed([f"F{number}" for number in range(10)]).endswith("F7 and 2 more")
    assert listed(["A", "B", "C"], 2) == "A, B and 1 more"


def test_the_sums_are_sentences() -> None:
    findings = ComparisonSums()
    assert findings.sentences(3) == ["3 not compared yet: [resolve] goes on."]
    findings.add([(), (Changed("Modified_Time", "1", "2", perhaps_by_restore=True),)])
    (sentence,) = findings.sentences(0)
    assert sentence.startswith("2 restored, every saved field as before except what the restore")
    assert sentence.endswith("may change (Modified_Time).")


# The file


def test_the_file_grows_by_whole_pieces(tmp_path: Path) -> None:
    path = differences_of(tmp_path / "a.jsonl")
    assert path.name == "a.differences.txt"
    one = Difference(7, (Changed("Email", "a", "b", perhaps_by_restore=False),))
    add_differences(path, one.lines)
    add_differences(path, ["next\x1b"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_differences(path) == ["7", "  Email", "    saved  a", "    now    b", "next\ufffd"]


def test_a_piece_that_the_disk_does_not_take_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.differences.txt"
    add_differences(path, ["first"])
    monkeypatch.setattr("zohotui.files.os.write", _full)
    with pytest.raises(DifferencesError, match="No space left"):
        add_differences(path, ["second"])
    monkeypatch.undo()
    assert read_differences(path) == ["first"]


def _full(descriptor: int, content: memoryview) -> int:
    with open(descriptor, "ab", closefd=False) as file:
        file.write(content[:3])
    raise OSError(28, "No space left on device")


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("", encoding="utf-8")
    (tmp_path / "a.differences.txt").symlink_to(other)
    with pytest.raises(DifferencesError):
        add_differences(tmp_path / "a.differences.txt", ["x"])
    assert not other.read_text(encoding="utf-8")


def test_of_a_long_file_the_beginning_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.differences.txt"
    add_differences(path, ["x" * 99] * 30_000)
    lines = read_differences(path)
    assert len(lines) < 30_000
    assert lines[-1] == f"and 1,000,000 bytes more, in {path}"
    with pytest.raises(DifferencesError, match="cannot be read"):
        read_differences(tmp_path / "none")
