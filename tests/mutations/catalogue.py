"""All faults, room by room."""

from __future__ import annotations

from tests.mutations.of_afterwards import OF_AFTERWARDS
from tests.mutations.of_journal import OF_JOURNAL
from tests.mutations.of_review import OF_REVIEW
from tests.mutations.of_run import OF_RUN

MUTATIONS = (*OF_RUN, *OF_JOURNAL, *OF_AFTERWARDS, *OF_REVIEW)

ROOMS = tuple(dict.fromkeys(one.room for one in MUTATIONS))
