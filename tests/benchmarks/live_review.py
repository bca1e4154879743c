"""Measures keys while the real program reviews a long list, and how long the sentence then takes.

The ideal is calls times latency divided by how many are under way at once.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import pyte

from tests.benchmarks.deleting import leads, sandbox
from tests.benchmarks.live_table import HOME, under_cursor
from tests.benchmarks.terminal import DOWN, ENTER, Terminal
from zohotui.deletion.review.review import calls_of


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ids", type=int, default=100_000)
    parser.add_argument("--parallel", type=int, default=10)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--keys", type=int, default=150)
    options = parser.parse_args()
    ideal = calls_of(options.ids, whole=False) * options.latency / options.parallel
    with (
        sandbox(options.latency, options.ids) as org,
        tempfile.TemporaryDirectory() as folder,
    ):
        chosen = leads(org, options.ids)
        places = {record_id: place for place, record_id in enumerate(chosen)}
        ids = Path(folder, "ids.txt")
        ids.write_text("\n".join(map(str, chosen)), encoding="ascii")
        environ = {
            "ZOHOTUI_HOME": folder,
            "ZOHOTUI_ACCESS_TOKEN": org["access_token"],
            "ZOHOTUI_API_DOMAIN": org["url"],
        }
        program = ("-m", "zohotui", "--module", "Leads", "--ids", str(ids))
        with Terminal((*program, "--parallel", str(options.parallel)), environ=environ) as terminal:
            terminal.wait(b"Use these ids")
            time.sleep(0.3)
            terminal.press(ENTER, b"entered")
            time.sleep(1)

            def moved(screen: pyte.Screen) -> int:
                return places.get(under_cursor(screen), 0)

            idle = terminal.moves(DOWN, moved, options.keys)
            terminal.send(HOME)
            time.sleep(1)
            place, start = terminal.written, terminal.send(b"v")
            terminal.wait(b"ready", place)
            keys = terminal.moves(DOWN, moved, options.keys)
            seconds = terminal.wait(b"Read: ", place, 10 * ideal + 60) - start
            asked = terminal.press(b"d", b"press Enter")
            now, highest = terminal.memory()
        print(f"{options.ids:,} ids: {seconds:.2f} s, {seconds / ideal:.3f} x the ideal")
        print(f"keys while idle      {idle}")
        print(f"keys meanwhile       {keys}  (budget p99 50)")
        print(f"d to the sentence    {asked * 1000:.0f} ms")
        print(f"memory               {now:.0f} MB, at its highest {highest:.0f} MB")


if __name__ == "__main__":
    main()
