"""The options of the command line, and the topics that --explain knows."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import zohotui
from zohotui.zoho.limits import MOST_IDS, MOST_PARALLEL
from zohotui.zoho.printable import printable

TYPE_CHECKING = False
"""As in cli.py: typing is not read for --version."""

if TYPE_CHECKING:
    from typing import NoReturn

TOPICS = {
    "settings": "the keys of settings.toml",
    "scopes": "the scopes of a sign-in, and what does not work without each",
    "data-centres": "Zoho's data centres and their addresses",
    "lists": "where a list of ids can come from, and what is refused",
    "states": "the states of an id",
    "codes": "the codes of Zoho and of zohotui, and what to do",
    "journal": "the lines of a run's journal",
    "keys": "every key of the screen",
    "options": "the options of the command line",
    "exit-codes": "what zohotui returns to the shell",
}
"""What each topic is about."""


class _Parser(argparse.ArgumentParser):
    """Repeats no argument before it is made harmless."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with code 2."""
        super().error(printable(message, keep="\n"))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    options = _Parser(
        prog="zohotui",
        description="Delete Zoho CRM records by id, carefully, in a terminal.",
        epilog="Nothing is deleted before you type a sentence. Inside, ? shows every key.",
    )
    options.add_argument(
        "records",
        nargs="*",
        metavar="URL-OR-ID",
        help="record ids or addresses; an address also chooses the module",
    )
    options.add_argument("--demo", action="store_true", help="a practice org: no account needed")
    options.add_argument("--profile", default="", metavar="NAME", help="the org to open")
    options.add_argument("--module", default="", metavar="NAME", help="API name, like Leads")
    options.add_argument(
        "--ids", metavar="FILE", help="file with record ids; - reads standard input"
    )
    options.add_argument(
        "--external",
        default="",
        metavar="FIELD",
        help="--ids has values of this external field of --module, not ids",
    )
    options.add_argument(
        "--query", metavar="FILE", help="file with a COQL query for ids; - reads standard input"
    )
    options.add_argument(
        "--plan",
        metavar="FILE",
        help="open a plan that somebody wrote down, with its owners' list",
    )
    options.add_argument(
        "--keep",
        action="append",
        metavar="CSV",
        help="an owners' list that was filled in for --plan; more than once for several",
    )
    options.add_argument(
        "--reason", default="", metavar="TEXT", help="why, such as a ticket; the journal keeps it"
    )
    options.add_argument("--read-only", action="store_true", help="nothing can be deleted")
    options.add_argument(
        "--batch-size",
        type=_from_to(1, MOST_IDS),
        metavar="N",
        help="records per request, 1 to 100 (default: the profile's, or 100)",
    )
    options.add_argument(
        "--parallel",
        type=_from_to(1, MOST_PARALLEL),
        metavar="N",
        help="requests in parallel, 1 to 10 (default: the profile's, or 3)",
    )
    options.add_argument(
        "--low-bandwidth", action="store_true", help="repaint less often, for slow lines"
    )
    options.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    options.add_argument(
        "--verify-journal",
        metavar="FILE",
        help="say whether a run's journal is whole and unchanged; needs no terminal",
    )
    options.add_argument(
        "--explain",
        type=_topic,
        nargs="?",
        const="topics",
        metavar="TOPIC",
        help="print the reference for TOPIC, or list the topics; needs no terminal",
    )
    options.add_argument("--version", action="version", version=f"zohotui {zohotui.__version__}")
    return options


def _from_to(least: int, most: int) -> Callable[[str], int]:
    """Take a whole number between two others."""

    def number(text: str) -> int:
        if text.isascii() and text.isdigit() and least <= int(text[:9]) <= most:
            return int(text)
        wanted = f"must be a whole number from {least} to {most}"
        raise argparse.ArgumentTypeError(wanted)

    return number


def _topic(text: str) -> str:
    """Take the name of a topic, or "topics"."""
    if text in {"topics", *TOPICS}:
        return text
    from difflib import get_close_matches  # noqa: PLC0415 - not for --version

    near = get_close_matches(text.lower(), TOPICS, 1, 0.6)
    hint = f" Did you mean {near[0]}?" if near else ""
    known = ", ".join(TOPICS)
    wanted = f"{printable(text, 40)!r} is not a topic.{hint} Topics: {known}."
    raise argparse.ArgumentTypeError(wanted)
