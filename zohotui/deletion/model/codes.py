"""The codes of ours: what we say of an id where Zoho gave no code, or reading told more.

One row a code: what it means for an admin, what to do, and what it means for the program, which
is told by its traits. The predicates of outcome.py read them, together with the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import Self

from zohotui.zoho import answers, found
from zohotui.zoho.advice import Advice
from zohotui.zoho.restoring import SCHEDULED


class Trait(Flag):
    """What a code means beside its words."""

    NONE = 0
    DOUBTFUL = auto()
    """Its words say that nothing is certain, so they hold where the fate is unknown."""
    OPEN = auto()
    """Of what failed: reading may tell more."""
    ANSWER_LOST = auto()
    """The answer to the delete was lost, so what is in the Recycle Bin may be this run's doing."""
    UNPROVEN = auto()
    """Looking again may tell more of what Zoho called deleted."""
    SURPRISE = auto()
    """A record that was found ready did not simply go, whatever its state is called."""
    ALARM = auto()
    """The record is away, and Zoho has not told the truth of it."""
    DONE_WITH = auto()
    """A plan leaves it out and nothing is left to do: an admin did not want it to go, or there is
    no such record."""
    NEVER_RETRIED = auto()
    """A retry leaves it: it was deleted and is back, and somebody may have meant that."""
    NEVER_RELEASED = auto()
    """It is held for what no reason of an admin overrules."""
    ASKED_BACK = auto()
    """An undo has asked for it, even if Zoho said no."""
    MAYBE_BACK = auto()
    """An undo has asked for it, and it may be back by now or not."""
    COMPARED = auto()
    """What was restored has been compared with its saved copy, as far as there is one."""
    DIFFERENT = auto()
    """And it is not as it was saved."""


_OF_ZOHO = {
    "INTERNAL_ERROR": Trait.DOUBTFUL,
    "INVALID_DATA": Trait.OPEN,
    SCHEDULED: Trait.ASKED_BACK | Trait.MAYBE_BACK,
}
"""Codes of Zoho's own from which more follows than the state of the id; words: zoho/advice.py."""

_LOST = (
    (
        "The request left, but no answer came that tells what happened to this record. It may or "
        "may not be deleted."
    ),
    (
        "Do not delete it again blindly: it is looked up at the end of the run, and by "
        "[resolve] at any later time."
    ),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the table; see Code."""

    code: str
    meaning: str
    remedy: str
    traits: Trait = Trait.NONE
    astray: tuple[str, str] | None = None


class Code(StrEnum):
    """A code of ours: it is the text that stands in an outcome and in the journal."""

    advice: Advice
    """What it means and what to do."""
    traits: Trait
    astray: tuple[str, str] | None
    """What must be shouted of one record and of several with it, as the end of a sentence; None
    for records that are where they should be by Zoho's word."""

    def __new__(cls, row: _Row) -> Self:
        """Make a code of its row."""
        code = str.__new__(cls, row.code)
        code._value_ = row.code
        code.advice = Advice(row.meaning, row.remedy)
        code.traits = row.traits
        code.astray = row.astray
        return code

    # Of the answer to a delete, and of a run.
    CONTRADICTION = _Row(
        answers.CONTRADICTION,
        "Zoho's answer named this record twice and said different things.",
        "It is looked up at the end of the run, and by [resolve] at any later time.",
        Trait.DOUBTFUL,
    )
    NO_ANSWER = _Row("NO_ANSWER", *_LOST, Trait.DOUBTFUL)
    JOURNAL_CUT_SHORT = _Row("JOURNAL_CUT_SHORT", *_LOST)
    NOT_SENT = _Row(
        "NOT_SENT",
        "The run ended before this id's turn; no request carried it to Zoho, or Zoho turned the "
        "request away before acting.",
        "The record is untouched. [retry] puts it into a new run together with what failed.",
    )

    # Of looking up what is in doubt.
    FOUND_IN_BIN = _Row(
        "FOUND_IN_BIN",
        "The answer to the delete was lost, but the record lies in the Recycle Bin, deleted by "
        "your user at the time of the request.",
        "Nothing to do: it is deleted, as was asked for.",
    )
    GONE = _Row(
        "GONE",
        "No such record is left in this module for your user: it was read afterwards and is not "
        "there.",
        "Nothing to do if it was to go. If it should exist, look at the module, the org and what "
        "your user may see.",
    )
    STILL_THERE = _Row(
        "STILL_THERE",
        "The answer to the delete was lost, and the record was still there when it was read "
        "afterwards.",
        "Zoho has most likely not acted on it. [resolve] looks once more; [retry] puts it into a "
        "new run with what failed.",
        Trait.OPEN | Trait.ANSWER_LOST,
    )

    # Of a review.
    TAKEN_OUT = _Row(
        "TAKEN_OUT",
        "You took it out of the list: it is not deleted with the others.",
        "Nothing to do; [take_out] puts it back into the list.",
        Trait.DONE_WITH,
    )
    CONVERTED = _Row(
        "CONVERTED",
        "The lead was converted. Deleting it leaves the contact, the account and the deal that "
        "were made of it, but takes away where they came from.",
        "Nothing to do if that is meant; else take the id out of the list.",
    )
    LOCKED = _Row(
        "LOCKED",
        "The record is locked by a record locking rule or by a user, so Zoho would refuse it.",
        "Unlock it in Zoho CRM, or ask the person who locked it, then review again.",
    )
    IN_APPROVAL = _Row(
        "IN_APPROVAL",
        "The record waits in an approval or review process, so Zoho would refuse it.",
        "Approve or reject the record in Zoho CRM, then review again.",
    )
    IN_MERGE = _Row(
        "IN_MERGE",
        "The record is being merged with another one.",
        "Wait until the merge is done, usually minutes, then review again.",
    )
    NOT_EDITABLE = _Row(
        "NOT_EDITABLE",
        "Zoho says that your user cannot change this record: it is locked, an image of it is "
        "being checked, or it is only shared with you to read.",
        "Look at the record in Zoho CRM. If it should go all the same, release it with a reason; "
        "Zoho will have the last word.",
    )
    CHANGED = _Row(
        "CHANGED",
        "The record was changed after it was reviewed, so it is no longer what you looked at.",
        "Look at it again, then review again; or release it with a reason.",
    )
    PROTECTED = _Row(
        "PROTECTED",
        "A guard of this profile protects the record: its id, owner, tag or what a field holds.",
        "Take the id out of the list. If it should go all the same, release it with a reason, "
        "which is kept in the journal.",
    )
    OTHER_ORG_PREFIX = _Row(
        "OTHER_ORG_PREFIX",
        "The id begins otherwise than those of this org, so the list may come from another org.",
        "Check where the list comes from, and that the profile is of the right org and "
        "environment.",
    )
    WRONG_MODULE = _Row(
        "WRONG_MODULE",
        "The id came in an address of another module than the chosen one, so another record may be "
        "meant. It was not read, stays out of the delete and cannot be released.",
        "Choose the module that the address names, or take the address out of the list. If the "
        "record is of the chosen module all the same, enter the id alone.",
        Trait.NEVER_RELEASED,
    )
    OTHER_ORG = _Row(
        "OTHER_ORG",
        "The id came in an address of another org, environment or data centre than the open one. "
        "It was not read, stays out of the delete and cannot be released.",
        "Open the org that the address names and delete it there, or take the address out of the "
        "list. If you are sure that the record is of this org, enter the id alone.",
        Trait.NEVER_RELEASED,
    )
    RELEASED = _Row(
        "RELEASED",
        "The record was held, and somebody released it; the reason goes into the journal.",
        "Nothing to do: it goes when you delete.",
    )
    ALREADY_BINNED = _Row(
        "ALREADY_BINNED",
        "The record is in the Recycle Bin already.",
        "Nothing to do if it was to go.",
        Trait.DONE_WITH,
    )
    OTHER_MODULE = _Row(
        "OTHER_MODULE",
        "There is a record with this id, but in another module.",
        "Choose that module, and review again, if that record is meant.",
    )
    MISSING = _Row(
        "MISSING",
        "Zoho shows your user no such record in this module: it was deleted for good, never "
        "existed, belongs to another module or org, or is not for your user to see.",
        "Check that module, org and list belong together. Nothing is sent for this id.",
        Trait.DONE_WITH,
    )

    # Of verifying.
    IN_BIN = _Row(
        "IN_BIN",
        "The record lies in the Recycle Bin: it is deleted.",
        "Nothing to do. [undo] brings back what this run deleted, as long as it lies there.",
    )
    ABSENT = _Row(
        "ABSENT",
        "The record is not in its module any more. That is all that could be seen: the module has "
        "no Recycle Bin, or it could not be looked into.",
        "Nothing to do. To look into the bin takes the scope ZohoCRM.settings.recycle_bin.READ.",
    )
    STILL_THERE_AFTER_SUCCESS = _Row(
        "STILL_THERE_AFTER_SUCCESS",
        "Zoho said that it deleted the record, but the record is in its module. Somebody may have "
        "restored it since, Zoho may show the delete late, or its answer was not true.",
        "After some minutes [resolve] looks once more. If it stays, open the record in Zoho CRM "
        "and look at its timeline before deleting it again. If nobody restored it, ask Zoho's "
        "support.",
        Trait.SURPRISE | Trait.UNPROVEN | Trait.NEVER_RETRIED,
        (
            "is STILL THERE although Zoho called it deleted.",
            "are STILL THERE although Zoho called them deleted.",
        ),
    )
    NOT_IN_BIN = _Row(
        "NOT_IN_BIN",
        "The record is neither in its module nor in the Recycle Bin. The bin may have been "
        "emptied, its 60 days may be over, or your user may not see it there.",
        "Ask an administrator to look for it. What has left the bin cannot be brought back.",
        Trait.SURPRISE,
        (
            "is NEITHER in the module NOR in the Recycle Bin.",
            "are NEITHER in the module NOR in the Recycle Bin.",
        ),
    )
    BINNED_BEFORE = _Row(
        "BINNED_BEFORE",
        "Zoho said that it deleted the record, but it had been in the Recycle Bin before this run "
        "asked for it. So it is deleted, but by these times not by this run.",
        "Look at the record in Zoho CRM's Recycle Bin: who deleted it, and when. [undo] leaves it "
        "there. If this machine's clock was wrong, compare the times in the journal with the "
        "bin's.",
        Trait.SURPRISE | Trait.ALARM,
        (
            "was in the Recycle Bin BEFORE this run asked for it.",
            "were in the Recycle Bin BEFORE this run asked for them.",
        ),
    )

    # Of an undo, and of what was restored and compared with its saved copy.
    RESTORING = _Row(
        "RESTORING",
        "Zoho was asked to restore the record, and no answer is known that tells what came of it.",
        "[resolve] looks where it is now; [undo] does so too, and asks for it again if it is in "
        "the bin.",
        Trait.ASKED_BACK | Trait.MAYBE_BACK,
    )
    SEEN_BACK = _Row(
        "SEEN_BACK",
        "The record was asked to be restored, and it was seen in its module afterwards.",
        "Nothing to do. Workflows that ran when it was deleted are not undone.",
    )
    THERE_ALREADY = _Row(
        "THERE_ALREADY",
        "The record was in its module when it was looked for: somebody, or an earlier try, had "
        "restored it.",
        "Nothing to do: it is back.",
    )
    AS_SAVED = _Row(
        "AS_SAVED",
        "The record is back, and every field that was saved is as it was before it went, but for "
        "what a restore may change by itself.",
        "Nothing to do. Workflows that ran when it was deleted are not undone.",
        Trait.COMPARED,
    )
    DIFFERS = _Row(
        "DIFFERS",
        "The record is back, but not all of it is as it was saved: a workflow rule, a colleague or "
        "the restore has changed it, or a record that it points to is gone.",
        "[differences] shows what was saved and what is there now. Set it right in Zoho CRM "
        "where it matters.",
        Trait.COMPARED | Trait.DIFFERENT,
    )
    NO_COPY = _Row(
        "NO_COPY",
        "The record is back, but no copy of it was saved before it went, so nobody can tell "
        "whether each field is as it was.",
        "Look at the record in Zoho CRM if that matters.",
        Trait.COMPARED,
    )
    NOT_BACK = _Row(
        "NOT_BACK",
        "Zoho called the record restored, but it was not in its module when it was read "
        "afterwards, twice.",
        "[resolve] looks where it is now; [undo] does so too, and asks for it again if it is in "
        "the bin.",
        Trait.ASKED_BACK | Trait.MAYBE_BACK,
        (
            "is NOT BACK in its module although Zoho called it restored.",
            "are NOT BACK in their module although Zoho called them restored.",
        ),
    )
    NOT_RESTORED = _Row(
        "NOT_RESTORED",
        "Zoho did not restore the record; it still lies in the Recycle Bin.",
        "Read Zoho's message. Administrators may restore any record, others only what they "
        "deleted themselves. [undo] tries again.",
        Trait.ASKED_BACK,
    )
    NOT_THIS_RUN = _Row(
        "NOT_THIS_RUN",
        "The record lies in the Recycle Bin, but not because of this run: somebody restored it "
        "and it was deleted again, or this machine's clock was wrong.",
        "Not restored. To get it back, restore it in Zoho CRM's Recycle Bin.",
    )
    ANOTHER_TIME = _Row(
        "ANOTHER_TIME",
        "The record is in the Recycle Bin, deleted by the user of this run, but not at the time "
        "when the run asked for it. Either this machine's clock was wrong, or the record was "
        "restored and deleted again.",
        "Not restored. Compare the times in the journal with the bin's; to get it back, restore it "
        "in Zoho CRM's Recycle Bin.",
    )

    # Of answers to reads, from which nothing is concluded.
    FOREIGN_ROWS = _Row(
        found.FOREIGN_ROWS,
        "Zoho's answer to a read holds records that were not asked for.",
        "Nothing is concluded from it. Look again later; if it stays so, ask Zoho's support.",
    )
    UNREADABLE_IDS = _Row(
        found.UNREADABLE_IDS,
        "Zoho's answer to a read holds a row whose id cannot be read.",
        "Nothing is concluded from it. Look again later; if it stays so, ask Zoho's support.",
    )
    ROWS_TWICE = _Row(
        found.ROWS_TWICE,
        "Zoho's answer to a read holds a record twice.",
        "Nothing is concluded from it. Look again later; if it stays so, ask Zoho's support.",
    )
    NOT_ALL_ROWS = _Row(
        found.NOT_ALL_ROWS,
        "Zoho's answer to a read does not say that it is complete.",
        "Nothing is concluded from it. Look again later; if it stays so, ask Zoho's support.",
    )


_TRAITS: Mapping[str, Trait] = {code.value: code.traits for code in Code} | _OF_ZOHO


def traits(code: str) -> Trait:
    """Tell what a code means beside its words, be it ours or Zoho's."""
    return _TRAITS.get(code, Trait.NONE)


def ours(code: str) -> Code | None:
    """Return the row of a code; None if it is none of ours."""
    return Code.__members__.get(code)
