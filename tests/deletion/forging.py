"""Journals that were edited by somebody who knows how their chain is made."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from zohotui.deletion.journal.chain import BEGIN, SIZE, Link, hash_of


def without_chain(line: bytes) -> bytes:
    """Return a line, without its line end, as it was before it was chained."""
    return line[:-SIZE] + b"}" if hash_of(line) else line


def rechain(path: Path) -> None:
    """Compute the chain of a journal anew, as far as its lines can have one."""
    *lines, rest = path.read_bytes().split(b"\n")
    head, written = BEGIN, b""
    for line in map(without_chain, lines):
        link = Link(head)
        written += b"".join(link.close([line[:-1]])) if line.endswith(b"}") else line + b"\n"
        head = link.head or head
    path.write_bytes(written + rest)


def append(path: Path, *lines: object) -> None:
    """Write lines behind a journal's last; a text is written as it is."""
    with path.open("a", encoding="utf-8") as file:
        for line in lines:
            file.write(f"{line if isinstance(line, str) else json.dumps(line)}\n")
    rechain(path)


def with_plan(path: Path, **changes: Any) -> None:
    """Change members of a journal's first line."""
    first, rest = path.read_text(encoding="utf-8").split("\n", 1)
    line = json.dumps({**json.loads(first), **changes}, separators=(",", ":"), ensure_ascii=False)
    path.write_text(f"{line}\n{rest}", encoding="utf-8")
    rechain(path)


def without_skews(path: Path) -> None:
    """Let a journal say nothing of how far its clock was from Zoho's, as older ones do."""
    text = re.sub(rb',"skew":[-0-9.]+,"skew_within":[0-9.]+', b"", path.read_bytes())
    path.write_bytes(text)
    rechain(path)


def unchain(path: Path, version: int = 2) -> None:
    """Make a journal one of an older format: without a chain."""
    *lines, rest = path.read_bytes().split(b"\n")
    plain = [without_chain(line) for line in lines]
    plain[0] = plain[0].replace(b'{"journal":3,', b'{"journal":%d,' % version, 1)
    path.write_bytes(b"\n".join([*plain, rest]))
