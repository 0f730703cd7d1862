"""How near an output is to its reference: exact match and token F1 as in SQuAD, and chrF.

Rajpurkar, P. et al. (2016), "SQuAD: 100,000+ questions for machine comprehension of text", EMNLP, and its script.
Popović, M. (2015), "chrF: character n-gram F-score for automatic MT evaluation", WMT: orders 1 to 6, beta 2, white
space left out, precision and recall averaged over the orders that both texts are long enough for (as sacrebleu does).
"""

from __future__ import annotations

import re
import string
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

ORDERS = 6
BETA = 2
LONGEST = 20_000
"""Characters of a text that chrF looks at."""
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


class Likeness(NamedTuple):
    """All three, each from 0 to 1."""

    exact_match: float
    token_f1: float
    chrf: float


def likeness(output: str, reference: str) -> Likeness:
    """Of an output to its reference."""
    return Likeness(exact_match(output, reference), token_f1(output, reference), chrf(output, reference))


@lru_cache(1_024)
def _normalised(text: str) -> str:
    """As SQuAD's script: small letters, no ASCII punctuation, no English articles, single spaces."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(output: str, reference: str) -> float:
    """1 where both say the same but for case, punctuation, articles and white space, else 0."""
    return float(_normalised(output) == _normalised(reference))


def token_f1(output: str, reference: str) -> float:
    """Harmonic mean of the shares of words in common; 1 where both are empty, 0 where one is."""
    here, there = _normalised(output).split(), _normalised(reference).split()
    if not here or not there:
        return float(here == there)
    common = (Counter(here) & Counter(there)).total()
    return 2 * common / (len(here) + len(there))


def chrf(output: str, reference: str) -> float:
    """Popović's character n-gram F-score, from 0 to 1."""
    precision = recall = 0.0
    orders = 0
    for here, there in zip(_grams(output), _grams(reference), strict=True):
        if not here or not there:
            continue
        # The smaller is gone through; & would make a third counter of the larger.
        few, many = (here, there) if len(here) < len(there) else (there, here)
        common = sum(min(often, many[gram]) for gram, often in few.items() if gram in many)
        precision += common / here.total()
        recall += common / there.total()
        orders += 1
    if not precision + recall:
        return 0.0
    precision, recall = precision / orders, recall / orders
    return (1 + BETA**2) * precision * recall / (BETA**2 * precision + recall)


@lru_cache(256)
def _grams(text: str) -> tuple[Counter[str], ...]:
    """The n-grams of each order of a text without its white space."""
    bare = "".join(text[:LONGEST].split())
    return tuple(Counter(bare[i : i + n] for i in range(len(bare) - n + 1)) for n in range(1, ORDERS + 1))
