"""The simulated org: its modules, records, users and Recycle Bin."""

from __future__ import annotations

import re
from dataclasses import replace
from threading import RLock
from time import time
from typing import TYPE_CHECKING, Any, Literal

from zohotui.sandbox.org.content import describer
from zohotui.sandbox.org.externals import Externals
from zohotui.sandbox.org.modules import standard_modules
from zohotui.sandbox.org.people import users
from zohotui.sandbox.org.records import LockAction, Record, RecordStore, State
from zohotui.sandbox.org.recycle_bin import Binned, RecycleBin
from zohotui.sandbox.org.views import Views
from zohotui.sandbox.org.workflow_rules import WorkflowRules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zohotui.sandbox.org.modules import Module
    from zohotui.sandbox.org.people import User

Environment = Literal["production", "sandbox", "developer"]
Refusal = Literal["NO_PERMISSION", "AUTHORIZATION_FAILED"]
COMPANY = "Acme Ltd"
ZGID = "700000001"
PREFIX = "554023"
_FIRST_RECORD = 201_001
_RUN = 999
_IS_PREFIX = re.compile(r"[1-9][0-9]{5}", re.ASCII)


class Org:
    """What the org holds; it speaks no HTTP.

    `mutex` guards it: every change is made under it, and the one who reads from one of the
    iterators holds it until the end.

    An id belongs to one module for good. A record is alive unless it is in the bin or
    destroyed. Ids are the org's `prefix` (six digits, no zero first) and twelve more, and never
    end in 000, so that a list of them does not look as if a spreadsheet had rounded it.
    Source: zoho-api.md, "Record ids, exports, URLs"; `company` and `zgid`: "GET /org".
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        environment: Environment = "production",
        company: str = COMPANY,
        zgid: str = ZGID,
        prefix: str = PREFIX,
        edition: str = "enterprise",
    ) -> None:
        if not _IS_PREFIX.fullmatch(prefix):
            raise ValueError(f"an org's prefix is six digits and no zero first, not {prefix!r}")
        self.mutex = RLock()
        self.seed = seed
        self.environment: Environment = environment
        self.company = company
        self.zgid = zgid
        self.prefix = prefix
        self.edition = edition
        """Sets the credits of 24 hours and the calls at once, see limits.py."""
        self.users = users(prefix)
        self.acting = self.users[0]
        """The user whom every token acts as."""
        self.externals = Externals()
        self.views = Views(prefix)
        self.workflow_rules = WorkflowRules(prefix)
        self.modules: dict[str, Module] = {}
        self.denied: dict[tuple[str, str], Refusal] = {}
        self._stores: dict[str, RecordStore] = {}
        self.recycle_bin = RecycleBin()
        self._next = _FIRST_RECORD
        for module in standard_modules(prefix):
            self.set_module(module)

    @classmethod
    def empty(
        cls,
        *,
        seed: int = 1,
        environment: Environment = "production",
        company: str = COMPANY,
        zgid: str = ZGID,
        prefix: str = PREFIX,
        edition: str = "enterprise",
    ) -> Org:
        """Return an org with every module and no record."""
        return cls(
            seed=seed,
            environment=environment,
            company=company,
            zgid=zgid,
            prefix=prefix,
            edition=edition,
        )

    def set_module(self, module: Module) -> None:
        """Add a module, or change one (its records stay)."""
        with self.mutex:
            self.modules[module.api_name] = module
            if module.api_name not in self._stores:
                self._stores[module.api_name] = RecordStore(
                    describer(module, self.users, self.seed)
                )

    def change_module(self, api_name: str, **changes: Any) -> None:  # noqa: ANN401 - any field
        """Change some fields of a module: `org.change_module("Leads", deletable=False)`."""
        self.set_module(replace(self.modules[api_name], **changes))

    def deny(self, module: str, operation: str, refusal: Refusal = "NO_PERMISSION") -> None:
        """Take a permission ("DELETE" or "READ" in a module) from the user."""
        with self.mutex:
            self.denied[module, operation] = refusal

    # Making records

    def add_records(
        self, module: str, count: int = 1, *, fields: Mapping[str, Any] | None = None
    ) -> list[str]:
        """Make records and return their ids. Plain ones (no `fields`) cost almost nothing."""
        with self.mutex:
            store = self._stores[module]
            ids: list[str] = []
            while len(ids) < count:
                start = self._next
                size = min(count - len(ids), _RUN - (start - 1) % 1000)
                self._next = start + size
                if self._next % 1000 == 0:
                    self._next += 1
                first = int(self.prefix) * 10**12 + start
                block = range(first, first + size)
                store.add(block)
                ids.extend(map(str, block))
            if fields:
                store.changed.update((record_id, dict(fields)) for record_id in ids)
            return ids

    def attach(self, parent: str, module: str, *, fields: Mapping[str, Any] | None = None) -> str:
        """Give a record a note, an attachment or a task, which goes to the bin with it; its id."""
        with self.mutex:
            more = {"Parent_Id": {"id": parent}, **(fields or {})}
            (child,) = self.add_records(module, fields=more)
            self.recycle_bin.attach(parent, module, child)
            return child

    def lock(self, module: str, record_id: str, action: LockAction = "record_locking") -> None:
        """Lock a record, so that deleting it answers RECORD_LOCKED."""
        self._mark(module, record_id, lock=action)

    def unlock(self, module: str, record_id: str) -> None:
        """Make a record deletable again, whatever stood against it."""
        self._mark(module, record_id, lock=None, waiting=False, merging=False, forbidden=False)

    def merge(self, module: str, record_id: str) -> None:
        """Let a record be merged with another for now: RECORD_LOCKED."""
        self._mark(module, record_id, lock="record_locking", merging=True)

    def await_approval(self, module: str, record_id: str) -> None:
        """Put a record into an approval process: NOT_APPROVED."""
        self._mark(module, record_id, waiting=True)

    def forbid(self, module: str, record_id: str) -> None:
        """Refuse this one record to the user: an item with NO_PERMISSION."""
        self._mark(module, record_id, forbidden=True)

    def convert(self, record_id: str) -> None:
        """Convert a lead."""
        self._mark("Leads", record_id, converted=True)

    def change_fields(self, module: str, record_id: str, **fields: Any) -> None:  # noqa: ANN401 - any
        """Change what a record holds, as a colleague would in the web UI."""
        with self.mutex:
            self._stores[module].changed.setdefault(record_id, {}).update(fields)

    def tag(self, module: str, record_id: str, *names: str) -> None:
        """Give a record these tags and no others."""
        tags = [
            {"name": name, "id": f"{self.prefix}{88001 + place:012d}"}
            for place, name in enumerate(names)
        ]
        self.change_fields(module, record_id, Tag=tags)

    def _mark(self, module: str, record_id: str, **changes: Any) -> None:  # noqa: ANN401 - State
        with self.mutex:
            store = self._stores[module]
            if not store.has(record_id):
                raise KeyError(record_id)
            store.states[record_id] = replace(store.state(record_id), **changes)

    # Looking

    def exists(self, module: str, record_id: str) -> bool:
        """Whether the record is alive in this module."""
        with self.mutex:
            taken = self.recycle_bin.has_taken(record_id)
            return not taken and self._stores[module].has(record_id)

    def state(self, module: str, record_id: str) -> State:
        """Return the state of a record, alive or binned."""
        with self.mutex:
            return self._stores[module].state(record_id)

    def record(self, module: str, record_id: str) -> Record:
        """Return a record, alive or binned; KeyError if there never was such a one."""
        with self.mutex:
            store = self._stores[module]
            if not store.has(record_id):
                raise KeyError(record_id)
            return store.get(record_id)

    def ids(self, module: str, *, newest_first: bool = False) -> Iterator[str]:
        """Yield the ids of the living records; use them up while the mutex is held."""
        return (
            record_id
            for record_id in self._stores[module].ids(newest_first=newest_first)
            if not self.recycle_bin.has_taken(record_id)
        )

    # Deleting and restoring

    def delete(self, module: str, record_id: str, *, at: float) -> list[tuple[str, str]]:
        """Bin a living record, or destroy it where its module has no bin, and its children.

        Returns (module, id) of the children that went along. Source: zoho-api.md, "Retention
        and cascade".
        """
        with self.mutex:
            entry = Binned(module, self.acting, at)
            if self.modules[module].recycle_bin:
                self.recycle_bin.put(record_id, entry)
            else:
                self.recycle_bin.destroy(record_id, entry)
            gone = [
                (kind, child)
                for kind, child in self.recycle_bin.children(record_id)
                if self.exists(kind, child)
            ]
            for kind, child in gone:
                # In the parent's bin even where the child's own module has none: it must be
                # able to come back with the parent.
                self.recycle_bin.put(child, Binned(kind, self.acting, at, record_id))
            return gone

    def bin(
        self, module: str, record_id: str, *, at: float | None = None, by: User | None = None
    ) -> None:
        """Delete a living record in the web UI, now or `at`; KeyError for another.

        `by` the user whom tokens act as, unless another is named.
        """
        with self.mutex:
            if not self.exists(module, record_id):
                raise KeyError(record_id)
            self.delete(module, record_id, at=time() if at is None else at)
            if by is not None and (entry := self.recycle_bin.find(record_id)):
                self.recycle_bin.put(record_id, replace(entry, deleted_by=by))

    def restore(self, record_id: str, changes: Mapping[str, Any] | None = None) -> bool:
        """Bring a record back with the children that went along; False if it is not binned.

        `changes`: what else becomes of its fields.
        """
        with self.mutex:
            entry = self.recycle_bin.take_out(record_id)
            if entry is not None and changes:
                self.change_fields(entry.module, record_id, **changes)
            return entry is not None

    def catch_up(self, now: float, bin_days: int | None = None) -> None:
        """Do what time does: scheduled restores, and what has been in the bin for long enough."""
        with self.mutex:
            for record_id, changes in self.recycle_bin.due(now):
                self.restore(record_id, changes)
            if bin_days is not None:
                self.purge(self.recycle_bin.older_than(now - bin_days * 86_400))

    def purge(self, record_ids: Iterable[str]) -> None:
        """Empty these out of the bin for good, as sixty days do."""
        with self.mutex:
            self.recycle_bin.purge(record_ids)


def check_distinct(orgs: Iterable[Org]) -> None:
    """Raise ValueError if two orgs share a `zgid` or `prefix`: nobody could tell them apart."""
    every = list(orgs)
    for name, values in (
        ("zgid", {org.zgid for org in every}),
        ("prefix", {org.prefix for org in every}),
    ):
        if len(values) < len(every):
            raise ValueError(f"every org needs a {name} of its own")


def sample_ids(org: Org) -> dict[str, list[str]]:
    """Return module → the ids of an org that a delete would take now, where there are any."""
    with org.mutex:
        found = {
            name: [i for i in org.ids(name) if org.state(name, i).deletable]
            for name, module in org.modules.items()
            if module.takes_deletes
        }
    return {name: ids for name, ids in found.items() if ids}
