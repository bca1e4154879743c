"""Signing in: choose a way, fill in its form, see which org it opens, and keep it or not.

1. ways → form → busy, or for a device code → found → keeping → the account.
2. Whatever goes wrong leads back to the form with a sentence, and nothing that was filled in is
   lost.
3. Esc goes back a step, and what Zoho answers after that is closed unseen; a sign-in that is being
   kept is kept to its end.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from zohotui.config.environment import FromEnvironment
from zohotui.config.errors import ConfigError
from zohotui.config.profiles import Profiles
from zohotui.config.sign_in import Form, Way
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.reconnect import Waiting
from zohotui.tui.signing_in import SameOrg, Signed, keep, known_of, suggested_name, try_form
from zohotui.tui.widgets.device_code import DeviceCodePane
from zohotui.tui.widgets.found_org import FoundOrg
from zohotui.tui.widgets.sign_in_form import SignInForm
from zohotui.tui.widgets.ways_list import PRACTICE, WaysList
from zohotui.tui.words.text import duration
from zohotui.zoho.device import Asking, DeviceEvent, Shown
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.scopes import ASKED

FIRST_STEPS = (
    "1. In Zoho's API console make a client for non-browser applications.\n"
    "2. Choose the first way below; enter the client and your data centre.\n"
    "3. Open the address that it shows in any browser, and enter the code."
)
"""What to do at a first start: the steps of the first way."""

_HINTS = {
    "ways": "Enter chooses · c copies the scopes · Esc closes",
    "form": "Enter signs in · Tab: next field · ← → environment · Esc goes back",
    "code": "Enter checks now · c copies address and code · Esc cancels",
    "busy": "Esc cancels",
    "keeping": "This takes a moment.",
    "found": "Enter goes on · Esc discards this sign-in",
}

_ASKED = "Zoho is asked as soon as it allows: every 30 seconds at most."

_FRAME = 3
"""Lines around the steps and the foot: the border, and an empty one between them."""


class _GivenUp(Exception):
    """Somebody left while a code was waited for."""


class SignIn(Dialog[Signed | None]):
    """Answers with a sign-in whose org is open and known, or with None."""

    AUTO_FOCUS = ""
    BINDINGS = [
        Binding("escape", "back", "Back"),
        Binding("c", "copy", "Copy"),
        # Where no field is left to take it.
        Binding("enter", "finish", "Go on", show=False),
    ]

    @dataclass
    class DeviceTold(Message):
        """A sign-in that takes its time went a step on."""

        event: DeviceEvent | Waiting
        given_up: threading.Event

    def __init__(
        self,
        profiles: Profiles,
        name: str,
        why: str,
        *,
        given: FromEnvironment | None = None,
        same: SameOrg | None = None,
        practice: Callable[[], object] | None = None,
    ) -> None:
        """Take the profile to sign in to (empty: a new one), and why that is needed.

        `practice` opens the practice org instead; None where that is not offered.
        """
        super().__init__()
        self._practice = practice
        self._profiles = profiles
        self._profile_name = name
        self._why = why
        self._given = given
        self._same = same
        self._now = "ways"
        self._way = Way.DEVICE
        self._entry = "ways"
        """The step from which Zoho is asked, and to which a failure leads back."""
        self._signed: Signed | None = None
        self._given_up = threading.Event()
        self._ask_now = threading.Event()
        """Whether nothing is to be waited for any longer."""

    def compose(self) -> ComposeResult:
        """Put the steps into one dialog; only the present one is seen."""
        with Vertical(classes="dialog", id="sign-in") as dialog:
            dialog.border_title = Content(_title(self._profile_name, self._same))
            dialog.set_class(bool(self._why), "-why")
            with VerticalScroll(id="steps", can_focus=False):
                yield Static(Content(self._why), id="why")
                yield WaysList(practice=self._practice is not None, id="step-ways")
                yield SignInForm(id="step-form")
                yield DeviceCodePane(id="step-code")
                yield Static(Content("Asking Zoho…"), id="step-busy")
                yield Static(Content("Opening the org…"), id="step-keeping")
                yield FoundOrg(id="step-found")
            yield Static(id="hint")

    def on_mount(self) -> None:
        """Begin once all is there; a program that is being left does not get so far."""
        self.call_after_refresh(self._open_up)

    def _open_up(self) -> None:
        self.screen_layout_refresh_signal.subscribe(self, self._fit)
        self._step("ways")
        if self._profile_name or self._same:
            self._read_profile()

    def on_unmount(self) -> None:
        """Wait for no device any more: the program's end would wait along with it."""
        self._given_up.set()
        self._ask_now.set()

    @work(group="profile", exit_on_error=False, description="read profile")
    async def _read_profile(self) -> None:
        """Fill in what the form need not ask."""
        look = partial(known_of, self._profiles, self._profile_name, self._same)
        try:
            known = await asyncio.to_thread(look)
        except ConfigError as error:
            self._fail(str(error))
        else:
            if known is not None:
                self.query_one(SignInForm).fill(*known)

    @on(WaysList.Chosen)
    def choose(self, event: WaysList.Chosen) -> None:
        """Show the form of a way; the environment has none."""
        event.stop()
        if event.way == PRACTICE:
            if self._practice is not None:
                self.dismiss(None)
                self._practice()
        elif event.way != "environment":
            self._way = Way(event.way)
            self._step("form")
            self.query_one(SignInForm).show(self._way)
        elif self._given is None:
            self.say("None of these is set. Quit zohotui, set them, and start zohotui again.")
        else:
            self._begin("ways", self._given)

    @on(SignInForm.Lacking)
    def lack(self, event: SignInForm.Lacking) -> None:
        """Say what the form lacks."""
        event.stop()
        self.say(event.why, "bold $text-error")

    @on(SignInForm.Filled)
    def submit(self, event: SignInForm.Filled) -> None:
        """Try it."""
        event.stop()
        self._begin("form", event.form)

    def _begin(self, entry: str, form: Form | FromEnvironment) -> None:
        if self._now != entry:
            return
        self._entry, self._given_up = entry, threading.Event()
        self._step("busy")
        self._try(form, self._given_up)

    @work(group="sign-in", exclusive=True, exit_on_error=False, description="sign in")
    async def _try(self, form: Form | FromEnvironment, given_up: threading.Event) -> None:
        """Sign in, in a thread that ends by itself once it is given up."""
        ask_now = self._ask_now = threading.Event()

        def nap(seconds: float) -> None:
            ask_now.wait(seconds)
            ask_now.clear()
            if given_up.is_set():
                raise _GivenUp

        def told(event: DeviceEvent | Waiting) -> None:
            self.post_message(self.DeviceTold(event, given_up))

        def attempt() -> Signed:
            name, same = self._profile_name, self._same
            signed = try_form(self._profiles, form, name=name, same=same, told=told, sleep=nap)
            if given_up.is_set():
                signed.account.crm.close()
                raise _GivenUp
            return signed

        try:
            signed = await asyncio.to_thread(attempt)
        except _GivenUp:
            return
        except (ZohoError, ConfigError) as error:
            if not given_up.is_set():
                self._fail(str(error))
        else:
            self._found(signed, given_up)

    @on(DeviceTold)
    def device_told(self, event: DeviceTold) -> None:
        """Show the code, and how it goes on."""
        if event.given_up.is_set():
            return
        pane = self.query_one(DeviceCodePane)
        match event.event:
            case Shown(code):
                self._step("code")
                pane.show(code)
            case Asking():
                pane.asking(event.event)
            case Waiting(why, seconds):
                self._step("busy")
                self.say(f"{why} Next try in {duration(seconds)}. Esc cancels.")
            case _:
                self._step("busy")

    def _fail(self, why: str, step: str = "") -> None:
        """Go back to a step, else to where it was entered, with what is wrong."""
        if step == "found" and self._same is None:
            # Another name may help.
            self.query_one(FoundOrg).ask(True)
        self._step(step or self._entry)
        self.say(why, "bold $text-error")

    def _found(self, signed: Signed, given_up: threading.Event) -> None:
        """Show which org it is before anything can be done in it."""
        if given_up.is_set():
            signed.account.crm.close()
            return
        self._signed = signed
        target = signed.connection.target
        self.query_one("#sign-in").set_classes(f"dialog -{target.environment}")
        self.query_one(FoundOrg).show(
            signed,
            suggested_name(self._profiles, signed),
            ask=self._keepable and not self._profile_name and self._same is None,
        )
        self._step("found")
        if self._same is not None:
            self.say("Enter signs in, and the run goes on deleting · Esc discards this sign-in")

    @property
    def _keepable(self) -> bool:
        """Whether there is something to keep; of the environment nothing is."""
        has_more = self._signed is not None and self._signed.account.credentials is not None
        return has_more and self._entry == "form"

    @on(Input.Submitted, "#name")
    def go_on(self, event: Input.Submitted) -> None:
        """Keep the sign-in under this name, or use it for this session."""
        event.stop()
        self.action_finish()

    def action_finish(self) -> None:
        """Do what Enter does where no field takes it: go on with the step that is shown."""
        if self._now == "form":
            self.query_one(SignInForm).hand_in()
        if self._now == "code":
            self._ask_now.set()
            self.say(_ASKED)
        if self._signed is None or self._now != "found":
            return
        found = self.query_one(FoundOrg)
        typed, read_only = found.name_typed, found.read_only
        name = self._profile_name if typed is None else typed
        self._step("keeping")
        self._keep(self._signed, name if self._keepable else "", read_only)

    @work(group="sign-in", exclusive=True, exit_on_error=False, description="keep")
    async def _keep(self, signed: Signed, name: str, read_only: bool) -> None:
        """Keep it, and answer with it."""
        meant = name == self._profile_name
        kept = partial(keep, self._profiles, signed, name, self._same)
        try:
            account = await asyncio.to_thread(kept, read_only=read_only, meant=meant)
        except (ZohoError, ConfigError) as error:
            self._fail(str(error), "found")
        else:
            self.dismiss(Signed(account, signed.connection))

    def action_copy(self) -> None:
        """Copy what is needed elsewhere: the scopes, or the address and the code."""
        if self._now == "ways":
            self.app.copy_to_clipboard(",".join(ASKED))
            self.say("The scopes were sent to the terminal's clipboard.")
        elif self._now == "code":
            self.app.copy_to_clipboard(self.query_one(DeviceCodePane).plain)
            self.say("Address and code were sent to the terminal's clipboard.")

    def action_back(self) -> None:
        """Go back a step, or leave; what was under way is given up.

        Not while a sign-in is being kept: that is done or not, and never half.
        """
        if self._now == "keeping":
            return
        self._given_up.set()
        self._ask_now.set()
        if self._now == "ways":
            self.dismiss(None)
            return
        if self._signed is not None:
            self._signed.account.crm.close()
            self._signed = None
        self._step("ways" if self._now == "form" else self._entry)

    def _step(self, name: str) -> None:
        """Show a step and put the cursor into it."""
        self._now = name
        for step in _HINTS:
            self.query_one(f"#step-{step}").display = step == name
        # How to begin tells of one way; the form of another says what that one needs.
        elsewhere = name == "form" and self._why == FIRST_STEPS and self._way is not Way.DEVICE
        self.query_one("#why").display = (
            bool(self._why) and name in {"ways", "form"} and not elsewhere
        )
        if name != "code":
            self.query_one(DeviceCodePane).stop()
        if name == "ways":
            self.query_one(WaysList).take_focus()
        elif name == "form":
            self.query_one(SignInForm).take_focus()
        elif name == "found":
            self.query_one(FoundOrg).take_focus()
        else:
            self.set_focus(None)
        self.say(_HINTS[name])

    def _fit(self, _: object) -> None:
        """Keep the foot in sight after every layout; what stands above it scrolls if it must."""
        if not self.children:
            return
        taken = self.query_one("#hint").size.height + _FRAME
        self.query_one("#steps").styles.max_height = max(1, self.size.height - taken)
        if self.focused is not None:
            self.focused.scroll_visible(animate=False)


def _title(profile: str, same: SameOrg | None) -> str:
    if same:
        return f"Sign in to {same.name} again; the run is waiting"
    return f"Sign in to {profile}" if profile else "Sign in"
