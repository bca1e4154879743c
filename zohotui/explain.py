"""The reference that --explain prints and the help shows, told by what the program itself uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import MISSING, dataclass, fields
from textwrap import wrap

from zohotui.config.settings import PROFILE_KEYS, TOP_KEYS, Key, Profile, Settings
from zohotui.deletion.journal.line_kinds import LINE_KEYS, LINE_KINDS
from zohotui.deletion.lists.sources import COMMON, SOURCES
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.outcome import STATES
from zohotui.exit_codes import EXIT_CODES, VERIFY_CODES
from zohotui.options import TOPICS, parser
from zohotui.zoho.advice import all_advice
from zohotui.zoho.datacentre import DATA_CENTRES, Environment
from zohotui.zoho.scopes import MORE_SCOPES, NARROWER, SCOPES, WORDS

Entry = tuple[str, str]
"""A name and what it means; with no name a heading, or a sentence of its own."""

Keys = Callable[[], Iterable[Entry]]
"""Returns the keys of the screen and what they do: only the screen itself knows them."""

_LONGEST_LABEL = 12
"""Cells of the longest name that has its meaning beside it, and not below."""

_INDENT = 2
"""Cells before a meaning that stands below its name, and between the two where it is beside."""

_NARROWEST = 20
"""Cells of a line that are used even if the terminal has fewer."""


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to know of a topic."""

    topic: str
    entries: Sequence[Entry]

    @property
    def names_above(self) -> bool:
        """Whether the names are too long to stand beside what they mean."""
        return self.margin == _INDENT

    @property
    def margin(self) -> int:
        """Cells before a meaning; where a name is longer, the meaning stands below it."""
        longest = max((len(name) for name, _ in self.entries), default=0)
        return _INDENT + (longest if longest <= _LONGEST_LABEL else 0)

    def lines(self, width: int) -> list[str]:
        """Write it as plain text of this many cells a line."""
        return list(self._lines(max(width, _NARROWEST)))

    def _lines(self, width: int) -> Iterator[str]:
        blank = " " * self.margin
        for name, meaning in self.entries:
            if name and self.names_above:
                yield name
            first = (blank if self.names_above else f"{name:<{self.margin}}") if name else ""
            yield from wrap(
                meaning,
                width,
                initial_indent=first,
                subsequent_indent=blank if name else "",
                break_on_hyphens=False,
            ) or [first.rstrip()]


def page(topic: str, keys: Keys) -> Page:
    """Tell all there is of a topic; "topics" tells which there are."""
    told: dict[str, Keys] = {
        "topics": lambda: [("", "zohotui --explain TOPIC prints one of:"), *TOPICS.items()],
        "settings": _settings,
        "scopes": _scopes,
        "data-centres": _data_centres,
        "lists": lambda: [("", COMMON), ("", ""), *SOURCES.items()],
        "states": lambda: [(state.value, meaning) for state, meaning in STATES.items()],
        "codes": _codes,
        "journal": _journal,
        "keys": keys,
        "options": _options,
        "exit-codes": _exit_codes,
    }
    return Page(topic, tuple(told[topic]()))


def _settings() -> Iterator[Entry]:
    yield "", "At the top of settings.toml:"
    yield from _keys_of(Settings, TOP_KEYS)
    yield "", ""
    yield "", "In the table [keys], a command each; `zohotui --explain keys` names them:"
    yield "NAME", 'The keys of that command, such as delete = "D" or sort = "f5, S". Takes text.'
    yield "", ""
    yield "", "In the table of a profile, [profiles.NAME]:"
    yield from _keys_of(Profile, PROFILE_KEYS)


def _keys_of(kind: type[Settings | Profile], keys: dict[str, Key]) -> Iterator[Entry]:
    defaults = {one.name: one.default for one in fields(kind)}
    for name, key in keys.items():
        # What has no field is worked out, and its meaning tells what holds without it.
        default = _toml(defaults.get(name, MISSING))
        without = f" Default: {default}." if default else ""
        yield name, f"{key.meaning} Takes {key.takes}.{without}"


def _toml(value: object) -> str:
    """Write a default as settings.toml would; nothing for one that only says: not set."""
    if value is MISSING or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _scopes() -> Iterator[Entry]:
    yield "", "Ask for all of these when you sign in. Without one of them:"
    yield from ((scope.name, scope.without) for scope in SCOPES)
    yield "", NARROWER
    yield "", WORDS
    yield "", ""
    yield (
        "",
        "Some ways to a list and some facts need more, which is not asked for by default:",
    )
    yield from ((scope.name, scope.without) for scope in MORE_SCOPES)


def _data_centres() -> Iterator[Entry]:
    yield "", "zohotui connects only to these addresses, always by https, and follows no redirect."
    for centre in DATA_CENTRES:
        api = centre.api(Environment.PRODUCTION).url
        yield centre.location, f"{centre.country}: {api}, {centre.accounts_server.url}"
    guessed = ", ".join(centre.location for centre in DATA_CENTRES if not centre.test_hosts)
    others = "Sandbox and developer orgs have sandbox. or developer. instead of www."
    yield "", f"{others} Zoho does not document these addresses for {guessed}."


def _codes() -> Iterator[Entry]:
    yield "", "Codes of Zoho's:"
    for code, hint, words in all_advice():
        name = f"{code} ({hint.strip()})" if hint else code
        yield name, f"{words.meaning} {words.remedy}"
    yield "", ""
    yield "", "Codes of zohotui's, where Zoho gave none or a later look-up showed more:"
    yield from ((code.value, f"{code.advice.meaning} {code.advice.remedy}") for code in Code)


def _journal() -> Iterator[Entry]:
    yield "", "One file per run. Each line is a JSON object; its first key says what it is about."
    yield from LINE_KINDS.items()
    yield "", ""
    yield "", "Keys that any line may have:"
    yield from LINE_KEYS.items()


def _options() -> Iterator[Entry]:
    for action in parser()._actions:  # noqa: SLF001 - there is no other way but to print them
        named = (", ".join(action.option_strings), action.metavar or "")
        yield " ".join(filter(None, map(str, named))), _sentence(action.help or "")


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _exit_codes() -> Iterator[Entry]:
    for code, meaning in [*EXIT_CODES.items(), *VERIFY_CODES.items()]:
        yield str(code), meaning
