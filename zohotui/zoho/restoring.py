"""What an answer to a restore says, decided from its body and never from its status alone.

Source: zoho-api.md, "RESTORE EXISTS" and "What the tool must not assume".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from zohotui.zoho.answers import PER_RECORD_CODES, Result, flat_error, read_items, read_json

SCHEDULED = "SCHEDULED"
"""Zoho's code for what it will do later, because more than 1,000 records come along."""

_GOOD = frozenset({"SUCCESS", SCHEDULED})


@dataclass(frozen=True, slots=True)
class RestoreAnswer:
    """An answer that speaks of records one by one, or schedules them all."""

    status: int
    results: Mapping[str, Result]
    """By id; only ids that were asked for, none twice."""
    foreign: tuple[str, ...] = ()
    """Ids that stand in the answer and were never asked for."""

    def restored(self, record_id: str) -> bool:
        """Whether it says that the record is back."""
        return self._code(record_id) == "SUCCESS"

    def scheduled(self, record_id: str) -> bool:
        """Whether it says that the record will come back later."""
        return self._code(record_id) == SCHEDULED

    def refusal(self, record_id: str) -> Result | None:
        """Return what it says against restoring the record; None if it says no such thing."""
        result = self.results.get(record_id)
        return result if result and result.certain and not result.succeeded else None

    def _code(self, record_id: str) -> str:
        result = self.results.get(record_id)
        return result.code if result and result.certain and result.succeeded else ""


def read_restore(status: int, body: bytes, ids: tuple[str, ...]) -> RestoreAnswer:
    """Read the answer to a restore of these ids.

    Raises Refused if Zoho refused the request as a whole, AnswerLost if the body cannot be
    trusted. An id without a result is one whose fate the answer does not tell.
    """
    parsed = read_json(status, body)
    items = parsed.get("recycle_bin")
    if not isinstance(items, list) and parsed.get("code") in tuple(_GOOD):
        items = [parsed]
    if not isinstance(items, list):
        error = flat_error(status, parsed)
        alone = len(ids) == 1 and status == HTTPStatus.BAD_REQUEST
        if not alone or error.code not in PER_RECORD_CODES:
            raise error
        refused = Result(error.code, error.message, error.answer, succeeded=False, certain=True)
        return RestoreAnswer(status, {ids[0]: refused})
    if len(items) == 1 and _schedules_all(items[0]):
        items = [{**items[0], "details": {"id": record_id}} for record_id in ids]
    results, foreign = read_items(items, ids, _GOOD)
    return RestoreAnswer(status, results, foreign)


def _schedules_all(item: object) -> bool:
    """Whether an item puts off everything that was asked for: it names no record."""
    if not isinstance(item, Mapping):
        return False
    details = item.get("details")
    named = isinstance(details, Mapping) and "id" in details
    return item.get("code") == SCHEDULED and not named
