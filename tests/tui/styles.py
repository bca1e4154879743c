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

from tests.tui.handlers import remember_handlers

_FLAGS = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")
"""What Textual notes of a node beside its styles."""

_TOLD = {"display", "visibility", "overflow_x", "overflow_y", "pointer"}
"""Rules that change more of a node than its styles, even before it is mounted."""


@pytest.fixture(scope="session", autouse=True)
def styled_once() -> Iterator[None]:
    """Let all apps of a session share what they find out; the pictures of the scenes prove it."""
    with pytest.MonkeyPatch.context() as patch:
        style_once(patch)
        remember_handlers(patch)
        yield


def style_once(patch: pytest.MonkeyPatch) -> None:
    """Let all apps parse each text of styles once, and match each kind of place once."""
    memory = _Memory()

    def _parse_rules(sheet: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:
        return memory.parsed(sheet, *given, **named)

    def apply(
        sheet: Stylesheet,
        node: DOMNode,
        *,
        animate: bool = False,
        cache: dict[tuple[object, ...], RulesMap] | None = None,
    ) -> None:
        del cache  # which is forgotten with the nodes that are styled at once
        memory.apply(sheet, node, animate=animate)

    def update_nodes(
        sheet: Stylesheet, nodes: Iterable[DOMNode], *how: bool, **named: bool
    ) -> None:
        memory.update_nodes(sheet, nodes, *how, **named)

    patch.setattr(Stylesheet, "update_nodes", update_nodes)
    patch.setattr(Stylesheet, "_parse_rules", _parse_rules)
    patch.setattr(Stylesheet, "apply", apply)


class _Memory:
    """What Textual found out of styles.

    A place is told by all that a selector can ask of it and what lies around it, and by where the
    focus is if that is asked. What depends on its neighbours is left to Textual, which keeps it in
    no cache either.
    """

    def __init__(self) -> None:
        self._parse, self._match = Stylesheet._parse_rules, Stylesheet.apply
        self._update = Stylesheet.update_nodes
        self._variables = WeakKeyDictionary[Stylesheet, tuple[object, int]]()
        self._numbers: dict[object, int] = {}
        self._parsed: dict[object, list[RuleSet]] = {}
        self._names, self._places, self._dress = _Names(), _Places(), _Dress()
        self._matched: dict[object, tuple[RulesMap | None, tuple[bool, ...]]] = {}
        self._worn = WeakKeyDictionary[DOMNode, object]()

    def parsed(self, sheet: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:
        """Return the rules of a text."""
        known = self._variables.get(sheet)
        if known is None or known[0] is not sheet._variables:
            variables = frozenset(sheet._variables.items())
            number = self._numbers.setdefault(variables, len(self._numbers))
            known = self._variables[sheet] = sheet._variables, number
        key = (given, *named.items(), known[1])
        if key not in self._parsed:
            self._parsed[key] = self._parse(sheet, *given, **named)
        return self._parsed[key]

    def update_nodes(
        self, sheet: Stylesheet, nodes: Iterable[DOMNode], *how: bool, **named: bool
    ) -> None:
        """Style nodes while nothing but styles changes."""
        with self._places.kept():
            self._update(sheet, nodes, *how, **named)

    def apply(self, sheet: Stylesheet, node: DOMNode, *, animate: bool) -> None:
        """Style a node, unless it is styled so."""
        key = self._names.of(sheet), self._places.of(node)
        if self._worn.get(node) == key:
            return
        if key not in self._matched:
            self._learn(sheet, node, key, animate=animate)
            return
        rules, flags = self._matched[key]
        for name, flag in zip(_FLAGS, flags, strict=True):
            setattr(node, name, flag)
        if rules is not None and animate and "transitions" in rules:
            sheet.replace_rules(node, rules, animate=animate)
        elif rules is not None:
            self._dress.put_on(sheet, node, rules)
        sheet._process_component_classes(node)
        self._worn[node] = key

    def _learn(self, sheet: Stylesheet, node: DOMNode, key: object, *, animate: bool) -> None:
        """Let Textual style a node, and keep what can be kept of it."""
        was_bare = not node.styles.base._rules
        found: dict[tuple[object, ...], RulesMap] = {}
        self._match(sheet, node, animate=animate, cache=found)
        _, focus, *neighbours = flags = tuple(bool(getattr(node, name)) for name in _FLAGS)
        if any(neighbours) or (focus and self._places.ask_focus(node)):
            return
        # Textual gives no rules where there are none, nor where they ask for the focus.
        (rules,) = found.values() or (node.styles.base.get_rules() or None,)
        if found or was_bare or (focus and rules and "transitions" not in rules):
            self._matched[key] = rules, flags
            self._worn[node] = key


class _Dress:
    """Puts on styles rule by rule only where one differs from what a node wears."""

    def __init__(self) -> None:
        self._settled: dict[int, RulesMap] = {}
        self._differ: dict[tuple[int, int], list[str]] = {}
        self._worn = WeakKeyDictionary[DOMNode, int]()

    def put_on(self, sheet: Stylesheet, node: DOMNode, rules: RulesMap) -> None:
        """Do what `replace_rules` does; `rules` live as long as the memory does."""
        base, new = node.styles.base, id(rules)
        if (settled := self._settled.get(new)) is None:
            sheet.replace_rules(node, rules)
            self._settled[new] = base.get_rules()
        elif not base._rules and not node._is_mounted:
            # Most rules tell nobody before it is mounted.
            base._rules.update(settled)
            base._updates += 1
            for name in _TOLD & settled.keys():
                del base._rules[name]  # type: ignore[misc]
                setattr(base, name, settled[name])  # type: ignore[literal-required]
            node.notify_style_update()
        elif (old := self._worn.get(node)) is None or base._rules != self._settled[old]:
            sheet.replace_rules(node, rules)
        else:
            for name in self._differing(old, new):
                setattr(base, name, rules.get(name))
            node.notify_style_update()
        self._worn[node] = new

    def _differing(self, old: int, new: int) -> list[str]:
        """Tell in which rules two sets of them differ."""
        if (differing := self._differ.get((old, new))) is None:
            one, other = self._settled[old], self._settled[new]
            names = one.keys() | other.keys()
            differing = [name for name in names if one.get(name) != other.get(name)]
            self._differ[old, new] = differing
        return differing


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
        self._ask_focus = set[object]()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Look at each node once while nothing but styles changes."""
        self._known = {}
        try:
            yield
        finally:
            self._known = None

    def ask_focus(self, node: DOMNode) -> bool:
        """Let places of this kind tell where the focus is; return whether they did not yet."""
        before = len(self._ask_focus)
        self._ask_focus.add(_kind(node))
        return len(self._ask_focus) > before

    def of(self, node: DOMNode) -> int:
        """Name the place of a node; two of which a selector can ask no more have one name."""
        known = {} if self._known is None else self._known
        if (number := known.get(id(node))) is None:
            parent = node._parent
            place = self._own(node), self.of(parent) if isinstance(parent, DOMNode) else 0
            number = known[id(node)] = self._numbers.setdefault(place, len(self._numbers) + 1)
        return number

    def _own(self, node: DOMNode) -> tuple[object, ...]:
        """Tell all that a selector can ask of a node by itself, and of the focus if one does."""
        kind = _kind(node)
        if not isinstance(node, Widget):
            return *kind, *sorted(node.get_pseudo_classes())
        own = *kind, node.mouse_hover, node.has_focus, node.disabled, node.allow_focus()
        if kind in self._ask_focus:
            around = (one for one in node.ancestors_with_self if isinstance(one, Widget))
            return *own, *(one.has_focus_within for one in around)
        return own


def _kind(node: DOMNode) -> tuple[object, ...]:
    return type(node), node._id, node.classes
