"""What the answer to one batch means for each of its ids, and for going on.

1. An answer that tells of ids: each has the outcome that Zoho named for it; one that is not
   mentioned is unknown. Ids that were never asked for, and refusals of most, brake the run.
2. A request that never reached Zoho, or that Zoho turned away before acting: no outcomes; the batch
   comes back and may leave again.
3. Any other error: the same outcome for all, unknown if Zoho may have acted, else failed.

It asks nothing and writes nothing. Ids are told apart by what the answer names, never by order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Batch
from zohotui.zoho.answers import DeleteAnswer, Result
from zohotui.zoho.errors import (
    NotAuthorized,
    NotSent,
    SignInNeeded,
    TokenExpired,
    TooManyRequests,
    ZohoError,
)

_TELLING = 10
"""Ids that a batch needs before "most of them were refused" says anything."""


@dataclass(frozen=True, slots=True)
class Landing:
    """One batch's answer, understood."""

    outcomes: tuple[Outcome, ...] | None
    """One an id in the batch's order; None if the batch provably changed nothing."""
    brake: str = ""
    """Why the run must not go on by itself, or why the batch came back; empty if all is well."""
    temporary: bool = False
    """For a batch that came back: whether trying again later is worth it."""
    at_once: bool = False
    """For a batch that came back: whether nothing stands in the way of trying again now."""
    sign_in: bool = False
    """For a batch that came back: whether somebody must sign in before the next try."""
    wait: float = 0.0
    """Seconds before which the next try is useless, where that is known."""
    limited: bool = False
    """For a batch that came back: whether Zoho takes no more requests for now."""
    lost: bool = False
    """Whether no trustworthy answer came at all."""
    foreign: tuple[str, ...] = ()
    """Ids that stood in the answer and were never asked for."""

    @property
    def any_deleted(self) -> bool:
        """Whether at least one record is away."""
        return any(outcome.state is State.DELETED for outcome in self.outcomes or ())


def read_landing(batch: Batch, answer: DeleteAnswer | ZohoError) -> Landing:
    """Understand an answer, or the error that came in its place.

    May be sent again: what never reached Zoho and what Zoho turned away before acting (an
    expired token, too many requests). Everything else is final for these ids.
    """
    if isinstance(answer, DeleteAnswer):
        return _each(batch, answer)
    if isinstance(answer, NotSent | TooManyRequests | NotAuthorized):
        return Landing(
            None,
            answer.detail,
            answer.temporary,
            at_once=isinstance(answer, TokenExpired),
            sign_in=needs_sign_in(answer),
            wait=answer.wait,
            limited=isinstance(answer, TooManyRequests),
        )
    state = State.UNKNOWN if answer.result_unknown else State.FAILED
    outcome = Outcome(
        state,
        answer.code or Code.NO_ANSWER,
        answer.message or answer.detail,
        answer.status,
        answer.answer,
    )
    brake = "" if answer.result_unknown else answer.detail
    outcomes = (outcome,) * len(batch.ids)
    return Landing(outcomes, brake, lost=answer.result_unknown)


def needs_sign_in(error: ZohoError) -> bool:
    """Whether nothing goes on before somebody signs in."""
    unsigned = isinstance(error, NotAuthorized) and not isinstance(error, TokenExpired)
    return unsigned or isinstance(error, SignInNeeded)


def credits_hint(landing: Landing, left: int | None) -> str:
    """Say what may be behind refusals that do not end. Source: zoho-api.md, "Exceeded".

    `left`: API credits of the last 24 hours, as far as Zoho tells.
    """
    if not landing.limited:
        return "."
    told = "" if left is None else f" (Zoho says that {left:,} are left)"
    return (
        f": the org's API credits of the last 24 hours may be used up{told}. The rest can "
        "wait until tomorrow."
    )


def _each(batch: Batch, answer: DeleteAnswer) -> Landing:
    unmentioned = Outcome(
        State.UNKNOWN, Code.NO_ANSWER, "Zoho's answer does not mention this id", answer.status
    )
    told: list[Outcome] = []
    # Most records fare alike.
    for result, alike in groupby(map(answer.results.get, map(str, batch.ids))):
        outcome = unmentioned if result is None else _outcome(result, answer.status)
        told += [outcome] * len(list(alike))
    outcomes = tuple(told)
    brake = _foreign(batch, answer) or _most_refused(batch, outcomes)
    lost = all(outcome.state is State.UNKNOWN for outcome in outcomes)
    return Landing(outcomes, brake, lost=lost, foreign=answer.foreign)


def _outcome(result: Result, status: int) -> Outcome:
    if not result.certain:
        state = State.UNKNOWN
    elif result.succeeded:
        state = State.DELETED
    else:
        state = State.FAILED
    return Outcome(state, result.code or Code.NO_ANSWER, result.message, status, result.item)


def _foreign(batch: Batch, answer: DeleteAnswer) -> str:
    if not answer.foreign:
        return ""
    ids = ", ".join(answer.foreign[:3])
    return (
        f"Zoho's answer to batch {batch.number} speaks of ids that were never sent: {ids}. Look "
        "them up in Zoho CRM before going on."
    )


def _most_refused(batch: Batch, outcomes: tuple[Outcome, ...]) -> str:
    codes = Counter(outcome.code for outcome in outcomes if outcome.state is State.FAILED)
    refused = codes.total()
    if len(outcomes) < _TELLING or refused * 2 <= len(outcomes):
        return ""
    code, _ = codes.most_common(1)[0]
    return (
        f"{refused} of the {len(outcomes)} records of batch {batch.number} were refused, most "
        f"with {code}. Is this the right module and the right list?"
    )
