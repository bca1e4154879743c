"""What hangs on a record: the related lists of its module, and how many each holds.

Source: zoho-api.md, "Related records"; the official OpenAPI examples of getRelatedRecordsCount.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.parameters import module_name, one_id
from zohotui.zoho.records import Json, is_api_name, text

MOST_LISTS = 20
"""Related lists that one call counts."""


@dataclass(frozen=True, slots=True)
class RelatedList:
    """One related list of a module."""

    api_name: str
    label: str
    module: str
    """API name of the module whose records it holds; empty if the answer does not say."""
    linked: bool
    """Whether its records are linked by another module, or many to many."""

    @classmethod
    def from_json(cls, entry: Json) -> RelatedList | None:
        """Read one entry of `related_lists`; None for one without a name or that is hidden."""
        name, module = text(entry.get("api_name")), entry.get("module")
        if not is_api_name(name) or text(entry.get("status", "visible")) != "visible":
            return None
        many = text(entry.get("type")) not in {"", "default"}
        linking = text(entry.get("linkingmodule")) not in {"", "null"}
        return cls(
            name,
            text(entry.get("display_label")) or text(entry.get("name")) or name,
            text(module.get("api_name")) if isinstance(module, Mapping) else "",
            many or linking,
        )


def related_lists(crm: ZohoCRM, module: str) -> list[RelatedList]:
    """Name the related lists of a module, in one call.

    Raises Refused where they may not be read: that takes ZohoCRM.settings.related_lists.READ.
    """
    path = f"/crm/v8/settings/related_lists?module={module_name(module)}"
    entries = crm.read_list(path, "related_lists")["related_lists"]
    found = (RelatedList.from_json(one) for one in entries if isinstance(one, Mapping))
    return list({one.api_name: one for one in found if one}.values())


def calls_of_counts(records: int, lists: int) -> int:
    """Tell how many calls it takes to count so many lists of so many records."""
    return records * -(-lists // MOST_LISTS)


def related_counts(
    crm: ZohoCRM, module: str, record_id: str, lists: Sequence[RelatedList]
) -> dict[str, int | None]:
    """Count what each list holds of one record, a call for 20 lists; None where Zoho counts none.

    Raises ZohoError for a record that Zoho does not count for, as a converted lead.
    """
    path = f"/crm/v8/{module_name(module)}/{one_id(record_id)}/actions/get_related_records_count"
    key = "get_related_records_count"
    found: dict[str, int | None] = {one.api_name: None for one in lists}
    for start in range(0, len(lists), MOST_LISTS):
        some = lists[start : start + MOST_LISTS]
        asked = [{"related_list": {"api_name": one.api_name}} for one in some]
        parsed = crm.read_list(path, key, content=json.dumps({key: asked}).encode())
        for entry in _flat(parsed[key]):
            named, number = entry.get("related_list"), entry.get("count")
            name = text(named.get("api_name")) if isinstance(named, Mapping) else ""
            if name in found and type(number) is int:
                found[name] = number
    return found


def _flat(entries: object) -> Iterator[Json]:
    """Yield the entries, also where each is in a list of its own, as one specification has it."""
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, Mapping):
            yield entry
        elif isinstance(entry, list):
            yield from (one for one in entry if isinstance(one, Mapping))
