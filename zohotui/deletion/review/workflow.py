"""Which workflow rules run on the deletes of a list, as far as that can be read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.scopes import RULES, covers
from zohotui.zoho.workflow_rules import WorkflowRule, delete_rules


@dataclass(frozen=True, slots=True)
class DeleteRules:
    """What is known of the rules of a module."""

    rules: tuple[WorkflowRule, ...] = ()
    why: str = ""
    """Why they are not known, as a sentence; empty if they are."""


def read_rules(crm: ZohoCRM, module: str, granted: Collection[str]) -> DeleteRules:
    """Read the rules of a module that run on delete, in one call, or say why that cannot be done.

    `granted`: the scopes of the sign-in; empty if they are not known. Nothing is asked where they
    are known not to do.
    """
    if not covers(granted, RULES.name):
        return DeleteRules(why=f"This sign-in is without {RULES.name}.")
    try:
        return DeleteRules(tuple(delete_rules(crm, module)))
    except ZohoError as error:
        return DeleteRules(why=error.detail)
