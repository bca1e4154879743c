"""What each of Zoho's codes means and what an admin can do about it, as data.

Source: the seed page, "Possible Errors"; zoho-api.md, "Per-record codes",
"Whole-request errors" and "Exceeded → HTTP 429".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

COMMAND = re.compile(r"\[([a-z_]+)\]")
"""A command in a sentence, as `[undo]`: the screen puts the key in force in its place."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Two or three sentences for the detail panel."""

    meaning: str
    """What happened."""
    remedy: str
    """What to do next."""

    @property
    def in_a_file(self) -> str:
        """What to do next, where no key is in force: the commands are named."""
        return COMMAND.sub(lambda found: found[1].replace("_", " "), self.remedy)


_ADVICE: dict[tuple[str, str], Advice] = {
    ("SUCCESS", ""): Advice(
        "Zoho deleted the record.",
        "Nothing to do. In most modules it stays in the Recycle Bin for 60 days, with its "
        "notes and attachments; [undo] restores the run's records.",
    ),
    ("INVALID_DATA", ""): Advice(
        "Zoho found no such record to delete. It says the same of records that are already "
        "deleted, never existed, belong to another module or org, or are hidden from your "
        "user.",
        "Open the record in Zoho CRM. If it is in the Recycle Bin, nothing is left to do. If "
        "it belongs to another module, choose that module. Check that the list comes from "
        "this org.",
    ),
    ("INVALID_DATA", "wrong format"): Advice(
        "Zoho could not read this value as a record id.",
        "Check the id against the record's page in Zoho CRM; the file it came from may be damaged.",
    ),
    ("UNABLE_TO_PARSE_DATA_TYPE", ""): Advice(
        "Zoho could not read one of the values in the request, so it deleted none of the "
        "request's records.",
        "Check the ids of this batch for damage, take out the bad one and delete the rest again.",
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
        "The record is waiting for approval, or Zia rejected one of its images.",
        "Approve or reject the record first; if an image was rejected, delete the image and "
        "submit the record again. Then retry.",
    ),
    ("INVALID_MODULE", ""): Advice(
        "Zoho does not know this module for your user: the name is wrong, the module was removed, "
        "or your profile has no tab permission for it.",
        "Choose the module again from the list, or ask an administrator for the tab permission.",
    ),
    ("INVALID_MODULE", "not supported"): Advice(
        "This module cannot be used through Zoho's API (like Documents and Projects).",
        "Delete these records in Zoho's web interface.",
    ),
    ("NOT_SUPPORTED", ""): Advice(
        "Zoho's API does not support this for the module.",
        "Delete these records in Zoho's web interface.",
    ),
    ("API_NOT_SUPPORTED", ""): Advice(
        "Zoho does not offer this version of its API for the module.",
        "Delete these records in Zoho's web interface, and report this to zohotui's developers.",
    ),
    ("INVALID_URL_PATTERN", ""): Advice(
        "Zoho does not know the address of the request.",
        "Check the API address in settings.toml or the environment. A proxy may also have "
        "changed it.",
    ),
    ("INVALID_REQUEST_METHOD", ""): Advice(
        "Zoho did not accept the HTTP method of the request.",
        "A proxy may have changed it. Try without the proxy.",
    ),
    ("OAUTH_SCOPE_MISMATCH", ""): Advice(
        "The access token lacks the scope that this needs.",
        "Sign in again with ZohoCRM.modules.ALL, or with .READ and .DELETE for the module, "
        "like ZohoCRM.modules.leads.DELETE. A module is written as its API name in small "
        "letters without _: salesorders, pricebooks; all custom modules as custom.",
    ),
    ("INVALID_TOKEN", ""): Advice(
        "Zoho does not accept the access token: it has expired, was revoked, or belongs to "
        "another data centre.",
        "Sign in again, and check the data centre. Nothing in this batch was deleted.",
    ),
    ("AUTHENTICATION_FAILURE", ""): Advice(
        "No usable access token reached Zoho.",
        "Sign in again. Nothing in this batch was deleted.",
    ),
    ("NO_PERMISSION", ""): Advice(
        "Your Zoho profile does not allow you to delete these records.",
        "Ask an administrator for the Delete permission on this module.",
    ),
    ("AUTHORIZATION_FAILED", ""): Advice(
        "Your Zoho user does not have the privilege to delete these records.",
        "Ask an administrator for the privilege, or let the owner delete them.",
    ),
    ("REQUIRED_PARAM_MISSING", ""): Advice(
        "Zoho found no ids in the request.",
        "A proxy may cut long addresses. Try a smaller batch size, or no proxy.",
    ),
    ("LIMIT_EXCEEDED", ""): Advice(
        "The request was larger than Zoho accepts, so it deleted none of its records.",
        "Use a smaller batch size (--batch-size 50) and retry.",
    ),
    ("MANDATORY_NOT_FOUND", ""): Advice(
        "Something was missing in the request, so Zoho deleted none of its records.",
        "A proxy may cut long addresses. Try a smaller batch size, or no proxy.",
    ),
    ("PATTERN_NOT_MATCHED", ""): Advice(
        "Zoho did not accept the format of a value, so it deleted none of the request's records.",
        "Check the ids of this batch for damage, take out the bad one and delete the rest again.",
    ),
    ("LICENSE_LIMIT_EXCEEDED", ""): Advice(
        "Your edition's licence does not allow this request.",
        "Ask the person who manages your Zoho subscription.",
    ),
    ("FEATURE_NOT_SUPPORTED", ""): Advice(
        "Your edition of Zoho CRM does not have this feature.",
        "Delete these records in Zoho's web interface.",
    ),
    ("TOO_MANY_REQUESTS", ""): Advice(
        "Too many requests at once, or the org's API credits of the last 24 hours are used up; "
        "Zoho does not say which.",
        "Wait some minutes. If it still happens, the day's credits are used up: go on tomorrow.",
    ),
    ("INTERNAL_ERROR", ""): Advice(
        "Zoho failed while it processed the request. The record may or may not be deleted.",
        "Do not delete it again before you know. zohotui looks it up at the end of the run; "
        "[resolve] does so at any later time. If it keeps happening, ask Zoho's support.",
    ),
    ("SCHEDULED", ""): Advice(
        "Zoho will restore the record later, because more than 1,000 records are being "
        "restored at once, notes and attachments included. It is not back yet, as far as "
        "zohotui has seen.",
        "Wait some minutes, then look again with [resolve].",
    ),
}

_UNLISTED = Advice(
    "Zoho refused to delete the record, with a code that zohotui does not know.",
    "Read Zoho's message and the raw answer below. The record should be untouched.",
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


_BRIEF = {
    "SUCCESS": "Zoho says so",
    "INVALID_DATA": "Zoho finds no such record",
    "RECORD_LOCKED": "locked",
    "NOT_APPROVED": "waiting for approval",
    "NO_PERMISSION": "you may not do this",
    "AUTHORIZATION_FAILED": "you may not do this",
    "INTERNAL_ERROR": "error in Zoho",
    "INVALID_MODULE": "no such module for you",
    "LICENSE_LIMIT_EXCEEDED": "licence limit reached",
    "SCHEDULED": "restore is scheduled",
}
"""The codes of single records; others are so rare that their names tell more."""


def brief(code: str) -> str:
    """Say in a few words what a code of Zoho's means; a code that is not in the table stays."""
    return _BRIEF.get(code, code)


def all_advice() -> Iterator[tuple[str, str, Advice]]:
    """Give each code with the words that tell it apart (mostly none), and what is said of it."""
    for (code, hint), words in _ADVICE.items():
        yield code, hint, words


def advised_codes() -> frozenset[str]:
    """Every code that has words of its own."""
    return frozenset(code for code, _ in _ADVICE)
