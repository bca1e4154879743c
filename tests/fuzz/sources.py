"""Throws made-up JSON and workbooks at their readers and checks what must be true of every answer.

`python -m tests.fuzz.sources --inputs 20000 --seed 1` tells the figures; a fault tells its seed.
What is taken is compared with an oracle of its own: of JSON the whole of it, decoded at once; of a
workbook the cells that were put into the column. Ids of other records begin with 9.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from tests.deletion.workbook_support import Made, Raw
from tests.fuzz.ids import Broken, Figures, check_fault, check_list, promise
from zohotui.deletion.ids.file import IdFileError, inspect, read_ids
from zohotui.deletion.ids.pasted import IdList, parse_text

LEADS = ("Leads", "Lead")
LISTS = ("data", "ids", "outcomes")
OTHER: tuple[object, ...] = (
    None,
    True,
    False,
    12,
    -1,
    4.1e17,
    1e-9,
    "",
    "Ann",
    "4.1E+17",
    "\u202e\x1b[31m",
    [],
    {},
    "#N/A",
)


class JsonMaker:
    """Makes JSON texts; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def text(self) -> str:
        """Make a text, in four of ten cases with faults."""
        some = self._random
        indent = some.choice((None, None, 0, 2, "\t"))
        between = some.choice(("\n", "\r\n", "", " ", "\n\n"))
        values = [self._item(0) for _ in range(some.choice((1, 1, 2, 5)))]
        text = between.join(
            json.dumps(value, indent=indent, ensure_ascii=some.random() < 0.5) for value in values
        )
        if some.random() < 0.4:
            for _ in range(some.choice((1, 2, 4))):
                text = self._mutated(text)
        return text

    def _mutated(self, text: str) -> str:
        some, place = self._random, self._random.randrange(len(text) + 1)
        cut = some.choice((0, 1, 3, 40))
        noise: str = some.choice(("", "", *'{}[],:"\\0', "\n", "\x00", '"id":', "null", "[[[["))
        return text[:place] + noise + text[place + cut :]

    def _item(self, depth: int) -> Any:
        some = self._random
        kind = some.randrange(8)
        if kind == 0 and depth < 3:
            return [self._item(depth + 1) for _ in range(some.randrange(4))]
        if kind == 1 and depth < 3:
            items = [self._item(depth + 1) for _ in range(some.randrange(4))]
            members = [(some.choice(LISTS), items), ("info", {"id": self._other()})]
            if some.random() < 0.3:
                members.insert(some.randrange(3), (some.choice(("module", "id")), "Leads"))
            return dict(members)
        if kind == 2 and depth:
            return some.choice((str(self._own()), self._own(), some.choice(OTHER)))
        return self._record()

    def _record(self) -> dict[str, Any]:
        some = self._random
        members: list[tuple[str, Any]] = [("Owner", {"id": self._other()}), ("Name", "Ann")]
        own = some.choice(
            (str(self._own()), f"zcrm_{self._own()}", self._own(), some.choice(OTHER))
        )
        keys = ("id", "id", "id", "Id", "Record Id", "Lead ID", "Contact ID", "Owner.id")
        key = some.choice(keys)
        value = self._other() if key in keys[-2:] else own
        members.insert(some.randrange(3), (key, value))
        if some.random() < 0.3:
            members.append(("state", some.choice(("failed", "unknown", "not sent", "deleted", 1))))
        if some.random() < 0.2:
            members.append((some.choice(("Module", "module")), some.choice(("Leads", "Notes", 3))))
        return dict(members)

    def _own(self) -> int:
        return 410405000002264000 + self._random.randrange(1, 60)

    def _other(self) -> str:
        return str(910405000002264000 + self._random.randrange(60))


def own_ids(value: object, *, outcome: bool = False) -> Iterator[str]:
    """Yield all that may be the id of a record or a single id, by what the grammar says."""
    if isinstance(value, list):
        for one in value:
            yield from own_ids(one, outcome=outcome)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in LISTS and isinstance(one, list):
                yield from own_ids(one, outcome=key == "outcomes")
            elif key.lower().replace("_", " ") in {"id", "record id", "lead id"} and (
                not outcome or value.get("state") in {"failed", "not sent"}
            ):
                yield str(one).removeprefix("zcrm_")
    elif not outcome:
        yield str(value).removeprefix("zcrm_")


def decoded(text: str) -> list[Any] | None:
    """Decode all values of a text; None if it is no JSON."""
    decoder, values, rest = json.JSONDecoder(strict=False), [], text.strip(" \t\r\n")
    try:
        while rest:
            value, end = decoder.raw_decode(rest)
            values.append(value)
            rest = rest[end:].lstrip(" \t\r\n")
    except (ValueError, RecursionError):
        return None
    return values


def check_json(seed: int, figures: Figures) -> None:
    """Make one text, read it both ways, and compare what was taken."""
    text = JsonMaker(seed).text()
    figures.characters += len(text)
    pasted = parse_text(text, names=LEADS)
    check_list(pasted, text)
    data = text.encode("utf-8", "replace")
    try:
        table = inspect(data, LEADS)
        found = read_ids(data, table, 0 if table.columns else None)
    except IdFileError as fault:
        check_fault(fault)
        figures.note(f"JSON: {fault.title}")
        promise(table_is_text(data) or not len(pasted.ids), "a paste takes what a file does not")
        return
    if table.form != "JSON":
        figures.note("JSON: read as text")
        return
    promise(found.ids == pasted.ids, "a file reads otherwise than a paste")
    values = decoded(text)
    promise(values is not None, "what is no JSON was taken")
    # What may stand around an id is taken away, as the judge of entries does.
    allowed = {one.strip("[]{}(),;\"' \n") for value in values or () for one in own_ids(value)}
    promise(set(map(str, found.ids)) <= allowed, f"not the record's own: {set(found.ids)}")
    figures.note(f"JSON: {'some' if found.ids else 'none'} taken")


def table_is_text(data: bytes) -> bool:
    """Whether the bytes are read as a list or a table."""
    try:
        return inspect(data, LEADS).form != "JSON"
    except IdFileError:
        return True


class WorkbookMaker:
    """Makes workbooks; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.own: set[int] = set()
        """The ids that may be taken."""
        self.damaged = False

    def data(self) -> bytes:
        """Make a workbook, in half of the cases with faults."""
        some = self._random
        rows: list[list[object]] = [["Name", "Record Id", "Owner.id"]]
        hidden = [number for number in range(2, some.randrange(2, 14)) if some.random() < 0.1]
        for number in range(2, some.randrange(2, 14)):
            cell = self._other() if number in hidden else self._cell()
            rows.append(["Ann", cell, self._other()])
        made = Made(
            {"Leads": rows},
            some.random() < 0.5,
            some.random() < 0.7,
            some.choice(("", "x:")),
            hidden,
            merged=some.choice(((), ("B2:B3",), ("hello",))),
            formats={1: "dd/mm"},
        )
        data = made.data()
        if some.random() < 0.5:
            self.damaged = True
            data = self._mutated(data) if some.random() < 0.4 else self._rewritten(data)
        return data

    def _cell(self) -> object:
        some = self._random
        number = 410405000002264000 + some.randrange(1, 60)
        kind = some.randrange(6)
        if kind < 3:
            self.own.add(number)
            return some.choice((str, "zcrm_{}".format, "'{}".format))(number)
        if kind == 3:
            self.own.add(number // 10**5)
            return number // 10**5
        lost = (number, float(number), "4.1E+17", None, "", "x" * 40_000, "Ann")
        raw = (' s="1"><v>46023</v>', ' t="e"><v>#N/A</v>', "><f>A1</f>", ' t="b"><v>1</v>')
        return some.choice(lost) if kind == 4 else Raw(some.choice(raw))

    def _other(self) -> str:
        return str(910405000002264000 + self._random.randrange(60))

    def _mutated(self, data: bytes) -> bytes:
        some = self._random
        changed = bytearray(data)
        for _ in range(some.choice((1, 2, 8))):
            changed[some.randrange(4, len(changed))] = some.randrange(256)
        return bytes(changed[: some.choice((len(changed), some.randrange(4, len(changed))))])

    def _rewritten(self, data: bytes) -> bytes:
        """Change the XML in an archive that stays whole."""
        some, out = self._random, BytesIO()
        with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            chosen = some.choice(old.namelist())
            for name in old.namelist():
                text = old.read(name).decode()
                if name == chosen:
                    place, cut = some.randrange(len(text)), some.choice((0, 1, 9, 60))
                    noise = ("", "<c>", "</row>", "&a;", "\x00", "<!DOCTYPE x>", '<row r="1">', "9")
                    text = text[:place] + some.choice(noise) + text[place + cut :]
                if name != chosen or some.random() < 0.9:
                    new.writestr(name, text)
        return out.getvalue()


def check_workbook(seed: int, figures: Figures) -> None:
    """Make one workbook and read it."""
    maker = WorkbookMaker(seed)
    data = maker.data()
    figures.characters += len(data)
    try:
        table = inspect(data, LEADS)
        columns = [table.id_column] if table.id_column is not None else range(len(table.columns))
        for column in columns:
            _check_column(read_ids(data, table, column), maker, figures)
    except IdFileError as fault:
        check_fault(fault)
        promise(maker.damaged, f"a sound workbook is refused: {fault}")
        figures.note(f"workbook: {fault.title}")


def _check_column(found: IdList, maker: WorkbookMaker, figures: Figures) -> None:
    check_list(found, " ".join(map(str, found.ids)))
    if not maker.damaged and "Record Id" in found.source:
        promise(set(found.ids) == maker.own, "not the ids of the column")
    figures.note(f"workbook: {'some' if found.ids else 'none'} taken")


def one(seed: int, figures: Figures) -> None:
    """Make one input of each and check it; whatever is wrong names the seed."""
    for check in (check_json, check_workbook):
        try:
            check(seed, figures)
        except Exception as error:
            raise Broken(f"seed {seed}: {type(error).__name__}: {error}") from error
        figures.inputs += 1


HARD: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: '[{"a":1}' + "," * n,
    "open lists": lambda n: "[" * n + '{"a":1}',
    "open objects": lambda n: '{"a":' * (n // 5),
    "a long text": lambda n: '{"id":"' + "4" * n,
    "a long number": lambda n: '{"id":' + "4" * n,
    "blanks": lambda n: '{"id": "1"}' + " " * n,
    "line ends": lambda n: '{"id": "1"}' + "\n" * n + "x",
    "names": lambda n: "".join(f'{{"k{place}":1}}' for place in range(n // 9)),
    "lists of lists": lambda n: '{"data":[' * 7 + '{"id":"1"},' * (n // 11),
    "pages": lambda n: '{"data":[{"id":"1"}]}' * (n // 21),
    "rounded": lambda n: '{"id":410405000002264064}' * (n // 25),
    "escapes": lambda n: '{"id":"' + "\\u0034" * (n // 6) + '"}',
}
"""Texts of about n characters that a careless reader would need n squared steps for."""


def growth(make: Callable[[int], str], size: int) -> tuple[float, float]:
    """Return the seconds of CPU for a text and for one eight times as long."""

    def seconds(text: str) -> float:
        began = time.process_time()
        parse_text(text, names=LEADS)
        return time.process_time() - began

    return min(seconds(make(size)) for _ in range(3)), seconds(make(8 * size))


def main(arguments: list[str]) -> int:
    """Run; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    figures, faults = Figures(), 0
    for seed in range(given.seed, given.seed + given.inputs):
        try:
            one(seed, figures)
        except Broken as error:
            faults += 1
            print(error)
            if faults > 4:
                break
    print(f"{figures.inputs:,} inputs from seed {given.seed} on, {faults} faults")
    for what, number in sorted(figures.outcomes.items()):
        print(f"{number:>9,}  {what}")
    for name, make in HARD.items():
        short, long = growth(make, 300_000)
        slow = long > 0.5 and long > 24 * short
        faults += slow
        print(
            f"{'SLOW' if slow else '    '} {name}: {short * 1e3:.1f} ms, 8 times {long * 1e3:.1f}"
        )
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
