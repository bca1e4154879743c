"""Asking an org again by itself, as long as the answer may differ without anybody's doing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from zohotui.config.profiles import Account
from zohotui.deletion.connection import Connection, connect
from zohotui.deletion.reads.pace import Pace
from zohotui.zoho.errors import AnswerLost, NotAuthorized, ZohoError


@dataclass(frozen=True, slots=True)
class Waiting:
    """The org gave no usable answer, and is asked again in this many seconds."""

    why: str
    seconds: float


def may_pass(error: ZohoError) -> bool:
    """Whether the same question may be answered later, though nobody changes anything."""
    passes = error.temporary or isinstance(error, AnswerLost)
    return passes and not isinstance(error, NotAuthorized)


def connect_patiently(
    account: Account, told: Callable[[Waiting], object], sleep: Callable[[float], object]
) -> Connection:
    """Ask the org until it answers, with pauses that grow to a minute.

    Raises the ZohoError of an answer that will not change, and whatever `sleep` raises to end it.
    """
    pace = Pace(1, time.monotonic)
    while True:
        try:
            return connect(account.crm, account.profile.name, account.profile.org)
        except ZohoError as error:
            if not may_pass(error):
                raise
            pace.refused(error.wait)
            told(Waiting(error.detail, pace.delay))
        sleep(pace.delay)
