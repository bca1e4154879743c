"""The socket server, its control paths, and the program that starts it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from zohotui.sandbox import Org, Sandbox, serve
from zohotui.sandbox.__main__ import main


@contextmanager
def program(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Start the program; it and its first line, read."""
    with subprocess.Popen(
        [sys.executable, "-m", "zohotui.sandbox", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def connect(first: dict[str, Any]) -> httpx.Client:
    headers = {"Authorization": f"Zoho-oauthtoken {first['access_token']}"}
    return httpx.Client(base_url=first["url"], headers=headers, trust_env=False)


def test_the_program_serves_what_its_first_line_says() -> None:
    more = ("--environment", "sandbox", "--leads", "150", "--samples", "200")
    with program(*more) as (_, first):
        assert {"url", "client_id", "client_secret", "refresh_token", "access_token"} < set(first)
        assert first["accounts_url"] == first["url"]
        assert first["verification_url"] == f"{first['url']}/device"
        assert httpx.get(first["verification_url"], trust_env=False).status_code == 200
        ids = first["sample_ids"]["Leads"]
        with connect(first) as crm:
            assert crm.get("/crm/v8/org").json()["org"][0]["type"] == "sandbox"
            reply = crm.delete(f"/crm/v2/Leads?ids={','.join(ids[-100:])}")
            assert len(reply.json()["data"]) == 100
            form = {key: first[key] for key in ("client_id", "client_secret", "refresh_token")}
            token = crm.post("/oauth/v2/token", data={"grant_type": "refresh_token", **form})
            assert token.json()["api_domain"] == first["url"]
            grant = {**form, "grant_type": "authorization_code", "code": first["grant_code"]}
            assert "refresh_token" in crm.post("/oauth/v2/token", data=grant).json()


def test_the_first_line_stays_readable() -> None:
    with program("--leads", "150") as (_, first):
        assert {len(ids) for ids in first["sample_ids"].values()} <= set(range(1, 21))
        assert len(first["sample_ids"]["Leads"]) == 20


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_ends_cleanly(number: signal.Signals) -> None:
    with program() as (process, first), connect(first) as crm:
        assert crm.get("/crm/v8/org").status_code == 200
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")


def test_a_taken_port_is_told_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["--port", str(taken.getsockname()[1])]) == 2
    assert capsys.readouterr().err.startswith("zohotui.sandbox: ")


def test_only_the_loopback_is_served() -> None:
    with pytest.raises(ValueError, match="loopback only"), serve(Sandbox(Org.empty()), 0, "::"):
        pass


def test_a_connection_is_kept_and_many_clients_are_served() -> None:
    sandbox = Sandbox(Org.empty(edition="ultimate"))
    ids = sandbox.org.add_records("Leads", 2500)
    headers = {"Authorization": f"Zoho-oauthtoken {sandbox.access_token}"}

    def work(place: int) -> int:
        done = 0
        with httpx.Client(base_url=url, headers=headers, trust_env=False) as crm:
            sockets = set()
            for start in range(place * 100, place * 100 + 100, 20):
                reply = crm.delete(f"/crm/v2/Leads?ids={','.join(ids[start : start + 20])}")
                done += len(reply.json()["data"])
                stream = reply.extensions["network_stream"]
                sockets.add(stream.get_extra_info("client_addr"))
            assert len(sockets) == 1
        return done

    with serve(sandbox) as url, ThreadPoolExecutor(25) as pool:
        assert sum(pool.map(work, range(25))) == 2500
    assert sorted(sandbox.ledger.deleted_ids("Leads")) == ids


def test_raw_requests_one_after_the_other_and_nonsense() -> None:
    sandbox = Sandbox(Org.empty())
    with serve(sandbox) as url:
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as raw:
            raw.sendall(b"GET /crm/v8/org HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
            raw.sendall(b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: raw.recv(65536), b""))
        assert answer.count(b"HTTP/1.1 401 Unauthorized") == 2
        assert answer.count(b"HTTP/1.1 404 Not Found") == 1
        with socket.create_connection(("127.0.0.1", port), timeout=60) as raw:
            raw.sendall(b"\x16\x03\x01 not http\r\n\r\n")
            assert raw.recv(10) in {b"", b"HTTP/1.1 4"}


def test_the_server_can_be_left_while_a_client_is_still_connected() -> None:
    with serve(Sandbox(Org.empty())) as url:
        crm = httpx.Client(base_url=url, trust_env=False)
        assert crm.get("/crm/v8/org").status_code == 401
    with pytest.raises(httpx.TransportError):
        crm.get("/crm/v8/org")
    crm.close()


@pytest.fixture
def control() -> Iterator[tuple[Sandbox, httpx.Client]]:
    sandbox = Sandbox(Org.empty())
    with serve(sandbox) as url, httpx.Client(base_url=f"{url}/_sandbox", trust_env=False) as client:
        yield sandbox, client


def test_control_of_records_and_ledger(control: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, client = control
    ids = client.post("/records", json={"module": "Leads", "count": 5}).json()["ids"]
    marks = {"lock": [ids[0]], "zia": [ids[1]], "await_approval": [ids[2]], "bin": [ids[3]]}
    client.post("/records", json={"module": "Leads", **marks})
    assert client.get("/sample_ids").json() == {"Leads": [ids[4]]}
    client.post("/records", json={"module": "Leads", "unlock": ids[:3], "forbid": [ids[4]]})
    assert client.get("/sample_ids").json() == {"Leads": ids[:3]}
    assert client.get("/ledger").json() == {"requests": [], "deletions": []}
    assert sandbox.org.state("Leads", ids[4]).forbidden


def test_control_of_faults_variants_tokens_and_latency(
    control: tuple[Sandbox, httpx.Client],
) -> None:
    sandbox, client = control
    client.post("/faults", json=[{"kind": "reset_after", "times": 2}, {"kind": "delay"}])
    assert [fault.times for fault in sandbox.faults.waiting] == [2, 1]
    client.delete("/faults")
    assert not sandbox.faults.waiting
    client.post("/variants", json={"shuffle": True})
    assert sandbox.variants.shuffle
    client.post("/latency", json={"ms": 250})
    assert sandbox.latency == 0.25
    token = client.post("/token", json={"scopes": ["ZohoCRM.org.READ"]}).json()["access_token"]
    assert sandbox.accounts.check(token) is not None
    client.post("/token", json={"expire": token})
    assert sandbox.accounts.check(token) is None
    assert client.post("/token", json={"code": True}).json()["code"]


def test_control_of_sign_in(control: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, client = control
    form = {"client_id": sandbox.client_id, "grant_type": "device_request"}
    address = f"{client.base_url.copy_with(path='/')}oauth/v3/device"

    def ask() -> dict[str, Any]:
        reply = client.post(f"{address}/code", data={**form, "scope": "ZohoCRM.org.READ"})
        codes: dict[str, Any] = reply.json()
        return codes

    def poll(codes: dict[str, Any]) -> dict[str, Any]:
        more = {"client_secret": sandbox.client_secret, "grant_type": "device_token"}
        reply = client.post(f"{address}/token", data={**form, **more, "code": codes["device_code"]})
        body: dict[str, Any] = reply.json()
        return body

    client.post("/accounts", json={"device_interval": 0.2, "lifetime": 5})
    yes, no, away = ask(), ask(), ask()
    assert yes["interval"] == 0.2
    pending = [codes["user_code"] for codes in (yes, no, away)]
    assert client.get("/device").json() == {"pending": pending}
    assert client.post("/device", json={"approve": yes["user_code"]}).status_code == 200
    assert client.post("/device", json={"deny": no["user_code"]}).status_code == 200
    client.post("/device", json={"approve": away["user_code"], "location": "eu"})
    assert client.get("/device").json() == {"pending": []}
    assert poll(yes)["expires_in"] == 5
    assert poll(no) == {"error": "access_denied"}
    assert poll(away) == {"error": "other_dc", "user_location": "eu"}


def test_control_of_refresh_tokens_throttle_and_revocation(
    control: tuple[Sandbox, httpx.Client],
) -> None:
    sandbox, client = control
    given = {"refresh": True, "scopes": ["ZohoCRM.org.READ"]}
    token = client.post("/token", json=given).json()["refresh_token"]
    form = {
        "grant_type": "refresh_token",
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "refresh_token": token,
    }
    address = f"{client.base_url.copy_with(path='/')}oauth/v2/token"
    assert client.post(address, data=form).json()["scope"] == "ZohoCRM.org.READ"
    client.post("/accounts", json={"throttle": 3600})
    assert client.post(address, data=form).json()["error"] == "Access Denied"
    client.post("/accounts", json={"throttle": 0, "revoke": token})
    assert client.post(address, data=form).json() == {"error": "invalid_code"}
    again = client.post("/accounts", json={"revoke": token})
    assert (again.status_code, token in again.text) == (400, False)


def test_control_of_another_org() -> None:
    beta = Org.empty(company="Beta GmbH", zgid="700000002", prefix="661122")
    sandbox = Sandbox(Org.empty(), beta)
    named = {"org": "700000002"}
    with serve(sandbox) as url, httpx.Client(base_url=url, trust_env=False) as client:
        (lead,) = client.post(
            "/_sandbox/records", json={"module": "Leads", "count": 1, **named}
        ).json()["ids"]
        assert beta.exists("Leads", lead)
        assert client.get("/_sandbox/sample_ids").json() == {}
        assert client.get("/_sandbox/sample_ids", params=named).json() == {"Leads": [lead]}
        token = client.post("/_sandbox/token", json=named).json()["access_token"]
        headers = {"Authorization": f"Zoho-oauthtoken {token}"}
        assert client.delete(f"/crm/v2/Leads?ids={lead}", headers=headers).status_code == 200
        form = {"client_id": sandbox.client_id, "grant_type": "device_request", "scope": "x"}
        codes = client.post("/oauth/v3/device/code", data=form).json()
        assert codes["verification_url"] == f"{url}/device"
        client.post("/_sandbox/device", json={"approve": codes["user_code"], **named})
        form |= {"client_secret": sandbox.client_secret, "grant_type": "device_token"}
        reply = client.post("/oauth/v3/device/token", data={**form, "code": codes["device_code"]})
        grant = sandbox.accounts.check(reply.json()["access_token"])
        assert grant is not None
        assert grant.org is beta
        unknown = client.post("/_sandbox/token", json={"org": "1"})
        assert unknown.status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/faults", b'[{"kind": "nonsense"}]', 400),
        ("POST", "/variants", b'{"nonsense": 1}', 400),
        ("POST", "/records", b"{", 400),
        ("POST", "/token", b'{"expire": "unknown"}', 400),
        ("POST", "/device", b'{"approve": "BCDF-GHJK"}', 400),
        ("POST", "/device", b"{}", 400),
        ("POST", "/accounts", b'{"life": 5}', 400),
        ("GET", "/nonsense", b"", 404),
    ],
)
def test_control_says_what_it_does_not_understand(
    control: tuple[Sandbox, httpx.Client], method: str, path: str, body: bytes, status: int
) -> None:
    reply = control[1].request(method, path, content=body)
    assert reply.status_code == status
    assert reply.json()["error"]
