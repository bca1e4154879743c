"""What stands in a receipt above the ids: who, where, what, how, when, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from zohotui.deletion.journal.journal_file import JournalFile
from zohotui.deletion.model.outcome import AWAY, Outcome, State, maybe_back
from zohotui.deletion.model.run_state import RunState
from zohotui.zoho.limits import KEPT_DAYS, kept_until

_TITLE = "RECEIPT OF A DELETION RUN"
_TITLE_RESTORED = "RECEIPT OF A RESTORE"
_UNKNOWN = "not known"
_IS_OPEN = ": asked to be restored; not known yet whether it is back"

_NONE_AWAY = "no record is away because of this run"

_MOST_DELETIONS = 1_000

_MEANS = {
    State.ENTERED: "in the list; nothing was sent",
    State.READY: "read before, and nothing spoke against deleting it; nothing was sent",
    State.HELD: "held back for a reason; nothing was sent",
    State.MISSING: "not found when it was read before; nothing was sent",
    State.SENDING: "in a request that has left",
    State.DELETED: "Zoho said so, or it was found in the Recycle Bin as this run left it",
    State.GONE: "no such record is left, and not provably by this run",
    State.FAILED: "not deleted: Zoho refused it, or it was still there afterwards",
    State.UNKNOWN: "the request left, and no trustworthy answer came",
    State.NOT_SENT: "the run ended before its turn; nothing was sent",
    State.VERIFIED: "deleted, and seen to be away afterwards",
    State.RESTORED: "in its module again, by an undo or before it",
}


def moment(seconds: float | None) -> str:
    """Give a moment, in seconds since the epoch, in UTC and as this machine's local time."""
    if seconds is None:
        return _UNKNOWN
    try:
        when = datetime.fromtimestamp(seconds, UTC)
        local = when.astimezone()
    except (ValueError, OverflowError, OSError):
        return _UNKNOWN
    return f"{when:%Y-%m-%dT%H:%M:%SZ} (local {local:%Y-%m-%d %H:%M:%S %z})"


def facts(read: JournalFile, journal: str, *, written: str) -> Iterator[str]:
    """Yield lines without line ends, still to be made printable; `journal` is its file's name."""
    told = read.run
    title = _TITLE_RESTORED if told.plan.restores else _TITLE
    yield title
    yield "=" * len(title)
    yield ""
    yield "What became of each id of one confirmed list, as the run's journal tells it."
    if told.plan.restores:
        yield "Others had deleted these records. They were to be restored; nothing was deleted."
    for title, section in (
        ("ORG", _org(told)),
        ("WHO", _who(told)),
        ("LIST", _list(told)),
        ("OPTIONS", _options(told)),
        ("TIMES", _times(told, written)),
        ("WHAT BECAME OF THE IDS", _sums(told)),
        ("UNDO", _undo(told)),
        ("BESIDE THE BATCHES", _steps(told)),
        ("WHAT OTHERS HAD DELETED", _deletions(told)),
        ("VALUES WITHOUT A RECORD", _unresolved(told)),
        ("HELD RECORDS THAT SOMEBODY RELEASED", _released(told)),
        ("IDS THAT ZOHO ANSWERED AND NOBODY HAD SENT", _foreign(told)),
        ("JOURNAL", _journal(read, journal)),
    ):
        section_lines = list(section)
        if section_lines:
            yield from ("", title, "", *section_lines)


def _fact(label: str, value: str) -> str:
    return f"  {label:<18}{value or _UNKNOWN}"


def _org(told: RunState) -> Iterator[str]:
    target = told.plan.target
    yield _fact("Name", target.org)
    yield _fact("Number (zgid)", target.zgid)
    yield _fact("Environment", target.environment.upper())
    yield _fact("Data centre", target.location.upper())
    yield _fact("API domain", target.api_domain)


def _who(told: RunState) -> Iterator[str]:
    yield _fact("User", told.plan.target.user)
    yield _fact("User id", told.plan.target.user_id)
    for one in told.other_senders:
        yield _fact("Also sent by", one)
    yield _fact("Program", told.tool)


def _list(told: RunState) -> Iterator[str]:
    plan, more = told.plan, len(told.rows) - len(told.plan.ids)
    name = plan.label if plan.label == plan.module else f"{plan.label} ({plan.module})"
    yield _fact("Module", name)
    yield _fact("Source", plan.source)
    if plan.reason:
        yield _fact("Reason", plan.reason)
    if plan.by_value:
        yield _fact(
            "Sent", f"values of {plan.by_value} in the place of ids; nobody read the records"
        )
    if handed := plan.handed:
        yield _fact("Plan", f"written by {handed.by or _UNKNOWN}, at {moment(handed.at)}")
        yield _fact("", f"user id {handed.by_id or _UNKNOWN}, SHA-256 {handed.sha256}")
    for one in plan.listings:
        yield _fact("Values of" if plan.by_value else "Read from", f"{one.kind}: {one.name}")
        yield _fact("", f"of {one.module}, at {moment(one.at)}")
        if one.values or one.unresolved:
            found = f"{len(one.values):,} values have a record, {len(one.unresolved):,} have none"
            yield _fact("", found)
        if one.note:
            yield _fact("", one.note)
    yield _fact("Confirmed ids", f"{len(plan.ids):,}")
    for said in filter(None, (plan.said_right, told.said_right)):
        yield _fact("Rounding", f"{said}; the admin said that they are right")
    if more:
        yield _fact("Held back before", f"{more:,}")
    yield _fact("SHA-256", plan.sha256)
    yield _fact("", "of the confirmed ids in their order, one a line, without a last line end")


def _options(told: RunState) -> Iterator[str]:
    options = told.plan.options
    if told.plan.restores:
        return
    yield _fact("Workflow rules", "run on the deletes" if options.wf_trigger else "do not run")
    yield _fact("Batch size", f"{options.batch_size}; the first request carries one record")
    yield _fact("Requests at once", f"{options.parallel} at most, unless changed meanwhile")
    yield _fact("Credits reserved", f"{options.reserve:,}")


def _times(told: RunState, written: str) -> Iterator[str]:
    sent, landed = (sorted(times.values()) for times in (told.sent, told.landed))
    reviewed = told.plan.reviewed
    yield _fact("Records read", "nobody read them before" if reviewed is None else moment(reviewed))
    yield _fact("Began", moment(told.began))
    if told.plan.restores:
        yield _fact(
            "Asked last", "nothing was asked for" if told.asked is None else moment(told.asked)
        )
    else:
        yield _fact("First request", moment(sent[0]) if sent else "none left")
        yield _fact("Last answer", moment(landed[-1]) if landed else "none came")
    yield _fact("Last entry", moment(told.last))
    yield _fact("Written", written)
    if words := told.skews.words:
        yield _fact("Clock", f"This machine's clock was {words}; the times here are by it.")
    if not told.finished:
        yield _fact("", "THE RUN HAS NOT COME TO ITS END.")


def _sums(told: RunState) -> Iterator[str]:
    codes: Counter[tuple[State, str]] = Counter()
    for _, count, outcome in told.rows.alike():
        codes[outcome.state, outcome.code or "no code"] += count
    means = dict(_MEANS)
    if told.plan.restores:
        means[State.DELETED] = "others had deleted it, and it is not restored as far as is known"
    for state, count in told.rows.tally.items():
        yield f"{count:>11,}  {state:<9} {means[state]}"
        for (of, code), number in sorted(codes.items()):
            if of is state:
                yield f"{'':24}{number:,} {code}{_IS_OPEN if maybe_back(Outcome(of, code)) else ''}"
    yield f"{len(told.rows):>11,}  ids in all"


def _undo(told: RunState) -> Iterator[str]:
    rows = told.rows
    if told.plan.by_value:
        yield "  Not here: the ids are not known. Zoho's own Recycle Bin has what was deleted."
        return
    if told.plan.permanent:
        yield "  PERMANENT: the module has no Recycle Bin; nothing can be brought back."
        return
    if rows.count(State.RESTORED):
        yield _fact("In place again", f"{rows.count(State.RESTORED):,}")
    if rows.asked_back:
        yield _fact("Asked back", f"{rows.asked_back:,}{_IS_OPEN}")
    if not rows.count(*AWAY):
        no = "none of its records is away" if told.plan.restores else _NONE_AWAY
        yield _fact("Restorable", f"nothing: {no}")
        return
    away = rows.count(*AWAY) - rows.asked_back
    yield _fact("Restorable", f"{away:,}, if the module has a Recycle Bin" if away else _UNKNOWN)
    first = told.first_deleted()
    if first is None:
        yield _fact("Until", _UNKNOWN)
        return
    yield _fact("Until", moment(kept_until(first)))
    since = "of them was deleted" if told.plan.restores else "request that deleted"
    yield _fact("", f"{KEPT_DAYS} days after the first {since}; then Zoho empties its bin")


def _steps(told: RunState) -> Iterator[str]:
    for entry in told.timeline.entries:
        ids = f" ({entry.count:,} ids)" if entry.count else ""
        yield f"  {moment(entry.at)}"
        yield f"      {entry.words}{ids}"


def _deletions(told: RunState) -> Iterator[str]:
    """Say who had deleted what, and when: of so many that those who read it do."""
    deletions = told.plan.deletions
    for record_id, one in islice(deletions.items(), _MOST_DELETIONS):
        by = f"{one.by or 'an unnamed user'} (user id {one.by_id or _UNKNOWN})"
        yield f"  {record_id}  {one.name or _UNKNOWN}"
        yield f"      deleted by {by} at {moment(one.at)}"
    if (more := len(deletions) - _MOST_DELETIONS) > 0:
        yield f"  and {more:,} more, which stand in the first line of the journal"


def _unresolved(told: RunState) -> Iterator[str]:
    for one in (each for listing in told.plan.listings for each in listing.unresolved):
        yield f"  {one.value}: {one.miss} ({one.why}); nothing was sent for it"


def _released(told: RunState) -> Iterator[str]:
    for one in told.released:
        yield f"  {one.record_id}  {one.code}: {one.why}"


def _foreign(told: RunState) -> Iterator[str]:
    for record_id in told.foreign:
        yield f"  {record_id}"


def _journal(read: JournalFile, journal: str) -> Iterator[str]:
    yield _fact("File", journal)
    yield _fact("Lines", f"{read.run.lines:,}")
    if read.torn:
        yield _fact("", "and a last one that was cut off, which counts for nothing")
    yield _fact("Last hash", read.head or "none: it was begun before lines were chained")
    if not read.head:
        yield _fact("Size", f"{read.size:,} bytes")
        yield _fact("SHA-256 of it", read.sha256)
    yield ""
    if read.head:
        yield "  Each line of the journal is chained to the one before it by SHA-256. Whoever notes"
        yield "  the last hash elsewhere can prove later that nothing was changed or taken away."
    yield "  zohotui --verify-journal FILE compares the journal with its chain and this receipt."
