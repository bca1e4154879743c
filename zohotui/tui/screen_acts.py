"""What the commands do that the list and a run share."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from zohotui.tui.activity import ReviewActivity, RunActivity
from zohotui.tui.dialogs.pages import Help
from zohotui.tui.phase import Phase
from zohotui.tui.place import Place, WorkOffice
from zohotui.tui.text import count


class AnyPlace(Protocol):
    """Any screen, the history too."""

    office: WorkOffice


def find(on: Place) -> None:
    """Open the field to find rows with."""
    on.view.pane.begin_find()


def show_next_state(on: Place) -> None:
    """Show one state after the other."""
    on.view.pane.next_filter()


def copy(on: Place) -> None:
    """Copy the highlighted id and its details."""
    if (detail := on.view.detail) is not None:
        on.app.copy_to_clipboard(detail.plain)
        on.office.say(f"Copied {detail.title} with its details.")


def more(on: Place) -> None:
    """Let one more request be under way at once."""
    _change_parallel(on, 1)


def fewer(on: Place) -> None:
    """Let one request less be under way at once."""
    _change_parallel(on, -1)


def _change_parallel(on: Place, by: int) -> None:
    most = on.office.org.most_at_once
    number = on.office.desk.change_parallel(by, most)
    if isinstance(on.office.desk.activity, RunActivity):
        on.office.say(f"{count(number, 'request')} at once, {most} at most.")
    on.office.repaint()


def stop(on: Place) -> None:
    """End a review, a run when what is in flight has landed, or reading."""
    activity = on.office.desk.activity
    if activity is None:
        return
    if activity.phase.reads or isinstance(activity, ReviewActivity):
        activity.levers.abandon()
    else:
        activity.levers.stop()
    if activity.phase.reads:
        on.office.say("Reading stops. y goes on.")
    elif activity.phase is Phase.UNDOING:
        on.office.say("Restoring stops after the request in flight. u goes on.")
    on.office.changed()


def open_history(on: Place) -> None:
    """Choose a run to look at."""
    on.office.stack.open_history()


def show_help(on: AnyPlace) -> None:
    """Show every key."""
    on.office.desk.open(partial(on.office.answer, Help()))


def switch_profile(on: Place) -> None:
    """Open another org, or sign out of one."""
    on.office.org.switch()


def sign_in(on: Place) -> None:
    """Sign in to an org, or again to this one."""
    on.office.org.sign_in()


def connect(on: Place) -> None:
    """Ask the org again."""
    on.office.org.connect()


def leave(on: Place) -> None:
    """Leave; a run under way is asked about first."""
    on.office.quit()
