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
        "Open an address in any browser and enter the code shown here. Needs a client for "
        "non-browser applications from Zoho's API console.",
    ),
    Way.CODE: Described(
        "Self Client",
        "In Zoho's API console make a Self Client and choose Generate Code with these "
        "scopes. Paste the code here before it expires. The code decides which org it opens.",
        "Grant code",
    ),
    Way.REFRESH: Described(
        "Refresh token",
        "Use a refresh token made elsewhere for this client. Needs the client id and secret too.",
        "Refresh token",
    ),
    Way.TOKEN: Described(
        "Access token alone",
        "Use one access token until it expires, within the hour. It is not saved: sign in "
        "again next time.",
        "Access token",
        has_client=False,
    ),
    "environment": Described(
        "Environment variables",
        "Set ZOHOTUI_CLIENT_ID, ZOHOTUI_CLIENT_SECRET, ZOHOTUI_REFRESH_TOKEN (or just "
        "ZOHOTUI_ACCESS_TOKEN) and ZOHOTUI_API_DOMAIN, then start zohotui. Nothing is saved.",
        has_client=False,
    ),
}
"""By the value of Way; the environment has no form."""
