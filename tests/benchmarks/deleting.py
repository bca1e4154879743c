"""Times 100,000 deletes against the sandbox: the engine, the screen live, and Zoho's own SDK.

Beside them stands httpx alone: what the same calls take with nothing known, kept or shown. Less is
not to be had; and of that the sandbox's own work behind its latency is a part, told as a lone call.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.terminal import DOWN, ENTER, ROOT, Terminal
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.plan import Options, Plan, Target
from zohotui.deletion.reads.work import Work
from zohotui.deletion.run.run import run
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import Environment, api_domain
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

ORG = "700000001"
"""The number of the practice org, which is read before anything leaves."""

SDK = """
import json, sys, time
from zcrmsdk.src.com.zoho.api.authenticator.oauth_token import OAuthToken
from zcrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zcrmsdk.src.com.zoho.api.logger import Logger
from zcrmsdk.src.com.zoho.crm.api.dc.data_center import DataCenter
from zcrmsdk.src.com.zoho.crm.api.initializer import Initializer
from zcrmsdk.src.com.zoho.crm.api.parameter_map import ParameterMap
from zcrmsdk.src.com.zoho.crm.api.record import RecordOperations
from zcrmsdk.src.com.zoho.crm.api.record.record_operations import DeleteRecordsParam
from zcrmsdk.src.com.zoho.crm.api.sdk_config import SDKConfig
from zcrmsdk.src.com.zoho.crm.api.user_signature import UserSignature

job = json.load(sys.stdin)
url, folder = job["url"], job["folder"]
Initializer.initialize(
    user=UserSignature("anna@acme.example"),
    environment=DataCenter.Environment(url, url + "/oauth/v2/token", url, "local"),
    token=OAuthToken(
        client_id=job["client_id"],
        client_secret=job["client_secret"],
        refresh_token=job["refresh_token"],
    ),
    store=FileStore(folder + "/tokens.txt"),
    sdk_config=SDKConfig(auto_refresh_fields=False),
    resource_path=folder,
    logger=Logger.get_instance(level=Logger.Levels.INFO, file_path=folder + "/sdk.log"),
)
start = time.perf_counter()
for ids in job["calls"]:
    params = ParameterMap()
    for record_id in ids:
        params.add(DeleteRecordsParam.ids, record_id)
    answer = RecordOperations().delete_records("Leads", params).get_object()
    assert all(item.get_code().get_value() == "SUCCESS" for item in answer.get_data())
print(time.perf_counter() - start)
"""


@contextmanager
def sandbox(latency: float, leads: int) -> Iterator[dict[str, Any]]:
    """Run a sandbox with so many leads in a process of its own; yields what it says of itself."""
    command = [sys.executable, "-m", "zohotui.sandbox", "--latency", f"{latency * 1000}"]
    # So many at once, and so many credits, that it never turns a call away.
    command += ["--concurrency", "40", "--credits", "1000000"]
    command += ["--leads", str(leads), "--samples", str(leads)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield json.loads(child.stdout.readline())
        finally:
            child.terminate()


def leads(org: dict[str, Any], number: int) -> list[int]:
    """Take ids of leads that can be deleted."""
    ids = [int(record_id) for record_id in org["sample_ids"]["Leads"]]
    return ids[-number:]


_BARE = "bare httpx"

_LONE = 10
"""Calls that are sent one after the other, to see how long one takes."""


def bare_httpx(org: dict[str, Any], number: int, parallel: int) -> tuple[float, float]:
    """Send the engine's calls with httpx and nothing else; return the seconds of time and CPU."""
    ids = leads(org, number)
    later = [ids[start : start + 100] for start in range(1, number, 100)]
    with _client(org) as client, ThreadPoolExecutor(parallel) as pool:
        start, cpu = time.perf_counter(), time.process_time()
        client.get("/crm/v8/org").raise_for_status()
        _delete(client, ids[:1])
        list(pool.map(lambda some: _delete(client, some), later))
        return time.perf_counter() - start, time.process_time() - cpu


def lone_call(org: dict[str, Any]) -> float:
    """Return how many seconds a call takes while no other is under way."""
    ids = leads(org, _LONE * 100)
    with _client(org) as client:
        calls = (ids[start : start + 100] for start in range(0, len(ids), 100))
        return statistics.median(_delete(client, some) for some in calls)


def _client(org: dict[str, Any]) -> httpx.Client:
    signed = {"Authorization": f"Zoho-oauthtoken {org['access_token']}"}
    return httpx.Client(base_url=org["url"], headers=signed, timeout=60, trust_env=False)


def _delete(client: httpx.Client, ids: list[int]) -> float:
    start = time.perf_counter()
    answer = client.delete("/crm/v2/Leads", params={"ids": ",".join(map(str, ids))})
    assert all(item["code"] == "SUCCESS" for item in answer.json()["data"])
    return time.perf_counter() - start


def lasted(journal: Path) -> float:
    """Return the seconds from the plan to the end of the run, as the journal tells them."""
    first, *others = journal.read_text(encoding="utf-8").splitlines()
    (last,) = (line for line in others if line.startswith('{"finished":{"deleted":'))
    begin, end = (datetime.fromisoformat(json.loads(line)["at"]) for line in (first, last))
    return (end - begin).total_seconds()


def engine_alone(org: dict[str, Any], number: int, parallel: int) -> tuple[float, float]:
    """Delete without a screen; return the seconds of time and of CPU."""
    domain = api_domain(org["url"])
    target = Target(domain.url, "local", Environment.PRACTICE, "Acme", ORG, "anna@acme.example")
    options = Options(parallel=parallel)
    plan = Plan(target, "Leads", "Leads", False, leads(org, number), options)
    with tempfile.TemporaryDirectory() as folder:
        cpu = time.process_time()
        with (
            closing(ZohoCRM(domain, FixedToken(Secret(org["access_token"])))) as crm,
            closing(Journal.create(Path(folder), plan)) as journal,
        ):
            for _ in run(plan, Work(crm, journal, Levers())):
                pass
        return lasted(journal.path), time.process_time() - cpu


def with_screen(
    org: dict[str, Any], number: int, parallel: int, *, keys: bool
) -> tuple[float, float]:
    """Delete in the real program in a terminal; return the seconds of time and of CPU."""
    with tempfile.TemporaryDirectory() as folder:
        ids = Path(folder, "ids.txt")
        ids.write_text("\n".join(map(str, leads(org, number))), encoding="ascii")
        environ = {
            "ZOHOTUI_HOME": folder,
            "ZOHOTUI_ACCESS_TOKEN": org["access_token"],
            "ZOHOTUI_API_DOMAIN": org["url"],
        }
        program = ("-m", "zohotui", "--module", "Leads", "--ids", str(ids))
        with Terminal((*program, "--parallel", str(parallel)), environ=environ) as terminal:
            terminal.wait(b"Use these ids")
            time.sleep(0.3)
            terminal.press(ENTER, b"entered")
            terminal.press(b"d", b"press Enter")
            # Keys typed ahead are dropped.
            time.sleep(1.0)
            terminal.send(f"delete {number} Leads".encode())
            time.sleep(0.5)
            before = _cpu(terminal.child.pid)
            terminal.send(ENTER)
            while not (journals := list(Path(folder).rglob("*.jsonl"))):
                time.sleep(0.05)
            (journal,) = journals
            with journal.open("rb") as lines:
                while not any(line.startswith(b'{"finished"') for line in lines):
                    if keys:
                        terminal.send(DOWN)
                    time.sleep(0.06 if keys else 0.2)
            return lasted(journal), _cpu(terminal.child.pid) - before


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def official_sdk(org: dict[str, Any], calls: int) -> float:
    """Delete with the official SDK as its samples do: one call after the other; seconds a call."""
    ids = [str(record_id) for record_id in leads(org, calls * 100)]
    with tempfile.TemporaryDirectory() as folder:
        job = {
            **{key: org[key] for key in ("url", "client_id", "client_secret", "refresh_token")},
            "folder": folder,
            "calls": [ids[start : start + 100] for start in range(0, len(ids), 100)],
        }
        ran = subprocess.run(
            [sys.executable, "-c", SDK],
            input=json.dumps(job),
            capture_output=True,
            check=True,
            text=True,
            cwd=folder,
            env={"HOME": folder, "NO_PROXY": "*"},
        )
    return float(ran.stdout.splitlines()[-1]) / calls


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--sdk-calls", type=int, default=100, help="0: without the SDK")
    parser.add_argument("--parallel", type=int, default=10)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    calls, parallel, latency = options.calls, options.parallel, options.latency
    # The first call takes one record only.
    number = (calls - 1) * 100 + 1
    ideal = calls * latency / parallel
    print(f"{number:,} ids in {calls:,} calls, {latency} s each, {parallel} at once")
    alone = ideal + 2 * latency
    print(f"ideal {ideal:.2f} s; {alone:.2f} s with the org's reading and the first call alone")
    ways: dict[str, Callable[[dict[str, Any]], tuple[float, float]]] = {
        _BARE: lambda org: bare_httpx(org, number, parallel),
        "engine alone": lambda org: engine_alone(org, number, parallel),
        "screen live": lambda org: with_screen(org, number, parallel, keys=False),
        "screen live, keys held": lambda org: with_screen(org, number, parallel, keys=True),
    }
    for _ in range(options.rounds):
        with sandbox(latency, _LONE * 100) as org:
            print(f"{'a lone call':24} {lone_call(org) * 1000:6.1f} ms")
        with sandbox(latency, options.sdk_calls * 100) as org:
            sdk = official_sdk(org, options.sdk_calls) * calls if options.sdk_calls else 0.0
        if sdk:
            print(f"{'official SDK':24} {sdk:6.2f} s  (from {options.sdk_calls} calls)")
        for name, way in ways.items():
            with sandbox(latency, number) as org:
                seconds, cpu = way(org)
            budget = "" if name == _BARE else " (budget 1.06)"
            faster = f"{sdk / seconds:.1f} x the SDK (budget 9)" if sdk else ""
            print(
                f"{name:24} {seconds:6.2f} s  {seconds / ideal:.3f} x{budget}  {faster}  "
                f"CPU {cpu / calls * 1000:.1f} ms a call"
            )


if __name__ == "__main__":
    main()
