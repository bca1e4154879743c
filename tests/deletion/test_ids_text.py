"""Ids from pasted text: each entry is an id, a duplicate or rejected; nothing is guessed."""

from __future__ import annotations

import re
from array import array
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.rows import each_row
from zohotui.deletion.ids.columns import is_tab_table
from zohotui.deletion.ids.pasted import IdList, Origin, merge, parse_text
from zohotui.deletion.ids.rounding import Verdict

A, B, C = 410405000002264040, 410405000002264025, 410405000002264033
LEADS = ("Leads", "Lead")
CRM = "https://crm.zoho.eu/crm"

IDS = st.integers(10**9, 2**64 - 1)
SEPARATORS = st.sampled_from(["\n", "\r\n", "\r", ",", ";", " ", "\t", ", ", '","', "' '", "\n\n"])


def kinds(found: IdList) -> dict[str, int]:
    return dict(found.rejected_reasons)


@each_row(
    "text",
    [
        f"{A}\n{B}",
        f"{A},{B}",
        f"{A};{B};",
        f"{A}\t{B}",
        f"\ufeff{A}\r\n{B}\r\n",
        f"{A}\r{B}",
        f"'{A}', \"zcrm_{B}\"",
        f"ZCRM_{A} zcrm_{B}",
        f"'{A}\n'{B}",
        f'["{A}",\n "{B}"\n]',
        f"('{A}'),({B})",
        f"“{A}” «{B}»",
        f"„{A}“ ‹{B}› ",
        f"\u300c{A}\u300d\uff0c\uff08{B}\uff09",
        f"\u200b{A}\u200d\n\u2060{B}\ufe0f",
        f"\u200e{A}\u200f \xad{B}\u2069",
        f"'\u200b{A}\u200b' \u202f{B}\u2009",
        f"\ufeff\ufeff{A}\n\ufeff{B}",
        f"\ufeff{A}\u2028{B}\u2029",
        f"{A}\x0c{B}\x0b",
        f'="{A}"\n"=""{B}"""',
        f"\ufeff\ufeffRecord Id,Name\n{A},Ada\n{B},Bo",
        f'="{A}"\n="{B}"',
        f"{A}\u00a0{B}",
        f"Record Id\n{A}\n{B}",
        f"record_id\tAccount Name.id\n{A}\t{C}\n{B}\t{C}",
        f'Account Name.id;"Record ID"\n{C};{A}\n{C};"zcrm_{B}"',
        f'Record Id,Note\n{A},"two\r\nlines"\n{B},one',
    ],
)
def test_ids_are_found_in_any_form(text: str) -> None:
    found = parse_text(text, names=LEADS)
    assert list(found.ids) == [A, B]
    assert found.rejected_count == 0


@each_row(
    ("entry", "kind"),
    [
        ("123456789", "too short"),
        ("1,234", "too short"),
        ("1.", "too short"),
        ("184467440737095516150", "too long"),
        (str(2**64), "too long"),
        (f"0{A}", "leading zero"),
        ("zcrm_0410405000002264040", "leading zero"),
        (f"+{A}", "sign"),
        (f"-{A}", "sign"),
        ("4.10405E+17", "spreadsheet damage"),
        ("4,10405E+17", "spreadsheet damage"),
        ("4E17", "spreadsheet damage"),
        ("4.10405000002264e+17", "kept as a number"),
        (f"{A}.5", "kept as a number"),
        (f"{A}.0", "kept as a number"),
        (f"{A}.", "kept as a number"),
        (f"{A},00", "kept as a number"),
        (f'"{A},00"', "kept as a number"),
        (f"'{A},000", "kept as a number"),
        (f"\u200bzcrm_{A},0", "not a number"),
        ('"410,405,000,002,264,040"', "spreadsheet damage"),
        ("410,405,000,002,264,040", "spreadsheet damage"),
        ("410.405.000.002.264.040", "spreadsheet damage"),
        ("#NUM!", "spreadsheet error"),
        ("#N/A", "spreadsheet error"),
        ("#REF!", "spreadsheet error"),
        ("#VALUE!", "spreadsheet error"),
        ("#NAME?", "spreadsheet error"),
        ("#DIV/0!", "spreadsheet error"),
        ("#¿NOMBRE?", "spreadsheet error"),
        ("Err:502", "spreadsheet error"),
        ("########", "spreadsheet error"),
        ("410'405'000'002'264'040", "spreadsheet damage"),
        ("410\u202f405\u202f000\u202f002\u202f264\u202f040", "spreadsheet damage"),
        ("410\xa0405\xa0000\xa0002\xa0264\xa0040,00", "spreadsheet damage"),
        (f"#{A}", "sign"),
        (f"={A}", "sign"),
        ("41040500000226\ufffd4040", "unreadable character"),
        ("410405_000002264040", "not a number"),
        ("41040500000226404O", "not a number"),
        ("zcrm_", "not a number"),
        ("zcrm_zcrm_410405000002264040", "not a number"),
        ("Ada", "not a number"),
        (
            "\u0664\u0661\u0660\u0664\u0660\u0665\u0660\u0660\u0660\u0660\u0660\u0662",
            "other digits",
        ),
        ("\uff14\uff11\uff10\uff14\uff10\uff15\uff10\uff10\uff10\uff10", "other digits"),
        ("410405000\u200b002264040", "invisible character"),
        ("410405000\ufeff002264040", "invisible character"),
        (f"{A}\ufeff{B}", "invisible character"),
        (f"zcrm_\u2060{A}", "invisible character"),
        (f"{A}\x00", "invisible character"),
        (f"{CRM}/tab/Leads/410405000\u200b002264040", "invisible character"),
        ('410"405000002264040', "not a number"),
        ("https://crm.zoho.eu.evil.example/crm/org1/tab/Leads/410405000002264040", "web address"),
        (f"https://me@crm.zoho.eu/crm/org1/tab/Leads/{A}", "web address"),
        (f"{CRM}/org1/tab/CustomModule5/custom-view/{A}/list?page=1", "web address"),
        (f"{CRM}/org1/tab/Leads/custom-view/{A}", "web address"),
        (f"{CRM}/org1/tab/Leads/{A}/related/{B}", "web address"),
        (f"{CRM}/org1/tab/Leads/{A}?next=1,{B}", "web address"),
        (f'"{CRM}/org1/tab/Leads/{A}?next=1,{B}"', "web address"),
        (f"{CRM}/EntityInfo.do?module=Leads&id={A}&id={B}", "web address"),
        (f"{CRM}/EntityInfo.do?module=Leads", "web address"),
        ("https://[bad", "web address"),
        (f"https://one.zoho.com/zohoone/acme/home#/cxapp/crm/org1/tab/Leads/{A}", "web address"),
        (f"https://one.zoho.com/crm/org1/tab/Leads/{A}", "web address"),
        (f"https://one.zoho.com/zohoone/acme/home/cxapp/desk/org1/tab/Leads/{A}", "web address"),
        (f"https://one.zoho.com/zohoone/acme/home/cxapp/crm/tab/Leads/{A}", "web address"),
        (f"https://crm.zoho.com/acme/index.do/cxapp/crm/org1/tab/Leads/{A}", "web address"),
        (
            f"https://crmplus.zoho.com/acme/index.do/cxapp/crm/org1/tab/Leads/custom-view/{A}",
            "web address",
        ),
        (f"{CRM}/ShowEntityInfo.do?module=Leads&id={A}&id={B}", "web address"),
        (f"{CRM}/ShowEntityInfo.do?cvid={A}", "web address"),
        (
            f"https://evil.one.zoho.com.example/zohoone/a/home/cxapp/crm/org1/tab/Leads/{A}",
            "web address",
        ),
    ],
)
def test_what_is_no_id_is_rejected_with_its_line_and_reason(entry: str, kind: str) -> None:
    found = parse_text(f"{C}\n{entry}\n{B}")
    assert list(found.ids) == [C, B]
    assert kinds(found) == {kind: 1}
    (rejected,) = found.rejected
    assert rejected.line == 2
    assert rejected.reason
    assert len(rejected.text) <= 60


def test_the_reason_of_damage_says_what_to_do() -> None:
    (rejected,) = parse_text("4.10405E+17").rejected
    assert rejected.reason == (
        "damaged by a spreadsheet: the last digits are lost; export the column as text"
    )


@pytest.mark.parametrize(
    ("entry", "how"),
    [
        ("555123000000100003.0", "as a decimal number it may have lost its last digits"),
        ("5.551230000001e+17", "the last digits are lost"),
    ],
)
def test_what_a_program_made_of_an_id_is_not_laid_to_a_spreadsheet(entry: str, how: str) -> None:
    (rejected,) = parse_text(entry).rejected
    assert rejected.reason == (
        f"written by a program that kept the ids as numbers: {how}; export them as text"
    )


def test_a_custom_view_is_refused_with_the_reason() -> None:
    (rejected,) = parse_text(f"{CRM}/org1/tab/Leads/custom-view/{A}/list").rejected
    assert "custom view" in rejected.reason


@each_row(
    ("address", "tab", "org"),
    [
        (f"{CRM}/org20061234/tab/Leads/{A}", "Leads", "org20061234"),
        (f"{CRM}/patriots/tab/CustomModule5/{A}/", "CustomModule5", "patriots"),
        (f"{CRM}/org1/tab/Potentials/{A}/edit?x=1#top", "Potentials", "org1"),
        (f"{CRM}/tab/Leads/{A}", "Leads", ""),
        (f"{CRM}/EntityInfo.do?module=Contacts&id={A}", "Contacts", ""),
        (f"crm.zoho.eu/crm/tab/Leads/{A}", "Leads", ""),
    ],
)
def test_addresses_of_records_tell_module_and_org(address: str, tab: str, org: str) -> None:
    found = parse_text(f"\n{address}\n<{address}>")
    assert list(found.ids) == [A]
    assert found.duplicates == 1
    assert found.origins == (Origin(tab, org, 2, "crm.zoho.eu", array("Q", [A, A])),)


def test_a_short_number_beside_ids_is_judged_by_itself() -> None:
    assert list(parse_text(f"1,234 {A}").ids) == [A]
    assert list(parse_text(f"{A},123,{B}").ids) == [A, B]


@each_row(
    "line",
    [
        f"{A} Ada Sample",
        f"zcrm_{A},Ada,zcrm_{B},Acme",
        f"{A}\t2026-03-01\t{B}",
        f"Parent account: {A}",
        f"{A} https://acme.example/",
        f'{{"id": "{A}"}}',
    ],
)
def test_ids_among_other_text_are_rejected(line: str) -> None:
    found = parse_text(f"{C}\n{line}")
    assert list(found.ids) == [C]
    assert kinds(found)["among other text"] >= 1


@each_row(
    "text",
    [
        f"Account Name.id\n{A}",
        f"Parent_Account.id,Last Name\n{A},Ada",
        f"Associated_Id\n{A}",
        f"Lead,Account\n{A},{B}",
        f"Record Id,Lead ID\n{A},{B}",
        f"Contact ID\n{A}",
        f"Record Id   Account Name.id\n{A}   {B}",
        f"Record_Id Parent.id\n{A} {B}",
        f"Reports To\n{A}",
        f'Record Id,Note\n{A},"never closed\n{B},x',
        f"Delete these:\nParent Account.id\n{A}",
    ],
)
def test_a_table_whose_column_is_not_clear_gives_nothing(text: str) -> None:
    found = parse_text(text, names=LEADS)
    assert not found.ids
    assert found.rejected_count >= 2


def test_an_old_header_is_clear_only_with_its_module() -> None:
    text = f"Lead ID\tName\n{A}\tAda"
    assert list(parse_text(text, "pasted text", names=LEADS).ids) == [A]
    assert parse_text(text, "pasted text", names=LEADS).source == "pasted text, column Lead ID"
    assert not parse_text(text, names=("Contacts", "Contact")).ids
    assert not parse_text(text).ids


def test_a_second_header_ends_the_list() -> None:
    listed = parse_text(f"{A}\nParent Account.id\n{B}\n{C}")
    assert list(listed.ids) == [A]
    assert kinds(listed) == {"header": 1, "below another header": 2}
    table = parse_text(f"Record Id,Owner.id\n{A},{C}\nOwner.id,Record Id\n{C},{B}")
    assert list(table.ids) == [A]
    assert kinds(table) == {"header": 1, "below another header": 1}


def test_rows_of_another_width_are_rejected() -> None:
    found = parse_text(f"Record Id,Name\n{A},Ada\n{B}\n{C},Bo,Sample")
    assert list(found.ids) == [A]
    assert kinds(found) == {"number of columns": 2}
    assert [rejected.line for rejected in found.rejected] == [3, 4]


def test_prose_above_the_ids_is_rejected_and_the_ids_taken() -> None:
    found = parse_text(f"Please delete:\n{A}\n{A}")
    assert list(found.ids) == [A]
    assert (found.duplicates, kinds(found)) == (1, {"not a number": 2})


def test_suspects_short_and_unlike_ids_are_flagged() -> None:
    suspect, longer = 410405000002264000, 4104050000022640001
    found = parse_text(f"{A}\n{B}\n{suspect}\n{longer}\n34770617742004")
    assert (found.rounding.verdict, found.rounding.example) == (Verdict.HINT, suspect)
    assert list(found.unlike) == [longer, 34770617742004]
    assert not found.short
    assert list(parse_text("34770617742004 34770617742003").short) == [
        34770617742004,
        34770617742003,
    ]


def test_columns_copied_from_a_spreadsheet_without_a_header_are_never_guessed() -> None:
    found = parse_text(f"{A}\t{B}\n{B}\t{A}\n")
    assert not len(found.ids)
    assert found.rejected_count == 2
    assert "columns have no header" in found.rejected[0].reason


def test_ids_parted_by_tabs_on_one_line_are_a_list() -> None:
    assert list(parse_text(f"{A}\t{B}").ids) == [A, B]


def test_a_truncated_last_id_is_flagged() -> None:
    assert list(parse_text(f"{A}\n{B}\n4104050000022640").unlike) == [4104050000022640]


def test_foreign_text_is_made_harmless_and_short() -> None:
    (rejected,) = parse_text("\x1b[31m" + "x" * 100).rejected
    assert "\x1b" not in rejected.text
    assert len(rejected.text) == 60


def test_rejects_beyond_those_shown_are_counted() -> None:
    found = parse_text("x\n" * 10_050)
    assert (len(found.rejected), found.rejected_count) == (10_000, 10_050)
    assert kinds(found) == {"not a number": 10_050}


def test_merge_drops_duplicates_across_and_adds_the_rest() -> None:
    first = parse_text(f"{A} {B}\nx\n{CRM}/tab/Leads/{A}", "typed ids")
    second = parse_text(f"{B} {C} {C}\n1\n{CRM}/tab/Leads/{C}", "leads.csv")
    both = merge(first, second)
    assert list(both.ids) == [A, B, C]
    assert both.duplicates == 4
    assert kinds(both) == {"not a number": 1, "too short": 1}
    assert both.rejected_count == len(both.rejected) == 2
    assert both.origins == (Origin("Leads", "", 3, "crm.zoho.eu", array("Q", [A, C])),)
    assert both.source == "typed ids + leads.csv"
    assert merge(IdList.empty(), first) is first


@given(st.lists(IDS, min_size=1), st.data())
def test_ids_come_out_exactly_whatever_stands_between(
    numbers: list[int], data: st.DataObject
) -> None:
    prefix = st.sampled_from(["", "zcrm_", "ZCRM_"])
    text = '"'
    for number in numbers:
        text += data.draw(prefix) + str(number) + data.draw(SEPARATORS)
    # Columns without a header are refused whole, which another test is about.
    assume(not is_tab_table(text.splitlines()))
    found = parse_text(text)
    assert list(found.ids) == list(dict.fromkeys(numbers))
    assert found.duplicates == len(numbers) - len(found.ids)
    assert found.rejected_count == 0


TOKENS = st.one_of(
    IDS.map(str),
    st.text("0123456789.E+-_zcrmx\u0664\"'", min_size=1, max_size=24),
    st.sampled_from(["zcrm_", "Ada", "4.1E+17", "[", '""', f"{CRM}/tab/Leads/{A}", "Owner.id"]),
)


@given(st.lists(st.lists(TOKENS, max_size=4), max_size=30))
def test_every_entry_is_an_id_a_duplicate_or_rejected(lines: list[list[str]]) -> None:
    text = f"{A}\n" + "\n".join(map(" ".join, lines))
    found = parse_text(text)
    entries = [token for line in lines for token in line if token.strip("\"'[")]
    if "header" not in found.rejected_reasons:
        assert len(found.ids) + found.duplicates + found.rejected_count == 1 + len(entries)
    assert sum(found.rejected_reasons.values()) == found.rejected_count
    assert {*map(str, found.ids)} <= {*re.findall(r"(?<![0-9])[0-9]+(?![0-9])", text)}
    assert all(one.line <= two.line for one, two in pairwise(found.rejected))


@given(st.text())
def test_any_text_is_survived_and_gives_only_numbers_that_stand_in_it(text: str) -> None:
    found = parse_text(text, names=LEADS)
    assert {*map(str, found.ids)} <= {*re.findall(r"(?<![0-9])[0-9]+(?![0-9])", text)}
    assert isinstance(found.ids, array)
