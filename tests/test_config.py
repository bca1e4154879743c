"""Where files lie, what the environment opens, and the sentences for what it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from zohotui.config import ConfigError, credentials, folders

TOKEN = "1000.0123456789abcdef.0123456789abcdef"
DOMAIN = "https://www.zohoapis.eu"


def test_the_home_variable_holds_everything_and_only_its_owner_enters(tmp_path: Path) -> None:
    places = folders({"ZOHOTUI_HOME": str(tmp_path / "deep" / "home")})
    places.make()
    assert places.journals == tmp_path / "deep" / "home" / "journals"
    assert places.state.stat().st_mode & 0o777 == 0o700


def test_without_it_the_platform_decides() -> None:
    assert folders({}).state.name == "zohotui"


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


def test_nothing_in_the_environment_opens_nothing() -> None:
    assert credentials({}) is None


def test_a_token_and_a_domain_open_a_session_without_showing_the_token() -> None:
    opened = credentials({"ZOHOTUI_ACCESS_TOKEN": TOKEN, "ZOHOTUI_API_DOMAIN": DOMAIN})
    assert opened is not None
    assert opened.domain.location == "EU"
    assert TOKEN not in repr(opened)


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"ZOHOTUI_ACCESS_TOKEN": TOKEN}, "ZOHOTUI_API_DOMAIN is not"),
        ({"ZOHOTUI_API_DOMAIN": DOMAIN}, "ZOHOTUI_ACCESS_TOKEN is not"),
        (
            {"ZOHOTUI_ACCESS_TOKEN": TOKEN, "ZOHOTUI_API_DOMAIN": "https://evil.example"},
            "not one of Zoho's API hosts",
        ),
        (
            {"ZOHOTUI_ACCESS_TOKEN": "a\nb", "ZOHOTUI_API_DOMAIN": DOMAIN},
            "characters that no access token has",
        ),
    ],
)
def test_half_a_session_is_a_sentence_without_the_token(
    environ: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence) as caught:
        credentials(environ)
    assert TOKEN not in str(caught.value)
