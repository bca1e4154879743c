"""The scopes to ask for, what each is for, and what works without it.

Source: zoho-api.md, "Scopes" of each endpoint and "Self client".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from zohotui.zoho.records import STANDARD_MODULES


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope."""

    name: str
    without: str
    """What follows if the token lacks it, in a few words."""


SCOPES = (
    Scope("ZohoCRM.modules.ALL", "nothing can be deleted"),
    Scope(
        "ZohoCRM.settings.modules.READ",
        "only standard modules are listed; type others by API name",
    ),
    Scope("ZohoCRM.org.READ", "THE ORG IS NOT KNOWN"),
    Scope("ZohoCRM.users.READ", "your user is not known"),
    Scope("ZohoCRM.settings.recycle_bin.READ", "the Recycle Bin cannot be read"),
    Scope("ZohoCRM.settings.recycle_bin.UPDATE", "no undo"),
)

FIELDS = Scope("ZohoCRM.settings.fields.READ", "external fields are not named")
VIEWS = Scope("ZohoCRM.settings.custom_views.READ", "no list from a saved view")
QUERIES = Scope("ZohoCRM.coql.READ", "no list from a query")
RULES = Scope(
    "ZohoCRM.settings.workflow_rules.READ", "workflow rules that run on delete are not named"
)
TAGS = Scope("ZohoCRM.settings.tags.READ", "a typo in protected_tags is not found")
RELATED = Scope("ZohoCRM.settings.related_lists.READ", "related records are not counted")
MORE_SCOPES = (FIELDS, VIEWS, QUERIES, RULES, TAGS, RELATED)
"""What else may be asked for: only some ways to a list, and some of what is told, take it."""

NARROWER = (
    "Instead of modules.ALL, .READ and .DELETE of single modules work too, like "
    "ZohoCRM.modules.leads.DELETE."
)

ASKED = tuple(scope.name for scope in SCOPES)
"""Their names, in the order in which they are asked for."""


WORDS = (
    "In a scope a module is its API name in small letters without _ and __s: leads, "
    "salesorders, pricebooks, services. All custom modules are: custom."
)


def module_word(api_name: str) -> str:
    """Return the word for a module in a scope: salesorders, or custom.

    A module that is none of Zoho's own is taken for a custom one. Source: zoho-api.md, "Scopes".
    """
    word = api_name.removesuffix("__s").replace("_", "").lower()
    return word if word in _OWN_WORDS else "custom"


def needed_for(method: str, path: str) -> str:
    """Say which scope a request takes, by its method and path; empty if that is not known."""
    parts = urlsplit(path).path.removeprefix("/").split("/")[2:]
    match parts:
        case ["settings", "recycle_bin", *_, "restore"]:
            return "ZohoCRM.settings.recycle_bin.UPDATE"
        case ["settings", "automation", area, *_] | ["settings", area, *_]:
            return f"ZohoCRM.settings.{area}.READ"
        case [("org" | "users") as area]:
            return f"ZohoCRM.{area}.READ"
        case ["coql"]:
            return f"{QUERIES.name}, and ZohoCRM.modules.ALL or .READ for the module"
        case [api_name, *_] if api_name:
            operation = "DELETE" if method == "DELETE" else "READ"
            return f"ZohoCRM.modules.{module_word(api_name)}.{operation} or ZohoCRM.modules.ALL"
    return ""


_OWN_WORDS = frozenset(
    {
        *(module.api_name.replace("_", "").lower() for module in STANDARD_MODULES),
        *("activities", "services", "appointments", "appointmentsrescheduledhistory"),
        *("notes", "attachments"),
    }
)


def covers(granted: Iterable[str], name: str) -> bool:
    """Whether a scope is among those granted; True if those are not known."""
    plain = [scope.strip().lower() for scope in granted]
    return not plain or _covered(name.lower(), plain)


def missing(granted: Iterable[str]) -> list[Scope]:
    """Return the scopes that are not covered by those granted; none if nothing is known."""
    plain = [scope.strip().lower() for scope in granted]
    return [scope for scope in SCOPES if plain and not _covered(scope.name.lower(), plain)]


def _covered(wanted: str, granted: list[str]) -> bool:
    """Whether `zohocrm.settings.modules.read` is granted, itself or by a wider scope."""
    *places, operation = wanted.split(".")
    ends = {operation, "all"}
    wider = (".".join(places[:depth]) for depth in range(2, len(places) + 1))
    return any(f"{place}.{end}" in granted for place in wider for end in ends)
