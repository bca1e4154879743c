"""What may be sent again without asking: every fault of a delete held against the table."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Thread

import httpx
import pytest

from tests.deletion.retry_table import (
    BATCH,
    MISUSE,
    REFUSALS,
    TOKEN_CODES,
    WIRE,
    Fate,
    Ids,
    Row,
    rows,
)
from tests.rows import each_row
from tests.world.plans import ADDRESS, OLD_ID, batch_of, options, plan_of
from tests.world.promises import promises_hold
from tests.world.wire import Attempt, Wire
from tests.world.world import Steer, Told, World
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.events import Braked, Returned, Waiting
from zohotui.deletion.model.outcome import State
from zohotui.deletion.run.answer import read_landing
from zohotui.sandbox import Sandbox
from zohotui.zoho import answers, errors
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken
from zohotui.zoho.wire import NEVER_LEFT

ROWS = rows()
AGAIN = [row for row in ROWS if Fate.AGAIN in row.fates]
BACK = [row for row in ROWS if Fate.BACK in row.fates]
SOUND = [row for row in ROWS if row.error not in MISUSE]
UNREACHED = {
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout),
    *(httpx.ProxyError, httpx.UnsupportedProtocol),
}
IDS = tuple(str(OLD_ID + place) for place in range(BATCH))
LOST = [row for row in SOUND if set(row.fates) == {Fate.UNKNOWN}]
TOLD = {State.DELETED: Fate.DELETED, State.FAILED: Fate.FAILED, State.UNKNOWN: Fate.UNKNOWN}


def of_a_kind(some: list[Row]) -> list[list[Row]]:
    """Give the rows of each kind together."""
    kinds = dict.fromkeys(row.kind for row in some)
    return [[r for r in some if r.kind == kind] for kind in kinds]


class AnotherToken(FixedToken):
    """A token after which there is always another."""

    def refused(self, token: Secret) -> bool:
        return True


def client(row: Row, transport: httpx.BaseTransport, token: str) -> ZohoCRM:
    tokens = (AnotherToken if row.renewable else FixedToken)(Secret(token))
    return ZohoCRM(api_domain(ADDRESS), tokens, transport=transport)


class Striking(httpx.BaseTransport):
    """Strikes every request."""

    def __init__(self, row: Row) -> None:
        self.row, self.sent = row, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent += 1
        return self.row.strike(tuple(map(str, Attempt.of(request).ids)))


def fates(row: Row, *, one_form: bool = False) -> tuple[Fate, ...]:
    """Let the product say what a row means for the ids of a batch."""
    transport = Striking(row)
    with closing(client(row, transport, "made-up")) as crm:
        told = told_by(crm, IDS[: len(row.fates)], one_form=one_form)
    assert transport.sent == 1, row
    return told


def told_by(crm: ZohoCRM, ids: Ids, *, one_form: bool = False) -> tuple[Fate, ...]:
    try:
        if one_form:
            answer: answers.DeleteAnswer | errors.ZohoError = crm.delete_record("Leads", *ids)
        else:
            answer = crm.delete_records("Leads", ids)
    except errors.ZohoError as error:
        answer = error
    landing = read_landing(batch_of(*map(int, ids)), answer)
    if landing.outcomes is None:
        return (Fate.AGAIN if landing.temporary else Fate.BACK,) * len(ids)
    return tuple(TOLD[outcome.state] for outcome in landing.outcomes)


# The table is whole


def subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from subclasses(sub)


def test_every_error_that_httpx_defines_has_its_row() -> None:
    of_httpx = {e for e in subclasses(Exception) if e.__module__.partition(".")[0] == "httpx"}
    assert {*WIRE, *MISUSE} == of_httpx == {row.error for row in ROWS if row.error}


def test_every_code_that_the_product_knows_has_its_row() -> None:
    assert set(REFUSALS) == answers.REFUSAL_CODES
    assert set(TOKEN_CODES) == answers._TOKEN_CODES


def test_nothing_counts_as_never_left_beyond_the_table() -> None:
    assert set(NEVER_LEFT) == UNREACHED


# The table keeps to the rule


def test_again_goes_only_what_is_proved_not_to_have_been_acted_on() -> None:
    for row in AGAIN:
        unreached = row.status is None and row.error in UNREACHED
        limited = row.status == 429 or row.kind == "flat TOO_MANY_REQUESTS"
        renewed = row.renewable and row.kind.endswith("another token")
        unsigned = renewed and 400 <= (row.status or 0) < 500
        assert unreached or limited or unsigned, row
        assert set(row.fates) == {Fate.AGAIN}, row


def test_a_batch_comes_back_only_for_its_token() -> None:
    assert {row.kind.split()[1].rstrip(",") for row in BACK} == set(TOKEN_CODES)
    assert all(row.status and row.status < 500 for row in BACK)


@each_row(
    "error",
    [
        *(httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.WriteError),
        *(httpx.CloseError, httpx.RemoteProtocolError, httpx.LocalProtocolError),
        *(httpx.DecodingError, httpx.TooManyRedirects, httpx.TransportError, httpx.HTTPError),
    ],
)
def test_what_may_have_left_is_unknown(error: type[Exception]) -> None:
    struck = [row for row in ROWS if row.error is error]
    assert {fate for row in struck for fate in row.fates} == {Fate.UNKNOWN}


def test_neither_a_redirect_nor_a_failing_zoho_is_ever_a_reason_to_send_again() -> None:
    assert not [row for row in AGAIN if 300 <= (row.status or 0) < 400]
    assert not [row for row in AGAIN + BACK if (row.status or 0) >= 500]
    assert not [row for row in AGAIN + BACK if "INTERNAL_ERROR" in row.kind]
    # Nor is anything that tells of single records.
    assert not [row for row in AGAIN + BACK if row.kind.startswith("data")]


# The product keeps to the table


@each_row("kind", of_a_kind(SOUND))
def test_each_id_fares_as_the_table_says(kind: list[Row]) -> None:
    told = {str(row): (fates(row), row.fates) for row in kind}
    assert {row: both for row, both in told.items() if both[0] != both[1]} == {}


def test_the_url_that_names_one_record_makes_no_difference() -> None:
    for row in ROWS:
        if len(row.fates) == 1:
            assert fates(row, one_form=True) == row.fates, row


@each_row("error", MISUSE)
def test_a_fault_of_the_program_is_no_answer_at_all(error: type[Exception]) -> None:
    with pytest.raises(error):
        fates(next(row for row in ROWS if row.error is error))


def test_each_error_of_ours_is_sorted() -> None:
    sorts: dict[Fate, set[type[errors.ZohoError]]] = {
        Fate.AGAIN: {
            *(errors.NotSent, errors.TokenThrottled),
            *(errors.TokenExpired, errors.TooManyRequests),
        },
        Fate.BACK: {
            *(errors.ReadOnly, errors.UnlistedHost, errors.BadSettings, errors.WrongOrg),
            *(errors.SignInNeeded, errors.NotAuthorized, errors.Malformed),
        },
        Fate.UNKNOWN: {errors.AnswerLost},
        Fate.FAILED: {errors.Refused},
    }
    assert {kind for sort in sorts.values() for kind in sort} == set(subclasses(errors.ZohoError))
    for fate, sort in sorts.items():
        for kind in sort:
            error = errors.TokenThrottled("x", 1) if kind is errors.TokenThrottled else kind("x")
            landing = read_landing(batch_of(1), error)
            returned = landing.outcomes is None
            assert returned is (fate in {Fate.AGAIN, Fate.BACK}), kind
            assert landing.temporary is (fate is Fate.AGAIN), kind
            for outcome in landing.outcomes or ():
                assert TOLD[outcome.state] is fate


# The words of httpx are what the table takes them for


class Server:
    """Takes one connection, reads what comes, says its words and closes."""

    def __init__(self, words: bytes) -> None:
        self._words, self._socket = words, socket.create_server(("127.0.0.1", 0))
        self.port, self.heard = self._socket.getsockname()[1], b""
        self._thread = Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            self.heard = connection.recv(65_536)
            connection.sendall(self._words)

    def close(self) -> None:
        self._thread.join()
        self._socket.close()


def told_over(address: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Fate, ...]:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    domain = replace(api_domain(ADDRESS), url=address)
    with closing(ZohoCRM(domain, FixedToken(Secret("made-up")))) as crm:
        return told_by(crm, IDS)


def test_a_real_connection_that_never_was_is_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told_over("http://127.0.0.1:1", monkeypatch) == (Fate.AGAIN,) * BATCH
    with closing(Server(b"no TLS is spoken here\r\n")) as server:
        told = told_over(f"https://127.0.0.1:{server.port}", monkeypatch)
    assert told == (Fate.AGAIN,) * BATCH
    assert b"DELETE" not in server.heard

    def unheard_of(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unheard_of)
    assert told_over("http://localhost:1", monkeypatch) == (Fate.AGAIN,) * BATCH


@each_row(
    "words",
    [
        b"",
        b"HTTP/1.1 429 ",
        b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 9\r\n\r\n{}",
        b"HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"SSH-2.0-OpenSSH\r\n",
    ],
)
def test_a_real_connection_that_breaks_is_unknown(
    words: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Server(words)) as server:
        told = told_over(f"http://127.0.0.1:{server.port}", monkeypatch)
    assert told == (Fate.UNKNOWN,) * BATCH
    assert server.heard.startswith(b"DELETE /crm/v2/Leads?ids=")


# And so does a run: how a batch fares is all that it is told, so a row is enough for each status
# and each error


class Struck(Wire):
    """Strikes the second delete; where Zoho may have acted, it has."""

    def __init__(self, sandbox: Sandbox, row: Row) -> None:
        super().__init__(sandbox)
        self.row, self._deletes = row, 0
        self.ids: tuple[int, ...] = ()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._deletes += request.method == "DELETE"
        if request.method != "DELETE" or self._deletes != 2:
            return super().handle_request(request)
        attempt = Attempt.of(request)
        self.ids = attempt.ids
        if Fate.UNKNOWN in self.row.fates:
            super().handle_request(request)
        else:
            attempt.harmless = True
            self.attempts.append(attempt)
            self.on_request(attempt)
        return self.row.strike(tuple(map(str, attempt.ids)))


class StruckWorld(World):
    """A practice org on the far side of one fault."""

    def __init__(self, folder: Path, row: Row) -> None:
        super().__init__(folder)
        self.row, self.size = row, len(row.fates)
        self.struck = self.wire = Struck(self.sandbox, row)
        self.plan = plan_of(self.leads(1 + 2 * self.size), options=options(self.size))

    def crm(self, api: str = "v2", *, read_only: bool = False) -> ZohoCRM:
        return client(self.row, self.wire, self.sandbox.access_token)

    def run(self, steer: Steer | None = None) -> Told:
        told = self.carry_out(self.plan, steer=steer)
        promises_hold(self, told)
        return told

    @property
    def times_sent(self) -> set[int]:
        """How often each of the struck ids left, and each of the others only once."""
        sent = Counter(i for attempt in self.wire.attempts for i in attempt.ids)
        assert {sent[i] for i in sent if i not in self.struck.ids} == {1}
        assert set(Counter(self.sandbox.ledger.deleted_ids("Leads")).values()) == {1}
        return {sent[i] for i in self.struck.ids}


def one_each(some: list[Row]) -> list[Row]:
    """Give one row for each status and each error, with a token to renew and without."""
    sorts = {(row.status, row.renewable, row.error, len(row.fates)): row for row in some}
    return list(sorts.values())


@each_row("row", one_each(AGAIN))
def test_a_run_sends_again_what_was_never_acted_on(tmp_path: Path, row: Row) -> None:
    world = StruckWorld(tmp_path, row)
    told = world.run()
    assert told.states == {"deleted": len(world.plan.ids)}
    assert world.times_sent == {2}
    assert len(told.of(Returned)) == 1
    assert not told.of(Braked)
    renewed = row.kind.endswith("another token") and row.status != 429
    assert bool(told.of(Waiting)) is bool(world.clock.naps) is not renewed


SAMPLE = (None, 200, 302, 401, 429, 503)


@each_row("row", one_each([row for row in LOST if row.status in SAMPLE]))
def test_a_run_never_sends_again_what_may_have_been_done(tmp_path: Path, row: Row) -> None:
    world = StruckWorld(tmp_path, row)
    told = world.run()
    assert told.states == {"deleted": 1 + world.size, "unknown": world.size}
    assert world.times_sent == {1}
    assert not told.of(Returned)


@each_row("row", one_each(BACK))
def test_a_run_asks_before_it_sends_again_what_was_not_signed(tmp_path: Path, row: Row) -> None:
    world = StruckWorld(tmp_path, row)
    told = world.run(lambda event, control: control.stop() if isinstance(event, Braked) else None)
    assert told.states == {"deleted": 1, "not sent": 2 * world.size}
    assert world.times_sent == {1}
    assert [event.sign_in for event in told.events if isinstance(event, Braked)] == [True]


@each_row("error", MISUSE)
def test_a_run_that_dies_in_a_request_leaves_its_ids_unknown(
    tmp_path: Path, error: type[Exception]
) -> None:
    world = StruckWorld(tmp_path, next(row for row in ROWS if row.error is error))
    with pytest.raises(error):
        world.run()
    assert world.times_sent == {1}
    (journal,) = tmp_path.glob("*.jsonl")
    kept = replay(journal).rows
    assert {kept.state(kept.ids.index(i)) for i in world.struck.ids} == {State.UNKNOWN}
