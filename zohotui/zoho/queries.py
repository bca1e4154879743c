"""COQL queries: what one must look like, its pages, and where Zoho found a mistake in it.

A query is sent as it was written, with LIMIT and OFFSET behind it, so that the line and column
that Zoho names are those of the text that was written. Source: zoho-api.md, "COQL".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import AnswerLost, ZohoError
from zohotui.zoho.found import FOREIGN_ROWS
from zohotui.zoho.printable import printable
from zohotui.zoho.read_only import QUERIES
from zohotui.zoho.records import Json, is_api_name
from zohotui.zoho.views import ids_of_rows, is_more

MOST_ROWS = 2_000
"""Rows that a query is asked for at once; Zoho may give fewer."""

FEWER_ROWS = 200
"""The same where Zoho refuses that many."""

LONGEST_QUERY = 100_000
"""Characters of a query that is read at all."""

_CREDITS = ((200, 1), (1_000, 2))
_COLUMNS = r"[A-Za-z_$][\w.$]*(?:\s*,\s*[A-Za-z_$][\w.$]*)*"
_QUERY = re.compile(
    rf"\s*select\s+{_COLUMNS}\s+from\s+(?P<module>\w+)(?P<view>\s*#\s*\d+)?\s+where\s.*",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
_TAIL = re.compile(
    r"\blimit\s+(?P<one>\d{1,9})(?:\s*,\s*(?P<two>\d{1,9})|\s+offset\s+(?P<offset>\d{1,9}))?\s*\Z",
    re.IGNORECASE | re.ASCII,
)
_TEXT = re.compile(r"'(?:[^']|'')*'")
_FORM = "select id from Leads where Lead_Status = 'Junk Lead'"


class QueryError(ValueError):
    """A query that is not sent; its text is a sentence for the admin."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query for records of one module."""

    text: str
    """As it was written, without a limit at its end."""
    module: str
    """API name."""
    most: int | None = None
    """How many rows its own limit lets through; None: all."""
    skipped: int = 0
    """How many rows its own offset leaves out."""

    @classmethod
    def of(cls, written: str) -> Query:
        """Take a query as it was written; raises QueryError for what cannot give ids of records.

        Nothing may be renamed: a column that is called `id` would be another record's.
        """
        plain = written.lstrip("\ufeff").rstrip().removesuffix(";").rstrip()
        if len(plain) > LONGEST_QUERY:
            raise QueryError(f"The query has more than {LONGEST_QUERY:,} characters.")
        if printable(plain, keep="\r\n\t") != plain:
            raise QueryError("The query has a character that cannot be shown. Type it again.")
        # What stands in quotes is no keyword.
        bare = _TEXT.sub(lambda one: "x" * len(one[0]), plain)
        if "'" in bare:
            raise QueryError(
                "The query has a quote that is not closed. Write O'Brien as 'O''Brien'."
            )
        found = _QUERY.fullmatch(bare)
        if found is None or not is_api_name(found["module"]):
            raise QueryError(f"The query must look like: {_FORM}. Columns cannot be renamed.")
        for word in ("group", "union"):
            if re.search(rf"\b{word}\b", bare, re.IGNORECASE):
                raise QueryError(f"A query with {word.upper()} does not give single records.")
        tail = _TAIL.search(bare)
        if tail is None:
            return cls(plain, found["module"])
        one, two, offset = tail["one"], tail["two"], tail["offset"]
        most, skipped = (int(two), int(one)) if two else (int(one), int(offset or 0))
        if not most:
            raise QueryError("The query has a limit of 0.")
        return cls(plain[: tail.start()].rstrip(), found["module"], most, skipped)

    @property
    def whole(self) -> str:
        """Return it with its own limit."""
        return self.text if self.most is None else self.page(self.skipped, self.most)

    def page(self, offset: int, limit: int) -> str:
        """Write the query for this many rows behind this many others."""
        behind = f" offset {offset}" if offset else ""
        return f"{self.text} limit {limit}{behind}"


def credits_of(limit: int) -> int:
    """Return the API credits that a query with this limit costs."""
    return next((cost for most, cost in _CREDITS if limit <= most), 3)


@dataclass(frozen=True, slots=True)
class QueryPage:
    """Some rows of a query."""

    ids: tuple[int, ...]
    more: bool


def query_page(crm: ZohoCRM, query: Query, offset: int, limit: int) -> QueryPage:
    """Ask for this many rows behind this many others; raises Refused or AnswerLost as reads do."""
    asked = json.dumps({"select_query": query.page(offset, limit)}).encode()
    parsed = crm.read_list(QUERIES, "data", content=asked)
    ids, info = ids_of_rows(parsed["data"]), parsed.get("info")
    if len(ids) > limit:
        raise AnswerLost(
            f"Zoho's answer has {len(ids):,} rows where {limit:,} were asked for, so nothing is "
            f"taken from it ({FOREIGN_ROWS}).",
            code=FOREIGN_ROWS,
            status=200,
        )
    return QueryPage(ids, is_more(info if isinstance(info, Mapping) else {}, len(ids)))


@dataclass(frozen=True, slots=True)
class Mistake:
    """Where in a query Zoho found something wrong."""

    words: str
    """A sentence."""
    line: int | None = None
    """Counted from 1; None if Zoho does not say."""
    column: int | None = None


def mistake_of(error: ZohoError) -> Mistake | None:
    """Read what Zoho says of a query that it refuses; None if the error is not about the query."""
    if error.code not in _OF_QUERIES:
        return None
    details = details_of(error)
    line, column = (_number(details.get(name)) for name in ("line", "column"))
    place = f" at line {line}, column {column}" if line and column else ""
    told = ", ".join(
        f"{printable(str(key), 40)}: {printable(str(value), 80)}"
        for key, value in details.items()
        if key not in {"line", "column"} and value not in (None, "")
    )
    said = f"{error.code}: {error.message or 'no message'}"
    return Mistake(
        f"Zoho refuses the query{place} ({said}{'; ' if told else ''}{told}).", line, column
    )


_OF_QUERIES = frozenset(
    {
        *("SYNTAX_ERROR", "INVALID_QUERY", "INVALID_DATA", "INVALID_MODULE", "LIMIT_EXCEEDED"),
        *("DUPLICATE_DATA", "DUPLICATE_ALIAS", "INVALID_ALIAS", "MANDATORY_NOT_FOUND"),
    }
)


def details_of(error: ZohoError) -> Json:
    """Return the `details` of the answer that an error stands for; none if there are none."""
    try:
        answer = json.loads(error.answer)
    except ValueError:
        return {}
    details = answer.get("details") if isinstance(answer, dict) else None
    return details if isinstance(details, dict) else {}


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
