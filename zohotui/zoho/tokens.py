"""Where access tokens come from: given once, or renewed for as long as the session stays open.

Source: zoho-api.md, "Refresh", "Token-endpoint errors" and "Validity and limits".
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from zohotui.zoho.accounts import Accounts, TokenAnswer
from zohotui.zoho.accounts_advice import WAIT
from zohotui.zoho.errors import TokenThrottled
from zohotui.zoho.follow import followed
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.secret import Secret

MARGIN = 60.0
"""Seconds before its end from which a token is not used any more."""

_NEW = 60.0
"""Seconds in which a token that Zoho does not accept is no old one."""

_LONGEST_LIFE = 86_400.0

LIMITS = ((5, 60.0), (10, 600.0))
"""New tokens in this many seconds that a refresh token may give; both of Zoho's pages are kept."""


class Tokens(Protocol):
    """The tokens of one sign-in; safe to use from several threads at once."""

    @property
    def renewable(self) -> bool:
        """Whether another token can be had without anybody's help."""

    def current(self) -> Secret:
        """Return a token to sign a request with.

        Raises SignInNeeded, TokenThrottled or NotSent if there is none.
        """

    def accepted(self, token: Secret) -> None:
        """Take note that Zoho accepted a token."""

    def refused(self, token: Secret) -> bool:
        """Take note that Zoho did not accept a token; whether the next may do better."""

    @property
    def ends(self) -> float | None:
        """When the current token ends by the local clock, in seconds since 1970, if known."""

    def close(self) -> None:
        """Let go of connections."""


class FixedToken:
    """One access token and no more."""

    renewable = False
    ends = None

    def __init__(self, token: Secret) -> None:
        self._token = token

    def current(self) -> Secret:
        """Return the token, good or not: only Zoho knows."""
        return self._token

    def accepted(self, token: Secret) -> None:
        """Nothing follows from it."""

    def refused(self, token: Secret) -> bool:
        """There is no other."""
        del token
        return False

    def close(self) -> None:
        """There is no connection."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of the access tokens of one refresh token. Times: seconds since 1970."""

    token: Secret | None = None
    made: float = 0.0
    ends: float = 0.0
    asked: tuple[float, ...] = ()
    """When new ones were asked for, lately."""
    not_before: float = 0.0
    """When Zoho may be asked again."""

    def usable(self, now: float) -> bool:
        """Whether the token should be good for a while; a clock that was set may mislead."""
        sane = self.made - MARGIN <= now and self.ends - now <= _LONGEST_LIFE + MARGIN
        # A token that lives no longer than the margin would be renewed for every request.
        margin = min(MARGIN, (self.ends - self.made) / 2)
        return self.token is not None and sane and now < self.ends - margin

    @property
    def age(self) -> tuple[float, float, float]:
        """Orders what is known by how new it is; the newest is the largest."""
        return max(self.asked, default=0.0), self.not_before, self.made

    def set_right(self, now: float) -> Kept:
        """Return the same without anything that is ahead, as after a clock was set back.

        What is ahead counts as of now: so Zoho's limits are kept, and no wait grows by the hours
        that a clock was wrong.
        """
        return replace(
            self,
            asked=tuple(min(moment, now) for moment in self.asked),
            not_before=min(self.not_before, now + WAIT),
        )


class TokenStore(Protocol):
    """Keeps what is known of one refresh token's access tokens, for every zohotui that uses it."""

    def held(self) -> AbstractContextManager[None]:
        """Keep every other zohotui from asking for a token meanwhile."""

    def read(self) -> Kept:
        """Return what is kept; nothing if it cannot be read."""

    def write(self, kept: Kept) -> None:
        """Keep this."""

    def erase(self) -> None:
        """Forget all of it."""


@dataclass
class MemoryStore:
    """Keeps it for this process only."""

    kept: Kept = field(default_factory=Kept)

    @contextmanager
    def held(self) -> Iterator[None]:
        """There is nobody else."""
        yield

    def read(self) -> Kept:
        """Return what was written last."""
        return self.kept

    def write(self, kept: Kept) -> None:
        """Keep it."""
        self.kept = kept

    def erase(self) -> None:
        """Forget it."""
        self.kept = Kept()


class RefreshedTokens:
    """Renews access tokens with a refresh token: one at a time, and no more than Zoho allows."""

    renewable = True

    def __init__(
        self,
        accounts: Accounts,
        client: OAuthClient,
        refresh_token: Secret,
        store: TokenStore,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._accounts = accounts
        self._client = client
        self._refresh_token = refresh_token
        self._store = store
        self._clock = clock
        self._mutex = threading.Lock()
        self._kept = Kept()
        self._bad: Secret | None = None
        self._good_once: Secret | None = None

    def begin(self, answer: TokenAnswer) -> None:
        """Start with the access token that came along with the refresh token."""
        with self._mutex, self._store.held():
            now = self._clock()
            self._keep(answer, (*_lately(self._store.read().asked, now), now))

    def renew(self) -> TokenAnswer:
        """Make another access token now, whatever there is; raises what `current` raises."""
        with self._mutex, self._store.held():
            return self._renew(self._store.read())

    def current(self) -> Secret:
        """Return a token with some life left; renew it if there is none."""
        with self._mutex:
            if (token := self._good(self._kept)) is not None:
                return token
            with self._store.held():
                kept = self._store.read()
                if (token := self._good(kept)) is not None:
                    # Another zohotui on the same sign-in was quicker.
                    self._kept = kept
                    return token
                return self._renew(kept).access_token

    def accepted(self, token: Secret) -> None:
        """Know that this token was good once, so that it can only have ended."""
        self._good_once = token

    def refused(self, token: Secret) -> bool:
        """Drop the token; False if it is new and was never good, so that another is no better."""
        with self._mutex:
            if token != self._kept.token:
                return True
            self._bad = token
            return token == self._good_once or self._clock() - self._kept.made > _NEW

    @property
    def ends(self) -> float | None:
        """When the current token ends by the local clock."""
        return self._kept.ends or None

    def keep_in(self, store: TokenStore) -> None:
        """Share what is known by another store from now on, unless it knows newer.

        Raises NotSent if another zohotui does not let go of that.
        """
        with self._mutex, store.held():
            store.write(max(self._store.read(), store.read(), key=lambda kept: kept.age))
            self._store = store

    def revoke(self) -> None:
        """End the sign-in at Zoho and forget its tokens; raises NotSent if Zoho does not."""
        with self._mutex, self._store.held():
            self._kept = Kept()
            self._store.erase()
        self._accounts.revoke(self._refresh_token)

    def close(self) -> None:
        """Let go of the connections."""
        self._accounts.close()

    def _good(self, kept: Kept) -> Secret | None:
        usable = kept.usable(self._clock()) and kept.token != self._bad
        return kept.token if usable else None

    def _renew(self, kept: Kept) -> TokenAnswer:
        now = self._clock()
        if (right := kept.set_right(now)) != kept:
            kept = right
            self._store.write(kept)
        self._wait_for_turn(kept, now)
        # Before it leaves: an answer that is lost has counted at Zoho all the same.
        kept = replace(kept, asked=(*_lately(kept.asked, now), now), not_before=0.0)
        self._store.write(kept)
        try:
            answer = self._accounts.refresh(self._client, self._refresh_token)
        except TokenThrottled as error:
            self._store.write(replace(kept, not_before=self._clock() + error.wait))
            raise
        followed(self._accounts.server, answer.api_domain)
        self._keep(answer, kept.asked)
        return answer

    def _keep(self, answer: TokenAnswer, asked: tuple[float, ...]) -> None:
        now = self._clock()
        self._kept = Kept(answer.access_token, now, now + answer.lifetime, asked)
        self._store.write(self._kept)

    def _wait_for_turn(self, kept: Kept, now: float) -> None:
        """Raise TokenThrottled while Zoho would refuse, without asking it."""
        wait = kept.not_before - now
        why = "Zoho gives no new access tokens for now, because too many were made"
        for most, span in LIMITS:
            times = [moment for moment in kept.asked if now - span < moment <= now]
            if len(times) >= most:
                wait = max(wait, times[-most] + span - now)
                why = f"{most} access tokens were made in {span:.0f} s, as many as Zoho allows"
        if wait > 0:
            raise TokenThrottled(f"{why}.", wait)


def _lately(moments: tuple[float, ...], now: float) -> tuple[float, ...]:
    longest = max(span for _, span in LIMITS)
    return tuple(moment for moment in moments if now - longest < moment <= now)
