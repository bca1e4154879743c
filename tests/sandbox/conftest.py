"""A sandbox with a clock of its own, and a client of it inside the process."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.world.clock import Clock
from zohotui.sandbox import Org, Sandbox

Flat = tuple[int, str, str, dict[str, object]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Sandbox:
    return Sandbox(Org.empty(), clock=clock, sleep=clock.sleep)


@pytest.fixture
def leads(sandbox: Sandbox) -> list[str]:
    return sandbox.org.add_records("Leads", 10)


@pytest.fixture
def crm(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with client(sandbox) as opened:
        yield opened


def client(sandbox: Sandbox, token: str | None = None) -> httpx.Client:
    """Make a client inside the process; ConnectionDropped comes out of it as it is."""
    return httpx.Client(
        transport=httpx.WSGITransport(app=sandbox),
        base_url="https://www.zohoapis.eu",
        headers={"Authorization": f"Zoho-oauthtoken {token or sandbox.access_token}"},
    )


def flat(reply: httpx.Response) -> Flat:
    """Read a whole-request error: status, code, message, details."""
    body = reply.json()
    assert body["status"] == "error"
    assert set(body) == {"code", "details", "message", "status"}
    return reply.status_code, body["code"], body["message"], body["details"]
