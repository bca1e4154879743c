"""Runs each fault against its tests: `python -m tests.mutations [--only run]`."""

from __future__ import annotations

import argparse
import re
import sys

from tests.mutations.catalogue import MUTATIONS, ROOMS
from tests.mutations.trial import Verdict, tried


def main() -> int:
    """Print what became of each fault; return 1 if one was not noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--only", choices=ROOMS, help="one room")
    parser.add_argument("--like", default="", help="only those whose words fit this pattern")
    options = parser.parse_args()
    chosen = [
        one
        for one in MUTATIONS
        if options.only in (None, one.room) and re.search(options.like, f"{one.file}: {one.what}")
    ]
    survived = 0
    for mutation, verdict, seconds in tried(chosen):
        survived += verdict is not Verdict.CAUGHT
        line = f"{verdict.value:<12} {seconds:5.1f} s  {mutation.file}: {mutation.what}"
        print(line, flush=True)
    print(f"{len(chosen)} faults, {len(chosen) - survived} caught")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
