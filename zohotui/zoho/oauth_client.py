"""The client of a sign-in, apart from what speaks to Zoho: it is read before the first frame."""

from __future__ import annotations

from dataclasses import dataclass

from zohotui.zoho.secret import Secret


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """What the API console calls a client."""

    client_id: str
    client_secret: Secret
