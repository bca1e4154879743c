"""Whether an undo is possible at all is told before its sentence, not after it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.tui.earlier import leave_run
from tests.tui.practice import NOON, Stage, folders_in, practice
from tests.tui.test_comparing import open_last
from tests.tui.test_undoing import SIZES
from zohotui.config.profiles import Account, Profiles
from zohotui.config.settings import addresses
from zohotui.deletion.connection import Connection, connect
from zohotui.deletion.model.plan import Target
from zohotui.sandbox import Sandbox
from zohotui.tui.dialogs.undo_question import UndoQuestion
from zohotui.tui.widgets.typed_question import Sentence
from zohotui.tui.words.undo_rights import undo_caution, undo_obstacle
from zohotui.zoho.records import User
from zohotui.zoho.scopes import ASKED
from zohotui.zoho.secret import Secret

READ, UPDATE = "ZohoCRM.settings.recycle_bin.READ", "ZohoCRM.settings.recycle_bin.UPDATE"


def account(home: Path, sandbox: Sandbox, scopes: tuple[str, ...] = ()) -> Account:
    profiles = Profiles(
        folders_in(home), transport=httpx.WSGITransport(app=sandbox), clock=lambda: NOON
    )
    secret = Secret(sandbox.access_token)
    opened = profiles.from_token(*addresses("", "", "http://localhost", ""), secret)
    return replace(opened, scopes=scopes)


def without(*names: str) -> tuple[str, ...]:
    return tuple(name for name in ASKED if name not in names)


@pytest.mark.parametrize(
    ("scopes", "named"),
    [
        ((), ""),
        (ASKED, ""),
        (("ZohoCRM.settings.ALL",), ""),
        (("ZohoCRM.modules.ALL", "ZohoCRM.settings.recycle_bin.ALL"), ""),
        (without(READ), "the scope settings.recycle_bin.READ,"),
        (without(UPDATE), "the scope settings.recycle_bin.UPDATE,"),
        (
            ("ZohoCRM.modules.ALL",),
            "the scopes settings.recycle_bin.READ and settings.recycle_bin.UPDATE,",
        ),
    ],
)
def test_a_scope_that_is_surely_missing_is_named(
    tmp_path: Path, sandbox: Sandbox, scopes: tuple[str, ...], named: str
) -> None:
    opened = account(tmp_path, sandbox, scopes)
    opened.crm.close()
    words = undo_obstacle(opened)
    assert bool(words) is bool(named)
    assert named in words
    assert undo_obstacle(None) == ""


def connection(tmp_path: Path, sandbox: Sandbox, profile: str | None) -> Connection:
    opened = account(tmp_path, sandbox)
    found = connect(opened.crm, "", "")
    opened.crm.close()
    user = None if profile is None else User("77", "Bo", "bo@example.com", profile)
    return replace(found, user=user)


@pytest.mark.parametrize("profile", ["Administrator", "administrator", "", None])
def test_an_administrator_is_not_cautioned_nor_one_who_may_not_say(
    tmp_path: Path, sandbox: Sandbox, profile: str | None
) -> None:
    here = connection(tmp_path, sandbox, profile)
    assert undo_caution(here) == ""
    assert undo_caution(here, here.target) == ""
    assert undo_caution(None) == ""


def test_anybody_else_brings_back_their_own(tmp_path: Path, sandbox: Sandbox) -> None:
    here = connection(tmp_path, sandbox, "Standard")
    assert "only what you deleted yourself" in undo_caution(here)
    assert undo_caution(here, replace(here.target, user_id="77")) == ""
    words = undo_caution(here, replace(here.target, user_id="78", user="anna@acme.example"))
    assert "Your profile is Standard" in words
    assert "anna@acme.example deleted these" in words


def test_the_org_says_what_profile_a_user_has(tmp_path: Path, sandbox: Sandbox) -> None:
    for acting, profile in ((0, "Administrator"), (1, "Standard")):
        sandbox.org.acting = sandbox.org.users[acting]
        opened = account(tmp_path, sandbox)
        user = connect(opened.crm, "", "").user
        opened.crm.close()
        assert user is not None
        assert user.profile == profile


async def dialog_of(stage: Stage) -> UndoQuestion:
    await open_last(stage)
    await stage.pilot.press("u")
    await stage.until(lambda: isinstance(stage.app.screen, UndoQuestion))
    dialog = stage.app.screen
    assert isinstance(dialog, UndoQuestion)
    return dialog


@SIZES
async def test_without_the_scope_there_is_no_sentence_to_type(
    tmp_path: Path, sandbox: Sandbox, size: tuple[int, int]
) -> None:
    leave_run(tmp_path, sandbox, sandbox.org.add_records("Leads", 3), landed=2, finished=True)
    opened = account(tmp_path, sandbox, without(UPDATE))
    async with practice(tmp_path, sandbox=sandbox, size=size, account=opened) as stage:
        dialog = await dialog_of(stage)
        words = " ".join(stage.text(dialog).split())
        assert "lacks the scope settings.recycle_bin.UPDATE" in words
        assert not dialog.query(Sentence)
        obstacle = dialog.query_one("#obstacle")
        assert obstacle.region.height >= 2
        assert dialog.query_one("#hint").region.bottom <= size[1]
        await stage.type("restore 3 Leads")
        await stage.pilot.press("enter")
        assert stage.app.screen is dialog
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
    assert not sandbox.ledger.asked_back


@SIZES
async def test_whose_deletes_they_are_is_told_with_what_that_means(
    tmp_path: Path, sandbox: Sandbox, size: tuple[int, int]
) -> None:
    leave_run(tmp_path, sandbox, sandbox.org.add_records("Leads", 3), landed=2, finished=True)
    sandbox.org.acting = sandbox.org.users[1]
    async with practice(tmp_path, sandbox=sandbox, size=size) as stage:
        dialog = await dialog_of(stage)
        words = " ".join(stage.text(dialog).split())
        assert "3 records deleted, by anna@acme.example" in words
        assert "Your profile is Standard" in words
        assert "anna@acme.example deleted these" in words
        assert "59 days left" in words
        sentence = dialog.query_one(Sentence)
        await stage.until(lambda: not sentence.disabled)
        assert sentence.region.bottom <= size[1]
        facts = dialog.query_one("#facts")
        await stage.pilot.press("pagedown")
        await stage.until(lambda: facts.scroll_offset.y == facts.max_scroll_y)


def test_a_target_without_a_user_is_nobody_s(tmp_path: Path, sandbox: Sandbox) -> None:
    here = connection(tmp_path, sandbox, "Standard")
    unnamed: Target = replace(here.target, user_id="", user="")
    assert undo_caution(here, unnamed) == ""
