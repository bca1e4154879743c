"""Every sentence the program can show, collected from its source, and the turns that it never uses.

Run as `python -m tests.words` it prints them, each with its file and line.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.source import FILES, PACKAGE, nodes

ROOT = PACKAGE.parent

_NO_WORDS = frozenset({"modules.py", "sample.py", "people.py", "content.py"})
"""Files of the practice org: names of people, companies and fields."""

_PROSE = re.compile(r"[A-Za-z]{2,}[^A-Za-z]* [^A-Za-z]*[A-Za-z]|^[A-Z][a-z]+[.…]?$")
"""Two words with a space between, or one that begins like a title; the rest are keys and names."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text of the source that a user may come to read, on one line."""

    place: str
    """File and line, from the root of the repository."""

    text: str


def program() -> Iterator[Sentence]:
    """Yield what the source of the program holds between quotation marks, docstrings left out."""
    for path in FILES:
        if path.name in _NO_WORDS and "org" in path.parts:
            continue
        for line, text in _texts(nodes(path)):
            if _PROSE.search(text):
                yield Sentence(f"{path.relative_to(ROOT)}:{line}", " ".join(text.split()))


def readme() -> Iterator[Sentence]:
    """Yield the README by paragraphs."""
    line = 1
    for part in (ROOT / "README.md").read_text(encoding="utf-8").split("\n\n"):
        yield Sentence(f"README.md:{line}", " ".join(part.split()))
        line += part.count("\n") + 2


def _texts(found: Sequence[ast.AST]) -> Iterator[tuple[int, str]]:
    """Yield line and text; a value put into a text is written as {}."""
    inside = {id(part) for node in found for part in _held(node)}
    for node in found:
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in inside:
            text = _text(node)
            if text:
                yield node.lineno, text


def _held(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is no sentence of its own: a docstring, and the parts of an f-string."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.Constant))


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(_text(part) if isinstance(part, ast.Constant) else "{}" for part in node.values)


if __name__ == "__main__":
    for sentence in (*program(), *readme()):
        print(f"{sentence.place}: {sentence.text}")
