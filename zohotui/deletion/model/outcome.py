"""What can become of an id: the closed set of states, and the outcome that carries the reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from zohotui.zoho.advice import Advice, advice
from zohotui.zoho.restoring import SCHEDULED


class State(StrEnum):
    """The state of an id; every id of a list is in exactly one."""

    ENTERED = "entered"
    READY = "ready"
    HELD = "held"
    MISSING = "missing"
    SENDING = "sending"
    DELETED = "deleted"
    GONE = "gone"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_SENT = "not sent"
    VERIFIED = "verified"
    RESTORED = "restored"


STATES = {
    State.ENTERED: "In your list; nothing was read or sent.",
    State.READY: "Reviewed: the record is there, and no reason was found to keep it.",
    State.HELD: "There is a reason not to delete it. It is not sent until you release it by "
    "itself, with a reason.",
    State.MISSING: "Reviewed: no such record in this module for your user. It is not sent.",
    State.SENDING: "In a request that has left.",
    State.DELETED: "Zoho said so for this id, or it was found in the Recycle Bin, deleted by you "
    "when the request left. Not verified yet.",
    State.GONE: "The record is not there, and nothing proves that this run deleted it.",
    State.FAILED: "Zoho refused this id, with a code, or its record was still there afterwards.",
    State.UNKNOWN: "The request left and no trustworthy answer came: the record may be deleted or "
    "not. It is never sent again by itself.",
    State.NOT_SENT: "The run ended before its turn. The record is untouched.",
    State.VERIFIED: "Deleted, and seen in the Recycle Bin afterwards; without a Recycle Bin, seen "
    "to be no longer in its module.",
    State.RESTORED: "Restored by an undo.",
}
"""What each state means, in an admin's words."""


AWAY = frozenset({State.DELETED, State.VERIFIED})
"""States of an id whose record this run has deleted, and nobody is known to have restored."""

DONE = frozenset({State.DELETED, State.GONE, State.VERIFIED})
"""States of an id whose record is away, as was asked for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to an id, without the id: equal for all that fared the same."""

    state: State
    code: str = ""
    """Zoho's code, or one of ours where Zoho gave none or reading told more: NO_ANSWER,
    CONTRADICTION, NOT_SENT, JOURNAL_CUT_SHORT, FOUND_IN_BIN, GONE, STILL_THERE; of verifying,
    IN_BIN, ABSENT, BINNED_BEFORE, STILL_THERE_AFTER_SUCCESS, NOT_IN_BIN; of an undo, RESTORING,
    SEEN_BACK, THERE_ALREADY, NOT_RESTORED, NOT_BACK, NOT_THIS_RUN, ANOTHER_TIME; of what was
    restored and compared, AS_SAVED, DIFFERS, NO_COPY, NOT_BACK; of a review, those of
    prediction.py, guards.py, missing.py and addresses.py."""
    message: str = ""
    """Zoho's message, or our sentence where no answer came; printable."""
    status: int | None = None
    """The HTTP status that came with it."""
    answer: str = ""
    """Zoho's item for the id as JSON without the id, or what came instead of one."""

    @property
    def advice(self) -> Advice:
        """What it means and what to do; a code that cannot be believed is not explained."""
        if self.state is State.UNKNOWN and self.code not in _DOUBTFUL_CODES:
            return advice("NO_ANSWER")
        if self.state is State.GONE:
            return advice("GONE")
        if self.state is State.RESTORED and self.code == "SUCCESS":
            return advice("RESTORED")
        if self.state is State.READY and not self.code:
            return advice("READY")
        return advice(self.code, self.message, self.answer)


_DOUBTFUL_CODES = {"CONTRADICTION", "INTERNAL_ERROR", "NO_ANSWER"}
"""Codes whose words say that nothing is certain."""


ENTERED = Outcome(State.ENTERED)
SENDING = Outcome(State.SENDING)


def asked_back(before: Outcome) -> Outcome:
    """Say of a deleted record that Zoho is asked to restore it and has not answered yet."""
    message = "it was asked to be restored, and what came of it is not known yet"
    return replace(before, code="RESTORING", message=message)


_ASKED_BACK = frozenset({"RESTORING", SCHEDULED, "NOT_BACK"})
"""Codes of deleted records that an undo has asked for, and that may be back by now or not."""


def maybe_back(outcome: Outcome) -> bool:
    """Whether an undo asked for a deleted record and nobody knows yet what came of it."""
    return outcome.state in AWAY and outcome.code in _ASKED_BACK


def was_asked_back(outcome: Outcome) -> bool:
    """Whether an undo has asked for a deleted record, even if Zoho said no."""
    return maybe_back(outcome) or (outcome.state in AWAY and outcome.code == "NOT_RESTORED")


def is_surprise(outcome: Outcome) -> bool:
    """Whether a record that was reviewed and found ready did not simply go."""
    astray = outcome.code in {"BINNED_BEFORE", "NOT_IN_BIN", "STILL_THERE_AFTER_SUCCESS"}
    return astray or outcome.state in {State.GONE, State.FAILED, State.UNKNOWN}


SEEN_BACK = Outcome(State.RESTORED, "SEEN_BACK", "it is in its module again")
WRONG_MODULE = "WRONG_MODULE"
OTHER_ORG = "OTHER_ORG"
NEVER_RELEASED = frozenset({WRONG_MODULE, OTHER_ORG})
"""Codes of records that are held because their address names another place; see addresses.py."""

NOT_SENT = Outcome(State.NOT_SENT, "NOT_SENT", "the run ended before its turn")
LOST = Outcome(State.UNKNOWN, "NO_ANSWER", "the program ended while this request was under way")
