"""Whether a sign-in can bring deleted records back: told before anybody needs it.

Source: zoho-api.md, "RESTORE EXISTS": two scopes; administrators restore any record, others only
what they deleted themselves. That a profile is an administrator's is told by its name alone.
"""

from __future__ import annotations

from zohotui.config.profiles import Account
from zohotui.deletion.connection import Connection
from zohotui.deletion.model.plan import Target
from zohotui.zoho.scopes import missing

_ADMINISTRATOR = "administrator"
"""Name of the profile that each org has for administrators, in lower case."""

_SCOPES = ("ZohoCRM.settings.recycle_bin.READ", "ZohoCRM.settings.recycle_bin.UPDATE")


def undo_obstacle(account: Account | None) -> str:
    """Say in a sentence why nothing at all can be brought back; empty if that is not certain."""
    granted = account.scopes if account else ()
    lacking = [scope.name for scope in missing(granted) if scope.name in _SCOPES]
    if not lacking:
        return ""
    names = " and ".join(name.removeprefix("ZohoCRM.") for name in lacking)
    scopes = "the scope" if len(lacking) == 1 else "the scopes"
    return (
        f"This sign-in lacks {scopes} {names}, so it cannot restore anything. Sign in again "
        "([sign_in]) with them, or restore in Zoho's web interface."
    )


def sees_no_bin(account: Account | None) -> str:
    """Say in a sentence that the Recycle Bin cannot even be read; empty if that is not certain."""
    granted = account.scopes if account else ()
    lacks = _SCOPES[0] in {scope.name for scope in missing(granted)}
    return undo_obstacle(account) if lacks else ""


def undo_caution(connection: Connection | None, run: Target | None = None) -> str:
    """Say in a sentence what one user may not bring back; empty if nothing speaks for that.

    `run`: whose deletes are to be undone; None for those that this session is about to do.
    """
    user = connection.user if connection else None
    if user is None or not user.profile or user.profile.lower() == _ADMINISTRATOR:
        return ""
    unless = f"Your profile is {user.profile}. Unless it has an administrator's rights, "
    if run is None:
        return f"{unless}you can restore only what you deleted yourself."
    if not run.user_id or run.user_id == user.id:
        return ""
    return (
        f"{unless}Zoho will refuse: you can restore only what you deleted yourself, and "
        f"{run.user or 'another user'} deleted these."
    )
