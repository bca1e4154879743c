"""The wrong list: damaged, stale, doubled, or of something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.mistakes.hand import (
    MINUTE,
    Clock,
    Mistake,
    Seen,
    Turn,
    asked,
    at_work,
    ended,
    leads,
    press,
    reviewed,
    show_first,
    words,
)
from tests.tui.practice import NOON, Stage
from zohotui.sandbox import Sandbox


def in_the_dialog(spoil: Callable[[list[str]], list[str]]) -> Turn:
    """Ask for a list that something is wrong with, and read the dialog."""

    async def turn(stage: Stage) -> Seen:
        good = leads(stage, 3)
        await asked(stage, spoil(good))
        return ended(stage)

    return turn


async def ids_in_scientific_notation(stage: Stage) -> Seen:
    await stage.enter("5.54023E+17")
    return ended(stage, await press(stage, ["exclamation_mark"], "line 1"))


async def ids_read_as_numbers(stage: Stage) -> Seen:
    rounded = {str(int(float(one))) for one in leads(stage, 300)}
    await stage.enter("\n".join(sorted(rounded)[:5]))
    return ended(stage, await press(stage, "d", "Are these ids rounded?"))


async def words_instead_of_ids(stage: Stage) -> Seen:
    await stage.enter("please delete the old ones")
    return ended(stage, await press(stage, "d", "No record ids yet"))


async def phone_numbers(stage: Stage) -> Seen:
    numbers = [f"4930123456{place:03}" for place in range(5)]
    await reviewed(stage, numbers)
    return ended(stage, await press(stage, "d", "None of them can be deleted: 5 missing."))


async def deleted_by_a_colleague(stage: Stage) -> Seen:
    ids = leads(stage, 2)
    stage.sandbox.org.bin("Leads", ids[1], at=NOON - 3 * 86_400)
    await reviewed(stage, ids)
    return ended(stage, await show_first(stage, "missing"))


async def changed_since_the_review(home: Path) -> Seen:
    clock = Clock()
    async with at_work(home, clock=clock) as stage:
        ids = leads(stage, 2)
        await reviewed(stage, ids)
        stage.sandbox.org.change_fields("Leads", ids[0], Modified_Time="2026-11-26T12:05:00Z")
        clock.now += 20 * MINUTE
        dialog = await stage.ask()
        assert "1 held (1 changed since the review)" in " ".join(stage.text(dialog).split())
        await stage.pilot.press("escape")
        return ended(stage, await show_first(stage, "held"))


async def sentence_after_lunch(home: Path) -> Seen:
    clock = Clock()
    async with at_work(home, clock=clock) as stage:
        await asked(stage, leads(stage, 2))
        clock.now += 90 * MINUTE
        await stage.say("delete 2 Leads")
        return ended(stage)


async def nobody_at_the_desk(home: Path) -> Seen:
    clock = Clock()
    async with at_work(home, clock=clock, profile={"idle_minutes": 5}) as stage:
        await asked(stage, leads(stage, 2))
        clock.now += 6 * MINUTE
        await stage.pilot.press("d")
        await stage.say("delete 2 Leads")
        return ended(stage)


async def converted_lead(stage: Stage) -> Seen:
    ids = leads(stage, 2)
    stage.sandbox.org.convert(ids[0])
    await asked(stage, ids)
    return ended(stage)


async def records_that_must_stay(home: Path) -> Seen:
    """Review a list in which some records are not to go, and read why of each."""
    rules = {
        "protected_owners": ("vera important",),
        "protected_tags": ("keep",),
        "protected_if": ("Annual_Revenue > 0",),
    }
    async with at_work(home, profile=rules) as stage:
        good, ids = leads(stage, 2), leads(stage, len(STAY))
        for (make, _), lead in zip(STAY.values(), ids, strict=True):
            make(stage, lead)
        dialog = await asked(stage, [*good, *ids])
        assert f"2 of {len(STAY) + 2} ids" in stage.text(dialog)
        await stage.pilot.press("escape")
        said = await show_first(stage, "held")
        told = [said]
        for (_, why), lead in zip(STAY.values(), ids, strict=True):
            assert lead in said
            assert why in said, lead
            told.append(said)
            await stage.pilot.press("down")
            await stage.pilot.pause()
            said = words(stage)
        return ended(stage, " ".join(told))


def is_of(owner: str) -> Callable[[Stage, str], None]:
    def make(stage: Stage, lead: str) -> None:
        org = stage.sandbox.org
        org.change_fields("Leads", lead, Owner={"name": owner, "id": "554023000000150099"})

    return make


STAY: dict[str, tuple[Callable[[Stage, str], object], str]] = {
    "A locked record": (
        lambda stage, lead: stage.sandbox.org.lock("Leads", lead),
        "NOT_EDITABLE · Zoho says that your user cannot change the record",
    ),
    "A record that waits for approval": (
        lambda stage, lead: stage.sandbox.org.await_approval("Leads", lead),
        "the record is not approved",
    ),
    "A record that is being merged": (
        lambda stage, lead: stage.sandbox.org.merge("Leads", lead),
        "the record is being merged",
    ),
    "A record of somebody whose records must stay": (
        is_of("Vera Important"),
        "records of Vera Important are protected",
    ),
    "A record with a tag that says: keep": (
        lambda stage, lead: stage.sandbox.org.tag("Leads", lead, "Keep"),
        "the tag Keep is protected",
    ),
    "A record that is worth money": (
        lambda stage, lead: stage.sandbox.org.change_fields("Leads", lead, Annual_Revenue=9),
        "protected_if: ",
    ),
}
"""What is wrong with each of them, and what is said of it."""


async def protected_id(home: Path) -> Seen:
    sandbox = Sandbox(clock=lambda: NOON)
    keep = sandbox.org.add_records("Leads")
    async with at_work(home, sandbox=sandbox, profile={"protected_ids": tuple(keep)}) as stage:
        await reviewed(stage, [*leads(stage, 1), *keep])
        return ended(stage, await show_first(stage, "held"))


async def too_many_in_one_run(home: Path) -> Seen:
    async with at_work(home, profile={"most_records_a_run": 50}) as stage:
        await stage.enter("\n".join(leads(stage, 500)))
        return ended(stage, await press(stage, "d", "(most_records_a_run)"))


async def too_many_in_one_day(home: Path) -> Seen:
    async with at_work(home, profile={"most_records_a_day": 5}) as stage:
        first = leads(stage, 3)
        await stage.enter("\n".join(first))
        await stage.delete("delete 3 Leads")
        await stage.enter("\n".join(leads(stage, 3)))
        said = await press(stage, "d", "(most_records_a_day)")
        return ended(stage, said, meant=first)


async def doubted_record_taken_out(home: Path) -> Seen:
    async with at_work(home) as stage:
        ids = leads(stage, 3)
        await reviewed(stage, ids)
        await stage.pilot.press("x")
        dialog = await stage.ask()
        said = " ".join(stage.text(dialog).split())
        await stage.say("delete 2 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        return ended(stage, said, meant=ids[1:])


MISTAKES = (
    Mistake(
        "Ids rounded by a spreadsheet",
        "1 of 4 ids looks rounded to 15 digits, as a spreadsheet does it",
        turn=in_the_dialog(lambda good: [*good, "554023000000200000"]),
    ),
    Mistake(
        "Ids rounded by a program that reads them as numbers",
        "5 of 5 ids look rounded to multiples of 64; by chance 1 in 64 would.",
        turn=ids_read_as_numbers,
    ),
    Mistake(
        "Ids as a spreadsheet writes large numbers: 5.54E+17",
        "damaged by a spreadsheet: the last digits are lost",
        turn=ids_in_scientific_notation,
    ),
    Mistake(
        "An id that was cut off",
        "1 id shorter or longer than the others, perhaps cut off",
        turn=in_the_dialog(lambda good: [*good, good[0][:-2]]),
    ),
    Mistake(
        "The same id twice",
        "1 duplicate",
        turn=in_the_dialog(lambda good: [*good, good[0]]),
    ),
    Mistake("Words pasted instead of ids", "No record ids yet", turn=words_instead_of_ids),
    Mistake(
        "A column of telephone numbers instead of ids",
        "None of them can be deleted: 5 missing.",
        turn=phone_numbers,
    ),
    Mistake(
        "An old list: a colleague has deleted some of it",
        "in the Recycle Bin since",
        turn=deleted_by_a_colleague,
    ),
    Mistake(
        "A record that somebody works with since the list was read",
        "changed since the review by",
        changed_since_the_review,
    ),
    Mistake(
        "The sentence typed after lunch",
        "These records were read more than 15 minutes ago.",
        sentence_after_lunch,
    ),
    Mistake(
        "A terminal left alone with the question open",
        "No key was pressed for too long.",
        nobody_at_the_desk,
    ),
    Mistake(
        "A converted lead among the others",
        "1 converted lead: contact, account and deal stay",
        turn=converted_lead,
    ),
    *(Mistake(made, said, records_that_must_stay) for made, (_, said) in STAY.items()),
    Mistake("An id that must never go", "its id is protected", protected_id),
    Mistake(
        "Far too many ids",
        "Limit: 50 records per run (most_records_a_run). This run would have 500.",
        too_many_in_one_run,
    ),
    Mistake(
        "One more run on the same day, and one more",
        "Limit: 5 records per day in this org (most_records_a_day). Deleted today: 3.",
        too_many_in_one_day,
    ),
    Mistake(
        "One record in the list that had better stay",
        "1 held (1 taken out by you)",
        doubted_record_taken_out,
    ),
)
