"""What the program opens: what may be refused before the screen, and the session behind it.

1. Settings, the environment and the list to begin with are read before the screen opens, and what
   is wrong with them is said there.
2. The org is opened once the first frame is painted, as that takes far more to be read.
3. A profile whose secrets a command prints is opened before: it may ask at the terminal.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zohotui.config.environment import FromEnvironment, from_environment
from zohotui.config.errors import ConfigError
from zohotui.config.folders import Folders, folders
from zohotui.config.settings import KeyLine, Profile, Settings, read_settings

if TYPE_CHECKING:
    # The first frame waits for no more than it needs.
    from zohotui.tui.session import Session

_PRACTICE_LATENCY = 0.25
"""Seconds that the practice org takes for an answer, so that it feels like the real one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How the screen opens."""

    begin: Callable[[], Session]
    """Opens the org; raises BadSettings or ConfigError for what only shows then."""
    folder: Path
    """Where a fault is written down."""
    theme: str
    mouse: bool
    read_only: bool
    """Whether nothing can be deleted, as far as that is known already."""


def open_with(
    options: argparse.Namespace,
    environ: Mapping[str, str],
    begin_with: Callable[[], Mapping[str, Any]],
) -> Opening:
    """Read settings and environment; raises BadSettings or ConfigError for what cannot be used.

    `begin_with` reads the list to begin with: fields of Session.
    """
    places = folders(environ)
    settings = read_settings(places.settings)
    for one in settings.profiles.values():
        check_guards(one)
    given = {
        **begin_with(),
        "reason": options.reason,
        "batch_size": options.batch_size,
        "parallel": options.parallel,
        "attention": settings.attention,
        "low_bandwidth": options.low_bandwidth or settings.low_bandwidth,
    }
    places.make()
    read_only: bool = options.read_only
    if options.demo:
        org = partial(_practice, places.practice, places, read_only=read_only)
    else:
        wanted = _wanted(options, environ, settings)
        org = partial(_signed_in, places, wanted, read_only=read_only)
        if (profile := wanted.profile) is not None:
            read_only = read_only or profile.read_only
            if profile.secret_command:
                # It may ask for a passphrase, and the terminal is not the screen's yet.
                org = partial(replace, org(terminal=True))
    return Opening(
        begin=partial(_begin, org, given, settings.keys),
        folder=places.practice if options.demo else places.state,
        theme=settings.theme,
        mouse=settings.mouse and not options.no_mouse,
        read_only=read_only,
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which org to open."""

    profile: Profile | None
    """The one that is named, or the usual one."""
    given: FromEnvironment | None
    """What the environment says."""
    choose: bool
    """Whether there are several profiles and none of them is the usual one."""


def _wanted(options: argparse.Namespace, environ: Mapping[str, str], settings: Settings) -> _Wanted:
    """Take the profile that is named, what the environment says, or the usual profile."""
    given = None if options.profile else from_environment(environ)
    name = options.profile or ("" if given else settings.default)
    profile = settings.named(name) if name else None
    return _Wanted(profile, given, bool(settings.profiles) and not name and not given)


def check_guards(profile: Profile) -> None:
    """Raise ConfigError for a profile with a rule that is none."""
    if not profile.protected_if:
        # Whatever else it protects is known to be right.
        return
    from zohotui.deletion.review.guards import GuardError, check_profiles

    try:
        check_profiles({profile.name: profile})
    except GuardError as error:
        raise ConfigError(f"{profile.rules_at}{error}") from None


def _begin(
    org: Callable[[], Session], given: Mapping[str, Any], keys: Mapping[str, KeyLine]
) -> Session:
    """Open the org; raises ConfigError for keys that cannot be used, which the commands tell."""
    from zohotui.tui.keys.keymap import KeyMap

    keymap, session = KeyMap.of(keys), org()
    return replace(session, **given, keys=keymap, notices=_purged(session.journals))


def _purged(journals: Path) -> tuple[str, ...]:
    """Erase the snapshots that have had their time; what there is to say of it."""
    from zohotui.deletion.journal.snapshot import is_of_review, purge
    from zohotui.zoho.limits import KEPT_DAYS

    try:
        number = sum(not is_of_review(name) for name in purge(journals, time.time()))
    except OSError:
        # The next start tries again; nobody is kept from work by it.
        return ()
    if not number:
        return ()
    what, were = ("file", "was") if number == 1 else ("files", "were")
    old = f"{number:,} {what} of saved copies older than {KEPT_DAYS} days"
    return (f"{old} {were} erased; journals stay.",)


def _signed_in(
    places: Folders, wanted: _Wanted, *, read_only: bool, terminal: bool = False
) -> Session:
    """Open the org that is wanted; where nobody is signed in, the session begins with that.

    `terminal`: whether a secret_command may ask for something.
    """
    from zohotui.config.profiles import Profiles
    from zohotui.tui.session import Session
    from zohotui.zoho.errors import SignInNeeded

    profiles = Profiles(places, read_only=read_only, check=check_guards)
    name = wanted.profile.name if wanted.profile else ""
    account, why = None, ""
    try:
        if name:
            account = profiles.open(name, terminal=terminal)
        elif wanted.given:
            account = profiles.from_environment(wanted.given)
    except SignInNeeded as error:
        why = error.detail
    return Session(
        account=account,
        profiles=profiles,
        wanted=name,
        choose=wanted.choose,
        why=why,
        given=wanted.given,
        journals=places.journals,
    )


def _practice(folder: Path, places: Folders, *, read_only: bool) -> Session:
    """Open the practice org inside the process, and write the ids file that it offers."""
    import httpx

    from zohotui.config.profiles import Profiles
    from zohotui.config.settings import addresses
    from zohotui.files import make_folder, replace_whole
    from zohotui.sandbox import Sandbox, sample_file
    from zohotui.tui.session import Session
    from zohotui.zoho.secret import Secret

    sandbox = Sandbox(latency=_PRACTICE_LATENCY)
    sample = folder / "practice-leads.csv"
    try:
        make_folder(folder)
        with replace_whole(sample) as file:
            file.write(sample_file(sandbox.org))
    except OSError as error:
        raise ConfigError(f"{sample} cannot be written: {error.strerror}.") from None
    transport = httpx.WSGITransport(app=sandbox)
    profiles = Profiles(places, read_only=read_only, transport=transport)
    server, domain = addresses("", "", "http://localhost", "")
    account = profiles.from_token(server, domain, Secret(sandbox.access_token))
    return Session(account=account, practice=True, sample=sample, journals=folder / "journals")
