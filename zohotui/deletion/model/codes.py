"""The codes of ours: what we say of an id where Zoho gave no code, or reading told more.

One row a code: what it means for an admin, what to do, and what it means for the program, which
is told by its traits (traits.py). The predicates of outcome.py read them, together with the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from zohotui.deletion.model.traits import OF_ZOHO, Row, Trait
from zohotui.zoho import advice, answers, found
from zohotui.zoho.advice import Advice

_LOST = (
    (
        "The request was sent, but no answer says what happened to this record. It may or "
        "may not be deleted."
    ),
    (
        "Do not delete it again before you know. zohotui looks it up at the end of the run; "
        "[resolve] does so at any later time."
    ),
)


def _unusable(code: str, how: str) -> Row:
    """Make the row of an answer to a read from which nothing is concluded."""
    remedy = (
        "zohotui ignores this answer. Look again later; if it happens again, ask Zoho's support."
    )
    return Row(code, "with an unusable answer", f"Zoho's answer to a read {how}.", remedy)


class Code(StrEnum):
    """A code of ours: it is the text that stands in an outcome and in the journal."""

    brief: str
    """What the records with it are, in a few words behind their number: already in the bin."""
    advice: Advice
    """What it means and what to do."""
    traits: Trait
    astray: tuple[str, str] | None
    """What must be shouted of one record and of several with it, as the end of a sentence; None
    for records that are where they should be by Zoho's word."""

    def __new__(cls, row: Row) -> Self:
        """Make a code of its row."""
        code = str.__new__(cls, row.code)
        code._value_ = row.code
        code.brief, code.advice = row.brief, Advice(row.meaning, row.remedy)
        code.traits = row.traits
        code.astray = row.astray
        return code

    # Of the answer to a delete, and of a run.
    CONTRADICTION = Row(
        answers.CONTRADICTION,
        "answered twice and differently",
        "Zoho's answer named this record twice, with different results.",
        "zohotui looks it up at the end of the run; [resolve] does so at any later time.",
        Trait.DOUBTFUL,
    )
    NO_ANSWER = Row("NO_ANSWER", "without an answer", *_LOST, Trait.DOUBTFUL)
    JOURNAL_CUT_SHORT = Row("JOURNAL_CUT_SHORT", "without an answer in the journal", *_LOST)
    NOT_SENT = Row(
        "NOT_SENT",
        "not sent",
        "The run ended before this id's turn: it was not sent, or Zoho rejected the request "
        "before acting on it.",
        "This run did not touch the record. [retry] puts it into a new run with what failed.",
    )

    # Of looking up what is unknown.
    FOUND_IN_BIN = Row(
        "FOUND_IN_BIN",
        "found in the Recycle Bin",
        "The answer to the delete was lost, but the record is in the Recycle Bin, deleted by "
        "your user at the time of the request.",
        "Nothing to do: it is deleted.",
    )
    GONE = Row(
        "GONE",
        "no longer in the module",
        "Afterwards your user could see no such record in this module.",
        "Nothing to do if it was to be deleted. If it should exist, check the module, the "
        "org and what your user may see.",
    )
    STILL_THERE = Row(
        "STILL_THERE",
        "still there",
        "The answer to the delete was lost, and the record was still there when it was "
        "looked up afterwards.",
        "Zoho has most likely not deleted it. [resolve] looks once more; [retry] puts it "
        "into a new run with what failed.",
        Trait.OPEN | Trait.ANSWER_LOST,
    )

    # Of a review.
    TAKEN_OUT = Row(
        "TAKEN_OUT",
        "taken out by you",
        "You took it out of the list: it will not be deleted.",
        "Nothing to do; [take_out] puts it back into the list.",
        Trait.DONE_WITH,
    )
    CONVERTED = Row(
        "CONVERTED",
        "converted",
        "The lead was converted. Deleting it keeps the contact, account and deal made from "
        "it, but takes away their origin.",
        "Nothing to do if you mean to delete it. Otherwise take the id out of the list.",
    )
    LOCKED = Row(
        "LOCKED",
        "locked",
        "The record is locked by a record locking rule or by a user. Zoho would refuse to "
        "delete it.",
        "Unlock it in Zoho CRM, or ask the person who locked it, then review again.",
    )
    IN_APPROVAL = Row(
        "IN_APPROVAL",
        "waiting for approval",
        "The record is waiting in an approval or review process. Zoho would refuse to delete it.",
        "Approve or reject the record in Zoho CRM, then review again.",
    )
    IN_MERGE = Row(
        "IN_MERGE",
        "being merged",
        "The record is being merged with another one.",
        "Wait until the merge is done, usually minutes, then review again.",
    )
    NOT_EDITABLE = Row(
        "NOT_EDITABLE",
        "you may not change",
        "Zoho says that your user cannot change this record: it is locked, an image of it is "
        "being checked, or it is only shared with you to read.",
        "Look at the record in Zoho CRM. To delete it anyway, release it with a reason; Zoho "
        "may still refuse.",
    )
    CHANGED = Row(
        "CHANGED",
        "changed since the review",
        "The record was changed after it was reviewed.",
        "Look at the record, then review again; or release it with a reason.",
    )
    PROTECTED = Row(
        "PROTECTED",
        "protected by a guard",
        "A guard of this profile protects the record, by its id, owner, tag or the value of "
        "a field.",
        "It stays held. To delete it anyway, release it with a reason, which the journal keeps.",
    )
    OTHER_ORG_PREFIX = Row(
        "OTHER_ORG_PREFIX",
        "with another org's prefix",
        "The id does not begin like those of this org, so the list may come from another org.",
        "Check where the list comes from, and that this is the right org and environment.",
    )
    WRONG_MODULE = Row(
        "WRONG_MODULE",
        "from addresses of another module",
        "The id came from an address of another module than the chosen one, so it may mean "
        "another record. It was not read. It will not be deleted and cannot be released.",
        "Choose the module in the address, or take the address out of the list. If the "
        "record does belong to the chosen module, enter the id alone.",
        Trait.NEVER_RELEASED,
    )
    OTHER_ORG = Row(
        "OTHER_ORG",
        "from addresses of another org",
        "The id came from an address of another org, environment or data centre. It was not "
        "read. It will not be deleted and cannot be released.",
        "Open the org in the address and delete the record there, or take the address out of "
        "the list. If you are sure the record is of this org, enter the id alone.",
        Trait.NEVER_RELEASED,
    )
    KEPT = Row(
        "KEPT",
        "kept by their owners",
        "The owners' list says Keep, so the record was not read. It cannot be released.",
        "If the owner changes their mind, have the column Keep changed and open the plan again.",
        Trait.NEVER_RELEASED | Trait.DONE_WITH,
    )
    KEEP_UNCLEAR = Row(
        "KEEP_UNCLEAR",
        "not decided by their owners",
        "The owners' list is not clear on this record, so it was not read.",
        "Ask the owner. Write yes or no into the column Keep, and open the plan again.",
        Trait.NEVER_RELEASED,
    )
    RELEASED = Row(
        "RELEASED",
        "released by you",
        "The record was held and was released; the journal keeps the reason.",
        "Nothing to do: it will be deleted when you confirm.",
    )
    ALREADY_BINNED = Row(
        "ALREADY_BINNED",
        "already in the Recycle Bin",
        "The record is in the Recycle Bin already.",
        "Nothing to do if it was to be deleted.",
        Trait.DONE_WITH,
    )
    OTHER_MODULE = Row(
        "OTHER_MODULE",
        "in another module",
        "There is a record with this id, but in another module.",
        "If you mean that record, choose its module and review again.",
    )
    MISSING = Row(
        "MISSING",
        "not found",
        "Zoho shows your user no such record in this module. It was deleted for good, never "
        "existed, belongs to another module or org, or is hidden from your user.",
        "Check that module, org and list belong together. Nothing is sent for this id.",
        Trait.DONE_WITH,
    )

    # Of verifying.
    IN_BIN = Row(
        "IN_BIN",
        "in the Recycle Bin",
        "Deleted; it is in the Recycle Bin.",
        "Nothing to do. [undo] restores what this run deleted, as long as it is there.",
    )
    ABSENT = Row(
        "ABSENT",
        "no longer in the module",
        "The record is no longer in its module. Nothing more can be checked: the module has "
        "no Recycle Bin, or zohotui could not read it.",
        "Nothing to do. Reading the Recycle Bin needs the scope ZohoCRM.settings.recycle_bin.READ.",
    )
    STILL_THERE_AFTER_SUCCESS = Row(
        "STILL_THERE_AFTER_SUCCESS",
        "still there though called deleted",
        "Zoho said that it deleted the record, but the record is in its module. It may have "
        "been restored since, Zoho may show the delete late, or its answer was wrong.",
        "Wait some minutes, then look again with [resolve]. If it is still there, check its "
        "timeline in Zoho CRM before you delete it again. If nobody restored it, ask Zoho's "
        "support.",
        Trait.SURPRISE | Trait.UNPROVEN | Trait.NEVER_RETRIED,
        (
            "is STILL THERE although Zoho called it deleted.",
            "are STILL THERE although Zoho called them deleted.",
        ),
    )
    NOT_IN_BIN = Row(
        "NOT_IN_BIN",
        "neither in the module nor in the Recycle Bin",
        "The record is neither in its module nor in the Recycle Bin. The bin may have been "
        "emptied, its 60 days may be over, or your user may not see it there.",
        "Ask an administrator to look for it. A record that has left the Recycle Bin cannot "
        "be restored.",
        Trait.SURPRISE,
        (
            "is NEITHER in the module NOR in the Recycle Bin.",
            "are NEITHER in the module NOR in the Recycle Bin.",
        ),
    )
    BINNED_BEFORE = Row(
        "BINNED_BEFORE",
        "in the Recycle Bin before the request",
        "Zoho said that it deleted the record, but it was in the Recycle Bin before this run "
        "asked for it. It is deleted, but by these times not by this run.",
        "See in Zoho CRM's Recycle Bin who deleted it, and when. [undo] leaves it there. If "
        "this machine's clock was wrong, compare the times in the journal with the bin's.",
        Trait.SURPRISE | Trait.ALARM,
        (
            "was in the Recycle Bin BEFORE this run asked for it.",
            "were in the Recycle Bin BEFORE this run asked for them.",
        ),
    )

    # Of an undo, and of what was restored and compared with its saved copy.
    RESTORING = Row(
        "RESTORING",
        "without an answer to the restore",
        "Zoho was asked to restore the record, but no answer says what happened.",
        "[resolve] looks where it is now. [undo] does so too, and restores it if it is still "
        "in the Recycle Bin.",
        Trait.ASKED_BACK | Trait.MAYBE_BACK,
    )
    SEEN_BACK = Row(
        "SEEN_BACK",
        "back in the module",
        "Zoho was asked to restore the record, and it was seen in its module afterwards.",
        "Nothing to do. Workflows that ran when it was deleted are not undone.",
    )
    THERE_ALREADY = Row(
        "THERE_ALREADY",
        "back before the restore",
        "The record was already in its module when it was looked for. Another user or an "
        "earlier try had restored it.",
        "Nothing to do: it is back.",
    )
    AS_SAVED = Row(
        "AS_SAVED",
        "as saved",
        "The record is back, and every saved field is as it was before the delete, except "
        "those a restore may change by itself.",
        "Nothing to do. Workflows that ran when it was deleted are not undone.",
        Trait.COMPARED,
    )
    DIFFERS = Row(
        "DIFFERS",
        "different from the saved copy",
        "The record is back, but some fields differ from the saved copy: a workflow rule, a "
        "colleague or the restore changed them, or a record it points to is gone.",
        "[differences] shows what was saved and what is there now. Correct it in Zoho CRM "
        "where it matters.",
        Trait.COMPARED | Trait.DIFFERENT,
    )
    NO_COPY = Row(
        "NO_COPY",
        "without a saved copy",
        "The record is back, but no copy was saved before the delete, so its fields could "
        "not be compared.",
        "Look at the record in Zoho CRM if that matters.",
        Trait.COMPARED,
    )
    NOT_BACK = Row(
        "NOT_BACK",
        "not back though called restored",
        "Zoho said it restored the record, but it was not in its module when it was looked "
        "up twice afterwards.",
        "[resolve] looks where it is now. [undo] does so too, and restores it if it is still "
        "in the Recycle Bin.",
        Trait.ASKED_BACK | Trait.MAYBE_BACK,
        (
            "is NOT BACK in its module although Zoho called it restored.",
            "are NOT BACK in their module although Zoho called them restored.",
        ),
    )
    NOT_RESTORED = Row(
        "NOT_RESTORED",
        "not restored",
        "Zoho did not restore the record; it is still in the Recycle Bin.",
        "Read Zoho's message. Administrators can restore any record, others only what they "
        "deleted themselves. [undo] tries again.",
        Trait.ASKED_BACK,
    )
    BINNED = Row(
        "BINNED",
        "in the Recycle Bin",
        "The record was found in the Recycle Bin: somebody had deleted it, as the message says.",
        "[undo] restores it, as long as this deletion is the last one.",
    )
    NOT_AS_SHOWN = Row(
        "NOT_AS_SHOWN",
        "deleted again since",
        "The record is in the Recycle Bin, but by another deletion than the one you confirmed: it "
        "was restored and deleted again since.",
        "Not restored. Look it up again from a new list, or restore it in Zoho CRM.",
    )
    NOT_THIS_RUN = Row(
        "NOT_THIS_RUN",
        "not deleted by this run",
        "The record is in the Recycle Bin, but not because of this run: it was restored and "
        "deleted again, or this machine's clock was wrong.",
        "Not restored. To get it back, restore it in Zoho CRM's Recycle Bin.",
    )
    ANOTHER_TIME = Row(
        "ANOTHER_TIME",
        "deleted at another time",
        "The record is in the Recycle Bin, deleted by the user of this run, but not at the time "
        "when the run asked for it. Either this machine's clock was wrong, or the record was "
        "restored and deleted again.",
        "Not restored. Compare the times in the journal with the bin's; to get it back, restore it "
        "in Zoho CRM's Recycle Bin.",
    )

    # Of answers to reads, from which nothing is concluded.
    FOREIGN_ROWS = _unusable(found.FOREIGN_ROWS, "has records that were not asked for")
    UNREADABLE_IDS = _unusable(found.UNREADABLE_IDS, "has a row whose id cannot be read")
    ROWS_TWICE = _unusable(found.ROWS_TWICE, "has a record twice")
    NOT_ALL_ROWS = _unusable(found.NOT_ALL_ROWS, "does not say that it is complete")


_TRAITS: Mapping[str, Trait] = {code.value: code.traits for code in Code} | OF_ZOHO


def traits(code: str) -> Trait:
    """Tell what a code means beside its words, be it ours or Zoho's."""
    return _TRAITS.get(code, Trait.NONE)


def ours(code: str) -> Code | None:
    """Return the row of a code; None if it is none of ours."""
    return Code.__members__.get(code)


def brief(code: str) -> str:
    """Say in a few words what records with a code are, be it ours or Zoho's; else the code."""
    known = ours(code)
    return known.brief if known else advice.brief(code)
