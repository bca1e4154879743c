"""One memory of styles for the apps of all tests: each would find the same ones out once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

_FLAGS = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")
"""What Textual notes of a node beside its styles."""


@pytest.fixture(scope="session", autouse=True)
def styled_once() -> Iterator[None]:
    """Let all apps of a session share that memory; the pictures of the scenes prove it right."""
    with pytest.MonkeyPatch.context() as patch:
        style_once(patch)
        yield


def style_once(patch: pytest.MonkeyPatch) -> None:
    """Parse each text of styles once, and match each kind of place in the tree once.

    A place is told by all that a selector can ask of it and what lies around it. What depends on
    its neighbours is left to Textual, which keeps it in no cache either.
    """
    parse, match, update = Stylesheet._parse_rules, Stylesheet.apply, Stylesheet.update_nodes
    parsed: dict[object, list[RuleSet]] = {}
    names, places = _Names(), _Places()
    matched: dict[object, tuple[RulesMap, tuple[bool, ...]]] = {}
    worn = WeakKeyDictionary[DOMNode, object]()

    def _parse_rules(sheet: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:
        key = (given, *named.items(), frozenset(sheet._variables.items()))
        if key not in parsed:
            parsed[key] = parse(sheet, *given, **named)
        return parsed[key]

    def apply(
        sheet: Stylesheet,
        node: DOMNode,
        *,
        animate: bool = False,
        cache: dict[tuple[object, ...], RulesMap] | None = None,
    ) -> None:
        key = names.of(sheet), places.of(node)
        if worn.get(node) == key:
            return
        if key in matched:
            rules, flags = matched[key]
            for name, flag in zip(_FLAGS, flags, strict=True):
                setattr(node, name, flag)
            sheet.replace_rules(node, rules, animate=animate)
            sheet._process_component_classes(node)
            worn[node] = key
            return
        found: dict[tuple[object, ...], RulesMap] = {}
        match(sheet, node, animate=animate, cache=found)
        for rules in found.values():
            matched[key] = rules, tuple(bool(getattr(node, name)) for name in _FLAGS)
            worn[node] = key

    def update_nodes(
        sheet: Stylesheet, nodes: Iterable[DOMNode], *how: bool, **named: bool
    ) -> None:
        with places.kept():
            update(sheet, nodes, *how, **named)

    patch.setattr(Stylesheet, "update_nodes", update_nodes)
    patch.setattr(Stylesheet, "_parse_rules", _parse_rules)
    patch.setattr(Stylesheet, "apply", apply)


class _Names:
    """Short names for lists of rules, which live as long as the memory does."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, ...], int] = {}
        self._sheets = WeakKeyDictionary[Stylesheet, tuple[list[RuleSet], int]]()

    def of(self, sheet: Stylesheet) -> int:
        """Name the rules of a sheet; two sheets of the same rules have one name."""
        rules = sheet.rules
        known = self._sheets.get(sheet)
        if known is None or known[0] is not rules:
            number = self._numbers.setdefault(tuple(map(id, rules)), len(self._numbers))
            known = self._sheets[sheet] = rules, number
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
