"""The child process of in_child.py: reads ids from standard input, answers on standard output."""

from __future__ import annotations

import gc
import json
import sys
from dataclasses import asdict, astuple
from typing import IO, TYPE_CHECKING, Any

from zohotui.deletion.ids.id_list import PACKED
from zohotui.deletion.ids.pasted import parse_text
from zohotui.deletion.ids.reader import Job, read_open
from zohotui.deletion.ids.source import IdFileError

if TYPE_CHECKING:
    from zohotui.deletion.ids.id_list import IdList

_PERCENT = 100


def main(argument: str, source: IO[bytes], out: IO[bytes]) -> None:
    """Read what the job asks for; send progress, then a fault or the list."""
    asked = json.loads(argument)
    if "pasted" in asked:
        text = source.read().decode("utf-8", "surrogatepass")
        _send_list(out, parse_text(text, **asked["pasted"]))
        return
    job = Job(**asked)
    shown = -1

    def progress(done: int, total: int) -> None:
        nonlocal shown
        if (percent := _PERCENT * done // max(total, 1)) != shown:
            shown = percent
            _send(out, {"done": done, "total": total})

    try:
        _send_list(out, read_open(source, job, progress))
    except IdFileError as fault:
        _send(out, {"fault": [fault.title, fault.detail]})
    except MemoryError:
        title = "There is too little memory"
        detail = f"{job.source} needs more memory than is free. Split it and try again."
        _send(out, {"fault": [title, detail]})


def _send(out: IO[bytes], message: dict[str, Any]) -> None:
    out.write(json.dumps(message).encode() + b"\n")
    out.flush()


def _send_list(out: IO[bytes], found: IdList) -> None:
    numbers = [getattr(found, field) for field in PACKED]
    numbers += [origin.ids for origin in found.origins]
    _send(
        out,
        {
            "packed": list(map(len, numbers)),
            "duplicates": found.duplicates,
            "rejected": list(map(astuple, found.rejected)),
            "rejected_count": found.rejected_count,
            "rejected_reasons": dict(found.rejected_reasons),
            "rounding": asdict(found.rounding),
            "notes": found.notes,
            "origins": [(one.tab, one.org, one.first_line, one.host) for one in found.origins],
            "source": found.source,
        },
    )
    for array in numbers:
        if sys.byteorder == "big":
            array.byteswap()
        out.write(memoryview(array).cast("B"))
    out.flush()


if __name__ == "__main__":
    # Rows come and go by the million and none refers to another: there is nothing to collect.
    gc.disable()
    main(sys.argv[1], open(0, "rb", buffering=0, closefd=False), sys.stdout.buffer)  # noqa: SIM115 - the bare descriptor
