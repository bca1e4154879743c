"""A home that cannot keep a run: told when `d` is pressed, and not after everything was read."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from typing import Any

import pytest

from tests.deletion.test_journal import Disk
from tests.tui.practice import NOON, practice
from zohotui import files
from zohotui.sandbox import Sandbox
from zohotui.tui.keys.phase import Phase


@pytest.mark.parametrize("what", ["no locks", "full"])
async def test_nothing_is_read_if_the_disk_cannot_keep_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    ids = sandbox.sample_ids()["Leads"][:3]
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await stage.choose("Leads")
        await stage.enter(" ".join(ids))
        if what == "full":
            monkeypatch.setattr(files, "os", Disk("write", 1))
        else:

            def no_locks(*_: Any) -> None:
                raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

            monkeypatch.setattr(fcntl, "flock", no_locks)
        await stage.pilot.press("d")
        await stage.until(lambda: stage.told)
        (told,) = list(stage.told)
        assert "No locks available" in told or "No space left on device" in told
        assert told.endswith("ZOHOTUI_HOME can name a folder on a local disk instead.")
        assert stage.phase is Phase.IDLE
    assert not [one for one in sandbox.ledger.requests if one.path.endswith("/Leads")]
