"""The kinds of a journal's lines, each by the key that it begins with, and what the line says."""

from __future__ import annotations

LINE_KINDS = {
    "journal": "The first line: the confirmed plan with all its ids, and what it leaves out of "
    "the list and why. listings: the view, query or external field in Zoho that the ids were "
    "read from, each with its value, and the values without a record. A module followed by a "
    "field, Leads.ERP_No: values were sent, and the ids are their numbers in the list. A module "
    "followed by :restore: nothing is deleted, and deletions are those by others that are undone. "
    "handed: the plan that the run was opened from (--plan), and who wrote it.",
    "released": "The held records that were released, each with the reason.",
    "saved": "The name of the file with the copies of the records.",
    "sending": "Before a request is sent: the batch's number, and which of the plan's ids are "
    "in it (start counts from 0). by: the id of the user who sends it, where that is not, "
    "or may not be, the user who confirmed the run.",
    "landed": "After its answer: the batch's ids, by what Zoho said.",
    "returned": "The batch changed nothing, and why that is certain. A batch without landed or "
    "returned is unknown.",
    "braked": "Why the run paused itself.",
    "cut_off": "What ended the program in the middle of a run or an undo: line, signal or screen.",
    "resumed": "The run was continued. said_right: why its ids look rounded, if the admin said "
    "they are right.",
    "resolved": "What a look-up found for ids whose outcome was unknown.",
    "verified": "What a look-up found for deleted ids.",
    "finished": "The end of the run, and the sums.",
    "restoring": "Before a request to restore is sent: its ids.",
    "restored": "The result of an undo, by id.",
    "compared": "Whether each restored record is like its saved copy, and which fields differ; "
    "without values.",
}

LINE_KEYS = {
    "at": "When the line was written, by this machine's clock, in UTC.",
    "home": "The machine and the file in which the run began or was continued.",
    "skew": "Seconds by which this machine's clock was ahead of Zoho's (behind, if negative).",
    "skew_within": "By how many seconds that may be wrong.",
    "chain": "The SHA-256 of this line and of the chain of the line before; "
    "zohotui --verify-journal FILE checks it.",
}
"""Keys that any line may have beside what it is for."""
