"""Answers as values, and every error that the sandbox can give, word for word."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

JSON_TYPE = "application/json;charset=UTF-8"
HTML_TYPE = "text/html;charset=UTF-8"

_PROXY_BEHIND = 18_000.0

_REASONS = (
    (200, "OK"),
    (202, "Accepted"),
    (204, "No Content"),
    (207, "Multi-Status"),
    (400, "Bad Request"),
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (429, "Too Many Requests"),
    (500, "Internal Server Error"),
    (502, "Bad Gateway"),
    (503, "Service Unavailable"),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: a status, the bytes of the body and what type they are of."""

    status: int
    body: bytes = b""
    content_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def line(self) -> str:
        """The status with its reason, as WSGI wants it."""
        return f"{self.status} {dict(_REASONS).get(self.status, 'Other')}"


def as_json(status: int, body: object) -> Reply:
    """Make an answer in JSON."""
    return Reply(status, json.dumps(body, ensure_ascii=False).encode())


def nothing() -> Reply:
    """204: JSON by its content type, empty in truth. Source: zoho-api.md, "Signals"."""
    return Reply(204)


def page(status: int, title: str) -> Reply:
    """Make a page of HTML, as gateways answer. Source: zoho-api.md, "General errors"."""
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Reply(status, html.encode(), HTML_TYPE)


def wrong_path() -> Reply:
    """Zoho's page for a path that belongs to no API. Source: zoho-api.md, "General errors"."""
    html = '<html><body><div class="crmErrorPgCont"><h2>Invalid URL</h2></div></body></html>'
    return Reply(404, html.encode(), HTML_TYPE)


def body_of(code: str, message: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
    """Make the object of an error, flat or as an item of `data`."""
    return {"code": code, "details": details or {}, "message": message, "status": "error"}


def error(status: int, code: str, message: str, details: dict[str, Any] | None = None) -> Reply:
    """Make a whole-request error. Source: zoho-api.md, "Whole-request errors (flat object)"."""
    return as_json(status, body_of(code, message, details))


def success(record_id: str, message: str = "record deleted") -> dict[str, Any]:
    """Make the item for a record that went, or came back."""
    details = {"id": record_id}
    return {"code": "SUCCESS", "details": details, "message": message, "status": "success"}


def scheduled(record_id: str | None = None) -> dict[str, Any]:
    """Make the item for a record that comes back later, or the object for all of them."""
    details = {} if record_id is None else {"id": record_id}
    message = "record has been scheduled for restoration"
    return {"code": "SCHEDULED", "details": details, "message": message, "status": "success"}


def authentication_failure() -> Reply:
    """Say that no usable token arrived."""
    return error(401, "AUTHENTICATION_FAILURE", "Authentication failed")


def invalid_token(code: str = "INVALID_TOKEN") -> Reply:
    """Say that the token is unknown, expired, or of another data centre or environment."""
    return error(401, code, "invalid oauth token")


def scope_mismatch(message: str) -> Reply:
    """Say that the token's scopes do not cover the call."""
    return error(401, "OAUTH_SCOPE_MISMATCH", message)


def invalid_url() -> Reply:
    """Say that the API has no such path."""
    message = "Please check if the URL trying to access is a correct one"
    return error(404, "INVALID_URL_PATTERN", message)


def invalid_method() -> Reply:
    """Say that the path exists, but not the method."""
    message = "The http request method type is not a valid one"
    return error(400, "INVALID_REQUEST_METHOD", message)


def version_1() -> Reply:
    """Say that version 1 of the API is gone."""
    message = "The api version 1 is not supported. Please use the version 2 or above."
    return error(400, "API_NOT_SUPPORTED", message, {"supported_version": 2})


def invalid_module(message: str) -> Reply:
    """Say that there is no such module."""
    return error(400, "INVALID_MODULE", message, {"resource_path_index": 0})


def module_not_supported(version: int) -> Reply:
    """Say that the module exists, but not for this call; v2 and v8 differ in how."""
    if version == 2:  # noqa: PLR2004 - Zoho's own name of the version
        return error(400, "INVALID_MODULE", "The given module is not supported in API")
    message = "the given module is not supported in api"
    return error(400, "NOT_SUPPORTED", message, {"resource_path_index": 0})


def no_permission(module: str, message: str) -> Reply:
    """Say that the profile lacks the permission."""
    details = {"permissions": [f"Crm_Implied_View_{module}"]}
    return error(403, "NO_PERMISSION", message, details)


def authorization_failed() -> Reply:
    """Say that the user may not delete."""
    message = "User does not have sufficient privilege to delete records"
    return error(400, "AUTHORIZATION_FAILED", message)


def param_missing(name: str, key: str, message: str) -> Reply:
    """Say that a mandatory parameter is missing or empty."""
    return error(400, "REQUIRED_PARAM_MISSING", message, {key: name})


def limit_exceeded(limit: int, name: str) -> Reply:
    """Say that one parameter holds too many values."""
    details = {"limit": limit, "param_name": name}
    return error(400, "LIMIT_EXCEEDED", "limit exceeded", details)


def unparsable() -> Reply:
    """Say that an id is no number."""
    message = "either the request body or parameters is in wrong format"
    return error(400, "UNABLE_TO_PARSE_DATA_TYPE", message)


def internal_error() -> Reply:
    """500, flat."""
    return error(500, "INTERNAL_ERROR", "Internal Server Error")


def too_many(message: str, retry_after: int | None = None) -> Reply:
    """429, whether for the day's credits or for too many calls at once."""
    reply = error(429, "TOO_MANY_REQUESTS", message)
    if retry_after is None:
        return reply
    return Reply(429, reply.body, headers=(("Retry-After", str(retry_after)),))


def date(now: float, variant: str) -> list[tuple[str, str]]:
    """Give the Date header at a moment, in seconds since 1970, as this variant has it."""
    match variant:
        case "missing":
            return []
        case "nonsense":
            return [("Date", "soon")]
        case "proxy":
            return [("Date", formatdate(now - _PROXY_BEHIND, usegmt=True))]
    return [("Date", formatdate(now, usegmt=True))]
