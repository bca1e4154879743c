"""The code for another device: where to enter it, and how long it is good."""

from __future__ import annotations

import time

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from zohotui.tui.widgets.facts import Facts
from zohotui.tui.words.text import Fact, duration
from zohotui.zoho.accounts import DeviceCode
from zohotui.zoho.device import Asking


class DeviceCodePane(Vertical):
    """Shows a code and counts down, a line a second."""

    DEFAULT_CSS = """
    DeviceCodePane { height: auto; }
    DeviceCodePane #pace { margin-top: 1; height: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._code: DeviceCode | None = None
        self._ends = 0.0
        self._asks = 0.0
        self._trouble = ""
        self._where = ""

    def compose(self) -> ComposeResult:
        """Put the code above the time it is good for."""
        yield Facts(id="code", label_width=13)
        yield Static(id="pace")

    def on_mount(self) -> None:
        """Count only while there is something to count."""
        self._tick = self.set_interval(1, self._count, pause=True)

    def show(self, code: DeviceCode) -> None:
        """Show a new code."""
        self._code, self._ends = code, time.monotonic() + code.lifetime
        facts: list[Fact] = [
            ("", "On any device, open this address and enter the code:"),
            ("", ""),
            ("Address", _link(code.url)),
            ("Code", Content.styled(code.user_code, "bold")),
        ]
        if code.link:
            facts.append(("Or this link", _link(code.link)))
        self.query_one("#code", Facts).show(facts)
        self._tick.resume()

    def asking(self, event: Asking) -> None:
        """Note when Zoho is asked next."""
        self._asks = time.monotonic() + event.seconds
        self._trouble, self._where = event.trouble, event.location
        self._count()

    def stop(self) -> None:
        """Count no more."""
        self._code = None
        self._tick.pause()

    @property
    def plain(self) -> str:
        """Address and code as text, for the clipboard; empty if there is none."""
        code = self._code
        return "\n".join(filter(None, (code.url, code.user_code, code.link))) if code else ""

    def _count(self) -> None:
        now = time.monotonic()
        where = "" if self._where in {"", "local"} else f" in {self._where}"
        good, next_one = (duration(max(0.0, end - now)) for end in (self._ends, self._asks))
        lines = [f"The code is valid for another {good}. Zoho{where} is asked again in {next_one}."]
        if self._trouble:
            lines.append(f"Last try: {self._trouble}")
        self.query_one("#pace", Static).update(Content("\n".join(lines)))


def _link(address: str) -> Content:
    """Show an address so that a terminal which can opens it at a click."""
    return Content.styled(address, Style(bold=True, link=address))
