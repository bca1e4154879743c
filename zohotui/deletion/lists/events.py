"""What is told while a list is read from Zoho.

    reading = (ListBegun ListGrew*)+ ListEnded        and Waiting between any two

ListBegun comes again where it takes many more calls than was told. Once nobody waits any more it
ends without ListEnded.
"""

from __future__ import annotations

from dataclasses import dataclass

from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.model.events import Waiting

NOTHING_NEW = "Zoho gives the same records again and says that more follow."
"""Why a list that is read page by page ends: it would not end otherwise."""


@dataclass(frozen=True, slots=True)
class ListBegun:
    """Reading begins, or what is left of it."""

    total: int | None
    """How many values, or about how many records, are to be read; None if that is not known."""
    credits: int | None
    """About how many API credits that takes; None if that is not known."""


@dataclass(frozen=True, slots=True)
class ListGrew:
    """Some of it was read."""

    done: int
    """Values that are settled, or records that were read, in all."""
    found: int
    """Ids of records in all."""


@dataclass(frozen=True, slots=True)
class ListEnded:
    """It was read to its end, or not."""

    ids: IdList | None
    """The list; None if nothing is taken. Beside a `why` it is not all that there is."""
    why: str = ""
    """Why it could not be read to its end, in sentences."""
    forbidden: bool = False
    """Whether the reason is that this sign-in or user may not read it at all."""
    line: int | None = None
    """Where in a query Zoho found a mistake, counted from 1; None if it does not say."""
    column: int | None = None


ListEvent = ListBegun | ListGrew | ListEnded | Waiting


def list_ended(why: str, *, forbidden: bool = False) -> ListEnded:
    """Say that nothing is taken, and why."""
    return ListEnded(None, why, forbidden)
