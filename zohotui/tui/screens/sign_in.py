"""Signing in: choose a way, fill in its form, see which org it opens, and keep it or not.

ways → form → (code, for a device) → found → the account. Whatever goes wrong leads back to the form
with a sentence, and nothing that was filled in is lost.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from zohotui.config.credentials import Credentials, read_credentials
from zohotui.config.environment import FromEnvironment
from zohotui.config.errors import ConfigError
from zohotui.config.profiles import Account, Profiles
from zohotui.config.settings import Profile
from zohotui.config.sign_in import Form, Way, sign_in
from zohotui.tui.screens.dialog import Dialog
from zohotui.tui.session import Connection, connect, lacking
from zohotui.tui.text import Fact
from zohotui.tui.widgets.device_code import DeviceCodePane
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.labelled import Labelled
from zohotui.tui.widgets.sign_in_form import SignInForm
from zohotui.tui.widgets.tick import Tick
from zohotui.tui.widgets.ways_list import WaysList
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.device import Asking, DeviceEvent, Shown
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.scopes import ASKED

_HINTS = {
    "ways": "Enter chooses · c copies the scopes · Esc leaves",
    "form": "Enter signs in · Tab goes on · Esc goes back",
    "code": "c copies address and code · Esc gives up",
    "busy": "Esc gives up",
    "found": "Enter goes on · Esc drops this sign-in",
}


@dataclass(frozen=True, slots=True)
class SameOrg:
    """The org of a run that waits for a sign-in; no other will do."""

    account: Account
    zgid: str
    name: str


class _GivenUp(Exception):
    """Somebody left while a code was waited for."""


class SignIn(Dialog[Account | None]):
    """Answers with an account that is open, and the right one; or with None."""

    AUTO_FOCUS = ""
    BINDINGS = [Binding("escape", "back", "Back"), Binding("c", "copy", "Copy")]

    @dataclass
    class Known(Message):
        """What is there of the profile has been read."""

        profile: Profile
        kept: Credentials | None

    @dataclass
    class DeviceTold(Message):
        """A sign-in on another device went a step on."""

        event: DeviceEvent

    @dataclass
    class Found(Message):
        """The sign-in opens this org."""

        account: Account
        connection: Connection

    @dataclass
    class Failed(Message):
        """It does not work like this."""

        why: str
        step: str = ""
        """Where to go on; empty for where it was entered."""

    @dataclass
    class Ready(Message):
        """All is done."""

        account: Account

    def __init__(
        self,
        profiles: Profiles,
        name: str,
        why: str,
        *,
        environment: FromEnvironment | None = None,
        same: SameOrg | None = None,
    ) -> None:
        """Take the profile to sign in to (empty: a new one), and why that is needed."""
        super().__init__()
        self._profiles = profiles
        self._name = name
        self._why = why
        self._environment = environment
        self._same = same
        self._now = "ways"
        self._entry = "ways"
        """The step from which Zoho is asked, and to which a failure leads back."""
        self._account: Account | None = None
        self._connection: Connection | None = None
        self._given_up = threading.Event()

    def compose(self) -> ComposeResult:
        """Put the steps into one dialog; only the present one is seen."""
        with Vertical(classes="dialog", id="sign-in"):
            yield Static(Content(self._why), id="why")
            yield WaysList(id="step-ways")
            yield SignInForm(id="step-form")
            yield DeviceCodePane(id="step-code")
            yield Static(Content("Asking Zoho…"), id="step-busy")
            with Vertical(id="step-found"):
                yield Facts(id="found", label_width=15)
                yield Labelled("Profile", Field(id="name", compact=True), id="name-line")
                yield Tick(
                    Content("read-only: nothing can be deleted with this profile"),
                    id="read-only",
                    compact=True,
                )
            yield Static(id="hint")

    def on_mount(self) -> None:
        """Begin with the ways."""
        name = self._same.name if self._same else self._name
        title = f"Sign in to {name}" if name else "Sign in"
        if self._same:
            title += " again; the run waits"
        self.query_one("#sign-in").border_title = Content(title)
        self.query_one("#sign-in").set_class(bool(self._why), "-why")
        self._step("ways")
        if self._name or self._same:
            self._read_profile()

    @work(thread=True, group="profile", exit_on_error=False, description="read profile")
    def _read_profile(self) -> None:
        """Look up what the form need not ask."""
        profiles = self._profiles
        try:
            if self._name:
                profile = profiles.settings().named(self._name)
                kept = read_credentials(profiles.folders.secrets / f"{self._name}.json")
            elif self._same is not None:
                profile, kept = self._same.account.profile, self._same.account.credentials
            else:
                return
        except ConfigError as error:
            self.post_message(self.Failed(str(error)))
            return
        self.post_message(self.Known(profile, kept))

    @on(Known)
    def know(self, event: Known) -> None:
        """Fill in what is known."""
        self.query_one(SignInForm).fill(event.profile, event.kept)

    @on(WaysList.Chosen)
    def choose(self, event: WaysList.Chosen) -> None:
        """Show the form of a way; the environment has none."""
        event.stop()
        if event.way != "environment":
            self._step("form")
            self.query_one(SignInForm).show(Way(event.way))
        elif self._environment is None:
            self.say("None of these variables is set. Leave with q, set them, and start again.")
        else:
            self._entry = "ways"
            self._step("busy")
            self._try_environment(self._environment)

    @on(SignInForm.Lacking)
    def lack(self, event: SignInForm.Lacking) -> None:
        """Say what the form lacks."""
        event.stop()
        self.say(event.why, "bold $text-error")

    @on(SignInForm.Filled)
    def submit(self, event: SignInForm.Filled) -> None:
        """Try it."""
        event.stop()
        self._entry = "form"
        self._given_up = threading.Event()
        self._step("busy")
        self._try(event.form, self._given_up)

    @work(thread=True, group="sign-in", exclusive=True, exit_on_error=False, description="sign in")
    def _try(self, form: Form, given_up: threading.Event) -> None:
        def nap(seconds: float) -> None:
            if given_up.wait(seconds):
                raise _GivenUp

        def told(event: DeviceEvent) -> None:
            self.post_message(self.DeviceTold(event))

        try:
            account = sign_in(self._profiles, form, told, nap)
        except _GivenUp:
            return
        except (ZohoError, ConfigError) as error:
            self._answer(self.Failed(str(error)))
            return
        self._look(account)

    @work(thread=True, group="sign-in", exclusive=True, exit_on_error=False, description="open")
    def _try_environment(self, given: FromEnvironment) -> None:
        try:
            account = self._profiles.from_environment(given)
        except ConfigError as error:
            self._answer(self.Failed(str(error)))
            return
        self._look(account)

    def _look(self, account: Account) -> None:
        """Ask which org it is, in the worker's thread."""
        try:
            connection = connect(account)
        except ZohoError as error:
            account.crm.close()
            self._answer(self.Failed(error.detail))
            return
        same = self._same
        if same is not None and (connection.org is None or connection.org.zgid != same.zgid):
            account.crm.close()
            opened = connection.target.words
            self._answer(
                self.Failed(f"This sign-in opens {opened}, but the run is in {same.name}.")
            )
            return
        self._answer(self.Found(account, connection))

    def _answer(self, message: Message) -> None:
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(DeviceTold)
    def device_told(self, event: DeviceTold) -> None:
        """Show the code, and how it goes on."""
        pane = self.query_one(DeviceCodePane)
        match event.event:
            case Shown(code):
                self._step("code")
                pane.show(code)
            case Asking():
                pane.asking(event.event)
            case _:
                self._step("busy")

    @on(Failed)
    def fail(self, event: Failed) -> None:
        """Go back to where it was entered, with what is wrong."""
        if event.step == "found":
            # Another name may help.
            self.query_one("#name-line").display = self._same is None
        self._step(event.step or self._entry)
        self.say(event.why, "bold $text-error")

    @on(Found)
    def found(self, event: Found) -> None:
        """Show which org it is before anything can be done in it."""
        self._account, self._connection = event.account, event.connection
        self.query_one("#sign-in").set_classes(f"dialog -{event.connection.target.environment}")
        self.query_one("#found", Facts).show(self._facts(event.account, event.connection))
        keepable = event.account.credentials is not None
        fixed = bool(self._name) or self._same is not None
        self.query_one("#name-line").display = keepable and not fixed
        self.query_one("#read-only").display = keepable and not fixed
        name = self.query_one("#name", Field)
        target = event.connection.target
        name.value = self._profiles.suggested_name(target.org, target.environment)
        name.placeholder = "empty: for this session only"
        self._step("found")
        name.focus()

    def _facts(self, account: Account, connection: Connection) -> list[Fact]:
        target = connection.target
        ways = sum(not module.obstacle for module in connection.modules)
        facts: list[Fact] = [
            ("Org", Content.styled(target.org or "NOT KNOWN: the org cannot be named", "bold")),
            ("Environment", Content.styled(target.environment.upper(), "bold")),
            ("Data centre", f"{target.location} · {target.api_domain}"),
            ("You are", target.user or "not known"),
            ("Modules", f"{ways} to delete from"),
        ]
        told = [*connection.notices, *lacking(account)]
        if account.credentials is None:
            told.append("It ends with the access token, within the hour; nothing of it is kept.")
        facts += [("Note", Content.styled(words, "$text-warning")) for words in told]
        if target.environment is Environment.PRODUCTION:
            facts.append(("", Content.styled("This is PRODUCTION: real records.", "$text-error")))
        return facts

    @on(Input.Submitted, "#name")
    def go_on(self, event: Input.Submitted) -> None:
        """Keep the sign-in under this name, or use it for this session."""
        event.stop()
        self._finish()

    def _finish(self) -> None:
        if self._account is None or self._connection is None:
            return
        shown = self.query_one("#name-line").display
        name = self.query_one("#name", Field).value.strip() if shown else self._name
        if self._account.credentials is None or (self._same and not self._same.account.is_kept):
            name = ""
        self._step("busy")
        zgid = self._connection.target.zgid
        self._keep(self._account, name, zgid, self.query_one("#read-only", Tick).value)

    @work(thread=True, group="sign-in", exclusive=True, exit_on_error=False, description="keep")
    def _keep(self, account: Account, name: str, zgid: str, read_only: bool) -> None:
        kept = account
        try:
            if name:
                kept = self._profiles.keep(account, name, zgid, read_only=read_only)
                account.crm.close()
            if self._same is not None:
                kept = self._renewed(self._same, kept)
        except (ZohoError, ConfigError) as error:
            self._answer(self.Failed(str(error), "found"))
            return
        self._answer(self.Ready(kept))

    def _renewed(self, same: SameOrg, account: Account) -> Account:
        """Give the client of the run the new sign-in; the client itself stays."""
        before = same.account
        before.crm.take_over(account.crm, same.zgid)
        return replace(
            before, credentials=account.credentials, tokens=account.tokens, scopes=account.scopes
        )

    @on(Ready)
    def ready(self, event: Ready) -> None:
        """Answer with the account."""
        self.dismiss(event.account)

    def on_key(self, event: events.Key) -> None:
        """Go on with Enter where no field is left to take it."""
        if event.key == "enter" and self._now == "found" and not isinstance(self.focused, Input):
            event.stop()
            self._finish()

    def action_copy(self) -> None:
        """Copy what is needed elsewhere: the scopes, or the address and the code."""
        if self._now == "ways":
            self.app.copy_to_clipboard(",".join(ASKED))
            self.say("The scopes are in your clipboard, if your terminal allows that.")
        elif self._now == "code":
            self.app.copy_to_clipboard(self.query_one(DeviceCodePane).plain)
            self.say("Address and code are in your clipboard, if your terminal allows that.")

    def action_back(self) -> None:
        """Go back a step, or leave; what was under way is given up."""
        self._given_up.set()
        self.workers.cancel_group(self, "sign-in")
        if self._now == "ways":
            self.dismiss(None)
            return
        if self._account is not None:
            self._account.crm.close()
            self._account = self._connection = None
        self._step("ways" if self._now == "form" else self._entry)

    def _step(self, name: str) -> None:
        """Show a step and put the cursor into it."""
        self._now = name
        for step in _HINTS:
            self.query_one(f"#step-{step}").display = step == name
        self.query_one("#why").display = bool(self._why) and name in {"ways", "form"}
        if name != "code":
            self.query_one(DeviceCodePane).stop()
        if name == "ways":
            self.query_one(WaysList).take_focus()
        elif name == "form":
            self.query_one(SignInForm).take_focus()
        elif name == "found":
            self.query_one("#name", Field).focus()
        else:
            self.set_focus(None)
        self.say(_HINTS[name])

    def say(self, words: str, style: str = "$foreground 60%") -> None:
        """Show a line at the foot."""
        self.query_one("#hint", Static).update(Content.styled(words, style))
