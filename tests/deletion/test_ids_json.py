"""Ids in JSON: of each record its own, whatever the layout; what is not clear gives none."""

from __future__ import annotations

import io
import json
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.test_ids_files import LEADS, A, B, C
from tests.rows import each_row
from tests.world.plans import plan_of
from zohotui.deletion.export import export
from zohotui.deletion.ids import json_text
from zohotui.deletion.ids.collector import Collector
from zohotui.deletion.ids.columns import Form, Names
from zohotui.deletion.ids.file import IdFileError, inspect, read_ids
from zohotui.deletion.ids.in_child import read_ids_apart
from zohotui.deletion.ids.json_ids import read_json
from zohotui.deletion.ids.json_text import JsonText
from zohotui.deletion.ids.pasted import IdList, Origin, parse_text
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.rows import Rows

OWNER = {"name": "Ann", "id": str(C)}


def read(text: str) -> IdList:
    """Read as a file, which must say the same as a paste."""
    table = inspect(text.encode(), LEADS, name="leads.json")
    assert table.form is Form.JSON
    found = read_ids(text.encode(), table)
    pasted = parse_text(text, found.source, names=LEADS)
    assert pasted == found
    return found


def kinds(found: IdList) -> list[str]:
    return [f"{one.where}: {one.text}" for one in found.rejected]


@each_row(
    "text",
    [
        json.dumps([{"id": str(A), "Owner": OWNER}, {"id": str(B)}]),
        json.dumps({"data": [{"Owner": OWNER, "id": str(A)}, {"id": str(B)}], "info": {"a": [1]}}),
        json.dumps({"info": {"count": 2}, "data": [{"id": A}, {"id": str(B)}]}, indent=2),
        f'{{"id": "{A}"}}\n{{"Owner": {json.dumps(OWNER)}, "id": "{B}"}}\n',
        f'{{"id": "{A}"}}{{"id": "{B}"}}',
        f'[{{"Note": "\u2028\x85\t", "id": "{A}"}}, {{"id": "{B}\u2028"}}]',
        f'\ufeff\r\n{{"id": "zcrm_{A}"}}\r\n\r\n{{"id": {B}}}',
        json.dumps([{"data": [{"id": str(A)}]}, {"data": [{"id": str(B)}]}]),
        json.dumps([[{"id": str(A)}], [{"id": str(B)}]]),
        f'{{"data": [{{"id": "{A}"}}]}}\n{{"data": [{{"id": "{B}"}}]}}',
        json.dumps({"ids": [str(A), str(B)], "operation": "Leads.delete"}),
        json.dumps([{"Record Id": f"zcrm_{A}"}, {"Lead ID": B}]),
        json.dumps([{"id": str(A), "Id": str(A)}, {"id": str(B)}]),
    ],
)
def test_the_records_own_ids_are_read_in_every_form(text: str) -> None:
    found = read(text)
    assert list(found.ids) == [A, B]
    assert not found.rejected_count


@each_row(
    ("entry", "reason"),
    [
        ({"Owner": OWNER}, "has no id of its own"),
        ({"code": "SUCCESS", "details": {"id": str(C)}}, "has no id of its own"),
        ({"Owner.id": str(C), "Account_Name.id": str(C)}, "has no id of its own"),
        ({"Contact ID": str(C)}, "has no id of its own"),
        ({"id": None}, "its id is empty"),
        ({"id": True}, "is not text or a whole number"),
        ({"id": [str(C)]}, "is not text or a whole number"),
        ({"id": {"id": str(C)}}, "is not text or a whole number"),
        ({"id": ""}, "no id"),
        ({"id": "Ann"}, "not a number"),
        ({"id": 4.10405e17}, "its last digits may be lost"),
        ({"id": 1234567890.0}, "its last digits may be lost"),
        ({"id": -A}, "has a sign"),
        ({"id": 12}, "too short"),
        ({"id": 10**400}, "too long"),
        ({"id": "4.10405E+17"}, "damaged by a spreadsheet"),
        ({"id": str(A), "ID": str(C)}, "two different ids"),
        (str(C), "objects and single values"),
    ],
)
def test_what_is_no_id_of_the_record_is_refused_with_its_line(entry: object, reason: str) -> None:
    found = read(json.dumps([{"id": str(A)}, entry, {"id": str(B)}], indent=0))
    assert list(found.ids) == [A, B]
    (rejected,) = found.rejected
    assert reason in rejected.reason
    assert rejected.line > 3
    assert rejected.place.startswith("[1]")


def test_an_id_that_stands_twice_and_differs_is_refused() -> None:
    found = read(f'{{"id": "{A}", "id": "{B}"}}\n{{"id": "{C}", "x": 1, "id": {C}}}')
    assert list(found.ids) == [C]
    assert kinds(found) == [f"line 1: {A}"]


@each_row("writer", [float, lambda one: int(float(one)), lambda one: one // 10**4 * 10**4])
def test_numbers_that_a_program_has_rounded_are_refused(writer: type[float]) -> None:
    found = read("\n".join(json.dumps({"id": writer(A + 7 * n)}) for n in range(3)))
    assert not len(found.ids)
    assert [one.line for one in found.rejected] == [1, 2, 3]
    assert all("text" in one.reason for one in found.rejected)


def test_one_number_that_no_double_holds_shows_that_none_was_rounded() -> None:
    even = int(float(A))
    assert list(read(json.dumps({"data": [{"id": even}, {"id": A}, {"id": even}]})).ids) == [
        even,
        A,
    ]
    assert not len(read(json.dumps({"data": [{"id": even}, {"id": even}]})).ids)
    assert list(read(json.dumps([{"id": str(even)}])).ids) == [even]
    assert list(read(json.dumps([{"id": 34770617742004}])).ids) == [34770617742004]


def test_so_many_rounded_numbers_are_never_all_kept() -> None:
    even = int(float(A))
    entries = [{"id": even + 64 * n} for n in range(10_050)]
    found = read("\n".join(map(json.dumps, [*entries, {"id": A}, *entries[:3]])))
    assert list(found.ids) == []
    assert (len(found.rejected), found.rejected_count) == (10_000, 10_054)


def test_our_own_export_gives_what_failed_or_was_not_sent(tmp_path: Path) -> None:
    states = [State.FAILED, State.NOT_SENT, State.UNKNOWN, State.DELETED, State.GONE, State.HELD]
    ids = [A + place for place in range(len(states))]
    rows = Rows(array("Q", ids))
    for place, state in enumerate(states):
        rows.set(place, [Outcome(state, Code.NO_ANSWER if state is State.UNKNOWN else "")])
    path = export(tmp_path / "run.json", plan_of(ids, "Contacts"), rows)
    found = read(path.read_text())
    assert list(found.ids) == ids[:2]
    assert [int(one.text) for one in found.rejected] == ids[2:]
    assert "look it up in its run first" in found.rejected[0].reason
    assert "only what failed or was not sent" in found.rejected[1].reason
    assert found.origins == (Origin("Contacts", "", 15, "", array("Q", ids[:2])),)
    only = export(tmp_path / "unknown.json", plan_of(ids), rows, State.UNKNOWN)
    assert not len(read(only.read_text()).ids)


def test_outcomes_taken_out_of_their_export_are_judged_alike(tmp_path: Path) -> None:
    """As `jq '.outcomes[]'` gives them: one object a line."""
    lines = [json.dumps({"id": str(A + n), "state": one}) for n, one in enumerate(State)]
    found = read("\n".join(lines))
    kept = {State.FAILED, State.NOT_SENT, State.ENTERED, State.READY, State.HELD, State.MISSING}
    assert list(found.ids) == [A + n for n, one in enumerate(State) if one in kept]
    assert any("look it up" in one.reason for one in found.rejected)


@each_row(
    "outcome",
    [
        {"id": str(A)},
        {"id": str(A), "state": None},
        {"id": str(A), "state": "failed\u202e"},
        str(A),
        [{"id": str(A), "state": "failed"}],
    ],
)
def test_an_outcome_without_a_clear_state_is_not_taken(outcome: object) -> None:
    found = read(json.dumps({"outcomes": [outcome]}))
    assert not len(found.ids)
    assert found.rejected[0].reason.isprintable()
    twice = f'{{"outcomes": [{{"id": "{A}", "state": "failed", "state": "unknown"}}]}}'
    assert not len(read(twice).ids)


@each_row(
    ("text", "modules"),
    [
        (
            [{"id": str(A), "Module": "Leads"}, {"id": str(B), "module": "Notes"}],
            ["Leads", "Notes"],
        ),
        ({"module": "Notes", "data": [{"id": str(A)}, {"id": str(B)}]}, ["Notes"]),
        ({"ids": [str(A), str(B)], "module": "Notes"}, ["Notes"]),
        ({"data": [{"id": str(A), "Module": {"id": "1"}}, {"id": str(B)}]}, []),
    ],
)
def test_a_module_that_is_named_is_known_of_each_id(text: object, modules: list[str]) -> None:
    found = read(json.dumps(text))
    assert list(found.ids) == [A, B]
    assert [origin.tab for origin in found.origins] == modules
    assert all(origin.is_listed for origin in found.origins)


def test_a_record_of_another_module_than_its_list_is_refused() -> None:
    found = read(json.dumps({"module": "Notes", "data": [{"id": str(A), "Module": "Leads"}]}))
    assert "two modules" in found.rejected[0].reason


PAD = "x" * 300_000


@each_row(
    ("text", "title"),
    [
        (f'{{"id": "{A}", "data": [{{"id": "{B}"}}]}}', "The JSON is not clear"),
        (f'{{"data": [{{"id": "{B}"}}], "id": "{A}"}}', "The JSON is not clear"),
        (f'{{"data": [{{"id": "{B}"}}], "ids": ["{A}"]}}', "The JSON is not clear"),
        (f'{{"module": "A", "Module": "B", "ids": ["{A}"]}}', "The JSON is not clear"),
        (f'{{"ids": ["{A}", "{PAD}"], "module": "A"}}', "The JSON is not clear"),
        ("[" * 20 + '{"id": "1"}', "The JSON is not clear"),
        (f'{{"id": "{A}"', "The JSON is broken"),
        (f'{{"id": "{A}"}}\n{{"id": "{B}"', "The JSON is broken"),
        (f'[{{"id": "{A}"}} {{"id": "{B}"}}]', "The JSON is broken"),
        (f'[{{"id": "{A}"}},]', "The JSON is broken"),
        (f'{{"id": "{A}",}}', "The JSON is broken"),
        (f'{{"id": "{A}"}},\n', "The JSON is broken"),
        (f'{{"id": "{A}"}}\nhello', "The JSON is broken"),
        ('{"a":' * 5000, "The JSON is nested too deeply"),
        ('{"id": "' + "4" * (json_text.LONGEST_VALUE * 2 + 9), "A value is too large"),
        ('{"id": ' + "4" * (json_text.LONGEST_VALUE * 2 + 9), "A value is too large"),
    ],
)
def test_what_is_not_clear_or_broken_gives_no_ids(text: str, title: str) -> None:
    with pytest.raises(IdFileError) as caught:
        read_ids(text.encode(), inspect(text.encode(), name="leads.json"))
    assert caught.value.title == title
    assert caught.value.detail.startswith("leads.json ")
    assert caught.value.detail.endswith(".")
    assert "line " in caught.value.detail
    found = parse_text(text)
    assert not len(found.ids)
    assert found.rejected_count == 1


@each_row("text", ["[410405000002264040]", '["410405000002264040"]', "{410405000002264040}"])
def test_ids_in_brackets_alone_are_a_list(text: str) -> None:
    assert inspect(text.encode()).form is Form.TEXT
    assert list(parse_text(text).ids) == [A]


RECORD_IDS = st.integers(10**9, 2**53) | st.integers(10**17, 2**64 - 1)
NAMES = st.text(max_size=8).filter(lambda name: name.lower() not in {"id", "data", "ids", "module"})
OTHER = st.dictionaries(
    NAMES.filter(lambda name: not Names(LEADS).is_own(name)),
    st.none()
    | st.booleans()
    | st.floats()
    | st.text(max_size=8)
    | st.just(OWNER)
    | st.just([OWNER]),
    max_size=4,
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[int]]:
    """Make records in some layout, and tell their ids; of numbers not all look rounded."""
    ids = draw(st.lists(RECORD_IDS, min_size=1, max_size=12))
    quoted = draw(st.booleans()) or all(one == int(float(one)) for one in ids)
    records = []
    for one in ids:
        members = list(draw(OTHER).items())
        members.insert(draw(st.integers(0, len(members))), ("id", str(one) if quoted else one))
        records.append(dict(members))
    indent = draw(st.sampled_from([None, 0, 1, 4]))
    ascii_only = draw(st.booleans())
    write = json.JSONEncoder(indent=indent, ensure_ascii=ascii_only).encode
    shapes = {
        "list": lambda: write(records),
        "data": lambda: write({"info": {"page": 1, "id": "7"}, "data": records, "more": [OWNER]}),
        "pages": lambda: write([{"data": records[:1]}, {"data": records[1:]}, {"data": []}]),
        "lines": lambda: "\n".join(map(write, records)),
    }
    text = shapes[draw(st.sampled_from(list(shapes)))]()
    return text.encode("utf-8", "replace").decode(), ids


@given(documents(), st.integers(1, 60))
def test_records_give_their_ids_whatever_the_layout(
    made: tuple[str, list[int]], block: int
) -> None:
    text, ids = made
    collector, stream = Collector(), io.StringIO(text)
    # However few characters come at once.
    read_json(JsonText(lambda _: stream.read(block), "It"), collector, Names(LEADS))
    assert list(collector.finish("It").ids) == list(dict.fromkeys(ids))
    assert list(parse_text(text, names=LEADS).ids) == list(dict.fromkeys(ids))


PIECES = st.sampled_from(
    [
        '{"id":',
        '"data":',
        f'"{A}"',
        str(B),
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\n",
        "1e9",
        "null",
        '"',
        "\\",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | documents().map(lambda made: made[0][:-7]))
def test_broken_json_raises_nothing_else(text: str) -> None:
    source = f'{{"id": "{A}"}}{text}'
    found = parse_text(source)
    if found.rejected_reasons.get("JSON"):
        with pytest.raises(IdFileError):
            read_ids(source.encode(), inspect(source.encode()))
    else:
        assert list(read_ids(source.encode(), inspect(source.encode())).ids) == list(found.ids)


def test_a_child_reads_json_the_same() -> None:
    records = [{"id": str(A + n), "Owner": OWNER, "Module": "Leads"} for n in range(20_000)]
    source = json.dumps({"data": [*records, {"id": 4.1e17}]}).encode()
    table = inspect(source)
    there, here = read_ids_apart(source, table), read_ids(source, table)
    assert there == here
    assert (len(there), there.rejected_count) == (20_000, 1)
    assert there.rejected[0].where == "line 1 (data[20000].id)"
