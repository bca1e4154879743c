"""What can become of an id: the closed set of states, and the outcome that carries the reason.

What is asked of an outcome is answered here, by its state and the traits of its code; see codes.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from zohotui.deletion.model.codes import Code, brief, ours, traits
from zohotui.deletion.model.traits import Trait
from zohotui.zoho.advice import Advice, advice


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


QUEUED = "queued"
"""What `entered` is called in a run; the journal says `entered` of it."""

STATES = {
    State.ENTERED: "In your list; nothing was read or sent. In a run it is called `queued`: its "
    "turn to be sent has not come.",
    State.READY: "Reviewed: the record is there, and no reason was found to keep it.",
    State.HELD: "There is a reason not to delete it. Sent only if you release it, with a reason.",
    State.MISSING: "Reviewed: no such record in this module for your user. It is not sent.",
    State.SENDING: "In a request that was sent; no answer yet.",
    State.DELETED: "Zoho said so for this id, or it was found in the Recycle Bin, deleted by you "
    "at the time of the request. Not verified yet.",
    State.GONE: "The record is not there, and nothing proves that this run deleted it.",
    State.FAILED: "Zoho refused this id, with a code, or its record was still there afterwards.",
    State.UNKNOWN: "The request was sent and no trustworthy answer came: the record may or may not "
    "be deleted. It is never sent again automatically.",
    State.NOT_SENT: "The run ended before its turn: this run did not touch the record.",
    State.VERIFIED: "Deleted, and found in the Recycle Bin afterwards. Without a Recycle Bin: only "
    "no longer in its module.",
    State.RESTORED: "Restored by an undo.",
}
"""What each state means, in an admin's words."""


AWAY = frozenset({State.DELETED, State.VERIFIED})
"""States of an id whose record this run has deleted, and nobody is known to have restored."""

DONE = frozenset({State.DELETED, State.GONE, State.VERIFIED})
"""States of an id whose record is away, as was asked for."""

RETRIED = (State.FAILED, State.NOT_SENT)
"""What a retry takes: never `unknown`, whose record may be away already."""

_WORDS = {
    (State.READY, ""): Advice(
        "Read; no reason found to keep it.",
        "Nothing to do: it will be deleted when you confirm.",
    ),
    (State.RESTORED, "SUCCESS"): Advice(
        "Zoho restored the record, together with its notes and attachments.",
        "Nothing to do. Workflows that ran when it was deleted are not undone.",
    ),
}
"""What is told by the state, where the code does not tell it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to an id, without the id: equal for all that fared the same."""

    state: State
    code: str = ""
    """Zoho's code, or one of ours where Zoho gave none or reading told more: see codes.Code."""
    message: str = ""
    """Zoho's message, or our sentence where no answer came; printable."""
    status: int | None = None
    """The HTTP status that came with it."""
    answer: str = ""
    """Zoho's item for the id as JSON without the id, or what came instead of one."""

    @property
    def advice(self) -> Advice:
        """What it means and what to do; a code that cannot be believed is not explained."""
        if self.state is State.UNKNOWN and Trait.DOUBTFUL not in traits(self.code):
            return Code.NO_ANSWER.advice
        if self.state is State.GONE:
            return Code.GONE.advice
        if words := _WORDS.get((self.state, self.code)):
            return words
        code = ours(self.code)
        return code.advice if code else advice(self.code, self.message, self.answer)

    @property
    def brief(self) -> str:
        """Say why in a few words; a code that has none, or no code, stays what it is."""
        if self.state is State.UNKNOWN and Trait.DOUBTFUL not in traits(self.code):
            return Code.NO_ANSWER.brief
        if self.state is State.GONE:
            return Code.GONE.brief
        return brief(self.code)


ENTERED = Outcome(State.ENTERED)
SENDING = Outcome(State.SENDING)


def restored_words(tally: Mapping[State, int], asked: int) -> list[str]:
    """Say how many records a run that only restores has brought back, and how many not.

    Those that are away were deleted by others. `asked`: how many of them Zoho was asked to restore
    without a word of what came of it.
    """
    away = sum(tally.get(state, 0) for state in AWAY)
    known = {*AWAY, State.RESTORED}
    others = {state.value: count for state, count in tally.items() if state not in known}
    told: dict[str, int] = {
        "restored": tally.get(State.RESTORED, 0),
        "not restored": away - asked,
        "perhaps restored": asked,
        **others,
    }
    return [f"{count:,} {words}" for words, count in told.items() if count]


def asked_back(before: Outcome) -> Outcome:
    """Say of a deleted record that Zoho is asked to restore it and has not answered yet."""
    message = "it was asked to be restored, and what came of it is not known yet"
    return replace(before, code=Code.RESTORING, message=message)


def binned_by_others(since: str) -> Outcome:
    """Say that others have deleted a record; `since`: when and who, as the end of a clause."""
    return Outcome(State.DELETED, Code.BINNED, f"in the Recycle Bin{since}")


def maybe_back(outcome: Outcome) -> bool:
    """Whether an undo asked for a deleted record and nobody knows yet what came of it."""
    return outcome.state in AWAY and Trait.MAYBE_BACK in traits(outcome.code)


def was_asked_back(outcome: Outcome) -> bool:
    """Whether an undo has asked for a deleted record, even if Zoho said no."""
    return outcome.state in AWAY and Trait.ASKED_BACK in traits(outcome.code)


def is_surprise(outcome: Outcome) -> bool:
    """Whether a record that was reviewed and found ready did not simply go."""
    astray = Trait.SURPRISE in traits(outcome.code)
    return astray or outcome.state in {State.GONE, State.FAILED, State.UNKNOWN}


def is_open(outcome: Outcome) -> bool:
    """Whether looking it up may tell more: no answer came, or Zoho found no such record.

    What was still there may be away now: Zoho may have got to it later than anybody would wait.
    Source: zoho-api.md, "Traps reported by developers": "record not deleted" has many reasons.
    """
    if outcome.state is not State.FAILED:
        return outcome.state is State.UNKNOWN
    damaged = "wrong format" in f"{outcome.message} {outcome.answer}".lower()
    named = not (outcome.code == "INVALID_DATA" and damaged)
    return named and Trait.OPEN in traits(outcome.code)


def is_lost(outcome: Outcome) -> bool:
    """Whether the answer to its delete was lost, even if it was seen to be there since."""
    return outcome.state is State.UNKNOWN or Trait.ANSWER_LOST in traits(outcome.code)


def is_unproven(outcome: Outcome) -> bool:
    """Whether looking may tell more of what Zoho said it deleted: it may show that late."""
    unproven = Trait.UNPROVEN in traits(outcome.code)
    return outcome.state is State.DELETED or maybe_back(outcome) or unproven


def is_uncompared(outcome: Outcome) -> bool:
    """Whether it is a restored record that was not compared with its saved copy yet."""
    return outcome.state is State.RESTORED and Trait.COMPARED not in traits(outcome.code)


def differs(outcome: Outcome) -> bool:
    """Whether a restored record is not as it was saved."""
    return outcome.state is State.RESTORED and Trait.DIFFERENT in traits(outcome.code)


def is_alarming(outcome: Outcome) -> bool:
    """Whether its record is away and Zoho has not told the truth of it."""
    return Trait.ALARM in traits(outcome.code)


def is_surely_away(outcome: Outcome) -> bool:
    """Whether its record is away as was asked for, without any doubt."""
    return outcome.state in DONE and not maybe_back(outcome) and not is_alarming(outcome)


def is_left_over(outcome: Outcome) -> bool:
    """Whether something is left to do for it, or to look at."""
    return not is_surely_away(outcome) and Trait.DONE_WITH not in traits(outcome.code)


def is_retried(outcome: Outcome) -> bool:
    """Whether a retry takes it."""
    return outcome.state in RETRIED and Trait.NEVER_RETRIED not in traits(outcome.code)


def is_never_released(outcome: Outcome) -> bool:
    """Whether it is held because its address names another place; see addresses.py."""
    return Trait.NEVER_RELEASED in traits(outcome.code)


SEEN_BACK = Outcome(State.RESTORED, Code.SEEN_BACK, "it is in its module again")
NOT_SENT = Outcome(State.NOT_SENT, Code.NOT_SENT, "the run ended before its turn")
LOST = Outcome(State.UNKNOWN, Code.NO_ANSWER, "the program ended while this request was under way")
