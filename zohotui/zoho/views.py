"""Custom views: which a module has, and the records of one, page by page.

Source: zoho-api.md, "Saved views".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import AnswerLost, ZohoError
from zohotui.zoho.found import NOT_ALL_ROWS, UNREADABLE_IDS, id_of
from zohotui.zoho.parameters import module_name, one_id
from zohotui.zoho.records import Json, text

VIEW_CREDITS = 3
"""API credits that a page of a view costs."""

PAGE = 200
"""Records on a page."""

PAGES_BY_NUMBER = 10
"""Pages that are asked for by their numbers; those behind them by tokens."""

MOST_IN_VIEW = 100_000
"""Records of a view that can be read."""

_SETTINGS = "/crm/v8/settings/custom_views"
_LONGEST_TOKEN = 4_000


@dataclass(frozen=True, slots=True)
class CustomView:
    """One saved view of a module. Its id alone tells it from others."""

    id: str
    name: str
    """As the web UI shows it."""
    category: str
    """public_views, other_users_views, shared_with_me or created_by_me."""
    default: bool = False

    @classmethod
    def from_json(cls, entry: object) -> CustomView | None:
        """Read one entry of `custom_views`; None if it has no usable id."""
        view_id = id_of(entry)
        if not view_id or not isinstance(entry, Mapping):
            return None
        name = text(entry.get("display_value")) or text(entry.get("name")) or view_id
        return cls(view_id, name, text(entry.get("category")), entry.get("default") is True)


def custom_views(crm: ZohoCRM, module: str) -> list[CustomView]:
    """List the views of a module that the user may see.

    Raises Refused where they may not be read: that takes ZohoCRM.settings.custom_views.READ.
    """
    found: dict[str, CustomView] = {}
    page, more = 1, True
    while more:
        path = f"{_SETTINGS}?module={module_name(module)}&per_page={PAGE}&page={page}"
        parsed = crm.read_list(path, "custom_views")
        before = len(found)
        views = map(CustomView.from_json, parsed["custom_views"])
        found.update((view.id, view) for view in views if view is not None)
        # A page that brings nothing new would be followed by another of its kind for ever.
        more = len(found) > before and _info(parsed).get("more_records") is True
        page += 1
    return list(found.values())


def view_size(crm: ZohoCRM, module: str, view_id: str) -> int | None:
    """Say about how many records a view has; None if Zoho does not say, or not to this sign-in.

    The figure may be some minutes old. Source: zoho-api.md, "Related helpers".
    """
    path = f"/crm/v8/{module_name(module)}/actions/count?cvid={one_id(view_id)}"
    try:
        return crm.read_count(path)
    except ZohoError:
        return None


@dataclass(frozen=True, slots=True)
class ViewPage:
    """Some records of a view."""

    ids: tuple[int, ...]
    more: bool
    token: str
    """What asks for the page behind it; empty if Zoho gave none."""


def view_page(crm: ZohoCRM, module: str, view_id: str, page: int, token: str = "") -> ViewPage:
    """Read one page of a view's records; with a token that page, else the page of this number.

    Neither `converted` nor `approved` is sent: what the view shows is what is listed. Raises
    AnswerLost for an answer that does not say whether it is the last.
    """
    where = f"page_token={quote(token, safe='')}" if token else f"page={page}"
    path = f"/crm/v8/{module_name(module)}?cvid={one_id(view_id)}&fields=id&per_page={PAGE}&{where}"
    parsed = crm.read_list(path, "data")
    ids, info = ids_of_rows(parsed["data"]), _info(parsed)
    more = is_more(info, len(ids))
    return ViewPage(ids, more, _token(info) if more else "")


def ids_of_rows(rows: Iterable[object]) -> tuple[int, ...]:
    """Return the ids of rows; raises AnswerLost for a row without one."""
    ids = tuple(map(id_of, rows))
    if not all(ids):
        raise AnswerLost(
            "Zoho's answer has a row whose id cannot be read, so it is not used "
            f"({UNREADABLE_IDS}).",
            code=UNREADABLE_IDS,
            status=200,
        )
    return tuple(map(int, ids))


def is_more(info: Json, rows: int) -> bool:
    """Whether more rows follow; raises AnswerLost for an answer that leaves it open."""
    more = info.get("more_records")
    if not isinstance(more, bool) or (more and not rows):
        raise AnswerLost(
            f"Zoho's answer does not say whether it is the last page ({NOT_ALL_ROWS}).",
            code=NOT_ALL_ROWS,
            status=200,
        )
    return more


def _info(parsed: Json) -> Json:
    info = parsed.get("info")
    return info if isinstance(info, Mapping) else {}


def _token(info: Json) -> str:
    token = info.get("next_page_token")
    return token if isinstance(token, str) and len(token) <= _LONGEST_TOKEN else ""
