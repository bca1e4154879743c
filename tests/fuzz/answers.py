"""Throws mutated answers of every shape at all that reads answers, and holds it to its word.

`python -m tests.fuzz.answers --inputs 100000 --seed 1` prints what came of it and fails if anything
but the house's own errors came out, an id had no outcome or more than one, a text could act on a
terminal, or one answer took too long.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from random import Random

import httpx

from tests.fuzz.bodies import IDS, NAMES, NOTES, Mutator
from tests.world.plans import batch_of
from zohotui.deletion.model.outcome import State
from zohotui.deletion.run.answer import Landing, read_landing
from zohotui.zoho.accounts import Accounts
from zohotui.zoho.answers import DeleteAnswer
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import AccountsServer, api_domain
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.people import tags, users
from zohotui.zoho.related import related_counts, related_lists
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken
from zohotui.zoho.workflow_rules import delete_rules

URL = "http://localhost"
SLOW = 2.0
"""Seconds of CPU in which any answer is read, however odd."""

_BY_ID = {"records", "raw records", "bin"}
LIST_MAY_CHANGE = {State.DELETED, State.FAILED, State.UNKNOWN}
CLIENT = OAuthClient("1000.X", Secret("made-up"))


class Line(httpx.BaseTransport):
    """Answers every request with what comes next."""

    answer: httpx.Response

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self.answer


@dataclass
class Findings:
    """What came of it."""

    inputs: int = 0
    results: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    def fault(self, words: str) -> None:
        self.faults[words] += 1


def _calls(crm: ZohoCRM, accounts: Accounts) -> dict[str, Callable[[], object]]:
    leads, one = list(NAMES), NAMES[0]
    return {
        "delete many": partial(crm.delete_records, "Leads", leads),
        "delete one": partial(crm.delete_record, "Leads", one),
        "restore": partial(crm.restore, leads),
        "restore one": partial(crm.restore, [one]),
        "records": partial(crm.get_records, "Leads", leads),
        "raw records": partial(crm.get_raw_records, "Leads", leads),
        "whole record": partial(crm.get_whole_record, "Leads", one),
        "bin": partial(crm.recycle_bin, leads),
        "fields": partial(crm.field_kinds, "Leads"),
        "modules": crm.modules,
        "org": crm.org,
        "user": crm.current_user,
        "users": partial(users, crm),
        "tags": partial(tags, crm, "Leads"),
        "workflow rules": partial(delete_rules, crm, "Leads"),
        "related lists": partial(related_lists, crm, "Leads"),
        "related counts": partial(related_counts, crm, "Leads", one, [NOTES]),
        "code": partial(accounts.exchange, CLIENT, Secret("c")),
        "refresh": partial(accounts.refresh, CLIENT, Secret("r")),
        "revoke": partial(accounts.revoke, Secret("r")),
        "device": partial(accounts.begin_device, "1000.X", ["ZohoCRM.modules.ALL"]),
        "poll": partial(accounts.poll_device, CLIENT, Secret("d")),
    }


def _texts(value: object) -> Iterator[str]:
    """Yield every text of a value of ours; what is kept as it came is no text yet."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for member in fields(value):
            yield from _texts(getattr(value, member.name))
    elif isinstance(value, ZohoError):
        yield from (value.detail, value.code, value.message, value.answer)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _judge(name: str, told: object, findings: Findings) -> None:
    for text in _texts(told):
        if any(ord(letter) < 32 or letter in "\x7f\x9b\u202e\u2028" for letter in text):
            findings.fault(f"{name}: a text that a terminal may act on")
    if name.startswith("delete") and isinstance(told, DeleteAnswer | ZohoError):
        ids = IDS if name == "delete many" else IDS[:1]
        _judge_landing(name, ids, read_landing(batch_of(*ids), told), findings)
    if name in _BY_ID and isinstance(told, dict) and not set(told) <= set(NAMES):
        findings.fault(f"{name}: an id that nobody asked for")


def _judge_landing(name: str, ids: tuple[int, ...], landing: Landing, findings: Findings) -> None:
    if landing.outcomes is None:
        findings.results[f"{name}: nothing done"] += 1
        return
    if len(landing.outcomes) != len(ids):
        findings.fault(f"{name}: {len(landing.outcomes)} outcomes for {len(ids)} ids")
    for outcome in landing.outcomes:
        findings.results[f"{name}: {outcome.state.value}"] += 1
        if outcome.state not in LIST_MAY_CHANGE:
            findings.fault(f"{name}: an outcome {outcome.state}")


def fuzz(inputs: int, seed: int) -> Findings:
    """Read so many answers, each by one call after the other in turn."""
    mutator, findings, line = Mutator(Random(seed)), Findings(), Line()
    crm = ZohoCRM(api_domain(URL), FixedToken(Secret("1000.x")), transport=line)
    accounts = Accounts(AccountsServer(URL, "local"), line)
    calls = _calls(crm, accounts)
    names = list(calls)
    for number in range(inputs):
        name = names[number % len(names)]
        line.answer = mutator.answer(name)
        start = time.process_time()
        try:
            told: object = calls[name]()
        except ZohoError as error:
            told = error
            findings.results[type(error).__name__] += 1
        except Exception as error:  # noqa: BLE001 - that nothing else comes out is what is tested
            last = traceback.extract_tb(error.__traceback__)[-1]
            findings.fault(f"{name}: {type(error).__name__} in {last.name} ({last.lineno})")
            continue
        else:
            findings.results["answered"] += 1
        findings.inputs += 1
        _judge(name, told, findings)
        findings.slowest = max(findings.slowest, time.process_time() - start)
    if findings.slowest > SLOW:
        findings.fault(f"an answer took {findings.slowest:.1f} s")
    if crm.credits is not None and not 0 <= crm.credits < 10**15:
        findings.fault(f"credits: {crm.credits}")
    return findings


def main() -> int:
    """Print what came of it; fail if anything did that must not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.monotonic()
    findings = fuzz(options.inputs, options.seed)
    for words, count in sorted(findings.results.items()):
        print(f"{count:9,}  {words}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{findings.inputs:,} answers read in {time.monotonic() - start:.0f} s, the slowest in "
        f"{findings.slowest * 1000:.0f} ms of CPU; {peak:.0f} MB at the highest"
    )
    for words, count in findings.faults.most_common():
        print(f"FAULT {count:,} × {words}")
    return int(bool(findings.faults))


if __name__ == "__main__":
    sys.exit(main())
