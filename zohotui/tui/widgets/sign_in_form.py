"""The form of one way to sign in: where the org is, which client, and the secret."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from zohotui.config.credentials import Credentials
from zohotui.config.errors import ConfigError
from zohotui.config.settings import Profile
from zohotui.config.sign_in import Form, Way, place
from zohotui.tui.sign_in_ways import WAYS
from zohotui.tui.widgets.choice import Choice
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.labelled import Labelled
from zohotui.tui.widgets.secret_field import SecretField
from zohotui.zoho.datacentre import DATA_CENTRES, AccountsServer, ApiDomain, Environment
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.secret import Secret

_ENVIRONMENTS = (Environment.PRODUCTION, Environment.SANDBOX, Environment.DEVELOPER)
_PLACES = " ".join(centre.location for centre in DATA_CENTRES)


class SignInForm(Vertical):
    """Enter in any field signs in; what is missing is named, and the cursor goes there."""

    DEFAULT_CSS = """
    SignInForm { height: auto; }
    SignInForm #title { margin-bottom: 1; }
    """

    @dataclass
    class Filled(Message):
        """Enter was pressed and all is there."""

        form: Form

    @dataclass
    class Lacking(Message):
        """Enter was pressed and something is missing or wrong."""

        why: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._way = Way.DEVICE
        self._profile: Profile | None = None
        self._kept: Credentials | None = None

    def compose(self) -> ComposeResult:
        """Put the fields of every way below each other."""
        yield Static(id="title")
        yield Labelled("Data centre", Field(placeholder=_PLACES, id="place", compact=True))
        yield Labelled("Environment", Choice(_ENVIRONMENTS, id="environment"))
        yield Labelled("Client id", Field(id="client-id", compact=True), id="client-line")
        yield Labelled("Client secret", SecretField(id="client-secret"), id="client-secret-line")
        yield Labelled("", SecretField(id="secret"), id="secret-line")

    def fill(self, profile: Profile, kept: Credentials | None) -> None:
        """Fill in what is known of a profile; its addresses stay as they are."""
        self._profile, self._kept = profile, kept
        where = self.query_one("#place", Field)
        where.value = profile.accounts.url
        where.disabled = True
        environment = self.query_one(Choice)
        environment.disabled = True
        if profile.environment in _ENVIRONMENTS:
            environment.value = profile.environment.value
        if kept is not None:
            self.query_one("#client-id", Field).value = kept.client.client_id
            secret = self.query_one("#client-secret", SecretField)
            secret.placeholder = "leave empty to use the saved one"

    def show(self, way: Way) -> None:
        """Show the fields of a way, and put the cursor into the first that is empty."""
        self._way = way
        described = WAYS[way]
        self.query_one("#title", Static).update(
            Content.assemble((described.title, "bold"), "\n", (described.words, "$foreground 60%"))
        )
        for line in ("#client-line", "#client-secret-line"):
            self.query_one(line).display = described.has_client
        secret = self.query_one("#secret-line", Labelled)
        secret.display = bool(described.secret)
        secret.relabel(described.secret)
        self.take_focus()

    def take_focus(self) -> None:
        """Put the cursor into the first field that is empty."""
        fields = [field for field in self.query(Input) if not field.disabled and _shown(field)]
        empty = (field for field in fields if not field.value and field.id not in self._optional)
        next(empty, fields[-1]).focus()

    @property
    def _optional(self) -> set[str]:
        return {"client-secret"} if self._kept is not None else set()

    @on(Input.Submitted)
    @on(SecretField.Entered)
    def submit(self, event: Input.Submitted | SecretField.Entered) -> None:
        """Go on from a field."""
        event.stop()
        self.hand_in()

    def hand_in(self) -> None:
        """Go on, or say what is missing."""
        try:
            form = self._read()
        except ConfigError as error:
            self.post_message(self.Lacking(str(error)))
        else:
            self.post_message(self.Filled(form))

    def _read(self) -> Form:
        """Take in the form; raises ConfigError with the cursor where something is wrong."""
        described = WAYS[self._way]
        accounts, domain = self._place()
        client = None
        if described.has_client:
            identity = self._value("#client-id", "client id")
            client = OAuthClient(identity, self._client_secret())
        secret = Secret("")
        if described.secret:
            secret = self._secret("#secret", described.secret.lower())
        return Form(way=self._way, accounts=accounts, domain=domain, client=client, secret=secret)

    def _place(self) -> tuple[AccountsServer, ApiDomain]:
        if self._profile is not None:
            return self._profile.accounts, self._profile.domain
        field = self.query_one("#place", Field)
        try:
            return place(field.value, Environment(self.query_one(Choice).value))
        except ConfigError:
            field.focus()
            raise

    def _value(self, selector: str, what: str) -> str:
        field = self.query_one(selector, Field)
        value = field.value.strip()
        if not Secret(value).is_plausible:
            field.focus()
            raise ConfigError(_missing(what, bool(value)))
        return value

    def _client_secret(self) -> Secret:
        kept = self._kept
        same = kept is not None and kept.client.client_id == self._value("#client-id", "client id")
        if kept is not None and same and not self.query_one("#client-secret", SecretField).secret:
            return kept.client.client_secret
        return self._secret("#client-secret", "client secret")

    def _secret(self, selector: str, what: str) -> Secret:
        field = self.query_one(selector, SecretField)
        if not field.secret.is_plausible:
            field.focus()
            raise ConfigError(_missing(what, bool(field.secret)))
        return field.secret


def _shown(field: Widget) -> bool:
    return all(node.display for node in field.ancestors_with_self if isinstance(node, Widget))


def _missing(what: str, given: bool) -> str:
    if given:
        return f"The {what} has spaces or characters that cannot be in it. Paste it again, whole."
    return f"The {what} is missing."
