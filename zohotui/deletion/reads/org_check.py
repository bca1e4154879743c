"""Whether a client opens the org that was confirmed, and for whom: the only judge of it.

1. The address is compared before anything is sent or read.
2. The org is read, and compared with the one that stands in the plan. A plan whose org could not be
   named was confirmed as such: nothing is read then.
3. Where values are sent in the place of ids, the user is compared too: of some external fields each
   user has values of their own, so the same value names another record for somebody else.
4. Reads go through `check_org`; the run, which may pause and sign in meanwhile, reads by itself and
   asks `OrgCheck` what the answer means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from zohotui.deletion.model.events import Waiting
from zohotui.deletion.model.plan import Target
from zohotui.deletion.reads.reads import ReadingEnded, Reads
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.records import Org, User

_Event = TypeVar("_Event")


@dataclass(frozen=True, slots=True)
class OrgCheck:
    """What must hold of a client, and what is said if it does not."""

    target: Target
    confirmed: str = "run"
    """What was confirmed for this org: a run, or a plan that has not begun."""

    @property
    def is_named(self) -> bool:
        """Whether the org could be named, so that there is something to compare."""
        return bool(self.target.zgid)

    def other_address(self, crm: ZohoCRM) -> str:
        """Say that the client speaks to another address; empty if it does not."""
        if crm.domain.url == self.target.api_domain:
            return ""
        return f"The {self.confirmed} was confirmed for another address than this session's."

    def other_org(self, org: Org) -> str:
        """Say that this is another org; empty if it is the one."""
        target = self.target
        if org.zgid == target.zgid:
            return ""
        return (
            f"This sign-in opens {org.name} (org {org.zgid}), but the {self.confirmed} was "
            f"confirmed for {target.org} (org {target.zgid})."
        )

    def other_user(self, user: User) -> str:
        """Say that this is another user than the one who confirmed; empty if it is the one."""
        target = self.target
        if user.id and user.id == target.user_id:
            return ""
        return (
            f"This sign-in is {user.email or user.name or 'another user'}'s, but the "
            f"{self.confirmed} was confirmed by {target.user or 'another user'}. It sends values, "
            "and the same value may name another record for another user."
        )


def check_org(reads: Reads[_Event], crm: ZohoCRM, target: Target) -> Iterator[_Event | Waiting]:
    """Make sure that what is read is the org of the run; raises ReadingEnded if it is not.

    Raises ZohoError if Zoho refuses for good to tell.
    """
    check = OrgCheck(target)
    if why := check.other_address(crm):
        raise ReadingEnded(why)
    if check.is_named:
        org = yield from reads.one(crm.org)
        if why := check.other_org(org):
            raise ReadingEnded(f"{why} {reads.ending.if_wrong_org}")
