"""One set of trusted roots for all clients: to read them takes longer than most tests."""

from __future__ import annotations

import ssl

import pytest

_ROOTS = ssl.create_default_context()


@pytest.fixture(autouse=True)
def _one_set_of_roots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl, "create_default_context", lambda *_, **__: _ROOTS)
