"""POST /oauth/v2/token and /oauth/v2/token/revoke, over the Accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zohotui.sandbox import hosts, replies
from zohotui.sandbox.oauth.grants import OAuthRefusal, Throttled

if TYPE_CHECKING:
    from zohotui.sandbox.oauth.grants import Issued
    from zohotui.sandbox.oauth.sign_in import SignIn
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


def answer(call: SignIn) -> Reply:
    """Answer the accounts host. Errors come with HTTP 200, but for the throttle's 400.

    Source: zoho-api.md, "OAuth".
    """
    match call.method, call.path:
        case "POST", "/oauth/v2/token":
            return _token(call)
        case "POST", "/oauth/v2/token/revoke":
            return _revoke(call, call.params.get("token", ""))
    return replies.wrong_path()


def granted(call: SignIn, issued: Issued) -> Reply:
    """Put what was issued into Zoho's words. Source: zoho-api.md, "Self client"."""
    variants = call.variants
    lifetime = int(issued.lifetime)
    body: dict[str, Any] = {"access_token": issued.access_token}
    if issued.refresh_token:
        body["refresh_token"] = issued.refresh_token
    if variants.token_scope:
        body["scope"] = " ".join(issued.scopes)
    body |= {"api_domain": _api_domain(call, issued), "token_type": "Bearer"}
    if variants.token_in_milliseconds:
        body |= {"expires_in_sec": lifetime, "expires_in": lifetime * 1000}
    else:
        body |= {"expires_in": lifetime}
    return replies.as_json(200, body)


def throttled(variants: Variants) -> Reply:
    """Say that there were too many token requests. Source: "Token-endpoint errors"."""
    return replies.as_json(variants.throttle_status, dict(_THROTTLED))


def _token(call: SignIn) -> Reply:
    if call.variants.other_data_centre:
        return replies.as_json(200, {"error": "invalid_client"})
    try:
        issued = call.accounts.token(call.params)
    except OAuthRefusal as refusal:
        return replies.as_json(200, {"error": str(refusal)})
    except Throttled:
        return throttled(call.variants)
    return granted(call, issued)


def _revoke(call: SignIn, token: str) -> Reply:
    if call.accounts.revoke(token):
        return replies.as_json(200, {"status": "success"})
    return replies.as_json(400, {"error": "invalid_token", "status": "failure"})


def _api_domain(call: SignIn, issued: Issued) -> str:
    variants = call.variants
    if variants.api_domain is not None:
        return variants.api_domain
    if variants.grant_api_domain == "production":
        return hosts.api_domain(call.origin, "production")
    return hosts.api_domain(call.origin, (issued.org or call.org).environment)
