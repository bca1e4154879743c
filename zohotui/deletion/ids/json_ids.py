"""The ids of records in JSON: a list, an answer with `data`, an object a line, our own export.

1. A record is an object with an id of its own, by the names that a column of record ids has. What
   stands deeper (`Owner.id`, `Account_Name.id`, `details.id`) is another record's and never read.
2. An object without one that has a list under a name of LISTS holds records there. `module` beside
   it names their module; in a record it names that of the record.
3. Of our own export only what failed or was not sent is taken: see model/outcome.py.
4. An id is a string or a whole number. What a double may have rounded is refused: numbers with a
   point or an exponent, and whole ones above 2**53 if each of them is what such a program writes.
5. Nothing is guessed: an id, state or module that stands twice and differs is refused, and an
   object that is both a record and a list of them ends the reading.

Source: zoho-api.md, "Files people really have".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from zohotui.deletion.ids.collector import LONGEST_SHOWN, Collector, Entry
from zohotui.deletion.ids.columns import Names, is_module
from zohotui.deletion.ids.entry import Refusal
from zohotui.deletion.ids.json_numbers import Numbers
from zohotui.deletion.ids.json_text import JsonText, Number, Pairs, Value
from zohotui.deletion.ids.source import IdFileError
from zohotui.deletion.model.outcome import DONE, RETRIED, State
from zohotui.zoho.printable import printable

OWN_LIST = "outcomes"
"""Where our own export has its ids; see export.py."""

_SETTLED = frozenset(map(str, {State.SENDING, State.UNKNOWN, State.RESTORED, *DONE}))

_RETRIED = frozenset(map(str, RETRIED))

LISTS = ("data", "ids", OWN_LIST)
"""Under which names an object may hold records, or their ids."""

_DEEPEST = 8
"""Lists in lists, as programs make of many pages."""

_BATCH = 64
_BEGINNING = re.compile(r"[\s\ufeff\[]*\{\s*\"(?:[^\"\\]|\\.){0,200}\"\s*:")
_PLAN = re.compile(r"[\s\ufeff]*\{\s*\"zohotui_plan\"\s*:")
_LONGEST_ID = 2000
"""Characters of an entry that is looked at: addresses are long."""

_MOST_SHAPES = 1_000
_KEYS_SHOWN = 5
_name_of = itemgetter(0)

NULL = Refusal("no id", "its id is empty (null)")
NO_NUMBER = Refusal("not a number", "is not text or a whole number, so not a record id")

NO_OWN_ID = Refusal(
    "no id",
    "has no id of its own; an id inside it, as in Owner or Account_Name, is another record's",
)
LOST_DIGITS = Refusal(
    "kept as a number",
    "a number with a decimal point or exponent, so its last digits may be lost; export it as "
    "text (in quotes)",
)
AMONG_OTHERS = Refusal(
    "among other values",
    "objects and single values are mixed here, so it may be something else",
)
NO_STATE = Refusal("outcome", "has no outcome, so it is not clear if it may be sent again")
IN_DOUBT = Refusal(
    "outcome",
    "its outcome is unknown, so its record may already be deleted; look it up in its run first",
)
NOT_CLEAR = Refusal("more than one id", "names two different ids, or two modules")


def begins_json(text: str) -> bool:
    """Whether a text begins with an object that has a name; ids in brackets alone are a list."""
    return _BEGINNING.match(text) is not None


def begins_plan(text: str) -> bool:
    """Whether a text begins as a plan does that was written down; see plan_file.py."""
    return _PLAN.match(text) is not None


class NumberCheck(Protocol):
    """Says which whole numbers are what they were; entries stay in their order."""

    def take(self, entry: Entry) -> Sequence[Entry]:
        """Take a number; return what is clear by now."""

    def behind(self, *entries: Entry) -> Sequence[Entry]:
        """Take what is no number; return what is clear by now."""

    def rest(self) -> Sequence[Entry]:
        """Return what was held back."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is read of each record, and what is said of a record without it."""

    take: Callable[[Sequence[Entry]], object]
    """Takes what was found, in its order."""
    is_own: Callable[[str, bool], bool]
    """Whether a member of this name is it; and whether the record is an outcome of our export."""
    numbers: NumberCheck
    none: Refusal = NO_OWN_ID
    null: Refusal = NULL
    odd: Refusal = NO_NUMBER
    name: str = "id"
    """What it is called where it stands."""
    look: Callable[[Pairs], object] = lambda _: None
    """Looks at what our own export says above its list; may raise IdFileError."""
    see: Callable[[Pairs], object] | None = None
    """Looks at each record, if anything does."""


def read_json(text: JsonText, collector: Collector, names: Names) -> None:
    """Take the ids of all records; raises IdFileError, and nothing collected is to be used then."""
    read_records(
        text, Sought(collector.entries, lambda key, _outcome: names.is_own(key), Numbers())
    )


def read_records(text: JsonText, sought: Sought) -> None:
    """Take what is sought of all records; raises IdFileError."""
    reader = _Reader(text, sought)
    while text.peek():
        reader.item("", "", 0)
    reader.finish()


def members_of(text: JsonText) -> tuple[str, ...]:
    """Name the members of the records at the beginning of a text, whose end may be cut off."""
    seen: dict[str, None] = {}
    sought = Sought(
        lambda _: None,
        lambda _key, _outcome: False,
        Numbers(),
        see=lambda pairs: seen.update(dict.fromkeys(map(_name_of, pairs))),
    )
    with suppress(IdFileError):
        read_records(text, sought)
    return tuple(seen)


class _Reader:
    """Goes through one text."""

    def __init__(self, text: JsonText, sought: Sought) -> None:
        self._text = text
        self._sought = sought
        self._shapes: dict[tuple[tuple[str, ...], bool], _Shape] = {}
        """Of the objects that were met: nearly all have the same names."""
        self._batch: list[Entry] = []

    def finish(self) -> None:
        """Give the rest away."""
        self._give(self._sought.numbers.rest())
        if self._batch:
            self._sought.take(self._batch)

    def item(self, path: str, module: str, depth: int) -> None:
        """Read a record, a list, an object with a list, or a single id.

        `path`: where in the text it stands; `module`: what is said of it there.
        """
        text = self._text
        first = text.peek()
        if first == "{":
            self._object(path, module, depth)
        elif first != "[":
            self._put(text.line, path, text.value(), module)
        elif depth < _DEEPEST:
            self._list(path, module, depth)
        else:
            raise self._not_clear(f"lists are more than {_DEEPEST} deep in lists")

    def _list(self, path: str, module: str, depth: int, *, own: bool = False) -> None:
        """Read what is in a list; `own`: it is that of our own export."""
        text, number, single = self._text, 0, False
        text.take("[")
        first = text.peek()
        while first != "]" or number:
            place, now = f"{path}[{number}]", first not in "{["
            single = single if number else now
            if own or single is not now:
                line = text.line
                found = text.value()
                self._among(line, place, found, module, own=own)
            else:
                self.item(place, module, depth + 1)
            number += 1
            if not text.passed(","):
                break
            first = text.peek()
        text.take("]")

    def _among(self, line: int, place: str, found: Value, module: str, *, own: bool) -> None:
        """Take an outcome of our own export that may be sent again; refuse all else."""
        if not own or not isinstance(found, tuple):
            self._refuse(line, place, found, NO_STATE if own else AMONG_OTHERS)
            return
        states = _states(found)
        if states and states <= _RETRIED:
            self._record(line, place, found, module, outcome=True)
        else:
            self._refuse(line, place, found, _outcome(states))

    def _object(self, path: str, module: str, depth: int) -> None:
        line, pairs = self._text.line, self._text.look()
        if pairs is None:
            self._walk(line, path, module, depth)
            return
        shape = self._shape(pairs)
        if shape.lists and any(isinstance(pairs[place][1], list) for place in shape.lists):
            self._walk(line, path, self._module_in(pairs, module), depth)
        elif not shape.state:
            self._text.pass_by()
            self._record(line, path, pairs, module)
        else:
            self._text.pass_by()
            states = _states(pairs)
            if states & _SETTLED:
                # An outcome of our own export, out of its list.
                self._refuse(line, path, pairs, _outcome(states))
            else:
                self._record(line, path, pairs, module, outcome=bool(states & _RETRIED))

    def _walk(self, line: int, path: str, module: str, depth: int) -> None:
        """Read an object member by member: it is large, or holds a list."""
        text, pairs, lists, said = self._text, list[tuple[str, Any]](), 0, module
        text.take("{")
        while text.peek() != "}" or pairs or lists:
            key = text.key()
            text.take(":")
            if key in LISTS and text.peek() == "[" and depth < _DEEPEST:
                lists, said = lists + 1, self._module_in(tuple(pairs), module)
                if key == OWN_LIST:
                    self._sought.look(tuple(pairs))
                where = f"{path}.{key}" if path else key
                self._list(where, said, depth + 1, own=key == OWN_LIST)
            else:
                pairs.append((key, text.value()))
            if not text.passed(","):
                break
        text.take("}")
        if not lists:
            self._record(line, path, tuple(pairs), module)
        elif lists > 1 or self._shape(tuple(pairs)).own:
            raise self._not_clear("an object has two lists, or its own id beside a list")
        elif self._module_in(tuple(pairs), module) != said:
            raise self._not_clear("the module is named only after its list")

    def _record(
        self, line: int, path: str, pairs: Pairs, module: str, *, outcome: bool = False
    ) -> None:
        shape, sought = self._shape(pairs, outcome=outcome), self._sought
        if sought.see is not None:
            sought.see(pairs)
        own = [pairs[place][1] for place in shape.own]
        modules = {module} if module else set()
        if shape.module:
            modules |= _modules(pairs, shape)
        if not own:
            self._refuse(line, path, pairs, sought.none)
        elif len(modules) > 1 or (len(own) > 1 and own.count(own[0]) < len(own)):
            self._refuse(line, path, pairs, NOT_CLEAR)
        else:
            where = f"{path}.{sought.name}" if path else sought.name
            self._put(line, where, own[0], "".join(modules) if modules else "")

    def _shape(self, pairs: Pairs, *, outcome: bool = False) -> _Shape:
        names = tuple(map(_name_of, pairs))
        shape = self._shapes.get((names, outcome))
        if shape is None:
            shape = _Shape.of(names, lambda key: self._sought.is_own(key, outcome))
            if len(self._shapes) < _MOST_SHAPES:
                self._shapes[names, outcome] = shape
        return shape

    def _module_in(self, pairs: Pairs, module: str) -> str:
        """Return the module that an object names for its list."""
        named = _modules(pairs, self._shape(pairs))
        if len(named) > 1:
            raise self._not_clear("an object names two modules for its list")
        return "".join(named) or module

    def _put(self, line: int, path: str, found: Value, module: str) -> None:
        sought = self._sought
        if not isinstance(found, str) or len(found) > _LONGEST_ID:
            self._refuse(line, path, found, sought.null if found is None else sought.odd)
        elif not isinstance(found, Number):
            self._give(sought.numbers.behind(Entry(line, found, path, module)))
        elif "." in found or "e" in found or "E" in found:
            self._refuse(line, path, found, LOST_DIGITS)
        else:
            self._give(sought.numbers.take(Entry(line, str(found), path, module)))

    def _refuse(self, line: int, path: str, found: Value, refusal: Refusal) -> None:
        self._give(self._sought.numbers.behind(Entry(line, _shown(found), path, refusal=refusal)))

    def _give(self, entries: Sequence[Entry]) -> None:
        self._batch += entries
        if len(self._batch) >= _BATCH:
            self._sought.take(self._batch)
            self._batch = []

    def _not_clear(self, what: str) -> IdFileError:
        return IdFileError(
            "The JSON is not clear",
            f"{self._text.source} is not clear at line {self._text.line}: {what}. No id was taken. "
            "Export the records as a plain list, each with its id.",
        )


class _Shape(NamedTuple):
    """Where in an object stands what is read of it."""

    own: tuple[int, ...]
    """What may be its own id ..."""
    module: tuple[int, ...]
    """... its module ..."""
    lists: tuple[int, ...]
    """... and lists of records, by their names alone ..."""
    state: bool
    """... and whether it says what became of it."""

    @classmethod
    def of(cls, keys: Sequence[str], is_own: Callable[[str], bool]) -> _Shape:
        """Look at the names of an object's members."""
        own, module, lists = (
            tuple(place for place, key in enumerate(keys) if wanted(key))
            for wanted in (is_own, is_module, LISTS.__contains__)
        )
        return cls(own, module, lists, "state" in keys)


def _states(pairs: Iterable[tuple[str, Any]]) -> set[str]:
    return {str(value) for key, value in pairs if key == "state"}


def _outcome(states: set[str]) -> Refusal:
    """Say why an id of our own export is not sent again."""
    if not states:
        return NO_STATE
    if State.UNKNOWN in states:
        return IN_DOUBT
    named = printable(" and ".join(sorted(states)), LONGEST_SHOWN)
    return Refusal(
        "outcome", f"its outcome is “{named}”; only what failed or was not sent is sent again"
    )


def _modules(pairs: Pairs, shape: _Shape) -> set[str]:
    """Return the modules that an object names."""
    named = (_name_in(pairs[place][1]) for place in shape.module)
    return {name for name in named if name}


def _name_in(found: Value) -> str:
    """Return the module that a value names; Zoho writes it as an object with an `api_name`, too."""
    if isinstance(found, tuple):
        found = next((value for key, value in found if key == "api_name"), None)
    return found.strip() if isinstance(found, str) else ""


def _shown(found: Value) -> str:
    """Give a value in a few words."""
    match found:
        case str():
            return found[: 2 * LONGEST_SHOWN]
        case tuple():
            own = next((value for key, value in found if key == "id"), None)
            keys = ", ".join(key for key, _ in found[:_KEYS_SHOWN])
            return own if isinstance(own, str) else f"{{{keys}}}"
        case list():
            return "a list"
        case _:
            return "null" if found is None else str(found).lower()
