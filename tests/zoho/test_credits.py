"""How many API credits are left, as answers tell that overtake each other."""

from __future__ import annotations

from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken


def test_answers_that_overtake_each_other_tell_no_more_credits_than_there_are() -> None:
    crm = ZohoCRM(api_domain("http://localhost"), FixedToken(Secret("t")))
    first, second = next(crm._moments), next(crm._moments)
    crm._learn_credits(10, first)
    crm._learn_credits(11, second)
    assert crm.credits == 10
    # What begins afterwards may tell of more: they come back within 24 hours.
    crm._learn_credits(50, next(crm._moments))
    assert crm.credits == 50
    crm._learn_credits(49, second)
    assert crm.credits == 49
    crm.close()
