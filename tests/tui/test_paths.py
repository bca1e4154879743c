"""The path of a file is completed, the last files are offered, and `..` leads up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.practice import practice
from zohotui.tui.dialogs.open_file import OpenFile
from zohotui.tui.recent_files import KEPT, RecentFiles
from zohotui.tui.widgets.id_files import IdFiles
from zohotui.tui.widgets.path_field import PathField, complete


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    exports = tmp_path / "exports"
    (exports / "leads old").mkdir(parents=True)
    for name in ("leads-1.csv", "leads-2.csv", "deals.xlsx", "picture.png", ".hidden.csv", "a\x1b"):
        (exports / name).touch()
    return exports


@pytest.mark.parametrize(
    ("typed", "path", "names"),
    [
        ("le", "leads", ["leads old/", "leads-1.csv", "leads-2.csv"]),
        ("leads-", "leads-", ["leads-1.csv", "leads-2.csv"]),
        ("d", "deals.xlsx", ["deals.xlsx"]),
        ("leads o", "leads old/", ["leads old/"]),
        ("p", "p", []),
        ("none/", "none/", []),
        (".h", ".hidden.csv", [".hidden.csv"]),
        ("\0", "\0", []),
        ("", "", ["deals.xlsx", "leads old/", "leads-1.csv", "leads-2.csv"]),
    ],
)
def test_a_path_is_completed_as_far_as_it_is_certain(
    folder: Path, typed: str, path: str, names: list[str]
) -> None:
    assert complete(f"{folder}/{typed}") == (f"{folder}/{path}", names)


def test_the_home_is_not_spelt_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    assert complete("~/de") == ("~/deals.xlsx", ["deals.xlsx"])


def test_the_last_files_are_remembered_each_once(tmp_path: Path) -> None:
    kept = RecentFiles(tmp_path)
    assert kept.read() == []
    for number in (1, 2, 3, 4, 5, 6, 2):
        kept.remember(tmp_path / f"{number}.csv")
    assert [path.stem for path in kept.read()] == ["2", "6", "5", "4", "3"]
    assert len(kept.read()) == KEPT
    assert (tmp_path / "recent-files.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "no JSON", "{}", "[1, null]", "[" * 9_000])
def test_a_damaged_file_of_them_offers_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "recent-files.json").write_text(content)
    (tmp_path / "recent-files.json").chmod(0o600)
    assert RecentFiles(tmp_path).read() == []


async def test_tab_completes_the_arrows_offer_and_two_dots_lead_up(
    tmp_path: Path, folder: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    async with practice(home) as stage:
        RecentFiles(stage.app.conductor.session.journals.parent).remember(folder / "leads-2.csv")
        await stage.pilot.press("o")
        await stage.until(lambda: isinstance(stage.app.screen, OpenFile))
        field = stage.app.screen.query_one(PathField)
        field.value = f"{folder}/de"
        await stage.pilot.press("tab")
        await stage.until(lambda: field.value.endswith("deals.xlsx"))
        await stage.pilot.press("up")
        assert field.value == str(folder / "leads-2.csv")
        await stage.pilot.press("down")
        assert field.value.endswith("deals.xlsx")
        field.value = f"{folder}/leads old/.."
        await stage.pilot.press("enter")
        tree = stage.app.screen.query_one(IdFiles)
        await stage.until(lambda: tree.has_focus and Path(tree.path) == folder)
        await stage.pilot.press("enter")
        await stage.until(lambda: Path(tree.path) == tmp_path and tree.root.is_expanded)


def test_for_a_new_file_only_folders_are_completed(folder: Path) -> None:
    assert complete(f"{folder}/l", files=False) == (f"{folder}/leads old/", ["leads old/"])
    assert complete(f"{folder}/de", files=False) == (f"{folder}/de", [])
