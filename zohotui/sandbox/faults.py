"""What can be made to go wrong: faults laid in the way of coming requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


class FaultKind(StrEnum):
    """The kinds of fault. Source: zoho-api.md, section 13, row 26.

    `…_before`: nothing has been done when it strikes. `…_after`: the work is done and in the
    ledger, only the answer suffers. Kinds without either word are described beside them.
    """

    DELAY = "delay"
    """The request waits `seconds`, then all is well."""
    REFUSE = "refuse"
    """No connection at all, as far as a transport inside the process can tell."""
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    INTERNAL_ERROR_BEFORE = "internal_error_before"
    INTERNAL_ERROR_AFTER = "internal_error_after"
    BAD_GATEWAY_BEFORE = "bad_gateway_before"
    BAD_GATEWAY_AFTER = "bad_gateway_after"
    UNAVAILABLE = "unavailable"
    """503 with a page of HTML; nothing done."""
    HTML_OK_BEFORE = "html_ok_before"
    HTML_OK_AFTER = "html_ok_after"
    EXPIRED_TOKEN = "expired_token"  # noqa: S105 - the name of a fault, no secret
    """401 INVALID_TOKEN; nothing done."""
    TOO_MANY_REQUESTS = "too_many_requests"
    """429; nothing done."""
    FLAT_ERROR = "flat_error"
    """A flat error of `status`, `code`, `message`, `details`; nothing done."""
    FLAT_ERROR_AFTER = "flat_error_after"
    TRUNCATED_JSON = "truncated_json"
    """The body stops half-way; work done. So are all kinds from here on."""
    CUT_BODY = "cut_body"
    """The connection is reset half-way through the body."""
    EMPTY_BODY = "empty_body"
    NOT_JSON_ARRAY = "not_json_array"
    """`data` or `recycle_bin` is an object where a list belongs."""
    ITEM_WITHOUT_ID = "item_without_id"
    """One item of those, at `position`, loses `details.id`."""
    MISSING_ITEM = "missing_item"
    EXTRA_ITEM = "extra_item"
    """They have a success for an id that nobody asked for."""
    DUPLICATE_ITEM = "duplicate_item"
    CONTRADICTING_ITEM = "contradicting_item"
    """One id comes twice in them, once as a success and once as a failure."""
    TRICKLING_HEAD = "trickling_head"
    """The answer comes byte by byte, from its first; `seconds` as for a hang."""
    TRICKLING_BODY = "trickling_body"
    """The same from the first byte of the body."""
    GZIP_BOMB = "gzip_bomb"
    """The true answer behind megabytes of blanks, packed into a few kilobytes."""
    DEEP_JSON = "deep_json"
    """The true answer has a member of lists in lists in lists."""
    GIANT_NUMBERS = "giant_numbers"
    """The headers that count credits and seconds have thousands of digits."""


_AFTER = frozenset(
    {
        FaultKind.HANG_AFTER,
        FaultKind.RESET_AFTER,
        FaultKind.INTERNAL_ERROR_AFTER,
        FaultKind.BAD_GATEWAY_AFTER,
        FaultKind.HTML_OK_AFTER,
        FaultKind.FLAT_ERROR_AFTER,
        FaultKind.TRUNCATED_JSON,
        FaultKind.CUT_BODY,
        FaultKind.EMPTY_BODY,
        FaultKind.NOT_JSON_ARRAY,
        FaultKind.ITEM_WITHOUT_ID,
        FaultKind.MISSING_ITEM,
        FaultKind.EXTRA_ITEM,
        FaultKind.DUPLICATE_ITEM,
        FaultKind.CONTRADICTING_ITEM,
        FaultKind.TRICKLING_HEAD,
        FaultKind.TRICKLING_BODY,
        FaultKind.GZIP_BOMB,
        FaultKind.DEEP_JSON,
        FaultKind.GIANT_NUMBERS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The next `times` matching requests meet this, after `skip` of them have passed.

    A request matches by method and by `path` being part of its path (None: any path). `seconds`
    is how long a delay lasts, or the bound of a hang (0: the server's own bound). `status`,
    `code`, `message` and `details` are for the flat errors, `position` for the item kinds.
    """

    kind: FaultKind
    method: str = "DELETE"
    path: str | None = None
    times: int = 1
    skip: int = 0
    seconds: float = 0.0
    status: int = 400
    code: str = "INVALID_DATA"
    message: str = "record not deleted"
    details: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    position: int = 0

    @property
    def after_work(self) -> bool:
        """Whether the work is done before the fault strikes."""
        return self.kind in _AFTER

    def matches(self, method: str, path: str) -> bool:
        """Whether it is meant for such a request."""
        return method == self.method and (self.path is None or self.path in path)


class ConnectionDropped(Exception):
    """Raised out of the WSGI call where no answer, or only part of one, reaches the client.

    `kind`: "refused" (never connected), "reset" (RST), "hang" (no answer until the client
    gives up or `seconds` have passed; 0: the server's bound), "trickle" (the same, but a byte of
    `rest` goes out every moment). `sent` is what had already gone out, head included, before that.
    """

    def __init__(
        self,
        kind: Literal["refused", "reset", "hang", "trickle"],
        *,
        seconds: float = 0.0,
        sent: bytes = b"",
        rest: bytes = b"",
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.seconds = seconds
        self.sent = sent
        self.rest = rest


class Faults:
    """The faults in waiting; safe from any thread."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self._waiting: list[tuple[Fault, int]] = []

    def add(self, *faults: Fault) -> None:
        """Lay faults in the way; of several that match, the first laid strikes first."""
        with self._mutex:
            self._waiting.extend((fault, 0) for fault in faults)

    def clear(self) -> None:
        """Take all faults away."""
        with self._mutex:
            self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that strikes this request, counted off; None for a healthy one.

        Every matching fault counts the request for its `skip`, up to the one that strikes.
        """
        with self._mutex:
            for place, (fault, seen) in enumerate(self._waiting):
                if not fault.matches(method, path):
                    continue
                if seen + 1 >= fault.skip + fault.times:
                    del self._waiting[place]
                else:
                    self._waiting[place] = (fault, seen + 1)
                if seen >= fault.skip:
                    return fault
            return None

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """The faults that have not struck as often as they shall."""
        with self._mutex:
            return tuple(fault for fault, _ in self._waiting)
