"""What a program may be made to do first, so that a test can see it in the middle of something."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from zohotui import cli, opening
from zohotui.config.errors import ConfigError

SOON = 0.5
"""Seconds that a screen gets which stands in the way, in place of those that it really gets."""


def hold_back() -> None:
    """Let the session begin as soon as a file `go` is there.

    Until then it stands at its first frame; which modules it has read by then is in `modules`. What
    `go` says ends it as a setting does that cannot be used.
    """
    at_once = opening._begin

    def begin(*given: object) -> object:
        Path("modules").write_text("\n".join(sys.modules))
        while not (go := Path("go")).exists():
            time.sleep(0.01)
        if go.read_text():
            raise ConfigError(go.read_text())
        return at_once(*given)  # type: ignore[arg-type] # whatever it takes

    opening._begin = begin  # type: ignore[assignment] # only what comes of it differs


def hold_back_and_hurry() -> None:
    """Hold it back, and if it is told to end meanwhile, let it end soon."""
    hold_back()
    hurry()


def hurry() -> None:
    """Wait but shortly for a screen that stands in the way of the end."""
    from zohotui.tui.terminal import hangup  # noqa: PLC0415 - Textual's, and not for a first frame

    hangup.LAST = SOON


def break_help() -> None:
    """Let the help be a fault, with a secret among its variables."""
    from zohotui.tui.dialogs.pages import Help  # noqa: PLC0415 - the first frame reads nothing of it

    def broken(*_: object) -> None:
        token = "1000.a-secret-in-a-variable"
        raise LookupError(token)

    Help.__init__ = broken  # type: ignore[assignment, method-assign] # it takes whatever comes


if __name__ == "__main__":
    hold_back()
    sys.exit(cli.main())
