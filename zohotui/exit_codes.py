"""The program's exit codes, and what each means."""

from __future__ import annotations

ALL_DONE = 0
LEFT_OVER = 1
USAGE = 2
FAULT = 70
HUNG_UP = 128 + 1  # And SIGHUP, as a shell tells it.
INTERRUPTED = 128 + 2  # And SIGINT; Python's own.

EXIT_CODES = {
    ALL_DONE: "Every id you asked for is deleted or gone, or you asked for none. Missing ids "
    "and rows you took out do not count.",
    LEFT_OVER: "Some ids were held, failed, are unknown, were not sent, were restored, or their "
    "restore is not confirmed; or a run paused itself and was not continued. Runs that you "
    "looked up or continued count too.",
    USAGE: "The command line or a setting is wrong; the message names it.",
    FAULT: "A fault in zohotui ended it. If a run was in progress, the last lines name its "
    "journal; fault.txt in the home folder says where it happened.",
    HUNG_UP: "The connection dropped, or the terminal was closed.",
    INTERRUPTED: "ctrl+c before the screen appeared.",
}
"""Of a session on the screen."""

VERIFY_CODES = {
    0: "--verify-journal: the journal is whole and unchanged.",
    1: "--verify-journal: it was changed, its receipt is behind or does not match, or this "
    "cannot be checked.",
    2: "--verify-journal: the file cannot be read, or is not a journal.",
}
"""Of --verify-journal, which opens no screen."""
