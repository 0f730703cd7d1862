"""Padded answers: stock phrases that can be dropped without loss, and sentences that only restate others (English)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ftui.text.late_pattern import late

STOCK = (
    "it is important to note", "it's important to note", "it is worth noting", "it's worth noting",
    "worth mentioning", "it should be noted", "it is important to remember", "it's important to remember",
    "it is important to understand", "it's important to understand", "needless to say", "as we all know",
    "as everyone knows", "as you may know", "in order to fully understand", "to fully understand",
    "to truly understand", "at the end of the day", "that being said", "with that being said", "having said that",
    "all things considered", "when all is said and done", "in today's world", "in today's fast-paced",
    "in this day and age", "since the dawn of", "it goes without saying", "as previously mentioned",
    "as mentioned earlier", "as mentioned above", "as mentioned before", "as i mentioned", "as i said",
    "as stated above", "as stated before", "in other words", "to put it another way", "to put it differently",
    "what this means is that", "the fact of the matter is", "the truth of the matter",
    "for all intents and purposes", "in a very real sense", "when it comes to", "at this point in time",
    "due to the fact that", "in light of the fact", "it can be said that", "one could say that", "one might say",
    "many people would say", "many people would agree", "last but not least", "first and foremost",
    "in conclusion, it", "to sum it all up", "to summarize everything", "in summary, it", "overall, it is",
    "there are many factors", "there are many different", "many different things", "a wide variety of",
    "plays a crucial role", "plays an important role", "plays a vital role", "is a topic that",
    "is a very interesting", "an interesting question", "a question that", "before we begin", "before answering",
    "before we get to", "before getting to", "let us take a step back", "let's take a step back",
    "take a moment to", "let us consider", "it is also important", "another important thing",
    "it is essential to", "it is crucial to", "basically what", "the bottom line is", "more often than not",
    "in the grand scheme", "generally speaking, it", "in general terms", "as a matter of fact",
    "it is worth repeating", "it's worth repeating", "it is worth pointing out", "it's worth pointing out",
    "it is worth remembering", "it's worth remembering", "it is worth saying", "it is worth considering",
    "as everybody knows", "as most people know", "as many people know", "as you probably know", "as we know",
    "as has been said", "as has been mentioned", "as already mentioned", "as already said", "as noted above",
    "as noted earlier", "as one might expect", "as one would expect", "it is no secret that", "it's no secret that",
    "it is well known that", "it is a well-known fact", "it is a known fact", "there is no doubt that",
    "there can be no doubt", "without a doubt", "it cannot be denied", "no one can deny", "nobody can deny",
    "it must be said", "it has to be said", "it should be said", "it should be mentioned", "it should be remembered",
    "it should be pointed out", "it is interesting to note", "it's interesting to note", "interestingly enough",
    "keep in mind that", "bear in mind that", "let us not forget", "let's not forget", "be that as it may",
    "in the final analysis", "when you think about it", "if you think about it", "long story short",
    "to make a long story", "in a nutshell", "simply put", "to put it simply", "all in all", "so to speak",
    "as it were", "in a manner of speaking", "to fully grasp", "to fully appreciate", "to really understand",
    "to properly understand", "in order to understand", "before diving", "let's dive", "let us dive", "dive into",
    "delve into", "at its core", "the fact remains", "the simple truth is", "the truth is that",
    "the reality is that", "the thing is that", "what we can say is", "it is fair to say", "it's fair to say",
    "i would like to point out", "i want to point out", "i would like to say", "allow me to explain",
    "in the world of today", "in the modern world", "in our modern world", "now more than ever", "it is clear that",
    "it is obvious that", "it is often said", "some might say", "some would say", "if you will",
    "to be perfectly honest", "to be honest", "to begin with", "without further ado", "for what it's worth",
    "it is safe to say", "it's safe to say", "it bears mentioning", "it bears repeating", "let me be clear",
    "let me explain", "as far as", "with regard to", "with respect to the", "by and large", "in essence",
)  # fmt: skip
"""In lower case, with straight apostrophes."""
PHRASES, EACH_WORDS, LEAST_WORDS = 3, 40, 60
RESTATED, RESTATED_WORDS = 0.4, 120
WALL_WORDS = 100
"""Words a paragraph up to which an answer counts as structured."""
_STOCK = late("|".join(sorted(map(re.escape, STOCK), key=len, reverse=True)))
_SENTENCE = late(r"[^.!?\n]+")
_WORD = late(r"[a-zà-ÿ]{3,}")
_FUNCTION = frozenset((
    "the", "and", "for", "that", "this", "with", "are", "was", "were", "has", "have", "had", "not", "but",
    "from", "they", "you", "your", "our", "their", "its", "his", "her", "she", "him", "will", "would", "can",
    "could", "should", "may", "might", "must", "shall", "been", "being", "which", "who", "whom", "what",
    "when", "where", "why", "how", "than", "then", "there", "these", "those", "also", "very", "more", "most",
    "such", "into", "about", "over", "under", "only", "just", "like", "some", "any", "all", "each", "every",
    "other", "one", "two", "does", "did", "doing", "because", "while",
))  # fmt: skip


class Padding(NamedTuple):
    """Why an answer counts as padded, and the phrases or sentences that show it."""

    reason: str
    spans: tuple[tuple[int, int], ...]


def find(answer: str) -> Padding | None:
    """What pads an answer, None where nothing does, or too little."""
    words = len(answer.split())
    if words < LEAST_WORDS:
        return None
    if _listed(answer):
        return None
    lowered = answer.lower().replace("’", "'")
    if len(lowered) != len(answer):
        return None  # a letter whose lower case is longer: offsets would lie
    spans = tuple(match.span() for match in _STOCK.finditer(lowered)) if _phrases(lowered) >= 2 else ()
    if len(spans) >= PHRASES and len(spans) * EACH_WORDS >= words:
        return Padding(f"{len(spans)} stock phrases in {words} words", spans)
    if words < RESTATED_WORDS or structured(answer):
        return None
    again, total = _restated(lowered)
    if total >= 6 and len(again) > RESTATED * total:
        return Padding(f"{len(again)} of {total} sentences restate earlier ones", tuple(again))
    return None


def _phrases(lowered: str) -> int:
    """How many different stock phrases a text has; looked for by a word within each, which is six times as fast."""
    words = _INNER.keys() & lowered.split()
    return sum(phrase in lowered for word in ("", *words) for phrase in _INNER[word])


def _by_inner_word() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"": []}
    for phrase in STOCK:
        found.setdefault(max(phrase.split()[1:-1], key=len, default=""), []).append(phrase)
    return found


_INNER = _by_inner_word()
"""The longest word that a phrase has between its first and its last, to such phrases."""


def _restated(lowered: str) -> tuple[list[tuple[int, int]], int]:
    """The sentences that say in much the same words what one before said, and how many sentences there are."""
    seen: list[set[str]] = []
    known: set[str] = set()
    again: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(lowered):
        told = set(map(_stem, _WORD.findall(lowered, *match.span())))
        told.discard("")
        if len(told) < 3:
            continue
        enough = 0.7 * len(told)
        if len(told & known) >= enough and any(len(told & other) >= enough for other in seen):
            again.append(match.span())
        seen.append(told)
        known |= told
    return again, len(seen)


@lru_cache(1 << 16)
def _stem(word: str) -> str:
    """A word without its ending; "" for one that says nothing."""
    if word in _FUNCTION:
        return ""
    for ending in ("ing", "ed", "es", "s", "ly"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word.removesuffix(ending)
    return word


_STRUCTURED = late(
    r"^\s*(?:[-*+•–]|\d{1,3}[.):]|\(?[a-z][.)]|step \d|#{1,6}\s|\||>|```|~~~|\*\*[^*\n]+\*\*|"
    r"[“\"][^\n]*[”\"]|[A-Z][\w .’']{0,30}:)",
    re.IGNORECASE | re.MULTILINE,
)


def _listed(answer: str) -> bool:
    return "```" in answer or len(_STRUCTURED.findall(answer)) >= 2


def structured(answer: str, longest: int = WALL_WORDS) -> bool:
    """Whether an answer has lists, headings, steps, code, a table, quotation or dialogue, or short paragraphs."""
    if _listed(answer):
        return True
    paragraphs = [part for part in answer.split("\n") if part.strip()]
    return len(answer.split()) <= longest * max(len(paragraphs), 1)
