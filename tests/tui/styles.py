"""One memory of styles for the apps of all tests: each would find the same ones out once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

FLAGS = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")
"""What Textual notes of a node beside its styles."""

TEXTUALS_OWN = Stylesheet.apply
"""What finds the styles of a node where nothing is remembered."""

_WITHIN = "focus-within"


@pytest.fixture(scope="session", autouse=True)
def styled_once() -> Iterator[None]:
    """Let all apps of a session share that memory; the pictures of the scenes prove it right."""
    with pytest.MonkeyPatch.context() as patch:
        style_once(patch)
        yield


def style_once(patch: pytest.MonkeyPatch) -> None:
    """Parse each text of styles once, and match each kind of place in the tree once."""
    _parse_once(patch)
    _match_once(patch)


def _parse_once(patch: pytest.MonkeyPatch) -> None:
    parse = Stylesheet._parse_rules
    parsed: dict[object, list[RuleSet]] = {}
    palettes = _Palettes()

    def _parse_rules(sheet: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:
        key = (given, *named.items(), palettes.of(sheet))
        if key not in parsed:
            parsed[key] = parse(sheet, *given, **named)
        return parsed[key]

    patch.setattr(Stylesheet, "_parse_rules", _parse_rules)


class _Palettes:
    """Numbers for what the variables of sheets say; a sheet that changes them gets others."""

    def __init__(self) -> None:
        self._numbers: dict[frozenset[tuple[str, str]], int] = {}
        self._known = WeakKeyDictionary[Stylesheet, tuple[dict[str, str], int]]()

    def of(self, sheet: Stylesheet) -> int:
        variables = sheet._variables
        known = self._known.get(sheet)
        if known is None or known[0] is not variables:
            said = frozenset(variables.items())
            number = self._numbers.setdefault(said, len(self._numbers))
            known = self._known[sheet] = variables, number
        return known[1]


def _match_once(patch: pytest.MonkeyPatch) -> None:
    """Match each place with each set of rules that may be about it once.

    A place is told by all that a selector can ask of it and what lies around it. What depends on
    its neighbours is left to Textual, which keeps it in no cache either.
    """
    update, replace = Stylesheet.update_nodes, Stylesheet.replace_rules
    sheets, places = _Sheets(), _Places()
    matched: dict[object, tuple[RulesMap | None, RulesMap, tuple[bool, ...]]] = {}
    worn = WeakKeyDictionary[DOMNode, object]()
    given = WeakKeyDictionary[DOMNode, RulesMap]()

    def apply(
        sheet: Stylesheet, node: DOMNode, *, animate: bool = False, cache: Any = None
    ) -> None:
        place, whole = places.of(node), sheets.of(sheet)
        about = whole.about(node, place)
        if about.neighbours:
            TEXTUALS_OWN(sheet, node, animate=animate, cache=cache)
            return
        within = tuple(_focus_within(node)) if about.within else ()
        if worn.get(node) == (whole.number, place, within):
            return
        key = about.number, place, within
        if key in matched:
            rules, laid, flags = matched[key]
            for name, flag in zip(FLAGS, flags, strict=True):
                setattr(node, name, flag)
            if type(node) is DOMNode and not node.styles.base._rules:
                # A part of a widget; nobody is told of its rules one by one.
                node.styles.base._rules.update(laid)
            elif rules is not None:
                sheet.replace_rules(node, rules, animate=animate)
            sheet._process_component_classes(node)
        else:
            given.pop(node, None)
            TEXTUALS_OWN(sheet, node, animate=animate)
            flags = tuple(bool(getattr(node, name)) for name in FLAGS)
            matched[key] = given.get(node), node.styles.base._rules.copy(), flags
        worn[node] = whole.number, place, within

    def replace_rules(node: DOMNode, rules: RulesMap, *, animate: bool = False) -> None:
        given[node] = rules
        replace(node, rules, animate=animate)

    def update_nodes(
        sheet: Stylesheet, nodes: Iterable[DOMNode], *how: bool, **named: bool
    ) -> None:
        with places.kept():
            update(sheet, nodes, *how, **named)

    patch.setattr(Stylesheet, "update_nodes", update_nodes)
    patch.setattr(Stylesheet, "replace_rules", staticmethod(replace_rules))
    patch.setattr(Stylesheet, "apply", apply)


@dataclass(frozen=True, slots=True)
class _About:
    """The rules of a sheet that are about a node's names; of all others it takes nothing."""

    number: int
    within: bool
    """Whether one asks where the focus is."""
    neighbours: bool
    """Whether one asks what lies beside a node."""


class _Sheet:
    """What stands in a sheet, and which of it can be about which place."""

    def __init__(self, sheet: Stylesheet, number: int, all_about: dict[object, _About]) -> None:
        self.number = number
        self._all_about = all_about
        self._by_name = sheet.rules_map
        self._order = {id(rule): place for place, rule in enumerate(sheet.rules)}
        self._at: dict[int, _About] = {}

    def about(self, node: DOMNode, place: int) -> _About:
        """Tell the rules that a node is matched with."""
        if (known := self._at.get(place)) is None:
            names = self._by_name.keys() & node._selector_names
            rules = {id(rule): rule for name in names for rule in self._by_name[name]}
            key = tuple(sorted(rules, key=self._order.__getitem__))
            if key not in self._all_about:
                asked = set[str]().union(*(rule.pseudo_classes for rule in rules.values()))
                asked &= Stylesheet._EXCLUDE_PSEUDO_CLASSES_FROM_CACHE
                within, beside = _WITHIN in asked, bool(asked - {_WITHIN})
                self._all_about[key] = _About(len(self._all_about), within, beside)
            known = self._at[place] = self._all_about[key]
        return known


class _Sheets:
    """One of each content: two sheets of the same rules are the same."""

    def __init__(self) -> None:
        self._all_about: dict[object, _About] = {}
        self._all: dict[tuple[int, ...], _Sheet] = {}
        self._known = WeakKeyDictionary[Stylesheet, tuple[list[RuleSet], _Sheet]]()

    def of(self, sheet: Stylesheet) -> _Sheet:
        """Return what stands in a sheet now; the rules themselves live as long as the memory."""
        rules = sheet.rules
        known = self._known.get(sheet)
        if known is None or known[0] is not rules:
            key = tuple(map(id, rules))
            if key not in self._all:
                self._all[key] = _Sheet(sheet, len(self._all), self._all_about)
            known = self._known[sheet] = rules, self._all[key]
        return known[1]


class _Places:
    """Short names for places in the tree: each is a node, and the place of its parent."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._known: dict[int, int] | None = None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Look at each node once while nothing but styles changes."""
        self._known = {}
        try:
            yield
        finally:
            self._known = None

    def of(self, node: DOMNode) -> int:
        """Name the place of a node; two of which a selector can ask no more have one name."""
        known = {} if self._known is None else self._known
        if (number := known.get(id(node))) is None:
            parent = node._parent
            place = _own(node), self.of(parent) if isinstance(parent, DOMNode) else 0
            number = known[id(node)] = self._numbers.setdefault(place, len(self._numbers) + 1)
        return number


def _own(node: DOMNode) -> tuple[object, ...]:
    """Tell all that a selector can ask of a node by itself."""
    kind = type(node), node._id, node.classes
    if isinstance(node, Widget):
        return *kind, node.mouse_hover, node.has_focus, node.disabled, node.allow_focus()
    return *kind, *sorted(node.get_pseudo_classes())


def _focus_within(node: DOMNode) -> Iterable[bool]:
    """Tell of a node and of what it lies in whether the focus is there."""
    return (isinstance(one, Widget) and one.has_focus_within for one in node.css_path_nodes)
