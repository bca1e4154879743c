"""Modules, orgs, users and records from whatever JSON comes."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.records import (
    SHOWN_FIELDS,
    STANDARD_MODULES,
    Module,
    Org,
    Record,
    User,
    is_api_name,
)

ENTRY: dict[str, Any] = {
    "api_name": "Sales_Orders",
    "plural_label": "Orders",
    "singular_label": "Order",
    "module_name": "SalesOrders",
    "deletable": True,
    "api_supported": True,
    "recycle_bin_on_delete": True,
    "generated_type": "default",
    "status": "visible",
}


def module(**changes: object) -> Module:
    read = Module.from_json({**ENTRY, **changes})
    assert read
    return read


def test_a_module_is_read() -> None:
    read = module()
    assert (read.api_name, read.plural_label) == ("Sales_Orders", "Orders")
    assert (read.obstacle, read.permanent) == ("", False)
    assert read.goes_by("SalesOrders")
    assert read.goes_by("Sales_Orders")
    assert not read.goes_by("Quotes")


@each_row(
    ("changes", "word"),
    [
        ({"api_name": "Activities"}, "Tasks, Meetings or Calls"),
        ({"api_supported": False}, "does not reach"),
        ({"api_supported": "true"}, "does not reach"),
        ({"deletable": False}, "does not let"),
        ({"deletable": 1}, "does not let"),
        ({"generated_type": "linking"}, "linking"),
        ({"status": "user_hidden"}, "hidden"),
        ({"status": []}, "hidden"),
        ({"status": {"a": 1}}, "hidden"),
    ],
)
def test_what_stands_in_the_way_of_a_module_is_said(changes: dict[str, Any], word: str) -> None:
    assert word in module(**changes).obstacle


@each_row(("said", "permanent"), [(True, False), (False, True), (None, False)])
def test_only_a_plain_no_makes_a_delete_permanent(said: object, permanent: bool) -> None:
    assert module(recycle_bin_on_delete=said).permanent is permanent
    assert module(recycle_bin_on_delete="false").permanent is False


@each_row("name", [None, "", 7, [], "../x", "a b", "Leads\n", "L" * 101])
def test_a_module_without_a_usable_name_is_left_out(name: object) -> None:
    assert Module.from_json({**ENTRY, "api_name": name}) is None


def test_labels_cannot_carry_escapes_and_are_cut() -> None:
    read = module(plural_label="\x1b]0;x\x07" + "y" * 500)
    assert read.plural_label.isprintable()
    assert len(read.plural_label) == 80
    assert module(plural_label=None).plural_label == "Sales_Orders"


def test_the_standard_modules_are_those_of_the_seed_page() -> None:
    assert len(STANDARD_MODULES) == 17
    assert all(is_api_name(module.api_name) for module in STANDARD_MODULES)
    assert all(not module.obstacle for module in STANDARD_MODULES)


@each_row(
    ("kind", "environment"),
    [
        ("production", Environment.PRODUCTION),
        ("Sandbox", Environment.SANDBOX),
        ("DEVELOPER", Environment.DEVELOPER),
        ("practice!", Environment.UNKNOWN),
        (None, Environment.UNKNOWN),
        (["production"], Environment.UNKNOWN),
    ],
)
def test_the_environment_is_said_or_unknown(kind: object, environment: Environment) -> None:
    assert Org.from_json({"type": kind}).environment is environment


def test_an_org_without_a_name_is_called_so() -> None:
    assert Org.from_json({}).name == "unnamed"
    assert Org.from_json({"company_name": "", "domain_name": "acme"}).name == "acme"
    assert Org.from_json({"company_name": "A\x1bB", "zgid": 7}) == Org(
        "7", "A\N{REPLACEMENT CHARACTER}B", Environment.UNKNOWN
    )


@each_row(
    ("fields", "name"),
    [
        ({"Full_Name": "Ada", "Last_Name": "Test"}, "Ada"),
        ({"Account_Name": {"name": "Acme", "id": "1"}, "Subject": "S"}, "S"),
        ({"Account_Name": "Acme"}, "Acme"),
        ({"Last_Name": "Test"}, "Test"),
        ({"Full_Name": None, "Name": "N"}, "N"),
        ({"Full_Name": {"x": 1}}, ""),
        ({"Full_Name": ["a"]}, ""),
        ({}, ""),
    ],
)
def test_a_record_goes_by_the_first_name_that_it_carries(fields: dict[str, Any], name: str) -> None:
    record = Record.from_json({"id": "1", "Owner": {"name": "Bo"}, **fields})
    assert (record.name, record.owner) == (name, "Bo")


def test_the_fields_that_are_asked_for_are_those_that_are_shown() -> None:
    assert {"Full_Name", "Owner", "Created_Time", "Modified_Time"} <= set(SHOWN_FIELDS)
    assert len(set(SHOWN_FIELDS)) == len(SHOWN_FIELDS)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=100),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "id"]), inner)
    ),
    max_leaves=4,
)
KEYS = st.sampled_from(
    [*ENTRY, *SHOWN_FIELDS, "id", "zgid", "company_name", "type", "full_name", "email"]
)


@given(entry=st.dictionaries(KEYS, VALUES))
def test_whatever_comes_is_text_that_can_be_shown(entry: dict[str, Any]) -> None:
    for kind in (Module, Org, User, Record):
        read = kind.from_json(entry)
        for value in dataclasses.asdict(read).values() if read else ():
            if isinstance(value, str):
                assert len(value) <= 80
                assert not any(ord(character) < 32 for character in value)
                assert value.encode().decode() == value
