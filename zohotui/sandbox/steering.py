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
                                {"refresh": true, "scopes": [...]} → {"refresh_token": ...};
                                {"expire": token} → {}
    GET    /_sandbox/device     {"pending": [user codes that wait for an answer]}
    POST   /_sandbox/device     {"approve": user code} (with "location": "eu" for a user of
                                another data centre) or {"deny": user code}
    POST   /_sandbox/accounts   any of {"lifetime": 5, "device_interval": 0.2, "throttle": 60,
                                "revoke": token}, all times in seconds
    POST   /_sandbox/latency    {"ms": 200}
    GET    /_sandbox/sample_ids module → ids that can be deleted now

Records, tokens and devices are those of the first org, unless "org" names another by its zgid:
`"org": "700000002"` among the members, `?org=700000002` for sample_ids.
Anything it cannot make sense of is answered 400 {"error": sentence}.
"""

from __future__ import annotations

import json
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from zohotui.sandbox import replies
from zohotui.sandbox.app import Sandbox
from zohotui.sandbox.faults import Fault, FaultKind
from zohotui.sandbox.org.org import sample_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIEnvironment

    from zohotui.sandbox.org.org import Org
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
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        reply = _answer(self.sandbox, environ["REQUEST_METHOD"], path, query, body.decode())
        length = str(len(reply.body))
        start_response(
            reply.line, [("Content-Type", reply.content_type), ("Content-Length", length)]
        )
        return [reply.body]


def _answer(sandbox: Sandbox, method: str, path: str, query: Mapping[str, str], body: str) -> Reply:
    """Do what one control request says."""
    try:
        given = json.loads(body) if body else query
        action = _ACTIONS.get(f"{method} {path.removeprefix(PREFIX)}")
        if action is None:
            return replies.as_json(404, {"error": f"no {method} {path} here"})
        return replies.as_json(200, action(sandbox, given))
    except (KeyError, TypeError, ValueError) as problem:
        return replies.as_json(400, {"error": f"{type(problem).__name__}: {problem}"})


def _read_ledger(sandbox: Sandbox, _: object) -> dict[str, Any]:
    return sandbox.ledger.as_json()


def _read_sample_ids(sandbox: Sandbox, given: Mapping[str, Any]) -> dict[str, Any]:
    return dict(sample_ids(_named(sandbox, given) or sandbox.org))


def _add_faults(sandbox: Sandbox, given: list[dict[str, Any]]) -> dict[str, Any]:
    faults = [Fault(**{**entry, "kind": FaultKind(entry["kind"])}) for entry in given]
    sandbox.faults.add(*faults)
    return {}


def _clear_faults(sandbox: Sandbox, _: object) -> dict[str, Any]:
    sandbox.faults.clear()
    return {}


def _change_variants(sandbox: Sandbox, given: dict[str, Any]) -> dict[str, Any]:
    sandbox.variants = replace(sandbox.variants, **given)
    return {}


def _set_latency(sandbox: Sandbox, given: dict[str, Any]) -> dict[str, Any]:
    sandbox.latency = float(given["ms"]) / 1000
    return {}


def _records(sandbox: Sandbox, given: dict[str, Any]) -> dict[str, Any]:
    org, module = _named(sandbox, given) or sandbox.org, given["module"]
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
    org, scopes = _named(sandbox, given), given.get("scopes")
    if given.get("code"):
        return {"code": sandbox.issue_code(scopes=scopes, org=org)}
    if given.get("refresh"):
        return {"refresh_token": sandbox.issue_refresh_token(scopes=scopes, org=org)}
    lifetime = float(given.get("lifetime", sandbox.accounts.lifetime))
    return {"access_token": sandbox.issue_token(scopes=scopes, lifetime=lifetime, org=org)}


def _read_devices(sandbox: Sandbox, _: object) -> dict[str, Any]:
    return {"pending": sandbox.pending_devices()}


def _decide_device(sandbox: Sandbox, given: dict[str, Any]) -> dict[str, Any]:
    if "deny" in given:
        sandbox.deny_device(given["deny"])
    else:
        location = given.get("location", "")
        sandbox.approve_device(given["approve"], _named(sandbox, given), location)
    return {}


def _steer_accounts(sandbox: Sandbox, given: dict[str, Any]) -> dict[str, Any]:
    accounts = sandbox.accounts
    strangers = set(given) - {"lifetime", "device_interval", "throttle", "revoke"}
    if strangers:
        raise ValueError(f"unknown: {', '.join(sorted(strangers))}")
    if "lifetime" in given:
        accounts.lifetime = float(given["lifetime"])
    if "device_interval" in given:
        sandbox.devices.interval = float(given["device_interval"])
    if "throttle" in given:
        accounts.throttle_for(float(given["throttle"]))
    if "revoke" in given and not accounts.revoke(given["revoke"]):
        raise ValueError("there is no such token to revoke")
    return {}


def _named(sandbox: Sandbox, given: Mapping[str, Any]) -> Org | None:
    """Return the org that `given` names by its zgid; None where it names none."""
    if "org" not in given:
        return None
    for org in sandbox.orgs:
        if org.zgid == given["org"]:
            return org
    raise KeyError(given["org"])


_ACTIONS: Mapping[str, Callable[[Sandbox, Any], dict[str, Any]]] = MappingProxyType(
    {
        "GET ledger": _read_ledger,
        "POST faults": _add_faults,
        "DELETE faults": _clear_faults,
        "POST variants": _change_variants,
        "POST records": _records,
        "POST token": _token,
        "GET device": _read_devices,
        "POST device": _decide_device,
        "POST accounts": _steer_accounts,
        "POST latency": _set_latency,
        "GET sample_ids": _read_sample_ids,
    }
)
