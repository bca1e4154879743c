"""What happens between the command line and the first frame, in this process."""

from __future__ import annotations

import errno
import gc
import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

import zohotui
from tests.deletion.test_purge import OLD
from zohotui import cli
from zohotui.config.errors import ConfigError
from zohotui.config.private_files import write_private
from zohotui.opening import Opening
from zohotui.options import parser
from zohotui.tui.session import Session

ACME = '[profiles.acme]\ndata_centre = "EU"\n'
NO_RULE = f"{ACME}[profiles.other]\ndata_centre = 'EU'\nprotected_if = ['Amount']\n"
SAID = (
    "settings.toml, line 5: The profile other, protected_if: 'Amount' is not a rule: it has no "
    "comparison"
)
TOKEN = {"ZOHOTUI_ACCESS_TOKEN": "1000.x.y", "ZOHOTUI_API_DOMAIN": "https://www.zohoapis.eu"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a home for the program, which also believes itself in a terminal."""
    for name in [name for name in os.environ if name.startswith("ZOHOTUI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ZOHOTUI_HOME", str(tmp_path))
    monkeypatch.setattr(cli, "_need_terminal", lambda *_, **__: None)
    return tmp_path


def session(home: Path, *arguments: str) -> Session:
    """Work out the session of a command line."""
    environ = {**TOKEN, "ZOHOTUI_HOME": str(home)}
    opened = cli._opening(parser().parse_args(arguments), environ).begin()
    if opened.account is not None:
        opened.account.crm.close()
    return opened


# Guards


@pytest.mark.parametrize("arguments", [(), ("--demo",), ("--profile", "acme")])
def test_a_rule_that_is_none_is_a_usage_error(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: Sequence[str]
) -> None:
    (home / "settings.toml").write_text(NO_RULE)
    assert cli.main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"zohotui: {home}/{SAID}")
    assert said.err.endswith(".\n")
    assert said.err.count("\n") == 1
    assert gc.isenabled()


def test_a_rule_that_was_spoilt_meanwhile_is_told_when_the_profile_is_opened(home: Path) -> None:
    (home / "settings.toml").write_text(ACME)
    profiles = session(home).profiles
    assert profiles is not None
    (home / "settings.toml").write_text(NO_RULE)
    with pytest.raises(ConfigError, match=SAID):
        profiles.open("other")


# What is opened before the first frame, and what behind it


def opening(home: Path, *arguments: str) -> Opening:
    return cli._opening(parser().parse_args(arguments), {"ZOHOTUI_HOME": str(home)})


def test_a_command_that_may_ask_for_a_passphrase_has_the_terminal_before_the_screen(
    home: Path,
) -> None:
    (home / "settings.toml").write_text(f'{ACME}secret_command = "touch {home}/asked"\n')
    with pytest.raises(ConfigError, match="secret_command"):
        opening(home, "--profile", "acme")
    assert (home / "asked").exists()


def test_secrets_in_a_file_are_read_behind_the_first_frame(home: Path) -> None:
    (home / "settings.toml").write_text(f"{ACME}read_only = true\n")
    write_private(home / "secrets" / "acme.json", b"no JSON")
    opened = opening(home, "--profile", "acme")
    assert opened.read_only
    with pytest.raises(ConfigError, match=r"is damaged\. Sign in again\."):
        opened.begin()


def test_a_profile_that_is_not_there_is_named_before_anything_opens(home: Path) -> None:
    with pytest.raises(ConfigError, match="nobody"):
        opening(home, "--profile", "nobody")


# Snapshots that have had their time


def lay(folder: Path, *names: str) -> list[Path]:
    """Put files of these names into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in names]
    for path in paths:
        path.touch()
    return paths


def snapshots(folder: Path, number: int) -> list[Path]:
    paths = lay(folder, *(f"{OLD}-{n}.snapshot.jsonl.gz" for n in range(2, number + 2)))
    for path in paths:
        os.utime(path, (0, 0))
    return paths


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, ()),
        (1, ("1 file of saved copies older than 60 days was erased; journals stay.",)),
        (3, ("3 files of saved copies older than 60 days were erased; journals stay.",)),
    ],
)
@pytest.mark.parametrize(
    ("option", "folder"), [((), "journals"), (("--demo",), "practice/journals")]
)
def test_old_snapshots_go_at_the_start_and_their_number_is_told(
    home: Path, number: int, said: tuple[str, ...], option: tuple[str, ...], folder: str
) -> None:
    old = snapshots(home / folder, number)
    young = time.strftime("%Y%m%dT%H%M%SZ-7-Leads.snapshot.jsonl.gz", time.gmtime())
    stay = lay(home / folder, young, f"{OLD}.jsonl")
    assert session(home, *option).notices == said
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in stay)
    assert session(home, *option).notices == ()


def test_practice_and_real_snapshots_do_not_touch_each_other(home: Path) -> None:
    practice, real = snapshots(home / "practice/journals", 1), snapshots(home / "journals", 1)
    lay(home / "practice/journals", f"{OLD}.jsonl")
    lay(home / "journals", f"{OLD}.jsonl")
    session(home)
    assert practice[0].exists()
    assert not real[0].exists()
    (again,) = snapshots(home / "journals", 1)
    session(home, "--demo")
    assert again.exists()
    assert not practice[0].exists()


def test_a_broken_folder_keeps_nobody_from_starting(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "journals").touch()
    assert session(home).notices == ()
    (home / "journals").unlink()
    (old,) = snapshots(home / "journals", 1)

    def broken(_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "scandir", broken)
    assert session(home).notices == ()
    assert old.exists()


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_erase_nothing(
    home: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    (old,) = snapshots(home / "journals", 1)
    with pytest.raises(SystemExit) as end:
        cli.main([option])
    assert end.value.code == 0
    assert old.exists()
    assert zohotui.__name__ in capsys.readouterr().out


# The list to begin with


LEAD = "410405000002264040"
ADDRESS = f"https://crm.zoho.eu/crm/org7/tab/Leads/{LEAD}"


def test_ids_and_addresses_on_the_command_line_are_the_list(home: Path) -> None:
    typed = session(home, LEAD, ADDRESS, "zcrm_410405000002264041").typed
    assert typed is not None
    assert list(typed.ids) == [int(LEAD), 410405000002264041]
    assert [origin.tab for origin in typed.origins] == ["Leads"]
    assert typed.source == "the command line"
    assert session(home).typed is None


def test_a_query_is_read_from_a_file_and_chooses_the_module(home: Path) -> None:
    file = home / "junk.coql"
    file.write_text("select id from Leads where Lead_Status = 'Junk'\n")
    opened = session(home, "--query", str(file))
    assert opened.query is not None
    assert (opened.module, opened.query.module) == ("Leads", "Leads")


def test_values_of_an_external_field_are_no_ids(home: Path) -> None:
    file = home / "values.txt"
    file.write_text("K-1\n")
    opened = session(home, "--module", "Leads", "--external", "ERP_No", "--ids", str(file))
    assert (opened.external, opened.ids) == ("ERP_No", file)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["1234"], "1234: too short"),
        (["nonsense"], "nonsense: not a number"),
        (
            ["https://crm.zoho.eu/crm/org7/tab/Leads/custom-view/410405000002264040/list"],
            "list view",
        ),
        (["https://example.com/1"], "not on a host of Zoho CRM"),
        ([""], "it is empty"),
        (["\x1b[2J"], "\N{REPLACEMENT CHARACTER}[2J: not a number"),
        ([LEAD, "--ids", "x"], "--ids and ids or addresses name two lists"),
        (["--ids", "x", "--query", "y"], "--ids and --query name two lists"),
        (["--external", "ERP_No", "--ids", "x"], "--external needs --module, and --ids"),
        (["--external", "ERP_No", "--module", "Leads"], "--external needs --module, and --ids"),
        (
            ["--external", "E R P", "--module", "Leads", "--ids", "x"],
            "E R P is not the API name of a field",
        ),
        (["--module", "Sales Orders"], "--module Sales Orders is not the API name"),
        (["--query", "/none/such"], "cannot be read: No such file"),
    ],
)
def test_a_list_that_cannot_be_begun_with_is_a_usage_error(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: Sequence[str], said: str
) -> None:
    del home
    assert cli.main(["--demo", *arguments]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("query", "more", "said"),
    [
        ("drop table", (), "must look like"),
        ("select id from Leads where id is not null", ("--module", "Contacts"), "reads Leads"),
        ("\udcff", (), "not UTF-8"),
    ],
)
def test_a_query_that_cannot_be_sent_is_a_usage_error(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    query: str,
    more: Sequence[str],
    said: str,
) -> None:
    file = home / "query"
    file.write_bytes(query.encode(errors="surrogateescape"))
    assert cli.main(["--demo", "--query", str(file), *more]) == 2
    assert said in capsys.readouterr().err


def test_no_size_of_a_query_s_file_ends_the_program(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home / "query"
    with file.open("wb") as sparse:
        sparse.truncate(1 << 40)
    assert cli.main(["--demo", "--query", str(file)]) == 2
    assert "has more than 100,000 bytes" in capsys.readouterr().err
