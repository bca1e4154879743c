"""Workflow rules that run when a record is deleted. Source: zoho-api.md, "Workflow rules"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.parameters import module_name
from zohotui.zoho.records import Json, text

_PAGE = 200
_MOST_PAGES = 10
_DEEPEST = 4
"""Conditions hold actions, at once or scheduled, and no list of them is deeper."""


@dataclass(frozen=True, slots=True)
class WorkflowRule:
    """One active rule."""

    name: str
    last_run: str
    """When it ran last, ISO 8601 as Zoho gave it; empty if it never did."""
    actions: tuple[str, ...]
    """Kinds of what it does, as Zoho calls them: email_notifications, webhooks."""
    trigger: str = ""
    """API name of the module whose deletes it runs on, if that is another one."""

    @classmethod
    def from_json(cls, entry: Json, module: str) -> WorkflowRule:
        """Read one entry of `workflow_rules`."""
        trigger = _inside(entry, "execute_when", "details", "trigger_module", "api_name")
        kinds = dict.fromkeys(_actions(entry.get("conditions"), _DEEPEST))
        return cls(
            text(entry.get("name")) or text(entry.get("id")),
            text(entry.get("last_executed_time")),
            tuple(kinds),
            "" if trigger == module else trigger,
        )


def delete_rules(crm: ZohoCRM, module: str) -> list[WorkflowRule]:
    """List the active rules of a module that run on delete, a call for 200 of them.

    Raises Refused where they may not be read: that takes ZohoCRM.settings.workflow_rules.READ, and
    the right to manage workflows.
    """
    query = (
        f"module={module_name(module)}&execute_on=delete&status_active=true"
        f"&include_inner_details=true&per_page={_PAGE}"
    )
    found: dict[str, WorkflowRule] = {}
    for page in range(1, _MOST_PAGES + 1):
        path = f"/crm/v8/settings/automation/workflow_rules?{query}&page={page}"
        parsed = crm.read_list(path, "workflow_rules")
        before = len(found)
        for entry in parsed["workflow_rules"]:
            # The filter is Zoho's; what it lets through is looked at all the same.
            if isinstance(entry, Mapping) and _runs_on_delete(entry):
                found[text(entry.get("id"))] = WorkflowRule.from_json(entry, module)
        more = _inside(parsed, "info", "more_records") == "True"
        if not more or len(found) == before:
            break
    return list(found.values())


def _runs_on_delete(entry: Json) -> bool:
    active, kind = _inside(entry, "status", "active"), _inside(entry, "execute_when", "type")
    return active != "False" and (not kind or "delete" in kind)


def _inside(value: object, *keys: str) -> str:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return text(value)


def _actions(value: object, depth: int) -> Iterator[str]:
    """Yield the kinds of all actions below a value."""
    if depth < 0:
        return
    if isinstance(value, list):
        for one in value:
            yield from _actions(one, depth)
    elif isinstance(value, Mapping):
        actions = value.get("actions")
        for one in actions if isinstance(actions, list) else ():
            if kind := _inside(one, "type"):
                yield kind
        for key in ("instant_actions", "scheduled_actions"):
            yield from _actions(value.get(key), depth - 1)
