"""A profile is added to settings.toml without a change to a word that stands there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config.test_private_files import full_disk
from tests.rows import each_row
from zohotui.config.errors import ConfigError
from zohotui.config.settings import PROFILE_NAME, Profile, addresses, read_settings
from zohotui.config.settings_file import add_profile
from zohotui.files import alone_in
from zohotui.zoho.datacentre import DATA_CENTRES


def profile(
    name: str = "acme", *, place: str = "EU", environment: str = "", **more: object
) -> Profile:
    accounts, domain = addresses(place, environment, "", "")
    made = Profile(name=name, accounts=accounts, domain=domain, org="700000001")
    return replace(made, **more)  # type: ignore[arg-type]


LOCAL = addresses("", "", "http://localhost:8080", "")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.parent.iterdir())


@each_row("read_only", [True, False])
@each_row("environment", ["production", "sandbox", "developer"])
@each_row("place", [centre.location for centre in DATA_CENTRES])
def test_what_is_added_reads_back_the_same(
    path: Path, place: str, environment: str, read_only: bool
) -> None:
    new = profile(place=place, environment=environment, read_only=read_only)
    add_profile(path, new)
    assert read_settings(path).named("acme") == new
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_practice_org_reads_back_the_same(path: Path) -> None:
    new = replace(profile(), accounts=LOCAL[0], domain=LOCAL[1], org="")
    add_profile(path, new)
    assert read_settings(path).named("acme") == new


def test_a_new_file_says_what_it_is(path: Path) -> None:
    add_profile(path, profile())
    assert path.read_text().startswith("# Settings of zohotui.")


TEXTS = [
    b"",
    b"\n",
    b"# mine",
    b"# mine\n",
    b"theme = 'dark'",
    b"theme = 'dark'\r\nmouse = false\r\n",
    b"theme = 'dark'\r\nmouse = false",
    b"# \xc3\xbc \xe2\x80\xa8 odd\n\n\n   # indented\n\tmouse=false\t# why\n",
    b"[profiles.old]\ndata_centre = 'EU'",
    b"[profiles]\r\nold.data_centre = 'EU'\r\n",
    b"profiles.old.data_centre = 'EU'\n",
    b"[profiles.old]\nsecret_command = '''\na\r\nb\n'''\ndata_centre='EU'\n",
]


@each_row("text", TEXTS)
def test_what_stands_there_stays_to_the_byte(path: Path, text: bytes) -> None:
    path.write_bytes(text)
    before = read_settings(path)
    add_profile(path, profile("new"))
    assert path.read_bytes().startswith(text)
    after = read_settings(path)
    assert after.named("new") == profile("new")
    assert {name: after.profiles[name] for name in before.profiles} == before.profiles
    assert (after.theme, after.mouse) == (before.theme, before.mouse)
    assert names(path) == ["settings.toml"]


LINES = st.sampled_from(
    [
        *("# a comment", "", "  ", "\t# ü \N{SNOWMAN}", "mouse = false", "theme='light'"),
        *("low_bandwidth\t=true  # slow", "[profiles.a]\ndata_centre = 'EU'"),
        *('[profiles.b] # two\nparallel = 3\ndata_centre = "US"',),
    ]
)


@given(
    lines=st.lists(LINES, unique=True, max_size=6).map(
        lambda lines: sorted(lines, key=lambda line: line.startswith("["))
    ),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
)
def test_whatever_stands_there_stays(
    tmp_path: Path, lines: list[str], end: str, last: bool
) -> None:
    path = tmp_path / "settings.toml"
    text = "\n".join(lines).replace("\n", end).encode() + (end.encode() if last else b"")
    path.write_bytes(text)
    before = read_settings(path)
    add_profile(path, profile("new"))
    assert path.read_bytes().startswith(text)
    after = read_settings(path)
    assert dict(after.profiles) == {**before.profiles, "new": profile("new")}


@each_row("bits", [0o600, 0o644, 0o640, 0o400])
def test_the_file_keeps_its_mode(path: Path, bits: int) -> None:
    path.write_text("mouse = false\n")
    path.chmod(bits)
    add_profile(path, profile())
    assert path.stat().st_mode & 0o777 == bits


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles" / "zohotui.toml"
    kept.parent.mkdir()
    kept.write_text("mouse = false\n")
    path.symlink_to(kept)
    add_profile(path, profile())
    assert path.is_symlink()
    assert kept.read_text().startswith("mouse = false\n")
    assert read_settings(path).named("acme") == profile()


def test_a_link_to_nothing_makes_the_file_it_leads_to(path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / "later.toml")
    add_profile(path, profile())
    assert path.is_symlink()
    assert (tmp_path / "later.toml").exists()


def test_the_same_profile_is_not_added_twice(path: Path) -> None:
    add_profile(path, profile())
    before = path.read_bytes()
    add_profile(path, profile())
    assert path.read_bytes() == before


OTHERS = [
    (profile(org="700000002"), r"another org \(700000001\)\. Please choose another name"),
    (profile(org=""), r"for the org 700000001, .*without ZohoCRM\.org\.READ"),
    (profile(environment="sandbox"), "another org"),
    (profile(place="US"), "another org"),
    (profile(read_only=True), "is not read-only"),
]


@each_row(("new", "why"), OTHERS)
def test_the_name_of_another_org_s_profile_is_refused(path: Path, new: Profile, why: str) -> None:
    add_profile(path, profile())
    before = path.read_bytes()
    with pytest.raises(ConfigError, match=why) as caught:
        add_profile(path, new)
    assert str(caught.value).endswith("choose another name, like acme-2.")
    assert path.read_bytes() == before
    with pytest.raises(ConfigError, match=why):
        add_profile(path, new, meant=True)


@pytest.mark.parametrize("org", ["700000001", ""])
def test_a_profile_that_names_no_org_is_taken_for_none(path: Path, org: str) -> None:
    """It may be of any org, so another sign-in may not go under its name unless that was meant."""
    path.write_text('[profiles.acme]\ndata_centre = "EU"\n[profiles.acme-2]\ndata_centre = "EU"\n')
    before = path.read_bytes()
    with pytest.raises(ConfigError) as caught:
        add_profile(path, profile(org=org))
    assert str(caught.value) == (
        "There is a profile acme already, and settings.toml does not say for which org. If it is "
        "for this org, open that profile and sign in to it, or choose another name, like acme-3."
    )
    add_profile(path, profile(org=org), meant=True)
    assert path.read_bytes() == before


def test_another_name_is_one_even_where_the_first_is_as_long_as_can_be(path: Path) -> None:
    longest = "a" * 40
    add_profile(path, profile(longest))
    with pytest.raises(ConfigError, match=r"like (a+-2)\.") as caught:
        add_profile(path, profile(longest, org="700000002"))
    proposed = str(caught.value).split()[-1].removesuffix(".")
    assert PROFILE_NAME.fullmatch(proposed)
    add_profile(path, profile(proposed, org="700000002"))
    assert set(read_settings(path).profiles) == {longest, proposed}


def test_a_profile_that_is_read_only_already_stays_so(path: Path) -> None:
    add_profile(path, profile(read_only=True))
    add_profile(path, profile())
    assert read_settings(path).named("acme").read_only


@pytest.mark.parametrize(
    "text",
    [
        'profiles = { old = { data_centre = "EU" } }\n',
        "mouse = false\nprofiles = {}\n",
    ],
)
def test_a_file_that_cannot_be_added_to_is_told_and_left_as_it_is(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(ConfigError, match="its own table"):
        add_profile(path, profile())
    assert path.read_text() == text
    assert names(path) == ["settings.toml"]


@each_row("text", ["mouse = maybe", "them = 1", "[profiles.acme]\nx = 1"])
def test_a_file_with_a_fault_is_left_as_it_is(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(ConfigError):
        add_profile(path, profile("new"))
    assert path.read_text() == text


def test_what_another_sign_in_adds_meanwhile_stays(path: Path) -> None:
    with alone_in(path.parent):
        adding = Thread(target=add_profile, args=(path, profile("second")))
        adding.start()
        adding.join(0.2)
        assert adding.is_alive()
        path.write_text('[profiles.first]\ndata_centre = "EU"\n')
    adding.join()
    assert set(read_settings(path).profiles) == {"first", "second"}


@each_row("call", ["replace", "fsync", "write"])
def test_a_full_disk_leaves_the_file_whole(
    path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text("mouse = false\n")
    with monkeypatch.context() as patched:
        full_disk(patched, call)
        with pytest.raises(ConfigError, match="No space left"):
            add_profile(path, profile())
    assert path.read_text() == "mouse = false\n"
    assert names(path) == ["settings.toml"]
