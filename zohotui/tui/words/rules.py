"""Workflow rules in words: what runs on the deletes, and what the switch does not cover."""

from __future__ import annotations

from zohotui.deletion.review.workflow import DeleteRules
from zohotui.tui.words.text import Fact, count
from zohotui.zoho.printable import printable
from zohotui.zoho.workflow_rules import WorkflowRule

_SHOWN = 4
_NAME = 30

_KINDS = {
    "email_notifications": "e-mail",
    "tasks": "task",
    "webhooks": "webhook",
    "functions": "function",
    "field_updates": "field update",
}
"""What Zoho's kinds of actions are called here; others go by Zoho's name."""

_UNCOVERED = (
    "Zoho documents this switch for workflow rules only. It does not say whether notification "
    "channels, blueprints, approvals, cadences, schedules, Zoho Flow or extensions still react."
)
"""Source: zoho-api.md, "Workflow rules that fire on delete"."""


def rules_facts(told: DeleteRules | None, label: str) -> list[Fact]:
    """Say which rules run on delete; `told`: None if nobody asked, `label`: of the module."""
    if told is None:
        return []
    return [("Rules", _rules(told, label))]


def uncovered(told: DeleteRules | None) -> str:
    """Say what the switch does not silence, as far as Zoho documents."""
    return "" if told is None else _UNCOVERED


def switch_label(told: DeleteRules | None) -> str:
    """Name the rules beside their switch; empty where none is known."""
    names = [printable(rule.name, _NAME) for rule in told.rules] if told else []
    return f"Run workflow rules: {', '.join(names)}" if names else ""


def _rules(told: DeleteRules, label: str) -> str:
    if told.why:
        return f"Not known which run on delete. {told.why}"
    if not told.rules:
        return (
            f"No active rule of {label} runs on delete. Rules for the notes and tasks deleted "
            "with the records were not looked up."
        )
    parts = [_rule(rule) for rule in told.rules[:_SHOWN]]
    if (left := len(told.rules) - _SHOWN) > 0:
        parts.append(f"{left:,} more")
    runs = "runs" if len(told.rules) == 1 else "run"
    return f"{count(len(told.rules), 'rule')} {runs} on delete: {' · '.join(parts)}"


def _rule(rule: WorkflowRule) -> str:
    kinds = ", ".join(_KINDS.get(kind, kind.replace("_", " ")) for kind in rule.actions)
    when = f"last run {rule.last_run[:10]}" if rule.last_run else "never run"
    trigger = f"on deletes of {rule.trigger}" if rule.trigger else ""
    return f"{printable(rule.name, _NAME)} ({', '.join(filter(None, (kinds, when, trigger)))})"
