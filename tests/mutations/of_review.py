"""Faults of the room that reads before anything is deleted."""

from __future__ import annotations

from tests.mutations.mutation import Mutation

_REVIEW, _GUARDS, _LIST = "review/review.py", "review/guards.py", "review/reviewed_list.py"
_GUARDING = "review/guarding.py"

OF_REVIEW = (
    Mutation(
        _REVIEW,
        "tells of records whose copies are not saved",
        """        if self.asked.keep:
            self.asked.keep(read)
""",
        "",
        ("review_reading", "review_all"),
    ),
    Mutation(
        _REVIEW,
        "lets go what was changed since it was looked at",
        "now, changed or predict(entry))",
        "now, predict(entry))",
        ("review_all", "review_reading", "reviewed"),
    ),
    Mutation(
        _GUARDING,
        "asks no guard",
        "return held_by(hits, *whose) or otherwise",
        "return otherwise",
        ("review_all", "guarding"),
    ),
    Mutation(
        _REVIEW,
        "counts a review that a clock was put back to",
        "return not 0 <= now - began <= minutes * 60",
        "return not now - began <= minutes * 60",
        ("reviewed",),
    ),
    Mutation(
        _REVIEW,
        "counts a review for ever",
        "return not 0 <= now - began <= minutes * 60",
        "return not 0 <= now - began",
        ("reviewed",),
    ),
    Mutation(
        _REVIEW,
        "takes a permission that went for one that never was",
        "self.forbidden = error.code in NOT_ALLOWED and not self.answered",
        "self.forbidden = error.code in NOT_ALLOWED",
        ("review_reading", "review_all"),
    ),
    Mutation(
        _REVIEW,
        "forgets the guards where nothing can be read",
        """            if self.forbidden:
                yield from self._by_id_alone()
""",
        "",
        ("review_reading", "review_all", "guards"),
    ),
    Mutation(
        _REVIEW,
        "reads ids that are of another place",
        "(one for one in self.wanted if one not in asked.skip)",
        "iter(self.wanted)",
        ("addresses",),
    ),
    Mutation(
        _REVIEW,
        "doubts what ids begin with at a tie",
        "self.found[True] > self.found[False]:",
        "self.found[True] >= self.found[False]:",
        ("review_reading", "review_all", "guards"),
    ),
    Mutation(
        _GUARDS,
        "does not hold a protected id",
        """        if record_id in self.ids:
            yield Hit(_IDS, f"{_IDS}: its id is protected")
""",
        "",
        ("guards",),
    ),
    Mutation(
        _GUARDS,
        "knows a protected owner by name alone",
        'return [str(owner[key]) for key in ("name", "email", "id") if owner.get(key)]',
        'return [str(owner[key]) for key in ("name",) if owner.get(key)]',
        ("guards",),
    ),
    Mutation(
        _GUARDS,
        "does not count what may have gone today",
        "            uncertain += one.tally.get(State.UNKNOWN, 0)\n",
        "",
        ("guards",),
    ),
    Mutation(
        _GUARDS,
        "counts the runs of other orgs",
        "began = one.began if _same_place(one.target, target) else None",
        "began = one.began",
        ("guards",),
    ),
    Mutation(
        _GUARDS,
        "lets go for no reason",
        "if sum(map(str.isalpha, words)) < _FEWEST_LETTERS:",
        "if len(words) < _FEWEST_LETTERS:",
        ("guards", "reviewed"),
    ),
    Mutation(
        _GUARDS,
        "lets go what is of another place",
        """    if is_never_released(outcome):
        raise ValueError(f"It stays""",
        """    if is_never_released(outcome) and not words:
        raise ValueError(f"It stays""",
        ("guards", "reviewed", "addresses"),
    ),
    Mutation(
        _LIST,
        "counts a review that was stopped",
        """        # It may have been whole by then.
        self.began = None
""",
        "",
        ("reviewed",),
    ),
    Mutation(
        _LIST,
        "leaves ready what the new review has not read",
        "                self._unready()\n",
        "",
        ("reviewed",),
    ),
    Mutation(
        _LIST,
        "lets a review speak of ids of another place",
        """        if place in self.barred:
            return
        if record is not None and""",
        """        if record is not None and""",
        ("addresses",),
    ),
    Mutation(
        _LIST,
        "lets go again what was changed since it was let go",
        "if outcome == held and self._is_as_released(place, record):",
        "if outcome == held:",
        ("reviewed",),
    ),
    Mutation(
        _LIST,
        "counts a review however old it is",
        "return self.began is not None and not self._is_stale(now, minutes)",
        "return self.began is not None",
        ("reviewed",),
    ),
    Mutation(
        _LIST,
        "believes the clock that can be put back",
        "        return steady or is_stale(self._begins, now, minutes)\n",
        "        return is_stale(self._begins, now, minutes)\n",
        ("reviewed",),
    ),
    Mutation(
        _LIST,
        "forgets at a new review what was taken out",
        """            self._taken[place] = outcome
            outcome = TAKEN_OUT
""",
        """            self._taken[place] = outcome
""",
        ("reviewed",),
    ),
    Mutation(
        _LIST,
        "counts a review that ended early",
        "        if not why and self._reading is not None:\n",
        "        if self._reading is not None:\n",
        ("reviewed",),
    ),
    Mutation(
        "review/selection.py",
        "takes what nobody has read for what may go",
        "unread = listed.began is None and listed.forbidden",
        "unread = listed.began is None",
        ("reviewed",),
    ),
    Mutation(
        "review/selection.py",
        "leaves out of the journal what was held",
        "listed.rows.places(set(State) - {_goes(listed)})",
        "listed.rows.places({State.MISSING})",
        ("reviewed", "left_out"),
    ),
    Mutation(
        "review/prediction.py",
        "lets go what is being merged",
        """    if record.get("$in_merge") is True:
        return IN_MERGE
""",
        "",
        ("review_all", "details"),
    ),
    Mutation(
        "review/prediction.py",
        "holds for a lock that does not bind this user",
        'if record.get("$locked_for_me", record.get("Locked__s")) is True:',
        'if record.get("$locked_for_me") or record.get("Locked__s"):',
        ("review_all", "review_reading"),
    ),
)
