"""Modules, orgs, users and records as Zoho describes them: frozen, printable from here on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeGuard

from zohotui.zoho.datacentre import Environment
from zohotui.zoho.moments import in_utc, seconds_of
from zohotui.zoho.printable import MARK, printable

Json = Mapping[str, Any]
"""A JSON object as it came."""

_API_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
_CUSTOM_TAB = re.compile(r"CustomModule[0-9]{1,9}")
_LONGEST_LABEL = 80


def text(value: object, limit: int = _LONGEST_LABEL) -> str:
    """Make a JSON string, number or boolean printable text; anything else is empty."""
    return printable(str(value), limit) if isinstance(value, str | int | float) else ""


def is_api_name(name: object) -> TypeGuard[str]:
    """Whether a name may stand as a module in a URL."""
    return isinstance(name, str) and _API_NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the org. Source: zoho-api.md, "GET /settings/modules"."""

    api_name: str
    """What requests call it: Sales_Orders."""
    plural_label: str
    """What the org calls it: Sales Orders."""
    singular_label: str = ""
    tab_name: str = ""
    """What URLs of the web UI call it (`module_name`): SalesOrders, CustomModule5."""
    deletable: bool = True
    api_supported: bool = True
    recycle_bin: bool | None = None
    """Whether deleted records go to the Recycle Bin; None when the answer does not say."""
    generated_type: str = "default"
    visible: bool = True

    @classmethod
    def from_json(cls, entry: Json) -> Module | None:
        """Read one entry of `modules`; None if it has no usable API name."""
        api_name = text(entry.get("api_name"))
        if not is_api_name(api_name):
            return None
        bin_on_delete = entry.get("recycle_bin_on_delete")
        return cls(
            api_name=api_name,
            plural_label=text(entry.get("plural_label")) or api_name,
            singular_label=text(entry.get("singular_label")) or api_name,
            tab_name=text(entry.get("module_name")),
            deletable=entry.get("deletable") is True,
            api_supported=entry.get("api_supported") is True,
            recycle_bin=bin_on_delete if isinstance(bin_on_delete, bool) else None,
            generated_type=text(entry.get("generated_type")) or "default",
            visible=text(entry.get("status", "visible")) in {"visible", "system_hidden"},
        )

    @property
    def obstacle(self) -> str:
        """Why records of it cannot be deleted here, as a clause; empty if they can."""
        if self.api_name == "Activities":
            return "choose Tasks, Meetings or Calls instead"
        if not self.api_supported:
            return "Zoho's API does not reach it"
        if not self.deletable:
            return "Zoho does not let its records be deleted"
        if self.generated_type not in {"default", "custom"}:
            return f"its records belong to others ({self.generated_type})"
        return "" if self.visible else "it is hidden in this org"

    @property
    def permanent(self) -> bool:
        """Whether a delete cannot be undone, because the module has no Recycle Bin."""
        return self.recycle_bin is False

    @property
    def names(self) -> tuple[str, str, str]:
        """What a file may call it: the API name and both labels."""
        return self.api_name, self.singular_label, self.plural_label

    def goes_by(self, tab: str) -> bool:
        """Whether a URL of the web UI that names this tab means this module.

        Source: zoho-api.md, "URLs of the web UI".
        """
        tabs = {self.tab_name, self.api_name, self.api_name.removesuffix("__s")}
        # Of a module that nobody has listed its number is not known.
        unlisted = not self.tab_name and self.generated_type == "custom"
        numbered = unlisted and _CUSTOM_TAB.fullmatch(tab) is not None
        return numbered or tab in tabs | _OLD_TABS.get(self.api_name, set())


def label_among(module: Module, modules: Iterable[Module]) -> str:
    """Return the name by which a module cannot be taken for another, and which can be typed.

    That is its plural label, unless another module goes by it too or it holds what no keyboard
    has; then the API name stands behind it or in its place.
    """
    label = " ".join(module.plural_label.split())
    if MARK in label or label.endswith("\N{HORIZONTAL ELLIPSIS}") or not label:
        return module.api_name
    others = (name.lower() for one in modules if one != module for name in one.names)
    return f"{label} {module.api_name}" if label.lower() in others else label


def singular_among(module: Module, modules: Iterable[Module]) -> str:
    """Return what one record of a module is called, if `label_among` calls several by their label.

    Empty where its name is none that can be typed, or that another module has too.
    """
    singular = " ".join(module.singular_label.split())
    plain = " ".join(module.plural_label.split()) == label_among(module, modules)
    others = {name.lower() for one in modules if one != module for name in one.names}
    clean = MARK not in singular and not singular.endswith("\N{HORIZONTAL ELLIPSIS}")
    return singular if plain and clean and singular.lower() not in others else ""


_OLD_TABS = {
    "Deals": {"Potentials", "Deals"},
    "Events": {"Events", "Meetings"},
    "Sales_Orders": {"SalesOrders"},
    "Purchase_Orders": {"PurchaseOrders"},
    "Price_Books": {"PriceBooks"},
}

STANDARD_MODULES = tuple(
    Module(api_name, label, label.removesuffix("s"))
    for api_name, label in (
        ("Leads", "Leads"),
        ("Contacts", "Contacts"),
        ("Accounts", "Accounts"),
        ("Deals", "Deals"),
        ("Tasks", "Tasks"),
        ("Events", "Meetings"),
        ("Calls", "Calls"),
        ("Campaigns", "Campaigns"),
        ("Cases", "Cases"),
        ("Solutions", "Solutions"),
        ("Products", "Products"),
        ("Vendors", "Vendors"),
        ("Price_Books", "Price Books"),
        ("Quotes", "Quotes"),
        ("Sales_Orders", "Sales Orders"),
        ("Purchase_Orders", "Purchase Orders"),
        ("Invoices", "Invoices"),
    )
)
"""The seed page's supported modules, for a token that may not read the org's own list."""


def unlisted_module(api_name: str) -> Module | None:
    """Return a module by the API name that somebody typed; None if it can be no such name.

    Where the list of modules cannot be read, Zoho's answer is the judge of whether there is one.
    """
    if not is_api_name(api_name):
        return None
    standard = (module for module in STANDARD_MODULES if module.api_name == api_name)
    return next(standard, Module(api_name, api_name, api_name, generated_type="custom"))


@dataclass(frozen=True, slots=True)
class Org:
    """The org that a token belongs to. Source: zoho-api.md, "GET /org"."""

    zgid: str
    """Its number, as in the web UI's URLs: org700000001."""
    name: str
    environment: Environment
    domain_name: str = ""
    """The path segment that URLs of the web UI carry."""
    edition: str = ""
    """free, standard, professional, enterprise and so on; empty if the answer does not say."""

    @classmethod
    def from_json(cls, entry: Json) -> Org:
        """Read the first entry of `org`; `type` is compared without regard to case."""
        kind = text(entry.get("type")).lower()
        known = {environment.value for environment in Environment}
        licence = entry.get("license_details")
        return cls(
            zgid=text(entry.get("zgid")),
            name=text(entry.get("company_name")) or text(entry.get("domain_name")) or "unnamed",
            environment=Environment(kind) if kind in known else Environment.UNKNOWN,
            domain_name=text(entry.get("domain_name")),
            edition=text(licence.get("paid_type")) if isinstance(licence, Mapping) else "",
        )


@dataclass(frozen=True, slots=True)
class User:
    """Who the token acts as. Source: zoho-api.md, "GET /users?type=CurrentUser"."""

    id: str
    name: str
    email: str
    profile: str = ""
    """Name of the profile, which decides on rights: Administrator, Standard; or empty."""

    @classmethod
    def from_json(cls, entry: Json) -> User:
        """Read the first entry of `users`."""
        return cls(
            id=text(entry.get("id")),
            name=text(entry.get("full_name")),
            email=text(entry.get("email")),
            profile=_name(entry.get("profile")),
        )


@dataclass(frozen=True, slots=True)
class Binned:
    """A record in the Recycle Bin. Source: zoho-api.md, "Recycle-bin API"."""

    id: str
    module: str
    """API name, or empty if the answer does not say."""
    deleted_by: str
    """The user's id, or empty."""
    deleted_by_name: str
    deleted: float | None
    """Seconds since the epoch; None if the answer does not say."""
    name: str = ""
    """What the record is called, or empty."""

    @classmethod
    def from_json(cls, entry: Json) -> Binned:
        """Read one item of `recycle_bin`."""
        module, by = entry.get("module"), entry.get("deleted_by")
        return cls(
            id=text(entry.get("id")),
            module=text(module.get("api_name") if isinstance(module, Mapping) else module),
            deleted_by=text(by.get("id")) if isinstance(by, Mapping) else "",
            deleted_by_name=_name(by),
            deleted=seconds_of(text(entry.get("deleted_time"))),
            name=text(entry.get("display_name")),
        )

    def is_of(self, module: str) -> bool:
        """Whether the answer does not say that it came from another module."""
        return self.module in {"", module}

    @property
    def since(self) -> str:
        """Say when and by whom it was deleted, as the end of a clause."""
        return since(self.deleted, self.deleted_by_name)


def since(deleted: float | None, by: str) -> str:
    """Say when and by whom a record was deleted, as the end of a clause."""
    when = ""
    if deleted is not None:
        with suppress(OverflowError, ValueError, OSError):
            when = f" since {in_utc(deleted)}"
    return f"{when}, deleted by {by or 'an unnamed user'}"


@dataclass(frozen=True, slots=True)
class Record:
    """What is shown of a record before it is deleted. Source: zoho-api.md, "GET records"."""

    id: str
    name: str
    owner: str
    created: str
    """ISO 8601 as Zoho gave it, or empty."""
    modified: str

    @classmethod
    def from_json(cls, entry: Json) -> Record:
        """Read one item of `data`; the name is the first name-like field it carries."""
        owner = entry.get("Owner")
        return cls(
            id=text(entry.get("id")),
            name=next((_name(entry[field]) for field in _NAME_FIELDS if entry.get(field)), ""),
            owner=_name(owner),
            created=text(entry.get("Created_Time")),
            modified=text(entry.get("Modified_Time")),
        )


def same_moment(one: str, other: str) -> bool:
    """Whether two texts of Zoho's name one moment: each user is told it in their own time zone."""
    if one == other:
        return True
    moments = seconds_of(one), seconds_of(other)
    return moments[0] is not None and moments[0] == moments[1]


def _name(value: object) -> str:
    return text(value.get("name") if isinstance(value, Mapping) else value)


_NAME_FIELDS = (
    "Full_Name",
    "Deal_Name",
    "Event_Title",
    "Product_Name",
    "Campaign_Name",
    "Vendor_Name",
    "Price_Book_Name",
    "Solution_Title",
    "Service_Name",
    "Appointment_Name",
    "Note_Title",
    "File_Name",
    "Subject",
    "Name",
    "Account_Name",
    "Last_Name",
)
"""Account_Name stands late: in most modules it is the lookup, only in Accounts the name."""

SHOWN_FIELDS = (*_NAME_FIELDS, "Owner", "Created_Time", "Modified_Time")
"""The fields that a Record is made of."""
