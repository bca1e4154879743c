"""The sentences of the program and of the README are plain: none holds a turn to be read twice."""

from __future__ import annotations

import re
from functools import cache

from tests.rows import each_row
from tests.words import Sentence, program, readme

HUNTED = {
    "quaint": (
        r"as usual|\banew\b|so many|whoever|\bbe it\b|\bshall\b|all the same|which of which"
        r"|at work\b|speaks? against|\bblindly\b|had better|but for\b|hang together"
        r"|what has become|no whole\b|\bof its own accord|lets? go\b|let nothing|knows? of\b"
    ),
    "nobody, somebody": (r"nobody (?:can|is|was|had|waits|pressed|looked)|somebody (?:un|else)"),
    "lies, stands": r"\blies?\b|\bstands?\b",
    "goes for is deleted": (
        r"\b(?:it|they|record|records|can|may|must|should|will|would|any|all|was to) goe?s?\b"
        r"(?! on| back| to\b)|also goes|goes when"
    ),
    "in doubt for unknown": r"\bdoubts?\b",
    "leaves for is sent or is quit": (
        r"\brequests? (?:has |have |had )?(?:leaves?|left)\b|esc leaves(?! (?:a|the|it))"
        r"|zohotui leaves"
    ),
    "told where it is seen or known": (
        r"(?:can|could|may)(?:not| not|'t)? be told|(?:not|cannot) tell\b|\btells? of\b"
    ),
    "died": r"\bdied\b",
    "there is no such thing": r"\b(?:is|are) none\b|none at all|no longer (?:any|one)",
    "what is no thing": r"(?<!there )\bis no (?!longer\b)[a-z]+",
    "any more": r"\bany more\b",
    "it was looked into": r"look(?:ed|s|ing)? into\b(?! \{\} \(its mode)",
    "a double negation": (
        r"\bnot un(?!done)\w+|\bnot without\b|\bcannot not\b|\bno \w+ (?:is|was) not\b"
        r"|without (?:any )?no\b|nothing .{0,30}\bnot\b.{0,30}\bnot\b"
    ),
    "brought back for restored": r"\bbr(?:ing|ings|ought) (?:\w+ ){0,2}back\b",
    "under way for in progress": r"\bunder way\b",
    "fate": r"\bfates?\b",
}
"""What is wrong with a turn, and what finds it, whatever the case of its letters."""

ALLOWED = {
    "the program ended while this request was under way": "a journal keeps it with the id",
}
"""Sentences that hold such a turn, each with the reason why it stays."""

KEPT = {
    "receipt_facts.py": "the words of an older receipt are compared with what its journal gives",
    "timeline.py": "the same: a receipt tells these steps",
}
"""Files whose sentences stay as they are, each with the reason."""


@cache
def _sentences() -> list[Sentence]:
    kept = [f"/{name}:" for name in KEPT]
    return [one for one in (*program(), *readme()) if not any(name in one.place for name in kept)]


def test_sentences_are_found() -> None:
    texts = {sentence.text for sentence in _sentences()}
    assert len(texts) > 1_500
    assert "Type the sentence; it cannot be pasted." in texts


@each_row("fault", HUNTED)
def test_no_sentence_has_to_be_read_twice(fault: str) -> None:
    hunted = re.compile(HUNTED[fault], re.IGNORECASE)
    found = [
        f"{one.place}: {one.text}"
        for one in _sentences()
        if hunted.search(one.text) and one.text not in ALLOWED
    ]
    assert not found
