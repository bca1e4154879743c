"""Whatever comes from the keyboard: pastes stay pastes, and no byte ends the program."""

from __future__ import annotations

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, field, leave, wait_until_it_takes_keys, write
from zohotui.deletion.model.outcome import State

pytestmark = pytest.mark.terminal

_SENTENCE = "delete 3 Leads"


def _asked(stage: Stage) -> Terminal:
    terminal = begin(stage, stage.sandbox.org.add_records("Leads", 3))
    ask(terminal)
    wait_until_it_takes_keys(terminal)
    return terminal


def test_a_sentence_that_was_not_typed_neither_deletes_nor_restores(stage: Stage) -> None:
    terminal = _asked(stage)
    pastes = (
        f"\x1b\x15{_SENTENCE}\r\x1b",
        f"\x1b[201~\x15{_SENTENCE}\r",
        f"x\x1b[201~\x15{_SENTENCE}\r\x1b[200~y",
    )
    for tried, content in enumerate(pastes):
        terminal.paste(content)
        terminal.wait_for("it cannot be pasted")
        write(terminal, "delete it" + "!" * tried)
        terminal.press("enter")
        terminal.wait_for("Not quite:")
        assert not stage.delete_requests, repr(content)
    # A terminal without bracketed paste sends it as if it were typed, all at once.
    terminal.send(f"\x15{_SENTENCE}\r".encode())
    terminal.wait_for("it cannot be pasted")
    assert field(terminal) == ""
    assert not stage.delete_requests
    confirm(terminal, _SENTENCE)
    terminal.wait_for("3 ids = 3 verified")
    terminal.wait_for("idle")

    # Nor does one restore anything.
    title = "Restore 3 records of Leads?"
    terminal.press("u")
    wait_until_it_takes_keys(terminal, title)
    terminal.paste("\x1b\x15restore 3 Leads\r\x1b")
    terminal.wait_for("it cannot be pasted")
    write(terminal, "no", title)
    terminal.press("enter")
    terminal.wait_for("Nothing was restored")
    terminal.send(b"\x15restore 3 Leads\r")
    terminal.wait_for("it cannot be pasted")
    requests = stage.sandbox.ledger.requests
    assert not [one for one in requests if one.path.endswith("/actions/restore")]


_ODD = (
    b"\xfc",
    b"\xff\xfe\xc3",
    b"\x1b[:;:u",
    b"\x1b[1114112u",
    b"\x1b[55296u",
    b"\x1b[97:65;2u",
    b"\x1b[" + b"9" * 5000 + b"u",
    b"\x1b[48;20000;20000;20000;20000t",
    b"\x1b[200~\x1b[48;20000;20000;20000;20000t\x1b[201~",
    b"\x1b[<0;99999999999999999999;1M",
    b"\x1b]52;c;ZGVsZXRl\x07",
)


def test_pasted_ids_arrive_whole_and_no_byte_of_them_or_any_is_a_command_or_ends_the_program(
    stage: Stage,
) -> None:
    terminal = stage.start("--module", "Leads")
    terminal.wait_for("Module: Leads")
    terminal.wait_for("idle")
    # To the last character.
    terminal.paste("554023000000201987")
    terminal.wait_for("1 id = 1 entered")
    assert "554023000000201987" in terminal.text
    # Coloured, as grep writes them.
    ids = [f"5540230000002{number:05}" for number in range(1000)]
    terminal.paste("".join(f"\x1b[01;31m\x1b[K{one}\x1b[m\x1b[K\n" for one in ids))
    terminal.wait_for("1,001 ids = 1,001 entered")
    assert terminal.lines[0].endswith("idle")
    assert "rejected" not in terminal.words
    for odd in _ODD:
        terminal.send(odd)
        terminal.press("m")
        terminal.wait_for("Leave the field")
        terminal.send(odd)
        terminal.press("esc")
        terminal.wait_until_gone("Leave the field")
    assert leave(terminal) == 0
    assert terminal.restored
    assert "Traceback" not in terminal.raw.decode(errors="replace")


def test_no_byte_ends_a_run(stage: Stage) -> None:
    terminal = _asked(stage)
    stage.gate.hold()
    confirm(terminal, _SENTENCE)
    terminal.wait_for("DELETING")
    terminal.send(b"\xfc\x1b[:;:u\x1b[55296u\x1b[48;20000;20000;1;1t")
    stage.gate.let()
    terminal.wait_for("3 ids = 3 verified")
    assert leave(terminal) == 0


def test_a_fault_in_a_run_names_the_journal_and_has_a_code_of_its_own(stage: Stage) -> None:
    ids = stage.sandbox.org.add_records("Leads", 3)
    stage.first = "break_help"
    terminal = begin(stage, ids)
    ask(terminal)
    stage.gate.hold()
    confirm(terminal, _SENTENCE)
    stage.gate.wait_for_deletes(1)
    terminal.press("?")
    terminal.wait_for(lambda t: b"\x1b[?1049l" in t.raw)
    stage.gate.let()
    assert terminal.exit_status() == 70
    assert terminal.restored
    assert "A fault in zohotui ended it (LookupError)." in terminal.last_words
    (journal,) = stage.journals
    assert f"Its journal: {journal}. The next start asks about it." in terminal.last_words
    assert "Leads: 1 deleted" in terminal.last_words
    report = stage.home / "fault.txt"
    assert str(report) in terminal.last_words
    assert b"1000.a-secret" not in terminal.raw
    assert "1000.a-secret" not in report.read_text()
    assert stage.replays()[0].rows.count(State.DELETED) == 1
