"""A secret, kept out of every repr, log, traceback and pickle."""

from __future__ import annotations


class Secret:
    """A string that shows itself only when asked to.

    Not a subclass of str: pretty printers would find the value there.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, for the few places that send or keep it."""
        return self._value

    @property
    def is_plausible(self) -> bool:
        """Whether it could be a token or a client's secret: visible ASCII without blanks."""
        value = self._value
        return bool(value) and value.isascii() and value.isprintable() and " " not in value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> tuple[object, ...]:
        """Refuse to be pickled or deep-copied into places that are not watched."""
        raise TypeError("a Secret is not written anywhere")
