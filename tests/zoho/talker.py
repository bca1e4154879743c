"""A server on the loopback that says what a test tells it to, as slowly as it likes."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

GAP = 0.02
"""Seconds between two bytes of what trickles."""

LONGEST = 60.0
"""Seconds after which nothing trickles any more; a test that waits for it has failed."""

REAL_ROOTS = ssl.create_default_context
"""As it is outside the tests, which share one context to save time."""

Speak = Callable[[socket.socket], object]


def say(*parts: bytes) -> Speak:
    """Say the first part at once; all others byte by byte, ever again from the beginning."""

    def speak(line: socket.socket) -> None:
        first, *rest = parts
        line.sendall(first)
        end = time.monotonic() + LONGEST
        for part in rest:
            for byte in part:
                if time.monotonic() > end:
                    return
                line.sendall(bytes((byte,)))
                time.sleep(GAP)

    return speak


def answer(body: bytes, *headers: str, length: bool = True) -> bytes:
    """Put an answer together."""
    lines = [*headers, f"Content-Length: {len(body)}"] if length else list(headers)
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode() + body


@contextmanager
def talking(*speeches: Speak, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve one speech a request, the last one for all that follow; yields the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    left = list(speeches)

    def serve(line: socket.socket) -> None:
        with suppress(OSError), line:
            talk = tls.wrap_socket(line, server_side=True) if tls else line
            with talk:
                while _request(talk):
                    (left.pop(0) if len(left) > 1 else left[0])(talk)

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    port = listener.getsockname()[1]
    try:
        yield f"{'https' if tls else 'http'}://localhost:{port}"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _request(line: socket.socket) -> bool:
    """Read the head of a request; whether there was one."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = line.recv(65_536)
        if not part:
            return False
        head += part
    return True


def certificate(folder: Path) -> Path:
    """Make a certificate of localhost with its key, signed by itself, in one file."""
    path = folder / "localhost.pem"
    made = subprocess.run(
        (
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "30", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", str(path), "-out", "-"),
        ),
        check=False,
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("openssl cannot make a certificate here")
    with path.open("ab") as file:
        file.write(made.stdout)
    return path


def speaks_tls(certificate: Path) -> ssl.SSLContext:
    """Return what a server needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
