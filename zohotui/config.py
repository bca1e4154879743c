"""Where files lie and what the environment says; the only user of platformdirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from zohotui.zoho.auth import Secret
from zohotui.zoho.datacentre import ApiDomain, api_domain
from zohotui.zoho.errors import UnlistedHost

HOME_VARIABLE = "ZOHOTUI_HOME"
TOKEN_VARIABLE = "ZOHOTUI_ACCESS_TOKEN"  # noqa: S105 - the name of a variable, not a token
DOMAIN_VARIABLE = "ZOHOTUI_API_DOMAIN"


class ConfigError(Exception):
    """A setting that cannot be used; its text is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where zohotui keeps its files: a folder that only its owner can enter."""

    state: Path

    def make(self) -> None:
        """Make the folder, closed to others; raises ConfigError if that is not possible."""
        try:
            self.state.parent.mkdir(parents=True, exist_ok=True)
            self.state.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"{self.state} cannot be made: {error.strerror}. "
                f"{HOME_VARIABLE} can name another folder."
            ) from None

    @property
    def journals(self) -> Path:
        """One file a run."""
        return self.state / "journals"

    @property
    def practice(self) -> Path:
        """The same for the practice org, so that the two are never mixed up."""
        return self.state / "practice"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens a session without a stored profile."""

    domain: ApiDomain
    access_token: Secret


def folders(environ: Mapping[str, str]) -> Folders:
    """Return `ZOHOTUI_HOME` if it is set, else the platform's folder for state."""
    home = environ.get(HOME_VARIABLE, "")
    if not home:
        return Folders(platformdirs.user_state_path("zohotui"))
    try:
        path = Path(home).expanduser().absolute()
        is_taken = path.exists() and not path.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise ConfigError(f"{HOME_VARIABLE} is {home}, which cannot be used: {error}.") from None
    if is_taken:
        raise ConfigError(f"{HOME_VARIABLE} is {path}, which is not a folder.")
    return Folders(path)


def credentials(environ: Mapping[str, str]) -> Credentials | None:
    """Read a session from the environment; None if nothing of it is set.

    Raises ConfigError if only half of it is there or the address is not Zoho's.
    """
    token, domain = environ.get(TOKEN_VARIABLE, ""), environ.get(DOMAIN_VARIABLE, "")
    if not token and not domain:
        return None
    if not token:
        raise ConfigError(f"{DOMAIN_VARIABLE} is set, but {TOKEN_VARIABLE} is not.")
    if not domain:
        raise ConfigError(
            f"{TOKEN_VARIABLE} is set, but {DOMAIN_VARIABLE} is not: set it to the API address of "
            "your data centre, like https://www.zohoapis.eu."
        )
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise ConfigError(f"{TOKEN_VARIABLE} holds characters that no access token has.")
    try:
        return Credentials(api_domain(domain), Secret(token))
    except UnlistedHost as error:
        raise ConfigError(f"{DOMAIN_VARIABLE}: {error.detail}") from None
