"""What the program may be doing when it is told to go, and whether Its journal: right after."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from tests.terminal.driver import COLUMNS, ROWS, Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind

IDS = 31

_WATCHED = 2.0
"""Seconds over which the use of the CPU is measured."""


def idle(stage: Stage) -> Terminal:
    """Show a list of ids."""
    ids = stage.sandbox.org.add_records("Leads", IDS)
    return begin(stage, ids, "--parallel", "1", "--batch-size", "10")


def connecting(stage: Stage) -> Terminal:
    """Wait for the org, which does not answer."""
    stage.gate.hold_reads()
    terminal = stage.start()
    stage.gate.wait_for_a_read()
    terminal.wait_for("connecting")
    return terminal


def asking(stage: Stage) -> Terminal:
    """Ask for the sentence."""
    terminal = idle(stage)
    ask(terminal)
    return terminal


def reviewing(stage: Stage) -> Terminal:
    """Wait for the records, which are not read yet."""
    terminal = idle(stage)
    stage.gate.hold_reads()
    terminal.press("d")
    stage.gate.wait_for_a_read()
    terminal.wait_for("reviewing")
    terminal.wait_for("Esc stops")
    return terminal


def choosing_a_view(stage: Stage) -> Terminal:
    """Wait in the open dialog for the views of the module, which are not read yet."""
    return _in_the_open_dialog(stage, b"\x0c")


def naming_a_field(stage: Stage) -> Terminal:
    """Wait in the open dialog for the external fields, which are not read yet."""
    return _in_the_open_dialog(stage, b"\x0f")


def _in_the_open_dialog(stage: Stage, key: bytes) -> Terminal:
    terminal = stage.start("--module", "Leads")
    terminal.wait_for("idle")
    terminal.press("o")
    terminal.wait_for("Query ^y")
    stage.gate.hold_reads()
    terminal.send(key)
    stage.gate.wait_for_a_read()
    terminal.wait_for("Asking Zoho")
    return terminal


def listing(stage: Stage) -> Terminal:
    """Wait for the records of a query, which are not read yet."""
    stage.sandbox.org.add_records("Leads", 5)
    path = stage.folder / "q.coql"
    path.write_text("select id from Leads where id is not null")
    terminal = stage.start("--query", str(path))
    terminal.wait_for("Reads only")
    stage.gate.hold_reads()
    terminal.press("enter")
    stage.gate.wait_for_a_read()
    terminal.wait_for("Reading…")
    return terminal


def _confirmed(stage: Stage) -> Terminal:
    terminal = asking(stage)
    confirm(terminal, f"delete {IDS} Leads")
    return terminal


def proving(stage: Stage) -> Terminal:
    """Wait for the org, which must answer once more before anything is sent."""
    terminal = asking(stage)
    stage.gate.hold_reads()
    confirm(terminal, f"delete {IDS} Leads")
    stage.gate.wait_for_a_read()
    terminal.wait_for("DELETING")
    return terminal


def deleting(stage: Stage) -> Terminal:
    """Delete one record, and ten more of which nobody told the program yet."""
    stage.gate.hold(after=1)
    terminal = _confirmed(stage)
    stage.gate.wait_for_deletes(2)
    terminal.wait_for("20 queued + 10 sending + 1 deleted")
    return terminal


def trickling(stage: Stage) -> Terminal:
    """Delete ten records in a request whose answer comes byte by byte."""
    fault = Fault(kind=FaultKind.TRICKLING_HEAD, method="DELETE", skip=1, seconds=1_000)
    stage.sandbox.faults.add(fault)
    terminal = _confirmed(stage)
    terminal.wait_for("20 queued + 10 sending + 1 deleted")
    return terminal


def paused(stage: Stage) -> Terminal:
    """Stand still in the middle, with nothing in flight."""
    terminal = deleting(stage)
    terminal.press("space")
    terminal.wait_for("PAUSED")
    stage.gate.let(1)
    terminal.wait_for("20 queued + 11 deleted")
    return terminal


def waiting_to_look_up(stage: Stage) -> Terminal:
    """Wait a minute before reading whether a delete without an answer had an effect."""
    stage.sandbox.faults.add(Fault(kind=FaultKind.RESET_BEFORE, method="DELETE", skip=1))
    terminal = _confirmed(stage)
    terminal.wait_for("looked up 0 of 10")
    terminal.wait_for("Next try in")
    return terminal


def looking_up(stage: Stage) -> Terminal:
    """Wait for a read of ids in doubt, which is not answered."""
    stage.sandbox.faults.add(Fault(kind=FaultKind.RESET_AFTER, method="DELETE", skip=2))
    terminal = deleting(stage)
    stage.gate.hold_reads()
    stage.gate.let()
    stage.gate.wait_for_a_read()
    terminal.wait_for("looking up")
    return terminal


def verifying(stage: Stage) -> Terminal:
    """Wait for a read that tells whether what was deleted is gone, and is not answered."""
    terminal = deleting(stage)
    stage.gate.hold_reads()
    stage.gate.let()
    stage.gate.wait_for_a_read()
    terminal.wait_for("verifying")
    return terminal


PHASES: tuple[Callable[[Stage], Terminal], ...] = (
    idle,
    connecting,
    reviewing,
    asking,
    proving,
    deleting,
    paused,
    waiting_to_look_up,
    looking_up,
    verifying,
)


def freeze(terminal: Terminal) -> None:
    """Read nothing more, and have the program paint until neither the line nor Textual takes it."""
    terminal.stop_reading()
    for turn in range(60):
        terminal.pull(ROWS, COLUMNS + turn % 2)
        time.sleep(0.03)


def share(terminal: Terminal) -> float:
    """Return the part of a CPU that the program uses."""
    before, start = terminal.cpu, time.monotonic()
    time.sleep(_WATCHED)
    return (terminal.cpu - before) / (time.monotonic() - start)


def told_right(stage: Stage) -> int:
    """Count the ids of which the one journal says no more and no less than what was done."""
    (told,) = stage.replays()
    assert told.finished or told.cut_off
    deleted, sent = stage.deleted, Counter(stage.sent)
    right = {
        State.DELETED: lambda name: sent[name] == 1 and name in deleted,
        State.VERIFIED: lambda name: sent[name] == 1 and name in deleted,
        State.UNKNOWN: lambda name: sent[name] <= 1,
        State.NOT_SENT: lambda name: not sent[name],
        State.ENTERED: lambda name: not sent[name],
    }
    return sum(
        right[told.rows.outcome(place).state](str(record_id))
        for place, record_id in enumerate(told.rows.ids)
    )
