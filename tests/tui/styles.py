"""One memory of styles for the apps of all tests: each would find the same ones out once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from textual.css.model import CombinatorType, RuleSet, Selector, SelectorType
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

from tests.tui.handlers import remember_handlers

_FLAGS = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")
"""What Textual notes of a node beside its styles."""

_NEIGHBOURS = {"first-of-type", "last-of-type", "first-child", "last-child", "odd", "even", "empty"}
"""Pseudo classes that ask for more than a node and those above it."""

_NAMED = {SelectorType.TYPE, SelectorType.CLASS, SelectorType.ID}
"""Selectors that ask for a name."""

_REACTIVE = [f"_reactive_{name}" for name in ("mouse_hover", "has_focus")]
"""Where Textual keeps what a selector can ask of a widget."""

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

    What depends on its neighbours is left to Textual, which keeps it in no cache either.
    """

    def __init__(self) -> None:
        self._parse, self._match = Stylesheet._parse_rules, Stylesheet.apply
        self._update = Stylesheet.update_nodes
        self._variables = WeakKeyDictionary[Stylesheet, tuple[object, int]]()
        self._numbers: dict[object, int] = {}
        self._parsed: dict[object, list[RuleSet]] = {}
        self._places, self._dress = _Places(), _Dress()
        self._matched: dict[_Place, tuple[RulesMap | None, tuple[bool, ...]]] = {}
        self._worn = WeakKeyDictionary[DOMNode, _Place]()
        self._rules: dict[object, list[RulesMap]] = {}
        self._parts = WeakKeyDictionary[DOMNode, object]()

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
        with self._places.in_one_state():
            self._update(sheet, nodes, *how, **named)

    def apply(self, sheet: Stylesheet, node: DOMNode, *, animate: bool) -> None:
        """Style a node, unless it is styled so."""
        place = self._places.of(sheet, node)
        if place is None:
            self._match(sheet, node, animate=animate)
            self._worn.pop(node, None)
        elif place not in self._matched:
            self._learn(sheet, node, place, animate=animate)
        elif self._worn.get(node) != place:
            self._put_on(sheet, node, place, animate=animate)

    def _put_on(self, sheet: Stylesheet, node: DOMNode, place: _Place, *, animate: bool) -> None:
        rules, flags = self._matched[place]
        for name, flag in zip(_FLAGS, flags, strict=True):
            setattr(node, name, flag)
        if rules is not None and animate and "transitions" in rules:
            sheet.replace_rules(node, rules, animate=animate)
        elif rules is not None:
            self._dress.put_on(sheet, node, rules)
        parts = self._parts_of(sheet, node)
        if parts is None or self._parts.get(node) != parts:
            sheet._process_component_classes(node)
            self._parts[node] = self._parts_of(sheet, node) if parts is None else parts
        self._worn[node] = place

    def _parts_of(self, sheet: Stylesheet, node: DOMNode) -> tuple[int, ...] | None:
        """Tell the rules of a node's component classes; None if one has not been matched yet."""
        rules = []
        for name in node._get_component_classes():
            place = self._places.of_part(sheet, node, name)
            if place not in self._matched:
                return None
            rules.append(id(self._matched[place][0]))
        return tuple(rules)

    def _learn(self, sheet: Stylesheet, node: DOMNode, place: _Place, *, animate: bool) -> None:
        """Let Textual style a node, and keep what can be kept of it."""
        was_bare = not node.styles.base._rules
        found: dict[tuple[object, ...], RulesMap] = {}
        self._match(sheet, node, animate=animate, cache=found)
        self._worn.pop(node, None)
        self._parts.pop(node, None)
        # Textual gives no rules where there are none, nor where they ask for the focus.
        (rules,) = found.values() or (node.styles.base.get_rules() or None,)
        if found or was_bare or (rules and "transitions" not in rules):
            flags = tuple(bool(getattr(node, name)) for name in _FLAGS)
            self._matched[place] = rules and self._kept_once(_kind(node), rules), flags
            self._worn[node] = place

    def _kept_once(self, kind: object, rules: RulesMap) -> RulesMap:
        """Return those of the same content, if there were such at a node of this kind."""
        known = self._rules.setdefault(kind, [])
        for one in known:
            if one == rules:
                return one
        known.append(rules)
        return rules


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
            known = self._sheets[sheet] = rules, self.of_rules(rules)
        return known[1]

    def of_rules(self, rules: Iterable[RuleSet]) -> int:
        """Name some rules."""
        return self._numbers.setdefault(tuple(map(id, rules)), len(self._numbers))


class _Asked:
    """What the rules that may hold for a kind of node ask of what lies around it."""

    def __init__(self, number: int, rules: list[RuleSet]) -> None:
        self.number = number
        every = set[str]().union(*(rule.pseudo_classes for rule in rules))
        self.neighbours = not every.isdisjoint(_NEIGHBOURS)
        self.focus = "focus-within" in every
        sets = [selectors.selectors for rule in rules for selectors in rule.selector_set]
        around = [one for selectors in sets for one in selectors[: _last(selectors)]]
        self._names = {(one.type, one.name) for one in around if one.type in _NAMED}
        self._any = any(one.type not in _NAMED for one in around)
        self._state = any(one.pseudo_classes for one in around)
        self._seen: dict[object, object] = {}

    def around(self, node: object) -> tuple[object, ...]:
        """Tell what is asked of a node and those above it; None: nothing of one or several."""
        seen: list[object] = []
        while isinstance(node, DOMNode) and (self._names or self._any):
            shown = self._shown(node)
            if shown is not None and self._state and isinstance(node, Widget):
                seen.append((shown, _state(node)))
            elif shown is not None or seen[-1:] != [None]:
                seen.append(shown)
            node = node._parent
        return tuple(seen)

    def _shown(self, node: DOMNode) -> object:
        """Tell what is asked of a node's names; None if nothing is."""
        kind = _kind(node)
        if kind not in self._seen:
            own = {(SelectorType.TYPE, name) for name in node._css_type_names}
            own |= {(SelectorType.CLASS, name) for name in node._classes}
            own |= {(SelectorType.ID, node._id or "")}
            self._seen[kind] = kind if self._any else frozenset(own & self._names) or None
        return self._seen[kind]


_Kind = tuple[type, str | None, frozenset[str]]
"""A node by its names."""

_Place = tuple[object, ...]
"""All that decides which rules hold for a node."""


class _Places:
    """Tells the places of nodes."""

    def __init__(self) -> None:
        self._names = _Names()
        self._asked: dict[object, _Asked] = {}
        self._state: tuple[str, ...] | None = None
        self._is_kept = False

    @contextmanager
    def in_one_state(self) -> Iterator[None]:
        """Ask for the state of the app once."""
        self._is_kept = True
        try:
            yield
        finally:
            self._is_kept, self._state = False, None

    def of(self, sheet: Stylesheet, node: DOMNode) -> _Place | None:
        """Return the place of a node; None if its rules ask for its neighbours."""
        asked = self._asked_of(sheet, kind := _kind(node), node)
        own = _state(node) if isinstance(node, Widget) else None
        return self._place(asked, kind, own, node, node._parent)

    def of_part(self, sheet: Stylesheet, node: DOMNode, name: str) -> _Place | None:
        """Return the place of a component class."""
        kind: _Kind = DOMNode, None, frozenset({name})
        asked = self._asked_of(sheet, kind, None)
        return self._place(asked, kind, None, node, node)

    def _place(
        self, asked: _Asked, kind: object, own: object, node: DOMNode, above: object
    ) -> _Place | None:
        if asked.neighbours:
            return None
        focus: tuple[bool, ...] = ()
        if asked.focus:
            around = (one for one in node.ancestors_with_self if isinstance(one, Widget))
            focus = tuple(one.has_focus_within for one in around)
        state = self._state or tuple(sorted(node.app.get_pseudo_classes()))
        if self._is_kept:
            self._state = state
        return asked.number, kind, own, focus, state, asked.around(above)

    def _asked_of(self, sheet: Stylesheet, kind: _Kind, node: DOMNode | None) -> _Asked:
        """Return what is asked of a kind of node; without a node it is a component class."""
        key = self._names.of(sheet), kind
        if key not in self._asked:
            one = node or DOMNode(classes=" ".join(kind[2]))
            names = sheet.rules_map.keys() & one._selector_names
            some = {rule for name in names for rule in sheet.rules_map[name]}
            rules = [rule for rule in sheet.rules if rule in some]
            self._asked[key] = _Asked(self._names.of_rules(rules), rules)
        return self._asked[key]


def _last(selectors: list[Selector]) -> int:
    """Return where those begin that are asked of the node itself."""
    places = (n for n, one in enumerate(selectors) if one.combinator != CombinatorType.SAME)
    return max(places, default=0)


def _state(node: Widget) -> tuple[object, ...]:
    """Tell what a selector can ask of a widget that changes."""
    return *map(node.__dict__.get, _REACTIVE), node.is_disabled, node.allow_focus()


def _kind(node: DOMNode) -> _Kind:
    return type(node), node._id, node.classes
