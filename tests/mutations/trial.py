"""Tries faults, one after the other, in a copy of the package and its tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path

from tests.mutations.catalogue import MUTATIONS, ROOMS
from tests.mutations.mutation import ROOT, Mutation

_PATIENCE = 240.0
"""Seconds after which the tests of a file count as stuck: one way to notice a fault."""

_PASSED, _FAILED = 0, 1
"""What pytest returns."""


class Verdict(Enum):
    """What the tests said of a fault."""

    CAUGHT = "caught"
    NOT_CAUGHT = "NOT CAUGHT"


class Spoiled(Exception):
    """The trial itself went wrong, so that it says nothing; the text tells how."""


def tried(mutations: Sequence[Mutation]) -> Iterator[tuple[Mutation, Verdict, float]]:
    """Yield what the tests said of each fault, and the seconds that they took.

    Raises ValueError if the place of one is not there, and Spoiled if tests fail without it.
    """
    for one in mutations:
        one.applied((ROOT / one.path).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        copy = _copied(Path(folder))
        files = {name for one in mutations for name in one.test_files}
        if files and _run(copy, sorted(files)) != _PASSED:
            raise Spoiled("tests fail without any fault")
        for one in mutations:
            began = time.monotonic()
            yield one, _try(copy, one), time.monotonic() - began


def _copied(folder: Path) -> Path:
    for name in ("zohotui", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def _try(copy: Path, mutation: Mutation) -> Verdict:
    path = copy / mutation.path
    sound, there = path.read_text(encoding="utf-8"), path.stat()
    path.write_text(mutation.applied(sound), encoding="utf-8")
    # Python tells what it has compiled by the second and the size: no two faults are alike in both.
    second = there.st_mtime + 10 * (MUTATIONS.index(mutation) + 1)
    os.utime(path, (second, second))
    try:
        code = _run(copy, mutation.test_files)
    finally:
        path.write_text(sound, encoding="utf-8")
        os.utime(path, ns=(there.st_atime_ns, there.st_mtime_ns))
    if code not in {_PASSED, _FAILED}:
        raise Spoiled(f"{mutation.file}: {mutation.what}: pytest ended with {code}")
    return Verdict.CAUGHT if code == _FAILED else Verdict.NOT_CAUGHT


def _run(copy: Path, files: Sequence[str]) -> int:
    """Run tests in the copy until the first fails; return what pytest returned."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        return subprocess.run(
            [*command, *files],
            cwd=copy,
            env=environment,
            capture_output=True,
            check=False,
            timeout=_PATIENCE * len(files),
        ).returncode
    except subprocess.TimeoutExpired:
        return _FAILED


def told(mutations: Sequence[Mutation] = MUTATIONS) -> str:
    """Try them all, and tell how many of each room were caught."""
    caught = dict.fromkeys(ROOMS, 0)
    survived: list[Mutation] = []
    for one, verdict, _ in tried(mutations):
        if verdict is Verdict.CAUGHT:
            caught[one.room] += 1
        else:
            survived.append(one)
    return summary(mutations, caught, survived)


def summary(
    mutations: Sequence[Mutation], caught: dict[str, int], survived: Sequence[Mutation] = ()
) -> str:
    """Tell how many faults of each room were caught, and which were not."""
    number = {room: sum(one.room == room for one in mutations) for room in ROOMS}
    rows = [f"| {room}/ | {number[room]} | {caught[room]} |" for room in ROOMS]
    rows.append(f"| **all** | **{len(mutations)}** | **{sum(caught.values())}** |")
    lost = "".join(f"\n- NOT caught: {one.file}: {one.what}" for one in survived)
    return (
        """\
A fault is put into a copy of the engine: a comparison that is off by one, a call that is left out,
a request that leaves before its journal line. The tests that are aimed at the place shall fail.
`python -m tests.mutations` tells of each; a test asserts that each still finds its place.

| room | faults | caught |
| --- | --- | --- |
"""
        + "\n".join(rows)
        + (f"\n{lost}" if lost else "")
    )
