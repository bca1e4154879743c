"""Inputs for the id parsers, made up from a seed: lists, tables, addresses, HTML, bytes."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass

from zohotui.deletion.ids.invisible import INVISIBLE, SPACES

LEADS = ("Leads", "Lead")
LINE_ENDS = ("\n", "\r\n", "\r", "\n\n", "\u2028", "\u2029", "\x0c", "\x0b", "\x85", "\n\r")
QUOTES = ('""', "''", "``", "“”", "„“", "«»", "‹›", "「」", "＂＂", "()", "[]", "{}", "<>", "（）")
ENCODINGS = (
    *("utf-8",) * 6,
    *("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
    *("cp1252", "cp932", "gb18030", "cp037", "latin-1"),
)
HEADERS = (
    *(
        "Record Id",
        "record_id",
        "ID",
        "Id",
        "Lead ID",
        "データID",
        "\u200bRecord Id",
        "Record\xa0Id",
    ),
    *(
        "Account Name.id",
        "Parent_Account.id",
        "Owner.id",
        "Contact ID",
        "Name",
        "Note",
        "",
        "Nummer",
    ),
)
OTHER = (
    *("Ada", "Jürgen Weiß", "2026-11-28", "+49 30 1234567", "a@b.example", "id", "Owner.id", "-"),
    *("#N/A", "#REF!", "#DIV/0!", "#####", "4.10405E+17", "4,10405E+17", "1,234", "1.234.567,00"),
    *(
        "<td>",
        "</td>",
        "<table>",
        "<b>x</b>",
        "<!-- x -->",
        "https://acme.example/",
        "zcrm_",
        "\x00",
    ),
    *("\x1b[31m", "=SUM(A1)", "\ufffd", "🙂", "https://[bad", "crm.zoho.", "sep=;", "Record Id"),
)


@dataclass(frozen=True, slots=True)
class Made:
    """One input."""

    text: str
    data: bytes
    """The text in some encoding, perhaps damaged."""
    name: str
    rows: int | None = None
    """Rows of a table below its header, if nothing was damaged; None where that is not known."""
    address: tuple[str, str, str, int] | None = None
    """Tab, org, host and id of the only entry, if that is a good address."""


class Maker:
    """Makes inputs; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def make(self) -> Made:
        """Make one input of any sort."""
        kind = self._random.randrange(10)
        if kind == 0:
            return self._good_address()
        if kind < 4:
            return self._table()
        text = self._joined() if kind == 4 else self._list()
        return self._dressed(self._mutated(text))

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def number(self) -> int:
        """Return a record id, more often than not one of a few."""
        if self._chance(0.3):
            return 410405000002264000 + self._random.randrange(40)
        digits = self._random.randrange(10, 21)
        return min(self._random.randrange(10 ** (digits - 1), 10**digits), 2**64 - 1)

    def _entry(self) -> str:
        if self._chance(0.15):
            return self._random.choice(OTHER)
        if self._chance(0.15):
            return self._address()[0]
        text = str(self.number())
        for dress in self._random.choices(
            self._dresses(), k=self._random.choice((0, 0, 1, 1, 2, 3))
        ):
            text = dress(text)
        return text

    def _dresses(self) -> tuple[Callable[[str], str], ...]:
        some = self._random

        def inside(text: str) -> str:
            place = some.randrange(len(text) + 1)
            hidden: str = some.choice((*INVISIBLE[:40], *SPACES, "\x00", "\x1b"))
            return text[:place] + hidden + text[place:]

        def quoted(text: str) -> str:
            pair = some.choice(QUOTES)
            return pair[0] + text + pair[1]

        def edged(text: str) -> str:
            some_marks = "".join(some.choices(INVISIBLE + SPACES, k=some.randrange(3)))
            return some_marks + text + some.choice(INVISIBLE + SPACES)

        def grouped(text: str) -> str:
            return f"{int(text):,}".replace(",", str(some.choice(",.'’\u202f\xa0")))

        def other_digits(text: str) -> str:
            zero = some.choice((0x660, 0x6F0, 0x966, 0xFF10, 0x1D7CE))
            few = some.choice((text, text[:3]))
            return "".join(chr(zero + int(one)) for one in few) + text[len(few) :]

        only_digits = (grouped, other_digits, lambda text: f"{int(text):.6g}")
        safe: tuple[Callable[[str], str], ...] = (
            lambda text: f"zcrm_{text}",
            lambda text: f"ZCRM_{text}",
            lambda text: f"'{text}",
            lambda text: f'="{text}"',
            lambda text: f'"=""{text}"""',
            lambda text: some.choice("+-0#=−") + text,
            lambda text: text + some.choice((".0", ".", ",00", ",0", "0", "L", "n", "e3")),
            lambda text: text[: some.randrange(1, 12)],
            inside,
            quoted,
            edged,
        )
        plain = tuple(
            (lambda text, make=make: make(text) if text.isascii() and text.isdigit() else text)
            for make in only_digits
        )
        return (*safe, *plain)

    def _address(self) -> tuple[str, tuple[str, str, str, int]]:
        some, number = self._random, self.number()
        product = some.choice(("crm", "crm", "crmsandbox", "one", "crmplus"))
        host = f"{product}.{some.choice(('zoho.com', 'zoho.eu', 'zoho.com.au', 'zohocloud.ca'))}"
        org = some.choice(("org7", "acme", "org20061234"))
        tab = some.choice(("Leads", "Potentials", "CustomModule5"))
        end = some.choice(("", "/", "/edit", "?x=1", "#top", "/edit?x=1"))
        record = f"/crm/{org}/tab/{tab}/{number}{end}"
        if product == "one":
            path = f"/zohoone/acme/home/cxapp{record}"
        elif product == "crmplus":
            path = f"/acme/index.do/cxapp{record}"
        elif self._chance(0.3):
            org, page = "", some.choice(("EntityInfo.do", "ShowEntityInfo.do"))
            path = f"/crm/{page}?module={tab}&id={number}"
        else:
            path = record
        scheme = some.choice(("https://", "http://", "HTTPS://", ""))
        return f"{scheme}{host}{path}", (tab, org, host, number)

    def _good_address(self) -> Made:
        text, known = self._address()
        if self._chance(0.5):
            text = self._mutated(text)
            return self._dressed(text)
        return Made(text, text.encode(), "a.txt", address=known)

    def _list(self) -> str:
        some = self._random
        between = (*LINE_ENDS, " ", ",", ";", "\t", ", ", "|", "，", "、", "\xa0")
        usual = some.choice(("\n", "\n", "\r\n", ",", " ", "\u2028"))
        text = "\ufeff" * some.choice((0, 0, 0, 1, 2))
        for _ in range(some.choice((1, 2, 3, 5, 8, 80) if self._chance(0.1) else (1, 2, 3))):
            text += self._entry() + (some.choice(between) if self._chance(0.3) else usual)
        return text

    def _joined(self) -> str:
        some = self._random
        parts = [
            self._list() if self._chance(0.5) else self._rows()[0]
            for _ in range(some.randrange(1, 4))
        ]
        return some.choice(("", "\n", "\ufeff", "\n\ufeff", "\x00", "\r\n")).join(parts)

    def _table(self) -> Made:
        text, rows = self._rows()
        if self._chance(0.5):
            return self._dressed(self._mutated(text))
        encoding = self._random.choice(("utf-8", "utf-8-sig", "utf-16", "utf-32-le"))
        return Made(text, text.encode(encoding), "a.csv", rows=rows)

    def _rows(self) -> tuple[str, int]:
        some = self._random
        delimiter, end = some.choice(",;\t|"), some.choice(("\n", "\r\n", "\r"))
        header = some.choices(HEADERS, k=some.randrange(1, 5))
        file = io.StringIO(newline="")
        writer = csv.writer(
            file,
            delimiter=delimiter,
            lineterminator=end,
            quoting=some.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
        )
        writer.writerow(header)
        rows = some.choice((0, 1, 3, 70) if self._chance(0.1) else (1, 2, 3))
        for _ in range(rows):
            cells = [self._cell(name) for name in header]
            cells[0] = cells[0] or "x"
            writer.writerow(cells if self._chance(0.97) else [*cells, "more"])
        title = some.choice(
            ("", "", "", f"Leads export{end}", f"Leads{delimiter}{end}", f"sep={delimiter}{end}")
        )
        return title + file.getvalue(), rows

    def _cell(self, name: str) -> str:
        some = self._random
        if "d" in name.lower() and self._chance(0.85):
            return some.choice((str, "zcrm_{}".format, "'{}".format))(self.number())
        return some.choice((*OTHER, "", "two\nlines", "a,b", 'a"b', self._entry()))

    def _mutated(self, text: str) -> str:
        some = self._random
        if self._chance(0.5):
            return text
        for _ in range(some.choice((1, 1, 2, 5))):
            place, size = some.randrange(len(text) + 1), some.choice((1, 1, 2, 8))
            match some.randrange(5):
                case 0:
                    text = text[:place] + text[place + size :]
                case 1:
                    text = text[:place] + text[place : place + size] * 2 + text[place + size :]
                case 2:
                    other = some.randrange(len(text) + 1)
                    text = text[:place] + text[other : other + size] + text[place:]
                case 3:
                    noise = some.choice((*OTHER, *LINE_ENDS, *INVISIBLE[:30], '"', ",", "\t", "0"))
                    text = text[:place] + noise + text[place:]
                case _:
                    text = (
                        text[:place]
                        + chr(some.choice((some.randrange(0xD800), 0x1F642)))
                        + text[place:]
                    )
        return text

    def _dressed(self, text: str) -> Made:
        some = self._random
        data = text.encode(some.choice(ENCODINGS), "replace")
        if self._chance(0.1) and data:
            place = some.randrange(len(data))
            data = (
                data[:place] + some.randbytes(some.randrange(3)) + data[place + some.randrange(3) :]
            )
        return Made(text, data, some.choice(("a.csv", "a.txt", "ä 1.tsv")))
