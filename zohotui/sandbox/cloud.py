"""All of Zoho in one process: a sandbox for each data centre, chosen by the Host header."""

from __future__ import annotations

from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING

from zohotui.sandbox import hosts
from zohotui.sandbox.org.org import check_distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIEnvironment

    from zohotui.sandbox.app import Sandbox


class UnknownHost(AssertionError):
    """Something was contacted that is no host of this cloud; the argument is its name."""


class Cloud:
    """A WSGI application over location → Sandbox: `Cloud({"us": …, "eu": …})`.

    The locations are those of `hosts.DATA_CENTRES`. The cloud gives each sandbox its location
    and makes them share their device codes, so that a sign-in begun in one data centre can end
    in another. A client that exists in several is given to each of them: `Sandbox(client=(id,
    secret))`, with a secret of its own in each if wished. Source: zoho-api.md, "Environments
    and hosts", "Device flow".

    ValueError for a location that is not listed, and for two orgs with the same `zgid` or
    `prefix`, whose records could not be told apart.
    """

    def __init__(self, sandboxes: Mapping[str, Sandbox]) -> None:
        listed = {centre.location for centre in hosts.DATA_CENTRES}
        if not sandboxes or not listed.issuperset(sandboxes):
            raise ValueError(f"the locations must be among {', '.join(sorted(listed))}")
        check_distinct(org for sandbox in sandboxes.values() for org in sandbox.orgs)
        self.sandboxes: Mapping[str, Sandbox] = MappingProxyType(dict(sandboxes))
        self._mutex = Lock()
        self._hosts: list[str] = []
        shared = next(iter(sandboxes.values())).devices
        for location, sandbox in sandboxes.items():
            sandbox.location = location
            sandbox.devices = shared

    @property
    def hosts(self) -> list[str]:
        """Every host that was contacted, in order and with repeats (a copy)."""
        with self._mutex:
            return list(self._hosts)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand a request to its data centre. Raises UnknownHost for any other host."""
        host = hosts.bare(environ.get("HTTP_HOST") or environ.get("SERVER_NAME", ""))
        with self._mutex:
            self._hosts.append(host)
        sandbox = self.sandboxes.get(hosts.location_of(host))
        if sandbox is None:
            raise UnknownHost(host)
        return sandbox(environ, start_response)
