"""More than an hour at work, by a clock that is put forward: nothing piles up."""

from __future__ import annotations

import gc
from pathlib import Path

from textual.widgets._footer import FooterKey

from tests.benchmarks.long_session import day


async def test_an_hour_of_runs_leaves_nothing_behind_but_its_journals(tmp_path: Path) -> None:
    told = await day(tmp_path, hours=1.3, every=936.0)
    assert (told.runs, told.journals, told.sent_twice) == (5, 5, 0)
    # One at the start, one when it had ended.
    assert told.renewals == 2
    assert told.late.threads <= told.early.threads
    assert told.late.files <= told.early.files
    gc.collect()
    assert sum(isinstance(one, FooterKey) for one in gc.get_objects()) < 30
    assert told.wakeups < 20
