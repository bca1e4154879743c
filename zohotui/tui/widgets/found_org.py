"""The org that a sign-in opens, before anything is done in it, and the name to keep it under."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from zohotui.deletion.connection import lacking
from zohotui.tui.signing_in import Signed
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.labelled import Labelled
from zohotui.tui.widgets.tick import Tick
from zohotui.tui.words.text import Fact
from zohotui.zoho.datacentre import Environment


class FoundOrg(Vertical):
    """Facts, and two fields where there is something to keep."""

    DEFAULT_CSS = """
    FoundOrg { height: auto; }
    FoundOrg #name-line { margin-top: 1; }
    """

    def compose(self) -> ComposeResult:
        """Put the facts above the name."""
        yield Facts(id="found", label_width=15)
        placeholder = "empty: for this session only"
        name = Field(placeholder=placeholder, id="name", compact=True)
        yield Labelled("Profile", name, id="name-line")
        words = Content("read-only: nothing can be deleted with this profile")
        yield Tick(words, id="read-only", compact=True)

    def show(self, signed: Signed, name: str, *, ask: bool) -> None:
        """Show an org; `ask` for the name to keep it under, beginning with this one."""
        self.query_one("#found", Facts).show(_facts(signed))
        self.query_one("#name", Field).value = name
        self.ask(ask)

    def ask(self, wanted: bool) -> None:
        """Show or hide the fields."""
        self.query_one("#name-line").display = wanted
        self.query_one("#read-only").display = wanted

    def take_focus(self) -> None:
        """Put the cursor into the name."""
        self.query_one("#name", Field).focus()

    @property
    def name_typed(self) -> str | None:
        """The name to keep it under; None if it was not asked for."""
        asked = self.query_one("#name-line").display
        return self.query_one("#name", Field).value.strip() if asked else None

    @property
    def read_only(self) -> bool:
        """Whether nothing shall be deleted with this profile."""
        return self.query_one("#read-only").display and self.query_one(Tick).value


def _facts(signed: Signed) -> list[Fact]:
    account, connection = signed.account, signed.connection
    target = connection.target
    usable = sum(not module.obstacle for module in connection.modules)
    facts: list[Fact] = [
        ("Org", Content.styled(target.org or "NOT KNOWN: the org cannot be named", "bold")),
        ("Environment", Content.styled(target.environment.upper(), "bold")),
        ("Data centre", f"{target.location} · {target.api_domain}"),
        ("You are", target.user or "not known"),
        ("Modules", f"{usable} to delete from"),
    ]
    told = [*connection.notices, *lacking(account.scopes, connection.notices)]
    if account.credentials is None:
        told.append("It ends with the access token, within the hour. Nothing is saved.")
    facts += [("Note", Content.styled(words, "$text-warning")) for words in told]
    if target.environment is Environment.PRODUCTION:
        facts.append(("", Content.styled("This is PRODUCTION: real records.", "$text-error")))
    return facts
