"""A few lines about a run for a ticket: where, what, how many, who, when, and how to prove it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from zohotui.deletion.journal.chain import hash_of
from zohotui.deletion.journal.history import last_line
from zohotui.deletion.model.outcome import AWAY, restored_words
from zohotui.deletion.model.run_state import RunState
from zohotui.zoho.limits import kept_until
from zohotui.zoho.printable import printable


def ticket(run: RunState, journal: Path | None) -> str:
    """Tell a run in a few lines of plain text; times are in UTC.

    The last hash is that of the journal as it is on the disk at this moment.
    """
    return "\n".join(f"{label:<11}{printable(words)}" for label, words in _lines(run, journal))


def _lines(run: RunState, journal: Path | None) -> Iterator[tuple[str, str]]:
    plan, target = run.plan, run.plan.target
    org = target.org or "not known"
    number = f" ({target.zgid})" if target.zgid else ""
    place = " · ".join(filter(None, (target.environment.upper(), target.location.upper())))
    what = plan.label if plan.label == plan.module else f"{plan.label} ({plan.module})"
    yield "Restore" if plan.restores else "Deletion", what
    yield "Org", f"{org}{number} · {place}"
    yield "Result", f"{len(run.rows):,} ids: {' · '.join(_states(run))}"
    yield "By", ", ".join((target.user or "not known", *run.other_senders))
    yield "When", _when(run)
    if plan.reason:
        yield "Reason", plan.reason
    yield "Undo until", _undo(run)
    if journal is not None:
        yield "Journal", journal.name
        yield "Last hash", _last_hash(journal)


def _states(run: RunState) -> Iterator[str]:
    if run.plan.restores:
        yield from restored_words(run.rows.tally, run.rows.asked_back)
    else:
        yield from (f"{count:,} {run.rows.word(state)}" for state, count in run.rows.tally.items())


def _when(run: RunState) -> str:
    if run.plan.restores:
        asked = "; no request was sent" if run.asked is None else f" to {_moment(run.asked)}"
        return f"{_moment(run.began)}{asked}"
    if not run.sent:
        return f"{_moment(run.began)}; no request was sent"
    last = max(run.landed.values(), default=None)
    end = f" to {_moment(last)}" if last is not None else ""
    return f"{_moment(min(run.sent.values()))}{end}{'' if run.finished else '; not finished'}"


def _undo(run: RunState) -> str:
    if run.plan.restores:
        return "nothing was deleted"
    if run.plan.permanent:
        return "never: the module has no Recycle Bin"
    away = run.rows.count(*AWAY)
    first = run.first_deleted()
    if not away or first is None:
        return "nothing to restore"
    return f"{_moment(kept_until(first))} ({away:,} in the Recycle Bin or gone)"


def _last_hash(journal: Path) -> str:
    with suppress(OSError), journal.open("rb") as file:
        return hash_of(last_line(file)) or "none: it was begun before lines were chained"
    return "not known: the journal cannot be read"


def _moment(seconds: float | None) -> str:
    if seconds is None:
        return "not known"
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return "not known"
