"""Choosing, entering, reading and finding on the main screen."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual import events
from textual.widgets import Checkbox, Input, Log

from tests.tui.practice import NOON, Stage, colleague_deletes, practice
from zohotui import explain
from zohotui.options import TOPICS
from zohotui.sandbox import Sandbox, sample_org
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.open_file import OpenFile
from zohotui.tui.dialogs.pages import Help, RejectedEntries
from zohotui.tui.dialogs.sign_in import SignIn
from zohotui.tui.keys.commands import COMMANDS
from zohotui.tui.keys.keymap import key_entries, with_keys
from zohotui.tui.keys.phase import Phase
from zohotui.tui.widgets.id_editor import IdEditor, IdText
from zohotui.tui.widgets.module_picker import ModulePicker


def told(stage: Stage, sentence: str) -> bool:
    return any(sentence in one for one in stage.told)


def empty(stage: Stage) -> bool:
    """Whether nothing is left of the list, neither ids nor what is no id."""
    ids = stage.main.query_one(IdEditor).ids
    return stage.no_dialog() and not len(ids.ids) and not ids.rejected_count


HOSTILE = "[/x] [red]\x1b]0;pwned\x07 \u202egnp.exe {'a': ['b[0]']} 日本語"


async def test_what_stands_in_the_way_of_deleting_is_said(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        for module, ids, sentence in (
            ("", "554023000000201001", "Choose a module first"),
            ("Leads", "nonsense", "No record ids yet: 1 entry is not an id, ! shows why."),
            (
                "Leads",
                "https://crm.zoho.com/crm/org700000001/tab/Contacts/554023000000301001",
                "of Contacts, but the chosen module is Leads",
            ),
            (
                "Leads",
                "https://crm.zoho.com/crm/org999/tab/Leads/554023000000201001",
                "of another org (org999)",
            ),
        ):
            if module:
                await stage.choose(module)
            await stage.enter(ids)
            stage.forget_told()
            await stage.pilot.press("d")
            await stage.until(partial(told, stage, sentence))
            assert stage.no_dialog(), sentence
            await stage.pilot.press("ctrl+n", "y")
            await stage.until(partial(empty, stage))


async def test_what_was_done_before_the_screen_opened_is_told_once(tmp_path: Path) -> None:
    told = "2 snapshots older than 60 days were erased."
    async with practice(tmp_path, notices=(told,)) as stage:
        assert list(stage.told) == [told]
        stage.forget_told()
        before = stage.org.connection
        await stage.pilot.press("ctrl+r")
        await stage.until(lambda: stage.org.connection is not before)
        assert not stage.told


async def test_what_is_typed_is_text_and_no_command_and_is_read_when_the_keys_rest(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path) as stage:
        await stage.choose("Leads")
        await stage.pilot.press("i", *"dqosn")
        await stage.pilot.pause()
        assert stage.no_dialog()
        assert stage.main.query_one(IdText).text == "dqosn"
        await stage.pilot.press(*["backspace"] * 5)
        await stage.pilot.press(*"554023000000201001", "enter", *"554023000000201001")
        editor = stage.main.query_one(IdEditor)
        await stage.until(lambda: editor.ids.duplicates == 1)
        await stage.until(lambda: "1 id = 1 entered" in stage.text())


async def test_a_large_paste_is_kept_beside_the_editor_and_clearing_asks_first(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path) as stage:
        ids = "\n".join(str(554023000001000001 + number) for number in range(100_000))
        await stage.enter(ids)
        editor = stage.main.query_one(IdEditor)
        assert len(editor.ids.ids) == 100_000
        assert stage.main.query_one(IdText).text == ""
        assert "100,000 ids = 100,000 entered" in stage.text()
        await stage.pilot.press("ctrl+n")
        await stage.until(lambda: isinstance(stage.app.screen, Ask))
        await stage.pilot.press("enter")
        await stage.until(stage.no_dialog)
        assert len(editor.ids.ids) == 100_000
        await stage.pilot.press("ctrl+n", "y")
        await stage.until(lambda: not len(editor.ids.ids))


async def test_rejected_entries_are_listed_with_line_and_reason_which_is_not_cut_off(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path) as stage:
        await stage.enter("554023000000201001\n4.10405E+17\nabc")
        await stage.pilot.press("exclamation_mark")
        await stage.until(lambda: isinstance(stage.app.screen, RejectedEntries))
        words = "\n".join(stage.app.screen.query_one(Log).lines)
        assert "line 2: 4.10405E+17" in words
        assert "damaged by a spreadsheet" in words
        assert "line 3: abc" in words
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        await stage.enter("\n" + "<table><tr><td>554023000000201316\n" * 20)
        for size in ((80, 24), (44, 16), (120, 40)):
            await stage.resize(size)
            await stage.pilot.press("exclamation_mark")
            await stage.until(lambda: isinstance(stage.app.screen, RejectedEntries))
            log = stage.app.screen.query_one(Log)
            await stage.until(lambda log=log: log.line_count > 20)  # type: ignore[misc]
            width = log.scrollable_content_region.width
            reasons = [line for line in log.lines if line.startswith(" ")]
            assert reasons, size
            assert max(map(len, reasons)) <= width, size
            assert width < size[0]
            await stage.pilot.press("escape")
            await stage.until(stage.no_dialog)


async def test_ids_pasted_one_after_the_other_are_two(tmp_path: Path) -> None:
    first, second, third = (f"55402300000020100{n}" for n in (1, 2, 3))
    async with practice(tmp_path) as stage:
        editor = stage.main.query_one(IdEditor)
        stage.app.post_message(events.Paste(first))
        await stage.until(lambda: len(editor.ids.ids) == 1)
        # Elsewhere nobody sees the cursor of the field, or what is selected in it.
        editor.text_area.select_all()
        stage.app.post_message(events.Paste(second))
        await stage.until(lambda: len(editor.ids.ids) == 2)
        await stage.pilot.press("i")
        stage.app.post_message(events.Paste(third))
        await stage.until(lambda: len(editor.ids.ids) == 3)
        await stage.pilot.press("escape")
        stage.app.post_message(events.Paste("<table>"))
        await stage.until(lambda: editor.ids.rejected_count == 1)
        assert editor.text_area.text == f"{first}\n{second}\n{third}\n<table>"
        assert len(editor.ids.ids) == 3


async def test_in_the_middle_of_an_entry_text_is_pasted_as_it_is(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await stage.enter("55402300201001")
        text = stage.main.query_one(IdEditor).text_area
        await stage.pilot.press("i")
        text.move_cursor((0, 8))
        stage.app.post_message(events.Paste("0000"))
        await stage.until(lambda: text.text == "554023000000201001")
        text.move_cursor((0, 15))
        text.move_cursor((0, 18), select=True)
        stage.app.post_message(events.Paste("002"))
        await stage.until(lambda: text.text == "554023000000201002")


async def test_a_file_is_shown_before_it_is_taken_and_another_can_be_chosen(
    tmp_path: Path,
) -> None:
    file, unclear = tmp_path / "leads.csv", tmp_path / "some.csv"
    file.write_text("Record Id,Account Name.id\nzcrm_554023000000201001,zcrm_554023000000401001\n")
    unclear.write_text("First,Second\n554023000000201001,554023000000201002\n")
    async with practice(tmp_path, sample=tmp_path / "absent.csv") as stage:
        await stage.pilot.press("o")
        await stage.until(lambda: isinstance(stage.app.screen, OpenFile))
        await stage.pilot.press("enter")
        await stage.until(lambda: "absent.csv" in stage.text())
        assert stage.app.screen.query_one("#step-path").display
        stage.app.screen.query_one("#path", Input).value = str(file)
        await stage.pilot.press("enter")
        await stage.until(lambda: "1 id in leads.csv, column Record Id" in stage.text())
        assert not len(stage.main.query_one(IdEditor).ids.ids)
        await stage.pilot.press("enter")
        await stage.until(stage.no_dialog)
        assert list(stage.main.query_one(IdEditor).ids.ids) == [554023000000201001]
        # Of two columns of ids the admin picks one.
        await stage.pilot.press("o")
        await stage.until(lambda: isinstance(stage.app.screen, OpenFile))
        stage.app.screen.query_one("#path", Input).value = str(unclear)
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.app.screen.query_one("#step-column").display)
        await stage.pilot.press("enter")
        assert stage.app.screen.query_one("#step-column").display
        await stage.pilot.press("down", "down", "enter")
        await stage.until(lambda: stage.app.screen.query_one("#step-found").display)
        await stage.pilot.press("enter")
        await stage.until(stage.no_dialog)
        assert list(stage.main.query_one(IdEditor).ids.ids) == [554023000000201002]


async def test_a_second_file_can_be_added_or_replace_the_first(tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("554023000000201002\n554023000000201001\n")
    async with practice(tmp_path, sample=file) as stage:
        await stage.enter("554023000000201001")
        editor = stage.main.query_one(IdEditor)
        for key, expected in (
            ("tab", [554023000000201002, 554023000000201001]),
            ("", [554023000000201002, 554023000000201001]),
        ):
            await stage.pilot.press("o")
            await stage.until(lambda: isinstance(stage.app.screen, OpenFile))
            await stage.pilot.press("enter")
            await stage.until(lambda: stage.app.screen.query_one("#step-found").display)
            await stage.pilot.press(*filter(None, [key]), "enter")
            await stage.until(stage.no_dialog)
            assert sorted(editor.ids.ids) == sorted(expected)


async def test_filter_and_find_go_through_the_results(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids = stage.sandbox.sample_ids()["Leads"][:31]
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        await stage.delete("delete 31 Leads", lambda: colleague_deletes(stage.sandbox, ids[30]))
        table = stage.pane.table
        await stage.show_only("gone")
        assert stage.filter() == "gone"
        assert table.place == 30
        await stage.show_only("not as reviewed")
        assert table.place == 30
        await stage.show_only("all")
        assert not stage.filter()
        await stage.pilot.press("home", "slash", *"gone", "enter")
        await stage.until(lambda: table.place == 30)
        await stage.until(lambda: "1 of 1: gone" in stage.text())
        assert stage.app.focused is table
        await stage.until(lambda: "could see no such record" in " ".join(stage.text().split()))
        await stage.pilot.press("slash", "ctrl+u", *ids[7][-4:], "enter")
        await stage.until(lambda: table.place == 7)


async def test_hostile_text_is_shown_as_text_everywhere(tmp_path: Path) -> None:
    org = sample_org(hostile=True)
    org.company = HOSTILE
    org.change_module("Leads", plural_label=HOSTILE)
    sandbox = Sandbox(org, clock=lambda: NOON)
    ids = sandbox.sample_ids()["Leads"][:3]
    org.change_fields("Leads", ids[0], Full_Name=HOSTILE, Last_Name=HOSTILE)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await stage.pilot.press("enter")
        await stage.enter("\n".join([*ids, HOSTILE]))
        dialog = await stage.ask()
        assert "[/x] [red]\N{REPLACEMENT CHARACTER}]0;pwned" in stage.text(dialog)
        picture = stage.app.export_screenshot()
        assert "\x1b" not in picture
        assert "\u202e" not in picture
        await stage.pilot.press("escape", "exclamation_mark")
        await stage.until(lambda: isinstance(stage.app.screen, RejectedEntries))
        assert "\x1b" not in "".join(stage.app.screen.query_one(Log).lines)
        assert "\x1b" not in stage.app.export_screenshot()


async def test_both_themes_draw(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await stage.enter("554023000000201001")
        for theme in ("zohotui-light", "zohotui-dark"):
            stage.app.theme = theme
            await stage.pilot.pause()
            assert "554023000000201001" in stage.app.export_screenshot()


async def test_an_unknown_token_is_explained_and_can_be_tried_again(tmp_path: Path) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    wrong = "1000.wrong.token"
    async with practice(tmp_path, sandbox=sandbox, token=wrong, connected=False) as stage:
        await stage.until(lambda: isinstance(stage.app.screen, SignIn) and stage.app.screen.focused)
        assert "INVALID_TOKEN" in stage.text()
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        assert stage.phase is Phase.OFFLINE
        assert "INVALID_TOKEN" in stage.text()
        assert "l signs in, ctrl+r tries again" in stage.text()
        assert wrong not in stage.app.export_screenshot()
        assert stage.offers("connect")


async def test_a_token_without_settings_scopes_still_works_and_says_what_is_missing(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    token = sandbox.issue_token(scopes=["ZohoCRM.modules.ALL"])
    async with practice(tmp_path, sandbox=sandbox, token=token) as stage:
        assert "ORG NOT KNOWN" in stage.text()
        assert "Sales Orders" in {
            module.plural_label for module in stage.main.query_one(ModulePicker).modules
        }
        ids = sandbox.sample_ids()["Leads"][:2]
        await stage.choose("Leads")
        await stage.enter(" ".join(ids))
        dialog = await stage.ask()
        assert "not known: the org did not say" in stage.text(dialog)
        await stage.say("delete 2 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        assert sandbox.ledger.deleted_ids("Leads") == ids


async def test_export_writes_the_outcomes_that_are_shown_and_never_over_another_file(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path) as stage:
        ids = stage.sandbox.sample_ids()["Leads"][:4]
        await stage.choose("Leads")
        await stage.enter(" ".join(ids))
        await stage.delete("delete 4 Leads", lambda: colleague_deletes(stage.sandbox, ids[3]))
        for only, expected in ((False, ids), (True, ids[3:])):
            await stage.until(stage.no_dialog)
            await stage.show_only("gone")
            await stage.pilot.press("e")
            await stage.until(lambda: stage.app.screen.query("#new-file"))
            stage.app.screen.query_one("#path", Input).value = str(file := tmp_path / f"{only}.csv")
            stage.app.screen.query_one(Checkbox).value = only
            await stage.pilot.press("enter")
            await stage.until(file.exists)
            await stage.until(stage.no_dialog)
            written = [line.split(",")[0] for line in file.read_text().splitlines()[1:]]
            assert written == [f"zcrm_{record_id}" for record_id in expected]
        await stage.pilot.press("e")
        await stage.until(lambda: stage.app.screen.query("#new-file"))
        stage.app.screen.query_one("#path", Input).value = str(file)
        await stage.pilot.press("enter")
        await stage.until(lambda: "exists already" in stage.text())


async def test_every_command_has_a_place_in_the_palette_and_help_as_the_command_line_prints_it(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path) as stage:
        offered = {
            command.title.rpartition(" (")[0] or command.title
            for command in stage.app.get_system_commands(stage.shown)
        }
        for command in COMMANDS:
            possible = stage.offers(command.id)
            assert (command.title in offered) is bool(possible), command.title
        await stage.pilot.press("question_mark")
        await stage.until(lambda: isinstance(stage.app.screen, Help))
        words = stage.text()
        assert all(command.title in words for command in COMMANDS)
        page, title = (stage.app.screen.query_one(name) for name in ("#page", "#help"))
        await stage.pilot.press("space")
        await stage.until(lambda: page.scroll_offset.y == page.size.height)
        await stage.pilot.press("b")
        await stage.until(lambda: page.scroll_offset.y == 0)
        await stage.pilot.press("end")
        for number, topic in enumerate(Help.TOPICS[1:], 2):
            await stage.pilot.press("right")
            await stage.pilot.pause()
            assert title.border_title == f"Help: {topic} ({number} of {len(TOPICS)})"
            assert page.scroll_offset.y == 0
            words = " ".join(stage.text().split())
            for name, meaning in explain.page(topic, key_entries).entries:
                assert name in words
                assert " ".join(with_keys(meaning).split()) in words
        await stage.pilot.press("right")
        await stage.pilot.pause()
        assert title.border_title == f"Help: keys (1 of {len(TOPICS)})"
        await stage.pilot.press("left")
        await stage.pilot.pause()
        assert "exit-codes" in title.border_title
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
