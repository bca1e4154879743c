"""Journals that were written by every format there has been read back as they did when written.

`tests/corpus/format-N/` holds runs of a practice org as the program of that format left them;
`read.json` beside them tells what each was read as. Neither changes: an admin's old runs do not.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.rows import each_row
from zohotui.deletion.journal.journal_file import JournalFile
from zohotui.deletion.journal.lines import iso
from zohotui.deletion.journal.receipt import receipt_of
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.saved_copies import SavedCopies, Wanted, snapshots_of
from zohotui.deletion.journal.verify_file import verify_journal

CORPUS = Path(__file__).parents[1] / "corpus"
JOURNALS = sorted(CORPUS.glob("format-*/*.jsonl"))


def described(file: JournalFile) -> dict[str, Any]:
    """Tell everything that a journal was read as, in the types of JSON."""
    read = file.run
    plan, target = read.plan, read.plan.target
    return {
        "org": [target.org, target.zgid, target.environment.value, target.location],
        "user": target.user,
        "module": [plan.module, plan.label, plan.permanent],
        "options": [plan.options.wf_trigger, plan.options.batch_size, plan.options.parallel],
        "sha256": plan.sha256,
        "reviewed": plan.reviewed,
        "left_out": sum(len(ids) for _, ids in plan.left_out),
        "tally": {state.value: count for state, count in read.rows.tally.items()},
        "rows": [
            [start, count, outcome.state.value, outcome.code, outcome.message, outcome.status]
            for start, count, outcome in read.rows.alike()
        ],
        "ids": [str(record_id) for record_id in read.rows.ids],
        "asked_back": read.rows.asked_back,
        "finished": read.finished,
        "torn": file.torn,
        "size": file.size,
        "sent": {str(number): at for number, at in read.sent.items()},
        "landed": {str(number): at for number, at in read.landed.items()},
        "sizes": {str(number): size for number, size in read.sizes.items()},
        "steps": [[iso(step.at or 0.0), step.words, step.count] for step in read.timeline.entries],
        "released": [[one.place, one.record_id, one.why] for one in read.released],
        "foreign": read.foreign,
        "head": file.head,
    }


def told(path: Path) -> Any:
    """Return what a journal of the corpus was read as."""
    with (path.parent / "read.json").open(encoding="utf-8") as file:
        return json.load(file)[path.stem]


@each_row("path", JOURNALS)
def test_a_journal_of_any_format_reads_back_as_it_did(path: Path) -> None:
    assert json.loads(json.dumps(described(read_journal(path)))) == told(path)


def test_there_are_journals_of_every_format() -> None:
    for path in JOURNALS:
        first = json.loads(path.read_text(encoding="utf-8").split("\n", 1)[0])
        assert path.parent.name == f"format-{first['journal']}"
    assert {path.parent.name for path in JOURNALS} == {"format-1", "format-2", "format-3"}


WITH_RECEIPT = [path for path in JOURNALS if receipt_of(path).exists()]


@each_row("path", WITH_RECEIPT)
def test_an_old_receipt_still_vouches_for_its_journal(path: Path) -> None:
    proof = verify_journal(path)
    assert proof.code == 0, proof.lines


def test_saved_copies_of_before_are_found_and_read() -> None:
    journal = CORPUS / "format-3" / "compared.jsonl"
    plan = replay(journal).plan
    copies = SavedCopies(plan, snapshots_of(journal))
    wanted = Wanted(plan.ids, range(len(plan.ids)))
    records = [record for chunk in copies.chunks(wanted) for record in chunk.records]
    assert [int(record["id"]) for record in records] == list(plan.ids)
    assert not wanted.left
    assert not copies.troubles
    assert any(copies.lacks)
