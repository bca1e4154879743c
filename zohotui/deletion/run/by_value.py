"""Values of an external field sent in the place of ids, where nobody may read the records.

1. A batch's numbers become the values that they are of; the client puts the field into the header.
2. Each answer is matched by the value that it names, never by its place, and told by number again.
3. Where the answer names the record's id too, the message keeps it: nothing else does.
"""

from __future__ import annotations

import json
from dataclasses import replace

from zohotui.deletion.model.plan import Batch, Plan
from zohotui.zoho.answers import DeleteAnswer, Result
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.printable import printable

_LONGEST_ID = 40


def delete_by_value(plan: Plan, batch: Batch, crm: ZohoCRM) -> DeleteAnswer:
    """Delete the records that have the values of a batch; the answer is by the values' numbers."""
    external = plan.external
    numbers = {external[number]: str(number) for number in batch.ids}
    answer = crm.delete_by_value(
        plan.module, plan.by_value, list(numbers), wf_trigger=plan.options.wf_trigger
    )
    results = {numbers[value]: _with_id(result) for value, result in answer.results.items()}
    return replace(answer, results=results)


def _with_id(result: Result) -> Result:
    """Keep in the message which record it was, as far as Zoho tells."""
    try:
        details = json.loads(result.item)["details"]
        record_id = details["id"]
    except (ValueError, KeyError, TypeError):
        return result
    if not isinstance(record_id, str | int):
        return result
    return replace(
        result, message=f"{result.message} (id {printable(str(record_id), _LONGEST_ID)})"
    )
