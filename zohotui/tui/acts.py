"""What each command does, by its id in commands.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from zohotui.tui import list_acts, run_acts, screen_acts

ACTS: Mapping[str, Callable[[Any], object]] = MappingProxyType(
    {
        "modules": list_acts.to_modules,
        "addressed": list_acts.choose_addressed,
        "next_list": list_acts.next_list,
        "ids": list_acts.to_ids,
        "open": list_acts.open_file,
        "review": list_acts.review,
        "delete": list_acts.delete,
        "take_out": list_acts.take_out,
        "take_out_all": list_acts.take_out_all,
        "release": list_acts.release,
        "pause": run_acts.pause,
        "resume": run_acts.resume,
        "more": screen_acts.more,
        "fewer": screen_acts.fewer,
        "stop": screen_acts.stop,
        "retry": run_acts.retry,
        "resolve": run_acts.look_up,
        "undo": run_acts.undo,
        "differences": run_acts.show_differences,
        "find": screen_acts.find,
        "filter": screen_acts.show_next_state,
        "export": run_acts.export,
        "history": screen_acts.open_history,
        "copy": screen_acts.copy,
        "rejected": list_acts.show_rejected,
        "clear": list_acts.clear,
        "profile": screen_acts.switch_profile,
        "sign_in": screen_acts.sign_in,
        "connect": screen_acts.connect,
        "help": screen_acts.show_help,
        "quit": screen_acts.leave,
    }
)
"""Each takes the screen that it is done on: a ListPlace, a RunPlace, or any Place, as the `where`
of its command says."""
