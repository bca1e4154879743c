"""One memory of the handlers of messages: Textual looks through all classes for each message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import FunctionType
from typing import Any

import pytest
from textual import _callback
from textual.message import Message
from textual.message_pump import MessagePump

_VARIABLE = 0x04 | 0x08
"""Flags of a function that takes any arguments."""

Bound = tuple[type, Callable[..., Any]]
"""A class and its handler."""


def remember_handlers(patch: pytest.MonkeyPatch) -> None:
    """Let Textual find the classes that handle a kind of message once for each kind of widget."""
    look, count = MessagePump._get_dispatch_methods, _callback._count_parameters
    known: dict[tuple[type, str, type], list[type] | None] = {}

    def _get_dispatch_methods(
        pump: MessagePump, method_name: str, message: Message
    ) -> Iterable[Bound]:
        key = type(pump), method_name, type(message)
        if key not in known:
            known[key] = _that_handle(*key)
        kinds = known[key]
        if kinds is None:
            return look(pump, method_name, message)
        return _handlers(pump, method_name, message, kinds)

    def _count_parameters(func: Callable[..., Any]) -> int:
        if type(func) is FunctionType and not func.__dict__:
            code = func.__code__
            if not code.co_flags & _VARIABLE:
                return code.co_argcount + code.co_kwonlyargcount
        return count(func)

    patch.setattr(MessagePump, "_get_dispatch_methods", _get_dispatch_methods)
    patch.setattr(_callback, "_count_parameters", _count_parameters)


def _handlers(
    pump: MessagePump, method_name: str, message: Message, kinds: list[type]
) -> Iterator[Bound]:
    for kind in kinds:
        # A handler may say so while the others wait for their turn.
        if message._no_default_action:
            return
        method = _handler(kind, method_name)
        if method is not None:
            yield kind, method.__get__(pump, kind)


def _handler(kind: type, method_name: str) -> Callable[..., Any] | None:
    method = kind.__dict__.get(f"_{method_name}") or kind.__dict__.get(method_name)
    return None if getattr(method, "_textual_on", None) else method


def _that_handle(kind: type, method_name: str, message: type) -> list[type] | None:
    """Return classes that handle it, in order; None if one asks who sent the message."""
    messages = [one for one in message.__mro__ if issubclass(one, Message)]
    for cls in kind.__mro__:
        decorated = cls.__dict__.get("_decorated_handlers") or {}
        if any(decorated.get(one) for one in messages):
            return None
    return [cls for cls in kind.__mro__ if _handler(cls, method_name) is not None]
