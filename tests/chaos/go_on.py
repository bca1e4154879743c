"""One process that goes on with a run as the screen does: `python -m tests.chaos.go_on JSON`.

Prints a line once it begins to send and one with what it came to: `done`, or why nothing was sent.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from zohotui.deletion.jobs import Archive, Job, resume_job
from zohotui.deletion.journal.lock import LockedError
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.events import Sent
from zohotui.deletion.model.outcome import State
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken


@dataclass(frozen=True)
class Errand:
    """What one process is told."""

    url: str
    token: str
    journal: str
    alone: bool = False
    """Whether the admin says that nobody else is at work with the run."""


def go_on(errand: Errand) -> str:
    """Go on with a run after its sentence; return `done`, or why not."""
    path = Path(errand.journal)
    told = replay(path)
    left = [told.rows.ids[place] for place in told.rows.places([State.ENTERED])]
    confirmed = replace(told.plan, ids=left, left_out=(), reviewed=None)
    crm = ZohoCRM(api_domain(errand.url), FixedToken(Secret(errand.token)))
    began = False

    def post(event: object) -> None:
        nonlocal began
        if isinstance(event, Sent) and not began:
            began = True
            print("sending", flush=True)

    with closing(crm):
        work = partial(resume_job, confirmed=confirmed, copies=None, alone=errand.alone)
        try:
            Job(work, crm, Archive(path.parent), path).do(post)
        except (JournalError, LockedError) as error:
            return str(error)
    return "done"


if __name__ == "__main__":
    print(go_on(Errand(**json.loads(sys.argv[1]))), flush=True)
