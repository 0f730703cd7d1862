"""The gist of a prompt: its words without articles, greetings and politeness, as one hash.

Word triples see that two long prompts are nearly the same; in a prompt of ten words one article in the middle changes
half of them. Prompts with one gist are compared whatever share of their triples is the same. Spelling, inflection and
order do not count in it: it only brings two prompts together, and `same_question` judges them.
"""

from __future__ import annotations

import re
from functools import lru_cache

LEAST = 3
"""Telling words of a gist; fewer are no question."""
POLITE = frozenset((
    "a", "an", "the", "please", "pls", "plz", "kindly", "hi", "hello", "hey", "dear", "thanks", "thank", "thx", "so",
    "just", "also", "really", "very", "quite", "ok", "okay", "well", "um", "uh", "oh", "actually", "basically",
    "simply", "can", "could", "would", "you", "i", "me", "my", "we", "us", "our", "is", "are", "am", "have", "s", "m",
    "re", "ve", "d", "guys", "folks",
    "hallo", "bitte", "danke", "der", "das", "den", "dem", "ein", "eine", "einen", "einem", "einer",
    "bonjour", "salut", "svp", "stp", "merci", "le", "la", "les", "un", "une",
    "hola", "por", "favor", "gracias", "el", "los", "las", "una",
    "ciao", "salve", "grazie", "il", "lo", "gli", "olá", "obrigado", "obrigada",
))  # fmt: skip
"""Words that no answer follows from; those of other languages mean nothing else in English."""
LIGHT = POLITE | frozenset((
    "was", "were", "be", "been", "being", "do", "does", "did", "has", "had", "any", "some", "to", "of", "and", "it",
    "its", "there", "not", "no", "what", "which",
))  # fmt: skip
"""Words that often come and go between two ways to ask one thing."""
_ONE_FORM = (
    (re.compile(r"\b(?:can['’]?t|cannot)\b"), "can not"),
    (re.compile(r"\bwon['’]t\b"), "will not"),
    (re.compile(r"(?<=[a-z]{2})n['’]t\b"), " not"),
    (re.compile(r"(?<=\w) & (?=\w)"), " and "),
    (re.compile(r"\bin order to\b"), "to"),
    (re.compile(r"\bhow (?:do|can|could|should|would|may|might) (?:i|we|you|one)\b"), "how to"),
    (
        re.compile(
            r"\b(?:(?:can|could|would|will) you (?:please |kindly )?)?(?:please |kindly )?(?:tell|show) me\b"
            r"(?= (?:how|what|when|where|why|who|which|if|whether)\b)"
        ),
        "",
    ),
    (re.compile(r"\b(?:do you know|i(?:['’]d| would) like to know|i want to know)\b"), ""),
    (re.compile(r"\bwhenever\b"), "when"),
    (re.compile(r"\blogin (?=to\b|into\b)"), "log in "),
)
_CUES = re.compile(
    r"n['’]t\b|cant\b|cannot| & |in order to|how |(?:tell|show) me|o know\b|you know|whenever|login "
)
_COUNTRY = re.compile(r"\bUS\b")
_WORD = re.compile(r"[^\W_]+")
_VOWELS = re.compile(r"(?<=.)[aeiouyäöü]+")
_TWICE = re.compile(r"(.)\1+")
_WORDS_KEPT = 1 << 16


def plain(text: str) -> str:
    """The text in small letters, with one form of each contraction and of a few turns of phrase."""
    lowered = (_COUNTRY.sub("usa", text) if "US" in text and not text.isupper() else text).lower()
    if _CUES.search(lowered):
        for pattern, form in _ONE_FORM:
            lowered = pattern.sub(form, lowered)
    return lowered


def skeletons(text: str) -> list[str]:
    """The telling words of a text in their order, each by its first letter and its consonants."""
    return [bare for word in _WORD.findall(plain(text)) if (bare := _skeleton(word))]


def gist(text: str) -> str:
    """What two prompts that may ask the same have in common; empty where too few words are left."""
    told = skeletons(text)
    return " ".join(sorted(told)) if len(told) >= LEAST else ""


@lru_cache(_WORDS_KEPT)
def _skeleton(word: str) -> str:
    """Colour and color, payment and payments, account and acount are the same; empty for a light word."""
    if word in LIGHT:
        return ""
    if not word.isalpha() or len(word) < 4:
        return word
    return _VOWELS.sub("", _TWICE.sub(r"\1", word.removesuffix("s")))
