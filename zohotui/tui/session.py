"""What a session is opened with, and what the org says of itself when it is reached."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from zohotui.config.environment import FromEnvironment
from zohotui.config.profiles import Account, Profiles
from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.jobs import Archive
from zohotui.deletion.model.plan import Options, Target
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.errors import NOT_ALLOWED, Refused, WrongOrg
from zohotui.zoho.limits import at_once
from zohotui.zoho.queries import Query
from zohotui.zoho.records import STANDARD_MODULES, Module, Org, User, unlisted_module
from zohotui.zoho.scopes import missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the command line, the settings and the environment decided."""

    account: Account | None
    """The org to begin with; None begins with the sign-in."""
    journals: Path
    """Folder of the journals."""
    profiles: Profiles | None = None
    """Opens other orgs; None in the practice org, which has no others."""
    wanted: str = ""
    """The profile that was to be opened, if that needs a sign-in first."""
    why: str = ""
    """Why it does, in a sentence."""
    choose: bool = False
    """Whether there are several profiles and none of them is the usual one."""
    given: FromEnvironment | None = None
    """What the environment opens."""
    batch_size: int | None = None
    """As typed on the command line; None leaves it to the profile."""
    parallel: int | None = None
    practice: bool = False
    """Whether the org is the practice org."""
    sample: Path | None = None
    """A file of ids that the practice org offers."""
    module: str = ""
    """API name of the module to begin with."""
    ids: Path | bytes | None = None
    """A file of ids to begin with, or what came on standard input."""
    typed: IdList | None = None
    """The ids and addresses that stand on the command line."""
    external: str = ""
    """API name of the external field whose values `ids` holds; empty if they are ids."""
    query: Query | None = None
    """The query whose ids to begin with."""
    low_bandwidth: bool = False
    """Whether the line is slow, so that results repaint less often."""
    theme: str = "dark"
    notices: tuple[str, ...] = ()
    """What was done before the screen opened and is told once, in sentences."""
    clock: Callable[[], float] = time.time
    """Seconds since the epoch."""
    steady: Callable[[], float] = time.monotonic
    """Seconds from anywhere, by a clock that nobody puts back."""

    @property
    def can_sign_in(self) -> bool:
        """Whether there may be other orgs than the one it was opened with."""
        return self.profiles is not None

    @property
    def archive(self) -> Archive:
        """Where the runs are kept."""
        return Archive(self.journals, self.clock)

    @property
    def frames(self) -> int:
        """Repaints a second while results come in."""
        return 4 if self.low_bandwidth else 10

    def options(self, account: Account, org: Org | None) -> Options:
        """How plans are carried out in an org; the command line wins over the profile.

        No more requests at once than the org's edition takes.
        """
        profile = account.profile
        most = at_once(org.edition if org else "")
        return Options(
            profile.wf_trigger,
            self.batch_size or profile.batch_size,
            min(self.parallel or profile.parallel, most),
            profile.reserve_credits,
        )


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


def connect(account: Account, *, practice: bool = False) -> Connection:
    """Ask which org this is, who asks, and which modules there are.

    What the token's scopes do not allow is noted and gone without; any other error is raised.
    Raises WrongOrg if the profile is for another org.
    """
    crm = account.crm
    notices: list[str] = []
    org: Org | None = None
    user: User | None = None
    modules: tuple[Module, ...] = STANDARD_MODULES
    listed = True
    try:
        org = crm.org()
    except Refused as error:
        needs = "ZohoCRM.org.READ"
        notices.append(_without(error, needs, "NOBODY CAN TELL WHICH ORG THIS IS, so be careful"))
    _check_org(account, org)
    try:
        user = crm.current_user()
    except Refused as error:
        notices.append(_without(error, "ZohoCRM.users.READ", "your user cannot be named"))
    try:
        modules = tuple(crm.modules())
    except Refused as error:
        needs = "ZohoCRM.settings.modules.READ"
        consequence = (
            "the list of modules cannot be read. The standard ones are listed; any other can be "
            "typed by its API name"
        )
        notices.append(_without(error, needs, consequence))
        listed = False
    notices += _skewed(crm)
    target = _target(crm, org, user, practice=practice)
    return Connection(target, org, modules, tuple(notices), user, listed)


def lacking(account: Account, told: Sequence[str]) -> list[str]:
    """Say what the sign-in's scopes will not allow, as far as Zoho named them.

    What has been told already is left out.
    """
    left = (one for one in missing(account.scopes) if not any(one.name in words for words in told))
    return [f"without {scope.name}: {scope.without}" for scope in left]


def _without(error: Refused, scope: str, consequence: str) -> str:
    # Any other may be over in a moment.
    if error.code not in NOT_ALLOWED:
        raise error
    return f"{error.code} without {scope}: {consequence}."


def _check_org(account: Account, org: Org | None) -> None:
    profile = account.profile
    if profile.org and org is None:
        raise WrongOrg(
            f"The profile {profile.name} is for the org {profile.org}, but its sign-in may not say "
            "which org it opens (without ZohoCRM.org.READ). Nothing is done there. Sign in again."
        )
    if org is not None and profile.org and org.zgid != profile.org:
        raise WrongOrg(
            f"The profile {profile.name} is for the org {profile.org}, but its sign-in opens "
            f"{org.name} ({org.zgid}). Nothing is done there. Sign in to the right org, or correct "
            "the profile's org in settings.toml."
        )


def _skewed(crm: ZohoCRM) -> list[str]:
    skew = crm.clock.skew
    if skew is None or not skew.words:
        return []
    words = f"This machine's clock is {skew.words}"
    return [f"{words}; the times in the journals are wrong by as much."]


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
