"""The ways in, in words: what the sign-in screen says of each, and which fields it has."""

from __future__ import annotations

from dataclasses import dataclass

from zohotui.config.sign_in import Way


@dataclass(frozen=True, slots=True)
class Described:
    """One way in."""

    title: str
    words: str
    """Two sentences."""
    secret: str = ""
    """What the last field of its form is called; empty if there is none."""
    has_client: bool = True
    """Whether its form asks for a client."""


WAYS: dict[str, Described] = {
    Way.DEVICE: Described(
        "Code on another device",
        "zohotui shows an address and a code, which you enter in a browser anywhere. It needs a "
        "client for non-browser applications from Zoho's API console.",
    ),
    Way.CODE: Described(
        "Self Client",
        "In Zoho's API console make a Self Client, choose Generate Code with the listed scopes, "
        "and paste the code here within its minutes. The code itself decides which org it is for.",
        "Grant code",
    ),
    Way.REFRESH: Described(
        "Refresh token",
        "Take a refresh token that was made for this client elsewhere. It needs the client's id "
        "and secret, too.",
        "Refresh token",
    ),
    Way.TOKEN: Described(
        "Access token alone",
        "Work with one access token until it ends, within the hour. Nothing of it is kept, so the "
        "next session signs in again.",
        "Access token",
        has_client=False,
    ),
    "environment": Described(
        "Environment variables",
        "Set ZOHOTUI_CLIENT_ID, ZOHOTUI_CLIENT_SECRET, ZOHOTUI_REFRESH_TOKEN (or just "
        "ZOHOTUI_ACCESS_TOKEN) and ZOHOTUI_API_DOMAIN, then start zohotui. Nothing is kept.",
        has_client=False,
    ),
}
"""By the value of Way; the environment has no form."""
