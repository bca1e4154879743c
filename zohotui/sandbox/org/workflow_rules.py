"""Workflow rules of the simulated org: what runs when a record is made, changed or deleted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_CREATED = "2025-12-01T11:09:10+05:30"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRule:
    """One rule. Source: zoho-api.md, "Workflow rules"; the official OpenAPI examples for v8."""

    id: str
    name: str
    module: str
    execute_on: str = "delete"
    trigger_module: str = ""
    """The module whose records it runs on; empty: `module`."""
    active: bool = True
    last_run: str | None = None
    actions: tuple[str, ...] = ()
    """Kinds of what it does at once."""
    scheduled: tuple[str, ...] = ()
    """Kinds of what it does later."""

    @property
    def trigger(self) -> str:
        """The module whose records it runs on."""
        return self.trigger_module or self.module

    def as_json(self, *, inner: bool) -> dict[str, Any]:
        """Return the entry of the list; `inner`: with conditions and actions."""
        by = {"name": "Anna Ember", "id": f"{self.id[:-6]}077001"}
        entry: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "description": None,
            "status": {"active": self.active},
            "execute_when": {
                "type": self.execute_on,
                "details": {"trigger_module": _reference(self.trigger, self.id)},
            },
            "module": _reference(self.module, self.id),
            "source": "crm",
            "editable": True,
            "deletable": True,
            "created_by": by,
            "modified_by": by,
            "created_time": _CREATED,
            "modified_time": _CREATED,
            "last_executed_time": self.last_run,
            "lock": {"status": False, "locked_by": None, "message": None},
        }
        return {**entry, "conditions": [self._condition()]} if inner else entry

    def _condition(self) -> dict[str, Any]:
        later = {"period": "days", "unit": 1}
        return {
            "sequence_number": 1,
            "id": f"{self.id[:-4]}7161",
            "criteria_details": None,
            "instant_actions": {"actions": _actions(self.actions, self.id)},
            "scheduled_actions": [
                {
                    "execute_after": later,
                    "id": f"{self.id[:-4]}7188",
                    "actions": _actions(self.scheduled, self.id),
                }
            ]
            if self.scheduled
            else [],
        }


def _reference(module: str, rule_id: str) -> dict[str, str]:
    return {"api_name": module, "id": f"{rule_id[:-4]}0125"}


def _actions(kinds: tuple[str, ...], rule_id: str) -> list[dict[str, Any]]:
    return [
        {
            "name": kind.title(),
            "related_details": None,
            "id": f"{rule_id[:-4]}{8000 + n}",
            "type": kind,
        }
        for n, kind in enumerate(kinds)
    ]


@dataclass
class WorkflowRules:
    """All rules of an org."""

    prefix: str
    rules: list[WorkflowRule] = field(default_factory=list)

    def add(self, name: str, module: str, **more: Any) -> WorkflowRule:  # noqa: ANN401 - any field
        """Make a rule, on delete unless said otherwise."""
        rule_id = f"{self.prefix}{310_001 + len(self.rules):012d}"
        rule = WorkflowRule(id=rule_id, name=name, module=module, **more)
        self.rules.append(rule)
        return rule
