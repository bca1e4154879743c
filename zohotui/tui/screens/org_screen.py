"""A screen that works in one org at a time: it connects to it, signs in to it, and switches it.

open_account → connect in a thread → Connected → org_known(); whatever stands against it ends in
org_lost(), and in the sign-in where that helps. What is drawn belongs to the subclass.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial

from textual import on, work
from textual.message import Message
from textual.reactive import reactive
from textual.worker import get_current_worker

from zohotui.config.errors import ConfigError
from zohotui.config.profiles import Account, Profiles, as_profile
from zohotui.config.settings import Profile
from zohotui.deletion.model.events import Braked
from zohotui.deletion.model.plan import Target
from zohotui.deletion.reads.pace import Pace
from zohotui.deletion.review.guards import Guards
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.sign_in import SignIn
from zohotui.tui.dialogs.switch_profile import ANOTHER, SwitchProfile
from zohotui.tui.phase import Phase
from zohotui.tui.reconnect import may_pass
from zohotui.tui.screens.run_screen import RunScreen
from zohotui.tui.session import Connection, Session, connect
from zohotui.tui.signing_in import SameOrg
from zohotui.tui.text import duration
from zohotui.zoho.errors import BadSettings, NotAuthorized, SignInNeeded, WrongOrg, ZohoError
from zohotui.zoho.limits import at_once

_WITHOUT_SIGN_IN = frozenset({Phase.PAUSED, Phase.OFFLINE})
"""Phases in which a sign-in may be what is missing."""

_AGAIN = "again"

_NOBODY = "Nobody is signed in to any org yet."


def _place(zgid: str, api_domain: str) -> str:
    """Tell orgs apart: a sandbox may bear its org's number, but has another address."""
    return f"{zgid or 'unnamed'} at {api_domain}"


class OrgScreen(RunScreen):
    """Owns the account; never switches it while a run is under way."""

    target: reactive[Target | None] = reactive(None)
    account: reactive[Account | None] = reactive(None, repaint=False, init=False, bindings=True)

    @dataclass
    class Connected(Message):
        """The org said what it is."""

        account: Account
        connection: Connection
        guarding: Profile | None = None
        """The profile of this org, if there is one."""

    @dataclass
    class NotConnected(Message):
        """The org could not be asked, or is not the one it should be."""

        account: Account
        error: ZohoError

    @dataclass
    class NotOpened(Message):
        """A profile could not be opened."""

        name: str
        why: str
        sign_in: bool

    @dataclass
    class Opened(Message):
        """A profile is open; nothing has been sent yet."""

        account: Account

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.connection: Connection | None = None
        """What the org of the account said of itself; None while that is not known."""
        self.set_reactive(OrgScreen.account, session.account)
        self._last_org = ""
        """The org that the ids were entered for; empty if none has been open."""
        self._due: tuple[Callable[[], object], Collection[Phase]] | None = None
        """A dialog that waits until no other is open, and in which phases it is still wanted."""
        self._signing_in = False
        """Whether the sign-in is open or about to be."""
        self._patience = Pace(1, session.steady)
        """When the org may be asked again that gave no usable answer."""

    def org_known(self, connection: Connection) -> None:
        """Show an org that answered."""

    def org_lost(self, why: str) -> None:
        """Show why there is no org."""

    def org_left(self) -> None:
        """Forget what belonged to the org before."""

    @property
    def guards(self) -> Guards:
        """Those of the profile."""
        return Guards.of(self.account.profile) if self.account else Guards()

    @property
    def most_at_once(self) -> int:
        """What the org's edition takes."""
        org = self.connection.org if self.connection else None
        return at_once(org.edition if org else "")

    def let_go(self) -> None:
        """Close the account's connections."""
        if self.account is not None:
            self.account.crm.close()

    @property
    def at_stake(self) -> str:
        """What would be lost with another org, in words; empty if nothing would."""
        return ""

    @property
    def read_only(self) -> bool:
        """Whether nothing can be deleted in this org."""
        return self.account is not None and self.account.crm.read_only

    def begin(self) -> None:
        """Ask the org, or for a sign-in."""
        if self.account is not None:
            self.action_connect()
            return
        self.phase = Phase.OFFLINE
        if self.session.choose:
            self.org_lost("There are several profiles: p chooses one.")
            self._when_free(self.action_profile)
            return
        why = self.session.why or _NOBODY
        self.org_lost(f"{why} l opens the sign-in.")
        self._when_free(partial(self._ask_to_sign_in, self.session.wanted, self.session.why))

    def action_connect(self) -> None:
        """Ask the org who it is and what it has."""
        if self.account is None:
            self._ask_to_sign_in("", _NOBODY)
            return
        self.workers.cancel_group(self, _AGAIN)
        self.phase = Phase.CONNECTING
        self._connect(self.account)

    @work(thread=True, group="connect", exclusive=True, exit_on_error=False, description="connect")
    def _connect(self, account: Account) -> None:
        try:
            connection = connect(account, practice=self.session.practice)
            guarding = self._guarding(account, connection)
            message: Message = self.Connected(account, connection, guarding)
        except ZohoError as error:
            message = self.NotConnected(account, error)
        except ConfigError as error:
            message = self.NotConnected(account, BadSettings(str(error)))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    def _guarding(self, account: Account, connection: Connection) -> Profile | None:
        profiles, target = self.session.profiles, connection.target
        if profiles is None or account.profile.name:
            return None
        return profiles.of_org(target.zgid, account.profile.domain)

    @on(Connected)
    def connected(self, event: Connected) -> None:
        """Take in what the org said, unless another has been opened meanwhile."""
        if self.phase is not Phase.CONNECTING or event.account is not self.account:
            return
        connection = event.connection
        if event.guarding is not None and not event.account.profile.name:
            # However somebody came in: what protects the org is not left at the door.
            self.account = as_profile(event.guarding, event.account)
            name = event.guarding.name
            words = f"The profile {name} is for this org, so its guards and settings hold here."
            connection = replace(connection, notices=(*connection.notices, words))
        self.connection = connection
        self.target = event.connection.target
        self._last_org = _place(self.target.zgid, self.target.api_domain)
        self._patience.fresh()
        self.phase = Phase.IDLE
        self.org_known(connection)

    @on(NotConnected)
    def not_connected(self, event: NotConnected) -> None:
        """Say why there is no org; ask again soon, or open the sign-in, where that helps."""
        if self.phase is not Phase.CONNECTING or event.account is not self.account:
            return
        self._leave_org()
        why = event.error.detail
        if may_pass(event.error):
            self._patience.refused(event.error.wait)
            self._ask_again(why)
            return
        self.org_lost(f"Not connected. {why} {self._ways_in('ctrl+r tries again')}")
        helps = isinstance(event.error, NotAuthorized | SignInNeeded | WrongOrg)
        if helps and self.session.can_sign_in:
            self._when_free(partial(self._ask_to_sign_in, event.account.profile.name, why))

    @work(group=_AGAIN, exclusive=True, description="ask again")
    async def _ask_again(self, why: str) -> None:
        """Say when the org is asked again, and do so when it is time."""
        while (left := self._patience.delay) > 0:
            when = f"It is tried again in {duration(max(1, left))}."
            self.org_lost(f"Not connected. {why} {when} {self._ways_in('ctrl+r tries now')}")
            await asyncio.sleep(min(1, left))
        self.action_connect()

    def _ways_in(self, connect: str) -> str:
        return f"l signs in, {connect}." if self.session.can_sign_in else f"{connect}."

    def action_sign_in(self) -> None:
        """Sign in: to the run's org again while one is under way, else to any."""
        if self.phase.runs:
            self._ask_to_sign_in_again("")
        else:
            self._ask_to_sign_in("", "")

    def action_profile(self) -> None:
        """Open another org, or sign out of one."""
        if self.session.profiles is not None:
            self._switch()

    @work(group="dialog", exclusive=True, description="switch profile")
    async def _switch(self) -> None:
        profiles = self.session.profiles
        if profiles is None:
            return
        current = self.account.profile.name if self.account else ""
        dialog = SwitchProfile(profiles, current, self._signed_out)
        chosen = await self.app.push_screen_wait(dialog)
        if chosen == ANOTHER:
            self._ask_to_sign_in("", "")
        elif chosen is not None and self.phase.may_switch:
            self._open_profile(profiles, chosen)

    def _signed_out(self, name: str) -> None:
        """Leave the org that was signed out of; the ids stay until another is opened."""
        if self.account is not None and self.account.profile.name == name:
            self.open_account(None)

    async def _go_to(self, account: Account, zgid: str) -> None:
        """Open an account; ids of another org than this one are not taken along unasked."""
        # Two orgs that cannot be named are not the same one.
        known = bool(zgid) and self._last_org == _place(zgid, account.profile.domain.url)
        same = known or not self._last_org
        if self.at_stake and not same:
            question = (
                f"Another org has other records, so {self.at_stake} will be cleared. Nothing is "
                "deleted in Zoho."
            )
            if not await self.app.push_screen_wait(Ask(question, "Clear and switch", "Stay here")):
                account.crm.close()
                return
        if not self.phase.may_switch:
            account.crm.close()
            return
        if not same:
            self.org_left()
        self.open_account(account)

    @work(thread=True, group="connect", exclusive=True, exit_on_error=False, description="open")
    def _open_profile(self, profiles: Profiles, name: str) -> None:
        try:
            message: Message = self.Opened(profiles.open(name))
        except SignInNeeded as error:
            message = self.NotOpened(name, error.detail, sign_in=True)
        except (BadSettings, ConfigError) as error:
            message = self.NotOpened(name, str(error), sign_in=False)
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(Opened)
    def opened(self, event: Opened) -> None:
        """Go to the org of the profile."""
        if self.phase.may_switch and self.app.screen is self:
            self._switch_to(event.account)
        else:
            event.account.crm.close()

    @work(group="switch", description="switch")
    async def _switch_to(self, account: Account) -> None:
        await self._go_to(account, account.profile.org)

    @on(NotOpened)
    def not_opened(self, event: NotOpened) -> None:
        """Say why, or sign in; the org that was open stays."""
        if event.sign_in:
            wanted = {Phase.IDLE, Phase.OFFLINE}
            self._when_free(partial(self._ask_to_sign_in, event.name, event.why), wanted)
        else:
            self.say(event.why, "error")

    def _ask_to_sign_in(self, name: str, why: str) -> None:
        """Open the sign-in, unless it is open or about to be."""
        if self.session.profiles is not None and not self._signing_in:
            self._signing_in = True
            self._sign_in(SignIn(self.session.profiles, name, why, given=self.session.given))

    # Not exclusive: what is waited for here must not be cancelled by another dialog.
    @work(group="sign-in", description="sign in")
    async def _sign_in(self, dialog: SignIn) -> None:
        """Let somebody sign in, and go to that org."""
        try:
            signed = await self.app.push_screen_wait(dialog)
            if signed is not None:
                await self._go_to(signed.account, signed.connection.target.zgid)
        finally:
            self._signing_in = False

    def open_account(self, account: Account | None) -> None:
        """Leave the org that was open and go to another, or to none."""
        before = self.account
        self._leave_org()
        self._patience.fresh()
        self.account = account
        if before is not None and (account is None or before.crm is not account.crm):
            before.crm.close()
        if account is None:
            self.org_lost("Signed out. p opens another profile, l signs in.")
        else:
            self.org_lost("")
            self.action_connect()

    def _leave_org(self) -> None:
        self.workers.cancel_group(self, _AGAIN)
        self.connection = None
        self.target = None
        self.phase = Phase.OFFLINE

    def braked(self, event: Braked) -> None:
        """Open the sign-in when a run waits for one."""
        if event.sign_in and self.session.can_sign_in:
            self._when_free(partial(self._ask_to_sign_in_again, event.why))

    def _when_free(
        self, ask: Callable[[], object], wanted: Collection[Phase] = _WITHOUT_SIGN_IN
    ) -> None:
        """Open a dialog that nobody asked for, but never on top of another one, and only once."""
        if self._signing_in:
            return
        if self.app.screen is self and self.phase in wanted:
            ask()
        else:
            self._due = ask, wanted

    def on_screen_resume(self) -> None:
        """Open what had to wait for another dialog's end, if it is still wanted."""
        due, self._due = self._due, None
        if due is not None and self.phase in due[1]:
            due[0]()

    def _ask_to_sign_in_again(self, why: str) -> None:
        """Open the sign-in for the run's own org, unless it is open or about to be."""
        profiles, account, watched = self.session.profiles, self.account, self.watched
        if profiles is None or account is None or watched is None or self._signing_in:
            return
        target = watched.plan.target
        if not target.zgid:
            self.say(
                "The org of this run could not be named, so no new sign-in can be proved to be of "
                "the same org. s stops the run; then sign in and confirm anew.",
                "error",
            )
            return
        self._signing_in = True
        same = SameOrg(account, target.zgid, target.org)
        name, given = account.profile.name, self.session.given
        self._sign_in_again(SignIn(profiles, name, why, given=given, same=same))

    @work(group="sign-in", description="sign in again")
    async def _sign_in_again(self, dialog: SignIn) -> None:
        """Sign in to the run's own org; the run goes on with it."""
        try:
            signed = await self.app.push_screen_wait(dialog)
        finally:
            self._signing_in = False
        if signed is None:
            return
        self.account, self.connection = signed.account, signed.connection
        self.target = signed.connection.target
        # Only what waited for nothing but this goes on by itself.
        if self.phase is Phase.PAUSED and not self.held:
            self.action_resume()
