"""Measures what answers and commands cost that trickle, swell or never end: time, CPU and memory.

`python -m tests.benchmarks.endless` plays all of them, each in a process of its own.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
import zlib
from collections.abc import Callable

from tests.zoho import talker
from tests.zoho.talker import answer, say, talking
from zohotui.config.credentials import ask_command
from zohotui.config.errors import ConfigError
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

ID = "410405000002264001"
DELETED = b'{"data":[{"code":"SUCCESS","details":{"id":"410405000002264001"},"status":"success"}]}'
PAUSE, LONGEST = 2.0, 200.0
"""Seconds between two bytes of what trickles, and after which it does so no more."""

_MEGABYTE = 1_000_000


def _delete(speech: talker.Speak) -> str:
    with talking(speech) as url:
        crm = ZohoCRM(api_domain(url), FixedToken(Secret("1000.x")))
        try:
            return f"answered: {crm.delete_record('Leads', ID).results[ID].code}"
        except ZohoError as error:
            return f"{type(error).__name__}: {error.detail}"
        finally:
            crm.close()


def trickle() -> str:
    """Answer a delete with a byte every two seconds."""
    talker.GAP, talker.LONGEST = PAUSE, LONGEST
    return _delete(say(b"", answer(DELETED, "X-Padding: " + "x" * 200)))


def bomb() -> str:
    """Answer a delete with 0.4 MB that unpack to 400."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    blanks = b" " * _MEGABYTE
    packed = b"".join(packer.compress(blanks) for _ in range(400)) + packer.compress(DELETED)
    packed += packer.flush()
    return _delete(say(answer(packed, "Content-Encoding: gzip")))


def digits() -> str:
    """Answer a delete with credits of 5,000 digits."""
    return _delete(say(answer(DELETED, "X-API-CREDITS-REMAINING: " + "9" * 5_000)))


def deep() -> str:
    """Answer a delete with JSON that is nested 500 deep."""
    return _delete(say(answer(b'{"deep": ' + b"[" * 500 + b"]" * 500 + b"," + DELETED[1:])))


def command() -> str:
    """Read a secret_command that prints 500 MB."""
    try:
        ask_command("head -c 500000000 /dev/zero", "acme", terminal=False)
    except ConfigError as error:
        return str(error)
    return "taken"


CASES: dict[str, Callable[[], str]] = {
    case.__name__: case for case in (digits, deep, bomb, command, trickle)
}


def _measure(name: str) -> None:
    # What it takes to make the bomb is not what it takes to read it.
    start, before = time.monotonic(), time.process_time()
    try:
        told = CASES[name]()
    except Exception as error:  # noqa: BLE001 - that it ends the program is what is measured
        told = f"ends with {type(error).__name__}"
    seconds, cpu = time.monotonic() - start, time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:8} {seconds:7.1f} s  {cpu:6.1f} s CPU  {peak:6.0f} MB  {told[:100]}", flush=True)


def main() -> None:
    """Print a line a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=CASES)
    options = parser.parse_args()
    if options.case:
        _measure(options.case)
        return
    for name in CASES:
        subprocess.run(
            (sys.executable, "-m", "tests.benchmarks.endless", "--case", name), check=True
        )


if __name__ == "__main__":
    main()
