"""Why a list must not be deleted from a module, found before anything is asked."""

from __future__ import annotations

from zohotui.deletion.ids import IdList, Origin
from zohotui.tui.session import Connection
from zohotui.tui.text import count
from zohotui.zoho.datacentre import KNOWN_LOCATIONS, Environment, location_of
from zohotui.zoho.records import Module


def obstacle(connection: Connection | None, module: Module | None, ids: IdList) -> str:
    """Say in a sentence what stands in the way; empty if nothing does."""
    if connection is None:
        return "There is no connection to an org yet. ctrl+r tries again, l signs in."
    if module is None:
        return "Choose a module first: ↑ ↓ and Enter, or m and a part of its name."
    if module.obstacle:
        return f"Records of {module.plural_label} cannot be deleted here: {module.obstacle}."
    if not len(ids.ids):
        return "There are no record ids yet: i goes to the field, o opens a file."
    return _foreign_urls(connection, module, ids)


def _foreign_urls(connection: Connection, module: Module, ids: IdList) -> str:
    """Compare record URLs with the module and the org.

    Source: zoho-api.md, "URLs of the web UI".
    """
    for origin in ids.origins:
        which = f"{count(origin.count, 'URL')} (from line {origin.first_line} on)"
        if not module.goes_by(origin.tab):
            return (
                f"{which} of {origin.tab}, but the chosen module is "
                f"{module.plural_label}. Choose the right module or take them out."
            )
        if why := _other_org(connection, origin):
            return f"{which} {why}"
    return ""


def _other_org(connection: Connection, origin: Origin) -> str:
    org, target = connection.org, connection.target
    if origin.org and org is None:
        return (
            "with an org's name, but this token may not say which org it is for. "
            "Enter the ids alone if you are sure of them."
        )
    if org and origin.org and origin.org not in {org.domain_name, f"org{org.zgid}"}:
        return (
            f"of another org ({origin.org}), not of {org.name}. "
            "Take them out, or open the right org."
        )
    location = location_of(origin.host)
    if location and target.location in KNOWN_LOCATIONS and location != target.location:
        return f"of the data centre {location}, not of {target.location}. Take them out."
    of_sandbox = origin.host.startswith("crmsandbox")
    if of_sandbox and target.environment is Environment.PRODUCTION:
        return "of a sandbox, but this is production. Take them out."
    return ""
