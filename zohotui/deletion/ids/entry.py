"""Judges one entry of an id list: a record id, a record's address, or why it is neither."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from zohotui.deletion.ids.invisible import INVISIBLE, SPACES, hidden_in
from zohotui.zoho.datacentre import DATA_CENTRES
from zohotui.zoho.printable import MARK, printable

FEWEST_DIGITS, MOST_DIGITS = 10, 20
GREATEST = 2**64 - 1
PREFIX = "zcrm_"

SEPARATORS = "'\u2019\xa0\u2007\u2009\u202f"
"""What else than a point or a comma stands between groups of three digits."""

ADDRESS_START = r"(?:https?://|(?:crm(?:sandbox|plus)?|one)\.zoho)"
"""How an address begins, as a regular expression without regard to case."""

_SUITES = ("one", "crmplus")
"""Hosts whose pages show Zoho CRM inside another program."""

_QUOTES = (
    "\"'`\xb4\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2032\u2033\u2039\u203a\xab\xbb"
    "\u300c\u300d\u300e\u300f\uff02\uff07"
)
_BRACKETS = "()[]{}<>\u3008\u3009\u300a\u300b\u3010\u3011\uff08\uff09\uff3b\uff3d"
_NAME_EDGES = SPACES + INVISIBLE + "\"'"
WRAPPING = INVISIBLE + _QUOTES + _BRACKETS
"""What may stand about an entry and is no part of it, beside white space."""

_EDGES = SPACES + WRAPPING
_TEXT_FORMULA = '="'
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d*)?[eE][+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"\d+[.,]\d*", re.ASCII)
_WITH_FRACTION = re.compile(rf"\d{{{FEWEST_DIGITS},}}[.,]\d*", re.ASCII)
_GROUPS = re.compile(rf"\d{{1,3}}(?:[.,{SEPARATORS}]\d{{3}})+(?:[.,]\d*)?", re.ASCII)
_SIGNED = re.compile(r"[+\-\N{MINUS SIGN}\N{EN DASH}][\d.,]+")
_SHEET_ERROR = re.compile(
    r"#(?:NUM|VALUE|REF|N/A|NV|NAME|NULL|DIV/0|ERROR|SPILL|CALC|GETTING_DATA)[!?]?"
    r"|#[\w/\xa1\xbf]+[!?]|#{2,}|Err:\d{3}",
    re.IGNORECASE,
)
_MISTYPED = re.compile(r"\w{8,30}")
_ADDRESS = re.compile(ADDRESS_START, re.IGNORECASE)
_MARKUP = re.compile(
    r"\s*<(?:!doctype|!--|\?xml|/?(?:html|head|meta|title|body|table|thead|tbody|tr|td|th|div|span|p"
    r"|ul|ol|li|a|br|style|script|link|form|font|b|i|h[1-6]|pre|section|main|workbook)(?=[\s/>]))",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"<?/?\b(?:t[dhr]|table|div|span|li|p|a|br|b|font)\b[^<>]*>|</[a-z]", re.IGNORECASE
)
_HOSTS = frozenset(
    f"{product}.{centre.accounts.removeprefix('accounts.')}"
    for centre in DATA_CENTRES
    for product in ("crm", "crmsandbox", *_SUITES)
)
_RECORD = r"/tab/(?P<tab>[A-Za-z]\w*)/(?P<id>[^/]+)(?:/|/edit/?)?"
_RECORD_PATH = re.compile(rf"/crm(?:/(?P<org>[^/\s<>]+))?{_RECORD}", re.ASCII)
_SUITE_PATH = re.compile(rf"(?:/[^/\s<>]+){{1,4}}/cxapp/crm/(?P<org>[^/\s<>]+){_RECORD}", re.ASCII)
_ENTITY_PATH = re.compile(r"/crm(?:/(?P<org>[^/\s<>]+))?/(?:Show)?EntityInfo\.do")
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
MARKUP = Refusal(
    "HTML",
    "is HTML, so it is not clear which number is a record id; open it in a spreadsheet and "
    "save it as CSV, or copy only the column of record ids",
    other=True,
)
AMONG_TEXT = Refusal(
    "among other text",
    "is on a line with other text, so it may be another kind of id; paste only the ids, or "
    "the table with its header",
)


def bare_name(name: str) -> str:
    """Return a column's name without blanks, quotes and what nobody sees about it."""
    return name.strip(_NAME_EDGES)


def begins_markup(text: str) -> bool:
    """Whether a text or line begins as a web page, a table of one, or XML does."""
    return _MARKUP.match(text.lstrip(INVISIBLE)) is not None


def judge(entry: str) -> int | Link | Refusal | None:
    """Say what an entry is; None if nothing but quotes, brackets and what nobody sees.

    A record id is 10 to 20 ASCII digits without a leading zero that fit 64 bits, with or
    without `zcrm_` in front. Source: zoho-api.md, "Record ids, exports, URLs", "Format".
    """
    trimmed = entry.strip(_EDGES)
    if trimmed.startswith(_TEXT_FORMULA):
        trimmed = trimmed[1:].strip(_EDGES)
    if not trimmed:
        return None
    if _ADDRESS.match(trimmed):
        hidden = hidden_in(trimmed)
        return _hidden(hidden) if hidden else _judge_address(trimmed)
    prefixed = trimmed[: len(PREFIX)].lower() == PREFIX
    digits = trimmed[len(PREFIX) :] if prefixed else trimmed
    if digits.isascii() and digits.isdigit():
        return _judge_digits(digits)
    if prefixed and not hidden_in(digits):
        return Refusal("not a number", "the part after zcrm_ is not a number")
    return _diagnose(trimmed)


def _judge_digits(digits: str) -> int | Refusal:
    if digits[0] == "0":
        return Refusal("leading zero", "begins with a zero; record ids never do")
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
    if known := _program_fault(text) or _sheet_fault(text, digits):
        return known
    if _TAG.search(text):
        return MARKUP
    return _slip(text) if digits >= _FEWEST_DIGITS_OF_A_SLIP else NOT_A_NUMBER


def _program_fault(text: str) -> Refusal | None:
    """Name what a program makes of an id that it keeps as a number, as pandas does."""
    how = ""
    # Programs write a small e where spreadsheets write a large one.
    if "e" in text and _SCIENTIFIC.fullmatch(text):
        how = "the last digits are lost"
    elif _WITH_FRACTION.fullmatch(text):
        how = "as a decimal number it may have lost its last digits"
    why = f"written by a program that kept the ids as numbers: {how}; export them as text"
    return Refusal("kept as a number", why) if how else None


def _sheet_fault(text: str, digits: int) -> Refusal | None:
    """Name what a spreadsheet makes of a number; None if it is nothing of that kind."""
    shown = printable(text, 30)
    if _SHEET_ERROR.fullmatch(text):
        return Refusal("spreadsheet error", f"{shown} is a spreadsheet error, not an id")
    if _SCIENTIFIC.fullmatch(text):
        return _damaged("the last digits are lost")
    if _SIGNED.fullmatch(text):
        return Refusal("sign", "has a sign; record ids never do")
    if not (_GROUPS.fullmatch(text) or _DECIMAL.fullmatch(text)):
        return None
    if digits >= FEWEST_DIGITS:
        return _damaged("it has separators between its digits, so the last digits may be wrong")
    return Refusal("too short", "too short, and has separators between its digits")


def _slip(text: str) -> Refusal:
    """Name the fault of an entry with this many digits that an id may have been meant."""
    hidden, kind, reason = hidden_in(text), "not a number", NOT_A_NUMBER.reason
    if len(text.split()) > 1:
        kind, reason = "more than one value", "holds more than one value"
    elif hidden:
        return _hidden(hidden)
    elif MARK in text:
        kind, reason = "unreadable character", "has a character that could not be read"
    elif text[0] in "#=":
        kind, reason = "sign", f"has a {text[0]} in front; enter only the id"
    elif all(character.isdigit() for character in text):
        kind, reason = "other digits", "written in digits other than 0 to 9"
    elif _MISTYPED.fullmatch(text):
        reason = "has a letter or an underscore between its digits"
    else:
        return NOT_A_NUMBER
    return Refusal(kind, reason)


def _hidden(name: str) -> Refusal:
    return Refusal(
        "invisible character",
        f"has an invisible character ({name}) inside; copy the id again, or type it",
    )


def _damaged(how: str) -> Refusal:
    return Refusal(
        "spreadsheet damage", f"damaged by a spreadsheet: {how}; export the column as text"
    )


def _judge_address(text: str) -> Link | Refusal:
    """Take the record id out of an address, unless it names something else than a record."""
    if "," in text or ";" in text or len(text.split()) > 1:
        return _no_record("has a comma, a semicolon or a blank in it, so it may be two entries")
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = parts.hostname or ""
    except ValueError:
        return _no_record("it cannot be read", other=True)
    if host not in _HOSTS or "@" in parts.netloc:
        return _no_record("it is not on a host of Zoho CRM", other=True)
    if _LIST_VIEW.search(parts.path):
        return _no_record("its number is a list view's (custom view), not a record's")
    suite = host.partition(".")[0] in _SUITES
    org, tab, digits = _record_named(parts.path, parts.query, suite=suite)
    number = _judge_digits(digits) if digits.isascii() and digits.isdigit() else None
    if not isinstance(number, int):
        return _no_record("it is not the address of one record of Zoho CRM")
    return Link(number, printable(tab, _LONGEST_NAME), printable(org, _LONGEST_NAME), host)


def _record_named(path: str, query: str, *, suite: bool) -> tuple[str, str, str]:
    """Return org, tab and what stands in the id's place; all empty if there is no such place.

    `suite`: the page shows Zoho CRM inside another program, so its path is another one.
    """
    if match := (_SUITE_PATH if suite else _RECORD_PATH).fullmatch(path):
        return match["org"] or "", match["tab"], match["id"]
    match = None if suite else _ENTITY_PATH.fullmatch(path)
    if match is None:
        return "", "", ""
    values = parse_qs(query, keep_blank_values=True)
    tabs, ids = values.get("module", []), values.get("id", [])
    if len(tabs) != 1 or len(ids) != 1 or not _TAB.fullmatch(tabs[0]):
        return "", "", ""
    return match["org"] or "", tabs[0], ids[0]


def _no_record(why: str, *, other: bool = False) -> Refusal:
    return Refusal("web address", f"a web address, but {why}", other=other)
