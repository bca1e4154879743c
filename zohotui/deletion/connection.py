"""Which org a sign-in opens, who asks there, and which modules it has.

1. The org is asked who it is. If the profile is pinned to another, nothing more is asked of it.
2. Then who the sign-in acts as, and which modules there are.
3. What the token's scopes do not allow is noted, with what follows from it, and gone without.
4. Nothing here changes anything in the org.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from zohotui.deletion.model.plan import Target
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.errors import NOT_ALLOWED, Refused, WrongOrg
from zohotui.zoho.records import STANDARD_MODULES, Module, Org, User, unlisted_module
from zohotui.zoho.scopes import missing


@dataclass(frozen=True, slots=True)
class Connection:
    """What the org says of itself."""

    target: Target
    org: Org | None
    modules: tuple[Module, ...]
    notices: tuple[str, ...]
    """What could not be read, and what follows from it, in sentences."""
    user: User | None = None
    """Who the sign-in acts as; None if it may not say."""
    listed: bool = True
    """Whether these are the org's own modules; else any other may be typed by its API name."""

    def module_named(self, api_name: str) -> Module | None:
        """Return the module with this API name; None if there is none, or can be none."""
        known = (module for module in self.modules if module.api_name == api_name)
        return next(known, None if self.listed else unlisted_module(api_name))

    def names_no_module(self, name: str) -> str:
        """Say that no module has this API name, and which may be meant: labels are told alike."""
        names = {module.plural_label.lower(): module.api_name for module in self.modules}
        names |= {module.api_name.lower(): module.api_name for module in self.modules}
        near = get_close_matches(name.lower(), names, 1, 0.6)
        hint = f" Did you mean {names[near[0]]}?" if near else ""
        return f"This org has no module with the API name {name}.{hint}"


def connect(crm: ZohoCRM, profile: str, pinned: str, *, practice: bool = False) -> Connection:
    """Ask which org this is, who asks, and which modules there are.

    `profile`: its name; `pinned`: the zgid of the only org it is for, empty if it is for any.
    `practice`: whether this is the practice org. What the token's scopes do not allow is noted and
    gone without; any other error is raised. Raises WrongOrg if the profile is for another org.
    """
    notices: list[str] = []
    org: Org | None = None
    user: User | None = None
    modules: tuple[Module, ...] = STANDARD_MODULES
    listed = True
    try:
        org = crm.org()
    except Refused as error:
        needs = "ZohoCRM.org.READ"
        notices.append(_without(error, needs, "THE ORG IS NOT KNOWN, so be careful"))
    _check_org(profile, pinned, org)
    try:
        user = crm.current_user()
    except Refused as error:
        notices.append(_without(error, "ZohoCRM.users.READ", "your user is not known"))
    crm.user_id = user.id if user else ""
    try:
        modules = tuple(crm.modules())
    except Refused as error:
        needs = "ZohoCRM.settings.modules.READ"
        consequence = (
            "the list of modules cannot be read. The standard ones are listed; type the API "
            "name of any other"
        )
        notices.append(_without(error, needs, consequence))
        listed = False
    notices += _skewed(crm)
    target = _target(crm, org, user, practice=practice)
    return Connection(target, org, modules, tuple(notices), user, listed)


def lacking(scopes: Collection[str], told: Sequence[str]) -> list[str]:
    """Say what the sign-in's scopes will not allow, as far as Zoho named them.

    What has been told already is left out.
    """
    left = (one for one in missing(scopes) if not any(one.name in words for words in told))
    return [f"without {scope.name}: {scope.without}" for scope in left]


def _without(error: Refused, scope: str, consequence: str) -> str:
    # Any other may be over in a moment.
    if error.code not in NOT_ALLOWED:
        raise error
    return f"{error.code} without {scope}: {consequence}."


def _check_org(profile: str, pinned: str, org: Org | None) -> None:
    if pinned and org is None:
        raise WrongOrg(
            f"The profile {profile} is for the org {pinned}, but its sign-in may not say "
            "which org it opens (without ZohoCRM.org.READ). Nothing is done there. Sign in again."
        )
    if org is not None and pinned and org.zgid != pinned:
        raise WrongOrg(
            f"The profile {profile} is for the org {pinned}, but its sign-in opens "
            f"{org.name} ({org.zgid}). Nothing is done there. Sign in to the right org, or correct "
            "the profile's org in settings.toml."
        )


def _skewed(crm: ZohoCRM) -> list[str]:
    skew = crm.clock.skew
    if skew is None or not skew.words:
        return []
    words = f"This machine's clock is {skew.words}"
    return [f"{words}; the times in the journals are off by as much."]


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
        user_id=user.id if user else "",
    )
