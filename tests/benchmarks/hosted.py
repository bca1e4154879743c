"""The real app with a made-up review and run: results stream in as fast as wanted."""

from __future__ import annotations

import argparse
import inspect
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path
from unittest.mock import patch

import httpx
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from tests.benchmarks.terminal import ENTER, Terminal
from zohotui.config.folders import Folders
from zohotui.config.profiles import Profiles
from zohotui.config.settings import addresses
from zohotui.deletion.jobs import Job
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import (
    Event,
    Finished,
    Landed,
    Reviewed,
    ReviewEnded,
    Reviewing,
    Sent,
)
from zohotui.deletion.model.figures import Figures
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Batch, Plan
from zohotui.deletion.review.prediction import READY
from zohotui.deletion.review_job import Post, ReviewJob, Saved
from zohotui.sandbox import Sandbox
from zohotui.tui import runs
from zohotui.tui.app import ZohotuiApp
from zohotui.tui.session import Session
from zohotui.tui.widgets.results_table import ResultsTable
from zohotui.zoho.records import Record
from zohotui.zoho.secret import Secret

FIRST_ID = 410405000002264040
_SIZE = 100


SETTINGS = {"TEXTUAL_FPS": "120", "TEXTUAL_ANIMATIONS": "none"}
"""What cli.py sets before Textual is imported; here it must come with the environment."""


def ids_file(folder: Path, number: int) -> Path:
    """Write a file of so many ids, the n-th of them FIRST_ID + n."""
    path = folder / "ids.txt"
    path.write_text(
        "\n".join(map(str, range(FIRST_ID, FIRST_ID + number))) + "\n", encoding="ascii"
    )
    return path


def hosted(
    ids: Path, home: Path, *options: str, columns: int = 120, lines: int = 40, colours: str = ""
) -> Terminal:
    """Start the app in a terminal; it opens the dialog and reads the file by itself."""
    environ = {**SETTINGS, **({"TEXTUAL_COLOR_SYSTEM": colours} if colours else {})}
    program = ("-m", "tests.benchmarks.hosted", "--ids", str(ids), "--home", str(home), *options)
    return Terminal(program, columns=columns, lines=lines, environ=environ)


def take_ids(terminal: Terminal) -> None:
    """Take what is in the file."""
    terminal.wait(b"Use these ids")
    time.sleep(0.3)
    terminal.press(ENTER, str(FIRST_ID).encode())


def begin_run(terminal: Terminal, number: int) -> None:
    """Ask for the deletion, type the sentence and wait for the first results."""
    # It reads the whole list before.
    terminal.press(b"d", b"press Enter", 300)
    # Keys typed ahead are dropped.
    time.sleep(1.0)
    terminal.send(f"delete {number} Leads".encode())
    time.sleep(0.5)
    terminal.press(ENTER, b"SUCCESS")


class HostedApp(ZohotuiApp):
    """The app, and a key that changes one line of whatever screen is shown."""

    CSS_PATH = inspect.getfile(ZohotuiApp).replace("app.py", "zohotui.tcss")
    BINDINGS = [Binding("f8", "tick", show=False, priority=True)]

    def __init__(self, session: Session) -> None:
        super().__init__(lambda: session, session.journals)
        self._ticks = 0

    def action_tick(self) -> None:
        """Count on, where a dialog has its hint or the main screen its tally."""
        self._ticks += 1
        name = "#tally" if self.screen.query("#tally") else "#hint"
        # In another look each time, so that all of it is written again.
        style = "bold" if self._ticks % 2 else ""
        self.screen.query_one(name, Static).update(Content.styled(f"tick {self._ticks}.", style))


class Feed:
    """Stands in for `run_job`: a journal and the events of batches that land at a fixed rate.

    Fresh batches land in order. With `visible`, every other batch is one that is on the screen,
    again and again, which is the hard case for a table.
    """

    def __init__(self, app: HostedApp, rate: int, *, visible: bool) -> None:
        self._app = app
        self._rate = rate
        self._visible = visible
        deleted = Outcome(State.DELETED, "SUCCESS", "record deleted", 200, '{"status":"success"}')
        failed = Outcome(
            State.FAILED,
            "NOT_ALLOWED",
            "record is locked",
            200,
            '{"code":"NOT_ALLOWED","status":"error"}',
        )
        self._outcomes = cycle(
            tuple(failed if place % 20 == which else deleted for place in range(_SIZE))
            for which in (3, 11)
        )

    def run_job(
        self, job: Job, post: Callable[[Event], object], *, plan: Plan, **_: object
    ) -> None:
        """Post the events until somebody stops the run."""
        with closing(Journal.create(job.archive.journals, plan)) as journal:
            job.journal = journal.path
            start = time.perf_counter()
            for number, batch in enumerate(self._batches(plan), 1):
                if job.levers.stopped:
                    break
                outcomes = next(self._outcomes)[: len(batch.ids)]
                post(journal.record(Sent(batch)))
                post(journal.record(Landed(batch, tuple(outcomes))))
                time.sleep(max(0.0, start + number * _SIZE / self._rate - time.perf_counter()))
        post(Finished(stopped=True))

    def _batches(self, plan: Plan) -> Iterator[Batch]:
        table = self._app.screen_stack[-1].query_one(ResultsTable)
        while True:
            for batch in plan.batches():
                yield batch
                if self._visible:
                    start = max(0, min(table.scroll_offset.y - 40, len(plan.ids) - _SIZE))
                    yield Batch(0, start, tuple(plan.ids[start : start + _SIZE]))


_A_CALL = 0.001
"""Seconds between two answers of the review: no org answers as fast."""

_CREATED = "2026-02-14T09:30:00+01:00"


def look_over(job: ReviewJob, _before: object, post: Post) -> None:
    """Stand in for the review: every record is there, has a name and its times, and is ready."""
    ids = job.draft.ids
    post(Reviewing(len(ids), 0, job.archive.clock()))
    for start in range(0, len(ids), _SIZE):
        places = tuple(range(start, min(start + _SIZE, len(ids))))
        records = tuple(
            Record(
                str(ids[place]),
                f"Ada Test {place}",
                f"Anna Ember {place % 40}",
                _CREATED,
                f"2026-{place % 12 + 1:02}-{place % 28 + 1:02}T{place % 24:02}:15:00+01:00",
            )
            for place in places
        )
        figures = tuple(Figures({"Annual_Revenue": place * 10}, "EUR", "Anna") for place in places)
        post(Reviewed(places, (READY,) * len(places), records, figures))
        # All of them at once would be a million records in memory, which a review never has.
        time.sleep(_A_CALL)
    post(Saved(None))
    post(ReviewEnded())


def main() -> None:
    """Run the app on a file of ids."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ids", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--rate", type=int, default=10_000)
    parser.add_argument("--visible", action="store_true")
    parser.add_argument("--low-bandwidth", action="store_true")
    options = parser.parse_args()
    sandbox = Sandbox()
    transport = httpx.WSGITransport(app=sandbox)
    profiles = Profiles(Folders(options.home, options.home), transport=transport)
    session = Session(
        account=profiles.from_token(
            *addresses("", "", "http://localhost", ""), Secret(sandbox.access_token)
        ),
        journals=options.home,
        module="Leads",
        ids=options.ids,
        low_bandwidth=options.low_bandwidth,
    )
    app = HostedApp(session)
    feed = Feed(app, options.rate, visible=options.visible)
    with (
        patch.object(ReviewJob, "do", look_over),
        patch.object(runs, "run_job", feed.run_job),
    ):
        app.run()


if __name__ == "__main__":
    main()
