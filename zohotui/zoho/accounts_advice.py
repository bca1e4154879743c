"""What each word of Zoho's accounts server means at each step, and what to do about it.

Source: zoho-api.md, "Token-endpoint errors", "Validity and limits" and "Device flow".
"""

from __future__ import annotations

from enum import Enum, auto

WAIT = 300.0
"""Seconds to wait after a throttled request; it clears in about 3 to 30 minutes."""


class Step(Enum):
    """What was asked of the accounts server."""

    CODE = auto()
    """To exchange a grant code."""
    REFRESH = auto()
    """To make a new access token."""
    DEVICE = auto()
    """To sign in on another device."""


_SENTENCES: dict[tuple[str, Step | None], str] = {
    ("Access Denied", None): (
        "Zoho gives no new access tokens for some minutes, because too many were made. Your "
        "sign-in is fine. Wait: asking again now would only take longer."
    ),
    ("invalid_code", Step.CODE): (
        "Zoho does not accept the grant code. It works once, for some minutes (three unless "
        "you chose more), and only in the data centre where it was made; this sign-in is in "
        "{where}. Make a new one."
    ),
    ("invalid_code", Step.REFRESH): (
        "Zoho does not accept the refresh token: it was revoked, replaced by newer ones, "
        "made for another client, or belongs to another data centre than {where}. Sign in "
        "again."
    ),
    ("invalid_code", Step.DEVICE): ("Zoho no longer knows the device code. Start again."),
    ("invalid_client", None): (
        "Zoho has no such client in {where}: the client id is wrong, or the client was made "
        "in another data centre. Check both."
    ),
    ("invalid_client_secret", None): (
        "The client secret does not belong to this client id in {where}. A client may have "
        "another secret in each data centre. Copy it again from the API console there."
    ),
    ("invalid_scope", None): (
        "Zoho does not know one of the scopes. Use a Self Client, with only scopes that "
        "exist in {where}."
    ),
    ("invalid_redirect_uri", None): (
        "This client signs in through a web page. Use a Self Client, or for the device code "
        "a client for non-browser applications."
    ),
    ("redirect_uri_mismatch", None): (
        "This client signs in through a web page. Use a Self Client, or for the device code "
        "a client for non-browser applications."
    ),
    ("access_denied", Step.CODE): (
        "Zoho takes no more grant codes from this client for ten minutes. Wait, then make a "
        "new one."
    ),
    ("access_denied", Step.REFRESH): (
        "Zoho denies access to this client. Check the client in the API console, then sign "
        "in again."
    ),
    ("access_denied", Step.DEVICE): "The sign-in was refused in the browser. Start again.",
    ("expired", Step.DEVICE): "The code was not entered in time. Start again.",
}


def sentence(word: str, step: Step, where: str) -> str:
    """Explain a word; empty for one that nobody has described. `where`: the data centre."""
    told = _SENTENCES.get((word, step)) or _SENTENCES.get((word, None), "")
    return told.format(where="this address" if where == "local" else where)


def known_words() -> frozenset[tuple[str, Step | None]]:
    """Every word that has a sentence, with its step; None for all steps."""
    return frozenset(_SENTENCES)
