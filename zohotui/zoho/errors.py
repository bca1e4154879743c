"""What can go wrong between here and Zoho, sorted by what it means for the records.

ZohoError                    title, detail; temporary?; result_unknown?
├── NotSent                  the request provably never reached Zoho: nothing was done
│   ├── Malformed            a request would not be what it must be, so it was not made
│   ├── ReadOnly             this session may not change anything
│   ├── UnlistedHost         the address is not one of Zoho's, nor loopback
│   ├── BadSettings          the proxy or the certificates of the environment cannot be used
│   ├── WrongOrg             a sign-in opens another org than the one that was confirmed
│   ├── SignInNeeded         no access token is to be had until somebody signs in
│   └── TokenThrottled       Zoho makes no new access tokens for some minutes
├── AnswerLost               it left and no trustworthy answer came: anything may have been done
└── Refused                  Zoho refused the request as a whole, with a code, before acting
    ├── NotAuthorized        the token is unknown, expired, or of another data centre
    │   └── TokenExpired     and another one is to be had, so the same may be sent again
    └── TooManyRequests      the credits or the simultaneous calls are used up

Source: zoho-api.md, "Whole-request errors", "General errors", "Token-endpoint errors" and "Traps
reported by developers".
"""

from __future__ import annotations

from typing import ClassVar, Final

NOT_ALLOWED: Final = frozenset({"OAUTH_SCOPE_MISMATCH", "NO_PERMISSION", "AUTHORIZATION_FAILED"})
"""Codes of refusals that hold as long as the sign-in and the user's rights are what they are."""


class ZohoError(Exception):
    """A request that did not end in a usable answer."""

    title: ClassVar[str] = "Zoho could not be asked"
    """A few words for a heading."""

    temporary: ClassVar[bool] = False
    """Whether the same request may well succeed later without anyone changing anything."""

    result_unknown: ClassVar[bool] = False
    """Whether Zoho may have acted although no answer says so."""

    wait: float = 0.0
    """Seconds before which trying again is useless, where that is known."""

    def __init__(
        self,
        detail: str,
        *,
        code: str = "",
        message: str = "",
        status: int | None = None,
        answer: str = "",
    ) -> None:
        """Take a full sentence and, where an answer came, what stood in it (made printable)."""
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.message = message
        self.status = status
        self.answer = answer


class NotSent(ZohoError):
    """No request to Zoho CRM left, so it may be sent again.

    Also what the accounts server does not answer or refuses: no record hangs on that.
    """

    title = "Zoho was not reached"
    temporary = True


class Malformed(NotSent):
    """What was to stand in a request is not what it must be: a fault of ours, or a forged file."""

    title = "Not a valid request"
    temporary = False


class ReadOnly(NotSent):
    """The session is read-only and the request would have changed something."""

    title = "This session is read-only"
    temporary = False


class UnlistedHost(NotSent):
    """The address is outside the closed table of hosts."""

    title = "Not a Zoho address"
    temporary = False


class BadSettings(NotSent):
    """What the environment says of proxies or certificates cannot be used."""

    title = "Proxy or certificate settings"
    temporary = False


class WrongOrg(NotSent):
    """What a sign-in opens is not the org that was confirmed."""

    title = "Another org"
    temporary = False


class SignInNeeded(NotSent):
    """Zoho's accounts server gives no access token for what the session was opened with.

    `code` is its own word for why: invalid_code, invalid_client and the like.
    """

    title = "You are no longer signed in"
    temporary = False


class TokenThrottled(NotSent):
    """Too many access tokens were made; asking again only prolongs the wait."""

    title = "Zoho gives no new access tokens for now"

    def __init__(self, detail: str, wait: float) -> None:
        """Take a sentence and the seconds to wait."""
        super().__init__(detail, code="Access Denied")
        self.wait = wait


class AnswerLost(ZohoError):
    """The request left and no trustworthy answer came back."""

    title = "No trustworthy answer"
    result_unknown = True


class Refused(ZohoError):
    """Zoho refused the request as a whole; nothing was done."""

    title = "Zoho refused the request"


class NotAuthorized(Refused):
    """Zoho does not accept the access token."""

    title = "The access token was not accepted"


class TokenExpired(NotAuthorized):
    """Zoho does not accept the access token any more, but another one can be had."""

    title = "The access token has expired"
    temporary = True


class TooManyRequests(Refused):
    """Zoho accepts no more requests for now."""

    title = "Too many requests"
    temporary = True
