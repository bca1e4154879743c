"""Draw the README's screenshots anew: `python -m tests.tui.draw`."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from tests.tui.scenes import SCENES, draw

FOLDER = Path(__file__).parents[2] / "screenshots"
COLOURS = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
"""What the environment says of the terminal that they show."""


def main() -> None:
    """Write one SVG a scene."""
    os.environ |= COLOURS
    for name in SCENES:
        with tempfile.TemporaryDirectory() as home:
            picture = asyncio.run(draw(name, Path(home)))
        (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")
        print(f"screenshots/{name}.svg")


if __name__ == "__main__":
    main()
