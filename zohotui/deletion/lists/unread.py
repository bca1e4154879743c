"""A plan that sends values of an external field, where nobody may read the records they are of.

1. What could be a record's id is left out: if the header were lost on the way, Zoho would delete
   that record. So is what cannot stand beside other values, and what differs from an earlier value
   in the case of its letters alone: if both are one record's, the second would be told as failed.
2. The others are numbered; a plan has their numbers in the place of ids, and each with its value.
3. A request carries as many values as fit into an address, whatever the batch size says.

Only where reading them was refused: what has been read is deleted by its ids.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from zohotui.deletion.lists.values import Values
from zohotui.deletion.model.listing import Kind, Listing, Miss, Unresolved
from zohotui.deletion.model.plan import Options, Plan, PlanError, Target
from zohotui.zoho.external import values_at_once
from zohotui.zoho.parameters import could_be_id

_COULD_BE_ID = "it could be a record id: if the header got lost, Zoho would delete that record"
_COMMA = "it has a comma, so it could be two values"
_ALIKE = "another value differs only in upper and lower case, so both may name the same record"


@dataclass(frozen=True, slots=True)
class Unread:
    """Where values are to be sent unread, and how."""

    target: Target
    module: str
    """API name."""
    label: str
    """The module's plural label as shown."""
    permanent: bool
    options: Options
    field: str
    """API name of the external field."""

    def plan(self, values: Values, at: float) -> Plan:
        """Make the plan of the values that may be sent.

        Raises PlanError if there are none, or if nobody knows whose values they are.

        `at`: when reading them was refused, in seconds since the epoch.
        """
        numbered: dict[int, str] = {}
        left: list[Unresolved] = []
        folded: set[str] = set()
        for value in values.values:
            if why := _why_not(value, folded):
                left.append(Unresolved(value, Miss.UNREADABLE, why))
            else:
                numbered[len(numbered) + 1] = value
                folded.add(value.casefold())
        if not numbered:
            raise PlanError(f"None of the {len(values.values):,} values may be sent unread.")
        most = values_at_once(numbered.values(), self.options.batch_size)
        note = "The records could not be read, so they were not reviewed; values were sent."
        listing = Listing(
            Kind.EXTERNAL, self.module, self.field, round(at, 3), numbered, tuple(left), note
        )
        plan = Plan(
            self.target,
            self.module,
            self.label,
            self.permanent,
            tuple(numbered),
            replace(self.options, batch_size=most),
            values.source,
            listings=(listing,),
            by_value=self.field,
        )
        if plan.whose_values:
            raise PlanError(plan.whose_values)
        return plan


def _why_not(value: str, folded: set[str]) -> str:
    """Say why a value is not sent, as a clause; empty if it is.

    `folded`: the values that are, whatever the case of their letters.
    """
    if could_be_id(value):
        return _COULD_BE_ID
    if "," in value:
        return _COMMA
    return _ALIKE if value.casefold() in folded else ""
