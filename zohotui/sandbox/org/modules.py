"""The modules of the simulated org, and how /settings/modules describes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_V8_ONLY = frozenset(
    {
        "has_more_profiles",
        "access_type",
        "private_profile",
        "recycle_bin_on_delete",
        "actual_plural_label",
        "actual_singular_label",
        "lookupable",
        "isBlueprintSupported",
        "sub_menu_available",
        "public_fields_configured",
        "profile_count",
        "status",
    }
)
_MODIFIED = "2026-03-01T10:00:00+01:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One module of the org. Source: zoho-api.md, "Standard modules".

    `name_field` is the field that names a record (zoho-api.md, "Fields metadata and name
    fields"); `recycle_bin` is `recycle_bin_on_delete`, False where a delete is for good.
    """

    api_name: str
    module_name: str
    singular_label: str
    plural_label: str
    id: str
    sequence: int = 0
    deletable: bool = True
    api_supported: bool = True
    recycle_bin: bool = True
    generated_type: str = "default"
    status: str = "visible"
    name_field: str = "Name"

    @property
    def scope(self) -> str:
        """The word for this module in a scope: `salesorders`; `custom` for every custom one.

        Source: zoho-api.md, "Scopes".
        """
        if self.generated_type == "custom":
            return "custom"
        return self.api_name.removesuffix("__s").replace("_", "").lower()

    def as_json(self, version: int, profile: Mapping[str, str]) -> dict[str, Any]:
        """Return the entry of /settings/modules; v2 has fewer keys. Source: "One entry, v7/v8"."""
        entry = {
            **self._labels(),
            **self._abilities(),
            "profiles": [dict(profile)],
            "profile_count": 1,
            "has_more_profiles": False,
            "id": self.id,
            "sequence_number": self.sequence,
            "modified_time": _MODIFIED,
            "modified_by": None,
            "arguments": [],
            "parent_module": {},
            "business_card_field_limit": 5,
        }
        if version == 2:  # noqa: PLR2004 - Zoho's own name of the version
            return {key: value for key, value in entry.items() if key not in _V8_ONLY}
        return entry

    def _labels(self) -> dict[str, Any]:
        return {
            "api_name": self.api_name,
            "module_name": self.module_name,
            "singular_label": self.singular_label,
            "plural_label": self.plural_label,
            "actual_singular_label": self.singular_label,
            "actual_plural_label": self.plural_label,
            "description": None,
            "web_link": None,
            "generated_type": self.generated_type,
            "status": self.status,
        }

    def _abilities(self) -> dict[str, Any]:
        visible = self.status == "visible"
        return {
            "deletable": self.deletable,
            "api_supported": self.api_supported,
            "recycle_bin_on_delete": self.recycle_bin,
            "visibility": 1 if visible else 0,
            "show_as_tab": visible,
            "presence_sub_menu": visible,
            "sub_menu_available": visible,
            "creatable": self.deletable,
            "editable": self.deletable,
            "viewable": True,
            "lookupable": self.api_supported,
            "convertable": self.api_name == "Leads",
            "quick_create": visible,
            "global_search_supported": visible,
            "isBlueprintSupported": self.api_supported,
            "feeds_required": False,
            "public_fields_configured": False,
            "private_profile": None,
            "access_type": "org_based",
        }

    @property
    def takes_deletes(self) -> bool:
        """Whether its records can be deleted through the API at all."""
        return self.deletable and self.api_supported


# api_name, module_name, singular, plural, name field
_ORDINARY = (
    ("Leads", "Leads", "Lead", "Leads", "Full_Name"),
    ("Contacts", "Contacts", "Contact", "Contacts", "Full_Name"),
    ("Accounts", "Accounts", "Account", "Accounts", "Account_Name"),
    ("Deals", "Deals", "Deal", "Deals", "Deal_Name"),
    ("Tasks", "Tasks", "Task", "Tasks", "Subject"),
    ("Events", "Meetings", "Meeting", "Meetings", "Event_Title"),
    ("Calls", "Calls", "Call", "Calls", "Subject"),
    ("Products", "Products", "Product", "Products", "Product_Name"),
    ("Quotes", "Quotes", "Quote", "Quotes", "Subject"),
    ("Sales_Orders", "SalesOrders", "Sales Order", "Sales Orders", "Subject"),
    ("Purchase_Orders", "PurchaseOrders", "Purchase Order", "Purchase Orders", "Subject"),
    ("Invoices", "Invoices", "Invoice", "Invoices", "Subject"),
    ("Campaigns", "Campaigns", "Campaign", "Campaigns", "Campaign_Name"),
    ("Vendors", "Vendors", "Vendor", "Vendors", "Vendor_Name"),
    ("Price_Books", "PriceBooks", "Price Book", "Price Books", "Price_Book_Name"),
    ("Cases", "Cases", "Case", "Cases", "Subject"),
    ("Solutions", "Solutions", "Solution", "Solutions", "Solution_Title"),
    ("Services__s", "Services", "Service", "Services", "Service_Name"),
    ("Appointments__s", "Appointments", "Appointment", "Appointments", "Appointment_Name"),
)
# api_name, module_name, plural, deletable, api_supported, recycle bin, type, status
_SPECIAL = (
    ("Notes", "Notes", "Notes", True, True, True, "default", "system_hidden"),
    ("Attachments", "Attachments", "Attachments", True, True, False, "default", "system_hidden"),
    ("Consents", "Consents", "Consents", True, True, False, "default", "visible"),
    (
        "Data_Subject_Requests",
        "Data_Subject_Requests",
        "Data Subject Requests",
        True,
        True,
        False,
        "default",
        "visible",
    ),
    (
        "Appointments_Rescheduled_History__s",
        "LinkingModule4",
        "Appointments Rescheduled History",
        True,
        True,
        True,
        "field_tracker",
        "user_hidden",
    ),
    ("Quoted_Items", "QuotedItems", "Quoted Items", True, True, True, "subform", "visible"),
    ("Ordered_Items", "OrderedItems", "Ordered Items", True, True, True, "subform", "visible"),
    ("Purchase_Items", "PurchaseItems", "Purchase Items", True, True, True, "subform", "visible"),
    ("Invoiced_Items", "InvoicedItems", "Invoiced Items", True, True, True, "subform", "visible"),
    ("Warranties", "CustomModule5", "Warranties", True, True, True, "custom", "visible"),
    ("Projects", "Projects", "Projects", True, False, False, "default", "visible"),
    ("Visits", "Visits", "Visits", False, True, False, "default", "visible"),
    ("DealHistory", "DealHistory", "Stage History", False, True, False, "field_tracker", "visible"),
    ("Approvals", "Approvals", "Approvals", False, True, False, "default", "visible"),
    ("Home", "Home", "Home", False, False, False, "default", "visible"),
    ("Reports", "Reports", "Reports", False, False, False, "default", "visible"),
    ("Analytics", "Dashboards", "Analytics", False, False, False, "default", "visible"),
    ("Documents", "Documents", "Documents", False, False, False, "default", "visible"),
    ("Forecasts", "Forecasts", "Forecasts", False, False, False, "default", "visible"),
)
_NAME_FIELDS = (("Notes", "Note_Title"), ("Attachments", "File_Name"))


def standard_modules(prefix: str) -> Sequence[Module]:
    """Every module of the sample org, in tab order; `prefix` is the org's id prefix."""
    ordinary = [
        Module(
            api_name=api_name,
            module_name=tab,
            singular_label=singular,
            plural_label=plural,
            name_field=name_field,
            sequence=place,
            id=f"{prefix}{2175 + 2 * place:012d}",
        )
        for place, (api_name, tab, singular, plural, name_field) in enumerate(_ORDINARY, 1)
    ]
    name_fields = dict(_NAME_FIELDS)
    special = [
        Module(
            api_name=api_name,
            module_name=tab,
            singular_label=_singular(plural),
            plural_label=plural,
            deletable=deletable,
            api_supported=api,
            recycle_bin=recycle_bin,
            generated_type=kind,
            status=status,
            name_field=name_fields.get(api_name, "Name"),
            sequence=place,
            id=f"{prefix}{2175 + 2 * place:012d}",
        )
        for place, (api_name, tab, plural, deletable, api, recycle_bin, kind, status) in enumerate(
            _SPECIAL, len(_ORDINARY) + 1
        )
    ]
    return (*ordinary, *special)


def _singular(plural: str) -> str:
    if plural.endswith("ies"):
        return plural.removesuffix("ies") + "y"
    return plural.removesuffix("s")
