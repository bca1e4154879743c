"""What a session is opened with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from zohotui.config.environment import FromEnvironment
from zohotui.config.profiles import Account, Profiles
from zohotui.deletion.handover.written_plan import OpenedPlan
from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.jobs import Archive
from zohotui.deletion.model.plan import Options
from zohotui.tui.keys.keymap import STANDARD, KeyMap
from zohotui.zoho.limits import at_once
from zohotui.zoho.queries import Query
from zohotui.zoho.records import Org


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
    reason: str = ""
    """Why records are deleted in this session, as typed on the command line."""
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
    plan: OpenedPlan | None = None
    """A plan that somebody wrote down, to begin with."""
    query: Query | None = None
    """The query whose ids to begin with."""
    low_bandwidth: bool = False
    """Whether the line is slow, so that results repaint less often."""
    keys: KeyMap = STANDARD
    """The keys of the commands."""
    attention: str = "bell"
    """How the terminal is told that a long run ended, paused itself or asks: see settings."""
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
        return 2 if self.low_bandwidth else 5

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
