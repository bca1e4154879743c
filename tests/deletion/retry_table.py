"""The rule of what may be sent again without asking, as a table of every fault of a delete.

It is written down from zoho-api.md ("Answers of the many-form", "Whole-request errors", "Exceeded
→ HTTP 429", "What the tool must not assume") and asks nothing of the code that it judges. Again
goes only what provably never reached Zoho, and what Zoho turned away as a whole before acting: a
token that has ended while another is to be had, or too many requests. All that is doubtful is
unknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import chain

import httpx


class Fate(StrEnum):
    """What a fault means for one id of its batch."""

    AGAIN = "again"
    """Nothing was done: the batch is sent again without asking."""
    BACK = "back"
    """Nothing was done: the batch comes back, and the run pauses until somebody helps."""
    DELETED = "told: deleted"
    FAILED = "told: failed"
    UNKNOWN = "unknown"
    """Anything may have been done: never sent again."""


AGAIN, BACK, DELETED, FAILED, UNKNOWN = Fate

Ids = tuple[str, ...]
Strike = Callable[[Ids], httpx.Response]
"""Answers a delete of these ids, or raises."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fault, and what it means for each id of a batch."""

    kind: str
    status: int | None
    """None where no answer came at all."""
    fates: tuple[Fate, ...]
    why: str
    strike: Strike
    renewable: bool = False
    """Whether another access token is to be had."""
    error: type[Exception] | None = None
    """What came out of httpx in place of an answer."""

    def __str__(self) -> str:
        return f"{self.kind}, {self.status or 'no answer'}"


BATCH = 3
"""Ids in the batch of most rows."""

# What the wire says


WIRE: dict[type[Exception], tuple[Fate, str]] = {
    httpx.ConnectError: (AGAIN, "there was no connection yet that could carry a request"),
    httpx.ConnectTimeout: (AGAIN, "there was no connection yet that could carry a request"),
    httpx.PoolTimeout: (AGAIN, "the request never got a connection of our own pool"),
    httpx.ProxyError: (AGAIN, "the proxy opened no tunnel, and the request goes through it"),
    httpx.UnsupportedProtocol: (AGAIN, "refused on this machine, before any connection"),
    httpx.ReadTimeout: (UNKNOWN, "it left, and Zoho may be at work still"),
    httpx.ReadError: (UNKNOWN, "it left; the connection was reset before the answer"),
    httpx.WriteTimeout: (UNKNOWN, "a part of it left, and it has no body: a part may be all"),
    httpx.WriteError: (UNKNOWN, "a part of it left, and it has no body: a part may be all"),
    httpx.CloseError: (UNKNOWN, "it is not told what had left before"),
    httpx.RemoteProtocolError: (UNKNOWN, "it left, and what came back is no HTTP"),
    httpx.LocalProtocolError: (UNKNOWN, "it is not told what had left before"),
    httpx.DecodingError: (UNKNOWN, "an answer came that cannot be unpacked"),
    httpx.TooManyRedirects: (UNKNOWN, "an answer came that points elsewhere"),
    httpx.HTTPStatusError: (UNKNOWN, "an answer came"),
    httpx.InvalidURL: (UNKNOWN, "an answer came that points to nowhere"),
    # The general ones do not tell which of the above they stand for.
    httpx.TimeoutException: (UNKNOWN, "it is not told what timed out"),
    httpx.NetworkError: (UNKNOWN, "it is not told when"),
    httpx.ProtocolError: (UNKNOWN, "it is not told whose"),
    httpx.TransportError: (UNKNOWN, "it is not told when"),
    httpx.RequestError: (UNKNOWN, "it is not told when"),
    httpx.HTTPError: (UNKNOWN, "it is not told when"),
}
MISUSE: dict[type[Exception], tuple[Fate, str]] = dict.fromkeys(
    (
        httpx.StreamError,
        httpx.StreamConsumed,
        httpx.StreamClosed,
        httpx.RequestNotRead,
        httpx.ResponseNotRead,
        httpx.CookieConflict,
    ),
    (UNKNOWN, "a fault of the program: the run dies of it, and the journal keeps `sending`"),
)
"""What httpx raises at who uses it wrongly, and never for what the wire does."""

WORDLESS = set(MISUSE) - {httpx.StreamError, httpx.CookieConflict}
NO_CONNECTION = (
    ("connection refused", "[Errno 111] Connection refused"),
    ("no such host", "[Errno -2] Name or service not known"),
    ("TLS not trusted", "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"),
)


def made(kind: type[Exception]) -> Exception:
    """Make an error of httpx, whatever its class wants to be told."""
    if kind is httpx.HTTPStatusError:
        request = httpx.Request("DELETE", "http://localhost")
        return httpx.HTTPStatusError("made up", request=request, response=httpx.Response(500))
    return kind() if kind in WORDLESS else kind("made up")


def _raising(make: Callable[[], Exception], _: Ids) -> httpx.Response:
    raise make()


def _wire_rows() -> Iterator[Row]:
    for error, (fate, why) in (WIRE | MISUSE).items():
        strike = partial(_raising, partial(made, error))
        yield Row(error.__name__, None, (fate,) * BATCH, why, strike, error=error)
    fate, why = WIRE[httpx.ConnectError]
    for kind, words in NO_CONNECTION:
        strike = partial(_raising, partial(httpx.ConnectError, words))
        yield Row(kind, None, (fate,) * BATCH, why, strike, error=httpx.ConnectError)


class _CutShort(httpx.SyncByteStream):
    """A body that breaks off when it has all but said that nothing was done."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"code": "TOO_MANY_REQUESTS", "status": "error"'
        raise self._error


def _cut(status: int, error: type[Exception], _: Ids) -> httpx.Response:
    return httpx.Response(status, stream=_CutShort(made(error)))


def _cut_rows() -> Iterator[Row]:
    """Give answers that break off, even those whose status would have been word enough."""
    why = "it left, and the answer did not come whole"
    for error in (httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError):
        for status in (200, 401, 429, 503):
            kind = f"{error.__name__} within the body"
            strike = partial(_cut, status, error)
            yield Row(kind, status, (UNKNOWN,) * BATCH, why, strike, renewable=True, error=error)


# What answers say

STATUSES = (
    *(200, 201, 202, 204, 207),
    *(301, 302, 304),
    *(400, 401, 403, 404, 405, 408, 413, 414, 415, 429),
    *(500, 502, 503, 504),
)

Body = Callable[[Ids], bytes]
Item = Callable[[Ids], object]
Fates = Fate | tuple[Fate, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """The fate of the ids under each sort of status, and why."""

    fine: Fates
    """2xx"""
    elsewhere: Fates
    """3xx"""
    refused: Fates
    """4xx but for 429"""
    limited: Fates
    """429"""
    broken: Fates
    """5xx"""
    why: str

    def under(self, status: int) -> Fates:
        if status == httpx.codes.TOO_MANY_REQUESTS:
            return self.limited
        return (self.fine, self.elsewhere, self.refused, self.broken)[status // 100 - 2]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of body, and what it means under each sort of status."""

    name: str
    body: Body
    rule: Rule
    ids: int = BATCH
    renewable: bool = False


def whatever_status(*fates: Fate, why: str = "Zoho tells of each record, by its id") -> Rule:
    return Rule(fates, fates, fates, fates, fates, why)


#                 2xx      3xx      4xx      429    5xx
MUTE = Rule(UNKNOWN, UNKNOWN, UNKNOWN, AGAIN, UNKNOWN, "only the status tells: 429, or nothing")
ENDED = Rule(BACK, BACK, AGAIN, AGAIN, UNKNOWN, "turned away for its token; there is another")
UNSIGNED = Rule(BACK, BACK, BACK, AGAIN, UNKNOWN, "turned away for its token; there is no other")
REFUSED = Rule(FAILED, FAILED, FAILED, AGAIN, UNKNOWN, "refused before anything was done")
LIMITED = Rule(
    *(AGAIN, UNKNOWN, AGAIN, AGAIN, UNKNOWN),
    "turned away because of the limits; a body counts for more than its status",
)
BROKEN = Rule(
    *(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "Zoho failed while it processed the request",
)

# zoho-api.md, "Whole-request errors" and "General errors".
TOKEN_CODES = (
    *("INVALID_TOKEN", "INVALID_OAUTHTOKEN"),
    *("AUTHENTICATION_FAILURE", "AUTHENTICATION_FAILED"),
)
REFUSALS = (
    *("API_NOT_SUPPORTED", "AUTHORIZATION_FAILED", "FEATURE_NOT_SUPPORTED", "INVALID_MODULE"),
    *("INVALID_REQUEST_METHOD", "INVALID_URL_PATTERN", "LICENSE_LIMIT_EXCEEDED"),
    *("LIMIT_EXCEEDED", "MANDATORY_NOT_FOUND", "NOT_SUPPORTED", "NO_PERMISSION"),
    *("OAUTH_SCOPE_MISMATCH", "PATTERN_NOT_MATCHED", "REQUIRED_PARAM_MISSING"),
    "UNABLE_TO_PARSE_DATA_TYPE",
)
PER_RECORD = ("INVALID_DATA", "RECORD_LOCKED", "NOT_APPROVED")
FOREIGN = "999999000000000001"
HTML = b"<html><head><title>Sign in</title></head><body class=crmErrorPgCont></body></html>"


def flat(code: str) -> Body:
    whole = {"code": code, "details": {}, "message": "made up", "status": "error"}
    return lambda _: json.dumps(whole).encode()


def item(record_id: str | None, code: str = "SUCCESS", **changes: object) -> dict[str, object]:
    details = {} if record_id is None else {"id": record_id}
    status = "success" if code == "SUCCESS" else "error"
    return {"code": code, "details": details, "message": "made up", "status": status, **changes}


def items(*told: Item) -> Body:
    return lambda ids: json.dumps({"data": [tell(ids) for tell in told]}).encode()


def of(place: int, code: str = "SUCCESS", **changes: object) -> Item:
    return lambda ids: item(ids[place], code, **changes)


def nameless(code: str) -> Item:
    return lambda _: item(None, code)


def foreign(_: Ids) -> object:
    return item(FOREIGN)


def raw(body: bytes) -> Body:
    return lambda _: body


ALL_DELETED = items(of(0), of(1), of(2))
EVERYBODY = whatever_status(DELETED, DELETED, DELETED)
NOBODY = whatever_status(UNKNOWN, UNKNOWN, UNKNOWN, why="it was written for no record")
KINDS = (
    Kind("empty", raw(b""), MUTE),
    Kind("whitespace", raw(b" \r\n\t"), MUTE),
    Kind("HTML", raw(HTML), MUTE),
    Kind("JSON array", lambda ids: json.dumps([item(i) for i in ids]).encode(), MUTE),
    Kind("JSON string", raw(b'"SUCCESS"'), MUTE),
    Kind("not UTF-8", raw(b"\xff\xfe\xfa"), MUTE),
    Kind("truncated results", lambda ids: ALL_DELETED(ids)[:-20], MUTE),
    Kind("truncated token code", raw(b'{"code": "INVALID_TOKEN", "stat'), MUTE, renewable=True),
    Kind("truncated limit", raw(b'{"code": "TOO_MANY_REQUESTS", "stat'), MUTE),
    Kind("{}", raw(b"{}"), MUTE),
    Kind("flat, no code", raw(b'{"status": "error"}'), MUTE),
    Kind("flat, code of another type", raw(b'{"code": ["TOO_MANY_REQUESTS"]}'), MUTE),
    Kind("flat BRAND_NEW", flat("BRAND_NEW"), MUTE),
    Kind("flat DUPLICATE_DATA", flat("DUPLICATE_DATA"), MUTE),
    Kind("flat SUCCESS", flat("SUCCESS"), MUTE),
    Kind("flat INTERNAL_ERROR", flat("INTERNAL_ERROR"), BROKEN),
    Kind("flat TOO_MANY_REQUESTS", flat("TOO_MANY_REQUESTS"), LIMITED),
    *(Kind(f"flat {c}, no other token", flat(c), UNSIGNED) for c in TOKEN_CODES),
    *(Kind(f"flat {c}, another token", flat(c), ENDED, renewable=True) for c in TOKEN_CODES),
    *(Kind(f"flat {code}", flat(code), REFUSED, renewable=True) for code in REFUSALS),
    *(Kind(f"flat {code} for several", flat(code), MUTE) for code in PER_RECORD),
    *(Kind(f"flat {code} for one", flat(code), REFUSED, 1) for code in PER_RECORD),
    Kind("object for data", lambda ids: json.dumps({"data": item(ids[0])}).encode(), MUTE),
    Kind("null for data", raw(b'{"data": null}'), MUTE),
    Kind("data empty", items(), NOBODY),
    Kind("data of no objects", raw(b'{"data": [1, null]}'), NOBODY),
    Kind("data all deleted", ALL_DELETED, EVERYBODY),
    Kind("data one deleted", items(of(0)), whatever_status(DELETED), 1),
    Kind("data one failed", items(of(0, "RECORD_LOCKED")), whatever_status(FAILED), 1),
    Kind(
        "data all failed, in another order",
        items(of(2, "INVALID_DATA"), of(0, "RECORD_LOCKED"), of(1, "NOT_APPROVED")),
        whatever_status(FAILED, FAILED, FAILED),
    ),
    Kind(
        "data mixed",
        items(of(2), of(0, "INVALID_DATA"), of(1)),
        whatever_status(FAILED, DELETED, DELETED),
    ),
    Kind(
        "data with whole-request codes in items",
        items(of(0, "TOO_MANY_REQUESTS"), of(1, "INVALID_TOKEN"), of(2)),
        whatever_status(FAILED, FAILED, DELETED),
        renewable=True,
    ),
    Kind(
        "data and a whole-request code beside it",
        lambda ids: json.dumps({"code": "INVALID_TOKEN", "data": [item(ids[0])]}).encode(),
        whatever_status(DELETED, UNKNOWN, UNKNOWN),
        renewable=True,
    ),
    Kind("data, an item missing", items(of(0), of(2)), whatever_status(DELETED, UNKNOWN, DELETED)),
    Kind(
        "data, a success without id",
        items(of(0), nameless("SUCCESS"), of(2)),
        whatever_status(DELETED, UNKNOWN, DELETED, why="whose success it is would be a guess"),
    ),
    Kind(
        "data, a refusal without id",
        items(of(0), nameless("NOT_APPROVED"), of(2)),
        whatever_status(DELETED, FAILED, DELETED, why="it can only be the one that is left"),
    ),
    Kind(
        "data, a refusal without id and two left",
        items(of(0), nameless("NOT_APPROVED")),
        whatever_status(DELETED, UNKNOWN, UNKNOWN, why="whose refusal it is would be a guess"),
    ),
    Kind(
        "data, a foreign id in the place of one",
        items(of(0), foreign, of(2)),
        whatever_status(DELETED, UNKNOWN, DELETED),
    ),
    Kind("data, a foreign id besides", items(of(0), of(1), of(2), foreign), EVERYBODY),
    Kind(
        "data, a contradiction",
        items(of(0), of(1), of(2), of(0, "INVALID_DATA")),
        whatever_status(UNKNOWN, DELETED, DELETED, why="both cannot be true"),
    ),
    Kind("data, one told twice alike", items(of(0), of(1), of(2), of(2)), EVERYBODY),
    Kind(
        "data, items at odds with themselves",
        items(of(0, status="error"), of(1, "INVALID_DATA", status="success"), of(2, "")),
        whatever_status(UNKNOWN, UNKNOWN, UNKNOWN, why="both cannot be true"),
    ),
    Kind(
        "data, an item INTERNAL_ERROR",
        items(of(0), of(1, "INTERNAL_ERROR"), of(2)),
        whatever_status(
            DELETED, UNKNOWN, DELETED, why="Zoho failed while it processed the request"
        ),
    ),
)


def _answer(status: int, body: Body, ids: Ids) -> httpx.Response:
    location = {"Location": "/crm/v2/Contacts"} if status in {301, 302} else {}
    return httpx.Response(status, headers=location, content=body(ids))


def _answer_rows() -> Iterator[Row]:
    for kind in KINDS:
        for status in STATUSES:
            fates = kind.rule.under(status)
            yield Row(
                kind.name,
                status,
                (fates,) * kind.ids if isinstance(fates, Fate) else fates,
                kind.rule.why,
                partial(_answer, status, kind.body),
                kind.renewable,
            )


def rows() -> tuple[Row, ...]:
    """Give the whole table."""
    return tuple(chain(_wire_rows(), _cut_rows(), _answer_rows()))
