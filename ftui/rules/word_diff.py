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


def said_in_short(one: list[str], other: list[str]) -> str:
    """`"fox" instead of "dog"`: words of this row against those of the other, as a clause."""
    here, there = (" ".join(in_short(found)) for found in (one, other))
    if here and there:
        return f"“{here}” where that one has “{there}”"
    if here:
        return f"“{here}” only here"
    return f"“{there}” only there" if there else "the same words"
