"""Pasted text reads the same in a child process, and is not lost where there can be none."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.children import children
from zohotui.deletion.ids import _child
from zohotui.deletion.ids.file import Cancelled
from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.ids.in_child import _unpack, parse_text_apart
from zohotui.deletion.ids.pasted import parse_text

A = 410405000002264040
LEADS = ("Leads", "Leads", "Lead")
PIECES = [
    str(A),
    str(A + 15),
    f"zcrm_{A + 2}",
    "4.1E+17",
    "0123456789012",
    "9876543210",
    "Lead ID",
    "Record Id,Name",
    f"{A + 3},Bähr",
    f"https://crm.zoho.eu/crm/org7/tab/Contacts/{A + 4}",
    '{"data": [{"id": "410405000002264050"}]}',
    "<table>",
    "\ufeff",
    "\udc80",
    "\u2028",
    "a name",
]
TEXTS = st.lists(
    st.tuples(st.sampled_from(PIECES), st.sampled_from(["\n", "\r", "\r\n", "\t", " ", ";", ""])),
    max_size=12,
).map(lambda parts: "".join(piece + end for piece, end in parts))


def in_child(text: str, names: tuple[str, ...]) -> IdList:
    """Do what a child does, and what is made of its answer, without a process."""
    out = io.BytesIO()
    job = json.dumps({"pasted": {"source": "pasted text", "names": names}})
    _child.main(job, io.BytesIO(text.encode("utf-8", "surrogatepass")), out)
    answer, _, packed = out.getvalue().partition(b"\n")
    return _unpack(json.loads(answer), bytearray(packed), "pasted text")


@given(text=TEXTS | st.text(), names=st.sampled_from([LEADS, ()]))
def test_a_child_makes_of_a_paste_what_is_made_of_it_here(
    text: str, names: tuple[str, ...]
) -> None:
    assert in_child(text, names) == parse_text(text, "pasted text", names=names)


LARGE = "\r".join(
    f"zcrm_{A + place - place % 100 // 99}" if place % 500 else "4.1E+17" for place in range(20_000)
)


def test_a_large_paste_reads_the_same_in_a_process() -> None:
    there = parse_text_apart(LARGE, "pasted text", names=LEADS)
    here = parse_text(LARGE, "pasted text", names=LEADS)
    assert there == here
    assert (there.rejected_count, there.duplicates) == (40, 200)


@pytest.mark.parametrize("executable", ["/nowhere/python", "/bin/false"])
def test_a_paste_is_read_where_there_is_no_child(
    executable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", executable)
    assert parse_text_apart(LARGE, "pasted text") == parse_text(LARGE, "pasted text")


def test_a_short_paste_needs_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.Popen", None)
    assert list(parse_text_apart(str(A), "pasted text").ids) == [A]


def test_a_paste_that_nobody_wants_ends_its_child() -> None:
    before = children()
    with pytest.raises(Cancelled):
        parse_text_apart(LARGE, "pasted text", cancelled=lambda: True)
    assert children() <= before
