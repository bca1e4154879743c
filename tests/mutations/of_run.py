"""Faults of the room that sends deletes."""

from __future__ import annotations

from tests.mutations.mutation import Mutation

_RUN, _ANSWER = "run/run.py", "run/answer.py"

OF_RUN = (
    Mutation(
        _RUN,
        "sends to another address than the one confirmed",
        """    if why := check.other_address(work.crm) or plan.whose_values:
""",
        """    if why := plan.whose_values:
""",
        ("run",),
    ),
    Mutation(
        _RUN,
        "goes on with the journal of another plan",
        "if earlier.plan != plan or earlier.finished:",
        "if earlier.finished:",
        ("resume",),
    ),
    Mutation(
        _RUN,
        "goes on with a run that is over",
        "if earlier.plan != plan or earlier.finished:",
        "if earlier.plan != plan:",
        ("resume",),
    ),
    Mutation(
        _RUN,
        "goes on although the receipt knows of more than the journal",
        """        if why := doubt(earlier, work.journal.path):
            raise PlanError(f"{why} The run cannot go on: look it up.")
""",
        "",
        ("doubt",),
    ),
    Mutation(
        _RUN,
        "sends batches again that have left before",
        "fresh = (batch for batch in plan.batches() if batch.number not in spent)",
        "fresh = (batch for batch in plan.batches() if batch.number not in ())",
        ("resume",),
    ),
    Mutation(
        _RUN,
        "sends before the journal has it",
        """        try:
            sent = self.work.journal.record(Sent(batch, self._other_user))
        except JournalError as error:
            self.waiting.appendleft(batch)
""",
        """        flight = pool.submit(self._request, batch)
        flight.exception()
        try:
            sent = self.work.journal.record(Sent(batch, self._other_user))
        except JournalError as error:
            self.waiting.appendleft(batch)
""",
        ("journal",),
    ),
    Mutation(
        _RUN,
        "sends what the journal did not take",
        """unless the journal can be written first."
            )
            return
""",
        """unless the journal can be written first."
            )
            sent = Sent(batch)
""",
        ("journal",),
    ),
    Mutation(
        _RUN,
        "loses a batch that the disk did not take at first",
        """            self.waiting.appendleft(batch)
            yield from self._no_journal(""",
        """            yield from self._no_journal(""",
        ("journal",),
    ),
    Mutation(
        _RUN,
        "uses the form for one record in a list of many",
        "if len(self.plan.ids) == 1:",
        "if len(ids) == 1:",
        ("run",),
    ),
    Mutation(
        _RUN,
        "lets workflow rules run that were switched off",
        "wf_trigger = self.plan.options.wf_trigger",
        "wf_trigger = True",
        ("run",),
    ),
    Mutation(
        _RUN,
        "loses a batch that came back",
        """        self.waiting.appendleft(batch)
        patient =""",
        """        patient =""",
        ("run",),
    ),
    Mutation(
        _RUN,
        "goes on after as many lost answers as shall stop it",
        "elif self.lost_in_a_row >= LOST_IN_A_ROW:",
        "elif self.lost_in_a_row > LOST_IN_A_ROW:",
        ("run_faults",),
    ),
    Mutation(
        _RUN,
        "counts lost answers that are not in a row",
        "self.lost_in_a_row = self.lost_in_a_row + 1 if landing.lost else 0",
        "self.lost_in_a_row += landing.lost",
        ("run_faults",),
    ),
    Mutation(
        _RUN,
        "sends several at once before a record is away",
        """        if landing.any_deleted:
            self.pace.open_up()
""",
        """        self.pace.open_up()
""",
        ("run",),
    ),
    Mutation(
        _RUN,
        "sends after a stop",
        "held = self.levers.stopped or self.levers.paused or",
        "held = self.levers.paused or",
        ("run", "control"),
    ),
    Mutation(
        _RUN,
        "sends while it is paused",
        "held = self.levers.stopped or self.levers.paused or",
        "held = self.levers.stopped or",
        ("run", "control"),
    ),
    Mutation(
        _RUN,
        "does not ask again which org it is after a pause",
        """            self.org_checked, self.org_read = False, None
""",
        "",
        ("run_signed_in",),
    ),
    Mutation(
        _RUN,
        "takes another org for the plan's",
        """        why = self.check.other_org(org) if org else ""
""",
        """        why = self.check.other_org(org) if org and self.org_checked else ""
""",
        ("run_signed_in",),
    ),
    Mutation(
        _RUN,
        "sends another user's values",
        """        why = why or (self.check.other_user(user) if user else "")
""",
        "",
        ("by_header_users",),
    ),
    Mutation(
        _RUN,
        "sends values of nobody knows whom",
        """ or plan.whose_values:
""",
        """:
""",
        ("by_header_users",),
    ),
    Mutation(
        _RUN,
        "lets the run go on by hand in another org",
        """            yield from self._brake(f"{why} The run ends here.")
            self.levers.stop()
""",
        """            yield from self._brake(f"{why} The run ends here.")
""",
        ("run_signed_in",),
    ),
    Mutation(
        _RUN,
        "uses the reserve of credits",
        "elif not self.reserve_waived and self.reserve.is_reached(",
        "elif self.reserve_waived and self.reserve.is_reached(",
        ("run_limits",),
    ),
    Mutation(
        _RUN,
        "calls a run finished whose admin was taken away",
        "            if cut_off:\n",
        "            if cut_off and self.waiting:\n",
        ("cut_off",),
    ),
    Mutation(
        _RUN,
        "does not journal what lands after it was closed",
        """                if not to_the_end:
                    self._land_the_rest()
""",
        """                pass
""",
        ("run",),
    ),
    Mutation(
        _RUN,
        "does not show at the end what no disk took",
        """        while self.unwritten:
            yield _landed(*self.unwritten.popleft())
""",
        "",
        ("journal",),
    ),
    Mutation(
        _RUN,
        "can go on by hand after another has changed its journal",
        """            yield from self._brake(str(error))
            self.levers.stop()
""",
        """            yield from self._brake(str(error))
""",
        ("sole_writer",),
    ),
    Mutation(
        _RUN,
        "calls a stopped run done",
        "finished, cut_off = Finished(stopped=left), self.levers.cut_off",
        "finished, cut_off = Finished(stopped=False), self.levers.cut_off",
        ("run", "control"),
    ),
    Mutation(
        _RUN,
        "forgets what landed while the journal could not be written",
        """            self.unwritten.popleft()
            yield landed
""",
        """            self.unwritten.clear()
            yield landed
""",
        ("journal", "run_properties"),
    ),
    Mutation(
        _ANSWER,
        "calls failed what may be deleted",
        "state = State.UNKNOWN if answer.result_unknown else State.FAILED",
        "state = State.FAILED",
        ("landing",),
    ),
    Mutation(
        _ANSWER,
        "sends again what may be deleted",
        "    if isinstance(answer, NotSent | TooManyRequests | NotAuthorized):\n",
        "    if answer.result_unknown:\n",
        ("landing",),
    ),
    Mutation(
        _ANSWER,
        "sends again what Zoho refused",
        "if isinstance(answer, NotSent | TooManyRequests | NotAuthorized):",
        "if not answer.result_unknown:",
        ("landing",),
    ),
    Mutation(
        _ANSWER,
        "calls an id deleted that the answer does not mention",
        """        State.UNKNOWN, Code.NO_ANSWER, "Zoho's answer""",
        """        State.DELETED, Code.NO_ANSWER, "Zoho's answer""",
        ("landing",),
    ),
    Mutation(
        _ANSWER,
        "believes an answer that contradicts itself",
        """    if not result.certain:
        state = State.UNKNOWN
    elif""",
        """    if""",
        ("landing",),
    ),
    Mutation(
        _ANSWER,
        "tells ids apart by the order of the answer",
        "map(answer.results.get, map(str, batch.ids))",
        "map(dict(zip(batch.ids, answer.results.values())).get, batch.ids)",
        ("landing", "run"),
    ),
    Mutation(
        _ANSWER,
        "stops at half of a batch refused",
        "refused * 2 <= len(outcomes)",
        "refused * 2 < len(outcomes)",
        ("landing",),
    ),
    Mutation(
        _ANSWER,
        "does not judge a batch of ten",
        "len(outcomes) < _TELLING",
        "len(outcomes) <= _TELLING",
        ("landing",),
    ),
    Mutation(
        _ANSWER,
        "goes on after ids that were never asked for",
        "brake = _foreign(batch, answer) or _most_refused(batch, outcomes)",
        "brake = _most_refused(batch, outcomes)",
        ("landing",),
    ),
    Mutation(
        _ANSWER,
        "does not count an answer as lost that tells of no id",
        "return Landing(outcomes, brake, lost=lost, foreign=answer.foreign)",
        "return Landing(outcomes, brake, foreign=answer.foreign)",
        ("landing", "run_faults"),
    ),
    Mutation(
        _ANSWER,
        "asks nobody to sign in",
        "unsigned = isinstance(error, NotAuthorized) and not isinstance(error, TokenExpired)",
        "unsigned = False",
        ("landing", "run_signed_in"),
    ),
)
