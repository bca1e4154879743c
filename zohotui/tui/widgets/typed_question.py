"""What will be done, in facts, above the sentence without which nothing is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from zohotui.tui import arming
from zohotui.tui.widgets.facts import Facts, FactsScroll
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.tick import Tick
from zohotui.tui.words.text import Fact

_LABELS = 11
"""Cells of the labels of the facts."""

_FRAME = 3
"""Lines of the frame, and of the gap above the foot."""


class Sentence(Field):
    """Takes keys one by one; a paste is no decision."""

    @dataclass
    class Pasted(Message):
        """Somebody tried to paste."""

    def __init__(self, *, id: str | None = None, disabled: bool = False) -> None:
        super().__init__(id=id, disabled=disabled, compact=True)
        self._came = 0.0
        """When the last character came."""
        self._at_once = 0
        """How many characters came in that same moment."""

    async def on_key(self, event: events.Key) -> None:
        """Refuse an Enter that came in one moment with most of the text: nobody typed that."""
        if event.is_printable:
            self._at_once = self._at_once + 1 if event.time == self._came else 1
            self._came = event.time
        together = event.key == "enter" and event.time == self._came
        if together and self._at_once * 2 > len(self.value):
            event.prevent_default()
            event.stop()
            self.clear()
            self.post_message(self.Pasted())

    def action_paste(self) -> None:
        """Refuse the program's own clipboard too."""
        self.post_message(self.Pasted())

    def on_paste(self, event: events.Paste) -> None:
        """Refuse the terminal's clipboard."""
        event.prevent_default()
        event.stop()
        self.post_message(self.Pasted())


@dataclass(frozen=True, slots=True)
class Question:
    """All that is read and typed before something is done."""

    title: str
    facts: tuple[Fact, ...]
    sentences: tuple[str, ...]
    """What may be typed, in any case of letters; the first is what is asked for."""
    environment: str
    """That of the org, which gives the frame its colour."""
    style: str
    """That of the sentence, to be found at one glance."""
    hint: str
    wrong: str
    """What is said of another sentence, behind the place where it differs."""
    obstacle: str = ""
    """Why it cannot be done at all, in place of the sentence; empty if it can."""


class TypedQuestion(Vertical):
    """Takes no keys until those typed ahead have run dry; then nothing but the sentence."""

    DEFAULT_CSS = """
    TypedQuestion #facts { height: auto; }
    TypedQuestion #foot { height: auto; margin-top: 1; }
    TypedQuestion Sentence { background: $panel; }
    TypedQuestion #reason { background: $panel; }
    TypedQuestion Tick { width: 100%; text-overflow: ellipsis; }
    """

    @dataclass
    class Typed(Message):
        """The sentence was typed, to the letter."""

    def __init__(
        self,
        question: Question,
        tick: Tick | None = None,
        *,
        ticks: bool = True,
        reason: Field | None = None,
    ) -> None:
        """Take the question; `tick`: a switch above the sentence, which `ticks` lets be set.

        `reason`: a field between the two; Enter leads from it to the sentence.
        """
        super().__init__(id="confirm", classes=f"dialog -{question.environment}")
        self._question, self._tick, self._ticks = question, tick, ticks
        self._reason = reason
        self.border_title = Content(question.title)

    def compose(self) -> ComposeResult:
        """Put the facts above the sentence."""
        question = self._question
        with FactsScroll(id="facts"):
            yield Facts(question.facts, label_width=_LABELS)
        with Vertical(id="foot"):
            if question.obstacle:
                yield Static(Content.styled(question.obstacle, "bold $text-error"), id="obstacle")
            else:
                if self._tick is not None:
                    self._tick.disabled = True
                    yield self._tick
                if self._reason is not None:
                    self._reason.disabled = True
                    yield self._reason
                yield Static(
                    Content.assemble(
                        "Type  ", (question.sentences[0], question.style), "  and press Enter"
                    )
                )
                yield Sentence(id="sentence", disabled=True)
            yield Static(question.hint, id="hint")

    def on_mount(self) -> None:
        """Drop what was typed ahead."""
        if not self._question.obstacle:
            self.set_timer(arming.ARM_AFTER, self._arm)

    def on_resize(self) -> None:
        """Keep the foot in sight, however many lines its words take at this width."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        for foot, facts in zip(self.query("#foot"), self.query("#facts"), strict=True):
            height = self.screen.size.height - _FRAME - foot.size.height
            facts.styles.max_height = max(1, height)

    def _arm(self) -> None:
        if self._tick is not None:
            self._tick.disabled = not self._ticks
        if self._reason is not None:
            self._reason.disabled = False
        self.query_one(Sentence).disabled = False
        self.watch(self.screen, "focused", self._take_keys)

    def _take_keys(self) -> None:
        """Put the cursor back into the sentence."""
        if self.screen.focused is None:
            self.query_one(Sentence).focus()

    @on(Input.Submitted, "#reason")
    def to_sentence(self, event: Input.Submitted) -> None:
        """Go on to the sentence: nothing typed in the reason acts."""
        event.stop()
        self.query_one(Sentence).focus()

    @on(Input.Submitted, "#sentence")
    def submitted(self, event: Input.Submitted) -> None:
        """Go on only if the sentence is right, whatever the case of its letters."""
        event.stop()
        typed, wanted = event.value, self._question.sentences
        if typed.lower() in {one.lower() for one in wanted}:
            self.post_message(self.Typed())
        else:
            self._show(not_quite(typed, wanted, self._question.wrong))

    @on(Sentence.Pasted)
    def refuse_paste(self) -> None:
        """Want the sentence typed."""
        self.say("Type the sentence; it cannot be pasted.")

    def say(self, words: str, style: str = "bold $text-error") -> None:
        """Show a line below the sentence."""
        self._show(Content.styled(words, style))

    def _show(self, words: Content) -> None:
        for hint in self.query("#hint").results(Static):
            hint.update(words)
        self.call_after_refresh(self._fit)

    def scroll_facts(self, pages: int) -> None:
        """Show what does not fit above the sentence."""
        # A key may come before they are there.
        for facts in self.query("#facts"):
            facts.scroll_relative(y=pages * max(1, facts.size.height - 1), animate=False)


def not_quite(typed: str, wanted: Sequence[str], wrong: str) -> Content:
    """Show what was typed, its first wrong character marked, and what to type; `wrong`: the rest.

    It is compared with the sentence that it comes nearest to.
    """
    place = max(_alike(typed, one) for one in wanted)
    before, at, after = typed[:place], typed[place : place + 1], typed[place + 1 :]
    return Content.assemble(
        ("Not quite: ", "bold $text-error"),
        before,
        (at or "…", "bold reverse $text-error"),
        after,
        (f'  Type "{wanted[0]}". {wrong}', "bold $text-error"),
    )


def _alike(one: str, other: str) -> int:
    """Count the characters that two texts have in common from the start on."""
    pairs = zip(one.lower(), other.lower(), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def facts_of(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Leave out the facts that say nothing."""
    return tuple(fact for fact in facts if fact[1])
