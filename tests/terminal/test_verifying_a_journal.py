"""--verify-journal as a script calls it, and the receipts that real sessions leave."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, leave
from zohotui.cli import main
from zohotui.deletion.journal.receipt import receipt_of

pytestmark = pytest.mark.terminal


def verify(stage: Stage, path: Path | str) -> subprocess.CompletedProcess[str]:
    """Call it with no terminal at all and no settings that could be read."""
    environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": stage.environ["PYTHONPATH"]}
    return subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "zohotui", "--verify-journal", str(path)],
        env={**environ, "PYTHONIOENCODING": "ascii", "TZ": "Asia/Kolkata"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_is_proved_without_a_terminal_and_without_textual(stage: Stage) -> None:
    terminal = begin(stage, stage.sandbox.org.add_records("Leads", 3))
    ask(terminal)
    confirm(terminal, "delete 3 Leads")
    terminal.wait_for("3 ids = 3 verified")
    assert leave(terminal) == 0
    (journal,) = stage.journals
    receipt = receipt_of(journal)
    assert receipt.stat().st_mode & 0o777 == 0o600
    assert stage.sandbox.access_token not in receipt.read_text(encoding="utf-8")
    done = verify(stage, journal)
    assert done.returncode == 0
    assert "Whole and unchanged: " in done.stdout
    assert "3 ids = 3 verified" in done.stdout
    assert "receipt.txt says what the journal says" in done.stdout
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "zohotui.deletion.journal.verify_file" in imported
    assert not imported & {"textual", "rich", "httpx", "asyncio", "zohotui.config.settings"}

    content = journal.read_bytes()
    journal.write_bytes(content.replace(b"SUCCESS", b"FAILURE", 1))
    done = verify(stage, journal)
    assert done.returncode == 1
    assert "NOT AS IT WAS WRITTEN." in done.stdout
    assert journal.read_bytes() == content.replace(b"SUCCESS", b"FAILURE", 1)


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
