"""Whatever stands in settings.toml, it gives settings or a sentence."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from zohotui.config.errors import ConfigError
from zohotui.config.settings import Settings, read_settings

WORDS = st.sampled_from(
    [
        *("profile", "profiles", "theme", "mouse", "acme", "data_centre", "api_domain", "org"),
        *("[", "]", "[[", "]]", "{", "}", ".", "=", ",", "\n", "\r\n", "\r", " ", "#", '"', "'"),
        *('"EU"', "'dark'", "true", "7", "1.5", "1979-05-27", "nan", '"""', "\\", "\x00", "ü"),
        *("\n[profiles.acme]\n", '\ndata_centre = "EU"\n', "\nmouse = false\n", "profiles.x.org=1"),
    ]
)


@given(text=st.lists(WORDS, max_size=25).map("".join) | st.text(max_size=60))
def test_whatever_stands_there_gives_settings_or_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    settings, said = outcome(path)
    if settings is None:
        assert str(path) in said
        assert said.endswith((".", "?"))
    elif settings.default:
        assert settings.named(settings.default).name == settings.default


def outcome(path: Path) -> tuple[Settings | None, str]:
    try:
        return read_settings(path), ""
    except ConfigError as error:
        return None, str(error)


VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text("a\n'\"\x7f", max_size=5),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)
KEYS = st.sampled_from(
    [
        *("theme", "profile", "mouse", "org", "batch_size", "parallel", "x"),
        *("protected_ids", "protected_if"),
    ]
)


@given(keys=st.dictionaries(KEYS, VALUES, max_size=3), inside=st.booleans())
def test_whatever_value_a_key_has_it_is_taken_or_refused(
    tmp_path: Path, keys: dict[str, object], inside: bool
) -> None:
    path = tmp_path / "settings.toml"
    lines = [f"{key} = {_toml(value)}" for key, value in keys.items()]
    head = '[profiles.acme]\ndata_centre = "EU"\n' if inside else ""
    path.write_text(head + "\n".join(lines), encoding="utf-8")
    _, said = outcome(path)
    assert "TOML" not in said
    assert not said or any(key in said for key in keys)


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return '"' + "".join(f"\\u{ord(letter):04x}" for letter in value) + '"'
        case list():
            return f"[{', '.join(map(_toml, value))}]"
    return repr(value)
