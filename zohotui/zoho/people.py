"""The users of the org, and the tags of a module: what guards name.

Source: zoho-api.md, "GET /users?type=CurrentUser"; the official OpenAPI files for v8, users.json
(type=AllUsers, page, per_page up to 200) and tags.json.
"""

from __future__ import annotations

from collections.abc import Mapping

from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.parameters import module_name
from zohotui.zoho.records import User, text

_PAGE = 200
_MOST_PAGES = 50


def users(crm: ZohoCRM) -> list[User]:
    """List everybody in the org, also who has left it. Takes ZohoCRM.users.READ.

    A call for 200 users. Raises Refused where they may not be read.
    """
    found: dict[str, User] = {}
    for page in range(1, _MOST_PAGES + 1):
        path = f"/crm/v8/users?type=AllUsers&per_page={_PAGE}&page={page}"
        parsed = crm.read_list(path, "users")
        before = len(found)
        some = (User.from_json(one) for one in parsed["users"] if isinstance(one, Mapping))
        found.update((user.id, user) for user in some)
        info = parsed.get("info")
        more = isinstance(info, Mapping) and info.get("more_records") is True
        # A page that brings nothing new would be followed by another of its kind.
        if not more or len(found) == before:
            break
    return list(found.values())


def tags(crm: ZohoCRM, module: str) -> list[str]:
    """Name the tags of a module, in one call. Takes ZohoCRM.settings.tags.READ.

    Raises Refused where they may not be read.
    """
    path = f"/crm/v8/settings/tags?module={module_name(module)}"
    entries = crm.read_list(path, "tags")["tags"]
    return [text(one.get("name")) for one in entries if isinstance(one, Mapping)]
