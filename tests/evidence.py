"""Writes tests/EVIDENCE.md, what was measured: `python -m tests.evidence faults mistakes`.

Each section is named on the command line and written anew by what measures it; the others stay. The
first two take a minute and tests compare them. `chaos` takes some minutes, `mutations` a quarter of
an hour and `hang-ups` an hour.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.benchmarks import hang_ups
from tests.chaos.books import Figures
from tests.chaos.chaos import chaos
from tests.deletion.fault_matrix import Matrix, matrix
from tests.mistakes.table import table
from tests.mutations import trial

FILE = Path(__file__).with_name("EVIDENCE.md")

KILLS = 250
"""At least so many in each column of the table of kills."""

_HEAD = "# Evidence\n\nWritten by `python -m tests.evidence`, section by section."


def kept(name: str) -> str:
    """Return what the file says in a section."""
    return _sections(FILE.read_text(encoding="utf-8"))[name]


def _sections(text: str) -> dict[str, str]:
    _, *parts = f"\n{text}".split("\n## ")
    named = (part.partition("\n") for part in parts)
    return {title: body.strip() for title, _, body in named}


def write(sections: Mapping[str, str]) -> None:
    """Put these sections in the place of those of the same name."""
    before = _sections(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    parts = (f"## {name}\n\n{body}" for name, body in {**before, **sections}.items())
    FILE.write_text("\n\n".join([_HEAD, *parts]) + "\n", encoding="utf-8")


def faults(whole: Matrix) -> str:
    """Tell what every fault does at every place of a run."""
    return f"""\
Every fault that the practice org can play, at every place of a run: what is told at the end of the
run → and after looking up. "still there" is `failed` with the code `STILL_THERE`; `not sent` is
untouched. Whatever is not named is deleted and told so; what is deleted is then verified. What each
id is told to be is compared with the practice org's own ledger, which knows nothing of the journal.

{whole.markdown}

{whole.figures}"""


def mistakes() -> str:
    """Tell what the screen says to each mistake."""
    return f"""\
Each of these is made on the screen by a test, which then asks the practice org's ledger whether
anything was deleted that nobody meant.

{table()}"""


def kills(columns: Mapping[str, Figures]) -> str:
    """Tell what runs came to that were killed, by the seed of each column."""
    each = columns.values()
    rows: Sequence[tuple[str, list[str]]] = (
        ("seed", [*columns]),
        ("---", ["---" for _ in each]),
        ("runs, kills", [f"{one.runs}, {one.kills}" for one in each]),
        ("killed with requests under way", [f"{one.under_way}" for one in each]),
        ("killed in the middle of a journal line", [f"{one.torn}" for one in each]),
        ("faults that struck", [f"{one.faults.total()}" for one in each]),
        ("ids", [f"{one.ids:,}" for one in each]),
        ("**ids lost or told wrongly**", [f"**{len(one.lost + one.wrong)}**" for one in each]),
        (
            "**ids sent twice after an unsettled answer**",
            [f"**{len(one.twice)}**" for one in each],
        ),
        ("**ids sent that were of no plan**", [f"**{len(one.outside)}**" for one in each]),
    )
    lines = "\n".join(f"| {' | '.join([name, *cells])} |" for name, cells in rows)
    return f"""\
A run in a process of its own, over a real socket, with all of the faults laid in its way at random,
is killed with `kill -9` again and again: at random moments, at every line of its journal, and in
the middle of a line; then the next process goes on with it. `python -m tests.chaos.chaos --kills
250 --seed 1` does it by itself; a short one is part of the tests.

{lines}"""


def _kills() -> str:
    columns = {}
    for seed in (1, 2):
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
            columns[str(seed)] = chaos(KILLS, seed, Path(folder))
    return kills(columns)


def _hang_ups() -> str:
    lines = "\n".join(
        line
        for mode in hang_ups.Mode
        for line in (f"# {mode.value}", *hang_ups.table(hang_ups.CASES, mode))
    )
    return f"""\
Idle, asking, deleting, paused or looking up when the line drops or somebody ends the program: what
is in flight lands and is journaled, nothing more leaves, and the program is gone without spinning.

```
{lines}
```"""


SECTIONS: dict[str, Callable[[], str]] = {
    "faults": lambda: faults(matrix()),
    "mistakes": mistakes,
    "chaos": _kills,
    "hang-ups": _hang_ups,
    "mutations": trial.told,
}


def main() -> int:
    """Measure the named sections and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("section", nargs="+", choices=SECTIONS)
    for name in parser.parse_args().section:
        write({name: SECTIONS[name]()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
