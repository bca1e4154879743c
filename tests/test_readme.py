"""What the README gives as an example is taken as it stands, and what it names exists."""

from __future__ import annotations

import re
from pathlib import Path

from tests.chaos.books import Figures
from tests.evidence import kept, kills
from tests.mistakes.table import MISTAKES
from zohotui.config.settings import Profile, read_settings
from zohotui.deletion.review.guards import Guards
from zohotui.options import TOPICS, parser
from zohotui.tui.keys.keymap import key_entries

README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text(encoding="utf-8")
FACTS = {"Amount": 0, "Closing_Date": "2025-12-31", "Lead_Status": "Lost"}
LONG_AGO = "2020-01-01T00:00:00+00:00"
NOW = 1_795_694_400.0


def example(folder: Path) -> Profile:
    """Read the one example there is."""
    (text,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path).named("acme")


def test_the_example_is_short_and_taken(tmp_path: Path) -> None:
    assert example(tmp_path).protected_tags == ("Keep",)
    assert len((tmp_path / "settings.toml").read_text(encoding="utf-8").splitlines()) <= 12


def test_each_rule_of_the_example_holds_what_it_says(tmp_path: Path) -> None:
    guards = Guards.of(example(tmp_path))
    base = {**FACTS, "Modified_Time": LONG_AGO}
    assert len(guards.rules) == 4
    assert not any(rule.hit(base, NOW) for rule in guards.rules)
    hits: list[dict[str, object]] = [
        {"Amount": 0.5},
        {"Lead_Status": "in talks"},
        {"Closing_Date": "2026-01-01"},
        {"Modified_Time": "2026-11-20T12:00:00+00:00"},
    ]
    for rule, change in zip(guards.rules, hits, strict=True):
        assert rule.hit({**base, **change}, NOW)


def test_it_stays_short() -> None:
    assert len(TEXT.splitlines()) <= 260


def test_each_option_that_it_names_exists() -> None:
    known = {name for action in parser()._actions for name in action.option_strings}
    named = set(re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", "\n".join(_of_zohotui())))
    assert {"--demo", "--ids", "--verify-journal", "--explain"} <= named
    assert named <= known


def _of_zohotui() -> list[str]:
    """Return what follows the program's name, in each command that the text gives."""
    return re.findall(r"\bzohotui (--[^`\n]*)", TEXT)


def test_each_topic_is_pointed_to_and_exists() -> None:
    named = set(re.findall(r"zohotui --explain ([a-z-]+)", TEXT))
    assert named <= {*TOPICS}
    # The options are what --help prints.
    assert {*TOPICS} - named == {"options"}


def test_each_test_that_it_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", TEXT)
    assert named
    assert not [one for one in named if not (README.parent / one).exists()]


def test_each_key_that_it_names_exists() -> None:
    known = {key.lower() for keys, _ in key_entries() for key in keys.split()}
    # Those of dialogs and of the terminal, which no list of the main screen's commands has.
    others = {"esc", "pgdn", "a", "x", "ctrl+z", "ctrl+q", "ctrl+l", "ctrl+y", "ctrl+o"}
    named = {key.lower() for key in re.findall(r"<kbd>(.*?)</kbd>", TEXT)}
    assert named - known <= others


def test_the_sums_are_those_of_the_evidence() -> None:
    rows = dict(re.findall(r"^\| (.+?) \| (.+) \|$", kept("chaos"), re.MULTILINE))
    runs, kills = zip(*(cell.split(", ") for cell in rows["runs, kills"].split(" | ")), strict=True)
    ids = [cell.replace(",", "") for cell in rows["ids"].split(" | ")]
    killed = f"{sum(map(int, kills))} times in {sum(map(int, runs))} runs"
    assert f"{killed}, with {sum(map(int, ids)):,} ids" in TEXT
    assert {cell for name, cell in rows.items() if "**" in name} == {"**0** | **0**"}
    assert f"{len(MISTAKES)} mistakes" in TEXT
    ends = re.findall(r"(\d+ of \d+|no run)$", kept("hang-ups"), re.MULTILINE)
    assert f"in {len(ends)} ways and moments" in TEXT
    assert all(len({*end.split(" of ")}) == 1 for end in ends)


def test_figures_of_kills_are_written_as_the_evidence_has_them() -> None:
    lines = kills({"1": Figures(ids=1234, lost=["x"], wrong=["y"]), "2": Figures()}).splitlines()
    names = [line.split(" | ")[0] for line in lines]
    assert not [line for line in kept("chaos").splitlines() if line.split(" | ")[0] not in names]
    assert "| ids | 1,234 | 0 |" in lines
    assert "| **ids lost or told wrongly** | **2** | **0** |" in lines
