"""Which org is open, and the ways to another: connect, sign in, switch the profile.

1. `open` leaves the org that was open, and asks the new one who it is and what it has.
2. An org that gave no usable answer is asked again by itself, once a minute at most.
3. Where a sign-in helps, it opens by itself as soon as no other dialog is open.
4. Nothing switches the org while an activity is under way; a run that waits for a sign-in goes on
   only with one to its own org.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from zohotui.config.errors import ConfigError
from zohotui.config.profiles import Account, Profiles, as_profile
from zohotui.config.settings import Profile
from zohotui.deletion.connection import Connection, connect
from zohotui.deletion.journal.history import org_names
from zohotui.deletion.model.plan import Target
from zohotui.deletion.reads.pace import Pace
from zohotui.deletion.review.guards import Guards
from zohotui.tui.activity import RunActivity
from zohotui.tui.desk import Ask as Asking
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.sign_in import FIRST_STEPS, SignIn
from zohotui.tui.dialogs.switch_profile import ANOTHER, SwitchProfile
from zohotui.tui.keys.phase import Phase
from zohotui.tui.office import Office
from zohotui.tui.reads import begin_read
from zohotui.tui.reconnect import may_pass
from zohotui.tui.session import Session
from zohotui.tui.signing_in import SameOrg
from zohotui.tui.words.text import duration
from zohotui.zoho.errors import BadSettings, NotAuthorized, SignInNeeded, WrongOrg, ZohoError
from zohotui.zoho.limits import at_once

_GROUP = "connect"

_SIGN_IN = "sign-in"
"""Name of the dialog in which somebody signs in, or chooses a profile first."""

_NOBODY = "You are not signed in to an org yet."


class Heard(Protocol):
    """Who hears of the org, and holds what belongs to it: the list."""

    def org_known(self, connection: Connection) -> None:
        """Take in what the org has answered."""

    def org_lost(self, why: str) -> None:
        """Say why there is no org, or not yet."""

    def org_left(self) -> None:
        """Forget what belongs to the org before."""

    @property
    def at_stake(self) -> str:
        """What would be lost with another org, in words; empty if nothing would."""


class ConnectingOffice(Office, Protocol):
    """What this needs of the office."""

    list_view: Heard

    def leave(self, *, to_practice: bool) -> None:
        """Leave; to the practice org, if that is wanted."""


def _place(zgid: str, api_domain: str) -> str:
    """Tell orgs apart: a sandbox may bear its org's number, but has another address."""
    return f"{zgid or 'unnamed'} at {api_domain}"


@dataclass(frozen=True, slots=True)
class _Answered:
    """What an org said, and the profile that is for it, if there is one."""

    connection: Connection
    guarding: Profile | None


class Connecting:
    """Owns the account; never switches it while something is under way."""

    def __init__(self, office: ConnectingOffice) -> None:
        session = office.session
        self._office, self._session = office, session
        self.account: Account | None = session.account
        self.connection: Connection | None = None
        """What the org of the account said of itself; None while that is not known."""
        self.link = Phase.CONNECTING
        """CONNECTING, OFFLINE, or IDLE while an org is open."""
        self._last_org = ""
        """The org that the ids were entered for; empty if none has been open."""
        self._patience = Pace(1, session.steady)
        """When the org may be asked again that gave no usable answer."""

    @property
    def target(self) -> Target | None:
        """The org that is open; None while there is none."""
        return self.connection.target if self.connection else None

    @property
    def guards(self) -> Guards:
        """Those of the profile."""
        return Guards.of(self.account.profile) if self.account else Guards()

    @property
    def most_at_once(self) -> int:
        """Requests that may be under way at once: what the org's edition takes."""
        org = self.connection.org if self.connection else None
        return at_once(org.edition if org else "")

    @property
    def read_only(self) -> bool:
        """Whether nothing can be deleted in this org."""
        return self.account is not None and self.account.crm.read_only

    def has_bin(self, module: str) -> bool | None:
        """Tell whether a module, by API name, has a Recycle Bin; None if the org did not say."""
        modules = self.connection.modules if self.connection else ()
        return next((one.recycle_bin for one in modules if one.api_name == module), None)

    def begin(self) -> None:
        """Ask the org, or for a sign-in."""
        session = self._session
        if self.account is not None:
            self.connect()
            return
        self._become(Phase.OFFLINE)
        if session.choose:
            self._office.list_view.org_lost("There are several profiles. [profile] chooses one.")
            self._ask_when_free(self._switch)
            return
        why = session.why or _NOBODY
        self._office.list_view.org_lost(f"{why} [sign_in] opens the sign-in.")
        self._ask_when_free(partial(self._sign_in, session.wanted, session.why or FIRST_STEPS))

    def connect(self) -> None:
        """Ask the org who it is and what it has."""
        if self.account is None:
            self._office.desk.open(partial(self._sign_in, "", _NOBODY), _SIGN_IN)
            return
        self._become(Phase.CONNECTING)
        self._office.work_on(partial(self._connect, self.account), _GROUP, "connect")

    async def _connect(self, account: Account) -> None:
        while True:
            try:
                answered = await begin_read(partial(_ask_org, account, self._session))
            except ZohoError as error:
                failed = error
            except ConfigError as error:
                failed = BadSettings(str(error))
            else:
                self._connected(account, answered)
                return
            if not may_pass(failed):
                self._not_connected(account, failed)
                return
            self._leave()
            self._patience.refused(failed.wait)
            while (left := self._patience.delay) > 0:
                when = f"Next try in {duration(max(1, left))}."
                ways = _ways_in(self._session, "[connect] tries now")
                self._office.list_view.org_lost(f"Not connected. {failed.detail} {when} {ways}")
                await asyncio.sleep(min(1, left))
            self._become(Phase.CONNECTING)

    def _connected(self, account: Account, answered: _Answered) -> None:
        connection, guarding = answered.connection, answered.guarding
        if guarding is not None:
            # However the admin came in: what protects the org is not left at the door.
            self.account = as_profile(guarding, account)
            name = guarding.name
            words = f"The profile {name} is for this org, so its guards and settings apply."
            connection = replace(connection, notices=(*connection.notices, words))
        self.connection = connection
        target = connection.target
        self._last_org = _place(target.zgid, target.api_domain)
        self._patience.fresh()
        self._become(Phase.IDLE)
        self._office.list_view.org_known(connection)

    def _not_connected(self, account: Account, error: ZohoError) -> None:
        """Say why there is no org; open the sign-in where that helps."""
        self._leave()
        ways = _ways_in(self._session, "[connect] tries again")
        self._office.list_view.org_lost(f"Not connected. {error.detail} {ways}")
        helps = isinstance(error, NotAuthorized | SignInNeeded | WrongOrg)
        if helps and self._session.can_sign_in:
            self._ask_when_free(partial(self._sign_in, account.profile.name, error.detail))

    def sign_in(self) -> None:
        """Sign in: to the run's org again while one is under way, else to any."""
        desk = self._office.desk
        if isinstance(desk.activity, RunActivity) and desk.activity.phase.runs:
            desk.open(partial(self._sign_in_again, desk.activity, ""), _SIGN_IN)
        else:
            desk.open(partial(self._sign_in, "", ""), _SIGN_IN)

    def switch(self) -> None:
        """Open another org, or sign out of one."""
        self._office.desk.open(self._switch)

    async def _switch(self) -> None:
        profiles = self._session.profiles
        if profiles is None:
            return
        current = self.account.profile.name if self.account else ""
        names = partial(org_names, self._session.journals)
        dialog = SwitchProfile(profiles, current, self._signed_out, names)
        chosen = await self._office.answer(dialog)
        if chosen == ANOTHER:
            await self._sign_in("", "")
        elif chosen is not None and self._may_switch():
            await self._open_profile(profiles, chosen)

    def _signed_out(self, name: str) -> None:
        """Leave the org that was signed out of; the ids stay until another is opened."""
        if self.account is not None and self.account.profile.name == name:
            self.open(None)

    async def _open_profile(self, profiles: Profiles, name: str) -> None:
        try:
            account = await asyncio.to_thread(profiles.open, name)
        except SignInNeeded as error:
            await self._sign_in(name, error.detail)
        except (BadSettings, ConfigError) as error:
            self._office.say(str(error), "error")
        else:
            await self._go_to(account, account.profile.org)

    async def _sign_in(self, name: str, why: str) -> None:
        """Let the admin sign in, and go to that org."""
        if self._session.profiles is None:
            return
        practice = None if self._last_org else partial(self._office.leave, to_practice=True)
        dialog = SignIn(
            self._session.profiles, name, why, given=self._session.given, practice=practice
        )
        signed = await self._office.answer(dialog)
        if signed is not None:
            await self._go_to(signed.account, signed.connection.target.zgid)

    async def _go_to(self, account: Account, zgid: str) -> None:
        """Open an account; ids of another org than this one are not taken along unasked."""
        if not self._may_switch():
            account.crm.close()
            return
        # Two orgs that cannot be named are not the same one.
        known = bool(zgid) and self._last_org == _place(zgid, account.profile.domain.url)
        same = known or not self._last_org
        at_stake = self._office.list_view.at_stake
        if at_stake and not same:
            question = (
                f"Another org has other records, so {at_stake} will be cleared here. Nothing "
                "is deleted in Zoho."
            )
            if not await self._office.answer(Ask(question, "Clear and switch", "Stay here")):
                account.crm.close()
                return
        if not self._may_switch():
            account.crm.close()
            return
        if not same:
            self._office.list_view.org_left()
        self.open(account)

    def _may_switch(self) -> bool:
        # It may have changed while something was waited for.
        return self._office.phase.may_switch

    def open(self, account: Account | None) -> None:
        """Leave the org that was open and go to another, or to none."""
        before = self.account
        self._leave()
        self._patience.fresh()
        self.account = account
        if before is not None and (account is None or before.crm is not account.crm):
            before.crm.close()
        if account is None:
            self._office.drop_work(_GROUP)
            self._office.list_view.org_lost(
                "Signed out. [profile] opens another profile, [sign_in] signs in."
            )
            self._office.changed()
        else:
            self._office.list_view.org_lost("")
            self.connect()

    def _leave(self) -> None:
        self.connection = None
        self._become(Phase.OFFLINE)

    def _become(self, link: Phase) -> None:
        self.link = link
        self._office.changed()

    def ask_for_run(self, activity: RunActivity, why: str) -> None:
        """Open the sign-in when a run waits for one, as soon as nothing else is open."""
        if self._session.can_sign_in:
            ask = partial(self._sign_in_again, activity, why)
            self._office.desk.ask(_SIGN_IN, ask, lambda: activity.phase is Phase.PAUSED)

    def _ask_when_free(self, ask: Asking) -> None:
        """Open a dialog by itself, as long as there is still no org."""
        without = self.account

        def wanted() -> bool:
            return self.account is without and self._office.phase is Phase.OFFLINE

        self._office.desk.ask(_SIGN_IN, ask, wanted)

    async def _sign_in_again(self, activity: RunActivity, why: str) -> None:
        """Sign in to the run's own org; the run goes on with it."""
        profiles, account, target = self._session.profiles, self.account, activity.run.plan.target
        if profiles is None or account is None:
            return
        if not target.zgid:
            self._office.say(
                "The org of this run has no known number, so zohotui cannot check that a new "
                "sign-in opens the same org. [stop] stops the run; then sign in and confirm again.",
                "error",
            )
            return
        user_id = target.user_id if activity.run.plan.by_value else ""
        same = SameOrg(account, target.zgid, target.org, user_id)
        name, given = account.profile.name, self._session.given
        signed = await self._office.answer(SignIn(profiles, name, why, given=given, same=same))
        if signed is None:
            return
        self.account, self.connection = signed.account, signed.connection
        # Only what waited for nothing but this goes on by itself.
        if activity.phase is Phase.PAUSED and not activity.waits_for_admin:
            activity.resume()
        self._office.changed()


def _ask_org(account: Account, session: Session) -> _Answered:
    """Ask the org who it is and what it has; in a thread."""
    profile = account.profile
    connection = connect(account.crm, profile.name, profile.org, practice=session.practice)
    profiles, target = session.profiles, connection.target
    if profiles is None or account.profile.name:
        return _Answered(connection, None)
    return _Answered(connection, profiles.of_org(target.zgid, account.profile.domain))


def _ways_in(session: Session, again: str) -> str:
    """Name the keys that lead to an org; `again`: the one that asks the same one again."""
    return f"[sign_in] signs in, {again}." if session.can_sign_in else f"{again}."
