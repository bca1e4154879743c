"""How a receipt comes to be on the disk: whole, for its owner alone, and of what lasts."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from tests.deletion.test_journal import Disk
from tests.deletion.test_receipt import receipt, sums_in
from tests.deletion.undo_support import verify
from tests.world.plans import options, plan_of
from tests.world.world import Steered, World
from zohotui import files
from zohotui.deletion.jobs import Archive, Job, JobEvent, Mishap, run_job
from zohotui.deletion.journal.receipt import (
    Agreement,
    ReceiptError,
    agreement,
    receipt_of,
    write_receipt,
)
from zohotui.deletion.journal.verify_file import WHOLE, verify_journal
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.review.guards import Guards
from zohotui.files import alone_in


def test_only_its_owner_can_read_it_and_it_is_replaced_in_one_step(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(3)))
    path = receipt_of(told.journal)
    assert path.name == "20260921T141320Z-700000001-Leads.receipt.txt"
    receipt(world, told)
    before = path.stat()
    assert before.st_mode & 0o777 == 0o600
    with path.open(encoding="utf-8") as reading:
        verify(world, told)
        new = receipt(world, told)
        assert path.stat().st_ino != before.st_ino
        assert reading.read() != new
    assert sorted(one.name for one in path.parent.iterdir()) == [told.journal.name, path.name]


def test_it_takes_the_place_of_a_link_and_not_of_what_the_link_leads_to(
    world: World, tmp_path: Path
) -> None:
    told = world.carry_out(plan_of(world.leads(3)))
    other = tmp_path / "other"
    other.write_text("mine")
    receipt_of(told.journal).symlink_to(other)
    (told.journal.parent / f".{receipt_of(told.journal).name}.part").symlink_to(other)
    receipt(world, told)
    assert other.read_text() == "mine"
    assert not receipt_of(told.journal).is_symlink()


class FullDisk(Disk):
    """Takes nothing any more; the file's own buffer does not go through `os.write`."""

    def fdopen(self, *arguments: Any, **more: Any) -> Any:
        file = os.fdopen(*arguments, **more)
        file.write("half a receipt")
        return file


@pytest.mark.parametrize("call", ["open", "fsync"])
def test_a_disk_that_fails_leaves_the_old_one_and_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    told = world.carry_out(plan_of(world.leads(3)))
    before = receipt(world, told)
    verify(world, told)
    monkeypatch.setattr(files, "os", FullDisk(call, 1, errno.ENOSPC))
    with pytest.raises(ReceiptError, match=r"^The receipt .* cannot be written: No space left"):
        write_receipt(told.journal, 0.0)
    path = receipt_of(told.journal)
    assert path.read_text(encoding="utf-8") == before
    assert sorted(one.name for one in path.parent.iterdir()) == [told.journal.name, path.name]


def test_what_stands_in_its_way_is_told_in_a_sentence(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(3)))
    (receipt_of(told.journal) / "x").mkdir(parents=True)
    with pytest.raises(
        ReceiptError,
        match=r"^The receipt .* cannot be written: .*\. The journal .* has everything\.$",
    ):
        receipt(world, told)


def test_a_process_that_died_while_writing_does_not_keep_the_next_from_it(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(3)))
    part = told.journal.parent / f".{receipt_of(told.journal).name}.part"
    part.write_text("half a receipt")
    assert sums_in(receipt(world, told)) == {"deleted": 3}
    assert not part.exists()


def test_there_is_none_of_a_journal_that_was_changed(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(3)))
    told.journal.write_bytes(told.journal.read_bytes().replace(b"SUCCESS", b"success", 1))
    with pytest.raises(JournalError, match="Its chain breaks there"):
        receipt(world, told)
    assert not receipt_of(told.journal).exists()


def test_there_is_none_of_a_line_that_the_journal_may_not_have_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk takes the last line, says that it has not, and does not let it be cut off."""
    fails = True

    def append(descriptor: int, pieces: Iterable[bytes]) -> None:
        line = b"".join(pieces)
        os.write(descriptor, line)
        if fails and line.startswith(b'{"finished"'):
            raise OSError(errno.EIO, "Input/output error")

    def cut(descriptor: int, size: int) -> None:
        if fails:
            raise OSError(errno.EIO, "Input/output error")
        os.ftruncate(descriptor, size)

    monkeypatch.setattr("zohotui.deletion.journal.writer.append", append)
    monkeypatch.setattr("zohotui.deletion.journal.writer.cut", cut)
    ids, told = world.leads(2), list[JobEvent]()
    plan = plan_of(ids, options=options(1))
    archive = Archive(world.folder / "journals", world.clock)

    def post(event: JobEvent) -> None:
        nonlocal fails
        told.append(event)
        fails = fails and not isinstance(event, Mishap)

    crm = world.crm()
    work = partial(run_job, plan=plan, guards=Guards(), released=(), copies=None)
    job = Job(work, crm, archive, levers=Steered())
    job.do(post)
    crm.close()
    assert [one.words for one in told if isinstance(one, Mishap)] == [
        "The disk fails: the receipt was not written. The next start writes it."
    ]
    assert job.journal is not None
    # What was written next is behind whole lines, and the receipt is of these.
    assert verify_journal(job.journal).code == WHOLE
    assert agreement(job.journal) is Agreement.SAME


def test_a_zohotui_that_was_stopped_while_it_wrote_one_keeps_nobody_waiting_for_ever(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = world.carry_out(plan_of(world.leads(2)))
    monkeypatch.setattr(files, "_PATIENCE", 0.1)
    with alone_in(told.journal.parent), pytest.raises(ReceiptError, match=r"ctrl\+z stopped it"):
        write_receipt(told.journal, world.clock())
    write_receipt(told.journal, world.clock())


def test_one_that_is_still_written_is_waited_for(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(2)))
    with ExitStack() as writing:
        writing.enter_context(alone_in(told.journal.parent))
        other = Timer(0.1, writing.pop_all().close)
        other.start()
        write_receipt(told.journal, world.clock())
        other.join()
    assert agreement(told.journal) is Agreement.SAME
