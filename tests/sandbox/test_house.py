"""The folder's manners: it stands alone, and its face is complete."""

from __future__ import annotations

import subprocess
import sys

import zohotui.sandbox

_STRANGERS = """
import sys, zohotui.sandbox.__main__
own = [name for name in sys.modules if name.startswith("zohotui.")]
outside = [name for name in own if not name.startswith("zohotui.sandbox")]
print(outside + [name for name in ("httpx", "textual", "platformdirs") if name in sys.modules])
"""


def test_it_needs_nothing_but_the_standard_library() -> None:
    result = subprocess.run(
        [sys.executable, "-c", _STRANGERS], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_the_face_is_sorted_and_everything_on_it_is_there() -> None:
    names = zohotui.sandbox.__all__
    assert names == sorted(names)
    assert all(hasattr(zohotui.sandbox, name) for name in names)
