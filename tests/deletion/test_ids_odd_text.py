"""Ids in text as people have it: addresses of the suites, HTML, joined exports, hidden marks."""

from __future__ import annotations

from tests.rows import each_row
from zohotui.deletion.ids.invisible import without_direction_marks
from zohotui.deletion.ids.pasted import parse_text

A, B, C = 410405000002264040, 410405000002264025, 410405000002264033


@each_row(
    ("address", "tab", "org"),
    [
        ("one.zoho.com/zohoone/acme/home/cxapp/crm/org7/tab/Potentials/", "Potentials", "org7"),
        ("one.zoho.eu/zohoone/acme/home/cxapp/crm/org7/tab/Leads/", "Leads", "org7"),
        ("crmplus.zoho.com/acme/index.do/cxapp/crm/org7/tab/Contacts/", "Contacts", "org7"),
        ("crmplus.zoho.in/acme/index.do/cxapp/crm/acme/tab/Contacts/", "Contacts", "acme"),
        ("crm.zoho.com/crm/EntityInfo.do?module=Leads&id=", "Leads", ""),
        ("crm.zoho.eu/crm/ShowEntityInfo.do?isload=true&module=SalesOrders&id=", "SalesOrders", ""),
        ("crm.zoho.com/crm/org7/ShowEntityInfo.do?module=Leads&id=", "Leads", "org7"),
    ],
)
@each_row("scheme", ["https://", ""])
def test_addresses_of_the_suites_and_old_pages_are_known(
    scheme: str, address: str, tab: str, org: str
) -> None:
    (origin,) = parse_text(f"{scheme}{address}{A}").origins
    assert (origin.tab, origin.org, list(origin.ids)) == (tab, org, [A])
    assert origin.host == address.partition("/")[0]


@each_row(
    ("entry", "sentence"),
    [
        ("#N/A", "#N/A is a spreadsheet error, not an id"),
        ("410405000\u200b002264040", "has an invisible character (zero width space) inside"),
        (f"{A}\ufeff{B}", "has an invisible character (byte order mark) inside"),
        (f"{A}\x08", "has an invisible character (control character U+0008) inside"),
    ],
)
def test_the_reason_names_what_it_is(entry: str, sentence: str) -> None:
    (rejected,) = parse_text(entry).rejected
    assert rejected.reason.startswith(sentence)


@each_row(
    "begin",
    [
        "<table>",
        "<meta charset=utf-8>",
        "<head>",
        "<!DOCTYPE html>",
        "<div class='x'>",
        "\ufeff<tr>",
    ],
)
def test_nothing_is_taken_out_of_html(begin: str) -> None:
    found = parse_text(f"{begin}\n<td>\n{A}\n</td>\n<td>\n{B}\n</td>")
    assert not len(found.ids)
    assert "HTML" in found.rejected_reasons
    below = parse_text(f"{C}\n{begin}\n{A}\n")
    assert list(below.ids) == [C]


def test_an_export_behind_an_export_is_one_list() -> None:
    table = "\ufeffRecord Id,Name\n{},Ada\n"
    found = parse_text(table.format(A) + table.format(B))
    assert list(found.ids) == [A, B]
    assert dict(found.rejected_reasons) == {"header": 1}


def test_direction_marks_at_the_edges_go_before_the_text_is_shown() -> None:
    text = f"\u202a{A}\u202c\n'\u200e{B}\u200f'\n410405\u200e000002264033"
    assert without_direction_marks(text) == f"{A}\n'{B}'\n410405\u200e000002264033"


def test_a_table_that_breaks_further_down_loses_no_line_above_it() -> None:
    found = parse_text(f'Leads export\nRecord Id\tName\n{A}\tAda\n{B}\t"Bo"x\n', names=("Leads",))
    assert not len(found.ids)
    assert {entry.line for entry in found.rejected} == {1, 2, 3, 4}
    assert all(entry.reason.isprintable() for entry in found.rejected)


def test_rare_line_ends_part_lines_only_where_there_are_no_others() -> None:
    assert list(parse_text(f"Record Id\u2028{A}\u2028{B}").ids) == [A, B]
    cell = parse_text(f"Record Id\tNote\n{A}\tone\x0btwo\n{B}\tx\n")
    assert list(cell.ids) == [A, B]
