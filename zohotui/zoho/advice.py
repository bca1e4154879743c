"""What each of Zoho's codes means and what an admin can do about it, as data.

Source: the seed page, "Possible Errors"; zoho-api.md, "Per-record codes",
"Whole-request errors" and "Exceeded → HTTP 429".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """Two or three sentences for the detail panel."""

    meaning: str
    """What happened."""
    remedy: str
    """What to do next."""


_ADVICE: dict[tuple[str, str], Advice] = {
    ("SUCCESS", ""): Advice(
        "Zoho deleted the record.",
        "Nothing to do. In most modules it lies in the Recycle Bin for 60 days, together with "
        "its notes and attachments; u brings the run's records back.",
    ),
    ("INVALID_DATA", ""): Advice(
        "Zoho found no such record to delete. It says so for records that are already deleted, "
        "that never existed, that belong to another module or org, and that your user may not "
        "see.",
        "Open the id in Zoho CRM. If it is in the Recycle Bin there is nothing left to do; if it "
        "belongs to another module, choose that module; check that the list comes from this org.",
    ),
    ("INVALID_DATA", "wrong format"): Advice(
        "Zoho could not read this value as a record id.",
        "Check the id against the record's page in Zoho CRM; the file it came from may be damaged.",
    ),
    ("UNABLE_TO_PARSE_DATA_TYPE", ""): Advice(
        "Zoho could not read one of the values in the request, so it deleted none of its records.",
        "Check the ids of this batch for damage, take out the odd one and delete the rest again.",
    ),
    ("RECORD_LOCKED", ""): Advice(
        "The record is locked: by record locking, by Zia's image check, or because it is being "
        "merged.",
        "Wait until the image check or the merge is done, or unlock the record, then retry.",
    ),
    ("RECORD_LOCKED", "record_locking"): Advice(
        "The record is locked by a record locking rule or by a user.",
        "Unlock it in Zoho CRM, or ask the person who locked it, then retry.",
    ),
    ("RECORD_LOCKED", "zia_vision_processing"): Advice(
        "Zia is still checking an image of this record.",
        "Wait until the image check is done, usually minutes, then retry.",
    ),
    ("NOT_APPROVED", ""): Advice(
        "The record waits in an approval process, or Zia rejected one of its images.",
        "Approve or reject the record first; if an image was rejected, delete the image and "
        "submit the record again. Then retry.",
    ),
    ("INVALID_MODULE", ""): Advice(
        "Zoho does not know this module for your user: the name is wrong, the module was removed, "
        "or your profile has no tab permission for it.",
        "Choose the module again from the list, or ask an administrator for the tab permission.",
    ),
    ("INVALID_MODULE", "not supported"): Advice(
        "Zoho's API does not reach this module (Documents and Projects are such modules).",
        "Delete these records in Zoho's web interface.",
    ),
    ("NOT_SUPPORTED", ""): Advice(
        "Zoho's API does not support this for the module.",
        "Delete these records in Zoho's web interface.",
    ),
    ("API_NOT_SUPPORTED", ""): Advice(
        "Zoho does not serve this version of its API for the module.",
        "Delete these records in Zoho's web interface, and report it to zohotui's developers.",
    ),
    ("INVALID_URL_PATTERN", ""): Advice(
        "Zoho does not know the address of the request.",
        "Check the address that the session was opened with; a proxy on the way may also have "
        "changed it.",
    ),
    ("INVALID_REQUEST_METHOD", ""): Advice(
        "Zoho did not accept the HTTP method of the request.",
        "A proxy on the way may have changed it; try without the proxy.",
    ),
    ("OAUTH_SCOPE_MISMATCH", ""): Advice(
        "The access token was made without the scope that this needs.",
        "Sign in again with ZohoCRM.modules.ALL, or ZohoCRM.modules.{module}.DELETE and .READ "
        "for the module.",
    ),
    ("INVALID_TOKEN", ""): Advice(
        "Zoho does not know the access token: it has expired, was revoked, or belongs to another "
        "data centre.",
        "Sign in again, and look at the data centre there. Nothing of this batch was deleted.",
    ),
    ("AUTHENTICATION_FAILURE", ""): Advice(
        "No usable access token reached Zoho.",
        "Sign in again. Nothing of this batch was deleted.",
    ),
    ("NO_PERMISSION", ""): Advice(
        "Your Zoho profile does not let you delete these records.",
        "Ask an administrator for the Delete permission on this module.",
    ),
    ("AUTHORIZATION_FAILED", ""): Advice(
        "Your Zoho user does not have the privilege to delete these records.",
        "Ask an administrator for the privilege, or let the owner delete them.",
    ),
    ("REQUIRED_PARAM_MISSING", ""): Advice(
        "Zoho found no ids in the request.",
        "A proxy on the way may cut long addresses; try a smaller batch size or no proxy.",
    ),
    ("LIMIT_EXCEEDED", ""): Advice(
        "The request was larger than Zoho accepts, so it deleted none of its records.",
        "Use a smaller batch size (--batch-size 50) and retry.",
    ),
    ("MANDATORY_NOT_FOUND", ""): Advice(
        "Zoho missed something in the request, so it deleted none of its records.",
        "A proxy on the way may cut long addresses; try a smaller batch size or no proxy.",
    ),
    ("PATTERN_NOT_MATCHED", ""): Advice(
        "Zoho did not accept the form of a value, so it deleted none of the request's records.",
        "Check the ids of this batch for damage, take out the odd one and delete the rest again.",
    ),
    ("LICENSE_LIMIT_EXCEEDED", ""): Advice(
        "Your edition's licence does not allow this request.",
        "Ask whoever manages the Zoho subscription.",
    ),
    ("FEATURE_NOT_SUPPORTED", ""): Advice(
        "Your edition of Zoho CRM does not have this feature.",
        "Delete these records in Zoho's web interface.",
    ),
    ("TOO_MANY_REQUESTS", ""): Advice(
        "Too many requests at once, or the org's API credits of the last 24 hours are used up; "
        "Zoho does not say which.",
        "Wait some minutes. If it stays so, the day's credits are gone: go on tomorrow.",
    ),
    ("INTERNAL_ERROR", ""): Advice(
        "Zoho failed while it worked on the request. The record may or may not be deleted.",
        "Do not delete it again blindly: it is looked up at the end of the run, and by y at any "
        "later time. If it goes on, ask Zoho's support.",
    ),
    ("CONTRADICTION", ""): Advice(
        "Zoho's answer named this record twice and said different things.",
        "It is looked up at the end of the run, and by y at any later time.",
    ),
    ("NO_ANSWER", ""): Advice(
        "The request left, but no answer came that tells what happened to this record. It may or "
        "may not be deleted.",
        "Do not delete it again blindly: it is looked up at the end of the run, and by y at any "
        "later time.",
    ),
    ("FOUND_IN_BIN", ""): Advice(
        "The answer to the delete was lost, but the record lies in the Recycle Bin, deleted by "
        "your user at the time of the request.",
        "Nothing to do: it is deleted, as was asked for.",
    ),
    ("GONE", ""): Advice(
        "No such record is left in this module for your user: it was read afterwards and is not "
        "there.",
        "Nothing to do if it was to go. If it should exist, look at the module, the org and what "
        "your user may see.",
    ),
    ("STILL_THERE", ""): Advice(
        "The answer to the delete was lost, and the record was still there when it was read "
        "afterwards.",
        "Zoho has most likely not acted on it. y looks once more; r puts it into a new run with "
        "what failed.",
    ),
    ("READY", ""): Advice(
        "The review read the record, and nothing that can be seen speaks against deleting it.",
        "Nothing to do: it goes when you delete.",
    ),
    ("TAKEN_OUT", ""): Advice(
        "You took it out of the list: it is not deleted with the others.",
        "Nothing to do; x puts it back into the list.",
    ),
    ("CONVERTED", ""): Advice(
        "The lead was converted. Deleting it leaves the contact, the account and the deal that "
        "were made of it, but takes away where they came from.",
        "Nothing to do if that is meant; else take the id out of the list.",
    ),
    ("LOCKED", ""): Advice(
        "The record is locked by a record locking rule or by a user, so Zoho would refuse it.",
        "Unlock it in Zoho CRM, or ask the person who locked it, then review again.",
    ),
    ("IN_APPROVAL", ""): Advice(
        "The record waits in an approval or review process, so Zoho would refuse it.",
        "Approve or reject the record in Zoho CRM, then review again.",
    ),
    ("IN_MERGE", ""): Advice(
        "The record is being merged with another one.",
        "Wait until the merge is done, usually minutes, then review again.",
    ),
    ("NOT_EDITABLE", ""): Advice(
        "Zoho says that your user cannot change this record: it is locked, an image of it is "
        "being checked, or it is only shared with you to read.",
        "Look at the record in Zoho CRM. If it should go all the same, release it with a reason; "
        "Zoho will have the last word.",
    ),
    ("CHANGED", ""): Advice(
        "The record was changed after it was reviewed, so it is no longer what you looked at.",
        "Look at it again, then review again; or release it with a reason.",
    ),
    ("PROTECTED", ""): Advice(
        "A guard of this profile protects the record: its id, owner, tag or what a field holds.",
        "Take the id out of the list. If it should go all the same, release it with a reason, "
        "which is kept in the journal.",
    ),
    ("OTHER_ORG_PREFIX", ""): Advice(
        "The id begins otherwise than those of this org, so the list may come from another org.",
        "Check where the list comes from, and that the profile is of the right org and "
        "environment.",
    ),
    ("WRONG_MODULE", ""): Advice(
        "The id came in an address of another module than the chosen one, so another record may be "
        "meant. It was not read, stays out of the delete and cannot be released.",
        "Choose the module that the address names, or take the address out of the list. If the "
        "record is of the chosen module all the same, enter the id alone.",
    ),
    ("OTHER_ORG", ""): Advice(
        "The id came in an address of another org, environment or data centre than the open one. "
        "It was not read, stays out of the delete and cannot be released.",
        "Open the org that the address names and delete it there, or take the address out of the "
        "list. If you are sure that the record is of this org, enter the id alone.",
    ),
    ("RELEASED", ""): Advice(
        "The record was held, and somebody released it; the reason goes into the journal.",
        "Nothing to do: it goes when you delete.",
    ),
    ("ALREADY_BINNED", ""): Advice(
        "The record is in the Recycle Bin already.",
        "Nothing to do if it was to go.",
    ),
    ("OTHER_MODULE", ""): Advice(
        "There is a record with this id, but in another module.",
        "Choose that module, and review again, if that record is meant.",
    ),
    ("MISSING", ""): Advice(
        "Zoho shows your user no such record in this module: it was deleted for good, never "
        "existed, belongs to another module or org, or is not for your user to see.",
        "Check that module, org and list belong together. Nothing is sent for this id.",
    ),
    ("IN_BIN", ""): Advice(
        "The record lies in the Recycle Bin: it is deleted.",
        "Nothing to do. u brings back what this run deleted, as long as it lies there.",
    ),
    ("ABSENT", ""): Advice(
        "The record is not in its module any more. That is all that could be seen: the module has "
        "no Recycle Bin, or it could not be looked into.",
        "Nothing to do. To look into the bin takes the scope ZohoCRM.settings.recycle_bin.READ.",
    ),
    ("STILL_THERE_AFTER_SUCCESS", ""): Advice(
        "Zoho said that it deleted the record, but the record is in its module. Somebody may have "
        "restored it since, Zoho may show the delete late, or its answer was not true.",
        "After some minutes y looks once more. If it stays, open the record in Zoho CRM and look "
        "at its timeline before deleting it again. If nobody restored it, ask Zoho's support.",
    ),
    ("NOT_IN_BIN", ""): Advice(
        "The record is neither in its module nor in the Recycle Bin. The bin may have been "
        "emptied, its 60 days may be over, or your user may not see it there.",
        "Ask an administrator to look for it. What has left the bin cannot be brought back.",
    ),
    ("BINNED_BEFORE", ""): Advice(
        "Zoho said that it deleted the record, but it had been in the Recycle Bin before this run "
        "asked for it. It is away, and not by this run as far as the times tell.",
        "Look at the record in Zoho CRM's Recycle Bin: who deleted it, and when. u leaves it "
        "there. If this machine's clock was wrong, compare the times in the journal with the "
        "bin's.",
    ),
    ("RESTORING", ""): Advice(
        "Zoho was asked to restore the record, and no answer is known that tells what came of it.",
        "y looks where it is now; u does so too, and asks for it again if it is in the bin.",
    ),
    ("RESTORED", ""): Advice(
        "Zoho restored the record, together with its notes and attachments.",
        "Nothing to do. Workflows that ran when it was deleted are not undone.",
    ),
    ("SEEN_BACK", ""): Advice(
        "The record was asked to be restored, and it was seen in its module afterwards.",
        "Nothing to do. Workflows that ran when it was deleted are not undone.",
    ),
    ("THERE_ALREADY", ""): Advice(
        "The record was in its module when it was looked for: somebody, or an earlier try, had "
        "restored it.",
        "Nothing to do: it is back.",
    ),
    ("AS_SAVED", ""): Advice(
        "The record is back, and every field that was saved is as it was before it went, but for "
        "what a restore may change by itself.",
        "Nothing to do. Workflows that ran when it was deleted are not undone.",
    ),
    ("DIFFERS", ""): Advice(
        "The record is back, but not all of it is as it was saved: a workflow rule, a colleague or "
        "the restore has changed it, or a record that it points to is gone.",
        "w shows what was saved and what is there now. Set it right in Zoho CRM where it matters.",
    ),
    ("NO_COPY", ""): Advice(
        "The record is back, but no copy of it was saved before it went, so nobody can tell "
        "whether each field is as it was.",
        "Look at the record in Zoho CRM if that matters.",
    ),
    ("NOT_BACK", ""): Advice(
        "Zoho called the record restored, but it was not in its module when it was read "
        "afterwards, twice.",
        "y looks where it is now; u does so too, and asks for it again if it is in the bin.",
    ),
    ("SCHEDULED", ""): Advice(
        "Zoho restores the record later, because more than 1,000 records come back at once, notes "
        "and attachments included. It has not been seen yet.",
        "Wait some minutes, then y looks for it again.",
    ),
    ("NOT_RESTORED", ""): Advice(
        "Zoho did not restore the record; it still lies in the Recycle Bin.",
        "Read Zoho's message. Administrators may restore any record, others only what they "
        "deleted themselves. u tries again.",
    ),
    ("NOT_THIS_RUN", ""): Advice(
        "The record lies in the Recycle Bin, but not because of this run: somebody restored it "
        "and it was deleted again, or this machine's clock was wrong.",
        "It was left there. If it shall come back, restore it in Zoho CRM's Recycle Bin.",
    ),
    ("ANOTHER_TIME", ""): Advice(
        "The record lies in the Recycle Bin, deleted by the user of this run, but at another time "
        "than the run asked for it. Nobody can tell whether the run deleted it while "
        "this machine's clock was wrong, or it was restored and deleted again.",
        "It was left there. Compare the times in the journal with the bin's; if it shall come "
        "back, restore it in Zoho CRM's Recycle Bin.",
    ),
    ("NOT_SENT", ""): Advice(
        "The run ended before this id's turn; no request carried it to Zoho, or Zoho turned the "
        "request away before acting.",
        "The record is untouched. r puts it into a new run together with what failed.",
    ),
}

_UNLISTED = Advice(
    "Zoho refused to delete the record and gave a code that zohotui does not know.",
    "Read Zoho's message and the raw answer below; the record should be untouched.",
)


def advice(code: str, message: str = "", answer: str = "") -> Advice:
    """Find the words for a code, made more precise by the message or the raw answer.

    RECORD_LOCKED is told apart by `details.action`, not by its message, which misleads.
    """
    telling = f"{message.lower()} {answer}"
    for (known, hint), words in _ADVICE.items():
        if known == code and hint and hint in telling:
            return words
    return _ADVICE.get((code, ""), _UNLISTED)


def all_advice() -> Iterator[tuple[str, str, Advice]]:
    """Give each code with the words that tell it apart (mostly none), and what is said of it."""
    for (code, hint), words in _ADVICE.items():
        yield code, hint, words


def advised_codes() -> frozenset[str]:
    """Every code that has words of its own."""
    return frozenset(code for code, _ in _ADVICE)
