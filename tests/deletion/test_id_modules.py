"""A list of several modules: parted, counted, children before parents, and nothing lost."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.test_addresses import CRM, HERE, ORG
from tests.deletion.test_ids_files import A, B, C
from tests.rows import each_row
from zohotui.deletion.ids.addresses import agreed_module, misplaced
from zohotui.deletion.ids.collector import MORE_NAMES, MOST_NAMES
from zohotui.deletion.ids.file import inspect, read_ids
from zohotui.deletion.ids.in_child import read_ids_apart
from zohotui.deletion.ids.modules import STANDARD, Known, Part, joined, parts_of, told
from zohotui.deletion.ids.pasted import IdList, Origin, merge, parse_text
from zohotui.deletion.model.listing import Kind, Listing, Miss, Unresolved
from zohotui.zoho.records import Module

LEADS = Module("Leads", "Interessenten", "Interessent")
NOTES = Module("Notes", "Notes", "Note")
ACCOUNTS = Module("Accounts", "Accounts", "Account")
ORDERS = Module("Sales_Orders", "Sales Orders", "Sales Order", "SalesOrders")
OWN = Module("Rockets", "Rockets", "Rocket", "CustomModule1", generated_type="custom")
MODULES = (ACCOUNTS, LEADS, ORDERS, OWN, NOTES)


def table(*rows: tuple[int, str], header: str = "Record Id,Module") -> IdList:
    return parse_text("\n".join([header, *(f"zcrm_{one},{name}" for one, name in rows)]))


def parted(ids: IdList) -> list[tuple[str, list[int]]]:
    found = parts_of(ids, MODULES)
    return [(part.module.api_name if part.module else "", list(part.ids.ids)) for part in found]


@each_row("header", ["Record Id,Module", "Record Id,MODULE_NAME", "Id,module api name"])
def test_a_column_of_modules_parts_a_list_children_first(header: str) -> None:
    ids = table((A, "Accounts"), (B, "note"), (C, "Accounts"), (A + 1, "Rocket"), header=header)
    assert parted(ids) == [("Notes", [B]), ("Rockets", [A + 1]), ("Accounts", [A, C])]
    assert told(parts_of(ids, MODULES)) == "3 modules: 1 Notes, 1 Rockets, 2 Accounts"
    assert parts_of(ids, MODULES)[0].ids.source.endswith("Id: Notes")


@each_row(
    ("name", "module"),
    [
        *(("Leads", LEADS), ("leads", LEADS), (" Interessenten ", LEADS), ("INTERESSENT", LEADS)),
        *(("Sales_Orders", ORDERS), ("sales orders", ORDERS), ("SalesOrders", None)),
        *(("Contacts", None), ("CustomModule1", None), ("Lead", None)),
    ],
)
def test_a_module_goes_by_its_api_name_and_labels(name: str, module: Module | None) -> None:
    assert Known(MODULES).named_by(Origin(name, "", 1)) == module


def test_a_label_of_two_modules_names_neither_and_an_api_name_its_own() -> None:
    twin = Module("Rockets2", "Rockets", "Rocket")
    like = Module("Rakete", "Leads")
    known = Known((*MODULES, twin, like))
    assert known.named_by(Origin("Rocket", "", 1)) is None
    assert known.named_by(Origin("Rockets", "", 1)) == OWN
    assert known.named_by(Origin("Leads", "", 1)) == LEADS


def test_addresses_part_a_list_too() -> None:
    text = f"{CRM}/org7/tab/Accounts/{A}\n{CRM}/org7/tab/SalesOrders/{B}\n{C}"
    assert parted(parse_text(text)) == [("Sales_Orders", [B]), ("Accounts", [A]), ("", [C])]


def test_what_is_named_twice_or_unheard_of_is_held_whatever_is_chosen() -> None:
    ids = table((A, "Leads"), (A, "Notes"), (B, "Unheard"), (C, ""), (A + 1, "Notes"))
    assert parted(ids) == [("Notes", [A + 1]), ("", [A, B, C])]
    rest = parts_of(ids, MODULES)[1].ids
    assert told(parts_of(ids, MODULES)) == "1 module: 1 Notes, 3 ids of no module"
    for module in MODULES:
        origins = Known(MODULES).heeded(rest.origins)
        assert set(misplaced(origins, HERE, ORG, module)) == {A, B}
    assert agreed_module(rest.origins, HERE, ORG, MODULES) is None


def test_ids_listed_under_another_module_are_held() -> None:
    found = misplaced(table((A, "Leads"), (B, "Notes")).origins, HERE, ORG, LEADS)
    assert {one: outcome.message for one, outcome in found.items()} == {
        B: "the list says Notes, but the chosen module is Interessenten"
    }
    assert agreed_module(table((A, "note"), (B, "Notes")).origins, HERE, ORG, MODULES) == NOTES


def test_a_column_of_another_meaning_is_not_heeded() -> None:
    known = Known(MODULES)
    training = table((A, "Training 1"), (B, "Training 2")).origins
    assert known.heeded(training) == ()
    for names in (("Training 1", "Notes"), ("Training 1", "Contacts"), ("x", "INTERESSENT")):
        origins = table((A, names[0]), (B, names[1])).origins
        assert known.heeded(origins) == origins
    address = parse_text(f"{CRM}/org7/tab/Unheard/{A}").origins
    assert known.heeded(address) == address


def test_two_columns_of_modules_or_the_ids_themselves_are_none() -> None:
    assert not table((A, "x"), header="Module,Record Id").origins
    both = parse_text(f"Record Id,Module,Module Name\n{A},Leads,Notes")
    assert not both.origins


def test_a_hostile_column_has_an_end() -> None:
    ids = table(*((A + place, f"Module {place}\u202e") for place in range(MOST_NAMES + 100)))
    assert len(ids.origins) == MOST_NAMES + 1
    assert ids.origins[-1].tab == MORE_NAMES
    assert len(ids.origins[-1].ids) == 100
    assert all(origin.tab.isprintable() for origin in ids.origins)


def test_a_file_names_modules_row_by_row_also_in_a_child() -> None:
    rows = "".join(
        f'{A + place},"{name}\nx",{name}\n'
        for place in range(2_000)
        for name in ["Leads" if place < 1_000 else "Notes" if place % 7 else ""]
    )
    source = f"Record Id,Note,Module\n{rows}4.1E+17,,Leads\n".encode()
    found = read_ids(source, inspect(source))
    assert [(one.tab, len(one.ids)) for one in found.origins] == [("Leads", 1_000), ("Notes", 857)]
    assert set(found.origins[0].ids) == set(range(A, A + 1_000))
    assert read_ids_apart(source, inspect(source), apart_from=0) == found


def test_what_was_rejected_and_looks_rounded_is_kept() -> None:
    even = [int(float(A)) + 64 * place for place in range(40)]
    ids = table(*((one, "Leads") for one in even), (A, "Notes"), (0, "Notes"), (A, "Notes"))
    first, second = parts_of(ids, MODULES)
    assert (first.ids.rejected_count, first.ids.duplicates) == (1, 1)
    assert (second.ids.rejected_count, second.ids.duplicates) == (0, 0)
    assert second.ids.rounding.asks


def test_lists_of_one_module_are_put_together_again() -> None:
    one, two = (Part(NOTES, table((number, "Notes"))) for number in (A, B))
    parts = joined(
        [Part(ACCOUNTS, table((C, "Accounts"))), one, Part(None, table((7**12, ""))), two]
    )
    assert [(part.words, list(part.ids.ids)) for part in parts] == [
        ("2 Notes", [A, B]),
        ("1 Accounts", [C]),
        ("1 id of no module", [7**12]),
    ]


def test_the_order_knows_each_standard_module_once() -> None:
    assert len(set(STANDARD)) == len(STANDARD)
    for child, parent in (
        *(
            ("Notes", "Tasks"),
            ("Tasks", "Contacts"),
            ("Deals", "Contacts"),
            ("Contacts", "Accounts"),
        ),
        *(("Invoices", "Sales_Orders"), ("Sales_Orders", "Quotes"), ("Quotes", "Deals")),
        *(("Purchase_Orders", "Vendors"), ("Cases", "Products"), ("Attachments", "Notes")),
    ):
        assert STANDARD.index(child) < STANDARD.index(parent)


ROWS = st.lists(
    st.tuples(
        st.integers(A, A + 30),
        st.sampled_from(
            ["Leads", "Interessent", "notes", "Accounts", "Rocket", "", "Foo", "Sales Orders"]
        ),
    ),
    max_size=60,
)


@given(ROWS)
def test_no_id_is_lost_or_in_two_lists(rows: list[tuple[int, str]]) -> None:
    ids = table(*rows)
    parts = parts_of(ids, MODULES)
    everything = [one for part in parts for one in part.ids.ids]
    assert sorted(everything) == sorted(ids.ids)
    heeded = Known(MODULES).heeded(ids.origins)
    for part in parts:
        assert list(part.ids.ids) == [one for one in ids.ids if one in set(part.ids.ids)]
        if part.module is not None:
            assert not misplaced(part.ids.origins, HERE, ORG, part.module)
            # Whoever takes the whole list instead has all others held.
            others = set(ids.ids) - set(part.ids.ids)
            held = misplaced(heeded, HERE, ORG, part.module)
            named = {one for origin in ids.origins for one in origin.ids}
            assert others & named <= set(held)
    assert array("Q", everything).typecode == "Q"


def test_what_was_read_from_zoho_stays_with_its_ids_when_a_list_is_parted() -> None:
    missing = (Unresolved("K-2", Miss.NOT_FOUND, "no record has it"),)
    by_value = Listing(Kind.EXTERNAL, "Leads", "ERP_No", 1.0, {A: "K-1", C: "K-3"}, missing)
    view = Listing(Kind.VIEW, "Leads", "Old (7)", 1.0)
    read = IdList(ids=array("Q", [A, C]), source="read", listings=(by_value, view))
    whole = merge(read, table((B, "Accounts"), (C, "Leads"), (A + 1, "Notes")))
    parts = {part.module: part.ids for part in parts_of(whole, MODULES)}
    assert [dict(one.values) for one in parts[None].listings] == [{A: "K-1"}, {}]
    assert [dict(one.values) for one in parts[LEADS].listings] == [{C: "K-3"}, {}]
    assert parts[None].listings[0].unresolved == missing
    assert not parts[ACCOUNTS].listings
    assert not parts[NOTES].listings


def test_two_columns_of_modules_are_never_passed_over_in_silence() -> None:
    text = f"Record Id,Module,Module Name\n{A},Leads,Accounts\n"
    why = "More than one column names modules, so none is heeded: Module, Module Name."
    look = inspect(text.encode())
    assert (look.id_column, look.why) == (None, why)
    assert why in parse_text(text).rejected[0].reason
    assert not parse_text(text).ids


@pytest.mark.parametrize(
    "text",
    [
        f'[{{"id": "{A}", "module": {{"api_name": "Notes", "id": "7"}}}}]',
        f'{{"module": {{"id": "7", "api_name": "Notes"}}, "data": [{{"id": "{A}"}}]}}',
    ],
)
def test_json_names_a_module_as_an_object_too(text: str) -> None:
    assert parted(parse_text(text)) == [("Notes", [A])]
    both = f'[{{"id": "{A}", "module": {{"api_name": "Notes"}}, "Module": "Accounts"}}]'
    assert not parse_text(both).ids
