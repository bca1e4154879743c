"""Opens what may hold ids and tells text from everything else, each fault as a clear sentence."""

from __future__ import annotations

import codecs
import io
import os
import re
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from zohotui.deletion.ids.entry import begins_markup
from zohotui.zoho.printable import MARK, printable

STANDARD_INPUT = "standard input"
GREATEST_FILE = 2 << 30

_LONGEST_NAME = 80
_SIGNATURES = (
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel workbook (.xls), or one with a password",
        "Open it in a spreadsheet, save it as .xlsx without a password or as “CSV UTF-8”,",
    ),
    (b"%PDF", "a PDF", "Export the records as CSV"),
    (b"\x1f\x8b", "compressed (gzip)", "Unpack it"),
    (b"BZh", "compressed (bzip2)", "Unpack it"),
    (b"\xfd7zXZ", "compressed (xz)", "Unpack it"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)", "Unpack it"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it"),
    (b"SQLite format 3", "a database", "Export the ids as CSV"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ARCHIVE = b"PK\x03\x04"
"""How an Excel workbook begins, and any other archive (zip)."""

_SHARE_OF_NULS = 0.4
_SHARE_OF_NULS_IN_32 = 0.9
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")


class IdFileError(Exception):
    """A source from which no ids can be read."""

    def __init__(self, title: str, detail: str) -> None:
        """Take a few words for a heading, and what is wrong and what to do in full sentences."""
        super().__init__(detail)
        self.title = title
        self.detail = detail


class Cancelled(Exception):
    """The admin does not want the ids any more; nothing was read."""


def source_name(source: Path | bytes, name: str) -> str:
    """Return what a source is called on the screen; `name` is what bytes are called."""
    if isinstance(source, bytes):
        return printable(name, _LONGEST_NAME)
    return printable(source.name or str(source), _LONGEST_NAME)


@contextmanager
def opened(source: Path | bytes, name: str) -> Iterator[tuple[IO[bytes], int]]:
    """Open a source for unbuffered reading and tell its size; raises IdFileError."""
    if isinstance(source, bytes):
        if not source:
            raise empty(name)
        yield io.BytesIO(source), len(source)
        return
    try:
        # A pipe or a terminal would block on open, so the kind of file is asked for first.
        _check(os.stat(source), name)  # noqa: PTH116 - says what it does to a name with a NUL
        file = source.open("rb", buffering=0)
    except (OSError, ValueError) as fault:
        raise _unreadable(name, fault) from None
    with file:
        yield file, os.fstat(file.fileno()).st_size


def _check(status: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IdFileError("This is a folder", f"{name} is a folder. Choose a file of ids in it.")
    if not stat.S_ISREG(status.st_mode):
        raise IdFileError(
            "Not a regular file",
            f"{name} is a device or a pipe. Save the ids to a file, or pipe them in with --ids -.",
        )
    if not status.st_size:
        raise empty(name)
    if status.st_size > GREATEST_FILE:
        raise IdFileError(
            "The file is too large",
            f"{name} has {status.st_size:,} bytes; the limit is {GREATEST_FILE:,}. Split it, "
            "or export only the column of record ids.",
        )


def empty(name: str) -> IdFileError:
    """Say that there is nothing in it."""
    return IdFileError("It is empty", f"{name} is empty. Choose a file with ids.")


def _unreadable(name: str, fault: OSError | ValueError) -> IdFileError:
    if isinstance(fault, FileNotFoundError):
        return IdFileError("No such file", f"{name} does not exist. Check the path.")
    if isinstance(fault, PermissionError):
        return IdFileError(
            "You may not read the file", f"You may not read {name}. Change its permissions."
        )
    return broken_off(name, fault)


def a_plan(name: str) -> IdFileError:
    """Say that it is a plan, or the list for the owners of its records, and no list to delete."""
    return IdFileError(
        "This belongs to a plan",
        f"{name} belongs to a plan, in which its owners say what they keep. To heed that, open the "
        "plan's .json file: zohotui --plan FILE.",
    )


def broken_off(name: str, fault: OSError | ValueError) -> IdFileError:
    """Say that the system could not read it."""
    why = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
    return IdFileError(
        "The file cannot be read",
        f"{name} cannot be read: {printable(why, 200)}. Copy it elsewhere and try again.",
    )


def undecodable(name: str, encoding: str, where: str) -> IdFileError:
    """Say that it is no text in the encoding its beginning promised."""
    shown = next(
        (kind for kind in ("UTF-32", "UTF-16") if encoding.startswith(kind.lower())), "UTF-8"
    )
    return IdFileError(
        "The text cannot be decoded",
        f"{name} is not valid {shown} text ({where}). Save it as “CSV UTF-8”, or convert it: "
        f"{_conversion(name, 'CP1252')} (instead of CP1252: CP932 for Japanese, GB18030 for "
        "Chinese). Open that.",
    )


def _conversion(name: str, encoding: str) -> str:
    """Return a command line that makes UTF-8 of a file."""
    as_typed = MARK not in name and not name.endswith("\N{HORIZONTAL ELLIPSIS}")
    source = shlex.quote(name) if as_typed and name != STANDARD_INPUT else "FILE"
    return f"iconv -f {encoding} -t UTF-8 {source} > ids-utf8.csv"


def encoding_of(sample: bytes, name: str, *, whole: bool) -> tuple[str, str]:
    """Return the encoding of a text and its decoded beginning; raises IdFileError for no text."""
    for signature, what, remedy in _SIGNATURES:
        if sample.startswith(signature):
            raise IdFileError(
                "Not a text file", f"{name} is {what}, not text. {remedy} and open that."
            )
    encoding = next((known for bom, known in _BOMS if sample.startswith(bom)), None)
    encoding = encoding or _encoding_without_mark(sample, name)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(sample, final=whole)
    except UnicodeDecodeError as fault:
        line = sample.count(b"\n", 0, fault.start) + 1
        raise undecodable(name, encoding, f"line {line}") from None
    if begins_markup(text):
        raise IdFileError(
            "Not a list or table",
            f"{name} is HTML or XML, not a list of ids; many programs export such files as .xls. "
            "Open it in a spreadsheet, save it as “CSV UTF-8” and open that.",
        )
    return encoding, text


def _encoding_without_mark(sample: bytes, name: str) -> str:
    """Tell UTF-16 and UTF-32 without a mark by their zero bytes: ids have one to three a digit."""
    if b"\0" not in sample:
        return "utf-8"
    for encoding, place in (("utf-32-le", 0), ("utf-32-be", 3)):
        rest = b"".join(sample[other::4] for other in range(4) if other != place)
        if rest.count(0) > len(rest) * _SHARE_OF_NULS_IN_32 and not _BINARY.search(
            sample[place::4]
        ):
            return encoding
    halves = (("utf-16-le", sample[::2], sample[1::2]), ("utf-16-be", sample[1::2], sample[::2]))
    for encoding, low, high in halves:
        if high.count(0) > len(high) * _SHARE_OF_NULS and not _BINARY.search(low):
            return encoding
    raise IdFileError(
        "Not a text file",
        f"{name} is binary data, not text. Export the records as “CSV UTF-8”. If it is text in "
        f"another encoding, convert it: {_conversion(name, 'UTF-16LE')} is an example.",
    )
