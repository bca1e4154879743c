"""POST /oauth/v3/device/code and …/token, and the page on which the user says yes.

`GET /device` is a form for the user code; `GET /device?user_code=BCDF-GHJK` approves that code for
the first org. It stands in for Zoho's own page, which asks for a sign-in first.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from zohotui.sandbox import replies
from zohotui.sandbox.hosts import DEVICE_PAGE
from zohotui.sandbox.oauth import endpoint
from zohotui.sandbox.oauth.devices import USER_CODE_LIFETIME
from zohotui.sandbox.oauth.grants import OAuthRefusal, OtherDataCentre, Throttled

if TYPE_CHECKING:
    from zohotui.sandbox.oauth.devices import Device
    from zohotui.sandbox.oauth.sign_in import SignIn
    from zohotui.sandbox.replies import Reply

_FORM = (
    '<form action="/device"><label>Code <input name="user_code" autofocus></label>'
    "<button>Approve</button></form>"
)


def answer(call: SignIn) -> Reply:
    """Answer the device flow's paths."""
    match call.method, call.path:
        case "POST", "/oauth/v3/device/code":
            return _start(call)
        case "POST", "/oauth/v3/device/token":
            return _poll(call)
        case "GET", "/device":
            return _page(call, call.params.get("user_code", ""))
    return replies.wrong_path()


def _start(call: SignIn) -> Reply:
    """Hand out the codes. What a request without its parameters gets, no page of Zoho's says."""
    if call.variants.other_data_centre:
        return _no(call, "invalid_client")
    try:
        call.accounts.check_client(call.params, secret=False)
    except OAuthRefusal as refusal:
        return _no(call, str(refusal))
    scopes = [word.strip() for word in call.params.get("scope", "").split(",") if word.strip()]
    if call.params.get("grant_type") != "device_request" or not scopes:
        return _no(call, "invalid_request")
    device = call.devices.start(
        call.params["client_id"],
        scopes,
        offline=call.params.get("access_type") == "offline",
        consent=call.params.get("prompt") == "consent",
    )
    return replies.as_json(200, _codes(call, device))


def _codes(call: SignIn, device: Device) -> dict[str, Any]:
    page = f"{call.origin}{DEVICE_PAGE}"
    if call.variants.device_uri_name == "verification_url":
        places = {"verification_url": page}
    else:
        complete = f"{page}?user_code={device.user_code}"
        places = {"verification_uri": page, "verification_uri_complete": complete}
    return {
        "user_code": device.user_code,
        "device_code": device.device_code,
        **places,
        "expires_in": _time(call, USER_CODE_LIFETIME),
        "interval": _time(call, call.devices.interval),
    }


def _poll(call: SignIn) -> Reply:
    variants = call.variants
    if variants.other_data_centre:
        return _no(call, "invalid_client")
    try:
        call.accounts.check_client(call.params)
        # First, since an approved code can be had once only.
        call.accounts.check_throttle()
        device = _polled(call)
        if device is None:
            return _no(call, variants.device_unknown_code)
        offline = device.offline and (device.consent or not variants.offline_needs_consent)
        issued = call.accounts.issue(device.scopes, device.org, offline=offline)
    except OAuthRefusal as refusal:
        return _no(call, str(refusal))
    except OtherDataCentre as elsewhere:
        return _no(call, "other_dc", user_location=str(elsewhere))
    except Throttled:
        return endpoint.throttled(variants)
    return endpoint.granted(call, issued)


def _polled(call: SignIn) -> Device | None:
    if call.params.get("grant_type") != "device_token":
        return None
    return call.devices.poll(
        call.params.get("code", ""),
        call.params["client_id"],
        call.location,
        count_everywhere=call.variants.device_interval_everywhere,
    )


def _page(call: SignIn, user_code: str) -> Reply:
    if not user_code:
        return _html(200, _FORM)
    shown = html.escape(user_code)
    try:
        call.devices.approve(user_code, None, call.location)
    except KeyError:
        return _html(400, f"<p>{shown} is unknown, has expired or is decided.</p>{_FORM}")
    return _html(200, f"<p>{shown} is approved. Go back to your terminal.</p>")


def _html(status: int, body: str) -> Reply:
    text = f"<html><head><title>Sign in</title></head><body>{body}</body></html>"
    return replies.Reply(status, text.encode(), replies.HTML_TYPE)


def _no(call: SignIn, error: str, **more: str) -> Reply:
    return replies.as_json(call.variants.device_error_status, {"error": error, **more})


def _time(call: SignIn, seconds: float) -> float:
    """Return a time as the variant has it; a whole number is written as one."""
    given = seconds * 1000 if call.variants.device_times == "milliseconds" else seconds
    return int(given) if given == int(given) else given
