"""Steering the sandbox over HTTP, for tests in other processes; no token, loopback only.

    GET    /_sandbox/ledger     what `Ledger.as_json` gives
    POST   /_sandbox/faults     a list of objects with Fault's fields, e.g.
                                [{"kind": "reset_after", "times": 2}]
    DELETE /_sandbox/faults     take all faults away
    POST   /_sandbox/variants   fields of Variants to change
    POST   /_sandbox/records    {"module": "Leads", "count": 500} → {"ids": [...]}; further keys:
                                "lock", "zia", "await_approval", "forbid", "bin", "unlock": lists
                                of ids of that module (`count` may be left out)
    POST   /_sandbox/token      {} or {"scopes": [...], "lifetime": 60} → {"access_token": ...};
                                {"code": true, "scopes": [...]} → {"code": ...};
                                {"expire": token} → {}
    POST   /_sandbox/latency    {"ms": 200}
    GET    /_sandbox/sample_ids module → ids that can be deleted now

Anything it cannot make sense of is answered 400 {"error": sentence}.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from zohotui.sandbox import replies
from zohotui.sandbox.app import Sandbox
from zohotui.sandbox.faults import Fault, FaultKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from zohotui.sandbox.replies import Reply

PREFIX = "/_sandbox/"


class Controlled:
    """A sandbox that can be steered: a WSGI application in front of it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Obey a control request; hand any other on."""
        path = environ.get("PATH_INFO", "/")
        if not path.startswith(PREFIX):
            return self.sandbox(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or "0"))
        reply = _answer(self.sandbox, environ["REQUEST_METHOD"], path, body.decode())
        length = str(len(reply.body))
        start_response(
            reply.line, [("Content-Type", reply.content_type), ("Content-Length", length)]
        )
        return [reply.body]


def _answer(sandbox: Sandbox, method: str, path: str, body: str) -> Reply:
    """Do what one control request says."""
    try:
        result = _do(sandbox, f"{method} {path.removeprefix(PREFIX)}", body)
    except (KeyError, TypeError, ValueError) as problem:
        return replies.as_json(400, {"error": f"{type(problem).__name__}: {problem}"})
    if result is None:
        return replies.as_json(404, {"error": f"no {method} {path} here"})
    return replies.as_json(200, result)


def _do(sandbox: Sandbox, request: str, body: str) -> dict[str, Any] | None:
    given: Any = json.loads(body) if body else {}
    match request:
        case "GET ledger":
            return sandbox.ledger.as_json()
        case "GET sample_ids":
            return dict(sandbox.sample_ids())
        case "POST faults":
            sandbox.faults.add(*[_fault(entry) for entry in given])
        case "DELETE faults":
            sandbox.faults.clear()
        case "POST variants":
            sandbox.variants = replace(sandbox.variants, **given)
        case "POST records":
            return _records(sandbox, given)
        case "POST token":
            return _token(sandbox, given)
        case "POST latency":
            sandbox.latency = float(given["ms"]) / 1000
        case _:
            return None
    return {}


def _fault(entry: dict[str, Any]) -> Fault:
    return Fault(**{**entry, "kind": FaultKind(entry["kind"])})


def _records(sandbox: Sandbox, given: dict[str, Any]) -> dict[str, Any]:
    org, module = sandbox.org, given["module"]
    ids = org.add_records(module, int(given.get("count", 0)), fields=given.get("fields"))
    for record_id in given.get("lock", ()):
        org.lock(module, record_id)
    for record_id in given.get("zia", ()):
        org.lock(module, record_id, "zia_vision_processing")
    for record_id in given.get("await_approval", ()):
        org.await_approval(module, record_id)
    for record_id in given.get("forbid", ()):
        org.forbid(module, record_id)
    for record_id in given.get("unlock", ()):
        org.unlock(module, record_id)
    for record_id in given.get("bin", ()):
        org.bin(module, record_id, at=sandbox.clock())
    return {"ids": ids}


def _token(sandbox: Sandbox, given: dict[str, Any]) -> dict[str, Any]:
    if "expire" in given:
        sandbox.expire_token(given["expire"])
        return {}
    scopes = given.get("scopes")
    if given.get("code"):
        return {"code": sandbox.issue_code(scopes=scopes)}
    lifetime = float(given.get("lifetime", 3600))
    return {"access_token": sandbox.issue_token(scopes=scopes, lifetime=lifetime)}
