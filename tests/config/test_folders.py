"""Where files lie, and who may look into the folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zohotui.config.errors import ConfigError
from zohotui.config.folders import Folders, folders


def test_the_home_variable_holds_everything_and_only_its_owner_enters(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    places = folders({"ZOHOTUI_HOME": str(home)})
    places.make()
    assert places.state == places.config == home
    assert home.stat().st_mode & 0o777 == 0o700
    assert places.journals == home / "journals"
    assert places.practice == home / "practice"
    assert places.tokens == home / "tokens"
    assert places.secrets == home / "secrets"
    assert places.settings == home / "settings.toml"


def test_no_two_things_lie_in_one_place(tmp_path: Path) -> None:
    places = Folders(tmp_path, tmp_path)
    lie = [places.journals, places.practice, places.tokens, places.secrets, places.settings]
    assert len(set(lie)) == 5


def test_without_it_the_platform_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for environ in ({}, {"ZOHOTUI_HOME": ""}):
        places = folders(environ)
        assert places.state.name == places.config.name == "zohotui"
        assert places.state != places.config


def test_folders_are_made_twice_and_keep_what_lies_in_them(tmp_path: Path) -> None:
    places = Folders(tmp_path / "a" / "state", tmp_path / "b" / "config")
    places.make()
    places.settings.write_text("# mine")
    places.make()
    assert places.settings.read_text() == "# mine"
    for folder in (places.state, places.config):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_an_open_umask_opens_nothing(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        places = folders({"ZOHOTUI_HOME": str(tmp_path / "home")})
        places.make()
    finally:
        os.umask(before)
    assert places.state.stat().st_mode & 0o777 == 0o700


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(ConfigError, match="not a folder"):
        folders({"ZOHOTUI_HOME": str(file)})


def test_a_home_below_a_file_is_refused_with_a_way_out(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(ConfigError, match="ZOHOTUI_HOME can name another folder"):
        folders({"ZOHOTUI_HOME": str(file / "home")}).make()


def test_a_home_of_nobody_is_refused() -> None:
    with pytest.raises(ConfigError, match="ZOHOTUI_HOME is ~nobody-of-this-name"):
        folders({"ZOHOTUI_HOME": "~nobody-of-this-name/x"})


def test_a_home_may_be_relative_and_stays_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    places = folders({"ZOHOTUI_HOME": "home"})
    monkeypatch.chdir("/")
    assert places.state == tmp_path / "home"
