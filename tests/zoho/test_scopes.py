"""Which scopes are missing: named exactly, covered by a wider one, or only nearly."""

from __future__ import annotations

from tests.rows import each_row
from zohotui.zoho.records import STANDARD_MODULES
from zohotui.zoho.scopes import ASKED, SCOPES, missing, module_word, needed_for


def names(granted: list[str]) -> set[str]:
    return {scope.name for scope in missing(granted)}


def test_what_is_asked_for_is_enough() -> None:
    assert missing(ASKED) == []
    assert missing(name.upper() for name in ASKED) == []
    assert missing(f" {name.lower()} " for name in ASKED) == []


def test_of_nothing_known_nothing_is_said() -> None:
    assert missing([]) == []


@each_row("left_out", ASKED)
def test_each_that_is_missing_is_told_with_what_follows(left_out: str) -> None:
    (scope,) = missing(name for name in ASKED if name != left_out)
    assert scope.name == left_out
    assert scope.without


@each_row(
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


@each_row(
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


SEED = (
    "leads accounts contacts deals campaigns tasks cases events calls solutions products vendors "
    "pricebooks quotes salesorders purchaseorders invoices"
)
"""The words of the seed page, "Possible module names"."""


def test_each_standard_module_has_the_word_that_zoho_has_for_it() -> None:
    words = {module_word(module.api_name) for module in STANDARD_MODULES}
    assert words == set(SEED.split())
    assert module_word("Services__s") == "services"
    assert module_word("Appointments_Rescheduled_History__s") == "appointmentsrescheduledhistory"
    assert module_word("Warranties") == "custom"


@each_row(
    ("method", "path", "scope"),
    [
        ("DELETE", "/crm/v2/Sales_Orders?ids=1", "ZohoCRM.modules.salesorders.DELETE"),
        ("DELETE", "/crm/v8/Warranties/7", "ZohoCRM.modules.custom.DELETE"),
        ("GET", "/crm/v8/Price_Books/7", "ZohoCRM.modules.pricebooks.READ"),
        ("GET", "/crm/v8/settings/custom_views?module=Leads", "ZohoCRM.settings.custom_views.READ"),
        ("GET", "/crm/v8/settings/modules", "ZohoCRM.settings.modules.READ"),
        ("GET", "/crm/v8/settings/recycle_bin?ids=1", "ZohoCRM.settings.recycle_bin.READ"),
        (
            "POST",
            "/crm/v8/settings/recycle_bin/actions/restore",
            "ZohoCRM.settings.recycle_bin.UPDATE",
        ),
        ("POST", "/crm/v8/coql", "ZohoCRM.coql.READ"),
        ("GET", "/crm/v8/org", "ZohoCRM.org.READ"),
        ("GET", "/crm/v8/users?type=CurrentUser", "ZohoCRM.users.READ"),
    ],
)
def test_what_a_request_takes_is_told(method: str, path: str, scope: str) -> None:
    assert needed_for(method, path).split(",")[0].split(" or ")[0] == scope


@each_row("path", ["", "/", "/crm", "/crm/v8", "nonsense", "/crm/v8/"])
def test_of_other_paths_nothing_is_said(path: str) -> None:
    assert needed_for("GET", path) == ""
