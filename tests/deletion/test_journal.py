"""The journal on a disk that fails, fills up or is pulled out, and what lies in the file."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from tests.world.clock import Clock
from tests.world.plans import batch_of, in_turn, options, plan_of
from tests.world.promises import promises_hold
from tests.world.world import Steered, World
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import Journal, JournalError
from zohotui.deletion.model.events import Braked, Finished, Landed, Paused, Sent
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.sandbox import Fault, FaultKind
from zohotui.zoho.printable import printable

PLAN = plan_of([11, 12, 13, 14], options=options(2))
OUTCOMES = st.builds(
    Outcome,
    st.sampled_from([State.DELETED, State.FAILED, State.UNKNOWN]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.none() | st.integers(100, 599),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=8,
    ).map(lambda value: json.dumps({"details": value}, ensure_ascii=False)),
)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_it_lies_in_a_private_folder_under_a_name_that_tells_when_where_and_what(
    tmp_path: Path,
) -> None:
    journal = Journal.create(tmp_path / "a" / "b", PLAN, clock=Clock())
    assert journal.path.name == "20260921T141320Z-700000001-Leads.jsonl"
    assert journal.path.stat().st_mode & 0o777 == 0o600
    assert journal.path.parent.stat().st_mode & 0o777 == 0o700
    second = Journal.create(tmp_path / "a" / "b", PLAN, clock=Clock())
    assert second.path.name == "20260921T141320Z-700000001-Leads-2.jsonl"


def test_its_first_line_is_the_whole_plan(tmp_path: Path) -> None:
    (plan,) = lines(Journal.create(tmp_path, PLAN, clock=Clock()).path)
    assert plan["journal"] == 3
    assert plan["ids"] == ["11", "12", "13", "14"]
    assert (plan["sha256"], plan["count"]) == (PLAN.sha256, 4)
    assert plan["options"] == {"wf_trigger": True, "batch_size": 2, "parallel": 1, "reserve": 0}
    assert plan["target"]["api_domain"] == "http://localhost"
    assert plan["at"] == "2026-09-21T14:13:20.000+00:00"


def test_a_landed_line_groups_the_ids_by_what_was_said(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, PLAN, clock=Clock())
    batch = batch_of(11, 12, 13)
    deleted = Outcome(State.DELETED, "SUCCESS", "record deleted", 200, '{"code": "SUCCESS"}')
    failed = Outcome(State.FAILED, "X", status=207)
    sent = journal.record(Sent(batch))
    landed_at = journal.record(Landed(batch, (deleted, failed, deleted), ("99",))).at
    assert sent.at == landed_at == 1_790_000_000
    _, sending, landed = lines(journal.path)
    assert (sending["sending"], sending["start"], sending["count"]) == (1, 0, 3)
    assert landed["foreign"] == ["99"]
    assert [group["ids"] for group in landed["outcomes"]] == [["11", "13"], ["12"]]
    assert landed["outcomes"][0]["answer"] == {"code": "SUCCESS"}


@given(outcomes=st.lists(OUTCOMES, min_size=4, max_size=4))
def test_outcomes_come_back_as_they_went_in(tmp_path: Path, outcomes: list[Outcome]) -> None:
    journal = Journal.create(tmp_path, PLAN)
    for batch in PLAN.batches():
        journal.record(Sent(batch))
        journal.record(Landed(batch, tuple(outcomes[batch.start : batch.start + len(batch.ids)])))
    journal.close()
    rows = replay(journal.path).rows
    journal.path.unlink()
    clean = [
        replace(o, code=printable(o.code), message=printable(o.message), answer=printable(o.answer))
        for o in outcomes
    ]
    assert [rows.outcome(place) for place in range(4)] == clean


@each_row(
    "answer",
    [
        '{"a":1}',
        '{"a": 1, "a": 2}',
        '{"a": 1e400}',
        '{"a": NaN}',
        '{"a": ' + "[" * 990 + "]" * 990 + "}",
        '{"a":' * 330 + "1" + "}" * 330,
        '{"a": "cut …',
        "{" * 1_999,
    ],
)
def test_odd_answers_come_back_to_the_letter(tmp_path: Path, answer: str) -> None:
    journal = Journal.create(tmp_path, PLAN)
    journal.record(Sent(batch_of(11)))
    journal.record(Landed(batch_of(11), (Outcome(State.UNKNOWN, answer=answer),)))
    assert replay(journal.path).rows.outcome(0).answer == answer


def test_text_from_a_path_that_is_no_utf_8_can_be_journaled(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, PLAN)
    journal.record(Braked("the folder \udcff is full"))
    assert lines(journal.path)[1]["braked"] == "the folder \udcff is full"


@each_row("obstacle", ["file", "no permission", "not there"])
def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(
    tmp_path: Path, obstacle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "journals"
    if obstacle == "file":
        folder.write_text("")
    else:
        failing = Disk("open", 1, errno.EACCES if obstacle == "no permission" else errno.EIO)
        monkeypatch.setattr("zohotui.files.os", failing)
    with pytest.raises(JournalError, match=r"^The journal .* cannot be written: .*\.$"):
        Journal.create(folder, PLAN)


@each_row("call", ["write", "fdatasync", "fsync"])
def test_a_disk_that_fails_from_the_start_is_told_in_a_sentence_and_leaves_no_empty_journal(
    tmp_path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zohotui.files.os", Disk(call, 1))
    with pytest.raises(JournalError, match="No space left on device"):
        Journal.create(tmp_path, PLAN)
    assert not list(tmp_path.glob("*.jsonl*"))


def test_what_the_disk_did_not_take_is_not_in_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal.create(tmp_path, PLAN)
    monkeypatch.setattr("zohotui.files.os", Disk("fdatasync", 1))
    with pytest.raises(JournalError):
        journal.record(Sent(next(iter(PLAN.batches()))))
    assert journal.run.rows.tally == {State.ENTERED: len(PLAN.ids)}
    assert not journal.run.flights
    journal.close()


class Disk:
    """The module os with a disk that fails at the n-th call of one function, once or for good."""

    def __init__(self, call: str, at: int, error: int = errno.ENOSPC, times: int = 10**9) -> None:
        self._call, self._at, self._error, self._times = call, at, error, times
        self.seen = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        return self._failing(real, name) if name == self._call else real

    def _failing(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.seen += 1
            if self._at <= self.seen < self._at + self._times:
                if name == "write":
                    # As a full disk does: part of the line is taken.
                    os.write(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                raise OSError(self._error, os.strerror(self._error))
            return real(*arguments)

        return call


def scene(world: World) -> list[int]:
    ids = world.leads(12)
    world.sandbox.org.lock("Leads", str(ids[4]))
    world.sandbox.faults.add(
        Fault(kind=FaultKind.TOO_MANY_REQUESTS, skip=1), Fault(kind=FaultKind.RESET_AFTER, skip=3)
    )
    return ids


@each_row("call", ["write", "fdatasync"])
@each_row("at", range(2, 16))
def test_a_disk_that_fails_for_good(
    world: World, monkeypatch: pytest.MonkeyPatch, call: str, at: int
) -> None:
    """The first call wrote the plan. Nothing leaves that was not journaled before."""
    disk = Disk(call, at)
    monkeypatch.setattr("zohotui.files.os", disk)
    told = world.carry_out(plan_of(scene(world), options=options(3, 2)), control=Steered(3))
    promises_hold(world, told, disk_is_sound=False)
    assert isinstance(told.events[-1], Finished)
    assert disk.seen < at or told.of(Braked)
    gone = set(map(int, world.sandbox.ledger.deleted_ids("Leads")))
    read = replay(told.journal).rows
    for place, record_id in enumerate(read.ids):
        if record_id in gone:
            assert read.state(place) in {State.DELETED, State.UNKNOWN}


@each_row("call", ["write", "fdatasync", "ftruncate"])
@each_row(("at", "times"), in_turn(range(1, 16), 1, 2))
def test_a_disk_that_recovers_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, call: str, at: int, times: int
) -> None:
    disk = Disk(call, at + 1, times=times)
    monkeypatch.setattr("zohotui.files.os", disk)
    told = world.carry_out(plan_of(scene(world), options=options(3)))
    promises_hold(world, told, disk_is_sound=not _last_words_lost(told.events[-2:]))
    assert told.states == {"deleted": 8, "failed": 1, "unknown": 3}
    assert all(event.at is not None for event in told.events if isinstance(event, Landed))


def _last_words_lost(events: list[Any]) -> bool:
    return isinstance(events[0], Braked)


def test_results_that_wait_for_the_disk_are_shown_when_it_has_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk("fdatasync", 3, times=1)
    monkeypatch.setattr("zohotui.files.os", disk)
    told = world.carry_out(plan_of(world.leads(1)))
    assert told.kinds == ["Sent", "Braked", "Paused", "Landed", "Unpaused", "Finished"]
    promises_hold(world, told)


def test_all_that_landed_while_the_disk_was_full_is_written_when_it_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan, two lines of the first batch, and three requests; then what came of these."""
    monkeypatch.setattr("zohotui.files.os", Disk("fdatasync", 7, times=6))
    told = world.carry_out(plan_of(world.leads(10), options=options(3, 3)))
    promises_hold(world, told)
    assert told.states == {"deleted": 10}
    assert all(event.at is not None for event in told.events if isinstance(event, Landed))


def test_results_that_no_disk_takes_are_shown_at_the_very_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zohotui.files.os", Disk("fdatasync", 3))
    told = world.carry_out(plan_of(world.leads(4), options=options(3)), control=Steered(1))
    (landed,) = told.of(Landed)
    assert isinstance(landed, Landed)
    assert landed.at is None
    assert told.states == {"deleted": 1, "not sent": 3}
    assert told.of(Paused)
    assert replay(told.journal).rows.state(0) is State.UNKNOWN
