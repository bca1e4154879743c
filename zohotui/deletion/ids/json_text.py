"""JSON text of any size, one value after the other: only a window of it is ever in memory.

A value that may be large is looked at in its beginning (`look`) and walked part by part, all others
are decoded whole (`value`). Time is linear: a value that the window cuts is tried again only once
the window has doubled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from zohotui.deletion.ids.source import IdFileError
from zohotui.zoho.printable import printable

LONGEST_VALUE = 1 << 24
"""Characters of one value that is decoded whole."""

_BLOCK = 1 << 18
_AHEAD = 1 << 16
"""Characters of a value that are looked at before it is walked."""

_MAY_BE_CUT = 16
"""A fault so near to the end of the window may be the window's."""

_BLANKS = re.compile(r"[ \t\n\r]*")


class Number(str):
    """A number as it is written: a double would lose its last digits."""

    __slots__ = ()


Pairs = tuple[tuple[str, Any], ...]
"""An object: its members in order, so that keys which come twice can be told."""

Value = str | bool | list[Any] | Pairs | None
"""What a JSON value becomes; numbers are Number."""

_DECODER = json.JSONDecoder(
    object_pairs_hook=tuple,
    parse_int=Number,
    parse_float=Number,
    parse_constant=str,
    # A paste may have line ends where the text had other characters.
    strict=False,
)


class JsonText:
    """What is read of a JSON text, from its beginning to its end."""

    def __init__(self, read: Callable[[int], str], source: str) -> None:
        """Take what reads this many characters, and what the text is called in a sentence."""
        self._read = read
        self.source = source
        self._window = ""
        self._at = self._behind = 0
        self._ended = False
        self._counted, self._line = 0, 1
        if self._more(1) and self._window[0] == "\ufeff":
            self._at = 1

    @property
    def line(self) -> int:
        """The line of what comes next."""
        self._line += self._window.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def peek(self) -> str:
        """Return the next character that is not blank, and stay before it; empty at the end."""
        while True:
            at, window = self._at, self._window
            if at < len(window) and (first := window[at]) not in " \t\n\r":
                return first
            found = _BLANKS.match(window, at)
            self._at = at = found.end() if found else at
            if at < len(window):
                return window[at]
            if not self._more(1):
                return ""

    def take(self, wanted: str) -> None:
        """Go on behind one character; raises IdFileError if there is another one."""
        if self.peek() != wanted:
            raise self._broken(f"{wanted} is missing", self._at)
        self._at += 1

    def passed(self, wanted: str) -> bool:
        """Go on behind one character if it is the next one; return whether it is."""
        if self.peek() != wanted:
            return False
        self._at += 1
        return True

    def look(self) -> Pairs | None:
        """Decode the next object if it is not long, and stay before it; `pass_by` goes behind it.

        It must have been peeked at. None if it is long or broken: what reads its parts finds the
        place.
        """
        while True:
            found, fault, cut = self._decoded()
            if fault is None and not cut:
                return found if isinstance(found, tuple) else None
            if not cut or not self._more_than_now(_AHEAD):
                return None

    def pass_by(self) -> None:
        """Go on behind the value that was looked at."""
        self._at = self._behind

    def value(self) -> Value:
        """Decode the next value whole, and go on behind it; raises IdFileError."""
        self.peek()
        while True:
            found, fault, cut = self._decoded()
            if fault is None and not cut:
                self.pass_by()
                return found
            held = len(self._window) - self._at
            if fault is not None and not cut:
                raise self._broken(fault.msg, fault.pos)
            if held > LONGEST_VALUE:
                raise self._too_large()
            self._more_than_now(2 * held)

    def key(self) -> str:
        """Decode the name of a member, and go on behind it; raises IdFileError."""
        found = self.value() if self.peek() == '"' else None
        if not isinstance(found, str):
            raise self._broken("a name in double quotes is missing", self._at)
        return found

    def _decoded(self) -> tuple[Value, json.JSONDecodeError | None, bool]:
        """Decode what comes next; tell what is wrong, and if the end of the window may cut it."""
        end = len(self._window)
        try:
            found, behind = _DECODER.raw_decode(self._window, self._at)
        except RecursionError:
            raise IdFileError(
                "The JSON is nested too deeply",
                f"{self.source} is nested too deeply at line {self.line}. Export the records as a "
                "plain list.",
            ) from None
        except json.JSONDecodeError as fault:
            near = fault.pos >= end - _MAY_BE_CUT or fault.msg.startswith("Unterminated")
            return None, fault, near and not self._ended
        # Only a number may go on behind what is already a whole value.
        cut = behind == end and isinstance(found, Number) and not self._ended
        self._behind = behind
        return found, None, cut

    def _more_than_now(self, wanted: int) -> bool:
        """Have more in the window than now, up to this many characters; return if that helps."""
        held = len(self._window) - self._at
        if self._ended or held >= wanted:
            return False
        self._more(wanted)
        return True

    def _more(self, wanted: int) -> bool:
        """Have this many characters in the window, if there are; return whether there are any."""
        if len(self._window) - self._at >= wanted:
            return True
        _ = self.line
        parts, held = [self._window[self._at :]], len(self._window) - self._at
        while held < wanted and not self._ended:
            block = self._read(max(_BLOCK, wanted - held))
            self._ended = not block
            parts.append(block)
            held += len(block)
        self._window, self._at, self._counted = "".join(parts), 0, 0
        return bool(held)

    def _broken(self, why: str, place: int) -> IdFileError:
        line = self.line + self._window.count("\n", self._at, place)
        cut_off = self._ended and place >= len(self._window.rstrip())
        if cut_off:
            words = f"{self.source} is cut off at line {line}."
        else:
            words = f"{self.source} is not valid JSON at line {line} ({printable(why)})."
        return IdFileError("The JSON is broken", f"{words} Export it again.")

    def _too_large(self) -> IdFileError:
        return IdFileError(
            "A value is too large",
            f"{self.source} has a value of more than {LONGEST_VALUE:,} characters, starting "
            f"at line {self.line}. Export the records without attachments, or only their ids.",
        )
