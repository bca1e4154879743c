"""What it means where a record is, after a delete or an undo: pure tables, nothing asked or told.

Looking up an id whose answer was lost, or of which Zoho knew no such record (`resolve_verdict`):

    where                                 while it may still go    afterwards
    in its module                         too early                STILL_THERE
      where Zoho had refused              as before                as before
    in the bin, deleted by the run        FOUND_IN_BIN             FOUND_IN_BIN
    in the bin, otherwise                 GONE                     GONE
    not in its module, bin closed         GONE                     GONE
    nowhere                               too early                GONE
      where Zoho had refused              GONE                     GONE
    not in the bin, module not asked      too early                too early

  By the run: its own user, in the module of the run, while the request was under way; and the
  answer to the request was lost. Without all of that it is gone, and nobody says by whom.

Verifying what Zoho called deleted (`verify_verdict`):

    where                                 while it may still go    afterwards
    in its module                         too early                STILL_THERE_AFTER_SUCCESS
      where an undo had asked for it      too early                SEEN_BACK
    in the bin, since before the run      BINNED_BEFORE            BINNED_BEFORE
    in the bin, otherwise                 IN_BIN, or FOUND_IN_BIN as before
    not in its module, bin closed         ABSENT                   ABSENT
    nowhere                               too early                NOT_IN_BIN
    not in the bin, module not asked      too early                too early

  What an undo has asked for and nobody has seen since may be on its way back. While that may still
  happen it is too early wherever the record is not in its module; but what Zoho has scheduled, and
  is in the bin or not in its module, stays as it was, however long that takes.

Undoing (`undo_verdict`):

    where                                 what follows
    in its module                         SEEN_BACK if an undo asked for it, else THERE_ALREADY
    nowhere                               NOT_IN_BIN
    not looked for in both places         as before
    in the bin, deleted by the run        to be restored, unless something speaks against it
    in the bin, deleted again since       NOT_THIS_RUN
    in the bin, by the user of the run    ANOTHER_TIME
    in the bin, otherwise                 NOT_THIS_RUN

  By the run: while its request was under way, and not by anybody who is known to be another. Of a
  run that restores what others deleted: by the very deletion that it is to undo, or NOT_AS_SHOWN.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from zohotui.deletion.afterwards.whereabouts import Deleted, Deleter, Spot, Whereabouts
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.outcome import (
    SEEN_BACK,
    Outcome,
    State,
    binned_by_others,
    is_lost,
    maybe_back,
    was_asked_back,
)
from zohotui.zoho.restoring import SCHEDULED


class Undecided(Enum):
    """Why there is no outcome yet."""

    TOO_EARLY = auto()
    """Zoho may not have done, or may not show, what it was asked for: look again later."""
    RESTORABLE = auto()
    """The run deleted it and it is in the bin: Zoho can be asked to restore it."""


Verdict = Outcome | Undecided


@dataclass(frozen=True, slots=True)
class Asked:
    """What this undo knows of a record beside where it is."""

    known: Outcome
    """What was known of it before Zoho was asked to restore it."""
    asked: bool = False
    """Whether this undo has asked for it."""
    first_seen: float | None = None
    """When it had been deleted as the bin said at first."""
    against: Outcome | None = None
    """What speaks against asking once more, if it is still in the bin."""


def resolve_verdict(before: Outcome, where: Whereabouts) -> Verdict:
    """Say what became of an id that is_open; what is as before is returned as it was."""
    unknown = before.state is State.UNKNOWN
    # What is neither here nor there may be on its way into the Recycle Bin.
    early = unknown and where.may_go and where.spot in {Spot.MODULE, Spot.NOWHERE}
    if early or where.spot is Spot.NOT_IN_BIN:
        return Undecided.TOO_EARLY
    if where.spot is not Spot.MODULE:
        return _deleted_or_gone(before, where)
    if not unknown:
        return before
    message = "it was still there when it was looked up afterwards"
    return replace(before, state=State.FAILED, code=Code.STILL_THERE, message=message)


def verify_verdict(before: Outcome, where: Whereabouts) -> Verdict:
    """Say whether an id that is_unproven is deleted; what is as before is returned as it was."""
    return (_of_others if where.by_others else _of_run)(before, where)


def _of_run(before: Outcome, where: Whereabouts) -> Verdict:
    """Say whether an id is deleted that the run has deleted."""
    if where.spot is Spot.MODULE:
        return Undecided.TOO_EARLY if where.may_go else _there(before)
    moves = where.may_go or where.may_return
    if where.spot is Spot.NOT_IN_BIN or (where.spot is Spot.NOWHERE and moves):
        return Undecided.TOO_EARLY
    if where.spot is Spot.NOWHERE:
        return replace(not_in_bin(before), state=State.DELETED)
    if maybe_back(before) and before.code == SCHEDULED:
        return before
    if maybe_back(before) and moves:
        return Undecided.TOO_EARLY
    return _in_bin(before, where) if where.spot is Spot.BIN else _absent(before, where)


def _of_others(before: Outcome, where: Whereabouts) -> Verdict:
    """Say where a record is by now that others have deleted, and that may have been restored."""
    if where.spot is Spot.MODULE:
        return _back(Asked(before))
    if maybe_back(before) and (where.may_return or before.code == SCHEDULED):
        return before if before.code == SCHEDULED else Undecided.TOO_EARLY
    if where.spot is Spot.NOWHERE:
        return not_in_bin(replace(before, state=State.DELETED))
    if where.spot is not Spot.BIN:
        return before
    if where.deleted is Deleted.NOT_AS_SHOWN:
        return _not_as_shown(before, where)
    return binned_by_others(where.since)


def undo_verdict(this: Asked, where: Whereabouts) -> Verdict:
    """Say what an undo does with an id whose record was away."""
    if where.spot is Spot.MODULE:
        return _back(this)
    if where.spot is not Spot.BIN:
        # Only what was looked for in both places is nowhere.
        return not_in_bin(this.known) if where.spot is Spot.NOWHERE else this.known
    again = this.first_seen != where.moment
    ours = where.deleter is not Deleter.ANOTHER and where.deleted is Deleted.IN_WINDOW
    if ours and not again:
        return this.against or Undecided.RESTORABLE
    return _left_there(this, where, again=again)


def not_back(before: Outcome) -> Outcome:
    """Say that Zoho has called a record restored which is not in its module."""
    message = "Zoho said it was restored, but it was not in its module afterwards"
    return replace(before, state=State.DELETED, code=Code.NOT_BACK, message=message)


def not_in_bin(before: Outcome) -> Outcome:
    """Say that a record is nowhere."""
    message = "neither in its module nor in the Recycle Bin"
    return replace(before, code=Code.NOT_IN_BIN, message=message)


def _deleted_or_gone(before: Outcome, where: Whereabouts) -> Outcome:
    if where.spot is Spot.BIN:
        message = f"in the Recycle Bin{where.since}"
        if is_lost(before) and _by_run(where):
            return replace(before, state=State.DELETED, code=Code.FOUND_IN_BIN, message=message)
    else:
        why = where.bin_closed or "it is not in the Recycle Bin either"
        message = f"no such record in this module, and {why}"
    return replace(before, state=State.GONE, code=Code.GONE, message=message)


def _by_run(where: Whereabouts) -> bool:
    """Whether the run's own user deleted it when the run asked for it."""
    timely = where.deleted is Deleted.IN_WINDOW and where.of_module
    return timely and where.deleter is Deleter.RUNS_USER


def _there(before: Outcome) -> Outcome:
    if was_asked_back(before):
        return SEEN_BACK
    message = "Zoho said it was deleted, but it is in its module"
    code = Code.STILL_THERE_AFTER_SUCCESS
    return replace(before, state=State.FAILED, code=code, message=message)


def _in_bin(before: Outcome, where: Whereabouts) -> Outcome:
    message = f"in the Recycle Bin{where.since}"
    if where.deleted is Deleted.BEFORE:
        message += ", which is before this run asked for it"
        code = Code.BINNED_BEFORE
        return replace(before, state=State.DELETED, code=code, message=message)
    # What was found there before tells more: that the answer was lost.
    code = Code.FOUND_IN_BIN if before.code == Code.FOUND_IN_BIN else Code.IN_BIN
    return replace(before, state=State.VERIFIED, code=code, message=message)


def _absent(before: Outcome, where: Whereabouts) -> Outcome:
    message = f"no longer in its module; {where.bin_closed}"
    return replace(before, state=State.VERIFIED, code=Code.ABSENT, message=message)


def _back(this: Asked) -> Outcome:
    if this.asked or was_asked_back(this.known):
        return SEEN_BACK
    return Outcome(State.RESTORED, Code.THERE_ALREADY, "it was in its module already")


def _left_there(this: Asked, where: Whereabouts, *, again: bool) -> Outcome:
    """Say why a record stays in the bin: a clock that was wrong may be all there is to it."""
    message, known = f"in the Recycle Bin{where.since}", this.known
    if where.deleted is Deleted.NOT_AS_SHOWN:
        return _not_as_shown(known, where)
    # What has been seen restored since was deleted again, whatever the clocks say.
    again = again or known.code == Code.NOT_BACK
    if where.deleter is Deleter.RUNS_USER and where.moment is not None and not again:
        message += ", which is not when this run deleted it"
        if not where.knows_clock:
            message += " by this machine's clock; was that clock wrong?"
        return replace(known, code=Code.ANOTHER_TIME, message=message)
    return replace(known, code=Code.NOT_THIS_RUN, message=f"{message}, and not by this run")


def _not_as_shown(known: Outcome, where: Whereabouts) -> Outcome:
    message = f"in the Recycle Bin{where.since}, which is not the deletion that was to be undone"
    return replace(known, state=State.DELETED, code=Code.NOT_AS_SHOWN, message=message)
