"""POST /oauth/v2/token and /oauth/v2/token/revoke, over the Accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zohotui.sandbox import replies
from zohotui.sandbox.accounts import ACCESS_LIFETIME, OAuthRefusal, Throttled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zohotui.sandbox.accounts import Accounts
    from zohotui.sandbox.replies import Reply
    from zohotui.sandbox.variants import Variants

_THROTTLED = (
    ("error", "Access Denied"),
    (
        "error_description",
        "You have made too many requests continuously. Please try again after some time.",
    ),
    ("status", "failure"),
)


def answer(
    accounts: Accounts, variants: Variants, path: str, params: Mapping[str, str], origin: str
) -> Reply:
    """Answer the accounts host. Errors come with HTTP 200, but for the throttle's 400.

    `origin` is scheme and host that the client came to. Source: zoho-api.md, "OAuth".
    """
    if path == "/oauth/v2/token/revoke":
        return _revoke(accounts, params.get("token", ""))
    if path != "/oauth/v2/token":
        return replies.wrong_path()
    if variants.other_data_centre:
        return replies.as_json(200, {"error": "invalid_client"})
    try:
        given = accounts.token(params)
    except OAuthRefusal as refusal:
        return replies.as_json(200, {"error": str(refusal)})
    except Throttled:
        return replies.as_json(400, dict(_THROTTLED))
    return _token(variants, given, origin)


def _revoke(accounts: Accounts, token: str) -> Reply:
    if accounts.revoke(token):
        return replies.as_json(200, {"status": "success"})
    return replies.as_json(400, {"error": "invalid_token", "status": "failure"})


def _token(variants: Variants, given: Mapping[str, Any], origin: str) -> Reply:
    """Complete the members that Accounts gave to Zoho's answer."""
    lifetime = int(ACCESS_LIFETIME)
    body = {**given, "api_domain": api_domain(origin), "token_type": "Bearer"}
    if variants.token_in_milliseconds:
        body |= {"expires_in_sec": lifetime, "expires_in": lifetime * 1000}
    else:
        body |= {"expires_in": lifetime}
    if not variants.token_scope:
        del body["scope"]
    return replies.as_json(200, body)


def api_domain(origin: str) -> str:
    """Return the API host that belongs to an accounts host; any other host serves both.

    Source: zoho-api.md, "Environments and hosts".
    """
    scheme, _, host = origin.partition("://")
    for brand in ("accounts.zohocloud.", "accounts.zoho."):
        if host.startswith(brand):
            return f"{scheme}://www.zohoapis.{host.removeprefix(brand)}"
    return origin
