"""The device flow's codes: who asks, what the user said, and how often was asked for it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Literal

from zohotui.sandbox.oauth.grants import OAuthRefusal, OtherDataCentre, new_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zohotui.sandbox.org.org import Org

USER_CODE_LIFETIME = 300.0
POLL_INTERVAL = 30.0
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One request for a sign-in. Source: zoho-api.md, "Device flow".

    `user_code` is what the user types ("BCDF-GHJK"), `device_code` what the client polls with.
    `offline` and `consent` are what `access_type` and `prompt` asked for. `expires` is a moment
    of the sandbox's clock: until then the user may decide. Once approved, `location` is the
    data centre of the user's account, and `org` what it was approved for (None: its first).
    """

    user_code: str
    device_code: str
    client_id: str
    scopes: tuple[str, ...]
    offline: bool
    consent: bool
    expires: float
    verdict: Literal["pending", "approved", "denied"] = "pending"
    location: str = ""
    org: Org | None = None


class Devices:
    """Every device code of one client, in all data centres; safe from any thread.

    `interval` is the least number of seconds between two polls; it may be changed at any time.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._mutex = Lock()
        self._devices: dict[str, Device] = {}
        self._polled: dict[tuple[str, str], float] = {}
        self.interval = POLL_INTERVAL

    def start(
        self, client_id: str, scopes: Iterable[str], *, offline: bool, consent: bool
    ) -> Device:
        """Make the codes for a new sign-in."""
        device = Device(
            user_code=f"{_word()}-{_word()}",
            device_code=new_token(),
            client_id=client_id,
            scopes=tuple(scopes),
            offline=offline,
            consent=consent,
            expires=self._clock() + USER_CODE_LIFETIME,
        )
        with self._mutex:
            self._devices[device.device_code] = device
        return device

    def approve(self, user_code: str, org: Org | None, location: str) -> None:
        """Say yes for the user; KeyError unless the code waits for an answer."""
        with self._mutex:
            device = self._waiting(user_code)
            self._devices[device.device_code] = replace(
                device, verdict="approved", org=org, location=location
            )

    def deny(self, user_code: str) -> None:
        """Say no for the user; KeyError unless the code waits for an answer."""
        with self._mutex:
            device = self._waiting(user_code)
            self._devices[device.device_code] = replace(device, verdict="denied")

    @property
    def pending(self) -> list[str]:
        """The user codes that wait for an answer, oldest first."""
        with self._mutex:
            return [device.user_code for device in self._devices.values() if self._open(device)]

    def poll(
        self, device_code: str, client_id: str, here: str, *, count_everywhere: bool = False
    ) -> Device | None:
        """Hand out an approved device, once; None for a code that is unknown or used.

        `here` is the location that was asked. The least interval is counted for each location,
        or over all. Raises OAuthRefusal with slow_down, authorization_pending, access_denied or
        expired, and OtherDataCentre.
        """
        with self._mutex:
            device = self._devices.get(device_code)
            if device is None or device.client_id != client_id:
                return None
            self._count(device_code, "" if count_everywhere else here)
            if device.verdict == "denied":
                raise OAuthRefusal("access_denied")
            if device.verdict == "pending":
                raise OAuthRefusal("authorization_pending" if self._open(device) else "expired")
            if device.location != here:
                raise OtherDataCentre(device.location)
            return self._devices.pop(device_code)

    def _count(self, device_code: str, where: str) -> None:
        """Write down a poll; OAuthRefusal if the one before was too short a while ago."""
        now = self._clock()
        before = self._polled.get((device_code, where))
        self._polled[device_code, where] = now
        if before is not None and now - before < self.interval:
            raise OAuthRefusal("slow_down")

    def _waiting(self, user_code: str) -> Device:
        wanted = user_code.strip().upper()
        for device in self._devices.values():
            if device.user_code == wanted and self._open(device):
                return device
        raise KeyError(user_code)

    def _open(self, device: Device) -> bool:
        return device.verdict == "pending" and device.expires > self._clock()


def _word() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(4))
