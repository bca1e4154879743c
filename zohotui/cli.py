"""The command line: arguments in, a session on the screen, last words and an exit code out."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterable, Mapping, Sequence

from zohotui.exit_codes import ALL_DONE, FAULT, USAGE
from zohotui.options import parser
from zohotui.zoho.printable import printable

TYPE_CHECKING = False
"""Not typing's own: that and pathlib would be a quarter of --version and --help."""

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any, NoReturn, TextIO

    from zohotui.deletion.ids.id_list import IdList
    from zohotui.explain import Page
    from zohotui.opening import Opening
    from zohotui.tui.conductor import Conductor

_SCREEN = 1
"""Descriptor of standard output, where the screen is."""

_NAMES_COMMANDS = {"codes", "lists", "states"}
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
    from zohotui.tui.garbage import nothing_is_garbage
    from zohotui.tui.terminal.toolkit_settings import prepare
    from zohotui.zoho.errors import BadSettings

    try:
        with nothing_is_garbage():
            _need_terminal(os.environ, piped="-" in {options.ids, options.query})
            prepare(os.environ, _SCREEN)
            opening = _opening(options, os.environ)
    except (BadSettings, ConfigError, UsageError) as error:
        return _refuse(error)
    return _show(opening)


def _opening(options: argparse.Namespace, environ: Mapping[str, str]) -> Opening:
    """Work out what to begin with."""
    from zohotui.opening import open_with

    if options.demo and options.profile:
        raise UsageError("--demo and --profile name two orgs. Give one of them.")
    return open_with(options, environ, lambda: _begin_with(options))


def _refuse(error: Exception) -> int:
    sys.stderr.write(f"zohotui: {printable(str(error), keep=chr(10))}\n")
    return USAGE


def _verify_journal(options: argparse.Namespace) -> int:
    """Write what can be said of a journal, and nothing else, whatever standard output is."""
    from pathlib import Path

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
    from shutil import get_terminal_size

    from zohotui.explain import page

    def keys() -> Sequence[tuple[str, str]]:
        # Of all topics this alone is told by the screen, which takes Textual.
        from zohotui.tui.keys.keymap import key_entries

        return key_entries()

    try:
        _alone(options, "explain")
        told = page(options.explain, keys)
        if options.explain in _NAMES_COMMANDS:
            told = _with_keys(told)
        _write(told.lines(get_terminal_size().columns))
    except UsageError as error:
        return _refuse(error)
    return ALL_DONE


def _with_keys(told: Page) -> Page:
    """Name the keys before the lines are broken: a key is shorter than its command's name."""
    from dataclasses import replace

    from zohotui.tui.keys.keymap import with_keys

    return replace(told, entries=[(name, with_keys(words)) for name, words in told.entries])


def _alone(options: argparse.Namespace, name: str) -> None:
    """Raise UsageError if any option but this one was given."""
    others = (value for other, value in vars(options).items() if other != name)
    if any(value not in (None, False, "", []) for value in others):
        option = name.replace("_", "-")
        raise UsageError(f"--{option} cannot be combined with another option.")


def _write(lines: Iterable[str]) -> None:
    """Write to standard output; raises UsageError if it takes nothing, as a full disk.

    The one who reads it may leave off before the end, as `head` does.
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
        raise UsageError("zohotui needs a terminal; do not redirect its output.")
    if not piped and not _is_terminal(sys.stdin):
        raise UsageError("Standard input is not a keyboard. To read ids from it: --ids -")
    if environ.get("TERM", "") == "dumb":
        raise UsageError("TERM is dumb: this terminal cannot show a screen. Set TERM=xterm.")


def _begin_with(options: argparse.Namespace) -> dict[str, Any]:
    """Take the list to begin with, before the screen needs the keyboard: fields of Session."""
    given = {
        "--plan": options.plan,
        "--ids": options.ids,
        "--query": options.query,
        "ids or addresses": options.records,
    }
    named = [name for name, value in given.items() if value]
    if len(named) > 1:
        raise UsageError(f"{named[0]} and {named[1]} name two lists. Give one of them.")
    module = options.module
    if options.keep and not options.plan:
        raise UsageError("--keep needs --plan with the file of the plan.")
    if not (named or module or options.external):
        return {}
    from zohotui.zoho.records import is_api_name

    if module and not is_api_name(module):
        raise UsageError(f"--module {module} is not the API name of a module, like Leads.")
    if options.external and not (module and options.ids):
        raise UsageError("--external needs --module, and --ids with a file of the field's values.")
    if options.external and not is_api_name(options.external):
        raise UsageError(f"--external {options.external} is not the API name of a field.")
    if options.query:
        return _query(options.query, module)
    if options.plan:
        return _plan(options.plan, options.keep or (), module)
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
            why = found.reason if found else "it is empty"
            raise UsageError(f"{printable(record, 60)}: {why}. Quote an address in the shell.")
    return parse_text("\n".join(records), "the command line")


def _plan(name: str, kept: Sequence[str], module: str) -> dict[str, Any]:
    """Take a plan and what the owners of its records keep; it chooses the module."""
    from pathlib import Path

    from zohotui.deletion.handover.plan_file import open_plan
    from zohotui.deletion.handover.written_plan import HandoverError

    try:
        plan = open_plan(Path(name).absolute(), [Path(one).absolute() for one in kept])
    except HandoverError as error:
        raise UsageError(str(error)) from None
    if module and module != plan.written.module:
        raise UsageError(f"--module is {module}, but the plan is for {plan.written.module}.")
    return {"module": plan.written.module, "plan": plan}


def _query(name: str, module: str) -> dict[str, Any]:
    """Take the query of a file, or of standard input; it chooses the module."""
    from pathlib import Path

    from zohotui.zoho.queries import LONGEST_QUERY, Query, QueryError

    try:
        if name == "-":
            raw = _standard_input("--query", LONGEST_QUERY)
        else:
            # It may be a pipe of the shell's, whose size nobody knows.
            with Path(name).open("rb") as file:
                raw = file.read(LONGEST_QUERY + 1)
        if len(raw) > LONGEST_QUERY:
            raise UsageError(f"--query {name} has more than {LONGEST_QUERY:,} bytes.")
        query = Query.of(raw.decode())
    except OSError as error:
        raise UsageError(f"--query {name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"--query {name} is not UTF-8 text.") from None
    except (QueryError, ValueError) as error:
        raise UsageError(f"--query: {error}") from None
    if module and module != query.module:
        raise UsageError(f"--module is {module}, but the query reads {query.module}.")
    return {"module": query.module, "query": query}


def _ids(name: str | None) -> Path | bytes | None:
    """Take the ids file's path, or all of standard input, before the screen needs the keyboard."""
    if not name:
        return None
    if name != "-":
        from pathlib import Path

        return _readable(Path(name))
    from zohotui.deletion.ids.source import GREATEST_FILE

    return _standard_input("--ids", GREATEST_FILE)


def _standard_input(option: str, most: int) -> bytes:
    """Take all of standard input, and the terminal in its place for the keys."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(f"{option} - reads standard input, but nothing is piped in.")
    given = sys.stdin.buffer.read(most + 1)
    if len(given) > most:
        hint = " Send only the column of record ids." if option == "--ids" else ""
        raise UsageError(f"{option} - reads at most {most:,} bytes, and more was piped in.{hint}")
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        words = f"{option} - reads standard input, and there is no terminal to read the keys from."
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


def _show(opening: Opening) -> int:
    from zohotui.tui.garbage import nothing_is_garbage

    with nothing_is_garbage():
        from zohotui.tui.app import ZohotuiApp
        from zohotui.tui.terminal.hangup import ignored, unheard

    app = ZohotuiApp(
        opening.begin, opening.folder, theme=opening.theme, read_only=opening.read_only
    )
    with unheard():
        app.run(mouse=opening.mouse)
    code = app.return_code or 0
    if app.is_open and app.conductor.to_practice:
        _go_to_practice()
    if app.is_open:
        code = _leave(app.conductor, code)
    if app.refusal is not None:
        code = _refuse(app.refusal)
    if app.fault is not None:
        sys.stdout.flush()
        sys.stderr.write(f"zohotui: {printable(app.fault.words)}\n")
        code = FAULT
    ignored()
    return code


def _go_to_practice() -> NoReturn:
    """Become a program that opens the practice org: this one ends by itself soon."""
    kept = [one for one in sys.argv[1:] if one in {"--no-mouse", "--low-bandwidth"}]
    os.execv(sys.executable, [sys.executable, "-P", "-m", "zohotui", "--demo", *kept])  # noqa: S606 - the same program


def _leave(conductor: Conductor, code: int) -> int:
    """Close the org and say what became of each run; return the exit code."""
    from zohotui.deletion.last_words import last_words

    if conductor.org.account is not None:
        conductor.org.account.crm.close()
    for run in conductor.runs.all:
        end = run.end
        words = last_words(end.plan, end.rows, run.journal, end.alarm)
        sys.stdout.write(printable(words) + "\n")
    return code or conductor.exit_code
