"""The sizes of window that the screens tell apart."""

WIDTHS = [(0, "-tiny"), (44, "-narrow"), (70, "-normal"), (110, "-wide")]
"""Least columns, and the class that a screen has from there on."""

HEIGHTS = [(0, "-flat"), (16, "-short"), (22, "-tall")]
"""Least rows, and the class that a screen has from there on."""

TOO_SMALL = frozenset({"-tiny", "-flat"})
"""Classes of windows in which nothing can be confirmed, because it could not be read."""

SENTENCE = "The window is too small: zohotui needs 44 × 16."
