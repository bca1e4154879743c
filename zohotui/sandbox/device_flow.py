"""POST /oauth/v3/device/code and …/token, and the page on which the user says yes.

`GET /device` is a form for the user code; `GET /device?user_code=BCDF-GHJK` approves that code for
the first org. It stands in for Zoho's own page, which asks for a sign-in first.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from zohotui.sandbox import oauth, replies
from zohotui.sandbox.devices import USER_CODE_LIFETIME
from zohotui.sandbox.grants import OAuthRefusal, OtherDataCentre, Throttled
from zohotui.sandbox.hosts import DEVICE_PAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zohotui.sandbox.app import Sandbox
    from zohotui.sandbox.devices import Device
    from zohotui.sandbox.replies import Reply

_FORM = (
    '<form action="/device"><label>Code <input name="user_code" autofocus></label>'
    "<button>Approve</button></form>"
)


def answer(
    sandbox: Sandbox, method: str, path: str, params: Mapping[str, str], origin: str
) -> Reply:
    """Answer the device flow's paths. `origin` is scheme and host that the client came to."""
    match method, path:
        case "POST", "/oauth/v3/device/code":
            return _start(sandbox, params, origin)
        case "POST", "/oauth/v3/device/token":
            return _poll(sandbox, params, origin)
        case "GET", "/device":
            return _page(sandbox, params.get("user_code", ""))
    return replies.wrong_path()


def _start(sandbox: Sandbox, params: Mapping[str, str], origin: str) -> Reply:
    """Hand out the codes. What a request without its parameters gets, no page of Zoho's says."""
    if sandbox.variants.other_data_centre:
        return _no(sandbox, "invalid_client")
    try:
        sandbox.accounts.check_client(params, secret=False)
    except OAuthRefusal as refusal:
        return _no(sandbox, str(refusal))
    scopes = [word.strip() for word in params.get("scope", "").split(",") if word.strip()]
    if params.get("grant_type") != "device_request" or not scopes:
        return _no(sandbox, "invalid_request")
    device = sandbox.devices.start(
        params["client_id"],
        scopes,
        offline=params.get("access_type") == "offline",
        consent=params.get("prompt") == "consent",
    )
    return replies.as_json(200, _codes(sandbox, device, origin))


def _codes(sandbox: Sandbox, device: Device, origin: str) -> dict[str, Any]:
    page = f"{origin}{DEVICE_PAGE}"
    if sandbox.variants.device_uri_name == "verification_url":
        places = {"verification_url": page}
    else:
        complete = f"{page}?user_code={device.user_code}"
        places = {"verification_uri": page, "verification_uri_complete": complete}
    return {
        "user_code": device.user_code,
        "device_code": device.device_code,
        **places,
        "expires_in": _time(sandbox, USER_CODE_LIFETIME),
        "interval": _time(sandbox, sandbox.devices.interval),
    }


def _poll(sandbox: Sandbox, params: Mapping[str, str], origin: str) -> Reply:
    variants = sandbox.variants
    if variants.other_data_centre:
        return _no(sandbox, "invalid_client")
    try:
        sandbox.accounts.check_client(params)
        # First, since an approved code can be had once only.
        sandbox.accounts.check_throttle()
        device = _polled(sandbox, params)
        if device is None:
            return _no(sandbox, variants.device_unknown_code)
        offline = device.offline and (device.consent or not variants.offline_needs_consent)
        issued = sandbox.accounts.issue(device.scopes, device.org, offline=offline)
    except OAuthRefusal as refusal:
        return _no(sandbox, str(refusal))
    except OtherDataCentre as elsewhere:
        return _no(sandbox, "other_dc", user_location=str(elsewhere))
    except Throttled:
        return oauth.throttled(variants)
    return oauth.granted(sandbox, issued, origin)


def _polled(sandbox: Sandbox, params: Mapping[str, str]) -> Device | None:
    if params.get("grant_type") != "device_token":
        return None
    return sandbox.devices.poll(
        params.get("code", ""),
        params["client_id"],
        sandbox.location,
        count_everywhere=sandbox.variants.device_interval_everywhere,
    )


def _page(sandbox: Sandbox, user_code: str) -> Reply:
    if not user_code:
        return _html(200, _FORM)
    shown = html.escape(user_code)
    try:
        sandbox.approve_device(user_code)
    except KeyError:
        return _html(400, f"<p>{shown} is unknown, has expired or is decided.</p>{_FORM}")
    return _html(200, f"<p>{shown} is approved. Go back to your terminal.</p>")


def _html(status: int, body: str) -> Reply:
    text = f"<html><head><title>Sign in</title></head><body>{body}</body></html>"
    return replies.Reply(status, text.encode(), replies.HTML_TYPE)


def _no(sandbox: Sandbox, error: str, **more: str) -> Reply:
    return replies.as_json(sandbox.variants.device_error_status, {"error": error, **more})


def _time(sandbox: Sandbox, seconds: float) -> float:
    """Return a time as the variant has it; a whole number is written as one."""
    given = seconds * 1000 if sandbox.variants.device_times == "milliseconds" else seconds
    return int(given) if given == int(given) else given
