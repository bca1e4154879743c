"""Judges one entry of an id list: a record id, a record's address, or why it is neither."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from zohotui.zoho.datacentre import DATA_CENTRES
from zohotui.zoho.printable import printable

FEWEST_DIGITS, MOST_DIGITS = 10, 20
GREATEST = 2**64 - 1
PREFIX = "zcrm_"

_CURLY = "\u201c\u201d\u2018\u2019\u00ab\u00bb"
_WRAPPING = f"\"'`{_CURLY}()[]{{}}<>"
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d*)?[eE][+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"\d+[.,]\d*", re.ASCII)
_GROUPS = re.compile(r"\d{1,3}(?:[.,]\d{3})+", re.ASCII)
_SIGNED = re.compile(r"[+\-\N{MINUS SIGN}\N{EN DASH}][\d.,]+")
_SHEET_ERROR = re.compile(r"#(?:NUM|VALUE|REF|N/A|NAME|NULL|DIV/0)[!?]?|#{3,}", re.IGNORECASE)
_MISTYPED = re.compile(r"\w{8,30}")
_INVISIBLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_ADDRESS = re.compile(r"(?:https?://|crm(?:sandbox)?\.zoho)", re.IGNORECASE)
_HOSTS = frozenset(
    f"{product}.{centre.accounts.removeprefix('accounts.')}"
    for centre in DATA_CENTRES
    for product in ("crm", "crmsandbox")
)
_RECORD_PATH = re.compile(
    r"/crm(?:/(?P<org>[^/]+))?/tab/(?P<tab>[A-Za-z]\w*)/(?P<id>[^/]+)(?:/|/edit/?)?", re.ASCII
)
_LIST_VIEW = re.compile(r"/(?:custom-view|cv)/", re.IGNORECASE)
_TAB = re.compile(r"[A-Za-z]\w*", re.ASCII)
_FEWEST_DIGITS_OF_A_SLIP = 8
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an entry is no record id."""

    kind: str
    """A few words, the same for all entries with this fault."""
    reason: str
    """A full clause for the admin."""
    other: bool = False
    """Whether the entry is other text (a name, a date) and no failed attempt at an id."""


@dataclass(frozen=True, slots=True)
class Link:
    """A record's address in the web UI. Source: zoho-api.md, "URLs of the web UI"."""

    number: int
    tab: str
    org: str
    host: str


NOT_A_NUMBER = Refusal("not a number", "not a number, so not a record id", other=True)
AMONG_TEXT = Refusal(
    "among other text",
    "stands on a line with other text, so it may be the id of something else; "
    "paste the ids alone, or the table with its header",
)


def judge(entry: str) -> int | Link | Refusal | None:
    """Say what an entry is; None if nothing but quotes and brackets.

    A record id is 10 to 20 ASCII digits without a leading zero that fit 64 bits, with or
    without `zcrm_` in front. Source: zoho-api.md, "Record ids, exports, URLs", "Format".
    """
    formula = _TEXT_FORMULA.fullmatch(entry.strip())
    trimmed = (formula[1] if formula else entry).strip().strip(_WRAPPING).strip()
    if not trimmed:
        return None
    if _ADDRESS.match(trimmed):
        return _judge_address(trimmed)
    prefixed = trimmed[: len(PREFIX)].lower() == PREFIX
    digits = trimmed[len(PREFIX) :] if prefixed else trimmed
    if digits.isascii() and digits.isdigit():
        return _judge_digits(digits)
    if prefixed:
        return Refusal("not a number", "what follows zcrm_ is not a number")
    return _diagnose(trimmed)


def _judge_digits(digits: str) -> int | Refusal:
    if digits[0] == "0":
        return Refusal("leading zero", "begins with a zero, which no record id does")
    if len(digits) < FEWEST_DIGITS:
        return Refusal("too short", f"too short: a record id has at least {FEWEST_DIGITS} digits")
    if len(digits) > MOST_DIGITS:
        return Refusal("too long", f"too long: a record id has at most {MOST_DIGITS} digits")
    number = int(digits)
    if number > GREATEST:
        return Refusal("too long", f"too large: the greatest record id possible is {GREATEST}")
    return number


def _diagnose(text: str) -> Refusal:
    """Name the fault of an entry that is no run of ASCII digits."""
    digits = sum(character.isdigit() for character in text)
    if _SCIENTIFIC.fullmatch(text) or _SHEET_ERROR.fullmatch(text):
        return _damaged(f"{printable(text, 30)} has lost its last digits")
    if _SIGNED.fullmatch(text):
        return Refusal("sign", "has a sign, which no record id does")
    if _GROUPS.fullmatch(text) or _DECIMAL.fullmatch(text):
        if digits >= FEWEST_DIGITS:
            return _damaged("it has a decimal point or comma, so its last digits may be wrong")
        return Refusal("too short", "too short, and with a decimal point or comma in it")
    return _diagnose_slip(text) if digits >= _FEWEST_DIGITS_OF_A_SLIP else NOT_A_NUMBER


def _diagnose_slip(text: str) -> Refusal:
    """Name the fault of an entry with so many digits that an id may have been meant."""
    if len(text.split()) > 1:
        return Refusal("more than one value", "holds more than one value")
    if _INVISIBLE.search(text):
        return Refusal("invisible character", "holds an invisible character; type it anew")
    if all(character.isdigit() for character in text):
        return Refusal("other digits", "written in digits other than 0 to 9")
    if _MISTYPED.fullmatch(text):
        return Refusal("not a number", "has a letter or an underscore among its digits")
    return NOT_A_NUMBER


def _damaged(how: str) -> Refusal:
    return Refusal(
        "spreadsheet damage", f"damaged by a spreadsheet: {how}; export the column as text"
    )


def _judge_address(text: str) -> Link | Refusal:
    """Take the record id out of an address, unless it names something else than a record."""
    if "," in text or ";" in text:
        return _no_record("with a comma or semicolon in it, so it may be two entries")
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = parts.hostname or ""
    except ValueError:
        return _no_record("it cannot be read", other=True)
    if host not in _HOSTS or "@" in parts.netloc:
        return _no_record("it is not on a host of Zoho CRM", other=True)
    if _LIST_VIEW.search(parts.path):
        return _no_record("its number is a list view's (custom view), not a record's")
    org, tab, digits = _record_named(parts.path, parts.query)
    number = _judge_digits(digits) if digits.isascii() and digits.isdigit() else None
    if not isinstance(number, int):
        return _no_record("it is not the address of one record")
    return Link(number, printable(tab, _LONGEST_NAME), printable(org, _LONGEST_NAME), host)


def _record_named(path: str, query: str) -> tuple[str, str, str]:
    """Return org, tab and what stands in the id's place; all empty if there is no such place."""
    if match := _RECORD_PATH.fullmatch(path):
        return match["org"] or "", match["tab"], match["id"]
    if path != "/crm/EntityInfo.do":
        return "", "", ""
    values = parse_qs(query, keep_blank_values=True)
    tabs, ids = values.get("module", []), values.get("id", [])
    if len(tabs) != 1 or len(ids) != 1 or not _TAB.fullmatch(tabs[0]):
        return "", "", ""
    return "", tabs[0], ids[0]


def _no_record(why: str, *, other: bool = False) -> Refusal:
    return Refusal("web address", f"a web address, but {why}", other=other)
