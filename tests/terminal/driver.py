"""A terminal that a test sits at: it shows what a person would see and types what one would.

The pseudo-terminal is opened here and not by pexpect: that forks, which must not be done in a
process with the sandbox's threads in it. A thread reads all the time, as a terminal does.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil
import pyte
from pyte.screens import Char
from wcwidth import wcwidth

from tests.terminal.nursery import Nursery, Ward
from tests.terminal.window import Window

ROWS, COLUMNS = 24, 80
PATIENCE = 60.0
"""Seconds after which a test gives up; nothing ever takes so long if all is well."""

_GLANCE = 0.1
"""Seconds after which what is waited for is looked for though the program writes nothing."""

_LAUNCHER = (
    "import fcntl,os,sys,termios;"
    "fcntl.ioctl(2,termios.TIOCSCTTY,0);"
    "os.execv(sys.argv[1],sys.argv[1:])"
)
"""Takes the pseudo-terminal as controlling terminal, then becomes the program."""

_LEAVE = b"\x1b[?1049l"
_SWITCHES = (b"1049", b"1000", b"1003", b"1006", b"2004")
"""Private modes: the alternate screen, the mouse three times, marked pastes."""

_BEGIN_FRAME, _END_FRAME, _ASK_FRAMES = b"\x1b[?2026h", b"\x1b[?2026l", b"\x1b[?2026$p"
_WE_DO_FRAMES = b"\x1b[?2026;2$y"
_NOT_FOR_PYTE = re.compile(rb"\x1b\[[0-9;:]*m|\x1b\[[<>=][0-9;]*[A-Za-z]|\x1b\[\?[0-9;]*\$[A-Za-z]")
"""Colours, which are most of what comes and are looked for among the bytes; what pyte misreads."""
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;<>=?$]*)?\Z")
_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;<>=?$ ]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[=>78cM])")

_KEYS = {
    "enter": b"\r",
    "esc": b"\x1b",
    "tab": b"\t",
    "space": b" ",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "ctrl+q": b"\x11",
    "ctrl+u": b"\x15",
    "ctrl+n": b"\x0e",
    "ctrl+d": b"\x04",
}

_HANG_UP, _STOP_READING, _READ_ON = b"!", b"-", b"+"
"""What the thread that reads is told."""

Wanted = str | Callable[["Terminal"], object]


@cache
def _cell(attributes: Char, letter: str) -> Char:
    return Char(letter, *attributes[1:])


class MarkedScreen(pyte.Screen):
    """As pyte's, which drops the rest of a text at a spacing mark, as Devanagari has them."""

    def draw(self, data: str) -> None:
        """Draw what has a width, and the marks that pyte knows to put on it."""
        cursor = self.cursor
        end = cursor.x + len(data)
        if end <= self.columns and all(wcwidth(c) == 1 for c in data):
            # Nearly all that comes is of this kind, and pyte takes ten times as long for it.
            cells = (_cell(cursor.attrs, c) for c in data)
            self.buffer[cursor.y].update(zip(range(cursor.x, end), cells, strict=True))
            self.dirty.add(cursor.y)
            cursor.x = end
            return
        super().draw("".join(c for c in data if wcwidth(c) > 0 or unicodedata.combining(c)))


class Terminal:
    """One run of the program in a window of its own."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        folder: Path,
        *,
        stdin: bytes | None = None,
        nursery: Nursery | None = None,
        first: str = "",
    ) -> None:
        """Start the program; `stdin` is piped into it, the keys then come from /dev/tty.

        `nursery`: what starts it, if it need not be started from nothing; `command` then is its
        arguments alone, and `first` the function of tests.terminal.held that comes first.
        """
        self.raw = b""
        """Every byte that the program wrote to the terminal."""
        self._master, slave = pty.openpty()
        self._set_size(ROWS, COLUMNS)
        self._modes = termios.tcgetattr(self._master)
        self._changed = threading.Condition()
        self._screen = MarkedScreen(COLUMNS, ROWS)
        self._seen: Window | None = None
        self._stream = pyte.ByteStream(self._screen)
        self._rest = b""
        self._in_frame = False
        self._gone = False
        self._cpu = 0.0
        self._wake_read, self._wake = os.pipe()
        self.process: subprocess.Popen[bytes] | Ward
        if nursery is not None:
            self.process = nursery.start(command, environ, folder, slave, first=first)
        else:
            self.process = subprocess.Popen(
                [sys.executable, "-ISc", _LAUNCHER, *command],
                stdin=slave if stdin is None else subprocess.PIPE,
                stdout=slave,
                stderr=slave,
                env=dict(environ),
                cwd=folder,
                start_new_session=True,
            )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if self.process.stdin is not None:
            with self.process.stdin as pipe, suppress(BrokenPipeError):
                pipe.write(stdin or b"")

    # What is seen

    @property
    def _window(self) -> Window:
        """What is seen now."""
        with self._changed:
            if self._seen is None:
                columns = range(self._screen.columns)
                rows = (self._screen.buffer[row] for row in range(self._screen.lines))
                self._seen = Window([[row[x].data for x in columns] for row in rows])
            return self._seen

    @property
    def lines(self) -> list[str]:
        """The lines of the window."""
        return self._window.lines

    @property
    def text(self) -> str:
        """The whole window."""
        return self._window.text

    @property
    def words(self) -> str:
        """All that can be read: the window line by line, then box by box."""
        return self._window.words

    def box(self, title: str) -> str:
        """Return the words in the box with this in its upper edge; empty if there is none."""
        return " ".join(" ".join(self.box_lines(title)).split())

    def box_lines(self, title: str) -> list[str]:
        """Return the lines in that box, without its frame."""
        return next((lines for edge, lines in self._window.boxes if title in edge), [])

    @property
    def title(self) -> str:
        """The title that the program gave the window."""
        with self._changed:
            return str(self._screen.title)

    @property
    def ended(self) -> bool:
        """Whether the program is gone."""
        return self.process.poll() is not None

    @property
    def cpu(self) -> float:
        """Seconds of CPU that the program has used; the last that is known once it is gone."""
        if self.process.returncode is None:
            times = psutil.Process(self.process.pid).cpu_times()
            self._cpu = times.user + times.system
        return self._cpu

    @property
    def modes_restored(self) -> bool:
        """Whether the line discipline is as it was found."""
        return termios.tcgetattr(self._master) == self._modes

    @property
    def last_words(self) -> str:
        """What stands on the terminal after the program left its screen, as text."""
        _, _, rest = self.raw.rpartition(_LEAVE)
        return _SEQUENCE.sub("", rest.decode()).strip()

    @property
    def restored(self) -> bool:
        """Whether screen, cursor, mouse, paste and line discipline are as they were found."""
        last: dict[bytes, bytes] = dict(re.findall(rb"\x1b\[\?([0-9]+)([hl])", self.raw))
        left_on = [number for number in _SWITCHES if last.get(number) == b"h"]
        return not left_on and last.get(b"25", b"h") == b"h" and self.modes_restored

    def wait_for(self, wanted: Wanted, timeout: float = PATIENCE) -> None:
        """Return as soon as the window shows these words, or something is true of it."""

        def seen() -> bool:
            if self._in_frame:
                return False
            return wanted in self.words if isinstance(wanted, str) else bool(wanted(self))

        end = time.monotonic() + timeout
        with self._changed:
            while not seen():
                if time.monotonic() > end:
                    break
                # Not only when something comes: what is waited for may show elsewhere.
                self._changed.wait(_GLANCE)
            else:
                return
        self._fail(f"never saw {wanted!r}" if isinstance(wanted, str) else "never became true")

    def wait_until_gone(self, words: str) -> None:
        """Return as soon as the window does not show these words any more."""
        self.wait_for(lambda _: words not in self.words)

    def shows(self, wanted: Wanted, within: float) -> bool:
        """Whether this is seen within so many seconds."""
        try:
            self.wait_for(wanted, within)
        except AssertionError:
            return False
        return True

    def _fail(self, why: str) -> None:
        state = "has ended" if self._gone else "runs"
        raise AssertionError(f"{why}; the program {state}; the window:\n{self.text}\n")

    # What is done

    def send(self, data: bytes) -> None:
        """Send bytes as they are, in one write."""
        os.write(self._master, data)

    def type(self, text: str) -> None:
        """Type text, all at once, as a slow line delivers it."""
        self.send(text.encode())

    def press(self, *keys: str) -> None:
        """Press keys by name."""
        for key in keys:
            self.send(_KEYS.get(key) or key.encode())

    def press_and_see(self, key: str) -> None:
        """Press a key and wait for any answer; after Esc the next key would be an alt+key."""
        before = len(self.raw)
        self.press(key)
        self.wait_for(lambda _: len(self.raw) > before)

    def paste(self, text: str) -> None:
        """Paste as a terminal does that was asked to mark pastes."""
        self.send(b"\x1b[200~" + text.encode() + b"\x1b[201~")

    def resize(self, rows: int, columns: int) -> None:
        """Pull the window to another size and wait until the program paints for it."""
        before = len(self.raw)
        with self._changed:
            self._screen.resize(rows, columns)
            self._seen = None
        self.pull(rows, columns)
        self.wait_for(lambda _: len(self.raw) > before)

    def pull(self, rows: int, columns: int) -> None:
        """Pull the window to another size, and wait for nothing."""
        self._set_size(rows, columns)

    def garble(self, text: str) -> None:
        """Write into the window as others do who can, as `wall`, and the program hears nothing."""
        with self._changed:
            self._stream.feed(f"\x1b[9;1H{text}".encode())
            self._seen = None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Let the line drop: the pseudo-terminal is gone, and the kernel says so."""
        os.write(self._wake, _HANG_UP)
        self._reader.join(PATIENCE)

    def stop_reading(self) -> None:
        """Take in nothing more, as a terminal does whose line stands still."""
        os.write(self._wake, _STOP_READING)

    def read_on(self) -> None:
        """Take in all that has come up meanwhile, and what comes."""
        os.write(self._wake, _READ_ON)

    def exit_status(self, timeout: float = PATIENCE) -> int:
        """Wait for the program's end, and for its last byte."""
        end = time.monotonic() + timeout
        # Not waited for at once, because a process that has been waited for tells no times.
        while self.process.returncode is None and not self._is_dead():
            if time.monotonic() > end:
                self._fail(f"still running after {timeout:g} s")
            time.sleep(0.01)
        self._cpu = self.cpu
        status = self.process.wait()
        self.read_on()
        self._reader.join(PATIENCE)
        return status

    def close(self) -> None:
        """End the program if it still runs, and give everything back."""
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(PATIENCE)
        if self._reader.is_alive():
            self.hang_up()
        for descriptor in (self._wake, self._wake_read, self._master):
            with suppress(OSError):
                os.close(descriptor)

    # Inside

    def _is_dead(self) -> bool:
        if isinstance(self.process, Ward):
            return self.process.is_dead()
        how = os.WEXITED | os.WNOWAIT | os.WNOHANG
        return os.waitid(os.P_PID, self.process.pid, how) is not None

    def _set_size(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self) -> None:
        """Show all that comes, until the program or the line is gone."""
        watched = [self._master, self._wake_read]
        while True:
            ready, _, _ = select.select(watched, [], [])
            if self._wake_read in ready:
                told = os.read(self._wake_read, 1)
                watched = [self._wake_read, *([self._master] if told != _STOP_READING else [])]
                if told != _HANG_UP:
                    continue
                # Here, because a read under way in another thread would keep the line open.
                os.close(self._master)
                self._master = -1
                break
            try:
                data = os.read(self._master, 65_536)
            except OSError:
                break
            if not data:
                break
            with self._changed:
                self._show(data)
                self._changed.notify_all()
        with self._changed:
            self._gone = True
            self._changed.notify_all()

    def _show(self, data: bytes) -> None:
        self.raw += data
        if _ASK_FRAMES in data:
            os.write(self._master, _WE_DO_FRAMES)
        data = self._rest + data
        cut = _UNFINISHED.search(data)
        data, self._rest = (data[: cut.start()], data[cut.start() :]) if cut else (data, b"")
        begun, ended = data.rfind(_BEGIN_FRAME), data.rfind(_END_FRAME)
        if begun != ended:
            self._in_frame = begun > ended
        self._stream.feed(_NOT_FOR_PYTE.sub(b"", data))
        self._seen = None
