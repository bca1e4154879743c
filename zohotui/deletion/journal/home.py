"""Whether a journal is still where it was written last."""

from __future__ import annotations

from pathlib import Path

from zohotui.deletion.model.home import Home


def moved(home: Home | None, journal: Path | None) -> str:
    """Say how a journal came to where it is now, as a clause.

    Empty if it did not move, or if that cannot be told; a journal without a `home` never does.
    """
    if home is None or journal is None:
        return ""
    try:
        return home.moved_to(Home.of_file(journal.stat()))
    except OSError:
        return ""
