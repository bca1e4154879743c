"""Whole numbers in JSON: which of them a program may have rounded when it wrote them."""

from __future__ import annotations

from collections.abc import Sequence

from zohotui.deletion.ids.collector import Entry
from zohotui.deletion.ids.doubles import Writer, written
from zohotui.deletion.ids.entry import MOST_DIGITS, Refusal
from zohotui.deletion.ids.id_list import REJECTED_SHOWN

_DOUBLE = 2**53
"""Above it a double does not keep every whole number."""

ROUNDED = Refusal(
    "looks rounded",
    "a number without quotes; all numbers here look as if a program rounded them; export the "
    "ids as text (in quotes)",
)


class Numbers:
    """Holds whole numbers that a double may have rounded, until one shows that none has.

    What comes behind a held one is held too: the ids stay in their order.
    """

    def __init__(self) -> None:
        self._writers = [*Writer]
        """Those that would have written all numbers so far."""
        self._held: list[Entry] = []
        self._in_doubt: list[Entry] = []
        """The numbers among them, by which they are known again."""
        self._rounds = False

    def take(self, entry: Entry) -> Sequence[Entry]:
        """Take a number; return what is clear by now, in order."""
        in_doubt = self._writers and len(entry.text) <= MOST_DIGITS and entry.text.isdigit()
        number = int(entry.text) if in_doubt else 0
        if number <= _DOUBLE:
            return self.behind(entry)
        if self._rounds:
            return [entry._replace(refusal=ROUNDED)]
        self._writers = [one for one in self._writers if written(number, one) == number]
        if not self._writers:
            held, self._held, self._in_doubt = [*self._held, entry], [], []
            return held
        self._in_doubt.append(entry)
        self._held.append(entry)
        return self.behind()

    def behind(self, *entries: Entry) -> Sequence[Entry]:
        """Take what is no such number; return what is clear by now, in order."""
        if not self._held:
            return entries
        self._held += entries
        if len(self._held) < REJECTED_SHOWN:
            return ()
        # No honest list begins so, and not all of it can be kept.
        self._rounds = True
        return self.rest()

    def rest(self) -> list[Entry]:
        """Return what is held: every number in it looks rounded."""
        numbers = set(map(id, self._in_doubt))
        held, self._held, self._in_doubt = self._held, [], []
        return [one._replace(refusal=ROUNDED) if id(one) in numbers else one for one in held]
