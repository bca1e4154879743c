"""Access tokens on the disk: shared by all who use a sign-in, and never worth a crash."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier, Event, Thread

import httpx
import pytest

from tests.config.test_private_files import full_disk
from tests.world.clock import Clock
from tests.zoho.support import ACCESS_TOKEN, CLIENT, LOCAL, REFRESH_TOKEN, Answer, Script, granted
from zohotui.config.errors import ConfigError
from zohotui.config.token_file import TokenFile
from zohotui.zoho.accounts import Accounts
from zohotui.zoho.errors import NotSent, TokenThrottled
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import Kept, RefreshedTokens

MARK = "0123456789abcdef"
KEPT = Kept(Secret(ACCESS_TOKEN), 1000.5, 4600.5, (10.0, 20.25), 77.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tokens"


@pytest.fixture
def file(folder: Path) -> TokenFile:
    return TokenFile(folder, MARK)


def tokens(folder: Path, script: Script, clock: Clock) -> RefreshedTokens:
    store = TokenFile(folder, MARK)
    return RefreshedTokens(Accounts(LOCAL, script), CLIENT, Secret(REFRESH_TOKEN), store, clock)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_what_is_written_is_read_by_another(folder: Path, file: TokenFile) -> None:
    file.write(KEPT)
    assert TokenFile(folder, MARK).read() == KEPT
    assert (folder / f"{MARK}.json").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_without_a_token_it_is_read_back_too(folder: Path, file: TokenFile) -> None:
    file.write(Kept(asked=(1.0,), not_before=2.0))
    assert TokenFile(folder, MARK).read() == Kept(asked=(1.0,), not_before=2.0)


def test_another_sign_in_s_file_is_another(folder: Path, file: TokenFile) -> None:
    file.write(KEPT)
    assert TokenFile(folder, "other").read() == Kept()


def test_nothing_is_kept_after_erasing(folder: Path, file: TokenFile) -> None:
    file.erase()
    file.write(KEPT)
    file.erase()
    assert file.read() == TokenFile(folder, MARK).read() == Kept()
    assert ACCESS_TOKEN.encode() not in b"".join(one.read_bytes() for one in folder.iterdir())


WHOLE = {
    "access_token": ACCESS_TOKEN,
    "made": 1.0,
    "ends": 2.0,
    "asked": [1.0],
    "not_before": 0.0,
}
DAMAGED: list[bytes] = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b"\xff",
    b"[" * 90_000,
    json.dumps({**WHOLE, "made": None}).encode(),
    json.dumps({**WHOLE, "made": "soon"}).encode(),
    json.dumps({**WHOLE, "asked": 7}).encode(),
    json.dumps({**WHOLE, "asked": ["x"]}).encode(),
    json.dumps({**WHOLE, "ends": 10**400}).encode(),
    json.dumps({**WHOLE, "ends": float("inf")}).encode(),
    json.dumps({**WHOLE, "not_before": float("nan")}).encode(),
    json.dumps({**WHOLE, "not_before": 1e300}).encode(),
    json.dumps({**WHOLE, "made": "1.0"}).encode(),
    json.dumps({**WHOLE, "asked": [True]}).encode(),
    json.dumps({**WHOLE, "asked": {}}).encode(),
    json.dumps({key: value for key, value in WHOLE.items() if key != "asked"}).encode(),
]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_costs_a_new_token_and_no_more(folder: Path, content: bytes) -> None:
    TokenFile(folder, MARK).write(KEPT)
    (folder / f"{MARK}.json").write_bytes(content)
    assert TokenFile(folder, MARK).read() == Kept()
    mine = tokens(folder, Script(granted("1000.new")), Clock())
    assert mine.current() == Secret("1000.new")
    assert TokenFile(folder, MARK).read().token == Secret("1000.new")


@pytest.mark.parametrize("token", ["a b", "a\nX-Evil: 1", "ü", "", None, 7.5, ["x y"]])
def test_a_token_that_cannot_be_one_is_not_used(folder: Path, token: object) -> None:
    TokenFile(folder, MARK).write(KEPT)
    (folder / f"{MARK}.json").write_text(json.dumps({**WHOLE, "access_token": token}))
    read = TokenFile(folder, MARK).read().token
    assert read is None or read.is_plausible


def test_a_file_that_others_can_read_is_told_at_the_start_and_not_used(
    folder: Path, file: TokenFile
) -> None:
    file.check()
    file.write(KEPT)
    file.check()
    (folder / f"{MARK}.json").chmod(0o644)
    with pytest.raises(ConfigError, match="can be read by others") as caught:
        file.check()
    assert ACCESS_TOKEN not in str(caught.value)
    assert TokenFile(folder, MARK).read() == Kept()
    folder.chmod(0o755)
    with pytest.raises(ConfigError, match="Others can look into"):
        file.check()


def test_a_link_in_its_place_is_not_followed(folder: Path, tmp_path: Path) -> None:
    TokenFile(folder, MARK).write(KEPT)
    stolen = tmp_path / "stolen.json"
    (folder / f"{MARK}.json").rename(stolen)
    (folder / f"{MARK}.json").symlink_to(stolen)
    assert TokenFile(folder, MARK).read() == Kept()


# A disk that takes nothing


@pytest.mark.parametrize("call", ["replace", "write"])
@pytest.mark.parametrize("full_from_the_start", [True, False])
def test_on_a_full_disk_zoho_s_limits_are_kept_all_the_same(
    folder: Path, call: str, full_from_the_start: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands on the disk is older than what this process knows."""
    clock, script = Clock(), Script(*[httpx.ReadTimeout("x")] * 5)
    if not full_from_the_start:
        TokenFile(folder, MARK).write(Kept(asked=(clock.now - 3000,)))
    mine = tokens(folder, script, clock)
    full_disk(monkeypatch, call)
    for _ in range(5):
        with pytest.raises(NotSent):
            mine.current()
    with pytest.raises(TokenThrottled):
        mine.current()
    assert len(script.requests) == 5


def test_on_a_full_disk_a_throttle_is_waited_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    throttled: Answer = httpx.Response(400, json={"error": "Access Denied"})
    clock, script = Clock(), Script(throttled, granted())
    TokenFile(folder, MARK).write(Kept(asked=(clock.now - 3000,)))
    mine = tokens(folder, script, clock)
    full_disk(monkeypatch, "replace")
    for _ in range(3):
        with pytest.raises(TokenThrottled) as caught:
            mine.current()
    assert len(script.requests) == 1
    clock.now += caught.value.wait
    assert mine.current() == Secret(ACCESS_TOKEN)
    assert mine.current() == Secret(ACCESS_TOKEN)


def test_where_no_folder_can_be_made_the_session_has_its_tokens_to_itself(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    script = Script(granted())
    mine = tokens(blocked / "tokens", script, Clock())
    assert mine.current() == mine.current() == Secret(ACCESS_TOKEN)
    assert len(script.requests) == 1


# Several at once


def test_ten_zohotuis_make_one_token(folder: Path) -> None:
    """Each has a file of its own open, as processes have."""
    script, clock, together = Script(granted()), Clock(), Barrier(10)
    found: list[Secret] = []

    def ask() -> None:
        mine = tokens(folder, script, clock)
        together.wait(timeout=60)
        found.append(mine.current())

    threads = [Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert found == [Secret(ACCESS_TOKEN)] * 10
    assert len(script.requests) == 1


def test_who_waits_for_the_lock_waits_for_its_end(folder: Path) -> None:
    first, second = TokenFile(folder, MARK), TokenFile(folder, MARK)
    inside = Event()

    def wait() -> None:
        with second.held():
            inside.set()

    thread = Thread(target=wait)
    with first.held():
        thread.start()
        assert not inside.wait(timeout=0.1)
    assert inside.wait(timeout=60)
    thread.join()


def test_who_does_not_let_go_is_waited_for_a_minute_and_no_longer(folder: Path) -> None:
    """As a zohotui that was stopped with ctrl+z while it made a token."""
    clock = Clock()
    began, before = clock.now, open_files()
    patient = TokenFile(folder, MARK, clock=clock, sleep=clock.sleep)
    with TokenFile(folder, MARK).held():
        with pytest.raises(NotSent, match="with ctrl\\+z, continue it with fg") as caught:
            patient.held().__enter__()
        assert 60 <= clock.now - began < 61
    assert str(folder / f"{MARK}.lock") in caught.value.detail
    assert caught.value.temporary
    assert open_files() == before
    with patient.held():
        pass


def test_who_lets_go_within_the_minute_was_worth_the_wait(folder: Path) -> None:
    clock, other = Clock(), ExitStack()
    ends = clock.now + 50

    def nap(seconds: float) -> None:
        clock.sleep(seconds)
        if clock.now >= ends:
            other.close()

    other.enter_context(TokenFile(folder, MARK).held())
    with TokenFile(folder, MARK, clock=clock, sleep=nap).held():
        assert ends <= clock.now < ends + 1


def test_zoho_is_not_asked_while_another_may_be_asking(folder: Path) -> None:
    clock, script = Clock(), Script(granted())
    store = TokenFile(folder, MARK, clock=clock, sleep=clock.sleep)
    mine = RefreshedTokens(Accounts(LOCAL, script), CLIENT, Secret(REFRESH_TOKEN), store, clock)
    with TokenFile(folder, MARK).held(), pytest.raises(NotSent, match="Another zohotui"):
        mine.current()
    assert script.requests == []
    assert mine.current() == Secret(ACCESS_TOKEN)


PROCESS = """
import sys
from pathlib import Path
from zohotui.config.token_file import TokenFile
file = TokenFile(Path(sys.argv[1]), sys.argv[2])
print("ready", flush=True)
with file.held():
    print(file.read().asked[-1], flush=True)
"""


def test_another_process_waits_and_then_reads_what_was_written(
    folder: Path, file: TokenFile
) -> None:
    command = [sys.executable, "-c", PROCESS, str(folder), MARK]
    with file.held():
        other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        file.write(Kept(asked=(123.0,)))
    said, _ = other.communicate(timeout=60)
    assert (said, other.returncode) == ("123.0\n", 0)


def test_a_lock_that_is_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(mode=0o700)
    target = tmp_path / "target"
    (folder / f"{MARK}.lock").symlink_to(target)
    with TokenFile(folder, MARK).held():
        assert not target.exists()


def test_the_lock_is_let_go_of_when_what_it_guards_fails(file: TokenFile) -> None:
    before = open_files()
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), file.held():
            raise ZeroDivisionError
    assert open_files() == before
