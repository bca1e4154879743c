"""settings.toml: what it may say, and how what is wrong in it is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.rows import each_row
from zohotui.config.errors import ConfigError
from zohotui.config.settings import Profile, Settings, read_settings
from zohotui.zoho.datacentre import Environment


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def read(path: Path, text: str) -> Settings:
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


def refused(path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(path, text)
    assert caught.value.__cause__ is None
    return str(caught.value)


FULL = """\
# My orgs
profile = "acme"
theme = "Light"
low_bandwidth = true
mouse = false

[profiles.acme]
data_centre = "eu"
environment = "sandbox"
org = "700000001"
read_only = true
wf_trigger = false
batch_size = 50
parallel = 7
reserve_credits = 500
most_records_a_run = 200
most_records_a_day = 1000
protected_ids = [410405000002264040, "410405000002264041"]
protected_owners = ["Anna Ember", "bo@acme.example"]
protected_tags = ["Keep"]
protected_if = [
  "Amount > 0",
  "modified in the last 7 days",
]
review_valid_minutes = 5
snapshot = "Full"
idle_minutes = 30
records_api = "v8"
secret_command = "pass show zoho"

[profiles.local]
api_domain = "http://localhost:8080"
"""


def test_all_of_it_is_read(path: Path) -> None:
    settings = read(path, FULL)
    assert (settings.profile, settings.theme, settings.default) == ("acme", "light", "acme")
    assert (settings.low_bandwidth, settings.mouse) == (True, False)
    acme = settings.named("acme")
    assert acme.accounts.url == "https://accounts.zoho.eu"
    assert acme.domain.url == "https://sandbox.zohoapis.eu"
    assert acme.environment is Environment.SANDBOX
    assert (acme.org, acme.read_only, acme.wf_trigger) == ("700000001", True, False)
    assert (acme.batch_size, acme.parallel, acme.records_api) == (50, 7, "v8")
    assert acme.secret_command == "pass show zoho"
    assert acme.reserve_credits == 500
    assert (acme.most_records_a_run, acme.most_records_a_day) == (200, 1000)
    assert acme.protected_ids == ("410405000002264040", "410405000002264041")
    assert acme.protected_owners == ("Anna Ember", "bo@acme.example")
    assert acme.protected_tags == ("Keep",)
    assert acme.protected_if == ("Amount > 0", "modified in the last 7 days")
    assert (acme.review_valid_minutes, acme.snapshot, acme.idle_minutes) == (5, "full", 30)
    local = settings.named("local")
    assert local.accounts.url == local.domain.url == "http://localhost:8080"


def test_a_profile_that_says_little_is_careful(path: Path) -> None:
    acme = read(path, '[profiles.acme]\ndata_centre = "EU"\n').named("acme")
    assert acme == Profile(name="acme", accounts=acme.accounts, domain=acme.domain)
    assert (acme.batch_size, acme.parallel, acme.read_only) == (100, 3, False)
    assert (acme.review_valid_minutes, acme.snapshot, acme.idle_minutes) == (15, "list", 0)
    assert acme.environment is Environment.PRODUCTION


def test_a_file_that_is_not_there_says_nothing(path: Path) -> None:
    assert read_settings(path) == Settings()
    assert read_settings(path).default == ""


def test_the_only_profile_opens_when_none_is_named(path: Path) -> None:
    one = '[profiles.one]\ndata_centre = "EU"\n'
    assert read(path, one).default == "one"
    assert read(path, f"{one}{one.replace('one', 'two')}").default == ""


def test_a_profile_that_is_not_there_is_told_with_those_that_are(path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no profile 'x' .* There are: acme, local\."):
        read(path, FULL).named("x")
    with pytest.raises(ConfigError, match="There are no profiles yet"):
        Settings().named("x")


ACME = "[profiles.acme]\n"

WRONG = [
    ('them = "dark"', 1, "Did you mean theme?"),
    ('\n\nThema = "dark"', 3, "Did you mean theme?"),
    ("quick = true", 1, "There are: profile, theme, low_bandwidth, mouse, attention."),
    (f'{ACME}data_center = "EU"', 2, "Did you mean data_centre?"),
    (f'{ACME}data_centre = "EU"\nreadonly = true', 3, "Did you mean read_only?"),
    (f'[profiles.other]\ndata_centre = "EU"\n{ACME}paralel = 3', 4, "Did you mean parallel?"),
    ('[profile.acme]\ndata_centre = "EU"', 1, "'profile' is not a setting. Did you mean profiles?"),
    ("[Profiles.acme]", 1, "Did you mean profiles?"),
    ('# x\n[theme]\nname = "dark"', 2, "'theme' is not a setting"),
    ('theme = "blue"', 1, "theme must be one of dark, light, not 'blue'."),
    ("theme = 1", 1, "theme must be one of dark, light, not 1."),
    ('mouse = "yes"', 1, "mouse must be true or false, not 'yes'."),
    ("low_bandwidth = 1", 1, "low_bandwidth must be true or false, not 1."),
    ("profile = ''", 1, "profile must be text in quotes"),
    ("profile = 7", 1, "profile must be text in quotes, not 7."),
    ("profile = 'gone'", 1, "there is no profile 'gone' in this file"),
    (f"{ACME}data_centre = 'XX'", 2, "data_centre must be one of AE, AU, CA, CN, EU"),
    (f"{ACME}environment = 'live'", 2, "environment must be one of production, sandbox"),
    (f"{ACME}batch_size = 0", 2, "batch_size must be a whole number from 1 to 100, not 0."),
    (f"{ACME}batch_size = 101", 2, "batch_size must be a whole number from 1 to 100, not 101."),
    (f"{ACME}batch_size = 10.0", 2, "batch_size must be a whole number"),
    (f"{ACME}batch_size = true", 2, "batch_size must be a whole number"),
    (f"{ACME}parallel = 11", 2, "parallel must be a whole number from 1 to 10, not 11."),
    (f"{ACME}parallel = '3'", 2, "parallel must be a whole number from 1 to 10, not '3'."),
    (f"{ACME}records_api = 'v3'", 2, "records_api must be one of v2, v8, not 'v3'."),
    (f"{ACME}org = 'acme'", 2, "org must be a number, like 700000001, not 'acme'."),
    (f"{ACME}org = -7", 2, "org must be a number"),
    (f"{ACME}org = true", 2, "org must be a number"),
    (f"{ACME}org = '٣'", 2, "org must be a number"),
    (f"{ACME}org = 0x{'f' * 5000}", 2, "org must be"),
    (f"{ACME}read_only = 'true'", 2, "read_only must be true or false"),
    (f"{ACME}secret_command = ['a']", 2, "secret_command must be text in quotes"),
    (f"{ACME}data_centre = {{ x = 1 }}", 2, "data_centre must be one of"),
    (f"{ACME}most_records_a_run = -1", 2, "most_records_a_run must be a whole number from 0"),
    (f"{ACME}most_records_a_day = 1.5", 2, "most_records_a_day must be a whole number from 0"),
    (f"{ACME}protected_ids = 410405000002264040", 2, "protected_ids must be a list of record ids"),
    (f"{ACME}protected_ids = [123]", 2, "protected_ids must be a list of record ids"),
    (f"{ACME}protected_ids = ['0410405000002264']", 2, "protected_ids must be a list of"),
    (f"{ACME}protected_ids = [-410405000002264040]", 2, "protected_ids must be a list of"),
    (f"{ACME}protected_ids = [4.1e17]", 2, "protected_ids must be a list of record ids"),
    (f"{ACME}protected_ids = ['zcrm_410405000002264040']", 2, "protected_ids must be a list of"),
    (f"{ACME}protected_owners = 'Anna'", 2, "protected_owners must be a list of texts, like"),
    (f"{ACME}protected_tags = ['Keep', '']", 2, "protected_tags must be a list of texts"),
    (f"{ACME}protected_tags = [['Keep']]", 2, "protected_tags must be a list of texts"),
    (f"{ACME}protected_if = [true]", 2, "protected_if must be a list of texts"),
    (f"{ACME}protected = ['x']", 2, "'protected' is not a setting. Did you mean protected_i"),
    (f"{ACME}review_valid_minutes = 0", 2, "must be a whole number from 1 to 1440, not 0."),
    (f"{ACME}snapshot = false", 2, "snapshot must be one of list, full, off, not False."),
    (f"{ACME}idle_minutes = 1441", 2, "idle_minutes must be a whole number from 0 to 1440"),
    ('[profiles."a b"]\ndata_centre = "EU"', 1, "a profile's name is made of letters"),
    (f'[profiles.{"a" * 41}]\ndata_centre = "EU"', 1, "40 at most"),
    ('[profiles.-a]\ndata_centre = "EU"', 1, "a profile's name"),
    ("[profiles]\nacme = 7", 2, "acme must be a table"),
]


@each_row(("text", "line", "sentence"), WRONG)
def test_what_is_wrong_is_named_with_its_file_line_and_remedy(
    path: Path, text: str, line: int, sentence: str
) -> None:
    said = refused(path, text)
    assert sentence in said
    assert said.startswith(f"{path}, line {line}: ")
    assert said.isprintable()
    assert said.endswith((".", "?"))


def test_a_table_in_a_profile_is_refused_with_the_profile_s_name(path: Path) -> None:
    said = refused(path, f"{ACME}[profiles.acme.more]\nx = 1")
    assert said.startswith(f"{path} [profiles.acme]: 'more' is not a setting.")


@each_row(
    ("text", "sentence"),
    [
        ("profiles = 7", "profiles must be tables"),
        ("[[profiles]]\nx = 1", "profiles must be tables"),
        ("[profiles.acme]\nx", "is not valid TOML"),
        ("a = 1\na = 2", "is not valid TOML"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}mouse = true", "is not valid TOML"),
        (f"a = {'1' * 5000}", "is not valid TOML"),
        (f"a = {'[' * 5000}", "nested too deeply"),
        ('a = "\x1b[2J"', "is not valid TOML"),
    ],
)
def test_what_cannot_be_read_at_all_is_a_sentence(path: Path, text: str, sentence: str) -> None:
    said = refused(path, text)
    assert sentence in said
    assert str(path) in said
    assert said.isprintable()


def test_what_is_not_utf_8_is_a_sentence(path: Path) -> None:
    path.write_bytes("theme = 'dark' # ü".encode("latin-1"))
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        read_settings(path)


def test_a_folder_in_its_place_is_a_sentence(path: Path) -> None:
    path.mkdir()
    with pytest.raises(ConfigError, match="is not a file"):
        read_settings(path)


@each_row(
    "text",
    [
        'profiles = { acme = { data_centre = "EU" } }',
        'profiles.acme.data_centre = "EU"',
        '[profiles]\nacme.data_centre = "EU"',
        '[profiles]\nacme = { data_centre = "EU" }',
        '[ profiles . "acme" ]\r\n"data_centre" = "EU"\r\n',
        '\t[profiles.acme] # mine\n\tdata_centre\t= "EU"',
    ],
)
def test_a_profile_may_be_written_in_any_way(path: Path, text: str) -> None:
    assert read(path, text).named("acme").domain.location == "EU"
    wrong = text.replace('"EU"', '"XX"')
    assert "data_centre must be one of" in refused(path, wrong)


def test_a_line_is_found_behind_odd_characters(path: Path) -> None:
    assert "line 2: " in refused(path, "# a\x85\u2028b\nthem = 1")


def test_a_line_of_blanks_costs_no_time(path: Path) -> None:
    assert "line 2" in refused(
        path, f"#{' ' * 50_000}\n[theme]{' ' * 50_000}\nx = '[{' ' * 50_000}'"
    )


# Addresses


@each_row(
    ("lines", "accounts", "domain"),
    [
        ("data_centre = 'CA'", "https://accounts.zohocloud.ca", "https://www.zohoapis.ca"),
        (
            "data_centre = 'UK'\nenvironment = 'sandbox'",
            "https://accounts.zoho.uk",
            "https://sandbox.zohoapis.uk",
        ),
        ("api_domain = 'developer.zohoapis.sg'", "https://accounts.zoho.sg", ""),
        ("accounts_url = 'accounts.zoho.in'", "", "https://www.zohoapis.in"),
        ("accounts_url = 'http://localhost:1'", "http://localhost:1", "http://localhost:1"),
        (
            "accounts_url = 'http://localhost:1'\napi_domain = 'http://localhost:2'",
            "http://localhost:1",
            "http://localhost:2",
        ),
        ("api_domain = 'http://localhost:1'\nenvironment = 'sandbox'", "http://localhost:1", ""),
    ],
)
def test_both_addresses_follow_from_what_is_named(
    path: Path, lines: str, accounts: str, domain: str
) -> None:
    acme = read(path, ACME + lines).named("acme")
    assert not accounts or acme.accounts.url == accounts
    assert not domain or acme.domain.url == domain
    assert acme.accounts.location == acme.domain.location


BOTH_US = "accounts_url = 'accounts.zoho.com'\napi_domain = 'www.zohoapis.com'"


@each_row(
    ("lines", "sentence"),
    [
        ("", "Name the data centre"),
        ("environment = 'sandbox'", "Name the data centre"),
        ("data_centre = 'EU'\napi_domain = 'www.zohoapis.com'", "different data centres"),
        ("data_centre = 'EU'\naccounts_url = 'accounts.zoho.com'", "different data centres"),
        ("accounts_url = 'accounts.zoho.eu'\napi_domain = 'www.zohoapis.com'", "different data"),
        (f"data_centre = 'EU'\n{BOTH_US}", "not EU"),
        ("data_centre = 'EU'\napi_domain = 'http://localhost'", "different data centres"),
        ("accounts_url = 'accounts.zoho.eu'\napi_domain = 'http://localhost'", "different data"),
        ("accounts_url = 'http://localhost'\napi_domain = 'www.zohoapis.eu'", "different data"),
        ("environment = 'sandbox'\napi_domain = 'www.zohoapis.eu'", "not of the environment"),
        ("environment = 'production'\napi_domain = 'sandbox.zohoapis.eu'", "not of the environ"),
        ("api_domain = 'https://evil.io'", "not one of Zoho's API hosts"),
        ("accounts_url = 'https://accounts.zoho.com.evil.io'", "not one of Zoho's accounts hosts"),
        ("api_domain = 'http://www.zohoapis.eu'", "must start with https"),
        ("api_domain = 'https://user:word@www.zohoapis.eu'", "scheme and host only"),
    ],
)
def test_addresses_that_contradict_or_are_not_zoho_s_are_refused(
    path: Path, lines: str, sentence: str
) -> None:
    said = refused(path, f"# mine\n{ACME}{lines}")
    assert sentence in said
    assert said.startswith(f"{path}, line 2: ")


def test_settings_that_are_no_file_or_endless_are_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    os.mkfifo(path)
    with pytest.raises(ConfigError, match=r"settings\.toml is not a file\."):
        read_settings(path)
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(ConfigError, match=r"settings\.toml is not a file\."):
        read_settings(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(ConfigError, match=r"settings\.toml is not a file\."):
        read_settings(path)
    path.rmdir()
    path.write_text("#" * 2_000_000)
    with pytest.raises(ConfigError, match=r"has more than 1,000,000 bytes\. Make it smaller\."):
        read_settings(path)
