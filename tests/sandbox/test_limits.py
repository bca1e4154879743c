"""Credits of the day and calls at once, by edition. Row 25."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

from tests.rows import each_row
from tests.sandbox.conftest import client, flat
from tests.world.clock import Clock
from zohotui.sandbox import Org, Sandbox, Variants
from zohotui.sandbox.limits import daily_credits

MESSAGE = "Many requests fired in concurrent than the allowed limit."


def test_spent_credits_answer_429_until_a_day_has_passed(clock: Clock) -> None:
    sandbox = Sandbox(Org.empty(), clock=clock)
    sandbox.limits.total = 4
    token = sandbox.issue_token(lifetime=1e9)
    ids = sandbox.org.add_records("Leads", 9)
    with client(sandbox, token) as crm:
        replies = [crm.delete(f"/crm/v2/Leads?ids={record_id}") for record_id in ids[:5]]
        assert [reply.status_code for reply in replies] == [200] * 4 + [429]
        remaining = [reply.headers.get("X-API-CREDITS-REMAINING") for reply in replies]
        assert remaining == [None, "2", "1", "0", None]
        assert flat(replies[-1]) == (429, "TOO_MANY_REQUESTS", MESSAGE, {})
        assert "Retry-After" not in replies[-1].headers
        sandbox.variants = Variants(retry_after=30, too_many_message="You have exceeded")
        late = crm.delete(f"/crm/v2/Leads?ids={ids[4]}")
        assert late.headers["Retry-After"] == "30"
        assert flat(late)[2] == "You have exceeded"
        clock.now += 86_400
        assert crm.delete(f"/crm/v2/Leads?ids={ids[4]}").status_code == 200
    assert sandbox.ledger.deleted_ids("Leads") == ids[:5]


@each_row(
    ("edition", "at_once"),
    [("free", 5), ("standard", 10), ("professional", 15), ("enterprise", 20), ("ultimate", 25)],
)
def test_calls_at_once_by_edition(edition: str, at_once: int) -> None:
    """All the calls that are let in wait at the barrier, so one more is one too many."""
    door = Barrier(at_once + 1, timeout=60)
    go = Event()

    def sleep(_: float) -> None:
        door.wait()
        go.wait(60)

    sandbox = Sandbox(Org.empty(edition=edition), latency=1, sleep=sleep)

    def call() -> int:
        with client(sandbox) as crm:
            return crm.get("/crm/v8/org").status_code

    with ThreadPoolExecutor(at_once) as pool:
        waiting = [pool.submit(call) for _ in range(at_once)]
        door.wait()
        one_more = call()
        go.set()
        assert one_more == 429
        assert [future.result() for future in waiting] == [200] * at_once
    assert sandbox.limits.peak == at_once
    assert not door.broken


def test_a_call_that_ends_makes_room_for_the_next(clock: Clock) -> None:
    sandbox = Sandbox(Org.empty(), clock=clock)
    sandbox.limits.at_once = 1
    with client(sandbox) as crm:
        assert [crm.get("/crm/v8/org").status_code for _ in range(3)] == [200] * 3


@each_row(
    ("edition", "users", "credits"),
    [
        ("free", 3, 5_000),
        ("standard", 5, 51_250),
        ("standard", 1_000, 100_000),
        ("enterprise", 5, 55_000),
        ("ultimate", 10_000, 20_050_000),
    ],
)
def test_credits_by_edition(edition: str, users: int, credits: int) -> None:
    assert daily_credits(edition, users) == credits


def test_many_threads_delete_each_record_once(clock: Clock) -> None:
    """Ten clients race for the same ids; every id succeeds exactly once."""
    sandbox = Sandbox(Org.empty(), clock=clock)
    ids = sandbox.org.add_records("Leads", 200)
    codes: list[str] = []

    def race() -> None:
        with client(sandbox) as crm:
            for start in range(0, 200, 50):
                reply = crm.delete(f"/crm/v8/Leads?ids={','.join(ids[start : start + 50])}")
                codes.extend(item["code"] for item in reply.json()["data"])

    threads = [Thread(target=race) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count("SUCCESS") == 200
    assert codes.count("INVALID_DATA") == 1800
    assert sorted(sandbox.ledger.deleted_ids("Leads")) == ids
    assert [request.number for request in sandbox.ledger.requests] == list(range(1, 41))
