"""What a test is played on: a practice org on a socket, a gate in front of it, a home folder."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.terminal.driver import PATIENCE, Terminal
from tests.terminal.nursery import Nursery
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.run_state import RunState
from zohotui.sandbox import Sandbox, serve

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


SESSION = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "TERM": "xterm-256color",
    "PYTHONPATH": str(Path(__file__).parents[2]),
}
"""What every session has in its environment."""


class Gate:
    """Stands between the line and the org, and can keep the answers to deletes back, or reads.

    Answers are kept back after the work is done: what the program does not know yet has happened.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._changed = threading.Condition()
        self._permits: float = float("inf")
        self._worked = 0
        self._reads = True
        self._waiting = 0
        self._closed = False

    def __call__(self, environ: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        # A query reads as well, whatever its method is.
        if environ["REQUEST_METHOD"] == "GET" or environ["PATH_INFO"].endswith("/coql"):
            with self._changed:
                self._waiting += 1
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._reads or self._closed)
                self._waiting -= 1
        answer = self._sandbox(environ, respond)
        if environ["REQUEST_METHOD"] == "DELETE" and "/crm/" in environ["PATH_INFO"]:
            with self._changed:
                self._worked += 1
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._permits > 0 or self._closed)
                self._permits -= 1
        return answer

    def hold(self, *, after: int = 0) -> None:
        """Let so many answers to deletes through, then keep all back."""
        with self._changed:
            self._permits = after

    def let(self, answers: float = float("inf")) -> None:
        """Let so many answers through, or all."""
        with self._changed:
            self._permits += answers
            self._changed.notify_all()

    def hold_reads(self) -> None:
        """Answer no read any more."""
        with self._changed:
            self._reads = False

    def let_reads(self) -> None:
        """Answer reads again, also those that wait."""
        with self._changed:
            self._reads = True
            self._changed.notify_all()

    def wait_for_a_read(self) -> None:
        """Return once a read is being kept waiting."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._waiting > 0, PATIENCE):
                raise AssertionError("no read came")

    def wait_for_deletes(self, number: int) -> None:
        """Return once the org has carried out so many delete requests."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._worked >= number, PATIENCE):
                raise AssertionError(f"only {self._worked} of {number} delete requests came")

    def close(self) -> None:
        """Keep nobody waiting any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


@dataclass
class Stage:
    """One org and whoever works with it."""

    sandbox: Sandbox
    gate: Gate
    url: str
    home: Path
    """ZOHOTUI_HOME."""
    folder: Path
    """Where the program is started, and where files of ids lie."""
    nursery: Nursery | None = None
    """Where programs come from that need not be started from nothing."""
    first: str = ""
    """What its programs do first: a function of tests.terminal.held."""
    terminals: list[Terminal] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        """A session's environment and nothing else of ours."""
        return {
            **SESSION,
            "HOME": str(self.home),
            "ZOHOTUI_HOME": str(self.home),
            "ZOHOTUI_ACCESS_TOKEN": self.sandbox.access_token,
            "ZOHOTUI_API_DOMAIN": self.url,
        }

    def start(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        environ: Mapping[str, str | None] | None = None,
    ) -> Terminal:
        """Start the program in a terminal; an environment variable given as None is not set."""
        merged = {**self.environ, **(environ or {})}
        kept = {name: value for name, value in merged.items() if value is not None}
        if self.nursery and stdin is None and _others(kept) == _others(self.environ):
            terminal = Terminal(
                arguments, kept, self.folder, nursery=self.nursery, first=self.first
            )
        else:
            command = [sys.executable, "-m", "zohotui", *arguments]
            terminal = Terminal(command, kept, self.folder, stdin=stdin)
        self.terminals.append(terminal)
        return terminal

    def ids_file(self, ids: Iterable[str], name: str = "ids.txt") -> Path:
        """Write a plain file of ids."""
        path = self.folder / name
        path.write_text("\n".join(ids) + "\n")
        return path

    @property
    def sent(self) -> list[str]:
        """Every id that a delete of a lead carried, in order and with repeats."""
        return self.sandbox.ledger.sent_ids("Leads")

    @property
    def deleted(self) -> set[str]:
        """Every lead that is away because it was named."""
        return set(self.sandbox.ledger.deleted_ids("Leads"))

    @property
    def delete_requests(self) -> int:
        """How many requests to delete arrived, whatever became of them."""
        return sum(request.method == "DELETE" for request in self.sandbox.ledger.requests)

    @property
    def token_requests(self) -> int:
        """How often a token was asked for with a grant code or a refresh token."""
        requests = self.sandbox.ledger.requests
        return sum(request.path == "/oauth/v2/token" for request in requests)

    @property
    def journals(self) -> list[Path]:
        """Every journal, oldest first."""
        return sorted((self.home / "journals").glob("*.jsonl"), key=lambda p: p.stat().st_mtime_ns)

    @property
    def copies(self) -> list[Path]:
        """The saved copies of records of which no run has taken hold."""
        return list((self.home / "journals").glob("*.review.*"))

    def replays(self) -> list[RunState]:
        """Read every journal back."""
        return [replay(path) for path in self.journals]


def _others(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what Python or Textual may read of an environment while modules are read.

    The colours are not: a program that had read them then would show all of them everywhere.
    """
    others = (name for name in environ if not name.startswith("ZOHOTUI_"))
    return {name: environ[name] for name in others if name not in {"TERM", "NO_COLOR"}}


@contextmanager
def staged(sandbox: Sandbox, folder: Path, nursery: Nursery | None = None) -> Iterator[Stage]:
    """Put a sandbox on a socket; at the end kill the programs that still run."""
    home, work = folder / "home", folder / "work"
    home.mkdir(mode=0o700)
    work.mkdir()
    gate = Gate(sandbox)
    with serve(gate, 0) as url:
        opened = Stage(sandbox, gate, url, home, work, nursery)
        try:
            yield opened
        finally:
            gate.close()
            for terminal in opened.terminals:
                terminal.close()
