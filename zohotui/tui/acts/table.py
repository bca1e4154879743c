"""What each command does, by its id in commands.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from zohotui.tui.acts import list as list_acts
from zohotui.tui.acts import restore as restore_acts
from zohotui.tui.acts import run as run_acts
from zohotui.tui.acts import screen as screen_acts

ACTS: Mapping[str, Callable[[Any], object]] = MappingProxyType(
    {
        "delete": list_acts.delete,
        "pause": run_acts.pause,
        "resume": run_acts.resume,
        "stop": screen_acts.stop,
        "more": screen_acts.more,
        "fewer": screen_acts.fewer,
        "take_out": list_acts.take_out,
        "retry": run_acts.retry,
        "undo": run_acts.undo,
        "resolve": run_acts.look_up,
        "differences": run_acts.show_differences,
        "filter": screen_acts.choose_filter,
        "find": screen_acts.find,
        "find_next": screen_acts.find_next,
        "find_previous": screen_acts.find_previous,
        "modules": list_acts.to_modules,
        "ids": list_acts.to_ids,
        "open": list_acts.open_file,
        "help": screen_acts.show_help,
        "details": screen_acts.show_details,
        "export": screen_acts.export,
        "sort": screen_acts.sort,
        "review": list_acts.review,
        "release": list_acts.release,
        "receipt": run_acts.show_receipt,
        "history": screen_acts.open_history,
        "mark": list_acts.mark,
        "mark_all": list_acts.mark_all,
        "next_list": list_acts.next_list,
        "addressed": list_acts.choose_addressed,
        "rejected": list_acts.show_rejected,
        "clear": list_acts.clear,
        "fold": list_acts.fold,
        "copy": screen_acts.copy,
        "copy_details": screen_acts.copy_details,
        "profile": screen_acts.switch_profile,
        "sign_in": screen_acts.sign_in,
        "connect": screen_acts.connect,
        "write_plan": list_acts.write_plan,
        "ticket": run_acts.copy_ticket,
        "restore_deleted": restore_acts.restore_deleted,
        "related": list_acts.show_related,
        "quit": screen_acts.leave,
    }
)
"""Each takes the screen that it is done on: a ListPlace, a RunPlace, or any Place, as the `where`
of its command says."""
