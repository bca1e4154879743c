"""One answer understood: what each id's end is, whether to go on, what may be sent again."""

from __future__ import annotations

from tests.rows import each_row
from tests.world.plans import batch_of
from zohotui.deletion.model.outcome import State
from zohotui.deletion.run.answer import read_landing
from zohotui.zoho.answers import DeleteAnswer, Result
from zohotui.zoho.errors import (
    AnswerLost,
    NotAuthorized,
    NotSent,
    ReadOnly,
    Refused,
    SignInNeeded,
    TokenExpired,
    TooManyRequests,
    UnlistedHost,
    ZohoError,
)


def result(code: str, *, certain: bool = True) -> Result:
    return Result(code, "m", "{}", succeeded=code == "SUCCESS", certain=certain)


@each_row(
    ("error", "temporary"),
    [
        (NotSent, True),
        (TooManyRequests, True),
        (NotAuthorized, False),
        (ReadOnly, False),
        (UnlistedHost, False),
    ],
)
def test_what_provably_changed_nothing_may_be_sent_again(
    error: type[ZohoError], temporary: bool
) -> None:
    landing = read_landing(batch_of(1, 2), error("Because."))
    assert landing.outcomes is None
    assert (landing.brake, landing.temporary, landing.lost) == ("Because.", temporary, False)
    assert not landing.any_deleted


@each_row(
    ("error", "sign_in", "at_once"),
    [
        (NotAuthorized, True, False),
        (SignInNeeded, True, False),
        (TokenExpired, False, True),
        (NotSent, False, False),
        (TooManyRequests, False, False),
    ],
)
def test_somebody_is_asked_to_sign_in_only_where_that_helps(
    error: type[ZohoError], *, sign_in: bool, at_once: bool
) -> None:
    landing = read_landing(batch_of(1, 2), error("Because."))
    assert (landing.sign_in, landing.at_once) == (sign_in, at_once)


def test_a_refusal_fails_every_id_and_brakes() -> None:
    error = Refused("Because.", code="X", message="m", status=403, answer="{}")
    landing = read_landing(batch_of(1, 2), error)
    assert landing.outcomes
    assert {o.state for o in landing.outcomes} == {State.FAILED}
    assert landing.outcomes[0].code == "X"
    assert landing.brake == "Because."


def test_a_lost_answer_makes_every_id_unknown_and_does_not_brake_by_itself() -> None:
    landing = read_landing(batch_of(1, 2), AnswerLost("Because."))
    assert landing.outcomes
    assert [(o.state, o.code, o.message) for o in landing.outcomes] == [
        (State.UNKNOWN, "NO_ANSWER", "Because.")
    ] * 2
    assert landing.lost
    assert not landing.brake


def test_each_id_gets_what_was_said_of_it() -> None:
    results = {"3": result("SUCCESS"), "1": result("X"), "2": result("SUCCESS", certain=False)}
    landing = read_landing(batch_of(1, 2, 3, 4), DeleteAnswer(207, results))
    assert landing.outcomes
    states = [outcome.state for outcome in landing.outcomes]
    assert states == [State.FAILED, State.UNKNOWN, State.DELETED, State.UNKNOWN]
    assert landing.outcomes[3].message == "Zoho's answer does not mention this id"
    assert {outcome.status for outcome in landing.outcomes} == {207}
    assert landing.any_deleted
    assert not landing.lost


def test_an_answer_that_tells_of_nobody_is_lost() -> None:
    assert read_landing(batch_of(1, 2), DeleteAnswer(200, {})).lost


def test_ids_that_were_never_sent_are_named_and_brake() -> None:
    answer = DeleteAnswer(200, {"1": result("SUCCESS")}, ("7", "8", "9", "10"))
    landing = read_landing(batch_of(1, number=4), answer)
    assert landing.foreign == ("7", "8", "9", "10")
    assert "batch 4 speaks of ids that were never sent: 7, 8, 9." in landing.brake


@each_row(
    ("refused", "size", "brakes"),
    [(9, 9, False), (5, 10, False), (6, 10, True), (100, 100, True), (50, 100, False)],
)
def test_most_of_a_batch_refused_brakes_and_names_the_code(
    refused: int, size: int, brakes: bool
) -> None:
    results = {
        str(record_id): result("INVALID_DATA" if record_id <= refused else "SUCCESS")
        for record_id in range(1, size + 1)
    }
    landing = read_landing(batch_of(*range(1, size + 1)), DeleteAnswer(207, results))
    assert bool(landing.brake) is brakes
    if brakes:
        assert f"{refused} of the {size} records" in landing.brake
        assert "INVALID_DATA" in landing.brake
