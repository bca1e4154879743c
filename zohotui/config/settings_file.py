"""Adding a profile to settings.toml, without touching a word that stands there."""

from __future__ import annotations

import json
import stat
import tomllib
from collections.abc import Container, Mapping
from itertools import count
from pathlib import Path

from zohotui.config.errors import ConfigError
from zohotui.config.private_files import replace_file
from zohotui.config.settings import Profile, read_settings
from zohotui.files import alone_in

_HEAD = """\
# Settings of zohotui. Sign-in adds profiles at the end; everything else is yours to write.
# The keys are explained by: zohotui --explain settings
"""


def add_profile(path: Path, profile: Profile, *, meant: bool = False) -> None:
    """Write a profile's table at the end of the file, unless it is there already.

    One that is there must be of the same org and address; only one that was `meant` from the start
    need not say which org it is of. Raises ConfigError.
    """
    # Settings are often a link into a folder that is kept elsewhere.
    target = path.resolve()
    try:
        # What another sign-in adds meanwhile would be lost.
        with alone_in(target.parent):
            if _is_new(profile, read_settings(path).profiles, meant=meant):
                _add(target, _table(profile))
    except ValueError:
        # Profiles in one inline table, which nothing can be added to from outside.
        raise ConfigError(
            f"No profile can be added at the end of {path} as it is written now. Give each "
            "profile its own table, like [profiles.acme]."
        ) from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.") from None


def _is_new(profile: Profile, profiles: Mapping[str, Profile], *, meant: bool) -> bool:
    """Whether a profile is not there yet; raises ConfigError if its name is another's."""
    there = profiles.get(profile.name)
    if there is None:
        return True
    why = _why_another(there, profile, meant=meant)
    if why:
        raise ConfigError(f"{why} choose another name, like {_free(there.name, profiles)}.")
    return False


def _add(target: Path, table: str) -> None:
    """Write a table at the end; raises OSError, or ValueError if that would not be TOML."""
    # Not read_text, which would write other line ends than it has found.
    old = target.read_bytes().decode() if target.exists() else _HEAD
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o600
    head = old if old.endswith("\n") else f"{old}\n"
    new = f"{head}\n{table}"
    tomllib.loads(new)
    replace_file(target, new.encode(), mode)


def _why_another(there: Profile, new: Profile, *, meant: bool) -> str:
    """Say why a profile that is there is not the new one, up to the advice; empty if it is."""
    name = there.name
    if there.domain != new.domain:
        return f"There is a profile {name} for another org (at {there.domain.url}). Please"
    if there.org and not new.org:
        return (
            f"The profile {name} is for the org {there.org}, but this sign-in may not say which "
            "org it opens (without ZohoCRM.org.READ). Sign in with that scope, or"
        )
    if there.org and there.org != new.org:
        return f"There is a profile {name} for another org ({there.org}). Please"
    if not there.org and not meant:
        return (
            f"There is a profile {name} already, and settings.toml does not say for which "
            "org. If it is for this org, open that profile and sign in to it, or"
        )
    if new.read_only and not there.read_only:
        return (
            f"The profile {name} is not read-only in settings.toml. Write read_only = true there, "
            "or"
        )
    return ""


def _free(name: str, taken: Container[str]) -> str:
    """Make another name of one that is taken."""
    # Cut so that the number has room in the 40 letters that a name may have.
    return next(one for n in count(2) if (one := f"{name[:36]}-{n}") not in taken)


def _table(profile: Profile) -> str:
    lines = [f"[profiles.{profile.name}]"]
    if profile.org:
        lines.append(f"org = {_quoted(profile.org)}")
    if profile.domain.location == "local":
        lines.append(f"accounts_url = {_quoted(profile.accounts.url)}")
        lines.append(f"api_domain = {_quoted(profile.domain.url)}")
    else:
        lines.append(f"data_centre = {_quoted(profile.domain.location)}")
        lines.append(f"environment = {_quoted(profile.environment.value)}")
    if profile.read_only:
        lines.append("read_only = true")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Write a string of plain characters as TOML, which does it as JSON does."""
    return json.dumps(text)
