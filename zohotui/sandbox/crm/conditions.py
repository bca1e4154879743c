"""Conditions as COQL writes them: parsed to a test of a record, with Zoho's complaints."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from operator import eq, ge, gt, le, lt, ne
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    Test = Callable[[Mapping[str, Any]], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])"
    r"|(?P<word>[A-Za-z_$][\w.$]*)|(?P<operator><=|>=|!=|<>|=|<|>)|(?P<mark>[(),#])|(?P<odd>\S))"
)


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {"=": eq, "!=": ne, "<>": ne, "<": lt, ">": gt, "<=": le, ">=": ge}
)


class BadQuery(Exception):
    """A query that Zoho refuses: its code, message and details. Source: zoho-api.md, "COQL"."""

    def __init__(self, code: str, message: str, details: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.code, self.message, self.details = code, message, dict(details)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: what it is, its text, and where it begins."""

    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """A keyword in lower case; empty for what is none."""
        return self.text.lower() if self.kind == "word" else ""

    @property
    def value(self) -> str:
        """What a literal stands for."""
        return self.text[1:-1].replace("''", "'") if self.kind == "text" else self.text


@dataclass(slots=True)
class Tokens:
    """A query in pieces, read from the front."""

    query: str
    left: list[Token] = field(init=False)

    def __post_init__(self) -> None:
        found = _TOKEN.finditer(self.query.rstrip())
        self.left = [
            Token(one.lastgroup or "odd", one[one.lastgroup or 0], one.start(one.lastgroup or 0))
            for one in found
        ]
        self.left.reverse()

    @property
    def next_word(self) -> str:
        """The keyword that comes next; empty if none does."""
        return self.left[-1].word if self.left else ""

    @property
    def next_text(self) -> str:
        """What comes next, whatever it is; empty at the end."""
        return self.left[-1].text if self.left else ""

    def take(self, *kinds: str) -> Token:
        """Take the next piece, which must be of one of these kinds."""
        if self.left and (not kinds or self.left[-1].kind in kinds):
            return self.left.pop()
        raise self.unexpected()

    def take_if(self, *texts: str) -> bool:
        """Take the next piece if it is one of these keywords or marks."""
        if self.left and self.left[-1].text.lower() in texts:
            self.left.pop()
            return True
        return False

    def expect(self, text: str) -> None:
        """Take this very piece."""
        if not self.take_if(text):
            raise self.unexpected()

    def unexpected(self) -> BadQuery:
        """Say where the query cannot be understood."""
        at = self.left[-1].at if self.left else len(self.query)
        before = self.query[:at]
        details = {
            "line": before.count("\n") + 1,
            "column": at - (before.rfind("\n") + 1) + 1,
            "near": self.query[at : at + 20] or "<EOF>",
        }
        return BadQuery("SYNTAX_ERROR", "unexpected token", details)


def condition(tokens: Tokens, columns: Collection[str]) -> Test:
    """Parse a condition; at most two stand beside each other without brackets."""
    first = _one(tokens, columns)
    if tokens.next_word not in {"and", "or"}:
        return first
    both = tokens.take().word == "and"
    second = _one(tokens, columns)
    if tokens.next_word in {"and", "or"}:
        details = {"near": tokens.next_text}
        raise BadQuery("SYNTAX_ERROR", "error occured while parsing the query", details)
    if both:
        return lambda record: first(record) and second(record)
    return lambda record: first(record) or second(record)


def column(tokens: Tokens, columns: Collection[str]) -> str:
    """Take the name of a field that the module has, or one of a record that it looks up."""
    name = tokens.take("word").text
    if name.partition(".")[0] not in columns:
        raise BadQuery("INVALID_QUERY", "unsupported column", {"column_name": name})
    return name


def value_of(record: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return what a column holds; of a lookup its id."""
    base, _, inner = name.partition(".")
    value = record.get(base)
    if isinstance(value, dict):
        return value.get(inner or "id")
    return value


def _one(tokens: Tokens, columns: Collection[str]) -> Test:
    if tokens.take_if("("):
        inner = condition(tokens, columns)
        tokens.expect(")")
        return inner
    name = column(tokens, columns)
    if tokens.take_if("is"):
        wanted = not tokens.take_if("not")
        tokens.expect("null")
        return lambda record: (value_of(record, name) is None) is wanted
    denied = tokens.take_if("not")
    if tokens.take_if("in"):
        return _among(name, _values(tokens), wanted=not denied)
    if tokens.take_if("like"):
        pattern = re.escape(tokens.take("text").value).replace("%", ".*")
        like = re.compile(pattern, re.DOTALL)
        return lambda record: (
            (like.fullmatch(str(value_of(record, name) or "")) is not None) is not denied
        )
    operator = tokens.take("operator").text
    literal = tokens.take("text", "number", "word").value
    return lambda record: _compares(value_of(record, name), operator, literal)


def _values(tokens: Tokens) -> frozenset[str]:
    tokens.expect("(")
    values = [tokens.take("text", "number").value]
    while tokens.take_if(","):
        values.append(tokens.take("text", "number").value)
    tokens.expect(")")
    return frozenset(values)


def _among(name: str, values: frozenset[str], *, wanted: bool) -> Test:
    return lambda record: (str(value_of(record, name)) in values) is wanted


def _compares(value: object, operator: str, literal: str) -> bool:
    if value is None:
        return False
    one: Any = str(value).lower() if isinstance(value, bool) else str(value)
    other: Any = literal
    if one.lstrip("-").isdecimal() and other.lstrip("-").isdecimal():
        one, other = int(one), int(other)
    return _COMPARISONS[operator](one, other)
