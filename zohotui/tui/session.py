"""What a session is opened with, and what the org says of itself when it is reached."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from zohotui.deletion.plan import Options, Target
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.errors import Refused
from zohotui.zoho.records import STANDARD_MODULES, Module, Org, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the command line and the environment decided."""

    crm: ZohoCRM
    journals: Path
    """Folder of the journals."""
    options: Options = field(default_factory=Options)
    practice: bool = False
    """Whether the org is the practice org."""
    sample: Path | None = None
    """A file of ids that the practice org offers."""
    module: str = ""
    """API name of the module to begin with."""
    ids: Path | bytes | None = None
    """A file of ids to begin with, or what came on standard input."""
    low_bandwidth: bool = False
    """Whether the line is slow, so that results repaint less often."""

    clock: Callable[[], float] = time.time
    """Seconds since the epoch."""

    @property
    def frames(self) -> int:
        """Repaints a second while results come in."""
        return 4 if self.low_bandwidth else 10


@dataclass(frozen=True, slots=True)
class Connection:
    """What the org says of itself."""

    target: Target
    org: Org | None
    modules: tuple[Module, ...]
    notices: tuple[str, ...]
    """What could not be read, and what follows from it, in sentences."""


def connect(crm: ZohoCRM, *, practice: bool = False) -> Connection:
    """Ask which org this is, who asks, and which modules there are.

    What the token's scopes do not allow is noted and gone without; any other error is raised.
    """
    notices: list[str] = []
    org: Org | None = None
    user: User | None = None
    modules: tuple[Module, ...] = STANDARD_MODULES
    try:
        org = crm.org()
    except Refused as error:
        notices.append(_without(error, "ZohoCRM.org.READ", "the org cannot be named: be careful"))
    try:
        user = crm.current_user()
    except Refused as error:
        notices.append(_without(error, "ZohoCRM.users.READ", "your user cannot be named"))
    try:
        modules = tuple(crm.modules())
    except Refused as error:
        needs = "ZohoCRM.settings.modules.READ"
        notices.append(_without(error, needs, "the standard modules are listed instead"))
    return Connection(_target(crm, org, user, practice=practice), org, modules, tuple(notices))


_MISSING_SCOPE = {"OAUTH_SCOPE_MISMATCH", "NO_PERMISSION", "AUTHORIZATION_FAILED"}
"""Refusals that a session can live with; any other may be over in a moment."""


def _without(error: Refused, scope: str, consequence: str) -> str:
    if error.code not in _MISSING_SCOPE:
        raise error
    return f"{error.code} without {scope}: {consequence}."


def _target(crm: ZohoCRM, org: Org | None, user: User | None, *, practice: bool) -> Target:
    environment = org.environment if org else Environment.UNKNOWN
    if environment is Environment.UNKNOWN:
        environment = crm.domain.environment
    return Target(
        api_domain=crm.domain.url,
        location="" if practice else crm.domain.location,
        environment=Environment.PRACTICE if practice else environment,
        org=org.name if org else "",
        zgid=org.zgid if org else "",
        user=(user.email or user.name) if user else "",
    )
