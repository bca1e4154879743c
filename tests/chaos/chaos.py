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
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from random import Random
from urllib.parse import parse_qs

from tests.chaos.engine import MODULE, Life, Quick
from tests.support import OLD_ID
from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import LOST, State
from zohotui.deletion.model.run_state import RunState
from zohotui.sandbox import Fault, FaultKind, Org, Request, Sandbox, serve

ROOT = Path(__file__).parents[2]
SCALE = 100.0
"""How much faster than real the clock of both sides runs: what takes a minute is soon over."""

PATIENCE = 60.0
"""Seconds after which a life that does not end is taken to hang."""

HARMLESS = frozenset({401, 429})
"""Answers after which a request has provably changed nothing and may be sent again."""

_OF_READS = sorted(set(FaultKind) - {FaultKind.MISSING_ITEM, FaultKind.CONTRADICTING_ITEM})
"""Those two would make an untruth of a read, and nobody could tell."""

_OF_DELETES = [*FaultKind, *[FaultKind.DELAY] * 4]
"""More of what lets Zoho act when the process that asked is long dead."""

_READ_PATHS = (None, "/org", f"/{MODULE}", "/recycle_bin")


@dataclass(frozen=True)
class Books:
    """What the org itself knows at a moment."""

    changes: Sequence[Request]
    """Every request that could change something."""
    deleted: frozenset[int]
    """Ids that a request deleted, of whatever module."""
    there: frozenset[int]
    """Ids of the plan that are alive."""

    @classmethod
    def of(cls, sandbox: Sandbox, ids: Iterable[int]) -> Books:
        """Read the ledger and the org; the deletions first, because a request comes before them."""
        deleted = frozenset(int(one.record_id) for one in sandbox.ledger.deletions)
        there = frozenset(i for i in ids if sandbox.org.exists(MODULE, str(i)))
        changes = [request for request in sandbox.ledger.requests if request.method != "GET"]
        return cls(changes, deleted, there - deleted)


@dataclass
class Figures:
    """What a chaos run counted."""

    runs: int = 0
    kills: int = 0
    torn: int = 0
    under_way: int = 0
    """Kills at which requests had left whose answers the journal did not have."""
    ids: int = 0
    last_lines: Counter[str] = field(default_factory=Counter)
    """By its kind: the last whole line that a kill left."""
    faults: Counter[str] = field(default_factory=Counter)
    gone_of_ours: int = 0
    """Ids that the run deleted, and that reading could tell only to be away."""
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What should never be, of whatever other kind."""
    seconds: float = 0.0

    def add(self, other: Figures) -> None:
        """Take in what another counted."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def sound(self) -> bool:
        """Whether nothing was forgotten and nothing sent twice."""
        return not (self.lost or self.twice or self.outside or self.wrong)

    def __str__(self) -> str:
        rows: dict[str, object] = {
            "runs": self.runs,
            "kills": self.kills,
            "kills with requests under way": self.under_way,
            "kills that left a torn line": self.torn,
            "last line at a kill": _listed(self.last_lines),
            "faults that struck": self.faults.total(),
            "of these": _listed(self.faults),
            "ids": self.ids,
            "deleted by the run, told gone": self.gone_of_ours,
            "ids lost": len(self.lost),
            "ids sent twice after an unsettled answer": len(self.twice),
            "ids outside the plan": len(self.outside),
            "anything else wrong": len(self.wrong),
            "seconds": f"{self.seconds:.0f}",
        }
        lines = [f"{name:<42}{value}" for name, value in rows.items()]
        return "\n".join([*lines, *self.lost, *self.twice, *self.outside, *self.wrong])


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def carried(request: Request) -> list[int]:
    """Read the ids of a request off its address: the ledger knows only those worked on."""
    tail = request.path.rstrip("/").rsplit("/", 1)[-1]
    given = parse_qs(request.query).get("ids", [tail if tail.isdigit() else ""])[0]
    return [int(part) for part in given.split(",") if part]


def judge(ids: Sequence[int], told: RunState | None, books: Books, *, ended: bool) -> Figures:
    """Hold a journal to the org's books; `told` is None if no journal holds a whole plan.

    `ended`: whether the run has come to its end, or a kill has just left it as it is.
    """
    found = Figures()
    planned, unsettled = set(ids), set[int]()
    for request in books.changes:
        sent = carried(request)
        deletes = request.method == "DELETE" and request.path.split("/")[3:4] == [MODULE]
        if not deletes or not planned.issuperset(sent):
            found.outside.append(f"outside the plan: {request}")
        found.twice += [f"{i} was sent again: {request}" for i in sent if i in unsettled]
        if request.status not in HARMLESS:
            unsettled.update(sent)
    found.outside += [f"{i} was deleted, not planned" for i in sorted(books.deleted - planned)]
    if told is None:
        found.lost += [f"{i} was sent, and there is no journal" for i in sorted(unsettled)]
        found.wrong += ["the run ended without a journal"] * ended
        return found
    if list(told.rows.ids) != list(ids) or sum(told.rows.tally.values()) != len(ids):
        found.wrong.append("the journal tells of other ids than the plan's")
    if ended and not told.finished:
        found.wrong.append("the run never came to its end")
    for place, record_id in enumerate(told.rows.ids):
        outcome = told.rows.outcome(place)
        if outcome.state not in _allowed(record_id, outcome.code, books, unsettled, ended=ended):
            deleted, there = record_id in books.deleted, record_id in books.there
            found.lost.append(f"{record_id} is told {outcome} ({deleted=}, {there=}, {ended=})")
        found.gone_of_ours += ended and outcome.state is State.GONE and record_id in books.deleted
    return found


def _allowed(
    record_id: int, code: str, books: Books, unsettled: set[int], *, ended: bool
) -> set[State]:
    """Say what may be told of an id whose true fate is known."""
    if record_id in books.deleted:
        allowed = {State.VERIFIED, State.GONE, *([] if ended else [State.DELETED])}
    elif record_id in books.there:
        allowed = {State.FAILED, State.NOT_SENT}
    else:
        # Never ours to delete. Failed it may be if Zoho refused the request and looked at no id.
        allowed = {State.GONE, State.NOT_SENT}
        if code != "INVALID_DATA" or not ended:
            allowed.add(State.FAILED)
    if not ended:
        allowed |= {State.ENTERED, State.UNKNOWN}
    return allowed - {State.NOT_SENT, State.ENTERED} if record_id in unsettled else allowed


class Run:
    """One plan, its org, and the lives in which it is carried out."""

    def __init__(self, folder: Path, seed: str, scale: float) -> None:
        self.figures = Figures(runs=1)
        self._random = Random(seed)
        self._folder = folder
        self._directed = self._random.random() < 0.35
        self._clock = Quick(time.time(), scale)
        latency = self._random.uniform(0.001, 0.02)
        self._sandbox = Sandbox(Org.empty(), latency=latency, clock=self._clock)
        self._ids = self._furnish()
        self.figures.ids = len(self._ids)

    def play(self, most_kills: int, first_line: int) -> Figures:
        """Kill it so often at most, then let it end; `first_line` varies where it is killed."""
        with serve(self._sandbox) as url:
            life = self._life(url)
            for turn in range(self._random.randint(1, most_kills)):
                self._lay_faults()
                self._live(life, first_line + turn)
                told = self._judge(ended=False)
                over = told and told.finished and not told.rows.count(State.UNKNOWN, State.DELETED)
                if over or not self.figures.sound:
                    break
            self._sandbox.faults.clear()
            if self._pass(replace(life, refuse=0.0), PATIENCE):
                self.figures.wrong.append("a life that nobody killed hangs")
        self._judge(ended=True)
        requests = self._sandbox.ledger.requests
        self.figures.faults.update(r.fault for r in requests if r.fault)
        return self.figures

    def _furnish(self) -> list[int]:
        """Make the records: most can go, a few cannot, some are away, and bystanders."""
        org, dice = self._sandbox.org, self._random
        most = 14 if self._directed else dice.choice([1, 12, 60, 150, 300, 300])
        count = dice.randint(1 + most // 4, most)
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

    def _life(self, url: str) -> Life:
        dice = self._random
        return Life(
            url=url,
            token=self._sandbox.issue_token(lifetime=1e9),
            folder=str(self._folder),
            ids=self._ids,
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
        found = judge(self._ids, told, Books.of(self._sandbox, self._ids), ended=ended)
        if told is not None and ended:
            summaries = history(self._folder / "journals")
            sums = [one.tally for one in summaries if isinstance(one, Summary)]
            if sums != [told.rows.tally]:
                found.wrong.append(f"the list of runs has other sums: {sums}")
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
