"""Kills runs with SIGKILL and counts what was forgotten: `python -m tests.chaos.chaos --kills 200`.

The practice org is served from this process on a real socket; each life of a run is a process of
its own (`engine.py`). What is true is read off the org and its ledger, never off a journal.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from random import Random

from tests.chaos.books import Books, Figures, judge
from tests.chaos.engine import MODULE, Life, Quick
from tests.chaos.values import TwoUsers, furnish, variants_of
from tests.world.plans import ADDRESS, OLD_ID
from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import LOST, State
from zohotui.deletion.model.run_state import RunState
from zohotui.sandbox import Fault, FaultKind, Variants, serve

ROOT = Path(__file__).parents[2]
SCALE = 100.0
"""How much faster than real the clock of both sides runs: what takes a minute is soon over."""

PATIENCE = 60.0
"""Seconds after which a life that does not end is taken to hang."""

_OF_READS = sorted(set(FaultKind) - {FaultKind.MISSING_ITEM, FaultKind.CONTRADICTING_ITEM})
"""Those two would make an untruth of a read, and nobody could tell."""

_OF_DELETES = [*FaultKind, *[FaultKind.DELAY] * 4]
"""More of what lets Zoho act when the process that asked is long dead."""

_READ_PATHS = (None, "/org", "/users", f"/{MODULE}", "/recycle_bin")


class Run:
    """One plan, its org, and the lives in which it is carried out."""

    def __init__(self, folder: Path, seed: str, scale: float) -> None:
        self.figures = Figures(runs=1)
        self._random = Random(seed)
        self._folder = folder
        dice = self._random
        self._directed, by_value = dice.random() < 0.35, dice.random() < 0.4
        self._clock = Quick(time.time(), scale)
        variants = variants_of(dice) if by_value else Variants()
        self._sandbox = TwoUsers(variants, dice.uniform(0.001, 0.02), self._clock)
        self._tokens = [self._sandbox.sign_in(user) for user in self._sandbox.org.users[:2]]
        self._life = self._first_life(by_value=by_value)
        self._plan = self._life.plan
        self.figures.ids, self.figures.by_value = len(self._plan.ids), int(by_value)

    def play(self, most_kills: int, first_line: int) -> Figures:
        """Kill it so often at most, then let it end; `first_line` varies where it is killed."""
        with serve(self._sandbox) as url:
            life = replace(self._life, url=url)
            for turn in range(self._random.randint(1, most_kills)):
                self._lay_faults()
                self._live(self._signed_in(life) if turn else life, first_line + turn)
                told = self._judge(ended=False)
                open_ones = told and told.rows.count(State.UNKNOWN, State.DELETED)
                over = told and told.finished and (self._plan.by_value or not open_ones)
                if over or not self.figures.sound:
                    break
            self._sandbox.faults.clear()
            if self._pass(replace(life, refuse=0.0), PATIENCE):
                self.figures.wrong.append("a life that nobody killed hangs")
        self._judge(ended=True)
        requests = self._sandbox.ledger.requests
        self.figures.faults.update(r.fault for r in requests if r.fault)
        return self.figures

    def _signed_in(self, life: Life) -> Life:
        """Let another user sign in for a life now and then, where it matters who it is."""
        if not self._plan.by_value or self._random.random() > 0.25:
            return life
        self.figures.other_users += 1
        return replace(life, token=self._tokens[1])

    def _furnish(self, count: int) -> list[int]:
        """Make the records: most can go, a few cannot, some are away, and bystanders."""
        org, dice = self._sandbox.org, self._random
        leads = org.add_records(MODULE, count)
        org.add_records(MODULE, 20)
        for record_id in leads:
            match dice.randrange(40):
                case 0:
                    org.lock(MODULE, record_id)
                case 1:
                    org.await_approval(MODULE, record_id)
                case 2:
                    org.bin(MODULE, record_id, at=self._clock() - 86_400)
                case 3:
                    org.bin(MODULE, record_id, at=self._clock(), by=org.users[1])
                case _:
                    pass
        made_up = [str(OLD_ID + number) for number in range(dice.randint(0, count // 10))]
        ids = [*leads, *made_up, *org.add_records("Contacts", count > 5)]
        dice.shuffle(ids)
        return list(map(int, ids))

    def _first_life(self, *, by_value: bool) -> Life:
        dice = self._random
        most = 14 if self._directed else dice.choice([1, 12, 60, 150, 300, 300])
        count = dice.randint(1 + most // 4, most)
        org, now = self._sandbox.org, self._clock()
        return Life(
            url=ADDRESS,
            token=self._tokens[0],
            folder=str(self._folder),
            ids=[] if by_value else self._furnish(count),
            values=furnish(org, dice, count, now) if by_value else [],
            batch_size=dice.randint(1, 3) if self._directed else dice.randint(1, 20),
            parallel=dice.randint(1, 4),
            epoch=self._clock.epoch,
            scale=self._clock.scale,
            refuse=dice.choice([0.0, 0.0, 0.1]),
        )

    def _lay_faults(self) -> None:
        dice = self._random
        for method, most in (("DELETE", 4), ("GET", 2)) if dice.random() < 0.8 else ():
            for _ in range(dice.randint(0, most)):
                kind = dice.choice(_OF_DELETES if method == "DELETE" else _OF_READS)
                refused, delay = kind is FaultKind.FLAT_ERROR, dice.uniform(0.0, 0.6)
                hang = dice.choice([0.02, 0.1, 3.0]) if method == "DELETE" else 0.1
                fault = Fault(
                    kind=kind,
                    method=method,
                    path=dice.choice(_READ_PATHS) if method == "GET" else None,
                    skip=dice.randint(0, 6),
                    times=dice.randint(1, 3),
                    seconds=delay if kind is FaultKind.DELAY else hang,
                    status=403 if refused else 500,
                    code="NO_PERMISSION" if refused else "INTERNAL_ERROR",
                    position=dice.randint(0, 5),
                )
                self._sandbox.faults.add(fault)

    def _live(self, life: Life, line: int) -> None:
        """Begin a life and kill it, at a random moment or where it is told to."""
        dice, weights = self._random, [1, 3, 2] if self._directed else [6, 1, 1]
        (how,) = dice.choices(["moment", "line", "tear"], weights)
        if how == "tear":
            torn = dice.choice([0.0, dice.random(), 0.9999, 1.0])
            life = replace(life, tear_line=1 + line % 9, tear_at=torn)
        seconds = dice.uniform(0.0, dice.choice([0.03, 0.15, 0.3, 0.3, 0.6, 2.5]))
        lines = self._lines + 1 + line % 9 if how == "line" else 0
        if self._pass(life, seconds if how == "moment" else PATIENCE, lines):
            self._count_kill()

    def _pass(self, life: Life, seconds: float, lines: int = 0) -> bool:
        """Kill a life after so long, or when the journal has so many lines; whether it struck."""
        with self._begun(life) as process:
            end = time.monotonic() + seconds
            while process.poll() is None and time.monotonic() < end:
                if lines and self._lines >= lines:
                    break
                time.sleep(0.0002 if lines else 0.002)
            process.kill()
        if process.returncode not in {0, -9}:
            why = (self._folder / "stderr").read_text()
            self.figures.wrong.append(f"a life ended by itself with {process.returncode}: {why}")
        return process.returncode == -9

    def _begun(self, life: Life) -> subprocess.Popen[bytes]:
        with (self._folder / "stderr").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.engine", json.dumps(asdict(life))],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        if process.stdout:
            process.stdout.readline()
        return process

    @property
    def _journals(self) -> list[Path]:
        return sorted((self._folder / "journals").glob("*.jsonl"))

    @property
    def _lines(self) -> int:
        return sum(path.read_bytes().count(b"\n") for path in self._journals)

    def _count_kill(self) -> None:
        left = [path.read_bytes() for path in self._journals]
        whole, _, rest = left[-1].rpartition(b"\n") if left else (b"", b"", b"")
        with suppress(JournalError):
            told = self._told()
            self.figures.under_way += told is not None and bool(told.rows.any_like(LOST.__eq__))
        self.figures.kills += 1
        self.figures.kills_by_value += bool(self._plan.by_value)
        self.figures.torn += bool(rest)
        last = whole.rpartition(b"\n")[2]
        self.figures.last_lines[next(iter(json.loads(last))) if last else "none"] += 1

    def _told(self) -> RunState | None:
        """Read the one journal that holds a plan; those whose first line was torn hold none."""
        for path in self._journals:
            if b"\n" in path.read_bytes():
                return replay(path)
        return None

    def _judge(self, *, ended: bool) -> RunState | None:
        try:
            told = self._told()
        except JournalError as error:
            self.figures.wrong.append(str(error))
            return None
        books = Books.of(self._sandbox, self._plan)
        found = judge(self._plan, told, books, ended=ended)
        others = [one for one in books.changes if one.token_tail == self._tokens[1][-4:]]
        found.outside += [f"sent for another user: {request}" for request in others]
        if told is not None and ended:
            summaries = history(self._folder / "journals")
            sums = [one.tally for one in summaries if isinstance(one, Summary)]
            if sums != [told.rows.tally]:
                found.wrong.append(f"the list of runs has other sums: {sums}")
            if self._plan.by_value:
                found.values = len(self._plan.ids)
                found.values_deleted = told.rows.count(State.DELETED)
                found.values_unknown = told.rows.count(State.UNKNOWN)
        self.figures.add(found)
        return told


def chaos(
    kills: int, seed: int, folder: Path, *, most: int = 8, at_once: int = 2, scale: float = SCALE
) -> Figures:
    """Play runs, a few at once, until so many kills have struck, at most `most` a run.

    Ends early if something is wrong; what the runs left lies in the folder.
    """
    total, began = Figures(), time.monotonic()
    with ThreadPoolExecutor(at_once) as pool:
        while total.kills < kills and total.sound:
            numbers = range(total.runs, total.runs + at_once)
            for figures in pool.map(lambda n: _play(folder, seed, n, most, scale), numbers):
                total.add(figures)
    total.seconds = time.monotonic() - began
    return total


def _play(folder: Path, seed: int, number: int, most: int, scale: float) -> Figures:
    home = folder / str(number)
    home.mkdir()
    return Run(home, f"{seed}/{number}", scale).play(most, number)


def main() -> int:
    """Print the figures; 1 if something was lost, sent twice or never confirmed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=2, help="runs side by side")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    figures = chaos(options.kills, options.seed, folder, at_once=options.at_once)
    print(figures)
    if not figures.sound:
        print(f"the journals are in {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
