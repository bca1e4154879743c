"""What the README gives as an example of settings.toml is taken as it stands."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from zohotui.config.settings import Profile, read_settings
from zohotui.deletion.review.guards import Guards

README = Path(__file__).parents[1] / "README.md"
FACTS = {"Amount": 0, "Closing_Date": "2025-12-31", "Lead_Status": "Lost"}
LONG_AGO = "2020-01-01T00:00:00+00:00"
NOW = 1_795_694_400.0


def example(folder: Path) -> Profile:
    """Read the one example there is."""
    (text,) = re.findall(r"```toml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path).named("acme")


def test_the_example_names_every_key_of_a_profile(tmp_path: Path) -> None:
    example(tmp_path)
    named = (tmp_path / "settings.toml").read_text(encoding="utf-8")
    known = {field.name for field in fields(Profile)} - {"name", "accounts", "domain"}
    assert not [key for key in known if f"\n{key} = " not in named]


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
