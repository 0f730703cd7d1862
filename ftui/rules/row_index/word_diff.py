"""In which words two texts differ, for evidence and for the question whether the difference matters."""

from __future__ import annotations

import re
from collections import Counter

_WORD = re.compile(r"[^\W_]+")
_SHOWN = 6
_LETTERS = 24


def words(text: str) -> list[str]:
    """The words of a text as they are written."""
    return _WORD.findall(text)


def only_in(one: str, other: str) -> tuple[list[str], list[str]]:
    """The lower-cased words that the first text has more often than the second, and the other way round."""
    first, second = Counter(words(one.lower())), Counter(words(other.lower()))
    return list((first - second).elements()), list((second - first).elements())


def in_short(found: list[str]) -> list[str]:
    """The first few words, long ones cut, for evidence."""
    shown = [word if len(word) <= _LETTERS else word[: _LETTERS - 1] + "…" for word in found[:_SHOWN]]
    return [*shown, "…"] if len(found) > _SHOWN else shown


def how_near(jaccard: float, one: list[str], other: list[str], *, equal: bool = False) -> str:
    """In which words this row differs from that one, and the share of word triples they have in common, as a clause.

    Triples that very many rows have are not among these. `equal`: prompt and answer are the same to the letter.
    """
    if equal:
        return "the same prompt and answer, with something else beside them"
    here, there = (" ".join(in_short(found)) for found in (one, other))
    if here and there:
        difference = f"“{here}” where that one has “{there}”"
    elif here:
        difference = f"“{here}” only here"
    elif there:
        difference = f"“{there}” only there"
    else:
        difference = (
            "the same words" if jaccard < 1 else "the same words in other case, spacing or punctuation"
        )
    if jaccard < 1:
        return f"{difference}; {jaccard:.0%} of the word triples shared"
    return f"{difference}; the rest is the same, common phrases aside" if here or there else difference
