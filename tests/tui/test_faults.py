"""A fault of the program's own ends it with words, a code, and no value of any variable."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from textual.css.query import NoMatches
from textual.worker import WorkerFailed

from tests.tui.practice import practice
from zohotui.tui.dialogs.pages import Help
from zohotui.tui.fault import REPORT, Fault, is_of_something_gone
from zohotui.tui.keys.keymap import STANDARD

SECRET = "1000.a-secret"


def _raise(value: str) -> None:
    try:
        dict[str, str]()[value]
    except KeyError as error:
        raise ValueError(value) from error


def _raised() -> Exception:
    try:
        _raise(SECRET)
    except ValueError as error:
        return error
    raise AssertionError


def test_the_report_says_where_it_happened_and_no_value(tmp_path: Path) -> None:
    fault = Fault.of(_raised(), tmp_path, [])
    assert fault.report == tmp_path / REPORT
    told = fault.report.read_text()
    assert "ValueError" in told
    assert "KeyError" in told
    assert "in _raise\n" in told
    assert SECRET not in told
    assert stat.S_IMODE(fault.report.stat().st_mode) == 0o600


def test_the_words_name_the_journal_and_the_report(tmp_path: Path) -> None:
    fault = Fault.of(WorkerFailed(_raised()), tmp_path, [tmp_path / "run.jsonl"])
    assert fault.words == (
        "A fault in zohotui ended it (ValueError). A run was in progress. Its journal: "
        f"{tmp_path}/run.jsonl. The next start asks about it. "
        f"For a report: {tmp_path}/{REPORT} says where it happened."
    )


def test_a_report_that_cannot_be_written_is_not_named(tmp_path: Path) -> None:
    fault = Fault.of(None, tmp_path / "nowhere", [])
    assert fault.words == "A fault in zohotui ended it."


async def test_a_screen_that_is_taken_away_half_made_is_no_fault(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        page = Help(STANDARD)
        with pytest.raises(NoMatches) as raised:
            page.query_one("#nothing")
        stage.app._handle_exception(raised.value)
        stage.app._handle_exception(WorkerFailed(raised.value))
        assert stage.app.fault is None
    with pytest.raises(NoMatches):
        await _ask_for_nothing(tmp_path)


async def test_what_is_missing_while_the_program_leaves_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer of the org may come when the list has lost its table already."""
    async with practice(tmp_path) as stage:
        with pytest.raises(NoMatches) as raised:
            stage.main.query_one("#nothing")
        assert not is_of_something_gone(WorkerFailed(raised.value))
        with monkeypatch.context() as patch:
            patch.setattr(type(stage.app), "is_running", False)
            assert is_of_something_gone(WorkerFailed(raised.value))


async def _ask_for_nothing(home: Path) -> None:
    async with practice(home) as stage:
        try:
            stage.main.query_one("#nothing")
        except NoMatches as error:
            stage.app._handle_exception(error)
        assert stage.app.fault is not None


async def _break(home: Path) -> Fault | None:
    async with practice(home) as stage:
        stage.main.action_command = lambda command_id: _raise(SECRET)  # type: ignore[method-assign]
        try:
            await stage.pilot.press("question_mark")
            await stage.until(lambda: stage.app.fault)
        finally:
            assert stage.app.fault is not None
            assert stage.app.fault.kind == "ValueError"
    return stage.app.fault


async def test_a_fault_of_the_screen_is_taken_down_and_nothing_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match=SECRET):
        await _break(tmp_path)
    assert SECRET not in "".join(capsys.readouterr())
