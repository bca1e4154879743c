"""Runs that send values in the place of ids: their org, with two users, and the list of values."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.chaos.engine import FIELD, MODULE
from zohotui.sandbox import Org, Sandbox, Variants
from zohotui.sandbox.arrival import Arrival
from zohotui.sandbox.org.externals import Kind
from zohotui.sandbox.org.people import User
from zohotui.sandbox.replies import Reply

_FORMS = ("K-{}", "K-{}", "größe {}", "a/b {}", "50% &ids={}", "+{}#?", "..{}", "'{}\"", "\\{}")


class TwoUsers(Sandbox):
    """A practice org in which a token acts for the user who signed in with it.

    It does so however late its request is worked on, when somebody else may long be at work.
    """

    def __init__(self, variants: Variants, latency: float, clock: Callable[[], float]) -> None:
        super().__init__(Org.empty(), variants=variants, latency=latency, clock=clock)
        self._users: dict[str, User] = {}

    def sign_in(self, user: User) -> str:
        """Return a token of a user: the end of it, which the ledger has, is no other user's."""
        taken = {token[-4:] for token in self._users}
        token = self.issue_token(lifetime=1e9)
        while token[-4:] in taken:
            token = self.issue_token(lifetime=1e9)
        self._users[token] = user
        return token

    def _checked(self, arrival: Arrival, number: int) -> Reply:
        with self.org.mutex:
            self.org.acting = self._users.get(arrival.token, self.org.users[0])
            return super()._checked(arrival, number)


def variants_of(dice: Random) -> Variants:
    """Let Zoho answer to values in any of the ways that its documents leave open."""
    return Variants(
        external_details=dice.choice(["both", "both", "field", "id"]),
        external_case_blind=dice.random() < 0.3,
        external_unknown=dice.choice(["item", "flat"]),
        external_v2_status=dice.choice([200, 202, 207]),
        not_approved_with_id=dice.random() < 0.5,
        shuffle=dice.random() < 0.5,
    )


def furnish(org: Org, dice: Random, count: int, now: float) -> list[str]:
    """Make records that have values, and bystanders; return a list of values to delete by.

    Most of its records can go, some cannot or are away, some values are of no record or of two. Of
    a field that is each user's own, the other user has the same values in other records.
    """
    kinds: list[Kind] = ["org", "user"]
    kind = dice.choice(kinds)
    org.externals.define(MODULE, FIELD, kind)
    anna, bob = org.users[:2]
    values = [dice.choice(_FORMS).format(number) for number in range(count)]
    for value in values:
        (record,) = org.add_records(MODULE)
        org.externals.give(MODULE, FIELD, record, value, anna.id)
        match dice.randrange(30):
            case 0:
                org.lock(MODULE, record)
            case 1:
                org.await_approval(MODULE, record)
            case 2:
                org.forbid(MODULE, record)
            case 3:
                org.bin(MODULE, record, at=now - 86_400)
            case 4:
                (twin,) = org.add_records(MODULE)
                org.externals.give(MODULE, FIELD, twin, value, anna.id)
            case _:
                pass
    for number, bystander in enumerate(org.add_records(MODULE, count)):
        value = values[number] if kind == "user" else f"not listed {number}"
        org.externals.give(MODULE, FIELD, bystander, value, bob.id)
    # What must never be sent: it would be an id if the header were lost, or two values.
    could_be_ids = org.add_records(MODULE, dice.randint(0, 3))
    of_nobody = [f"none {number}" for number in range(dice.randint(0, count // 10))]
    otherwise = [value.swapcase() for value in values if dice.random() < 0.05]
    listed = [*values, *of_nobody, *otherwise, *could_be_ids, f"{values[0]},{values[-1]}"]
    dice.shuffle(listed)
    return list(dict.fromkeys(listed))
