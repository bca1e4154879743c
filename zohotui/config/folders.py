"""Where files are; the only user of platformdirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from zohotui.config.errors import ConfigError
from zohotui.files import make_folder

HOME_VARIABLE = "ZOHOTUI_HOME"


@dataclass(frozen=True, slots=True)
class Folders:
    """Where zohotui keeps its files: folders that only their owner can enter."""

    state: Path
    """Journals, locks and tokens."""
    config: Path
    """Settings and secrets."""

    def make(self) -> None:
        """Make the folders, closed to others; raises ConfigError if that is not possible."""
        for folder in (self.state, self.config):
            try:
                make_folder(folder)
            except OSError as error:
                raise ConfigError(
                    f"{folder} cannot be created: {error.strerror}. {HOME_VARIABLE} can name "
                    "another folder."
                ) from None

    @property
    def journals(self) -> Path:
        """One file a run."""
        return self.state / "journals"

    @property
    def practice(self) -> Path:
        """The same for the practice org, so that the two are never mixed up."""
        return self.state / "practice"

    @property
    def tokens(self) -> Path:
        """One file of access tokens a refresh token."""
        return self.state / "tokens"

    @property
    def secrets(self) -> Path:
        """One file a profile."""
        return self.config / "secrets"

    @property
    def settings(self) -> Path:
        """What the admin writes."""
        return self.config / "settings.toml"


def folders(environ: Mapping[str, str]) -> Folders:
    """Return `ZOHOTUI_HOME` for everything if it is set, else the platform's folders."""
    home = environ.get(HOME_VARIABLE, "")
    if not home:
        usual = Folders(
            platformdirs.user_state_path("zohotui"), platformdirs.user_config_path("zohotui")
        )
        if not (usual.state.is_absolute() and usual.config.is_absolute()):
            raise ConfigError(
                f"There is no home folder: HOME is not set. Set HOME, or set {HOME_VARIABLE} "
                "to a folder."
            )
        return usual
    try:
        path = Path(home).expanduser().absolute()
        is_taken = path.exists() and not path.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        why = str(error).removesuffix(".")
        raise ConfigError(f"{HOME_VARIABLE} is {home}, which cannot be used: {why}.") from None
    if is_taken:
        raise ConfigError(f"{HOME_VARIABLE} is {path}, which is not a folder.")
    return Folders(path, path)
