"""Reads a large source or paste in a child process, so that it never holds up the screen."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import zohotui
from zohotui.deletion.ids.columns import Form
from zohotui.deletion.ids.file import check_same, job_for, read_ids
from zohotui.deletion.ids.id_list import PACKED, IdList, Origin, Rejected
from zohotui.deletion.ids.pasted import parse_text
from zohotui.deletion.ids.rounding import Rounding
from zohotui.deletion.ids.source import Cancelled, IdFileError, broken_off, opened
from zohotui.zoho.printable import printable

if TYPE_CHECKING:
    from zohotui.deletion.ids.columns import Table
    from zohotui.deletion.ids.reader import Cancel, Progress

APART_FROM = 1_000_000
"""Sources of more bytes than this are read in a child."""

PASTED_APART_FROM = 200_000
"""So many characters of pasted text are read in a child: fewer take no longer than its start."""

_PACKED = 20
"""So much smaller are workbooks that are read in a child."""

_CHUNK = 1 << 16
_PATIENCE = 0.1
_LAST_WORDS = 2000


def read_ids_apart(
    source: Path | bytes,
    table: Table,
    column: int | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
    apart_from: int = APART_FROM,
) -> IdList:
    """Read as `read_ids` does, a large source in a child process; call it from a worker thread.

    `cancelled` is asked at least ten times a second. Whatever ends it, the child is gone
    afterwards. Raises IdFileError (also if the child dies), Cancelled and ValueError; there is
    never a part of a list.
    """
    job = job_for(table, column)
    # A small archive may hold much.
    small = table.size <= (apart_from if table.form is not Form.WORKBOOK else apart_from // _PACKED)
    if small or not sys.executable:
        return read_ids(source, table, column, progress=progress, cancelled=cancelled)
    with opened(source, table.source) as (file, size):
        check_same(table, size)
        is_file = isinstance(source, Path)
        with _child(json.dumps(asdict(job)), file if is_file else subprocess.PIPE) as child:
            talk = _Talk(child, b"" if is_file else source, progress, cancelled)
            try:
                talk.listen()
            except OSError as fault:
                raise broken_off(table.source, fault) from None
            return talk.result(table.source, child.wait())


def parse_text_apart(
    text: str,
    source: str,
    *,
    names: Iterable[str] = (),
    cancelled: Cancel | None = None,
    apart_from: int = PASTED_APART_FROM,
) -> IdList:
    """Read as `parse_text` does, a long text in a child process; call it from a worker thread.

    `cancelled` as of `read_ids_apart`. Where there can be no child, or it dies, the text is read
    here: what was pasted is nowhere else. Raises Cancelled.
    """
    names = tuple(names)
    if len(text) <= apart_from or not sys.executable:
        return parse_text(text, source, names=names)
    job = json.dumps({"pasted": {"source": source, "names": names}})
    try:
        with _child(job, subprocess.PIPE) as child:
            talk = _Talk(child, text.encode("utf-8", "surrogatepass"), None, cancelled)
            talk.listen()
            return talk.result(source, child.wait())
    except (OSError, IdFileError):
        return parse_text(text, source, names=names)


@contextmanager
def _child(job: str, stdin: IO[bytes] | int) -> Iterator[subprocess.Popen[bytes]]:
    """Start a child that reads its standard input, and see it off.

    The source is never named to it. -P keeps the current folder, which may hold anybody's
    modules, out of its import path; the place of this package is said instead.
    """
    roots = [str(Path(zohotui.__file__).resolve().parent.parent), os.environ.get("PYTHONPATH")]
    child = subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-P", "-m", "zohotui.deletion.ids._child", job],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, roots))},
        bufsize=0,
    )
    with child:
        try:
            yield child
        finally:
            child.kill()


class _Talk:
    """One conversation with a child: feeds it, hears its progress, gathers its answer."""

    def __init__(
        self,
        child: subprocess.Popen[bytes],
        feed: bytes | Path,
        progress: Progress | None,
        cancelled: Cancel | None,
    ) -> None:
        self._child = child
        self._feed = memoryview(feed) if isinstance(feed, bytes) else memoryview(b"")
        self._progress = progress
        self._cancelled = cancelled
        self._heard = bytearray()
        self._answer: dict[str, Any] | None = None
        self._words = b""

    def listen(self) -> None:
        """Go on until the child has said everything; raises Cancelled."""
        with selectors.DefaultSelector() as selector:
            for pipe, ready, react in (
                (self._child.stdin, selectors.EVENT_WRITE, self._write),
                (self._child.stdout, selectors.EVENT_READ, self._hear),
                (self._child.stderr, selectors.EVENT_READ, self._hear_fault),
            ):
                if pipe is not None:
                    os.set_blocking(pipe.fileno(), False)
                    selector.register(pipe, ready, (react, pipe.close))
            while selector.get_map():
                if self._cancelled is not None and self._cancelled():
                    raise Cancelled
                for key, _ in selector.select(_PATIENCE):
                    react, close = key.data
                    if not react(key.fd):
                        selector.unregister(key.fileobj)
                        close()

    def _write(self, pipe: int) -> bool:
        try:
            self._feed = self._feed[os.write(pipe, self._feed[:_CHUNK]) :]
        except BrokenPipeError:
            return False
        return len(self._feed) > 0

    def _hear_fault(self, pipe: int) -> bool:
        words = os.read(pipe, _CHUNK)
        self._words = (self._words + words)[-_LAST_WORDS:]
        return bool(words)

    def _hear(self, pipe: int) -> bool:
        chunk = os.read(pipe, _CHUNK)
        self._heard += chunk
        while self._answer is None and b"\n" in self._heard:
            line, _, rest = self._heard.partition(b"\n")
            self._heard = rest
            self._note(json.loads(line))
        return bool(chunk)

    def _note(self, message: dict[str, Any]) -> None:
        if "done" not in message:
            self._answer = message
        elif self._progress is not None:
            self._progress(message["done"], message["total"])

    def result(self, name: str, status: int) -> IdList:
        """Put the list together; raises IdFileError unless all of it came."""
        answer = self._answer
        if answer is not None and "fault" in answer:
            raise IdFileError(*answer["fault"])
        if answer is None or status or len(self._heard) != 8 * sum(answer["packed"]):
            raise _died(name, status, self._words)
        return _unpack(answer, self._heard, name)


def _unpack(answer: dict[str, Any], packed: bytearray, name: str) -> IdList:
    numbers, start = [], 0
    for count in answer["packed"]:
        numbers.append(array("Q", bytes(memoryview(packed)[start : start + 8 * count])))
        start += 8 * count
        if sys.byteorder == "big":
            numbers[-1].byteswap()
    named, of_origins = numbers[: len(PACKED)], numbers[len(PACKED) :]
    told = zip(answer["origins"], of_origins, strict=True)
    return IdList(
        **dict(zip(PACKED, named, strict=True)),
        duplicates=answer["duplicates"],
        rejected=tuple(Rejected(*entry) for entry in answer["rejected"]),
        rejected_count=answer["rejected_count"],
        rejected_reasons=answer["rejected_reasons"],
        rounding=Rounding.of_json(answer["rounding"]),
        origins=tuple(Origin(tab, org, line, host, ids) for (tab, org, line, host), ids in told),
        notes=tuple(answer["notes"]),
        source=answer["source"] or name,
        listings=(),
    )


def _died(name: str, status: int, words: bytes) -> IdFileError:
    lines = words.decode(errors="replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "")
    how = f"signal {-status}, perhaps too little memory" if status < 0 else f"status {status}"
    said = f": {printable(last, 200)}" if last else ""
    return IdFileError(
        "The ids could not be read",
        f"Reading {name} stopped early ({how}){said}. No id was taken. Free some memory or "
        "split the file, and try again.",
    )
