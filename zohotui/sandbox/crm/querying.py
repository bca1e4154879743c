"""POST /coql: a subset of Zoho's query language, of one module."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from zohotui.sandbox import replies
from zohotui.sandbox.crm.conditions import BadQuery, Tokens, column, condition, value_of
from zohotui.sandbox.crm.gate import module_stopped
from zohotui.sandbox.crm.viewing import fields_of, passes, test_of
from zohotui.sandbox.oauth.scopes import allows
from zohotui.sandbox.org.content import field_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zohotui.sandbox.crm.call import Call
    from zohotui.sandbox.crm.conditions import Test
    from zohotui.sandbox.org.modules import Module
    from zohotui.sandbox.replies import Reply

_USUAL_LIMIT = 200
_SYSTEM = frozenset({"id", "Owner", "Created_Time", "Modified_Time"})


@dataclass(frozen=True, slots=True)
class _Query:
    columns: tuple[str, ...]
    module: str
    tests: tuple[Test, ...]
    newest_first: bool
    limit: int
    offset: int


def query(call: Call) -> Reply:
    """Answer a query. Source: zoho-api.md, "COQL"; section 14.10, row 34."""
    try:
        given = json.loads(call.body)["select_query"]
    except (ValueError, KeyError, TypeError):
        details = {"api_name": "select_query"}
        return replies.error(400, "MANDATORY_NOT_FOUND", "required field not found", details)
    if not allows(call.grant.scopes, "coql", "READ"):
        return replies.scope_mismatch(call.variants.scope_message)
    try:
        asked = _parsed(call, str(given))
    except BadQuery as bad:
        return replies.error(400, bad.code, bad.message, bad.details)
    return asked if isinstance(asked, replies.Reply) else _answer(call, asked)


def _answer(call: Call, asked: _Query) -> Reply:
    found = list(islice(_rows(call, asked), asked.offset, asked.offset + asked.limit + 1))
    if not found:
        return replies.nothing()
    rows = found[: asked.limit]
    info = {"count": len(rows), "more_records": len(found) > asked.limit}
    return replies.as_json(200, {"data": rows, "info": info})


def _parsed(call: Call, text: str) -> _Query | Reply:
    tokens = Tokens(text)
    # A missing WHERE is told before anything is known of the module.
    if "where" not in [token.word for token in tokens.left]:
        raise BadQuery("SYNTAX_ERROR", "missing clause", {"clause": "where"})
    tokens.expect("select")
    names = [tokens.take("word").text]
    while tokens.take_if(","):
        names.append(tokens.take("word").text)
    tokens.expect("from")
    api_name = tokens.take("word").text
    view_id = tokens.take("number").text if tokens.take_if("#") else ""
    module = call.org.modules.get(api_name)
    if module is None:
        return replies.error(400, "INVALID_MODULE", "the given module is not supported in api")
    reply = module_stopped(call, "READ", api_name)
    if reply is not None:
        return reply
    columns = _columns(call, module)
    for name in names:
        column(Tokens(name), columns)
    tests = []
    if view_id:
        view = call.org.views.find(api_name, view_id)
        if view is None:
            raise BadQuery("INVALID_QUERY", "Invalid query formed", {"cvid": view_id})
        tests.append(test_of(call, view))
    tokens.expect("where")
    tests.append(condition(tokens, columns))
    newest_first = _order(tokens, columns)
    limit, offset = _limits(call, tokens)
    if tokens.left:
        raise tokens.unexpected()
    return _Query(tuple(names), api_name, tuple(tests), newest_first, limit, offset)


def _columns(call: Call, module: Module) -> frozenset[str]:
    externals = (name for name, _ in call.org.externals.fields(module.api_name))
    return frozenset({*field_names(module), *_SYSTEM, *externals})


def _order(tokens: Tokens, columns: frozenset[str]) -> bool:
    if not tokens.take_if("order"):
        return False
    tokens.expect("by")
    column(tokens, columns)
    newest_first = tokens.take_if("desc")
    if not newest_first:
        tokens.take_if("asc")
    return newest_first


def _limits(call: Call, tokens: Tokens) -> tuple[int, int]:
    limit, offset = _USUAL_LIMIT, 0
    if tokens.take_if("limit"):
        given = tokens.take()
        if given.kind != "number":
            raise BadQuery(
                "INVALID_QUERY", "limit given seems to be invalid", {"limit": given.text}
            )
        limit = int(given.text)
        if tokens.take_if(","):
            offset, limit = limit, int(tokens.take("number").text)
        elif tokens.take_if("offset"):
            offset = int(tokens.take("number").text)
    if limit <= 0:
        raise BadQuery("INVALID_DATA", "limit should be greater than 0", {})
    if limit > call.variants.coql_rows:
        details = {"limit": str(limit)}
        raise BadQuery("INVALID_QUERY", "limit given seems to be invalid", details)
    if offset + limit > call.variants.coql_reach:
        reach = {"limit": call.variants.coql_reach}
        raise BadQuery("LIMIT_EXCEEDED", "max records limit exceeded", reach)
    return limit, offset


def _rows(call: Call, asked: _Query) -> Iterator[dict[str, Any]]:
    for record_id in call.org.ids(asked.module, newest_first=asked.newest_first):
        # Converted leads are left out, and nothing brings them in.
        if asked.module == "Leads" and call.org.state("Leads", record_id).converted:
            continue
        record = fields_of(call, asked.module, record_id)
        if all(passes(test, record) for test in asked.tests):
            yield {name: _shown(record, name) for name in asked.columns} | {"id": record_id}


def _shown(record: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - any JSON value
    value = record.get(name)
    return {"id": value["id"]} if isinstance(value, dict) else value_of(record, name)
