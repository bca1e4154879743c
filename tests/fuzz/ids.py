"""Throws made-up inputs at the id parsers and checks what must be true of every answer.

`python -m tests.fuzz.ids --inputs 200000 --seed 1` tells the figures; a fault tells its seed.
What is taken is compared with an oracle of its own, which only knows how a number stands in a text.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fuzz.id_inputs import LEADS, Made, Maker
from zohotui.deletion.ids.collector import Collector
from zohotui.deletion.ids.columns import Names
from zohotui.deletion.ids.file import IdFileError, Table, inspect, read_ids
from zohotui.deletion.ids.invisible import INVISIBLE, SPACES, one_kind_of_line_end
from zohotui.deletion.ids.pasted import IdList, parse_text
from zohotui.zoho.printable import printable

_BLANK = re.compile(
    rf"[\s,;，、；،؛=\"'`´‘’‚‛“”„‟′″‹›«»「」『』＂＇()\[\]{{}}<>〈〉《》【】（）［］{re.escape(INVISIBLE)}]*"
)
_RUN = re.compile(r"(?<![0-9])[0-9]+(?![0-9])")


class Broken(AssertionError):
    """What was promised does not hold."""


@dataclass
class Figures:
    """What a round came to."""

    inputs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    characters: int = 0

    def note(self, what: str) -> None:
        """Count one outcome."""
        self.outcomes[what] += 1


def promise(kept: object, what: str) -> None:
    """Raise Broken unless it is kept."""
    if not kept:
        raise Broken(what)


def stands(text: str, number: int) -> bool:
    """Whether a number stands in a text as an entry does: nothing of a word or number beside it."""
    wanted = str(number)
    return any(
        _left_is_free(text[: run.start()]) and _right_is_free(text[run.end() :])
        for run in _RUN.finditer(text)
        if run[0] == wanted
    )


def _left_is_free(before: str) -> bool:
    before = before[-400:].rstrip(INVISIBLE)
    if before[-5:].lower() == "zcrm_":
        before = before[:-5].rstrip(INVISIBLE)
    if re.search(r"(?:crm|one|crmplus|crmsandbox)\.zoho\S*[/=]\Z", before, re.IGNORECASE):
        return True
    # A formula's text ="…" is an entry; a bare =410… is none.
    return not before or re.search(r"[\w.+\-−–#=/@:&%$*\\]\Z", before) is None


def _right_is_free(after: str) -> bool:
    after = after[:400].lstrip(INVISIBLE)
    return not after or re.match(r"[\w.+\-−–#%@:$*\\]", after) is None or after[0] == "#"


def check_list(found: IdList, text: str) -> None:
    """Check what holds of every answer."""
    promise(sum(found.rejected_reasons.values()) == found.rejected_count, "reasons do not add up")
    promise(len(found.rejected) == min(found.rejected_count, 10_000), "rejects are not kept")
    promise(len(set(found.ids)) == len(found.ids), "an id is there twice")
    for number in found.ids:
        promise(10**9 <= number < 2**64, f"{number} is no record id")
        promise(stands(text, number), f"{number} does not stand in the text")
    for origin in found.origins:
        promise(set(origin.ids) <= set(found.ids), "an address has ids that were not taken")
    shown = {found.source}
    for entry in found.rejected:
        shown |= {entry.text, entry.reason}
        promise(entry.reason, "a rejected entry has no reason")
    for words in shown:
        promise(printable(words) == words, f"not printable: {words!r}")


def check_nothing_vanishes(found: IdList, text: str) -> None:
    """Check that each line that is not blank was taken or rejected; of a table, each but one."""
    taken, rejected = set(found.ids), {entry.line for entry in found.rejected}
    lost = [
        number
        for number, line in enumerate(one_kind_of_line_end(text.lstrip("\ufeff")).split("\n"), 1)
        if not _BLANK.fullmatch(line)
        and number not in rejected
        and not taken & {int(run) for run in _RUN.findall(line) if len(run) <= 20}
    ]
    headers = 1 if ", column " in found.source else 0
    promise(len(lost) <= headers, f"lines {lost} vanished")


def check_text(made: Made, figures: Figures) -> IdList:
    """Parse a text as if it was pasted."""
    found = parse_text(made.text, names=LEADS)
    check_list(found, made.text)
    in_table = ", column " in found.source
    if not in_table or '"' not in made.text:
        check_nothing_vanishes(found, made.text)
    if made.address is not None:
        (origin,) = found.origins
        tab, org, host, number = made.address
        promise((origin.tab, origin.org, origin.host) == (tab, org, host), "another address")
        promise(list(origin.ids) == [number], "another id")
    if (
        len(made.text) % 4 == 0
        and not in_table
        and "column not clear" not in found.rejected_reasons
    ):
        check_line_by_line(made.text, found)
    figures.note(
        f"text: {'table' if in_table else 'list'}, {'some' if found.ids else 'none'} taken"
    )
    return found


def check_line_by_line(text: str, found: IdList) -> None:
    """Check that lines give the same one by one as in batches."""
    alone = Collector(Names(LEADS).is_header)
    for number, line in enumerate(one_kind_of_line_end(text.lstrip("\ufeff")).split("\n"), 1):
        alone.lines([line], number)
    promise(alone.finish(found.source) == found, "line by line it reads otherwise")


def check_file(made: Made, pasted: IdList, figures: Figures) -> None:
    """Read the bytes as a file."""
    try:
        table = inspect(made.data, LEADS, name=made.name)
    except IdFileError as error:
        check_fault(error)
        figures.note(f"file: {error.title}")
        return
    promise(printable(table.why) == table.why and table.why.endswith("."), "no sentence")
    text = made.data.decode(table.encoding, "replace")
    clear = table.id_column is not None
    for column in [table.id_column] if clear else range(len(table.columns[:2])):
        try:
            found = read_ids(made.data, table, column)
        except IdFileError as error:
            check_fault(error)
            figures.note(f"file: {error.title}")
            continue
        check_list(found, text)
        if table.delimiter is not None:
            check_rows(table, text, found)
        elif text == made.text and one_kind_of_line_end(text) == plain_line_ends(text):
            same = (
                "column not clear" in pasted.rejected_reasons or "HTML" in pasted.rejected_reasons
            )
            promise(same or found.ids == pasted.ids, "a file reads otherwise than a paste")
        if made.rows is not None and clear and table.delimiter is not None:
            told = len(found.ids) + found.duplicates + found.rejected_count
            promise(told >= made.rows, f"{made.rows} rows, {told} told of")
        figures.note(
            f"file: {'column' if table.delimiter else 'list'}, {'clear' if clear else 'asked'}"
        )


def plain_line_ends(text: str) -> str:
    """Give a text with the line ends that a file has."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_rows(table: Table, text: str, found: IdList) -> None:
    """Check that each row below the header was taken or rejected."""
    lines = list(io.StringIO(text.lstrip("\ufeff"), newline=""))
    declared = bool(lines) and re.fullmatch(
        r"sep=[,;|\t]", lines[0].strip(SPACES + INVISIBLE + "\"'")
    )
    above = lines[1:] if declared else lines
    titles = sum(bool(line.strip()) for line in above[: table.above])
    rows = csv.reader(above[table.above :], delimiter=table.delimiter or ",", strict=True)
    full = sum(any(map(str.strip, row)) for row in rows)
    told = len(found.ids) + found.duplicates + found.rejected_count
    promise(told == full - int(table.has_header) + titles, f"{full} rows, {told} told of")


def check_fault(error: IdFileError) -> None:
    """Check that a refusal is a sentence."""
    promise(error.detail.endswith(".") and len(error.title) < 60, error.detail)
    promise(printable(error.detail) == error.detail, "not printable")


def one(seed: int, figures: Figures) -> None:
    """Make one input and check it; whatever is wrong names the seed."""
    made = Maker(seed).make()
    try:
        check_file(made, check_text(made, figures), figures)
    except Exception as error:
        raise Broken(f"seed {seed}: {type(error).__name__}: {error}\n{made!r}") from error
    figures.inputs += 1
    figures.characters += len(made.text)


HARD: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "(" * n,
    "groups": lambda n: "123" + ",123" * (n // 4) + "4",
    "apostrophes": lambda n: "123" + "'123" * (n // 4) + "x",
    "narrow groups": lambda n: "123" + "\u202f123" * (n // 4) + "x",
    "digits": lambda n: "4" * n,
    "digits and zeros": lambda n: "4" * n + ",0000",
    "zero width": lambda n: "4\u200b" * (n // 2),
    "edges": lambda n: "\u200b'" * (n // 2) + "4",
    "direction marks": lambda n: "\u200e" * n,
    "address": lambda n: "https://crm.zoho.eu/crm" + "/a" * (n // 2),
    "suite": lambda n: "https://one.zoho.com" + "/cxapp/crm" * (n // 10),
    "query": lambda n: "https://crm.zoho.eu/crm/EntityInfo.do?" + "id=1&" * (n // 5),
    "addresses in one": lambda n: "https://crm.zoho.eu,"[:20] * (n // 20),
    "header": lambda n: "Parent " + ".id" * (n // 3) + " \n1",
    "by": lambda n: "x by" * (n // 4) + "\n1",
    "quotes": lambda n: '"' * n,
    "cells": lambda n: "Record Id,Name\n" + '"a""' * (n // 4),
    "tabs": lambda n: "\t" * n,
    "rows": lambda n: "Record Id\tName\n" + "x\ty\n" * (n // 4),
    "titles": lambda n: ("word " * (n // 250) + "\n") * 50,
    "tags": lambda n: "<a " * (n // 3),
    "closing": lambda n: "</" * (n // 2) + "4444444444",
    "byte order marks": lambda n: "\ufeff" * n,
    "boms and lines": lambda n: "\ufeff\n" * (n // 2),
    "signs": lambda n: "-" * n,
    "errors": lambda n: "#" * n + "x",
    "semicolons": lambda n: ";" * n,
    "line ends": lambda n: "\r" * n,
    "e": lambda n: "1,1e" * (n // 4),
}
"""Texts of about n characters that a careless expression would need n squared steps for."""


def growth(make: Callable[[int], str], size: int) -> tuple[float, float]:
    """Return the seconds of CPU for a text and for one eight times as long."""

    def seconds(text: str) -> float:
        began = time.process_time()
        parse_text(text, names=LEADS)
        data = text.encode()
        try:
            table = inspect(data, LEADS)
            for column in range(len(table.columns[:2])):
                read_ids(data, table, column)
        except IdFileError:
            pass
        return time.process_time() - began

    return min(seconds(make(size)) for _ in range(3)), seconds(make(8 * size))


def main(arguments: list[str]) -> int:
    """Run; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most-faults", type=int, default=5)
    given = parser.parse_args(arguments)
    figures, faults, began = Figures(), 0, time.process_time()
    for seed in range(given.seed, given.seed + given.inputs):
        try:
            one(seed, figures)
        except Broken as error:
            faults += 1
            print(error)
            if faults >= given.most_faults:
                break
    print(f"{figures.inputs:,} inputs from seed {given.seed} on, {faults} faults")
    seconds = time.process_time() - began
    each = seconds / max(figures.characters, 1) * 1e6
    print(f"{figures.characters:,} characters, {each:.1f} µs of CPU each")
    for what, number in sorted(figures.outcomes.items()):
        print(f"{number:>9,}  {what}")
    for name, make in HARD.items():
        short, long = growth(make, 20_000)
        slow = long > 0.2 and long > 24 * short
        faults += slow
        print(
            f"{'SLOW' if slow else '    '} {name}: {short * 1e3:.1f} ms, 8 times {long * 1e3:.1f}"
        )
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
