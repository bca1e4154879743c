"""What an answer to a delete says, decided from its body and never from its status alone.

The reading of single items serves the answer to a restore too.

Source: zoho-api.md, "Answers of the many-form", "Answers of the one-form" and
"What the tool must not assume".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from zohotui.zoho.bounds import json_of
from zohotui.zoho.errors import AnswerLost, NotAuthorized, Refused, TooManyRequests, ZohoError
from zohotui.zoho.printable import printable
from zohotui.zoho.records import text

_LONGEST_WAIT = 3_600.0
"""Seconds that an answer can make us wait at most; the one who sits there can ask sooner."""

_BODY_SHOWN = 2_000
_MESSAGE_SHOWN = 300

_TOKEN_CODES = {
    "INVALID_TOKEN",
    "INVALID_OAUTHTOKEN",
    "AUTHENTICATION_FAILURE",
    "AUTHENTICATION_FAILED",
}
CONTRADICTION = "CONTRADICTION"
"""Our code for a record of which one answer says different things."""

PER_RECORD_CODES = frozenset({"INVALID_DATA", "RECORD_LOCKED", "NOT_APPROVED"})
"""Codes of single records; flat, in the answer to a request for one record, they tell of it."""

REFUSAL_CODES = frozenset(
    {
        "API_NOT_SUPPORTED",
        "AUTHORIZATION_FAILED",
        "FEATURE_NOT_SUPPORTED",
        "INVALID_MODULE",
        "INVALID_REQUEST_METHOD",
        "INVALID_URL_PATTERN",
        "LICENSE_LIMIT_EXCEEDED",
        "LIMIT_EXCEEDED",
        "MANDATORY_NOT_FOUND",
        "NOT_SUPPORTED",
        "NO_PERMISSION",
        "OAUTH_SCOPE_MISMATCH",
        "PATTERN_NOT_MATCHED",
        "REQUIRED_PARAM_MISSING",
        "UNABLE_TO_PARSE_DATA_TYPE",
    }
)
"""Codes that refuse a whole request before anything is done, whatever status carries them.

Codes of single records are not among them: flat, for several ids, they tell of none.
"""

_DELETED = frozenset({"SUCCESS"})
_ALIKE = re.compile(
    rb'\{"data": ?\[(\{"code": ?"[A-Z_]+", ?"details": ?\{"id": ?")[0-9]+'
    rb'("\}, ?"message": ?"[ !#-\[\]-~]*", ?"status": ?"[a-z]+"\})(, ?)?'
)
"""The beginning of an answer, up to the second item: what is around the id of the first."""


@dataclass(frozen=True, slots=True)
class Result:
    """What Zoho said of one record."""

    code: str
    message: str
    item: str
    """The item as JSON, without the id, so that equal answers are equal."""
    succeeded: bool
    """Whether Zoho did to the record what was asked for."""
    certain: bool
    """Whether the item can be believed; if not, the record's fate is unknown."""


@dataclass(frozen=True, slots=True)
class DeleteAnswer:
    """An answer that speaks of records one by one."""

    status: int
    results: Mapping[str, Result]
    """By id; only ids that were asked for, none twice."""
    foreign: tuple[str, ...] = ()
    """Ids that stand in the answer and were never asked for."""


def read_json(status: int, body: bytes) -> Mapping[str, Any]:
    """Parse a body that must be a JSON object; raise the fitting error if it is anything else."""
    try:
        parsed = json_of(body)
    except ValueError:
        parsed = None
    if isinstance(parsed, dict):
        return parsed
    shown = printable(body[:_BODY_SHOWN].decode("utf-8", "replace"))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise TooManyRequests(
            "Zoho accepts no more requests for now (HTTP 429).", status=status, answer=shown
        )
    what = "an empty answer" if not body.strip() else "an answer that is not a JSON object"
    raise AnswerLost(f"Zoho sent {what} (HTTP {status}).", status=status, answer=shown)


def read_delete(
    status: int, body: bytes, ids: tuple[str, ...], named_by: str = "id"
) -> DeleteAnswer:
    """Read the answer to a delete of these ids.

    `named_by`: what of an item's details names the record; by an external field `ids` are values.
    Raises Refused if Zoho refused the request as a whole, AnswerLost if the body cannot
    be trusted. An id without a result is one whose fate the answer does not tell.
    """
    alike = quick_results(body, ids) if named_by == "id" else None
    return DeleteAnswer(status, alike) if alike else slow_delete(status, body, ids, named_by)


def quick_results(body: bytes, ids: Sequence[str]) -> dict[str, Result] | None:
    """Read an answer by which all ids fared the same, told in their order; None for any other.

    Where the text of each item is that of the first but for its id, reading the first is enough.
    Answers are read one after the other, and each of them delays all others that have come.
    """
    found = _ALIKE.match(body)
    if found is None or not all(map(str.isdecimal, ids)):
        return None
    before, after, between = found.groups(b"")
    items = between.join([before + one.encode() + after for one in ids])
    if body != b"%b%b]}" % (body[: found.start(1)], items):
        return None
    _, rest = _apart(json.loads(before + after), "id")
    return dict.fromkeys(ids, _read_rest(rest, _DELETED))


def slow_delete(status: int, body: bytes, ids: tuple[str, ...], named_by: str) -> DeleteAnswer:
    """Read any answer to a delete, item by item; as `read_delete`."""
    parsed = read_json(status, body)
    items = parsed.get("data")
    if isinstance(items, list):
        results, foreign = read_items(items, ids, named_by=named_by)
        return DeleteAnswer(status, results, foreign)
    error = flat_error(status, parsed)
    failing = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS
    if len(ids) == 1 and error.code in PER_RECORD_CODES and not failing:
        refused = Result(error.code, error.message, error.answer, succeeded=False, certain=True)
        return DeleteAnswer(status, {ids[0]: refused})
    raise error


def flat_error(status: int, parsed: Mapping[str, Any]) -> ZohoError:
    """Turn an object that speaks of the whole request into the error it stands for."""
    code = text(parsed.get("code"))
    message = text(parsed.get("message"), _MESSAGE_SHOWN)
    answer = _as_json(parsed)
    said = f"{code or 'no code'}: {message or 'no message'} (HTTP {status})"
    # What the body says of the work counts for more than the status; and a redirect is no answer
    # of Zoho's API, so it proves nothing.
    failing = status >= HTTPStatus.INTERNAL_SERVER_ERROR or code == "INTERNAL_ERROR"
    redirected = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
    throttled = status == HTTPStatus.TOO_MANY_REQUESTS or code == "TOO_MANY_REQUESTS"
    if throttled and not failing and not redirected:
        kind: type[ZohoError] = TooManyRequests
        detail = f"Zoho accepts no more requests for now. {said}"
    elif failing:
        kind, detail = AnswerLost, f"Zoho failed while it processed the request. {said}"
    elif code in _TOKEN_CODES:
        kind, detail = NotAuthorized, f"Zoho does not accept the access token. {said}"
    elif code in REFUSAL_CODES:
        kind, detail = Refused, f"Zoho refused the whole request. {said}"
    else:
        # A code that nobody has described may come from before or after the work.
        kind, detail = AnswerLost, f"Zoho's answer does not say what was done. {said}"
    return kind(detail, code=code, message=message, status=status, answer=answer)


def throttled(body: bytes, retry_after: str) -> ZohoError:
    """Return the error of a read that was answered with 429.

    `retry_after`: the header of that name, empty if there is none. Source: zoho-api.md, "Signals":
    not documented, so only seconds are understood.
    """
    status = HTTPStatus.TOO_MANY_REQUESTS
    try:
        error = flat_error(status, read_json(status, body))
    except TooManyRequests as raised:
        error = raised
    if retry_after.isascii() and retry_after.isdigit():
        # A float, because an int of thousands of digits is refused.
        error.wait = min(float(retry_after), _LONGEST_WAIT)
    return error


def token_refusal(status: int, body: bytes) -> NotAuthorized | None:
    """Return the error if it is the access token that was not accepted; nothing was done then."""
    if not HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    try:
        parsed = json_of(body)
    except ValueError:
        return None
    if not isinstance(parsed, dict) or isinstance(parsed.get("data"), list):
        return None
    error = flat_error(status, parsed)
    return error if isinstance(error, NotAuthorized) else None


def scope_refusal(status: int, body: bytes, needed: str) -> Refused | None:
    """Return the error if the token lacks a scope, with the one that is `needed` named in it."""
    refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    if not refused or b"OAUTH_SCOPE_MISMATCH" not in body:
        return None
    try:
        parsed = json_of(body)
    except ValueError:
        return None
    if not isinstance(parsed, dict) or isinstance(parsed.get("data"), list):
        return None
    error = flat_error(status, parsed)
    # A refusal that is over in a moment, too many requests for one, is another matter.
    if type(error) is not Refused or error.code != "OAUTH_SCOPE_MISMATCH" or not needed:
        return None
    return Refused(
        f"{error.detail} It needs {needed}: sign in again with that.",
        code=error.code,
        message=error.message,
        status=status,
        answer=error.answer,
    )


def read_items(
    items: list[Any],
    ids: tuple[str, ...],
    good: frozenset[str] = _DELETED,
    named_by: str = "id",
) -> tuple[dict[str, Result], tuple[str, ...]]:
    """Read what an answer says of each record; return it by id, and the ids nobody asked for.

    `good`: the codes that go with the status "success"; `named_by` as of `read_delete`.
    """
    results: dict[str, Result] = {}
    nameless: list[Result] = []
    foreign: list[str] = []
    asked = set(ids)
    known = {} if named_by == "id" else _by_ids(items, named_by)
    alike: dict[str, Result] = {}
    for item in items:
        if not isinstance(item, dict):
            continue
        record_id, rest = _apart(item, named_by)
        # Most items differ by their ids alone. The text of one tells 1 from true, as JSON does.
        words = repr(rest)
        result = alike.get(words) or alike.setdefault(words, _read_rest(rest, good))
        # An item that names the record alone is of the value that another names with that record.
        record_id = record_id or known.get(_id_in(item), "")
        if not record_id and result.succeeded and (stranger := _id_in(item)):
            # By a value a record was named that may be none of those asked for.
            foreign.append(stranger)
        elif not record_id:
            nameless.append(result)
        elif record_id not in asked:
            foreign.append(text(record_id))
        elif record_id in results and results[record_id] != result:
            results[record_id] = _contradiction(results[record_id], result)
        else:
            results[record_id] = result
    # A success of something else may be of one that a nameless refusal would be given to.
    if not foreign:
        _attribute(nameless, [record_id for record_id in ids if record_id not in results], results)
    return results, tuple(foreign)


def _apart(item: Mapping[str, Any], named_by: str) -> tuple[str, dict[str, Any]]:
    """Return what an item names as its record, empty if nothing, and the item without that."""
    details = item.get("details")
    details = dict(details) if isinstance(details, dict) else {}
    record_id = details.pop(named_by, None)
    rest = {**item, "details": details}
    return str(record_id) if isinstance(record_id, str | int) else "", rest


def _read_rest(rest: Mapping[str, Any], good: frozenset[str]) -> Result:
    """Read an item without the name of its record."""
    code = text(rest.get("code"))
    succeeded = code in good
    # A tuple: what stands here may be of any type, hashable or not.
    consistent = rest.get("status") in (None, "", "success" if succeeded else "error")
    certain = (
        consistent and isinstance(rest.get("code"), str) and code not in {"", "INTERNAL_ERROR"}
    )
    return Result(
        code=code,
        message=text(rest.get("message"), _MESSAGE_SHOWN),
        item=_as_json(rest),
        succeeded=succeeded and consistent,
        certain=certain,
    )


def _by_ids(items: list[Any], named_by: str) -> dict[str, str]:
    """Return by ids of records the values that the items of an answer name together with them."""
    details = [item.get("details") for item in items if isinstance(item, dict)]
    return {
        record_id: str(one[named_by])
        for one in details
        if isinstance(one, dict)
        and (record_id := text(one.get("id")))
        and isinstance(one.get(named_by), str | int)
    }


def _id_in(item: Mapping[str, Any]) -> str:
    """Return the id of the record that an item names; empty if it names none."""
    details = item.get("details")
    return text(details.get("id")) if isinstance(details, dict) else ""


def _contradiction(first: Result, second: Result) -> Result:
    return Result(
        code=CONTRADICTION,
        message="the answer names this record twice, with different results",
        item=f"[{first.item}, {second.item}]",
        succeeded=False,
        certain=False,
    )


def _attribute(nameless: list[Result], left: list[str], results: dict[str, Result]) -> None:
    """Give refusals that name no record to the records that are left, where only one way fits.

    NOT_APPROVED comes without an id in the many-form. A success without an id is never
    given away: that would be guessing that a record is gone.
    """
    same = len(set(nameless)) == 1 and len(nameless) == len(left)
    if same and nameless[0].certain and not nameless[0].succeeded:
        results.update(dict.fromkeys(left, nameless[0]))


def _as_json(value: Mapping[str, Any]) -> str:
    try:
        return printable(json.dumps(value, ensure_ascii=False), _BODY_SHOWN)
    except RecursionError:
        return "an answer nested too deeply to be shown"
