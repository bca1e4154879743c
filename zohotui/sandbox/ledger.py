"""The independent record of what arrived and of what was done because of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it arrived; never with a token or a secret in it.

    `status` is what was answered: None while it is in work, or when no answer was sent.
    `ids` are those of a DELETE or of a restore, as sent. `token_tail` is the token's last four
    characters.
    `at` is seconds of the sandbox's clock; `host` is the Host header as sent. The accounts
    host's `query` stays empty: it may hold secrets.
    """

    number: int
    at: float
    method: str
    path: str
    query: str
    ids: tuple[str, ...] = ()
    status: int | None = None
    fault: str | None = None
    wf_trigger: bool | None = None
    token_tail: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """One record that went. `permanent`: its module has no Recycle Bin.

    `with_parent` is set where nobody named the record: it went along with that parent.
    """

    number: int
    request_number: int
    module: str
    record_id: str
    at: float
    permanent: bool
    workflow_fired: bool
    with_parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What one request deleted; kept by the request, since a million rows would not be small.

    The fields are those of `Deletion`.
    """

    request_number: int
    module: str
    ids: tuple[str, ...]
    at: float
    permanent: bool
    workflow_fired: bool
    with_parent: str | None = None


class Ledger:
    """Append-only; safe from any thread."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self._requests: list[Request] = []
        self._gone: list[Gone] = []
        self._back: list[tuple[int, str]] = []

    def arrived(
        self, *, at: float, method: str, path: str, query: str, token: str, host: str = ""
    ) -> int:
        """Write down a request on arrival; its number."""
        with self._mutex:
            number = len(self._requests) + 1
            self._requests.append(
                Request(
                    number=number,
                    at=at,
                    method=method,
                    path=path,
                    query=query,
                    token_tail=token[-4:],
                    host=host,
                )
            )
            return number

    def amend(self, number: int, **changes: Any) -> None:  # noqa: ANN401 - fields of Request
        """Fill in what became known of a request: ids, status, fault, wf_trigger."""
        with self._mutex:
            self._requests[number - 1] = replace(self._requests[number - 1], **changes)

    def deleted(self, gone: Gone) -> None:
        """Write down records that are gone now."""
        with self._mutex:
            self._gone.append(gone)

    def restored(self, request_number: int, record_id: str) -> None:
        """Write down a record that came back, or was scheduled to, because a request named it."""
        with self._mutex:
            self._back.append((request_number, record_id))

    @property
    def requests(self) -> list[Request]:
        """Every request in the order of arrival (a copy)."""
        with self._mutex:
            return list(self._requests)

    @property
    def deletions(self) -> list[Deletion]:
        """Every record that went, in order (built afresh on each reading)."""
        rows = ((entry, record_id) for entry in self._entries() for record_id in entry.ids)
        return [
            Deletion(
                number=number,
                request_number=entry.request_number,
                module=entry.module,
                record_id=record_id,
                at=entry.at,
                permanent=entry.permanent,
                workflow_fired=entry.workflow_fired,
                with_parent=entry.with_parent,
            )
            for number, (entry, record_id) in enumerate(rows, 1)
        ]

    def deleted_ids(self, module: str) -> list[str]:
        """Return the ids that went because a request named them, in order; not those gone along."""
        return [
            record_id
            for entry in self._entries()
            if entry.module == module and entry.with_parent is None
            for record_id in entry.ids
        ]

    def sent_ids(self, module: str) -> list[str]:
        """Every id that any DELETE of this module carried, in order and with repeats."""
        return [
            record_id
            for request in self.requests
            if request.method == "DELETE" and _module_of(request.path) == module
            for record_id in request.ids
        ]

    @property
    def restored_ids(self) -> list[str]:
        """The ids that came back, or were scheduled to, in order; not the children."""
        with self._mutex:
            return [record_id for _, record_id in self._back]

    @property
    def asked_back(self) -> list[str]:
        """Every id that any restore carried, in order and with repeats."""
        return [
            record_id
            for request in self.requests
            if request.method == "POST" and "/recycle_bin/" in request.path
            for record_id in request.ids
        ]

    def as_json(self) -> dict[str, Any]:
        """Give both lists as `{"requests": [...], "deletions": [...]}`."""
        return {
            "requests": [asdict(request) for request in self.requests],
            "deletions": [asdict(deletion) for deletion in self.deletions],
        }

    def _entries(self) -> list[Gone]:
        with self._mutex:
            return list(self._gone)


def _module_of(path: str) -> str:
    """`Leads` of /crm/v2/Leads and /crm/v2/Leads/1; empty where there is none."""
    parts = path.split("/")
    return parts[3] if len(parts) > 3 else ""  # noqa: PLR2004 - "", crm, version, module
