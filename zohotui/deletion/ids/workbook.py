"""An Excel workbook as an archive of XML parts, read in a stream and trusted in nothing.

An archive may be made to harm: every bound here is far above what a spreadsheet program writes.
Document types are refused, and with them all entities. Source: ECMA-376, parts 1 and 2.
"""

from __future__ import annotations

import codecs
import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from zohotui.deletion.ids.source import GREATEST_FILE, IdFileError, broken_off
from zohotui.zoho.printable import printable

MOST_PARTS = 10_000
MOST_EXPANDED = 2 << 30
"""Bytes of all parts that are read, unpacked."""

GREATEST_RATIO = 300
"""Of what is unpacked to what is packed, in parts that are not small."""

DEEPEST = 64
"""Elements in elements."""

_SMALL_PART = 1 << 20
_GREATEST_DIRECTORY = 1 << 20
_GREATEST_TAG = 1 << 24
_SETTINGS_PART = 16 << 20
"""Bytes of a part that is kept in memory: a list of sheets or of styles."""

_CHUNK = 1 << 16
_LONGEST_NAME = 60
_ENCRYPTED = 1
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_MARKS_OF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_SIZE, _END_64_SIZE, _LOCATOR_64_SIZE = 22, 56, 20
_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises on archives that are damaged, beside OSError."""

_OTHERS = (
    ("content.xml", "an OpenDocument file (.ods)"),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("index/document.iwa", "a Numbers file"),
    ("index.zip", "a Numbers file"),
    ("word/document.xml", "a Word document"),
)
_WORKBOOK = "xl/workbook.xml"

Watch = Callable[[int, int], None]
"""Told the bytes done and the bytes in all; may raise Cancelled."""

Attributes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook names it."""

    name: str
    """Printable."""
    part: str
    hidden: bool


@dataclass
class Handlers:
    """What is done with the XML of a part; names come without their prefixes."""

    start: Callable[[str, Attributes], None]
    end: Callable[[str], None] | None = None
    text: Callable[[str], None] | None = None


class Workbook:
    """The parts of a workbook that is open."""

    def __init__(
        self,
        file: IO[bytes],
        source: str,
        watch: Watch | None = None,
        most: int = MOST_EXPANDED,
    ) -> None:
        """Take what was opened and what it is called; raises IdFileError.

        `most`: bytes that are read of it at most, unpacked.
        """
        self.source = source
        self._most = most
        self._watch = watch
        self._done = self._expected = 0
        seekable = file if file.seekable() else io.BytesIO(file.read(GREATEST_FILE + 1))
        with self.faults():
            _check_directory(seekable, self)
            self._archive = zipfile.ZipFile(seekable)
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for info in self._archive.infolist():
            name = info.filename.replace("\\", "/").lstrip("/").lower()
            if name in self._parts:
                raise self.unsafe("it has a part twice")
            self._parts[name] = info
        if len(self._parts) > MOST_PARTS:
            raise self.unsafe(f"it has more than {MOST_PARTS:,} parts")

    def expect(self, *parts: str) -> None:
        """Say which parts are to be read, so that it can be told how far that is."""
        self._expected = sum(self._parts[one.lower()].file_size for one in parts if one in self)

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._parts

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Say in a sentence what is wrong with an archive."""
        try:
            yield
        except IdFileError:
            raise
        except expat.ExpatError as fault:
            raise self.damaged(printable(expat.ErrorString(fault.code))) from None
        except _ZIP_FAULTS as fault:
            raise self.damaged(printable(str(fault), 100)) from None
        except OSError as fault:
            raise broken_off(self.source, fault) from None

    def damaged(self, why: str) -> IdFileError:
        """Say that it cannot be read."""
        return IdFileError(
            "The workbook is damaged",
            f"{self.source} is a damaged workbook ({why}). Open it in a spreadsheet, save it "
            "again as .xlsx or as “CSV UTF-8”, and open that.",
        )

    def unsafe(self, why: str) -> IdFileError:
        """Say that no spreadsheet writes such a file."""
        return IdFileError(
            "The workbook is not read",
            f"{self.source} is not a normal workbook: {why}. Save the sheet as “CSV UTF-8” "
            "and open that.",
        )

    def sheets(self) -> list[SheetPart]:
        """Name the sheets of cells in their order; raises IdFileError."""
        workbook = self._main_part()
        folder, name = posixpath.split(workbook)
        related = {
            attributes.get("Id", ""): attributes
            for _, element, attributes in self.elements(f"{folder}/_rels/{name}.rels")
            if element == "Relationship"
        }
        found = []
        for parent, element, attributes in self.elements(workbook):
            relation = related.get(local(attributes, "id"), {})
            kind = relation.get("Type", "").rpartition("/")[2]
            part = _target(folder, relation.get("Target", ""))
            if (parent, element, kind) == ("sheets", "sheet", "worksheet") and part in self:
                shown = printable(attributes.get("name", ""), _LONGEST_NAME)
                hidden = attributes.get("state", "visible") != "visible"
                found.append(SheetPart(shown, part.lower(), hidden))
        if not found:
            raise IdFileError(
                "It has no sheet",
                f"{self.source} has no sheet of cells. Choose another workbook.",
            )
        return found

    def part_beside(self, name: str) -> str:
        """Return where the workbook's part of this name is."""
        return posixpath.join(posixpath.dirname(self._main_part()), name)

    def _main_part(self) -> str:
        for _, element, attributes in self.elements("_rels/.rels"):
            kind = attributes.get("Type", "").rpartition("/")[2]
            part = _target("", attributes.get("Target", ""))
            known = (element, kind) == ("Relationship", "officeDocument") and part in self
            if known and part.startswith("xl/") and part.endswith(".xml"):
                return part
        if _WORKBOOK in self:
            return _WORKBOOK
        what = next((what for part, what in _OTHERS if part in self), "an archive (zip)")
        raise IdFileError(
            "Not an Excel workbook",
            f"{self.source} is {what}, not an Excel workbook. Save the sheet as .xlsx or as “CSV "
            "UTF-8” and open that.",
        )

    def elements(self, part: str) -> list[tuple[str, str, Attributes]]:
        """Return the elements of a small part, each with its parent; none if it is not there."""
        found: list[tuple[str, str, Attributes]] = []
        parents = [""]

        def start(name: str, attributes: Attributes) -> None:
            found.append((parents[-1], name, attributes))
            parents.append(name)

        def end(_name: str) -> None:
            parents.pop()

        if part in self:
            if self._parts[part.lower()].file_size > _SETTINGS_PART:
                raise self.unsafe(f"{printable(part, _LONGEST_NAME)} is too large")
            for _ in self.parse(part, Handlers(start, end)):
                pass
        return found

    def parse(self, part: str, handlers: Handlers) -> Iterator[None]:
        """Go through a part, and come back after each piece; raises IdFileError."""
        info = self._parts[part.lower()]
        small = info.file_size <= _SMALL_PART
        if info.flag_bits & _ENCRYPTED:
            raise self.unsafe("it has a password")
        if info.compress_type not in _PACKED:
            # Only these are unpacked a piece at a time.
            raise self.unsafe("it is compressed in an unknown way")
        if not small and info.file_size > GREATEST_RATIO * max(info.compress_size, 1):
            raise self.unsafe(f"it expands to more than {GREATEST_RATIO} times its size")
        parser, fed = None, 0
        with self.faults(), self._archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                # Parts are in UTF-8 or UTF-16, whatever else they may declare.
                encoding = "UTF-16" if chunk.startswith(_MARKS_OF_16) else "UTF-8"
                parser = parser or self._parser(handlers, encoding)
                fed += len(chunk)
                self._done += len(chunk)
                if self._done > self._most:
                    raise self.unsafe(f"it expands to more than {self._most:,} bytes")
                parser.Parse(chunk, False)
                if fed - parser.CurrentByteIndex > _GREATEST_TAG:
                    raise self.unsafe("it has a piece of XML that is too large")
                if self._watch is not None:
                    self._watch(min(self._done, self._expected), self._expected)
                yield
            if parser is not None:
                parser.Parse(b"", True)
            yield

    def _parser(self, handlers: Handlers, encoding: str) -> expat.XMLParserType:
        parser, depth = expat.ParserCreate(encoding), 0
        start, end = handlers.start, handlers.end

        def started(name: str, attributes: Attributes) -> None:
            nonlocal depth
            depth += 1
            if depth > DEEPEST:
                raise self.unsafe("its XML is nested too deeply")
            if ":" in name:
                name = name.rpartition(":")[2]
            start(name, attributes)

        def ended(name: str) -> None:
            nonlocal depth
            depth -= 1
            if end is not None:
                end(name.rpartition(":")[2] if ":" in name else name)

        def refuse(*_: object) -> None:
            raise self.unsafe("its XML has a document type")

        parser.buffer_text = True
        parser.StartElementHandler = started
        parser.EndElementHandler = ended
        if handlers.text is not None:
            parser.CharacterDataHandler = handlers.text
        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse
        return parser


def local(attributes: Attributes, name: str) -> str:
    """Return an attribute that may have a prefix; empty if there is none."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if key.endswith(f":{name}")), "")


def _target(folder: str, target: str) -> str:
    """Return the name of a part that another one in a folder names."""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _check_directory(file: IO[bytes], book: Workbook) -> None:
    """Refuse an archive with a long directory before zipfile keeps all of it in memory.

    It is found as zipfile finds it.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END_SIZE - _LOCATOR_64_SIZE - _END_64_SIZE - (1 << 16)))
    tail = file.read()
    at = len(tail) - _END_SIZE
    if not (tail[at : at + 4] == _END and tail.endswith(b"\0\0")):
        at = tail.rfind(_END)
    if at < 0 or at + _END_SIZE > len(tail):
        raise book.damaged("its end is missing")
    (directory,) = struct.unpack("<L", tail[at + 12 : at + 16])
    before = at - _LOCATOR_64_SIZE - _END_64_SIZE
    located = before >= 0 and tail[at - _LOCATOR_64_SIZE : at].startswith(_LOCATOR_64)
    if located and tail[before : before + 4] == _END_64:
        (directory,) = struct.unpack("<Q", tail[before + 40 : before + 48])
    if directory > _GREATEST_DIRECTORY:
        raise book.unsafe("it has too many parts")
