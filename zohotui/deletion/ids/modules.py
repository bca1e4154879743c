"""A list that names several modules becomes one list a module, each with a review of its own.

They are worked off children before parents, so that no record is away already because another one
took it along: notes, attachments and activities go to the Recycle Bin with the record that they
belong to, and a record that others look up comes behind them. The order is ours; Zoho knows none.

Source: zoho-api.md, "Related records", "Standard modules" and "Name fields".
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from zohotui.deletion.ids.columns import plain_name
from zohotui.deletion.ids.id_list import Flags, IdList, Origin, merge
from zohotui.deletion.ids.rounding import judged, worst
from zohotui.deletion.model.listing import Listing
from zohotui.zoho.records import Module

_BEFORE_CUSTOM = ("Attachments", "Notes", "Tasks", "Events", "Calls")
_BEHIND_CUSTOM = (
    *("Appointments__s", "Cases", "Solutions", "Invoices", "Sales_Orders", "Purchase_Orders"),
    *("Quotes", "Deals", "Leads", "Contacts", "Campaigns", "Price_Books", "Services__s"),
    *("Products", "Vendors", "Accounts"),
)
STANDARD = (*_BEFORE_CUSTOM, *_BEHIND_CUSTOM)
"""Zoho's own modules, children before parents. Custom ones come behind the fifth."""

_STANDARD_NAMES = frozenset(map(plain_name, STANDARD))


@dataclass(frozen=True, slots=True)
class Part:
    """The ids of one module."""

    module: Module | None
    """None for ids of which the list names no module, or not one alone."""
    ids: IdList
    out: frozenset[int] = frozenset()
    """Which of the ids the admin has taken out."""

    @property
    def words(self) -> str:
        """Say how many of which there are: 40 Contacts."""
        if self.module is not None:
            return f"{len(self.ids):,} {self.module.plural_label}"
        return f"{len(self.ids):,} {'id' if len(self.ids) == 1 else 'ids'} of no module"


def is_called(module: Module, name: str) -> bool:
    """Whether a list that names a module so means this one, by its API name or its labels."""
    return plain_name(name) in map(plain_name, module.names)


class Known:
    """The modules of an org, by what a list may call them."""

    def __init__(self, modules: Iterable[Module]) -> None:
        """Take them; a label that two of them have names neither, an API name its own."""
        self._modules = tuple(modules)
        self._names: dict[str, Module | None] = {}
        for module in self._modules:
            for name in {*map(plain_name, module.names)}:
                self._names[name] = None if name in self._names else module
        self._names |= {plain_name(module.api_name): module for module in self._modules}

    def named_by(self, origin: Origin) -> Module | None:
        """Return the module that an origin names; None if there is none, or more than one."""
        if origin.is_listed:
            return self._names.get(plain_name(origin.tab))
        found = [one for one in self._modules if one.goes_by(origin.tab)]
        return found[0] if len(found) == 1 else None

    def heeded(self, origins: Sequence[Origin]) -> tuple[Origin, ...]:
        """Leave out what a list says in a column of another meaning.

        That is one named `Module` which never holds the name of a module, of the org or of Zoho.
        """
        names = {plain_name(origin.tab) for origin in origins if origin.is_listed}
        if names & (_STANDARD_NAMES | self._names.keys()):
            return tuple(origins)
        return tuple(origin for origin in origins if not origin.is_listed)

    def named(self, origins: Iterable[Origin]) -> list[Module]:
        """Return the modules that a list names, in the order in which they are worked off."""
        found = map(self.named_by, origins)
        named = {module.api_name: module for module in found if module is not None}
        return sorted(named.values(), key=_rank)


def _rank(module: Module) -> int:
    custom = len(_BEFORE_CUSTOM)
    if module.api_name in _BEFORE_CUSTOM:
        return _BEFORE_CUSTOM.index(module.api_name)
    if module.api_name in _BEHIND_CUSTOM:
        return custom + 1 + _BEHIND_CUSTOM.index(module.api_name)
    return custom


def parts_of(ids: IdList, modules: Iterable[Module]) -> list[Part]:
    """Part a list by the modules that it names, children before parents.

    Ids of no module, or of several, come last, in a part of their own: whatever module is chosen
    for the latter, they are held (see addresses.py). What was rejected stays with the first part.
    """
    known = Known(modules)
    origins = known.heeded(ids.origins)
    claims: dict[str, set[int]] = {}
    for origin in origins:
        module = known.named_by(origin)
        claims.setdefault(module.api_name if module else "", set()).update(origin.ids)
    unclear, seen = claims.pop("", set()), set[int]()
    for claimed in claims.values():
        unclear |= seen & claimed
        seen |= claimed
    seen -= unclear
    parts = [
        Part(module, _only(ids, claims[module.api_name] - unclear, module))
        for module in known.named(origins)
    ]
    rest = _only(ids, set(ids.ids) - seen)
    # With all names: alone, those that nobody knows would not look like modules.
    names = tuple(replace(one, ids=_in(one.ids, {*rest.ids})) for one in ids.origins)
    parts.append(Part(None, replace(rest, origins=names)))
    parts = [part for part in parts if len(part.ids)]
    if parts:
        first = replace(
            parts[0].ids,
            duplicates=ids.duplicates,
            rejected=ids.rejected,
            rejected_count=ids.rejected_count,
            rejected_reasons=ids.rejected_reasons,
            notes=ids.notes,
        )
        parts[0] = replace(parts[0], ids=first)
    return parts


def _only(whole: IdList, wanted: set[int], module: Module | None = None) -> IdList:
    """Return the part of a list with these ids, in their order; None: those of no module."""
    label = module.plural_label if module else "of no module"
    ids = _in(whole.ids, wanted)
    extremes = {len(str(end(ids, default=0))) for end in (min, max)}
    flags = Flags.of(ids, extremes)
    origins = (replace(one, ids=_in(one.ids, wanted)) for one in whole.origins)
    return IdList(
        ids=ids,
        rounding=worst(judged(ids), [whole.rounding.of_part(whole.source)]),
        short=flags.short,
        unlike=flags.unlike,
        origins=tuple(origin for origin in origins if len(origin.ids)),
        source=f"{whole.source}: {label}",
        listings=tuple(_listings(whole.listings, wanted, module)),
    )


def _listings(
    listings: Iterable[Listing], wanted: set[int], module: Module | None
) -> Iterator[Listing]:
    """Yield what in Zoho these ids may have been read from, each with their values alone.

    What was read names no module of its ids, so they stand in the part of none, unless an address
    or a row of the list names it too.
    """
    for one in listings:
        values = {number: value for number, value in one.values.items() if number in wanted}
        # Of a view or a query it is not known which of the ids it gave.
        if one.module == module.api_name if module else values or not one.values:
            yield replace(one, values=values)


def _in(ids: array[int], wanted: set[int]) -> array[int]:
    return array("Q", (one for one in ids if one in wanted))


def joined(parts: Iterable[Part]) -> list[Part]:
    """Put lists of the same module together, in the order in which they are worked off."""
    lists: dict[str, Part] = {}
    for part in parts:
        name = part.module.api_name if part.module else ""
        known = lists.get(name, Part(part.module, IdList.empty()))
        lists[name] = Part(part.module, merge(known.ids, part.ids), known.out | part.out)
    return sorted(lists.values(), key=_rank_of)


def _rank_of(part: Part) -> int:
    return _rank(part.module) if part.module else len(STANDARD) + 1


def told(parts: Sequence[Part]) -> str:
    """Say which lists there are: 3 modules: 12 Notes, 40 Contacts, 3 Accounts."""
    number = sum(part.module is not None for part in parts)
    modules = "1 module" if number == 1 else f"{number:,} modules"
    return f"{modules}: {', '.join(part.words for part in parts)}"
