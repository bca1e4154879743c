"""Ids whose web addresses name another module, org or data centre: held, and never released.

The same holds for ids of which the list itself names another module, in a column or key.

An id that stands in a list bare and in such an address as well is held too: the address says that
the admin means another record.

Source: zoho-api.md, "URLs of the web UI".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zohotui.deletion.ids.id_list import Origin
from zohotui.deletion.ids.modules import Known, is_called
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Target
from zohotui.zoho.datacentre import KNOWN_LOCATIONS, Environment, location_of
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Module, Org

_LONGEST_NAME = 60


def wrong_place(
    origin: Origin, target: Target, org: Org | None, module: Module | None
) -> Outcome | None:
    """Say why ids of such an origin are held; None if they belong to this org and module.

    `org` is None where the sign-in may not read it, `module` where none is chosen yet.
    """
    if why := _other_org(origin, target, org):
        return Outcome(State.HELD, Code.OTHER_ORG, f"its address {why}")
    if module is None:
        return None
    label = printable(module.plural_label, _LONGEST_NAME)
    if origin.is_listed:
        listed = f"the list says {origin.tab}, but the chosen module is {label}"
        own = is_called(module, origin.tab)
        return None if own else Outcome(State.HELD, Code.WRONG_MODULE, listed)
    if module.goes_by(origin.tab):
        return None
    message = f"its address is of {origin.tab}, but the chosen module is {label}"
    return Outcome(State.HELD, Code.WRONG_MODULE, message)


def misplaced(
    origins: Iterable[Origin], target: Target, org: Org | None, module: Module | None
) -> dict[int, Outcome]:
    """Return every id that one of its addresses leads elsewhere, and why it is held."""
    held: dict[int, Outcome] = {}
    for origin in origins:
        if (outcome := wrong_place(origin, target, org, module)) is not None:
            held.update(dict.fromkeys(origin.ids, outcome))
    return held


def agreed_module(
    origins: Sequence[Origin], target: Target, org: Org | None, modules: Iterable[Module]
) -> Module | None:
    """Return the one module that all origins name, if all are of this org; None otherwise."""
    origins = [origin for origin in origins if len(origin.ids)]
    if not origins or any(wrong_place(one, target, org, None) for one in origins):
        return None
    known = Known(modules)
    named = [known.named_by(origin) for origin in origins]
    return named[0] if all(one == named[0] for one in named) else None


def _other_org(origin: Origin, target: Target, org: Org | None) -> str:
    """Say in a clause that an address is not of this org; empty if nothing tells that it is not."""
    if origin.org and org is None:
        return f"names an org ({origin.org}), but this sign-in may not read which org it opens"
    if org and origin.org and origin.org not in {org.domain_name, f"org{org.zgid}"}:
        return f"is of another org ({origin.org}), not of {org.name}"
    location = location_of(origin.host)
    if location and target.location in KNOWN_LOCATIONS and location != target.location:
        return f"is of the data centre {location}, not of {target.location}"
    if origin.host.startswith("crmsandbox") and target.environment is Environment.PRODUCTION:
        return "is of a sandbox, but this is production"
    return ""
