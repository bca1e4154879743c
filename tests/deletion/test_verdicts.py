"""What it means where a record is: each row of the three tables, and what no row may ever say."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from tests.rows import each_row
from zohotui.deletion.afterwards.verdicts import (
    Asked,
    Undecided,
    Verdict,
    not_back,
    resolve_verdict,
    undo_verdict,
    verify_verdict,
)
from zohotui.deletion.afterwards.whereabouts import Deleted, Deleter, Spot, Whereabouts
from zohotui.deletion.model.outcome import (
    AWAY,
    SEEN_BACK,
    Outcome,
    State,
    asked_back,
    is_lost,
    is_open,
    is_unproven,
    maybe_back,
    was_asked_back,
)

ANSWER = {"message": "words of then", "status": 202, "answer": '{"status":"odd"}'}
"""What an outcome carries along, whatever becomes of its id."""


def known(state: str, code: str = "", **more: object) -> Outcome:
    return replace(Outcome(State(state), code), **{**ANSWER, **more})  # type: ignore[arg-type]


LOST = known("unknown", "NO_ANSWER")
CUT_SHORT = known("unknown", "JOURNAL_CUT_SHORT")
REFUSED = known("failed", "INVALID_DATA", message="record not deleted")
STILL = known("failed", "STILL_THERE")
DELETED = known("deleted", "SUCCESS")
FOUND = known("deleted", "FOUND_IN_BIN")
VERIFIED = known("verified", "IN_BIN")
LIED = known("failed", "STILL_THERE_AFTER_SUCCESS")
BINNED_BEFORE = known("deleted", "BINNED_BEFORE")
NOWHERE = known("deleted", "NOT_IN_BIN")
RESTORING = asked_back(DELETED)
RESTORING_VERIFIED = asked_back(VERIFIED)
SCHEDULED = known("deleted", "SCHEDULED")
NOT_BACK = known("deleted", "NOT_BACK")
NOT_RESTORED = known("deleted", "NOT_RESTORED")

SINCE = " since 2026-09-21 14:13 UTC, deleted by Anna"
NOW = 1_790_000_000.0


def spot(name: str, **more: bool) -> Whereabouts:
    return replace(Whereabouts(Spot[name]), **more)  # type: ignore[arg-type]


THERE, GONE, UNASKED = spot("MODULE"), spot("NOWHERE"), spot("NOT_IN_BIN", may_go=True)
CLOSED = replace(spot("NOT_IN_MODULE"), bin_closed="the bin is closed")
OURS = Whereabouts(Spot.BIN, SINCE, Deleter.RUNS_USER, Deleted.IN_WINDOW, NOW)
UNNAMED = replace(OURS, deleter=Deleter.UNTOLD)
THEIRS = replace(OURS, deleter=Deleter.ANOTHER)
BEFORE = replace(OURS, deleted=Deleted.BEFORE)
LATER = replace(OURS, deleted=Deleted.ANOTHER_TIME)
UNDATED = replace(OURS, deleted=Deleted.UNTOLD, moment=None)
ELSEWHERE = replace(OURS, of_module=False)
UNSURE = replace(LATER, knows_clock=False)


def going(where: Whereabouts) -> Whereabouts:
    """Let the delete take effect perhaps, still."""
    return replace(where, may_go=True)


def coming(where: Whereabouts) -> Whereabouts:
    """Let a restore take effect perhaps, still."""
    return replace(where, may_return=True)


def word(verdict: Verdict) -> str:
    if isinstance(verdict, Undecided):
        return verdict.name
    return f"{verdict.state} {verdict.code}"


BIN = f"in the Recycle Bin{SINCE}"
NEITHER = "no such record in this module, and it is not in the Recycle Bin either"
BOTH_EMPTY = "neither in its module nor in the Recycle Bin"
WAS_THERE = "it was still there when it was looked up afterwards"
CLOSED_WORDS = "no such record in this module, and the bin is closed"
TOO_EARLY = "TOO_EARLY"
SAME = "words of then"

RESOLVING = [
    (LOST, THERE, "failed STILL_THERE", WAS_THERE),
    (CUT_SHORT, THERE, "failed STILL_THERE", WAS_THERE),
    (LOST, going(THERE), TOO_EARLY, ""),
    (LOST, coming(THERE), "failed STILL_THERE", WAS_THERE),
    (REFUSED, THERE, "failed INVALID_DATA", "record not deleted"),
    (REFUSED, going(THERE), "failed INVALID_DATA", "record not deleted"),
    (STILL, THERE, "failed STILL_THERE", SAME),
    (STILL, going(THERE), "failed STILL_THERE", SAME),
    (LOST, OURS, "deleted FOUND_IN_BIN", BIN),
    (CUT_SHORT, OURS, "deleted FOUND_IN_BIN", BIN),
    (LOST, going(OURS), "deleted FOUND_IN_BIN", BIN),
    (STILL, OURS, "deleted FOUND_IN_BIN", BIN),
    (REFUSED, OURS, "gone GONE", BIN),
    (LOST, UNNAMED, "gone GONE", BIN),
    (LOST, THEIRS, "gone GONE", BIN),
    (LOST, BEFORE, "gone GONE", BIN),
    (LOST, LATER, "gone GONE", BIN),
    (LOST, UNDATED, "gone GONE", BIN),
    (LOST, ELSEWHERE, "gone GONE", BIN),
    (LOST, going(THEIRS), "gone GONE", BIN),
    (STILL, LATER, "gone GONE", BIN),
    (LOST, CLOSED, "gone GONE", CLOSED_WORDS),
    (LOST, going(CLOSED), "gone GONE", CLOSED_WORDS),
    (REFUSED, CLOSED, "gone GONE", CLOSED_WORDS),
    (LOST, GONE, "gone GONE", NEITHER),
    (LOST, going(GONE), TOO_EARLY, ""),
    (REFUSED, GONE, "gone GONE", NEITHER),
    (REFUSED, going(GONE), "gone GONE", NEITHER),
    (STILL, GONE, "gone GONE", NEITHER),
    (LOST, UNASKED, TOO_EARLY, ""),
    (REFUSED, UNASKED, TOO_EARLY, ""),
    (LOST, replace(UNASKED, may_go=False), TOO_EARLY, ""),
]
"""What was known, where it is, what becomes of it, and its words."""

LIE = "Zoho said it was deleted, but it is in its module"
BACK = "it is in its module again"
ABSENT = "no longer in its module; the bin is closed"
SINCE_BEFORE = f"{BIN}, which is before this run asked for it"

VERIFYING = [
    (DELETED, THERE, "failed STILL_THERE_AFTER_SUCCESS", LIE),
    (LIED, THERE, "failed STILL_THERE_AFTER_SUCCESS", LIE),
    (FOUND, THERE, "failed STILL_THERE_AFTER_SUCCESS", LIE),
    (DELETED, going(THERE), TOO_EARLY, ""),
    (LIED, going(THERE), TOO_EARLY, ""),
    (RESTORING, THERE, "restored SEEN_BACK", BACK),
    (RESTORING_VERIFIED, THERE, "restored SEEN_BACK", BACK),
    (RESTORING, coming(THERE), "restored SEEN_BACK", BACK),
    (RESTORING, going(THERE), TOO_EARLY, ""),
    (SCHEDULED, THERE, "restored SEEN_BACK", BACK),
    (NOT_BACK, THERE, "restored SEEN_BACK", BACK),
    (NOT_RESTORED, THERE, "restored SEEN_BACK", BACK),
    (DELETED, OURS, "verified IN_BIN", BIN),
    (DELETED, THEIRS, "verified IN_BIN", BIN),
    (DELETED, LATER, "verified IN_BIN", BIN),
    (DELETED, UNDATED, "verified IN_BIN", BIN),
    (DELETED, going(OURS), "verified IN_BIN", BIN),
    (FOUND, OURS, "verified FOUND_IN_BIN", BIN),
    (LIED, OURS, "verified IN_BIN", BIN),
    (NOWHERE, OURS, "verified IN_BIN", BIN),
    (NOT_RESTORED, OURS, "verified IN_BIN", BIN),
    (DELETED, BEFORE, "deleted BINNED_BEFORE", SINCE_BEFORE),
    (FOUND, BEFORE, "deleted BINNED_BEFORE", SINCE_BEFORE),
    (BINNED_BEFORE, OURS, "verified IN_BIN", BIN),
    (RESTORING, OURS, "verified IN_BIN", BIN),
    (RESTORING, coming(OURS), TOO_EARLY, ""),
    (RESTORING, going(OURS), TOO_EARLY, ""),
    (RESTORING_VERIFIED, coming(OURS), TOO_EARLY, ""),
    (NOT_BACK, OURS, "verified IN_BIN", BIN),
    (NOT_BACK, coming(OURS), TOO_EARLY, ""),
    (NOT_RESTORED, coming(OURS), "verified IN_BIN", BIN),
    (SCHEDULED, OURS, "deleted SCHEDULED", SAME),
    (SCHEDULED, coming(OURS), "deleted SCHEDULED", SAME),
    (SCHEDULED, BEFORE, "deleted SCHEDULED", SAME),
    (DELETED, CLOSED, "verified ABSENT", ABSENT),
    (DELETED, going(CLOSED), "verified ABSENT", ABSENT),
    (LIED, CLOSED, "verified ABSENT", ABSENT),
    (RESTORING, CLOSED, "verified ABSENT", ABSENT),
    (RESTORING, coming(CLOSED), TOO_EARLY, ""),
    (SCHEDULED, coming(CLOSED), "deleted SCHEDULED", SAME),
    (DELETED, GONE, "deleted NOT_IN_BIN", BOTH_EMPTY),
    (DELETED, going(GONE), TOO_EARLY, ""),
    (LIED, GONE, "deleted NOT_IN_BIN", BOTH_EMPTY),
    (RESTORING, GONE, "deleted NOT_IN_BIN", BOTH_EMPTY),
    (RESTORING_VERIFIED, GONE, "deleted NOT_IN_BIN", BOTH_EMPTY),
    (RESTORING, coming(GONE), TOO_EARLY, ""),
    (SCHEDULED, GONE, "deleted NOT_IN_BIN", BOTH_EMPTY),
    (SCHEDULED, coming(GONE), TOO_EARLY, ""),
    (DELETED, UNASKED, TOO_EARLY, ""),
    (RESTORING, replace(UNASKED, may_go=False), TOO_EARLY, ""),
]

RESTORABLE = "RESTORABLE"
AGAIN = f"{BIN}, and not by this run"
OTHER_TIME = f"{BIN}, which is not when this run deleted it"
WRONG_CLOCK = f"{OTHER_TIME} by this machine's clock; was that clock wrong?"
AGAINST = known("deleted", "NOT_RESTORED", message="INVALID_DATA: no")
ALREADY = "it was in its module already"


def this(before: Outcome, **more: object) -> Asked:
    """Tell of an id what an undo knows that has seen it in the bin, as it still is."""
    return replace(Asked(before, first_seen=NOW), **more)  # type: ignore[arg-type]


UNDOING = [
    (this(DELETED), THERE, "restored THERE_ALREADY", ALREADY),
    (this(VERIFIED), THERE, "restored THERE_ALREADY", ALREADY),
    (this(DELETED, asked=True), THERE, "restored SEEN_BACK", BACK),
    (this(RESTORING), THERE, "restored SEEN_BACK", BACK),
    (this(NOT_BACK), THERE, "restored SEEN_BACK", BACK),
    (this(SCHEDULED), THERE, "restored SEEN_BACK", BACK),
    (this(NOT_RESTORED), THERE, "restored SEEN_BACK", BACK),
    (this(DELETED, against=AGAINST), THERE, "restored THERE_ALREADY", ALREADY),
    (this(DELETED), GONE, "deleted NOT_IN_BIN", BOTH_EMPTY),
    (this(VERIFIED), GONE, "verified NOT_IN_BIN", BOTH_EMPTY),
    (this(DELETED, against=AGAINST), GONE, "deleted NOT_IN_BIN", BOTH_EMPTY),
    (this(DELETED), UNASKED, "deleted SUCCESS", SAME),
    (this(VERIFIED), CLOSED, "verified IN_BIN", SAME),
    (this(DELETED), OURS, RESTORABLE, ""),
    (this(VERIFIED), OURS, RESTORABLE, ""),
    (this(RESTORING), OURS, RESTORABLE, ""),
    (this(NOT_BACK), OURS, RESTORABLE, ""),
    (this(DELETED), UNNAMED, RESTORABLE, ""),
    (this(DELETED), ELSEWHERE, RESTORABLE, ""),
    (this(DELETED), coming(OURS), RESTORABLE, ""),
    (this(DELETED, against=AGAINST), OURS, "deleted NOT_RESTORED", "INVALID_DATA: no"),
    (this(DELETED, against=AGAINST), THEIRS, "deleted NOT_THIS_RUN", AGAIN),
    (this(DELETED), THEIRS, "deleted NOT_THIS_RUN", AGAIN),
    (this(VERIFIED), THEIRS, "verified NOT_THIS_RUN", AGAIN),
    (this(DELETED), BEFORE, "deleted ANOTHER_TIME", OTHER_TIME),
    (this(DELETED), LATER, "deleted ANOTHER_TIME", OTHER_TIME),
    (this(VERIFIED), LATER, "verified ANOTHER_TIME", OTHER_TIME),
    (this(DELETED), UNSURE, "deleted ANOTHER_TIME", WRONG_CLOCK),
    (this(DELETED), replace(LATER, deleter=Deleter.ANOTHER), "deleted NOT_THIS_RUN", AGAIN),
    (this(DELETED), replace(LATER, deleter=Deleter.UNTOLD), "deleted NOT_THIS_RUN", AGAIN),
    (this(DELETED, first_seen=None), UNDATED, "deleted NOT_THIS_RUN", AGAIN),
    (this(DELETED, first_seen=NOW - 1), OURS, "deleted NOT_THIS_RUN", AGAIN),
    (this(DELETED, first_seen=NOW - 1), LATER, "deleted NOT_THIS_RUN", AGAIN),
    (this(NOT_BACK), LATER, "deleted NOT_THIS_RUN", AGAIN),
]


def held(verdict: Verdict, before: Outcome, what: str, message: str) -> None:
    assert word(verdict) == what
    if isinstance(verdict, Outcome):
        assert verdict.message == message
        if verdict.state is not State.RESTORED:
            # Zoho's own answer to the request is kept.
            assert (verdict.status, verdict.answer) == (before.status, before.answer)


@each_row(("before", "where", "what", "message"), RESOLVING)
def test_looking_up(before: Outcome, where: Whereabouts, what: str, message: str) -> None:
    assert is_open(before)
    held(resolve_verdict(before, where), before, what, message)


@each_row(("before", "where", "what", "message"), VERIFYING)
def test_verifying(before: Outcome, where: Whereabouts, what: str, message: str) -> None:
    assert is_unproven(before)
    held(verify_verdict(before, where), before, what, message)


@each_row(("one", "where", "what", "message"), UNDOING)
def test_undoing(one: Asked, where: Whereabouts, what: str, message: str) -> None:
    assert one.known.state in AWAY
    held(undo_verdict(one, where), one.known, what, message)


def test_what_zoho_called_restored_and_is_not_there() -> None:
    message = "Zoho said it was restored, but it was not in its module afterwards"
    for before in (DELETED, VERIFIED):
        held(not_back(before), before, "deleted NOT_BACK", message)


KNOWN = [
    *(LOST, CUT_SHORT, REFUSED, STILL, DELETED, FOUND, VERIFIED, LIED, BINNED_BEFORE, NOWHERE),
    *(RESTORING, RESTORING_VERIFIED, SCHEDULED, NOT_BACK, NOT_RESTORED),
]
FLAGS = (False, True)
PLACES = [
    replace(where, may_go=may_go, may_return=may_return, of_module=of_module)
    for where, may_go, may_return, of_module in product(
        [
            *(THERE, GONE, CLOSED, spot("NOT_IN_BIN")),
            *(
                replace(OURS, deleter=deleter, deleted=deleted)
                for deleter, deleted in product(Deleter, Deleted)
            ),
        ],
        FLAGS,
        FLAGS,
        FLAGS,
    )
]
"""Every way in which a record can be anywhere."""


@each_row("before", [one for one in KNOWN if is_open(one)])
def test_no_doubt_is_settled_by_what_does_not_settle_it(before: Outcome) -> None:
    for where in PLACES:
        verdict = resolve_verdict(before, where)
        if isinstance(verdict, Undecided):
            assert verdict is Undecided.TOO_EARLY
            early = before.state is State.UNKNOWN and where.may_go
            assert early or where.spot is Spot.NOT_IN_BIN
            continue
        assert where.spot is not Spot.NOT_IN_BIN
        mine = where.deleter is Deleter.RUNS_USER and where.of_module
        ours = mine and where.deleted is Deleted.IN_WINDOW and where.spot is Spot.BIN
        assert (verdict.state is State.FAILED) is (where.spot is Spot.MODULE)
        assert (verdict.state is State.DELETED) is (ours and is_lost(before))
        assert verdict.state in {State.FAILED, State.DELETED, State.GONE}


@each_row("before", [one for one in KNOWN if is_unproven(one)])
def test_nothing_is_verified_that_was_not_seen_to_be_away(before: Outcome) -> None:
    for where in PLACES:
        verdict = verify_verdict(before, where)
        if isinstance(verdict, Undecided):
            assert verdict is Undecided.TOO_EARLY
            assert where.may_go or where.may_return or where.spot is Spot.NOT_IN_BIN
            continue
        if verdict.state is State.VERIFIED:
            assert where.spot in {Spot.BIN, Spot.NOT_IN_MODULE}
            assert not (maybe_back(before) and (where.may_go or where.may_return))
            assert where.deleted is not Deleted.BEFORE
        if verdict.code == "NOT_IN_BIN":
            assert where.spot is Spot.NOWHERE
            assert not where.may_go
            assert not where.may_return
        restored = verdict.state is State.RESTORED
        assert restored is (where.spot is Spot.MODULE and was_asked_back(before))
        assert not restored or verdict == SEEN_BACK
        assert (verdict.state is State.FAILED) is (where.spot is Spot.MODULE and not restored)


@each_row("before", [one for one in KNOWN if one.state in AWAY])
def test_nothing_is_asked_back_that_the_run_did_not_delete(before: Outcome) -> None:
    for where, first_seen, against in product(PLACES, (NOW, NOW - 1), (None, AGAINST)):
        verdict = undo_verdict(Asked(before, first_seen=first_seen, against=against), where)
        ours = where.deleter is not Deleter.ANOTHER and where.deleted is Deleted.IN_WINDOW
        asked = where.spot is Spot.BIN and ours and first_seen == where.moment and not against
        assert (verdict is Undecided.RESTORABLE) is asked
        if isinstance(verdict, Outcome):
            assert (verdict.state is State.RESTORED) is (where.spot is Spot.MODULE)
            assert verdict.state in AWAY | {State.RESTORED}
            assert (verdict.code == "NOT_IN_BIN") is (
                where.spot is Spot.NOWHERE or verdict == before == NOWHERE
            )
