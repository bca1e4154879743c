"""What the terminal is told beside the screen, by its bytes, and the keys that an admin chose."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.binding import BindingsMap

from tests.tui.practice import practice
from zohotui.config.errors import ConfigError
from zohotui.config.settings import read_settings
from zohotui.tui.dialogs.pages import Help
from zohotui.tui.keys.command import Moment, Where, is_dimmed, why_none
from zohotui.tui.keys.commands import COMMANDS, commands_of
from zohotui.tui.keys.keymap import MOVING, KeyMap, with_keys
from zohotui.tui.keys.phase import Phase
from zohotui.tui.screens.list_screen import ListScreen
from zohotui.tui.screens.run_screen import RunScreen
from zohotui.tui.screens.runs_screen import RunsScreen
from zohotui.tui.screens.work_screen import WorkScreen
from zohotui.tui.terminal.told import Attention, Title, copy_through_tmux, notification
from zohotui.tui.widgets.columns import Column, Sorting, columns, head, next_sorting
from zohotui.tui.widgets.keys_footer import ShownKey, fitting
from zohotui.tui.widgets.message_line import Said


class Steady:
    """A clock that a test moves."""

    now = 100.0

    def __call__(self) -> float:
        """Return seconds from anywhere."""
        return self.now


def test_the_title_is_set_and_its_number_told_once_a_second() -> None:
    sent: list[str] = []
    clock = Steady()
    title = Title(sent.append, clock, {"TERM": "xterm-256color"})
    for number in ("1/9", "2/9", "3/9"):
        title.show("zohotui · PRODUCTION · Acme · Leads", number)
        clock.now += 0.6
    title.show("zohotui · PRODUCTION · Ac\x1b]0;x\ame")
    title.show("zohotui · PRODUCTION · Ac\x1b]0;x\ame")
    assert sent == [
        "\x1b]2;zohotui · PRODUCTION · Acme · Leads 1/9\a",
        "\x1b]2;zohotui · PRODUCTION · Acme · Leads 3/9\a",
        "\x1b]2;zohotui · PRODUCTION · Ac\ufffd]0;x\ufffdme\a",
    ]
    bare: list[str] = []
    Title(bare.append, clock, {"TERM": "linux"}).show("zohotui")
    assert not bare


@pytest.mark.parametrize(
    ("how", "sent"),
    [
        ("bell", ["\a"]),
        ("notify", ["\x1b]9;Leads ended, 3\a\x1b]777;notify;zohotui;Leads ended, 3\a\a"]),
        ("off", []),
    ],
)
def test_only_a_run_of_more_than_ten_seconds_calls_somebody(how: str, sent: list[str]) -> None:
    told: list[str] = []
    clock = Steady()
    attention = Attention(how, told.append, clock, {})
    attention.begin()
    clock.now += 10
    attention.call("Leads ended; 3")
    assert not told
    clock.now += 1
    attention.call("Leads ended; 3")
    assert told == sent


def test_tmux_hands_a_notification_on() -> None:
    told = notification("done", {"TMUX": "tmux-0,1,0"})
    assert told == ("\x1bPtmux;\x1b\x1b]9;done\a\x1b\x1b]777;notify;zohotui;done\a\x1b\\\a")


def test_a_copy_goes_through_tmux_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/told\ncat >> {tmp_path}/told\n')
    tmux.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    copy_through_tmux("554023000000201001")
    assert (tmp_path / "told").read_text() == "load-buffer -w -\n554023000000201001"
    tmux.unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    copy_through_tmux("nobody takes it, and nothing is raised")


def keymap(tmp_path: Path, text: str) -> KeyMap:
    path = tmp_path / "settings.toml"
    path.write_text(f'theme = "dark"\n\n[keys]\n{text}\n')
    return KeyMap.of(read_settings(path).keys)


def test_keys_that_were_chosen_are_in_force_and_named(tmp_path: Path) -> None:
    keys = keymap(tmp_path, 'delete = "D"\nretry = "f5, Y"\nhelp = "?"')
    assert keys.chosen == {"delete": "D", "retry": "f5,Y", "help": "question_mark"}
    assert with_keys("[retry] retries; [undo] undoes", keys) == "f5 retries; u undoes"
    assert ("D", next(f"{c.title}. {c.tooltip} (delete)" for c in COMMANDS)) in keys.entries()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('delete = "w"\ndifferences = "v"', ""),
        ('delete = "v"', "line 4: v is the key of both delete and review."),
        ('delete = "q"', "line 4: q is the key of both delete and quit."),
        ('delete = "j"', "line 4: j cannot be the key of delete: it is taken (down)."),
        ('delet = "D"', "line 4: 'delet' is not a command. Did you mean delete?"),
        ('delete = ""', "line 4: delete must be keys such as"),
        ("delete = 5", "line 4: delete must be keys such as"),
        ('theme = "D"\n', "line 4: 'theme' is not a command."),
    ],
)
def test_a_key_used_twice_or_that_moves_is_refused_with_names_and_line(
    tmp_path: Path, text: str, said: str
) -> None:
    if not said:
        keymap(tmp_path, text)
        return
    with pytest.raises(ConfigError) as refused:
        keymap(tmp_path, text)
    assert said in str(refused.value)


@pytest.mark.parametrize("where", [ListScreen, RunScreen, RunsScreen])
@pytest.mark.parametrize(
    "text", ["", 'pause = "P"', 'resume = "f2"', 'resolve = "s"\ntake_out = "s"', 'help = "H"']
)
def test_every_command_has_the_keys_that_are_told_of_it(
    tmp_path: Path, text: str, where: type[WorkScreen]
) -> None:
    keys = keymap(tmp_path, text)
    bindings = BindingsMap(where.BINDINGS)
    bindings.apply_keymap(keys.bound)
    here = where.COMMANDS_HERE
    bound = {(one.id, key) for key, one in bindings if one.id in here}
    assert bound == {(one.id, key) for one in here.values() for key in keys.keys_of(one)}


def moment(phase: Phase = Phase.IDLE, *, rows: bool = True, read_only: bool = False) -> Moment:
    return Moment(
        phase=phase,
        read_only=read_only,
        can_sign_in=False,
        typing=False,
        rows=rows,
        detail=rows,
    )


def test_every_command_says_why_it_cannot_be_done_whenever_that_is() -> None:
    for phase in Phase:
        for rows in (False, True):
            now = moment(phase, rows=rows)
            silent = [
                one.id
                for one in COMMANDS
                if not one.makes_sense(now) and not with_keys(one.why_not(now)).endswith(".")
            ]
            assert silent == []


def test_of_one_key_the_command_whose_phase_it_is_says_why() -> None:
    run = commands_of(Where.RUN)
    both = [run["pause"], run["resume"]]
    assert "nothing to pause" in why_none(both, moment())
    assert "read-only" in why_none([run["undo"]], moment(read_only=True))
    assert "[stop]" in why_none([run["undo"]], moment(Phase.RUNNING))


def test_the_footer_dims_what_cannot_be_done_and_marks_what_is_cut() -> None:
    run = commands_of(Where.RUN)
    assert is_dimmed(run, "undo", lambda _: False)
    assert not is_dimmed(run, "undo", lambda _: True)
    assert not is_dimmed(run, "copy", lambda _: False)
    keys = [ShownKey(("d",), "Delete…", able=True), ShownKey(("slash",), "Find", able=True)]
    assert fitting(keys, 17) == (keys, False)
    assert fitting(keys, 16) == (keys[:1], True)
    assert fitting(keys, 3) == ([], True)


def test_where_not_all_fit_what_cannot_be_done_now_goes_last() -> None:
    back, retry, find = (
        ShownKey(("escape",), "Back", able=False),
        ShownKey(("r",), "Retry", able=False),
        ShownKey(("slash",), "Find", able=True),
    )
    assert fitting((back, retry, find), 25) == ((back, retry, find), False)
    assert fitting((back, retry, find), 24) == ([back, find], True)


def test_no_command_has_a_key_that_moves() -> None:
    assert not [one.id for one in COMMANDS if {*one.keys} & {*MOVING}]


def test_rows_are_sorted_by_each_column_up_and_down_then_as_listed() -> None:
    by, seen = None, []
    cells = columns(49, named=True)
    while (by := next_sorting(by, cells)) is not None:
        seen.append(by)
    shown = [one.column for one in cells]
    assert seen == [Sorting(one, reverse) for one in shown for reverse in (False, True)]
    assert "State ↓" in head(columns(80, named=True), Sorting(Column.STATE, reverse=True))


async def test_warnings_are_added_up_until_a_key_that_no_dialog_takes(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        conductor = stage.app.conductor
        conductor.say("Opening.")
        conductor.say("The first warning.", "warning")
        conductor.say("The second.", "error")
        conductor.say("The first warning.", "warning")
        assert conductor.said == Said("The first warning.\nThe second.", "error")
        await stage.pilot.press("question_mark")
        await stage.until(lambda: isinstance(stage.app.screen, Help))
        conductor.said = Said("The org is not known.", "warning")
        await stage.pilot.press("right", "escape")
        await stage.until(stage.no_dialog)
        assert conductor.said == Said("The org is not known.", "warning")
        await stage.pilot.press("j")
        assert conductor.said is None
