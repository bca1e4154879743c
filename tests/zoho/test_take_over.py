"""A client goes on with another's sign-in: only into the same org, and the other signs no more."""

from __future__ import annotations

import httpx
import pytest

from tests.rows import each_row
from tests.zoho.support import Answer, Script
from tests.zoho.test_client_tokens import DOMAIN, ID, client, deleted, org_answer, unsigned, used
from tests.zoho.test_tokens import Signed, named
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import ApiDomain, api_domain
from zohotui.zoho.errors import (
    AnswerLost,
    NotAuthorized,
    NotSent,
    ReadOnly,
    Refused,
    SignInNeeded,
    WrongOrg,
    ZohoError,
)
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken


def sign_ins(
    *answers: Answer, domain: ApiDomain = DOMAIN, read_only: bool = False
) -> tuple[ZohoCRM, Script, ZohoCRM]:
    """Give a client, what it is answered, and another that wants to be taken over."""
    mine, script = client(FixedToken(Secret("1000.old")), deleted())
    other, _ = client(FixedToken(Secret("1000.new")), *answers, domain=domain, read_only=read_only)
    return mine, script, other


def test_a_sign_in_to_the_same_org_is_taken_over() -> None:
    mine, script, other = sign_ins(org_answer())
    mine.take_over(other, "700000001")
    mine.delete_record("Leads", ID)
    assert used(script) == ["new"]


@each_row(
    ("answer", "kind"),
    [
        (org_answer("700000002"), WrongOrg),
        (org_answer(""), WrongOrg),
        ({"org": [{}]}, WrongOrg),
        ({"org": []}, AnswerLost),
        (httpx.Response(500), AnswerLost),
        (unsigned("OAUTH_SCOPE_MISMATCH"), Refused),
        (unsigned(), NotAuthorized),
    ],
)
def test_the_old_sign_in_stays_unless_the_new_one_is_proved(
    answer: Answer, kind: type[ZohoError]
) -> None:
    mine, script, other = sign_ins(answer)
    with pytest.raises(kind):
        mine.take_over(other, "700000001")
    mine.delete_record("Leads", ID)
    assert used(script) == ["old"]


def test_an_org_that_could_not_be_named_is_never_taken_over() -> None:
    mine, script, other = sign_ins(org_answer(""))
    with pytest.raises(WrongOrg):
        mine.take_over(other, "")
    mine.delete_record("Leads", ID)
    assert used(script) == ["old"]


@each_row(
    "address", ["https://sandbox.zohoapis.eu", "https://www.zohoapis.com", "http://localhost"]
)
def test_a_sign_in_to_another_address_is_not_even_asked(address: str) -> None:
    mine, script, other = sign_ins(domain=api_domain(address))
    with pytest.raises(WrongOrg, match=address):
        mine.take_over(other, "700000001")
    mine.delete_record("Leads", ID)
    assert used(script) == ["old"]


def test_a_read_only_sign_in_is_not_taken_over_to_delete_with() -> None:
    mine, script, other = sign_ins(org_answer(), read_only=True)
    with pytest.raises(ReadOnly, match="new sign-in is read-only"):
        mine.take_over(other, "700000001")
    mine.delete_record("Leads", ID)
    assert used(script) == ["old"]


def test_the_client_that_was_taken_over_sends_nothing_more() -> None:
    """What it would sign with is the other's now; an empty signature is none."""
    mine, _, other = sign_ins(org_answer())
    mine.take_over(other, "700000001")
    with pytest.raises(SignInNeeded, match="handed over"):
        other.org()
    with pytest.raises(SignInNeeded):
        other.delete_record("Leads", ID)


def test_closing_the_client_that_was_taken_over_leaves_the_sign_in_open() -> None:
    signed = Signed(*named("a", "b"))
    other, _ = client(signed.tokens, org_answer())
    mine, script = client(FixedToken(Secret("1000.old")), deleted(), org_answer())
    mine.take_over(other, "700000001")
    other.close()
    mine.delete_record("Leads", ID)
    signed.clock.now += 4000
    mine.org()
    assert used(script) == ["a", "b"]
    mine.close()
    signed.clock.now += 4000
    with pytest.raises(NotSent, match="closed"):
        signed.tokens.current()
