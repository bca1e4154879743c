"""A screen on which a list is entered, reviewed and decided about row by row.

`v` → action_review; `d` → action_delete → ReviewScreen.confirm → RunScreen.start.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import work
from textual.reactive import reactive

from zohotui.config.profiles import Account
from zohotui.deletion.ids.pasted import IdList
from zohotui.deletion.model.outcome import is_never_released
from zohotui.deletion.model.plan import Plan, Target
from zohotui.deletion.model.rows import spans
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui.dialogs.release import Release
from zohotui.tui.obstacles import addressed_module, misplaced_in, obstacle, pointing_elsewhere
from zohotui.tui.proposal import Proposal
from zohotui.tui.screens.review_screen import ReviewScreen
from zohotui.tui.session import Session
from zohotui.tui.text import count
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.widgets.module_picker import ModulePicker
from zohotui.tui.widgets.results_pane import ResultsPane
from zohotui.tui.widgets.results_table import ResultsTable
from zohotui.zoho.records import Module, Org, label_among


class ListScreen(ReviewScreen):
    """Knows the list and its module; takes rows out, puts them back, and releases what is held."""

    module: reactive[Module | None] = reactive(None)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._listed_for: tuple[Module | None, Target | None, Org | None, Account | None]
        self._listed_for = None, None, None, None
        """The module, the org, and the sign-in with its guards, that the list was judged for."""
        self._told_elsewhere = ""
        """What was said last of addresses that name another place."""

    @property
    def at_stake(self) -> str:
        """The ids that have been entered."""
        editor = self.query_one(IdEditor)
        editor.read_now()
        number = len(editor.ids.ids)
        return f"the list of {count(number, 'id')}" if number else ""

    def take_list(self, ids: IdList) -> None:
        """Begin anew if this is another list, or the same for another module, org or sign-in.

        What was taken out stays out as long as it is in the list. Ids whose address names another
        place are held from here on.
        """
        org = self.connection.org if self.connection else None
        listed_for = self.module, self.target, org, self.account
        if self.listed.rows.ids is not ids.ids or self._listed_for != listed_for:
            self.forget(self.listed)
            misplaced = misplaced_in(self.connection, self.module, ids)
            listed = ReviewedList(ids.ids, misplaced=misplaced, steady=self.session.steady)
            out = set(self.listed.taken_out)
            if out:
                listed.take_out(place for place, one in enumerate(ids.ids) if one in out)
            self.listed, self._listed_for = listed, listed_for

    def heed_addresses(self, ids: IdList) -> None:
        """Choose the module that the addresses name if none is chosen; say which point elsewhere.

        What has been said of the list before is not said again.
        """
        agreed = addressed_module(self.connection, ids)
        if self.module is None and agreed is not None and self.phase.settled:
            self.module = agreed
            self.say(f"Module: {agreed.plural_label}, as the addresses name it.")
        told = pointing_elsewhere(self.connection, self.module, ids)
        if told and told != self._told_elsewhere:
            self.say(told, "warning")
        self._told_elsewhere = told

    def action_addressed(self) -> None:
        """Choose the module that all addresses of the list name."""
        agreed = addressed_module(self.connection, self.query_one(IdEditor).ids)
        if agreed is not None:
            self.post_message(ModulePicker.Chosen(agreed))

    def action_review(self) -> None:
        """Read each record of the list."""
        if (proposal := self._propose()) is not None:
            self.review(proposal.plan, self.listed)

    def action_delete(self) -> None:
        """Ask for the sentence, if nothing stands in the way."""
        if self.read_only:
            self.say("This session is read-only: nothing can be deleted in it.", "error")
        elif (proposal := self._propose()) is not None:
            self.confirm(proposal, self.start, self.listed)

    def _propose(self) -> Proposal | None:
        """Make a plan of the whole list, or say what stands in the way."""
        editor = self.query_one(IdEditor)
        editor.read_now()
        misplaced = misplaced_in(self.connection, self.module, editor.ids)
        why = obstacle(self.connection, self.module, editor.ids, misplaced)
        if editor.busy:
            why = "The ids are still being read; wait for their number."
        if why or self.connection is None or self.module is None or self.account is None:
            if self.watched and not len(editor.ids.ids) and not editor.busy:
                why = f"The list is spent: r retries what failed or was not sent. {why}"
            self.say(why, "error")
            return None
        ids = editor.ids
        self.take_list(ids)
        plan = Plan(
            target=self.connection.target,
            module=self.module.api_name,
            label=label_among(self.module, self.connection.modules),
            permanent=self.module.permanent,
            ids=ids.ids,
            options=self.session.options(self.account, self.connection.org),
            source=ids.source,
        )
        return Proposal.of(plan, ids, self.module)

    def list_locked(self, *, locked: bool) -> None:
        """Keep the ids as they are while they are read or asked about."""
        self.query_one(IdEditor).locked = locked
        if locked:
            # No field takes what is typed now.
            self.query_one(ResultsTable).focus()

    def list_shown(self, listed: ReviewedList, label: str) -> None:
        """Show a list that is being read."""
        pane = self.query_one(ResultsPane)
        pane.show(listed.rows, label, named=listed.record)
        # What it lets through is about to become something else.
        pane.show_all()

    def list_changed(self, spans: Sequence[tuple[int, int]]) -> None:
        """Repaint rows of the list."""
        self.query_one(ResultsPane).rows_changed(spans)
        self.refresh_bindings()

    @property
    def list_place(self) -> int | None:
        """Place in the list of the row under the cursor; None if the list is not shown."""
        pane = self.query_one(ResultsPane)
        return pane.table.place if pane.rows is self.listed.rows else None

    @property
    def filtered(self) -> Sequence[int] | None:
        """Places in the list that the filter lets through; None without a filter."""
        only = self.query_one(ResultsTable).filter
        return None if only is None else list(self.listed.rows.matching(only))

    def action_take_out(self) -> None:
        """Take the highlighted row out of the list, or put it back."""
        if (place := self.list_place) is not None:
            if not self.listed.put_back([place]) and not self.listed.take_out([place]):
                self.say("It is missing: there is nothing to take out.")
            self.list_changed([(place, 1)])

    def action_take_out_all(self) -> None:
        """Take out, or put back, all rows that the filter lets through."""
        places = self.filtered
        if places is None:
            self.say("f chooses a filter first: X takes out all that it shows.")
            return
        # Only where nothing is left to take out: what somebody has excluded stays so.
        number = self.listed.take_out(places)
        word = "taken out" if number else "put back"
        number = number or self.listed.put_back(places)
        self.list_changed(list(spans(places)))
        self.say(f"{count(number, 'row')} {word}.")

    @work(group="dialog", exclusive=True, description="release")
    async def action_release(self) -> None:
        """Let the highlighted record go although it is held, for a reason."""
        place, listed = self.list_place, self.listed
        if place is None:
            return
        held = listed.rows.outcome(place)
        if is_never_released(held):
            self.say(f"It cannot be released: {held.message}. {held.advice.remedy}", "warning")
        if not listed.may_release(place):
            return
        reason = await self.app.push_screen_wait(
            Release(listed.rows.ids[place], listed.record(place), held)
        )
        if reason and listed is self.listed and listed.rows.outcome(place) == held:
            listed.release(place, reason)
            self.list_changed([(place, 1)])

    def offers(self, action: str) -> bool:
        """Whether the list that is shown allows a command."""
        place = self.list_place
        match action:
            case "addressed":
                agreed = addressed_module(self.connection, self.query_one(IdEditor).ids)
                return agreed not in {None, self.module}
            case "take_out" | "take_out_all":
                return place is not None
            case "release":
                return place is not None and self._answers_release(place)
            case _:
                return super().offers(action)

    def _answers_release(self, place: int) -> bool:
        """Whether the key releases the row at this place, or says why that cannot be."""
        never = is_never_released(self.listed.rows.outcome(place))
        return never or self.listed.may_release(place)
