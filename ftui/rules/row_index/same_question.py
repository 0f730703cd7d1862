"""Whether two prompts that nearly share their words ask the same, so that other answers contradict each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Literal

from rapidfuzz import fuzz

from ftui.rules.row_index.gist import LIGHT, POLITE, plain, skeletons
from ftui.rules.row_index.word_diff import only_in, words

Verdict = Literal["yes", "perhaps", "no"]
Judge = Callable[[str, str], Verdict]

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
)) | POLITE  # fmt: skip
_NEGATIONS = frozenset(
    ("no", "not", "never", "none", "nothing", "without", "cannot", "except", "unless", "t")
)
_LONG = 20
"""Words of a prompt in which a single one counts for little."""
_PERSONS = {"i": 1, "me": 1, "my": 1, "we": 1, "us": 1, "our": 1, "you": 2}
_PAST = frozenset(("did", "was", "were", "had"))
_PRESENT = frozenset(("do", "does", "is", "are", "am", "will", "can"))
_WEIGHED = re.compile(r"\b(?:not|no|what|which)\b")
"""Light words that must stand in both: “do I need …” and “what do I need …” are two questions."""
_OBJECT = re.compile(r"\b(?:me|us)\b")
_ASKING = re.compile(
    r"\W*(?:(?:hi|hello|hey|hallo|guten tag|bonjour|hola|ciao|dear \w+|please|so|ok|okay|well|and|all|there|guys)\W+)*"
    r"(?:who|whom|whose|what|when|where|why|how|which|is|are|am|was|were|do|does|did|has|have|had|can|could|would|"
    r"will|shall|should|may|might)\b"
)
_FEW = re.compile(r"(?i)\ba (?:few|little)\b")
"""An article that means something."""
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


def same_question(one: str, other: str) -> Literal["yes", "perhaps", "no"]:
    """Whether nothing in the differing words explains another answer.

    A number, a sign, a negation, a name or any other word that means something does; politeness, articles,
    spelling and inflection do not. One plain word for another in a long prompt may or may not.
    """
    if Counter(_SYMBOLS.findall(one)) != Counter(_SYMBOLS.findall(other)):
        return "no"
    if len(_FEW.findall(one)) != len(_FEW.findall(other)):
        return "no"
    here, there = only_in(one, other)
    if not here and not there:
        return "yes" if _telling(one) == _telling(other) else "no"  # dollars to euros, euros to dollars
    here = [word for word in here if word not in _FILLERS]
    there = [word for word in there if word not in _FILLERS]
    if _variants(here, there):
        return "yes"
    if len(here) == len(there) == 1 and min(len(words(one)), len(words(other))) >= _LONG:
        return "perhaps" if _is_plain(here[0], one) and _is_plain(there[0], other) else "no"
    return "no"


def same_in_gist(one: str, other: str) -> Verdict:
    """Whether two prompts of one gist ask the same, whatever share of their words differs.

    Their telling words stand in one order, or a clause of at least two was moved from one end to the other.
    """
    one, other = plain(one), plain(other)
    here, there = only_in(one, other)
    persons = [{_PERSONS[word] for word in side if word in _PERSONS} for side in (here, there)]
    if all(persons) and persons[0] != persons[1]:
        return "no"
    if any(_PAST & {*a} and _PRESENT & {*b} for a, b in ((here, there), (there, here))):
        return "no"
    if _asks(one) != _asks(other) or _signs(one) != _signs(other):
        return "no"
    if not _moved(skeletons(one), skeletons(other)):
        return "no"
    told = [[word for word in side if word not in LIGHT] for side in (here, there)]
    return "yes" if _variants(*told) else "no"


def _signs(text: str) -> Counter[str]:
    weighed = _FEW.findall(text) + [word.replace("which", "what") for word in _WEIGHED.findall(text)]
    between_two = _OBJECT.findall(text) if re.search(r"\byou\b", text) else []
    return Counter([*_SYMBOLS.findall(text), *weighed, *between_two])


def _moved(one: list[str], other: list[str]) -> bool:
    """Whether the words stand in one order, or those at one end, two at least, were put at the other."""
    if one == other:
        return True
    return any(one[at:] + one[:at] == other for at in range(2, len(one) - 1))


def _asks(text: str) -> bool:
    """Whether a text is a question or an order, and no statement about somebody."""
    return text.rstrip().endswith("?") or _ASKING.match(text) is not None


def _is_plain(word: str, text: str) -> bool:
    """A word in small letters that is no number and negates nothing; a name is written with a capital."""
    return word.isalpha() and word not in _NEGATIONS and word in words(text)


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
