"""What --verify-journal says: exit codes, sentences, and the receipt beside the journal."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.deletion.compare_support import compared
from tests.deletion.forging import rechain, unchain, with_plan
from tests.deletion.undo_support import verify
from tests.rows import each_row
from tests.world.plans import options, plan_of
from tests.world.world import Told, World
from zohotui.cli import main
from zohotui.deletion.journal.differences_file import differences_of
from zohotui.deletion.journal.journal_file import JournalFile
from zohotui.deletion.journal.lines import FORMAT
from zohotui.deletion.journal.receipt import receipt_of, write_receipt
from zohotui.deletion.journal.replay import read_journal
from zohotui.deletion.journal.verify_file import NOT_WHOLE, WHOLE, NoJournal, Proof, verify_journal


def run_of(world: World, count: int = 9) -> Told:
    ids = world.leads(count)
    world.sandbox.org.lock("Leads", str(ids[4]))
    return world.carry_out(plan_of(ids, options=options(3)))


def said(path: Path) -> str:
    return "\n".join(verify_journal(path).lines)


def test_the_run_is_named_and_its_ids_add_up(world: World) -> None:
    told = run_of(world)
    words = said(told.journal)
    assert "Run              Leads (Leads) of Acme Ltd · SANDBOX · LOCAL · anna@acme.exam" in words
    assert "Org number       700000001" in words
    assert "Began            2026-09-21T14:13:20Z" in words
    assert f"SHA-256 of them  {told.plan.sha256}" in words
    assert "Outcome          9 ids = 8 deleted + 1 failed" in words
    assert f"Last hash        {read_journal(told.journal).head}" in words
    assert "Receipt          none beside the journal" in words
    assert "has not ended" not in words


def test_a_run_that_died_is_whole_as_far_as_it_went(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), close_after=2)
    proof = verify_journal(told.journal)
    assert proof.code == WHOLE
    assert "The run has not ended" in "\n".join(proof.lines)
    assert "9 ids = 8 queued + 1 deleted" in "\n".join(proof.lines)


def test_the_receipt_beside_it_is_held_to_the_journal(world: World) -> None:
    told = run_of(world)
    receipt = write_receipt(told.journal, world.clock())
    assert "receipt.txt says what the journal says" in said(told.journal)
    number = len(told.journal.read_bytes().splitlines())
    verify(world, told)
    proof = verify_journal(told.journal)
    assert proof.code == NOT_WHOLE
    words = "\n".join(proof.lines)
    assert f"receipt.txt IS BEHIND: it was written after line {number} of {number + 1}." in words
    assert (
        "What to do       If the run is in progress, wait until it ends. Otherwise start" in words
    )
    write_receipt(told.journal, world.clock())
    text = receipt.read_text(encoding="utf-8")
    receipt.write_text(text.replace("  failed   ", "  verified ", 1), encoding="utf-8")
    proof = verify_journal(told.journal)
    assert proof.code == NOT_WHOLE
    assert "DOES NOT MATCH: it was changed" in "\n".join(proof.lines)


def test_a_receipt_is_not_called_changed_for_a_line_that_was_cut_off_behind_it(
    world: World,
) -> None:
    told = run_of(world)
    write_receipt(told.journal, world.clock())
    with told.journal.open("ab") as file:
        file.write(b'{"restoring":["5540')
    proof = verify_journal(told.journal)
    assert proof.code == WHOLE
    assert "receipt.txt says what the journal says" in "\n".join(proof.lines)
    # Nor where it was cut off before, and is no more.
    write_receipt(told.journal, world.clock())
    whole = read_journal(told.journal).size
    with told.journal.open("ab") as file:
        file.truncate(whole)
    assert verify_journal(told.journal).code == WHOLE


def test_a_receipt_of_another_zohotui_is_held_to_the_last_hash_alone(world: World) -> None:
    told = run_of(world)
    receipt = write_receipt(told.journal, world.clock())
    text = receipt.read_text(encoding="utf-8").replace(" by zohotui 0", " by zohotui 9")
    receipt.write_text(text, encoding="utf-8")
    assert verify_journal(told.journal).code == WHOLE
    assert "another zohotui wrote it" in said(told.journal)


def test_a_receipt_that_was_written_in_another_time_zone_is_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = run_of(world)
    text = write_receipt(told.journal, world.clock()).read_text(encoding="utf-8")
    there = text.replace("14:13:20 +0000)", "19:43:20 +0530)")
    assert there != text or os.environ.get("TZ")
    receipt_of(told.journal).write_text(there, encoding="utf-8")
    assert "says what the journal says" in said(told.journal)


def test_lines_that_were_taken_off_the_end_are_told_by_the_receipt(world: World) -> None:
    told = run_of(world)
    verify(world, told)
    write_receipt(told.journal, world.clock())
    lines = told.journal.read_bytes().splitlines(keepends=True)
    assert lines[-1].startswith(b'{"verified"')
    told.journal.write_bytes(b"".join(lines[:-1]))
    proof = verify_journal(told.journal)
    assert proof.code == NOT_WHOLE
    words = "\n".join(proof.lines)
    assert f"it was written for {len(lines)} lines, the journal has {len(lines) - 1}" in words
    assert "What to do       Keep both files" in words


def test_a_receipt_that_cannot_be_read_proves_nothing(world: World) -> None:
    told = run_of(world)
    write_receipt(told.journal, world.clock()).write_bytes(b"\xff\x00 no receipt\n")
    assert verify_journal(told.journal).code == NOT_WHOLE
    assert "IS BEHIND" in said(told.journal)


def test_a_run_that_goes_on_meanwhile_is_no_alarm(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = run_of(world)
    looks: list[Path] = []

    def slowly(path: Path) -> JournalFile:
        looks.append(path)
        read = read_journal(path)
        if len(looks) == 1:
            verify(world, told)
            write_receipt(told.journal, world.clock())
        return read

    monkeypatch.setattr("zohotui.deletion.journal.verify_file.read_journal", slowly)
    assert verify_journal(told.journal).code == WHOLE
    assert len(looks) == 2


def test_a_chain_that_was_computed_anew_is_told_by_the_receipt(world: World) -> None:
    told = run_of(world)
    write_receipt(told.journal, world.clock())
    with_plan(told.journal, label="Contacts")
    proof = verify_journal(told.journal)
    assert proof.code == NOT_WHOLE
    assert "DOES NOT MATCH" in "\n".join(proof.lines)


def test_a_receipt_of_a_journal_without_a_chain_is_compared_too(world: World) -> None:
    told = run_of(world)
    unchain(told.journal)
    receipt = write_receipt(told.journal, world.clock())
    assert "Last hash         none: it was begun before" in receipt.read_text(encoding="utf-8")
    proof = verify_journal(told.journal)
    assert proof.code == NOT_WHOLE
    assert "says what the journal says" in "\n".join(proof.lines)


def test_a_chain_round_nonsense_is_no_whole_journal(world: World) -> None:
    told = run_of(world)
    content = told.journal.read_bytes()
    told.journal.write_bytes(content.replace(b'"state":"deleted"', b'"state":"vanished"', 1))
    rechain(told.journal)
    proof = verify_journal(told.journal)
    assert (proof.code, proof.lines[1]) == (NOT_WHOLE, "NOT A COMPLETE JOURNAL.")
    assert "is damaged in line 3" in proof.lines[2]


@each_row(
    "content",
    [
        b"",
        b"\n",
        b"{}\n",
        b'{"journal":',
        b"Record Id\n410405000002264040\n",
        b"\xff\xfe\n",
        b"3\n",
    ],
)
def test_what_is_no_journal_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(content)
    with pytest.raises(NoJournal, match="is not a journal of zohotui"):
        verify_journal(path)


def test_what_cannot_be_read_is_told_and_nothing_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NoJournal, match="is not a file"):
        verify_journal(tmp_path / "pipe")
    with pytest.raises(NoJournal, match="is not a file"):
        verify_journal(tmp_path)
    with pytest.raises(NoJournal, match="cannot be read: No such file or directory"):
        verify_journal(tmp_path / "none.jsonl")
    with pytest.raises(NoJournal, match="a zero byte"):
        verify_journal(tmp_path / "a\x00b")


def test_a_journal_of_a_newer_format_is_for_a_newer_program(world: World) -> None:
    told = run_of(world)
    with_plan(told.journal, journal=FORMAT + 1)
    with pytest.raises(NoJournal, match="was written by a newer zohotui"):
        verify_journal(told.journal)


def test_names_of_anybody_cannot_speak_to_the_terminal(world: World, tmp_path: Path) -> None:
    told = run_of(world)
    with_plan(told.journal, label="\x1b]0;x\x07\u202eLeads", source="\x9b2J\u2066", tool="\x1bc")
    path = told.journal.rename(tmp_path / "\x1b[31m\u202e.jsonl")
    write_receipt(path, world.clock())
    assert all(line.isprintable() for line in verify_journal(path).lines)
    assert verify_journal(path).code == WHOLE


@pytest.mark.parametrize(
    ("change", "code"), [(b"", 0), (b"deleted", 1), (b'{"journal":3,', 1), (None, 2)]
)
def test_the_command_line_says_it_and_tells_by_its_exit_code(
    world: World, capsys: pytest.CaptureFixture[str], change: bytes | None, code: int
) -> None:
    """Neither standard output nor standard input is a terminal here."""
    told = run_of(world)
    content = told.journal.read_bytes()
    changed = b"" if change is None else content.replace(change, change.upper(), 1)
    told.journal.write_bytes(changed if change != b"" else content)
    assert main(["--verify-journal", str(told.journal)]) == code
    out, err = capsys.readouterr()
    assert bool(err) is (code == 2)
    assert out.startswith("" if code == 2 else f"Journal          {told.journal}\n")
    assert ("Whole and unchanged" in out) is (code == 0)


@pytest.mark.parametrize(
    "more", [["--demo"], ["--module", "Leads"], ["--ids", "-"], ["--parallel", "2"]]
)
def test_it_goes_with_no_other_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    assert main(["--verify-journal", str(tmp_path / "x.jsonl"), *more]) == 2
    assert "--verify-journal cannot be combined with another option." in capsys.readouterr().err


# What differed after an undo


def differences(proof: Proof) -> str:
    """Return what is said of the file, with what is to be done."""
    _, _, said_of_it = "\n".join(proof.lines).partition("Differences      ")
    return said_of_it


def test_what_differs_carries_the_last_hash_and_is_held_to_the_journal(world: World) -> None:
    told, text = compared(world)
    assert text.endswith(f"Last hash of the journal: {read_journal(told.journal).head}\n\n")
    proof = verify_journal(told.journal)
    assert proof.code == WHOLE
    assert "differences.txt names every record" in differences(proof)


def test_what_differs_is_behind_where_a_process_died_before_its_end(world: World) -> None:
    told, text = compared(world)
    path = differences_of(told.journal)
    path.write_text(text.rpartition("\n1 of 3")[0], encoding="utf-8")
    proof = verify_journal(told.journal)
    assert proof.code == NOT_WHOLE
    assert "IS BEHIND" in differences(proof)
    assert "[history] opens the run" in differences(proof)


def test_what_differs_must_name_every_record_that_the_journal_calls_so(world: World) -> None:
    told, text = compared(world)
    path = differences_of(told.journal)
    path.write_text(text.replace(f"\n{told.plan.ids[1]}\n", "\n"), encoding="utf-8")
    proof = verify_journal(told.journal)
    assert proof.code == NOT_WHOLE
    assert "DOES NOT MATCH: it does not name every record" in differences(proof)
    path.unlink()
    # Erased after sixty days, with the saved copies.
    assert verify_journal(told.journal).code == WHOLE


def test_what_differs_shows_a_journal_that_lost_its_end(world: World) -> None:
    told, _ = compared(world)
    lines = told.journal.read_bytes().splitlines(keepends=True)
    assert lines[-1].startswith(b'{"compared"')
    told.journal.write_bytes(b"".join(lines[:-1]))
    proof = verify_journal(told.journal)
    assert proof.code == NOT_WHOLE
    assert "its last hash is not in the journal" in differences(proof)


def test_what_differed_before_it_carried_a_hash_is_held_to_the_ids(world: World) -> None:
    told, text = compared(world)
    without = "\n".join(line for line in text.splitlines() if "hash" not in line)
    differences_of(told.journal).write_text(without, encoding="utf-8")
    assert verify_journal(told.journal).code == WHOLE


def test_a_journal_that_has_lost_its_whole_chain_is_not_taken_for_an_old_one(world: World) -> None:
    told = run_of(world)
    bare = re.sub(rb',"chain":"[0-9a-f]{64}"', b"", told.journal.read_bytes())
    told.journal.write_bytes(bare)
    words = said(told.journal)
    assert "NOT AS IT WAS WRITTEN." in words
    assert "Line 1: its chain is missing at its end." in words
