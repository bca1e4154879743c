"""The two themes: dark and light, both calm, so that only what matters has colour."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="zohotui-dark",
    primary="#7aa2c8",
    secondary="#8f9bb3",
    accent="#7aa2c8",
    warning="#e0af68",
    error="#e06c75",
    success="#8fbf7f",
    foreground="#d5d9e0",
    background="#15181d",
    surface="#1b1f26",
    panel="#252a33",
    dark=True,
)

LIGHT = Theme(
    name="zohotui-light",
    primary="#1f5f8b",
    secondary="#5c6675",
    accent="#1f5f8b",
    warning="#8a5a00",
    error="#b3261e",
    success="#2c6e2f",
    foreground="#1d2127",
    background="#f6f7f9",
    surface="#ffffff",
    panel="#e4e8ee",
    dark=False,
)
