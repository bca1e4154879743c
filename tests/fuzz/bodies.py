"""Answers of every shape: right ones, and what dice make of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx

from zohotui.zoho.related import RelatedList

IDS = tuple(range(410405000002264001, 410405000002264013))
NAMES = tuple(map(str, IDS))


# Bodies that are right, from which the others are made


def _item(record_id: object, code: str = "SUCCESS") -> dict[str, Any]:
    status = "success" if code == "SUCCESS" else "error"
    return {"code": code, "details": {"id": record_id}, "message": "told", "status": status}


def _record(record_id: str) -> dict[str, Any]:
    return {
        "id": record_id,
        "Full_Name": "Ada \u202eTest",
        "Owner": {"id": "1", "name": "Anna", "email": "anna@acme.example"},
        "Created_Time": "2026-01-01T00:00:00+01:00",
        "Modified_Time": "2026-01-01T00:00:00+01:00",
    }


_BINNED = [
    {
        "id": record_id,
        "module": {"api_name": "Leads", "id": "9"},
        "deleted_by": {"id": "1", "name": "Anna"},
        "deleted_time": "2026-01-01T00:00:00+01:00",
    }
    for record_id in NAMES
]
_TOKEN = {
    "access_token": "1000.a",
    "refresh_token": "1000.r",
    "api_domain": "https://www.zohoapis.eu",
    "expires_in": 3600,
    "scope": "ZohoCRM.modules.ALL",
}
_DELETED = {"data": [_item(name) for name in NAMES]}
_REFUSED = {"data": [_item(name, "INVALID_DATA") for name in NAMES]}
_RESTORED = {"recycle_bin": [_item(name) for name in NAMES]}
_RECORDS = {"data": [_record(name) for name in NAMES], "info": {"more_records": False}}
_DEVICE = {"device_code": "d", "user_code": "AB", "verification_url": "https://x", "interval": 30}
_FIELDS = {"fields": [{"api_name": "Last_Name", "data_type": "text"}]}
_FLAT = {"details": {}, "message": "m", "status": "error"}
_RULES = {
    "workflow_rules": [
        {
            "id": "1",
            "name": "Tell ERP",
            "status": {"active": True},
            "execute_when": {
                "type": "delete",
                "details": {"trigger_module": {"api_name": "Leads"}},
            },
            "conditions": [{"instant_actions": {"actions": [{"type": "webhooks"}]}}],
            "last_executed_time": None,
        }
    ],
    "info": {"more_records": False},
}
NOTES = RelatedList("Notes", "Notes", "Notes", linked=False)

FITTING: dict[str, tuple[Any, ...]] = {
    "delete many": (_DELETED, _REFUSED),
    "delete one": ({"data": [_item(NAMES[0])]}, {"code": "RECORD_LOCKED", **_FLAT}),
    "restore": (_RESTORED, {"code": "SCHEDULED", **_FLAT, "status": "success"}),
    "restore one": ({"recycle_bin": [_item(NAMES[0])]}, {"code": "INVALID_DATA", **_FLAT}),
    "records": (_RECORDS,),
    "raw records": (_RECORDS,),
    "whole record": ({"data": [_record(NAMES[0])]},),
    "bin": ({"recycle_bin": _BINNED, "info": {"more_records": False}},),
    "fields": (_FIELDS,),
    "modules": ({"modules": [{"api_name": "Leads", "plural_label": "Leads", "deletable": True}]},),
    "org": ({"org": [{"zgid": "7", "company_name": "Acme", "type": "sandbox", "x": {}}]},),
    "user": ({"users": [{"id": "1", "full_name": "Anna", "profile": {"name": "Admin"}}]},),
    "users": ({"users": [{"id": "1", "full_name": "Anna"}], "info": {"more_records": True}},),
    "tags": ({"tags": [{"name": "Keep", "id": "1"}]},),
    "workflow rules": (_RULES,),
    "related lists": ({"related_lists": [{"api_name": "Notes", "module": {"api_name": "Notes"}}]},),
    "related counts": (
        {"get_related_records_count": [{"count": 3, "related_list": {"api_name": "Notes"}}]},
        {"get_related_records_count": [[{"code": "INVALID_DATA", **_FLAT}]]},
    ),
    "code": (_TOKEN, {"error": "invalid_code"}),
    "refresh": (_TOKEN, {"error": "Access Denied"}),
    "revoke": ({"status": "success"},),
    "device": (_DEVICE,),
    "poll": (_TOKEN, {"error": "slow_down"}, {"error": "other_dc", "user_location": "eu"}),
}
"""Bodies that are right, for each call."""

ANY = (
    *(body for bodies in FITTING.values() for body in bodies),
    {"code": "INTERNAL_ERROR", **_FLAT},
    {"code": "INVALID_TOKEN", **_FLAT},
)
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 10**30, 1e308, float("inf"), float("nan"), "", " ", [], {}, [[]]),
    *("SUCCESS", "success", "INVALID_DATA", NAMES[0], f" {NAMES[1]}", IDS[2], "9" * 5_000),
    *("\x1b]0;x\x07", "\u202e\u2028", "\ud800", "x" * 100_000, "\0", "2026-13-99T99:99:99+99:99"),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", {"id": {"id": []}}, {"name": 1}),
)
RAW = (
    *(b"", b" ", b"\xef\xbb\xbf{}", b"\xff\xfe{\0}\0", b"<html>Sign in</html>", b"null", b"[]"),
    *(b"[" * 100_000, b'{"a":' * 5_000, b"9" * 10_000, b'{"id": ' + b"9" * 5_000 + b"}"),
    *(b'{"data": [' + b"[" * 300 + b"]" * 300 + b"]}", b"{}" * 1_000, b'"' + b"x" * 50_000),
)
STATUSES = (*(200,) * 14, 201, 202, 204, 207, 302, 304, 400, 401, 403, 404, 429, 500, 502, 503)
NUMBERS = ("0", "-1", "9" * 5_000, "1e9", "\N{SUPERSCRIPT TWO}", "", " 7 ", "0x10", "nan", "12, 13")
MOMENTS = ("2026-01-01T00:00:00+01:00", "2026-01-01", "0001-01-01T00:00:00+23:59", "9" * 5_000, "x")
LOCATIONS = ("http://[", "//\N{SNOWMAN}", "http://x:99999999", "\x7f", "http://localhost/x", "")


@dataclass
class Mutator:
    """Makes answers of every shape by dice."""

    dice: Random

    def answer(self, call: str) -> httpx.Response:
        """Make an answer to a call."""
        body, headers = self.body(call), self.headers()
        if self.dice.random() < 0.15:
            headers.append(("Content-Encoding", self.dice.choice(("gzip", "br", "x-gzip", "\t"))))
            if self.dice.random() < 0.8:
                body = gzip.compress(body, 1)
        encoded = [(name.encode(), value.encode()) for name, value in headers]
        status = self.dice.choice(STATUSES)
        return httpx.Response(status, headers=encoded, stream=_Parts(self.dice, body))

    def headers(self) -> list[tuple[str, str]]:
        """Make some headers that are looked at, and some that should not matter."""
        choose = self.dice.choice
        pool = (
            ("X-API-CREDITS-REMAINING", choose(NUMBERS)),
            ("X-ACCESSTOKEN-RESET", choose(MOMENTS)),
            ("Retry-After", choose(NUMBERS)),
            ("X-RATELIMIT-REMAINING", choose(NUMBERS)),
            ("Content-Type", choose(("text/html", "application/json", ";;;charset=x", ""))),
            ("Content-Length", choose(NUMBERS)),
            ("Location", choose(LOCATIONS)),
            ("Set-Cookie", choose(("a=b", "=" * 999, "a=b; Expires=" + "1 " * 500, ";"))),
            ("Date", choose(MOMENTS)),
        )
        return self.dice.sample(pool, self.dice.randrange(len(pool)))

    def body(self, call: str) -> bytes:
        """Make a body: right, of another call, spoilt in its values, or spoilt in its bytes."""
        dice = self.dice
        if dice.random() < 0.1:
            return dice.choice(RAW)
        value = json.loads(json.dumps(dice.choice(FITTING[call] if dice.random() < 0.8 else ANY)))
        for _ in range(dice.choice((0, 1, 1, 2, 3, 8))):
            value = self._spoilt(value)
        body = json.dumps(value, ensure_ascii=dice.random() < 0.5).encode(errors="surrogatepass")
        return self._torn(body) if dice.random() < 0.2 else body

    def _spoilt(self, value: Any) -> Any:
        """Change something in a value, anywhere in it."""
        dice = self.dice
        if isinstance(value, dict) and value and dice.random() < 0.8:
            key = dice.choice(list(value))
            return self._spoilt_member(dict(value), key)
        if isinstance(value, list) and value and dice.random() < 0.8:
            place = dice.randrange(len(value))
            return self._spoilt_list(list(value), place)
        return dice.choice(ODD)

    def _spoilt_member(self, value: dict[str, Any], key: str) -> dict[str, Any]:
        match self.dice.randrange(5):
            case 0:
                del value[key]
            case 1:
                value[self.dice.choice(("id", "data", "code", "", "\x1b[2J"))] = value.pop(key)
            case 2:
                value[key] = self.dice.choice(ODD)
            case _:
                value[key] = self._spoilt(value[key])
        return value

    def _spoilt_list(self, value: list[Any], place: int) -> list[Any]:
        match self.dice.randrange(6):
            case 0:
                del value[place]
            case 1:
                value.insert(place, value[self.dice.randrange(len(value))])
            case 2:
                value.insert(place, self.dice.choice(ODD))
            case 3:
                value = value * self.dice.choice((2, 20))
            case _:
                value[place] = self._spoilt(value[place])
        return value

    def _torn(self, body: bytes) -> bytes:
        place = self.dice.randrange(len(body) + 1)
        match self.dice.randrange(3):
            case 0:
                return body[:place]
            case 1:
                return body[:place] + self.dice.randbytes(self.dice.randrange(1, 9)) + body[place:]
            case _:
                return body[:place] + body[place + self.dice.randrange(1, 9) :]


class _Parts(httpx.SyncByteStream):
    """A body that comes in pieces."""

    def __init__(self, dice: Random, body: bytes) -> None:
        self._size, self._body = dice.choice((7, 1_000, 1 << 20)), body

    def __iter__(self) -> Iterator[bytes]:
        few = max(self._size, len(self._body) // 50)
        yield from (self._body[at : at + few] for at in range(0, len(self._body), few))
