"""One id and all that is known of it, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from textual.content import Content

from zohotui.deletion.model.listing import Listing, external_of
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui.keys.keymap import STANDARD, KeyMap, with_keys
from zohotui.tui.words.text import Fact, clock, in_local_time, local
from zohotui.zoho.records import Record


@dataclass(frozen=True, slots=True)
class Detail:
    """One id and all that is known of it."""

    record_id: int
    outcome: Outcome
    request: str = ""
    """The request that carried it, in words; empty if none has."""
    sent: float | None = None
    """When that left, in seconds since the epoch."""
    landed: float | None = None
    record: Record | None = None
    """What the review showed of it; None if it was not read."""
    external: str = ""
    """The value of an external field by which it was found; empty if it was not."""

    reason: str = ""
    """Why the run was done that it is of; empty if nobody said."""
    by_value: bool = False
    """Whether its id is only the number of that value."""
    state: str = ""
    """What its state is called, see Rows.word."""

    @property
    def title(self) -> str:
        """What it is called: its id, or the value that is sent in the place of one."""
        return self.external if self.by_value else str(self.record_id)

    @property
    def plain(self) -> str:
        """The same as text, for the clipboard."""
        facts = (f"{label}: {value}" if label else str(value) for label, value in describe(self))
        return "\n".join((self.title, *facts))


def detail_of_listed(listed: ReviewedList, listings: Sequence[Listing], place: int) -> Detail:
    """Tell all that is known of one id of a list that has not been sent.

    `listings`: what of the list was read from Zoho.
    """
    record_id, outcome = listed.rows.ids[place], listed.rows.outcome(place)
    found_by = external_of(listings, record_id)
    state = listed.rows.word(outcome.state)
    return Detail(record_id, outcome, record=listed.record(place), external=found_by, state=state)


def values_of(listings: Sequence[Listing]) -> Callable[[int], str] | None:
    """Return what tells the external value of an id; None if nothing was found by values."""
    return partial(external_of, listings) if any(one.values for one in listings) else None


def describe(detail: Detail, keys: KeyMap = STANDARD) -> list[Fact]:
    """Say everything about one id, as labels and values; `keys`: those in force."""
    found = detail.external and not detail.by_value
    found_by: list[Fact] = [("Found by", detail.external)] if found else []
    why: list[Fact] = [("Reason", detail.reason)] if detail.reason else []
    return [*_reason(detail, keys), *found_by, *_record(detail.record), *why]


def _record(record: Record | None) -> list[Fact]:
    """Say which record it was when it was read."""
    if record is None:
        return []
    times = (("created", record.created), ("last changed", record.modified))
    when = " · ".join(f"{word} {local(time)}" for word, time in times if time)
    if when:
        # Nothing else on the screen says so, and the machine may be far away.
        when += f" ({datetime.now().astimezone():%Z})"
    facts = (("Name", record.name), ("Owner", record.owner), ("Times", when))
    return [fact for fact in facts if fact[1]]


def _reason(detail: Detail, keys: KeyMap) -> list[Fact]:
    outcome = detail.outcome
    words = outcome.advice
    facts: list[Fact] = []
    if outcome.code:
        message = in_local_time(outcome.message)
        said = f"{outcome.code} · {message}" if message else outcome.code
        facts += [
            ("", Content.styled(said, "bold")),
            ("Meaning", words.meaning),
            ("What to do", with_keys(words.remedy, keys)),
        ]
    if outcome.state is State.READY and not outcome.code:
        return [
            ("", Content.styled(words.meaning, "bold")),
            ("What to do", with_keys(words.remedy, keys)),
        ]
    if outcome.state in _PLAIN_STATES:
        return [("", _PLAIN_STATES[outcome.state])]
    if outcome.status is not None:
        facts.append(("HTTP status", str(outcome.status)))
    if detail.request:
        times = f"sent {clock(detail.sent)}" if detail.sent else "not sent"
        times += f", answered {clock(detail.landed)}" if detail.landed else ""
        facts.append(("Request", f"{detail.request} · {times}"))
    if outcome.answer:
        facts.append(("Answer", _with_id(outcome.answer, detail.record_id)))
    return facts


_PLAIN_STATES = {
    State.ENTERED: "Not sent yet.",
    State.SENDING: "The request with this id is in flight.",
}


def _with_id(answer: str, record_id: int) -> str:
    """Put the id back where it stood in Zoho's answer."""
    try:
        item = json.loads(answer)
        details = item.get("details") if isinstance(item, dict) else None
        whole = isinstance(details, dict) and "data" not in item
        if isinstance(details, dict) and whole and "resource_path_index" not in details:
            item["details"] = {**details, "id": str(record_id)}
        return json.dumps(item, ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        return answer
