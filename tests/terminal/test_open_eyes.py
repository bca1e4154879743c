"""What an admin sees before the sentence, and what goes into the ticket afterwards.

Two sessions: one whose sign-in may read everything, and one that lacks the scopes for it.
"""

from __future__ import annotations

import base64
import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import TITLE, ask, begin, confirm, leave, write
from zohotui.deletion.journal.replay import read_journal

pytestmark = pytest.mark.terminal

_GUARDED = """
[profiles.acme]
api_domain = "{url}"
accounts_url = "{url}"
org = "700000001"
require_reason = true
protected_tags = ["Keep", "Kepe"]
protected_owners = ["Anna Embre"]
"""


def _furnish(stage: Stage) -> list[str]:
    org = stage.sandbox.org
    ids = org.add_records("Leads", 6, fields={"Company": "Gizmo"})
    for number, one in enumerate(ids):
        money = {"Annual_Revenue": 100.25 + number, "Currency": "EUR"}
        org.change_fields("Leads", one, Owner=org.users[number % 2].owner, **money)
    org.tag("Leads", ids[0], "Keep")
    org.bin("Leads", ids[5])
    org.attach(ids[1], "Notes")
    ran = "2026-11-20T10:11:12+00:00"
    org.workflow_rules.add("Tell ERP", "Leads", actions=("webhooks",), last_run=ran)
    (stage.home / "settings.toml").write_text(_GUARDED.format(url=stage.url))
    return ids


def _seen(terminal: Terminal, title: str = TITLE) -> str:
    """Open the question in a window that shows it whole; return it as one line."""
    terminal.resize(60, 100)
    ask(terminal, title)
    terminal.wait_for(lambda t: "Zoho checks permission per record" in t.box(title))
    return " ".join(terminal.box(title).split())


def _calls(stage: Stage) -> Counter[str]:
    """Count the reads by where they went."""
    paths = (one.path for one in stage.sandbox.ledger.requests if one.method in {"GET", "POST"})
    return Counter(path.removeprefix("/crm/v8/settings/").removeprefix("/crm/") for path in paths)


def _copied(terminal: Terminal) -> str:
    found = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\a", terminal.raw)
    return base64.b64decode(found[-1]).decode()


def _count_what_hangs_on(terminal: Terminal, *wanted: str) -> None:
    terminal.press("b")
    for words in wanted:
        terminal.wait_for(words)
        terminal.press("enter")
    terminal.press_and_see("esc")
    terminal.wait_until_gone("Related to")


def test_everything_is_seen_before_and_handed_over_after(stage: Stage) -> None:
    ids = _furnish(stage)
    terminal = begin(stage, stage.ids_file(ids))
    terminal.press("j")
    _count_what_hangs_on(
        terminal,
        "takes 1 API call",
        "7 related lists. Counting takes 1 API call.",
        "1 Notes",
    )
    before = _calls(stage)
    seen = _seen(terminal)
    for words in (
        "1 held (1 protected by a guard) · 1 missing (1 already in the Recycle Bin)",
        "protected_tags: Keep holds 1 (1 ready without it)",
        "No tag of Leads is called Kepe. Check protected_tags for a typo.",
        "No user of this org is called Anna Embre.",
        "1 rule runs on delete: Tell ERP (webhook, last run 2026-11-20)",
        "Run workflow rules: Tell ERP",
        "Annual Revenue 411 EUR, largest 104.25",
        "Anna Ember 2, Børge Ødegård 2",
        "by Anna Ember 4",
        "It does not say whether notification channels",
    ):
        assert words in seen, (words, seen)
    extra = _calls(stage) - before
    assert extra["automation/workflow_rules"] == extra["tags"] == 1
    assert extra["v8/users"] == 1
    write(terminal, "delete 4 Leads")
    terminal.press("enter")
    terminal.wait_for("A reason is required (require_reason).")
    assert not stage.delete_requests
    terminal.press("tab", "tab")
    terminal.type("OPS-4711")
    terminal.wait_for(lambda t: "OPS-4711" in t.box(TITLE))
    terminal.press("enter")
    confirm(terminal, "delete 4 Leads")
    terminal.wait_for("4 verified")
    terminal.wait_for("idle")
    # The helper types an x until the sentence takes it, which the reason may take before.
    terminal.wait_for(lambda t: re.search("OPS-4711x* · journal", t.text) is not None)
    _hand_over(stage, terminal, ids)
    # One was held and one is missing.
    assert leave(terminal) == 1


def _hand_over(stage: Stage, terminal: Terminal, ids: list[str]) -> None:
    (journal,) = stage.journals
    terminal.press("t")
    terminal.wait_for("9 lines about the run, for a ticket.")
    ticket = _copied(terminal)
    assert "Reason     OPS-4711" in ticket
    assert "Result     6 ids: 1 held · 1 missing · 4 verified" in ticket
    assert f"Last hash  {read_journal(journal).head}" in ticket
    terminal.press("g", "enter")
    terminal.wait_for("w reads all of it: 1 API call")
    terminal.press("/")
    terminal.wait_for("type words to filter")
    terminal.type("company")
    terminal.wait_for(lambda t: "Gizmo" in t.words and "$editable" not in t.words)
    terminal.press("esc")
    terminal.wait_for("$editable")
    terminal.press("w")
    terminal.wait_for("Zoho shows your user no such record now.")
    terminal.press("esc")
    terminal.wait_until_gone("/ filters")
    _export(terminal, stage.folder / "run.md")
    text = (stage.folder / "run.md").read_text()
    assert "- Reason: OPS-4711" in text
    assert f"| {ids[1]} | verified |" in text


def _export(terminal: Terminal, path: Path) -> None:
    terminal.press("e")
    terminal.wait_for("Enter writes")
    terminal.press("end", "ctrl+u")
    terminal.wait_for(lambda t: ".csv" not in t.box_lines("Export results")[1])
    terminal.type(str(path))
    terminal.press("enter")
    terminal.wait_for("Written:")


def test_without_the_scopes_it_says_what_is_not_known(stage: Stage) -> None:
    ids = _furnish(stage)
    scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.org.READ", "ZohoCRM.settings.modules.READ"]
    token = stage.sandbox.issue_token(scopes=scopes)
    file = stage.ids_file(ids[1:3])
    terminal = begin(stage, file, "--reason", "OPS-1", environ={"ZOHOTUI_ACCESS_TOKEN": token})
    _count_what_hangs_on(terminal, "takes 1 API call", "ZohoCRM.settings.related_lists.READ")
    seen = _seen(terminal)
    for words in (
        "Not known which run on delete.",
        "ZohoCRM.settings.workflow_rules.READ",
        "The users of the org could not be read, so guards may have typos.",
        "ZohoCRM.users.READ",
        "The tags of the org could not be read, so guards may have typos.",
    ):
        assert words in seen, (words, seen)
    confirm(terminal, "delete 2 Leads")
    terminal.wait_for("idle")
    assert leave(terminal) == 0
    # A later session knows the names from the saved copies alone.
    later = stage.start()
    later.wait_for("idle")
    later.press("h")
    later.wait_for("Leads 2 ids")
    later.press("enter")
    later.wait_for("journal")
    _export(later, stage.folder / "run.csv")
    with (stage.folder / "run.csv").open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {row["Owner"] for row in rows} == {"Anna Ember", "Børge Ødegård"}
    assert all(row["Name"] for row in rows)
    assert leave(later) == 0
