"""The source of the program as a syntax tree, read once for all tests that look at it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "zohotui"

FILES = sorted(PACKAGE.rglob("*.py"))


def room(file: Path) -> str:
    """Return the room of the house in which a file is, or its own name if it is in none."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tree(file: Path) -> ast.Module:
    """Return a file's tree."""
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """Return all nodes of a file's tree, from the top down."""
    return tuple(ast.walk(tree(file)))
