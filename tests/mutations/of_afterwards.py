"""Faults of the room that asks where the records are, and restores."""

from __future__ import annotations

from tests.mutations.mutation import Mutation

_VERDICTS, _WINDOW = "afterwards/verdicts.py", "afterwards/window.py"
_SWEEP, _UNDO, _COMPARE = "afterwards/sweep.py", "afterwards/undo.py", "afterwards/compare.py"

OF_AFTERWARDS = (
    Mutation(
        _VERDICTS,
        "calls a record still there while its delete may be at work",
        "early = unknown and where.may_go and where.spot in",
        "early = unknown and where.spot is Spot.NOWHERE and where.spot in",
        ("verdicts",),
    ),
    Mutation(
        _VERDICTS,
        "takes a deletion in another module for the run's",
        "timely = where.deleted is Deleted.IN_WINDOW and where.of_module",
        "timely = where.deleted is Deleted.IN_WINDOW",
        ("verdicts",),
    ),
    Mutation(
        _VERDICTS,
        "takes a deletion by nobody known for the run's",
        "return timely and where.deleter is Deleter.RUNS_USER",
        "return timely and where.deleter is not Deleter.ANOTHER",
        ("verdicts",),
    ),
    Mutation(
        _VERDICTS,
        "calls deleted by the run what Zoho had refused",
        "if is_lost(before) and _by_run(where):",
        "if _by_run(where):",
        ("verdicts",),
    ),
    Mutation(
        _VERDICTS,
        "restores what was deleted again since",
        "    if ours and not again:\n",
        "    if ours:\n",
        ("verdicts",),
    ),
    Mutation(
        _VERDICTS,
        "restores what somebody else deleted",
        "ours = where.deleter is not Deleter.ANOTHER and where.deleted is Deleted.IN_WINDOW",
        "ours = where.deleted is Deleted.IN_WINDOW",
        ("verdicts",),
    ),
    Mutation(
        _VERDICTS,
        "restores what was deleted at another time",
        "ours = where.deleter is not Deleter.ANOTHER and where.deleted is Deleted.IN_WINDOW",
        "ours = where.deleter is not Deleter.ANOTHER",
        ("verdicts",),
    ),
    Mutation(
        _VERDICTS,
        "verifies what was in the bin before the run",
        "    if where.deleted is Deleted.BEFORE:\n",
        "    if where.deleted is Deleted.UNTOLD:\n",
        ("verdicts",),
    ),
    Mutation(
        _VERDICTS,
        "calls back what is only scheduled",
        """    if maybe_back(before) and before.code == SCHEDULED:
        return before
""",
        "",
        ("verdicts",),
    ),
    Mutation(
        _VERDICTS,
        "calls deleted what its undo has brought back",
        """    if was_asked_back(before):
        return SEEN_BACK
    message = "Zoho said""",
        """    message = "Zoho said""",
        ("verdicts",),
    ),
    Mutation(
        _WINDOW,
        "counts whatever was deleted after the request",
        "return self.sent - slack <= moment <= self.answered + ZOHO_LAG + slack",
        "return self.sent - slack <= moment",
        ("undo", "resolve", "clocks"),
    ),
    Mutation(
        _WINDOW,
        "counts whatever was deleted before the answer",
        "return self.sent - slack <= moment <= self.answered + ZOHO_LAG + slack",
        "return moment <= self.answered + ZOHO_LAG + slack",
        ("undo", "resolve", "clocks"),
    ),
    Mutation(
        _WINDOW,
        "lets clocks differ by more than a day",
        "slack = min(self.slack, MOST_SLACK)",
        "slack = self.slack",
        ("clocks", "undo"),
    ),
    Mutation(
        _WINDOW,
        "believes a clock that was put back",
        "return max(0.0, left, self.not_before - self.times.clock())",
        "return max(0.0, left)",
        ("resolve_late", "clocks", "resolve"),
    ),
    Mutation(
        _WINDOW,
        "does not wait for a request whose answer was lost",
        "left = min(answered + ZOHO_LAG, latest) - self._by_zoho(self.times.now())",
        "left = min(answered, latest) - self._by_zoho(self.times.now())",
        ("resolve_late", "resolve"),
    ),
    Mutation(
        _WINDOW,
        "ignores how far this machine's clock is off",
        "return at - skew.ahead if skew else at",
        "return at",
        ("clocks",),
    ),
    Mutation(
        "afterwards/whereabouts.py",
        "asks a bin that is closed",
        "return tuple(spot for spot in steps if spot is not Spot.BIN)",
        "return steps",
        ("whereabouts",),
    ),
    Mutation(
        "afterwards/whereabouts.py",
        "takes another user for the run's",
        "deleter = Deleter.RUNS_USER if me == entry.deleted_by else Deleter.ANOTHER",
        "deleter = Deleter.RUNS_USER",
        ("whereabouts", "undo"),
    ),
    Mutation(
        "afterwards/whereabouts.py",
        "calls nowhere what could not be looked for",
        "spot = Spot.NOT_IN_MODULE if search.bin_closed else Spot.NOWHERE",
        "spot = Spot.NOWHERE",
        ("whereabouts",),
    ),
    Mutation(
        _SWEEP,
        "looks in whatever org is open",
        "        yield from check_org(self.search.reads, self.work.crm, self.told.plan.target)\n",
        "        yield from ()\n",
        ("resolve", "look_up"),
    ),
    Mutation(
        _SWEEP,
        "tells what is as before",
        "            elif verdict != before:\n",
        "            else:\n",
        ("resolve", "verify"),
    ),
    Mutation(
        _SWEEP,
        "forgets what it was too early for",
        "                self.early.append(place)\n",
        "                pass\n",
        ("resolve",),
    ),
    Mutation(
        _UNDO,
        "asks Zoho before the journal has it",
        """        event = self.work.journal.record(Restoring(tuple(places)))
        self.before.update(before)
""",
        """        self.work.crm.restore([*map(self.search.id, places)])
        event = self.work.journal.record(Restoring(tuple(places)))
        self.before.update(before)
""",
        ("undo_faults", "undo"),
    ),
    Mutation(
        _UNDO,
        "restores in whatever org is open",
        """            yield from check_org(self.reads, self.work.crm, self.told.plan.target)
            for start""",
        """            for start""",
        ("undo", "undo_faults"),
    ),
    Mutation(
        _UNDO,
        "calls restored what it has not seen",
        "yield from self._tell({p: outcome for p, outcome in claimed.items() if p in there})",
        "yield from self._tell(dict(claimed))",
        ("undo_read_back",),
    ),
    Mutation(
        _UNDO,
        "asks once too often",
        "elif self.tries[place] >= MOST_TRIES:",
        "elif self.tries[place] > MOST_TRIES:",
        ("undo",),
    ),
    Mutation(
        _UNDO,
        "does not shout of ids that were never asked for",
        "            self.alarmed = True\n",
        "",
        ("undo",),
    ),
    Mutation(
        _UNDO,
        "forgets that a request whose answer was lost may be at work",
        """        if not error.result_unknown:
            yield from self._take_back(ours)
        turned_away""",
        """        yield from self._take_back(ours)
        turned_away""",
        ("undo_faults", "undo_in_doubt"),
    ),
    Mutation(
        _UNDO,
        "tries in a session that may only look",
        """        if self.work.crm.read_only:
            return "This session is read-only: nothing can be restored in it."
""",
        "",
        ("undo", "undo_faults"),
    ),
    Mutation(
        _UNDO,
        "goes on after a stop",
        """        self.reads.go_on()
        places = list(ours)
""",
        """        places = list(ours)
""",
        ("undo", "undo_faults"),
    ),
    Mutation(
        _COMPARE,
        "tells what differs before it is written down",
        """        self._keep(differences)
        if outcomes:
            event = self._tell(outcomes, differences)
""",
        """        if outcomes:
            event = self._tell(outcomes, differences)
            self._keep(differences)
""",
        ("compare", "compare_faults"),
    ),
    Mutation(
        _COMPARE,
        "compares in whatever org is open",
        "            yield from check_org(self.reads, self.work.crm, self.told.plan.target)\n",
        "",
        ("compare", "compare_faults"),
    ),
    Mutation(
        _COMPARE,
        "calls a record not back at the first look",
        "            elif last:\n",
        "            elif last or now is None:\n",
        ("compare", "compare_faults"),
    ),
    Mutation(
        _COMPARE,
        "calls as saved what differs",
        "        if matter:\n",
        "        if matter and perhaps:\n",
        ("compare",),
    ),
)
