"""The sandbox on a socket of the loopback: HTTP/1.1, keep-alive, a thread a connection."""

from __future__ import annotations

import io
import itertools
import socket
import struct
import time
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from zohotui.sandbox.app import Sandbox
from zohotui.sandbox.faults import ConnectionDropped
from zohotui.sandbox.steering import Controlled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST_LINE = 65_536
LONGEST_HANG = 60.0
LONGEST_FAREWELL = 2.0
TRICKLE = 0.05
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_RST_ON_CLOSE = struct.pack("ii", 1, 0)


@contextmanager
def serve(sandbox: WSGIApplication, port: int = 0, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve the sandbox while the block runs; yields its base URL. Port 0: any free one.

    ValueError for a host that is not the loopback; OSError if the port is taken.
    """
    server = Server(sandbox, port, host)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        server.stop()
        thread.join()


class Server(ThreadingTCPServer):
    """Listens on the loopback. Connections end when it stops, even hanging ones."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, sandbox: WSGIApplication, port: int, host: str = "127.0.0.1") -> None:
        if host not in _LOOPBACK:
            raise ValueError(f"the sandbox serves the loopback only, not {host}")
        self.application = Controlled(sandbox) if isinstance(sandbox, Sandbox) else sandbox
        self.stopping = Event()
        self._idle = Condition()
        self._open: set[socket.socket] = set()
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Connection)

    @property
    def url(self) -> str:
        """Where it can be reached, without a slash at the end."""
        host, port = self.socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def stop(self) -> None:
        """End the loop, the listening socket and every connection, from another thread.

        A connection whose request is still in work is waited for, but not for long.
        """
        self.stopping.set()
        self.shutdown()
        self.server_close()
        with self._idle:
            for connection in self._open:
                with suppress(OSError):  # the client may have been quicker
                    connection.shutdown(socket.SHUT_RDWR)
            self._idle.wait_for(lambda: not self._open, LONGEST_FAREWELL)

    def opened(self, connection: socket.socket) -> None:
        """Take note of a connection."""
        with self._idle:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._idle:
            self._open.discard(connection)
            self._idle.notify_all()


class _Connection(StreamRequestHandler):
    """One client's connection, request after request."""

    disable_nagle_algorithm = True
    rbufsize = 65_536
    server: Server
    connection: socket.socket

    def setup(self) -> None:
        """Prepare the connection."""
        super().setup()
        self.server.opened(self.connection)

    def handle(self) -> None:
        """Answer requests until either side has had enough."""
        try:
            while self._one_request():
                pass
        except (ConnectionError, TimeoutError):
            # The client went away; that is its right.
            return

    def finish(self) -> None:
        """End the connection; the reader holds the socket open until it is closed."""
        self.rfile.close()
        self.server.closed(self.connection)

    def _one_request(self) -> bool:
        """Answer one request; whether the connection stays open."""
        environ = self._read()
        if environ is None:
            return False
        head: list[bytes] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _: object = None
        ) -> Callable[[bytes], object]:
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
            head.append(f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1"))
            return head.append

        try:
            body = b"".join(self._call(environ, start_response))
        except ConnectionDropped as drop:
            self._drop(drop)
            return False
        # One write: head and body in two would wait for the client's delayed acknowledgement.
        self.connection.sendall(b"".join(head) + body)
        return str(environ.get("HTTP_CONNECTION", "")).lower() != "close"

    def _call(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.server.application(environ, start_response)

    def _read(self) -> dict[str, Any] | None:
        """Read the next request as a WSGI environ; None when the client has gone."""
        words = self.rfile.readline(LONGEST_LINE).decode("latin-1").split()
        if len(words) != 3:  # noqa: PLR2004 - method, target, version
            return None
        method, target, protocol = words
        path, _, query = target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path),
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.server.socket.getsockname()[1]),
            "SERVER_PROTOCOL": protocol,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        while line := self.rfile.readline(LONGEST_LINE).strip():
            name, _, value = line.decode("latin-1").partition(":")
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value.strip()
        environ["CONTENT_LENGTH"] = environ.pop("HTTP_CONTENT_LENGTH", "")
        environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
        length = environ["CONTENT_LENGTH"]
        # Read here, so that an unread body cannot be taken for the next request.
        body = self.rfile.read(int(length)) if length.isdecimal() else b""
        environ["wsgi.input"] = io.BytesIO(body)
        return environ

    def _drop(self, drop: ConnectionDropped) -> None:
        """Do to the socket what the fault says: hang or trickle, then close; or a reset."""
        if drop.sent:
            self.connection.sendall(drop.sent)
        if drop.kind in {"hang", "trickle"}:
            self._hang(drop.seconds or LONGEST_HANG, drop.rest)
            return
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST_ON_CLOSE)
        # Not shutdown(), which would send an orderly FIN before the reset.
        self.connection.close()

    def _hang(self, seconds: float, rest: bytes) -> None:
        """Say `rest` byte by byte, then nothing.

        Until the client closes, the server stops, the time is over or all has been said.
        """
        end = time.monotonic() + seconds
        self.connection.settimeout(TRICKLE)
        for byte in itertools.chain(rest, itertools.repeat(None)):
            if time.monotonic() >= end or self.server.stopping.is_set():
                return
            if byte is not None:
                self.connection.sendall(bytes((byte,)))
            with suppress(TimeoutError):
                if not self.connection.recv(1):
                    return
