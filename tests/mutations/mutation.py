"""One fault: what stands in a file of the engine, what stands there instead, and who notices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
"""Where the package and its tests are."""

ENGINE = Path("zohotui", "deletion")


@dataclass(frozen=True, slots=True)
class Mutation:
    """A fault that somebody could make, and that must not go unnoticed."""

    file: str
    """Below `zohotui/deletion`, with its room."""
    what: str
    """What the engine does with it, in a few words."""
    old: str
    new: str
    tests: tuple[str, ...]
    """Files below `tests/deletion`, without `test_` and `.py`."""

    @property
    def room(self) -> str:
        """The room of the engine that it is in."""
        return self.file.partition("/")[0]

    @property
    def path(self) -> Path:
        """The file, from the root."""
        return ENGINE / self.file

    @property
    def test_files(self) -> list[str]:
        """The files of the tests, from the root."""
        return [f"tests/deletion/test_{name}.py" for name in self.tests]

    def applied(self, text: str) -> str:
        """Return the text of its file with the fault in it; ValueError unless it has one place."""
        if (number := text.count(self.old)) != 1:
            raise ValueError(f"{self.file}: {self.what!r} is found {number} times and not once")
        return text.replace(self.old, self.new)
