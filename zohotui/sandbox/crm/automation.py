"""GET /settings/automation/workflow_rules. Source: zoho-api.md, "Workflow rules"; row 35."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zohotui.sandbox import replies
from zohotui.sandbox.crm.pages import page_number, per_page
from zohotui.sandbox.oauth.scopes import allows

if TYPE_CHECKING:
    from zohotui.sandbox.crm.call import Call
    from zohotui.sandbox.org.workflow_rules import WorkflowRule
    from zohotui.sandbox.replies import Reply


def read_rules(call: Call) -> Reply:
    """List the rules, filtered by module, by what they run on, and by whether they are active."""
    if not allows(call.grant.scopes, "settings", "READ", "workflow_rules"):
        return replies.scope_mismatch(call.variants.scope_message)
    if call.variants.workflow_rules == "not_in_edition":
        needed = {"permissions": ["Crm_Implied_Manage_Workflow"]}
        message = "feature not available in this edition"
        return replies.error(403, "NO_PERMISSION", message, needed)
    module = call.params.get("module", "")
    if module and module not in call.org.modules:
        message = "The value provided to the param is Invalid"
        return replies.error(400, "INVALID_MODULE", message, {"param_name": "module"})
    found = [rule for rule in call.org.workflow_rules.rules if _wanted(call, rule, module)]
    size, page = per_page(call), page_number(call.params)
    some = found[(page - 1) * size : page * size]
    if not some:
        return replies.nothing()
    inner = call.params.get("include_inner_details") == "true"
    more = page * size < len(found)
    info = {"per_page": size, "count": len(some), "page": page, "more_records": more}
    rules = [rule.as_json(inner=inner) for rule in some]
    return replies.as_json(200, {"workflow_rules": rules, "info": info})


def _wanted(call: Call, rule: WorkflowRule, module: str) -> bool:
    asked = call.params
    return (
        (not module or rule.module == module)
        and asked.get("execute_on", rule.execute_on) == rule.execute_on
        and asked.get("trigger_module", rule.trigger) == rule.trigger
        and asked.get("status_active", str(rule.active).lower()) == str(rule.active).lower()
    )
