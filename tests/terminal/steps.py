"""What an admin does, in steps that wait for what they lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from zohotui.tui.words.text import count

TITLE = " of Leads?"
"""In the upper edge of the confirmation."""


def begin(
    stage: Stage,
    ids: Path | Sequence[str],
    *arguments: str,
    environ: Mapping[str, str | None] | None = None,
) -> Terminal:
    """Start with a module and ids: on the command line, or in a file that is looked at first."""
    arguments = ("--module", "Leads", *arguments)
    if isinstance(ids, Path):
        terminal = stage.start(*arguments, "--ids", str(ids), environ=environ)
        terminal.wait_for("Use these ids")
        terminal.press("enter")
        terminal.wait_until_gone("Use these ids")
    else:
        terminal = stage.start(*arguments, *ids, environ=environ)
        terminal.wait_for(f"{count(len(ids), 'id')} = ")
    terminal.wait_for("d Delete…")
    return terminal


def fill(terminal: Terminal, title: str, line: int, text: str) -> None:
    """Replace what stands in a field, the line of a box, and see that it is this text now.

    Keys that come with the dialog itself may be lost, so it is tried again. What ctrl+u does is
    waited for, because Textual lets printable keys overtake the keys that are bound.
    """

    def stands() -> str:
        return next(iter(terminal.box_lines(title)[line : line + 1]), "")

    for _ in range(10):
        terminal.type(text)
        if terminal.shows(lambda _: stands() == text, within=0.5):
            return
        terminal.press("end", "ctrl+u")
        terminal.shows(lambda _: not stands().endswith(text[-3:]), within=0.5)
    raise AssertionError(f"{title} never took {text}:\n{terminal.text}")


def ask(terminal: Terminal, title: str = TITLE) -> None:
    """Press d and wait for the confirmation."""
    terminal.press("d")
    terminal.wait_for(lambda t: "press Enter" in t.box(title))


def field(terminal: Terminal, title: str = TITLE) -> str | None:
    """Return what stands in the confirmation's field; None if there is none."""
    lines = terminal.box_lines(title)
    places = [place for place, line in enumerate(lines) if "press Enter" in line]
    return next(iter(lines[places[0] + 1 :]), None) if places else None


def wait_until_it_takes_keys(terminal: Terminal, title: str = TITLE) -> None:
    """Type an x until one is seen in the field, which takes no keys at first."""
    terminal.wait_for(lambda t: field(t, title) is not None)
    for _ in range(50):
        terminal.type("x")
        if terminal.shows(lambda t: "x" in (field(t, title) or ""), within=0.1):
            return
    terminal.wait_for(lambda t: "x" in (field(t, title) or ""))


def write(terminal: Terminal, sentence: str, title: str = TITLE) -> None:
    """Type a sentence into the field, in place of what stands there; Enter is not pressed."""
    wait_until_it_takes_keys(terminal, title)
    terminal.press("ctrl+u")
    terminal.wait_for(lambda t: field(t, title) == "")
    terminal.type(sentence)
    terminal.wait_for(lambda t: field(t, title) == sentence.strip())


def confirm(terminal: Terminal, sentence: str, title: str = TITLE) -> None:
    """Type the sentence and press Enter."""
    write(terminal, sentence, title)
    terminal.press("enter")
    terminal.wait_until_gone("press Enter")


def leave(terminal: Terminal) -> int:
    """Press q and give the exit status."""
    terminal.press("q")
    return terminal.exit_status()


def stop(terminal: Terminal) -> None:
    """Press s, which pauses and asks, and say that the run is to stop."""
    terminal.press("s")
    terminal.wait_for("Stop it for good?")
    terminal.press("y")


def show_only(terminal: Terminal, wanted: str) -> None:
    """Choose a state, a reason or `all` as the filter."""
    terminal.press("f")
    terminal.wait_for(lambda t: any(line.endswith(" all") for line in t.box_lines("Show only")))
    lines = [line for line in terminal.box_lines("Show only") if line.strip()]
    place = next(place for place, line in enumerate(lines) if line.endswith(f" {wanted}"))
    terminal.press("g", *"j" * place, "enter")
    terminal.wait_for(lambda t: not t.box_lines("Show only"))
