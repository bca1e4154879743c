"""Zoho's clock, as far as its answers tell: how far this machine's is from it.

What an answer tells is a span that the difference is in; the next answers narrow it, until one
contradicts: then a clock was set, and what was known before counts no more.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

LARGE = 120.0
"""Seconds by which a clock may be wrong before it is told."""

_LIFE = 3_600.0
"""Seconds that an access token lives at most. Source: zoho-api.md, "Validity and limits"."""

_CLOSE = 60.0
"""Seconds by which two servers of Zoho's may differ."""

_LONGEST_REFRESH = 20.0
"""Seconds between the making of an access token and its arrival, at most."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) "
    rf"({'|'.join(_MONTHS)}) (20[2-9][0-9]) ([0-9]{{2}}):([0-9]{{2}}):([0-9]{{2}}) GMT"
)
_LONGEST_RESET = 40
_YEARS = range(2020, 2100)
_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Skew:
    """How far this machine's clock is from Zoho's."""

    ahead: float
    """Seconds by which it is ahead; behind if negative."""
    within: float = 0.0
    """Seconds by which that may be wrong in either direction."""

    @property
    def words(self) -> str:
        """Say it as the end of a sentence on a clock, if it is large beyond doubt; else empty."""
        if abs(self.ahead) - self.within < LARGE:
            return ""
        side = "ahead of" if self.ahead > 0 else "behind"
        return f"{_span(abs(self.ahead))} {side} Zoho's"


class ZohoClock:
    """What the answers of one org tell of its clock. Safe to use from several threads at once.

    `local` is this machine's clock, in seconds since the epoch.
    """

    def __init__(self, local: Callable[[], float] = time.time) -> None:
        self.local = local
        self._mutex = threading.Lock()
        self._span: tuple[float, float] | None = None
        """The least and the most by which this machine's clock is ahead."""

    @property
    def skew(self) -> Skew | None:
        """How far this machine's clock is from Zoho's; None if no answer told."""
        with self._mutex:
            span = self._span
        return Skew(sum(span) / 2, (span[1] - span[0]) / 2) if span else None

    def by_zoho(self, at: float) -> float:
        """Turn a moment by this machine's clock into one by Zoho's, as far as that is known."""
        skew = self.skew
        return at - skew.ahead if skew else at

    def learn(self, headers: Mapping[str, str], asked: float, ends: float | None = None) -> None:
        """Take in the headers of an answer.

        `asked`: when the request left; `ends`: when its access token ends, if that is known; both
        by this machine's clock. A date is taken for Zoho's own if the answer is one of its API and
        no stored one. Where it tells when the token ends, the token must be good at that date, or
        this machine must agree: a proxy on the way may have put in its own. Source: zoho-api.md,
        "Signals".
        """
        now = self.local()
        # It may have been set back meanwhile.
        first = min(asked, now)
        is_own = "Age" not in headers and "json" in headers.get("Content-Type", "").lower()
        date = _date(headers.get("Date", "")) if is_own else None
        reset = _reset(headers.get("X-ACCESSTOKEN-RESET", ""))
        if reset is not None and min(abs(reset - (date or now)), abs(reset - now)) > _DAY:
            # No token lives for days.
            reset = None
        alive = None if reset is None else (first - reset, now - reset + _LIFE)
        # A date has whole seconds.
        dated = None if date is None else (first - date - 1, now - date)
        told = alive
        if dated is not None and (alive is None or _overlap(dated, alive) or _is_small(dated)):
            told = dated
        elif reset is not None and alive is not None and ends is not None:
            made = ends - reset - _LONGEST_REFRESH, ends - reset
            told = made if _overlap(made, alive) else alive
        if told is not None:
            self._narrow(told)

    def _narrow(self, told: tuple[float, float]) -> None:
        with self._mutex:
            if self._span is not None:
                both = max(self._span[0], told[0]), min(self._span[1], told[1])
                told = both if both[0] <= both[1] else told
            self._span = told


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether both may be true, give or take what two servers of Zoho's may differ by."""
    return one[0] <= other[1] + _CLOSE and other[0] <= one[1] + _CLOSE


def _is_small(span: tuple[float, float]) -> bool:
    return span[0] < LARGE and span[1] > -LARGE


def _date(text: str) -> float | None:
    """Read the one form that a Date header has today. Source: RFC 9110, 5.6.7."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    day, month, year, *time_of_day = found.groups()
    hours, minutes, seconds = map(int, time_of_day)
    number = _MONTHS.index(month) + 1
    try:
        moment = datetime(int(year), number, int(day), hours, minutes, seconds, tzinfo=UTC)
    except ValueError:
        return None
    return moment.timestamp()


def _reset(text: str) -> float | None:
    """Read when an access token ends; None if that is no moment."""
    if len(text) > _LONGEST_RESET:
        return None
    try:
        moment = datetime.fromisoformat(text)
        sane = moment.tzinfo is not None and moment.year in _YEARS
        return moment.timestamp() if sane else None
    except (ValueError, OverflowError):
        return None


def _span(seconds: float) -> str:
    for size, unit in ((_DAY, "days"), (_HOUR, "hours")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds / _MINUTE:,.0f} minutes"
