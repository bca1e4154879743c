"""What cannot be used of settings, secrets and the environment, as sentences."""

from __future__ import annotations


class ConfigError(Exception):
    """A setting that cannot be used; its text is a sentence that says what to do."""
