"""Excel workbooks made by hand, so that each may be a little wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from zohotui.deletion.ids.cells import letters_of

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Raw:
    """A cell that is written as it stands."""

    xml: str
    """Its attributes and what is in it: ` t="e"><v>#N/A</v>`."""


def shown(kind: str, text: str) -> Raw:
    """Make a cell of a kind."""
    return Raw(f' t="{kind}"><v>{escape(text)}</v>')


@dataclass
class Made:
    """How a workbook is written."""

    sheets: Mapping[str, Sequence[Any]]
    """The rows of each: sequences of texts, numbers, None and Raw."""
    inline: bool = False
    """Whether texts stand in the sheets and not in the shared strings."""
    named: bool = True
    """Whether rows and cells say where they are."""
    prefix: str = ""
    """Of all elements, as some programs write it: x:"""
    hidden_rows: Iterable[int] = ()
    hidden_columns: Iterable[int] = ()
    hidden_sheets: Iterable[str] = ()
    merged: Sequence[str] = ()
    formats: Mapping[int, str] = field(default_factory=dict)
    """Number formats by the styles 1, 2 …; style 0 is a plain number."""
    compression: int = zipfile.ZIP_DEFLATED
    parts: Mapping[str, str | bytes] = field(default_factory=dict)
    """Parts to add, or to put in the place of those of this name."""

    def data(self) -> bytes:
        """Write it."""
        strings: dict[str, int] = {}
        parts: dict[str, str | bytes] = {}
        for number, (name, rows) in enumerate(self.sheets.items(), 1):
            del name
            parts[f"xl/worksheets/sheet{number}.xml"] = self._sheet(rows, strings)
        items = "".join(f"<si><t>{escape(one)}</t></si>" for one in strings)
        parts["xl/sharedStrings.xml"] = self._part("sst", items)
        parts["xl/workbook.xml"] = self._part("workbook", self._sheets())
        parts["xl/_rels/workbook.xml.rels"] = self._relations()
        parts["xl/styles.xml"] = self._part("styleSheet", self._styles())
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", self.compression) as archive:
            for name, content in {**parts, **self.parts}.items():
                archive.writestr(name, content)
        return file.getvalue()

    def _part(self, root: str, inner: str) -> str:
        if self.prefix:
            inner = inner.replace("</", "\0").replace("<", f"<{self.prefix}")
            inner = inner.replace("\0", f"</{self.prefix}")
        name, space = f"{self.prefix}{root}", self.prefix.rstrip(":")
        declared = f'xmlns{":" if space else ""}{space}="{MAIN}" xmlns:r="{OFFICE}"'
        return f"{HEAD}<{name} {declared}>{inner}</{name}>"

    def _sheets(self) -> str:
        listed = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"'
            f"{' state=' + quoteattr('hidden') if name in self.hidden_sheets else ''}/>"
            for number, name in enumerate(self.sheets, 1)
        )
        return f"<sheets>{listed}</sheets>"

    def _relations(self) -> str:
        listed = "".join(
            f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" '
            f'Target="worksheets/sheet{number}.xml"/>'
            for number in range(1, len(self.sheets) + 1)
        )
        return f"{HEAD}<Relationships>{listed}</Relationships>"

    def _styles(self) -> str:
        formats = "".join(
            f'<numFmt numFmtId="{164 + number}" formatCode={quoteattr(code)}/>'
            for number, code in self.formats.items()
        )
        styles = "".join(f'<xf numFmtId="{164 + number}"/>' for number in self.formats)
        return f'<numFmts>{formats}</numFmts><cellXfs><xf numFmtId="0"/>{styles}</cellXfs>'

    def _sheet(self, rows: Sequence[Any], strings: dict[str, int]) -> str:
        columns = "".join(
            f'<col min="{one + 1}" max="{one + 1}" hidden="1"/>' for one in self.hidden_columns
        )
        written = "".join(
            self._row(number, row, strings) for number, row in enumerate(rows, 1) if row
        )
        merged = "".join(f'<mergeCell ref="{one}"/>' for one in self.merged)
        return self._part(
            "worksheet",
            f"{f'<cols>{columns}</cols>' if columns else ''}<sheetData>{written}</sheetData>"
            f"<mergeCells>{merged}</mergeCells>",
        )

    def _row(self, number: int, row: Sequence[object], strings: dict[str, int]) -> str:
        cells = "".join(
            f"<c{self._named(f'{letters_of(place)}{number}')}{self._cell(value, strings)}</c>"
            for place, value in enumerate(row)
            if value is not None or not self.named
        )
        hidden = ' hidden="1"' if number in self.hidden_rows else ""
        return f"<row{self._named(str(number))}{hidden}>{cells}</row>"

    def _named(self, name: str) -> str:
        return f' r="{name}"' if self.named else ""

    def _cell(self, value: object, strings: dict[str, int]) -> str:
        match value:
            case Raw():
                return value.xml
            case None:
                return ">"
            case str() if self.inline:
                return f' t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is>'
            case str():
                return f' t="s"><v>{strings.setdefault(value, len(strings))}</v>'
            case _:
                return f"><v>{value}</v>"
