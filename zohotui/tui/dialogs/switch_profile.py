"""The profiles: open one, sign in to another org, or sign out of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from zohotui.config.errors import ConfigError
from zohotui.config.profiles import Profiles
from zohotui.config.settings import Profile
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.widgets.options import Options
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.printable import printable

_HINT = "Enter opens · a signs in to another org · x signs out · Esc closes"


ANOTHER = ""
"""The answer that asks for a sign-in to an org without a profile."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A profile as the list shows it."""

    profile: Profile
    signed_in: bool
    org: str = ""
    """What its org is called; empty if that is not known."""


_STYLES = {
    Environment.PRODUCTION: "bold $text-error",
    Environment.SANDBOX: "bold $text-primary",
    Environment.DEVELOPER: "bold $text-primary",
    Environment.PRACTICE: "bold $text-success",
}
"""The colours of the band."""


class SwitchProfile(Dialog[str | None]):
    """Answers with the name of the profile to open, ANOTHER, or None.

    `signed_out` hears at once of a profile whose sign-in has ended.
    """

    AUTO_FOCUS = "#profiles"
    BINDINGS = [
        Binding("escape,p", "leave", "Leave"),
        Binding("a", "add", "Sign in"),
        Binding("x", "sign_out", "Sign out"),
    ]

    @dataclass
    class Listed(Message):
        """The profiles have been read."""

        entries: list[Entry]

    @dataclass
    class Told(Message):
        """Something was done or does not work."""

        words: str
        signed_out: str = ""

    def __init__(
        self,
        profiles: Profiles,
        current: str,
        signed_out: Callable[[str], None],
        org_names: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """Take the name of the profile that is open, and what tells orgs' names by their numbers.

        That is called in a thread.
        """
        super().__init__()
        self._org_names = org_names
        self._profiles = profiles
        self._current = current
        self._signed_out = signed_out
        self._commanded: set[str] = set()
        """Profiles whose secrets come from a command: nobody can be signed out of them here."""

    def compose(self) -> ComposeResult:
        """Put the list above the hint."""
        with Vertical(classes="dialog", id="switch"):
            yield Options(id="profiles", markup=False, compact=True)
            yield Static(id="hint")

    def on_mount(self) -> None:
        """Read the profiles as they are now."""
        self.query_one("#switch").border_title = "Profiles"
        self.say(_HINT)
        self._list()

    @work(thread=True, group="profiles", exit_on_error=False, description="list profiles")
    def _list(self) -> None:
        try:
            profiles = self._profiles.settings().profiles.values()
            names = self._org_names()
            entries = [
                Entry(one, self._profiles.is_signed_in(one), names.get(one.org, ""))
                for one in profiles
            ]
            message: Message = self.Listed(entries)
        except ConfigError as error:
            message = self.Told(str(error))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(Listed)
    def listed(self, event: Listed) -> None:
        """Show them."""
        options = self.query_one(OptionList)
        self._commanded = {e.profile.name for e in event.entries if e.profile.secret_command}
        options.clear_options()
        options.add_options(Option(self._label(e), e.profile.name) for e in event.entries)
        names = [entry.profile.name for entry in event.entries]
        if self._current in names:
            options.highlighted = names.index(self._current)
        elif names:
            options.action_first()
        else:
            self.say("No profiles yet: a signs in to an org · Esc closes")

    def _label(self, entry: Entry) -> Content:
        profile = entry.profile
        mark = "› " if profile.name == self._current else "  "
        known = profile.environment is not Environment.UNKNOWN
        kind = f"  {profile.environment.upper()}" if known else ""
        parts = [printable(entry.org)] if entry.org else []
        parts += [f"org {profile.org}"] if profile.org else []
        parts += [profile.domain.location]
        parts += ["read-only"] if profile.read_only else []
        parts += [] if entry.signed_in else ["not signed in"]
        return Content.assemble(
            mark,
            (profile.name, "bold"),
            (kind, _STYLES.get(profile.environment, "bold $text-warning")),
            (f"  {' · '.join(parts)}", "$foreground 60%"),
        )

    @on(OptionList.OptionSelected)
    def open(self, event: OptionList.OptionSelected) -> None:
        """Open the profile under the cursor."""
        event.stop()
        # Two keys in one bundle: the second finds the dialog gone.
        if event.option.id and self.app.screen is self:
            self.dismiss(event.option.id)

    def action_add(self) -> None:
        """Sign in to an org that has no profile yet."""
        self.dismiss(ANOTHER)

    @work(group="ask", exclusive=True, description="sign out")
    async def action_sign_out(self) -> None:
        """Ask, then revoke and erase the sign-in of the profile under the cursor."""
        options = self.query_one(OptionList)
        if options.highlighted is None:
            return
        name = options.get_option_at_index(options.highlighted).id or ""
        if name in self._commanded:
            self._sign_out(name)
            return
        question = (
            f"Sign out of {name}? Its refresh token is revoked at Zoho and erased here. The "
            "profile and its journals stay."
        )
        if await self.app.push_screen_wait(Ask(question, "Sign out", "Stay signed in")):
            self.say("signing out…")
            self._sign_out(name)

    @work(thread=True, group="profiles", exit_on_error=False, description="sign out of profile")
    def _sign_out(self, name: str) -> None:
        try:
            message = self.Told(self._profiles.sign_out(name), name)
        except ConfigError as error:
            message = self.Told(str(error))
        self.post_message(message)

    @on(Told)
    def told(self, event: Told) -> None:
        """Show what was done, and the list as it is now."""
        self.say(event.words, "bold")
        if event.signed_out:
            self._signed_out(event.signed_out)
            if event.signed_out == self._current:
                self._current = ""
            self._list()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)
