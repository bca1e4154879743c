"""Every error of the seed page has words that say what happened and what to do."""

from __future__ import annotations

from tests.rows import each_row
from zohotui.zoho.advice import advice, advised_codes
from zohotui.zoho.answers import REFUSAL_CODES

SEED_PAGE = {
    "INVALID_DATA",
    "UNABLE_TO_PARSE_DATA_TYPE",
    "INVALID_MODULE",
    "INVALID_URL_PATTERN",
    "OAUTH_SCOPE_MISMATCH",
    "NO_PERMISSION",
    "INTERNAL_ERROR",
    "INVALID_REQUEST_METHOD",
    "AUTHORIZATION_FAILED",
    "REQUIRED_PARAM_MISSING",
    "RECORD_LOCKED",
    "NOT_APPROVED",
}


def test_every_code_has_words() -> None:
    more = {"SUCCESS", "INVALID_TOKEN", "AUTHENTICATION_FAILURE", "TOO_MANY_REQUESTS", "SCHEDULED"}
    assert SEED_PAGE | REFUSAL_CODES | more <= advised_codes()


@each_row("code", sorted(advised_codes()))
def test_the_words_are_sentences(code: str) -> None:
    words = advice(code)
    for sentence in (words.meaning, words.remedy):
        assert sentence.endswith(".")
        assert sentence.isprintable()
        assert 20 < len(sentence) < 300


def test_a_lock_is_told_apart_by_its_action_and_not_by_its_message() -> None:
    misleading = "cannot delete record that is not approved yet"
    zia = advice("RECORD_LOCKED", misleading, '{"details": {"action": "zia_vision_processing"}}')
    rule = advice("RECORD_LOCKED", misleading, '{"details": {"action": "record_locking"}}')
    assert "Zia" in zia.meaning
    assert "rule" in rule.meaning
    assert advice("RECORD_LOCKED", misleading) not in {zia, rule}


def test_the_two_kinds_of_invalid_module_are_told_apart() -> None:
    unsupported = advice("INVALID_MODULE", "The given module is not supported in API")
    unknown = advice("INVALID_MODULE", "The module name given seems to be invalid")
    assert "web interface" in unsupported.remedy
    assert unsupported != unknown


def test_a_wrong_format_is_told_apart_from_a_record_that_is_not_there() -> None:
    damaged = advice("INVALID_DATA", "either the request body or parameters is in wrong format")
    assert damaged != advice("INVALID_DATA", "record not deleted")


def test_a_code_that_nobody_has_seen_still_has_words() -> None:
    assert "does not know" in advice("BRAND_NEW").meaning
    assert "untouched" in advice("").remedy


def test_where_the_fate_is_unknown_nobody_is_told_to_delete_again() -> None:
    remedy = advice("INTERNAL_ERROR").remedy
    assert "zohotui looks it up" in remedy.lower()
    assert "then retry" not in remedy
