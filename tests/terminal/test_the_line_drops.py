"""The terminal goes away, or the program is told to go, while a batch is in flight.

What such a run leaves is proved with --verify-journal, as a script calls it.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.phases import IDS, deleting
from tests.terminal.stage import Stage
from zohotui.cli import main
from zohotui.deletion.journal.receipt import receipt_of
from zohotui.deletion.model.levers import Cause
from zohotui.deletion.model.outcome import State

pytestmark = pytest.mark.terminal

_SOON = 15.0
"""Seconds in which the program is gone once its last answer came."""


@pytest.fixture
def in_flight(stage: Stage) -> Terminal:
    """Have a batch in flight of which nobody told the program yet."""
    return deleting(stage)


def _the_journal_knows_all(stage: Stage, cause: Cause) -> None:
    (told,) = stage.replays()
    assert not told.finished
    assert told.cut_off == cause
    # The signal and the answer race: at most one more batch may have left before it was heard.
    deleted = len(stage.deleted)
    assert deleted in {11, 21}
    assert told.rows.tally == {State.DELETED: deleted, State.ENTERED: 31 - deleted}
    places = told.rows.places({State.DELETED})
    assert {str(told.rows.ids[place]) for place in places} == stage.deleted == set(stage.sent)


def test_a_batch_in_flight_lands_in_the_journal_when_the_line_is_told_to_have_dropped(
    stage: Stage, in_flight: Terminal
) -> None:
    in_flight.signal(signal.SIGHUP)
    in_flight.wait_for("stopping")
    stage.gate.let()
    assert in_flight.exit_status(_SOON) == 129
    assert in_flight.restored
    _the_journal_knows_all(stage, Cause.LINE)


def test_a_signal_to_end_lands_what_is_in_flight_and_restores_the_terminal(
    stage: Stage, in_flight: Terminal
) -> None:
    # Of SIGINT and SIGTERM others tell.
    in_flight.signal(signal.SIGQUIT)
    in_flight.wait_for("stopping")
    stage.gate.let()
    assert in_flight.exit_status(_SOON) == 1
    assert in_flight.restored
    assert "11 deleted, 0 gone, 0 failed, 0 unknown, 20 not sent" in in_flight.last_words
    _the_journal_knows_all(stage, Cause.SIGNAL)
    (journal,) = stage.journals
    _has_its_receipt(stage, journal)
    _is_proved(stage, journal)


def _has_its_receipt(stage: Stage, journal: Path) -> None:
    receipt = receipt_of(journal)
    assert receipt.stat().st_mode & 0o777 == 0o600
    text = receipt.read_text(encoding="utf-8")
    assert stage.sandbox.access_token not in text
    assert f"{IDS:>11,}  ids in all" in text
    assert f"{11:>11,}  deleted" in text


def _is_proved(stage: Stage, journal: Path) -> None:
    """Have it proved without a terminal and without Textual, as it was written and then not."""
    done = verify(stage, journal)
    assert done.returncode == 0
    assert "Whole and unchanged: " in done.stdout
    assert f"{IDS} ids = " in done.stdout
    assert "receipt.txt says what the journal says" in done.stdout
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "zohotui.deletion.journal.verify_file" in imported
    assert not imported & {"textual", "rich", "httpx", "asyncio", "zohotui.config.settings"}

    changed = journal.read_bytes().replace(b"SUCCESS", b"FAILURE", 1)
    journal.write_bytes(changed)
    done = verify(stage, journal)
    assert done.returncode == 1
    assert "NOT AS IT WAS WRITTEN." in done.stdout
    assert journal.read_bytes() == changed


def verify(stage: Stage, path: Path | str) -> subprocess.CompletedProcess[str]:
    """Call --verify-journal with no terminal at all and no settings that could be read."""
    environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": stage.environ["PYTHONPATH"]}
    return subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "zohotui", "--verify-journal", str(path)],
        env={**environ, "PYTHONIOENCODING": "ascii", "TZ": "Asia/Kolkata"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_no_journal_is_refused_in_a_sentence(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    done = verify(stage, "\x1b[31m")
    told = [(done.returncode, done.stdout, done.stderr)]
    # None of what only a process of its own can show.
    for path in ("nowhere.jsonl", "/etc/passwd", "/dev/zero"):
        code = main(["--verify-journal", path])
        told.append((code, *capsys.readouterr()))
    for code, out, err in told:
        assert code == 2
        assert out == ""
        assert "zohotui: " in err
        assert "Traceback" not in err
        assert "\x1b" not in err
