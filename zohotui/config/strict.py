"""TOML read strictly: a wrong key or value is named with its file, line and nearest right one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from zohotui.config.errors import ConfigError
from zohotui.config.private_files import read_file
from zohotui.zoho.printable import printable

Value = str | int | bool | tuple[str, ...]
Check = Callable[[Any], Value]
"""Returns the value as it is used; raises ValueError with what it must be."""

_LARGEST = 1_000_000
"""Bytes of a file of settings."""

FEWEST_DIGITS, MOST_DIGITS = 10, 20
"""Of a record id. Source: zoho-api.md, "Record ids, exports, URLs", "Format"."""

_TABLE = re.compile(r"\s*\[([A-Za-z0-9_.\"'\s-]+)\]\s*(?:#.*)?")
_KEY = re.compile(r"\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*=")


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML file that parses."""

    path: Path
    text: str
    root: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> Document:
        """Parse a file; an absent one is empty. Raises ConfigError."""
        try:
            content = read_file(path, _LARGEST)
            text = "\n".join(content.decode().replace("\r\n", "\n").split("\r"))
            return cls(path, text, tomllib.loads(text))
        except (FileNotFoundError, NotADirectoryError):
            return cls(path, "", {})
        except UnicodeDecodeError:
            raise ConfigError(f"{path} is not UTF-8 text.") from None
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}.") from None
        except RecursionError:
            raise ConfigError(f"{path} is nested too deeply to be read.") from None
        except ValueError as error:
            # Mostly a TOMLDecodeError; a number of thousands of digits is a plain one.
            raise ConfigError(f"{path} is not valid TOML: {printable(str(error), 200)}.") from None

    def take(self, table: tuple[str, ...], checks: Mapping[str, Check]) -> dict[str, Value]:
        """Check every key of a table, but for tables in it, and return their values."""
        found: Any = self.root
        for name in table:
            found = found[name]
        taken: dict[str, Value] = {}
        for key, value in found.items():
            if isinstance(value, dict) and not table:
                continue
            if key not in checks:
                self.unknown(table, key, checks)
            try:
                taken[key] = checks[key](value)
            except ValueError as error:
                raise ConfigError(
                    f"{self.where(table, key)}{key} must be {error}, not {_shown(value)}."
                ) from None
        return taken

    def unknown(self, table: tuple[str, ...], key: str, known: Iterable[str]) -> None:
        """Refuse a key (none: the table itself), naming the nearest that there is."""
        name = key or table[-1]
        shown = printable(name, 40)
        near = get_close_matches(name, known, 1, 0.5)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
        raise ConfigError(f"{self.where(table, key)}{shown!r} is not a setting. {hint}")

    def where(self, table: tuple[str, ...], key: str = "") -> str:
        """Name the file, and the line if it can be found."""
        here: tuple[str, ...] = ()
        for number, line in enumerate(self.text.split("\n"), 1):
            if match := _TABLE.fullmatch(line):
                here = tuple(part.strip().strip("\"'") for part in match[1].split("."))
                if here[: len(table)] == table and not key:
                    return f"{self.path}, line {number}: "
            elif here == table and (match := _KEY.match(line)) and match[1] == key:
                return f"{self.path}, line {number}: "
        inside = f" [{printable('.'.join(table), 60)}]" if table else ""
        return f"{self.path}{inside}: "


def _shown(value: object) -> str:
    try:
        return printable(repr(value), 60)
    except (ValueError, RecursionError):
        # A number of thousands of digits has no decimal form.
        return "this value"


def a_switch(value: Any) -> Value:  # noqa: ANN401 - any TOML value
    """Take true or false."""
    if isinstance(value, bool):
        return value
    raise ValueError("true or false")


def a_text(value: Any) -> Value:  # noqa: ANN401 - any TOML value
    """Take a string that is not empty."""
    if isinstance(value, str) and value.strip():
        return value
    raise ValueError("text in quotes")


def a_number(least: int, most: int) -> Check:
    """Take a whole number between two others."""

    def check(value: Any) -> Value:  # noqa: ANN401 - any TOML value
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        wanted = f"a whole number from {least} to {most}"
        raise ValueError(wanted)

    return check


def one_of(*words: str) -> Check:
    """Take one of some words, in any case."""

    def check(value: Any) -> Value:  # noqa: ANN401 - any TOML value
        for word in words:
            if isinstance(value, str) and value.lower() == word.lower():
                return word
        wanted = f"one of {', '.join(words)}"
        raise ValueError(wanted)

    return check


def texts(value: Any) -> Value:  # noqa: ANN401 - any TOML value
    """Take a list of strings, none of them empty."""
    if isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value):
        return tuple(value)
    raise ValueError('a list of texts, like ["one", "two"]')


def record_ids(value: Any) -> Value:  # noqa: ANN401 - any TOML value
    """Take a list of record ids, as digits in quotes or without."""
    wanted = "a list of record ids, like [410405000002264040]"
    if not isinstance(value, list):
        raise ValueError(wanted)  # noqa: TRY004 - what a Check raises
    try:
        found = tuple(str(digits(one)) for one in value)
    except ValueError:
        raise ValueError(wanted) from None
    if not all(MOST_DIGITS >= len(one) >= FEWEST_DIGITS and one[0] != "0" for one in found):
        raise ValueError(wanted)
    return found


def digits(value: Any) -> Value:  # noqa: ANN401 - any TOML value
    """Take a number that is a name, as digits in quotes or without."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        text = str(value)
        if text.isascii() and text.isdigit():
            return text
    raise ValueError("a number, like 700000001")
