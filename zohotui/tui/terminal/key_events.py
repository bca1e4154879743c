"""What a key or a sequence is to Textual; whatever it is, nothing is raised."""

from __future__ import annotations

from textual import events
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

_ALT = 2
"""Characters of a sequence that is Alt and another key."""

_WANTED = (
    events.Key,
    events.MouseEvent,
    events.AppFocus,
    events.AppBlur,
    TerminalSupportsSynchronizedOutput,
)
"""What is believed. A size that comes this way is not: the kernel knows it, and says so."""

_UNREADABLE = (ParseError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)
"""What Textual's parser raises of what it was not made for."""


class KeyEvents:
    """Reads one key after the other with Textual's parser, of which nothing is ever left over."""

    def __init__(self) -> None:
        self._parser = XTermParser()

    def of(self, key: str) -> list[Message]:
        """Return what one character or one whole sequence means; nothing if that is unknown."""
        try:
            found = [*self._parser.feed(key)]
            if found:
                return [message for message in found if isinstance(message, _WANTED)]
            # It would take what is pressed next for the rest of a sequence.
            parser, self._parser = self._parser, XTermParser()
            # Of Esc, or Alt and a key, there is no more to come, so nothing need be waited for.
            found = [*parser.feed("")] if len(key) <= _ALT else []
        except _UNREADABLE:
            self._parser = XTermParser()
            return []
        return [message for message in found if isinstance(message, events.Key)]
