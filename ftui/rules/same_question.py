"""Whether two prompts that nearly share their words ask the same, so that other answers contradict each other."""

from __future__ import annotations

import re
from collections import Counter

from rapidfuzz import fuzz

from ftui.rules.word_diff import only_in, words

_SYMBOLS = re.compile(r"[-+*/=<>^%$€£¥#&|~@°]")
_VARIANT = 80
"""rapidfuzz ratio from which two words of the same first letter are one word spelt, or inflected, in two ways."""
_FILLERS = frozenset((
    "a", "an", "the", "please", "kindly", "hi", "hello", "hey", "dear", "thanks", "thank", "thx",
    "you", "your", "yours", "so", "just", "also", "really", "very", "quite", "ok", "okay", "can",
    "could", "would", "will", "shall", "may", "might", "do", "does", "did", "is", "are", "was",
    "were", "be", "been", "being", "am", "have", "has", "had", "i", "me", "my", "mine", "we", "us",
    "our", "it", "its", "this", "that", "these", "those", "there", "here", "and", "but", "well", "um",
    "uh", "oh", "like", "want", "need", "know", "tell", "let", "s", "re", "ve", "ll", "d", "m", "now",
    "then", "still", "actually", "basically", "simply", "quickly", "exactly", "some", "any"
))  # fmt: skip
_OPEN = re.compile(
    r"\b(?:write|compose|generate|create|invent|suggest|recommend|imagine|brainstorm|pick|choose|random\w*|"
    r"come up with|think of|make up|name (?:a|an|one|some|any|two|three)|give (?:me )?(?:a|an|one|some|any|two|three)|"
    r"examples?|synonyms?|antonyms?|rhymes?|tell me (?:a|something)|list|rewrite|rephrase|paraphrase|complete|"
    r"continue|title|headline|slogan|caption|joke|story|poem|opinion|favou?rite|your name)\b",
    re.IGNORECASE,
)


def is_open(prompt: str) -> bool:
    """Whether a prompt asks for one of many right answers: a suggestion, an example, something made up."""
    return _OPEN.search(prompt) is not None


def same_question(one: str, other: str) -> bool:
    """Whether nothing in the differing words explains another answer.

    A number, a sign, a negation, a name or any other word that means something does; politeness, articles,
    spelling and inflection do not.
    """
    if Counter(_SYMBOLS.findall(one)) != Counter(_SYMBOLS.findall(other)):
        return False
    here, there = only_in(one, other)
    if not here and not there:
        return _telling(one) == _telling(other)  # but not: dollars to euros, euros to dollars
    here = [word for word in here if word not in _FILLERS]
    there = [word for word in there if word not in _FILLERS]
    return _variants(here, there)


def _telling(text: str) -> list[str]:
    return [word for word in words(text.lower()) if word not in _FILLERS]


def _variants(here: list[str], there: list[str]) -> bool:
    """Whether every word on one side is another spelling of a word on the other."""
    if len(here) != len(there):
        return False
    return all(_is_variant(one, other) for one, other in zip(sorted(here), sorted(there), strict=True))


def _is_variant(one: str, other: str) -> bool:
    if any(character.isdigit() for character in one + other):
        return False
    return one[0] == other[0] and min(len(one), len(other)) >= 4 and fuzz.ratio(one, other) >= _VARIANT
