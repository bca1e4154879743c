"""The command line: arguments in, a session on the screen, last words and an exit code out."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, TextIO

from zohotui.exit_codes import ALL_DONE, FAULT, USAGE
from zohotui.options import parser
from zohotui.zoho.printable import printable

if TYPE_CHECKING:
    # Only for types: --help and --version must not pay for Textual or httpx.
    from zohotui.config.folders import Folders
    from zohotui.config.settings import Profile, Settings
    from zohotui.deletion.ids.id_list import IdList
    from zohotui.tui.session import Session

_SCREEN = 1
"""Descriptor of standard output, where the screen is."""

_PRACTICE_LATENCY = 0.25
"""Seconds that the practice org takes for an answer, so that it feels like the real one."""


_NAMES_COMMANDS = {"codes", "states"}
"""Topics of which a text names a command, in whose place its key is told."""


class UsageError(Exception):
    """Arguments that cannot be used together or here; its text is a sentence."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code; raises KeyboardInterrupt before the screen."""
    options = parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that this encoding has no letters for must not hide what is to be told.
        sys.stdout.reconfigure(errors="backslashreplace")
    if options.verify_journal is not None:
        return _verify_journal(options)
    if options.explain is not None:
        return _explain(options)
    from zohotui.config.errors import ConfigError
    from zohotui.tui.toolkit_settings import prepare
    from zohotui.zoho.errors import BadSettings

    try:
        with _nothing_is_garbage():
            _need_terminal(os.environ, piped="-" in {options.ids, options.query})
            prepare(os.environ, _SCREEN)
            session, mouse = _session(options, os.environ)
    except (BadSettings, ConfigError, UsageError) as error:
        return _refuse(error)
    return _show(session, mouse=mouse)


def _refuse(error: Exception) -> int:
    sys.stderr.write(f"zohotui: {printable(str(error), keep=chr(10))}\n")
    return USAGE


@contextmanager
def _nothing_is_garbage() -> Iterator[None]:
    """Look for none meanwhile, and never among what is there at the end: modules stay."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _verify_journal(options: argparse.Namespace) -> int:
    """Write what can be said of a journal, and nothing else, whatever standard output is."""
    from zohotui.deletion.journal.verify_file import NoJournal, verify_journal

    try:
        _alone(options, "verify_journal")
        proof = verify_journal(Path(options.verify_journal))
        _write(proof.lines)
    except (NoJournal, UsageError) as error:
        return _refuse(error)
    return proof.code


def _explain(options: argparse.Namespace) -> int:
    """Write a page of the reference, and nothing else, whatever standard output is."""
    from zohotui.explain import page

    def keys() -> Sequence[tuple[str, str]]:
        # Of all topics this alone is told by the screen, which takes Textual.
        from zohotui.tui.commands import key_entries

        return key_entries()

    try:
        _alone(options, "explain")
        lines = page(options.explain, keys).lines(get_terminal_size().columns)
        _write(_with_keys(lines) if options.explain in _NAMES_COMMANDS else lines)
    except UsageError as error:
        return _refuse(error)
    return ALL_DONE


def _with_keys(lines: Iterable[str]) -> Iterator[str]:
    from zohotui.tui.commands import with_keys

    return map(with_keys, lines)


def _alone(options: argparse.Namespace, name: str) -> None:
    """Raise UsageError if any option but this one was given."""
    others = (value for other, value in vars(options).items() if other != name)
    if any(value not in (None, False, "", []) for value in others):
        option = name.replace("_", "-")
        raise UsageError(f"--{option} cannot be combined with another option.")


def _write(lines: Iterable[str]) -> None:
    """Write to standard output; raises UsageError if it takes nothing, as a full disk.

    Whoever reads it may leave off before the end, as `head` does.
    """
    if sys.stdout is None:
        raise UsageError("Standard output is closed.")
    try:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
    except OSError as error:
        # Python writes what is left when it ends, and must not fail then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), _SCREEN)
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"Standard output cannot be written: {error.strerror}.") from None


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


def _need_terminal(environ: Mapping[str, str], *, piped: bool) -> None:
    if not _is_terminal(sys.stdout) or not _is_terminal(sys.__stderr__):
        raise UsageError("It needs a terminal: standard output and error must not be redirected.")
    if not piped and not _is_terminal(sys.stdin):
        raise UsageError("Standard input is not the keyboard. To read ids from it: --ids -")
    if environ.get("TERM", "") == "dumb":
        raise UsageError("TERM is dumb: this terminal cannot show a screen. Set TERM=xterm.")


def _session(options: argparse.Namespace, environ: Mapping[str, str]) -> tuple[Session, bool]:
    """Work out what to begin with, and whether to take the mouse."""
    from zohotui.config.folders import folders
    from zohotui.config.settings import read_settings

    if options.demo and options.profile:
        raise UsageError("--demo and --profile name two orgs. Give one of them.")
    places = folders(environ)
    settings = read_settings(places.settings)
    for profile in settings.profiles.values():
        _check_guards(profile)
    begin = _begin_with(options)
    places.make()
    if options.demo:
        session = _practice(places.practice, places, read_only=options.read_only)
    else:
        session = _signed_in(options, environ, places, settings)
    session = replace(
        session,
        batch_size=options.batch_size,
        parallel=options.parallel,
        **begin,
        low_bandwidth=options.low_bandwidth or settings.low_bandwidth,
        theme=settings.theme,
        notices=_purged(session.journals),
    )
    return session, settings.mouse and not options.no_mouse


def _check_guards(profile: Profile) -> None:
    """Raise ConfigError for a profile with a rule that is none."""
    from zohotui.config.errors import ConfigError
    from zohotui.deletion.review.guards import GuardError, check_profiles

    try:
        check_profiles({profile.name: profile})
    except GuardError as error:
        raise ConfigError(f"settings.toml: {error}") from None


def _purged(journals: Path) -> tuple[str, ...]:
    """Erase the snapshots that have had their time; what there is to say of it."""
    from zohotui.deletion.journal.snapshot import KEPT_DAYS, is_of_review, purge

    try:
        number = sum(not is_of_review(name) for name in purge(journals, time.time()))
    except OSError:
        # The next start tries again; nobody is kept from work by it.
        return ()
    if not number:
        return ()
    what, were = ("snapshot", "was") if number == 1 else ("snapshots", "were")
    return (f"{number:,} {what} older than {KEPT_DAYS} days {were} erased; journals stay.",)


def _signed_in(
    options: argparse.Namespace, environ: Mapping[str, str], places: Folders, settings: Settings
) -> Session:
    """Open the profile that is named, what the environment says, or the usual profile."""
    from zohotui.config.environment import from_environment
    from zohotui.config.profiles import Profiles
    from zohotui.tui.session import Session
    from zohotui.zoho.errors import SignInNeeded

    given = None if options.profile else from_environment(environ)
    name = options.profile or ("" if given else settings.default)
    if name:
        settings.named(name)
    profiles = Profiles(places, read_only=options.read_only, check=_check_guards)
    account, why = None, ""
    try:
        if name:
            account = profiles.open(name, terminal=True)
        elif given:
            account = profiles.from_environment(given)
    except SignInNeeded as error:
        why = error.detail
    return Session(
        account=account,
        profiles=profiles,
        wanted=name,
        choose=bool(settings.profiles) and not name and not given,
        why=why,
        given=given,
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
        raise UsageError(f"{sample} cannot be written: {error.strerror}.") from None
    transport = httpx.WSGITransport(app=sandbox)
    profiles = Profiles(places, read_only=read_only, transport=transport)
    server, domain = addresses("", "", "http://localhost", "")
    account = profiles.from_token(server, domain, Secret(sandbox.access_token))
    return Session(account=account, practice=True, sample=sample, journals=folder / "journals")


def _begin_with(options: argparse.Namespace) -> dict[str, Any]:
    """Take the list to begin with, before the screen needs the keyboard: fields of Session."""
    from zohotui.zoho.records import is_api_name

    given = {"--ids": options.ids, "--query": options.query, "ids or addresses": options.records}
    named = [name for name, value in given.items() if value]
    if len(named) > 1:
        raise UsageError(f"{named[0]} and {named[1]} name two lists. Give one of them.")
    module = options.module
    if module and not is_api_name(module):
        raise UsageError(f"--module {module}: that is no API name of a module, such as Leads.")
    if options.external and not (module and options.ids):
        raise UsageError("--external needs --module and --ids, a file of the field's values.")
    if options.external and not is_api_name(options.external):
        raise UsageError(f"--external {options.external}: that is no API name of a field.")
    if options.query:
        return _query(options.query, module)
    return {
        "module": module,
        "ids": _ids(options.ids),
        "external": options.external,
        "typed": _typed(options.records) if options.records else None,
    }


def _typed(records: Sequence[str]) -> IdList:
    """Take ids and addresses of records; raises UsageError for whatever is neither."""
    from zohotui.deletion.ids.entry import Refusal, judge
    from zohotui.deletion.ids.pasted import parse_text

    for record in records:
        found = judge(record)
        if found is None or isinstance(found, Refusal):
            why = found.reason if found else "nothing stands in it"
            raise UsageError(f"{printable(record, 60)}: {why}. Quote an address in the shell.")
    return parse_text("\n".join(records), "the command line")


def _query(name: str, module: str) -> dict[str, Any]:
    """Take the query of a file, or of standard input; it chooses the module."""
    from zohotui.zoho.queries import LONGEST_QUERY, Query, QueryError

    try:
        raw = _standard_input("--query", LONGEST_QUERY) if name == "-" else Path(name).read_bytes()
        query = Query.of(raw.decode())
    except OSError as error:
        raise UsageError(f"--query {name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"--query {name} is no UTF-8 text.") from None
    except (QueryError, ValueError) as error:
        raise UsageError(f"--query: {error}") from None
    if module and module != query.module:
        raise UsageError(f"--module is {module}, but the query is over {query.module}.")
    return {"module": query.module, "query": query}


def _ids(name: str | None) -> Path | bytes | None:
    """Take the ids file's path, or all of standard input, before the screen needs the keyboard."""
    if not name:
        return None
    if name != "-":
        return _readable(Path(name))
    from zohotui.deletion.ids.source import GREATEST_FILE

    return _standard_input("--ids", GREATEST_FILE)


def _standard_input(option: str, most: int) -> bytes:
    """Take all of standard input, and the terminal in its place for the keys."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(f"{option} - reads standard input, but nothing is piped in.")
    given = sys.stdin.buffer.read(most + 1)
    if len(given) > most:
        hint = " Cut it down to the column of record ids." if option == "--ids" else ""
        raise UsageError(f"{option} - takes {most:,} bytes at most, and more was piped in.{hint}")
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        words = f"{option} - needs a terminal besides standard input, for the keys."
        raise UsageError(words) from None
    os.dup2(terminal, sys.stdin.fileno())
    os.close(terminal)
    return given


def _readable(path: Path) -> Path:
    """Refuse a file of ids before the screen opens if it cannot be read at all."""
    from zohotui.deletion.ids.source import IdFileError, opened, source_name

    try:
        with opened(path, source_name(path, "")):
            return path
    except IdFileError as error:
        raise UsageError(f"--ids: {error}") from None


def _show(session: Session, *, mouse: bool) -> int:
    with _nothing_is_garbage():
        from zohotui.deletion.last_words import end_code, last_words
        from zohotui.tui.app import ZohotuiApp
        from zohotui.tui.hangup import ignored, unheard

    app = ZohotuiApp(session)
    with unheard():
        app.run(mouse=mouse)
    account, runs = app.conductor.org.account, app.conductor.runs.all
    if account is not None:
        account.crm.close()
    ends = [run.end for run in runs]
    for end, run in zip(ends, runs, strict=True):
        words = last_words(end.plan, end.rows, run.journal, end.alarm)
        sys.stdout.write(printable(words) + "\n")
    code = app.return_code or end_code(ends)
    if app.fault is not None:
        sys.stdout.flush()
        sys.stderr.write(f"zohotui: {printable(app.fault.words)}\n")
        code = FAULT
    ignored()
    return code
