"""Which scopes are missing: named exactly, covered by a wider one, or only nearly."""

from __future__ import annotations

import pytest

from zohotui.zoho.scopes import ASKED, SCOPES, missing


def names(granted: list[str]) -> set[str]:
    return {scope.name for scope in missing(granted)}


def test_what_is_asked_for_is_enough() -> None:
    assert missing(ASKED) == []
    assert missing(name.upper() for name in ASKED) == []
    assert missing(f" {name.lower()} " for name in ASKED) == []


def test_of_nothing_known_nothing_is_said() -> None:
    assert missing([]) == []


@pytest.mark.parametrize("left_out", ASKED)
def test_each_that_is_missing_is_told_with_what_follows(left_out: str) -> None:
    (scope,) = missing(name for name in ASKED if name != left_out)
    assert scope.name == left_out
    assert scope.without


@pytest.mark.parametrize(
    ("granted", "covered"),
    [
        ("ZohoCRM.settings.ALL", [name for name in ASKED if ".settings." in name]),
        ("ZohoCRM.settings.READ", [name for name in ASKED if name.endswith("bin.READ")]),
        ("ZohoCRM.settings.modules.ALL", ["ZohoCRM.settings.modules.READ"]),
        ("ZohoCRM.org.ALL", ["ZohoCRM.org.READ"]),
        ("ZohoCRM.users.all", ["ZohoCRM.users.READ"]),
        (
            "ZohoCRM.settings.recycle_bin.ALL",
            ["ZohoCRM.settings.recycle_bin.READ", "ZohoCRM.settings.recycle_bin.UPDATE"],
        ),
    ],
)
def test_a_wider_scope_covers_the_narrower(granted: str, covered: list[str]) -> None:
    assert not names([granted]) & set(covered)


@pytest.mark.parametrize(
    "granted",
    [
        "ZohoCRM.modules.READ",
        "ZohoCRM.modules.leads.ALL",
        "ZohoCRM.settings.fields.READ",
        "ZohoCRM.settings.modules.CREATE",
        "ZohoCRM.settings.recycle_bin.DELETE",
        "ZohoCRM.org.CREATE",
        "ZohoCRM.organisation.ALL",
        "ZohoBooks.modules.ALL",
        "ZohoCRM.ALL.modules",
        "ZohoCRM",
        "ZohoCRM.",
        "ALL",
        "zohocrm.all",
        "",
        ".",
    ],
)
def test_a_narrower_scope_or_another_covers_nothing(granted: str) -> None:
    assert names([granted]) == set(ASKED)


def test_each_scope_stands_in_the_list_once() -> None:
    assert len(set(ASKED)) == len(SCOPES)
