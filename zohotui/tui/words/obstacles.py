"""Why a list must not be deleted from a module, found before anything is asked."""

from __future__ import annotations

from collections.abc import Mapping

from zohotui.deletion.connection import Connection
from zohotui.deletion.ids import addresses
from zohotui.deletion.ids.modules import Known
from zohotui.deletion.ids.pasted import IdList, Origin
from zohotui.deletion.model.differences import listed
from zohotui.deletion.model.outcome import Outcome
from zohotui.tui.words.text import count
from zohotui.zoho.records import Module

_TABS_NAMED = 3
_ONE_BY_ONE = "[next_list] takes one module after the other."
_NOT_HEEDED = "The column Module names no module of this org, so it is ignored."


def obstacle(
    connection: Connection | None,
    module: Module | None,
    ids: IdList,
    misplaced: Mapping[int, Outcome],
) -> str:
    """Say in a sentence what stands in the way; empty if nothing does.

    `misplaced`: which of the ids are held because of their address.
    """
    if connection is None:
        return "Not connected to an org yet. [connect] tries again, [sign_in] signs in."
    if module is None:
        return "Choose a module first: press [modules], type part of its name, press Enter."
    if module.obstacle:
        return f"Records of {module.plural_label} cannot be deleted here: {module.obstacle}."
    if not len(ids.ids):
        return _no_ids(ids)
    if len(misplaced) == len(ids.ids):
        return f"Nothing is left to delete. {pointing_elsewhere(connection, module, ids)}"
    return _read_from_another(module, ids)


def _no_ids(ids: IdList) -> str:
    if number := ids.rejected_count:
        are = "is not an id" if number == 1 else "are not ids"
        return (
            f"No record ids yet: {count(number, 'entry', 'entries')} {are}, [rejected] shows why."
        )
    return "No record ids yet. [ids] goes to the field, [open] opens a file."


def _read_from_another(module: Module, ids: IdList) -> str:
    other = next((one.module for one in ids.listings if one.module != module.api_name), "")
    words = f"The list was read from {other}, not from {module.plural_label}: [modules] chooses it."
    return words if other else ""


def misplaced_in(
    connection: Connection | None, module: Module | None, ids: IdList
) -> dict[int, Outcome]:
    """Return the ids that are held because of their address; none while no org is open."""
    if connection is None:
        return {}
    return addresses.misplaced(_origins(connection, ids), connection.target, connection.org, module)


def addressed_module(connection: Connection | None, ids: IdList) -> Module | None:
    """Return the module that all addresses of the list agree on; None if there is none."""
    if connection is None:
        return None
    return addresses.agreed_module(
        _origins(connection, ids), connection.target, connection.org, connection.modules
    )


def pointing_elsewhere(connection: Connection | None, module: Module | None, ids: IdList) -> str:
    """Say how many addresses name another place, which, and what can be done; empty if none."""
    if connection is None:
        return ""
    number, first, why, listed = 0, 0, "", False
    origins = _origins(connection, ids)
    for origin in origins:
        held = addresses.wrong_place(origin, connection.target, connection.org, module)
        if held is not None:
            number += len(origin.ids)
            if not why or origin.first_line < first:
                first, why = origin.first_line, held.message.removeprefix("its address ")
                listed = origin.is_listed
    if not number:
        unheeded = len(origins) < len(ids.origins)
        return _NOT_HEEDED if unheeded else _several(connection, ids) if not module else ""
    kind = ("entry", "entries") if listed else ("address", "addresses")
    if number == 1:
        told = f"1 {kind[0]} (line {first}) {why}. Its id is held."
    else:
        told = f"{count(number, *kind)} point elsewhere. The first (line {first}) {why}. Held."
    agreed = addressed_module(connection, ids)
    if agreed is not None and agreed != module:
        return f"{told} [addressed] chooses {agreed.plural_label}."
    several = len(Known(connection.modules).named(origins)) > 1
    return f"{told} {_ONE_BY_ONE}" if several else told


def _several(connection: Connection, ids: IdList) -> str:
    """Say that the list names more than one module; empty if it does not."""
    origins = [origin for origin in _origins(connection, ids) if len(origin.ids)]
    tabs = list(dict.fromkeys(origin.tab for origin in origins))
    if len(tabs) == 1 or not tabs:
        return ""
    named = listed(tabs, _TABS_NAMED)
    told = f"The {ids.namer} several modules: {named}. Choose one; ids of the others are held."
    several = len(Known(connection.modules).named(origins)) > 1
    return f"{told} {_ONE_BY_ONE}" if several else told


def _origins(connection: Connection, ids: IdList) -> tuple[Origin, ...]:
    # Most lists name no module, and this is asked at each change of the keys.
    return Known(connection.modules).heeded(ids.origins) if ids.origins else ()
