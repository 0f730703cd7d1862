"""Whether an answer recites its system prompt nearly word for word: some words left out, put in or exchanged."""

from __future__ import annotations

import re
from itertools import pairwise

from ftui.text.leaked_prompt import Run, is_recital

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
SCORE = 12
"""Words in common, less those that stand between them on either side, that no answer shares by chance."""
SHARE = 0.75
"""Of the words between the first and the last in common, on the side that has more of them."""
_AGREE = 5
"""Letters by which two forms of a word are one: question, questions."""


def find(answer: str, system: str, prompt: str) -> Run | None:
    """The best alignment of words (Smith and Waterman 1981; a word more, less or exchanged costs one) that counts.

    Runs that are no order to the model, that it is told to say, or that the user's prompt has too, are passed over.
    """
    given, said = [*_WORD.finditer(system)], [*_WORD.finditer(answer)]
    one, other = _words(given), _words(said)
    if len(one) < SCORE or len(other) < SCORE or not _may_align(one, other):
        return None
    i, start, j, where, hits = _aligned(one, other)
    long = max(i - start, j - where)
    if 2 * hits - long < SCORE or hits < SHARE * long:
        return None
    asked = {*_words([*_WORD.finditer(prompt)])}
    telling = [word for word in one[start:i] if len(word) >= _AGREE]
    if sum(word in asked for word in telling) > len(telling) / 2:
        return None
    if not is_recital(system, given[start].start(), given[i - 1].end(), prompt):
        return None
    return Run(said[where].start(), said[j - 1].end(), hits, len(given))


def _words(found: list[re.Match[str]]) -> list[str]:
    return [each[0].lower().replace("’", "'")[:_AGREE] for each in found]


def _may_align(one: list[str], other: list[str]) -> bool:
    """Whether so many pairs of words stand in both that the slow way is worth it."""
    pairs = {*pairwise(one)}
    return len(pairs.intersection(pairwise(other))) >= SCORE // 3


def _aligned(one: list[str], other: list[str]) -> tuple[int, int, int, int, int]:
    """The best local alignment: end and start in the first, end and start in the other, and words in common."""
    empty = (0, 0, 0, 0)
    row = [empty] * (len(other) + 1)
    best, place = empty, (0, 0)
    for i, word in enumerate(one, 1):
        before, row = row, [empty]
        for j, held in enumerate(other, 1):
            score, start, where, hits = before[j - 1]
            if word == held:
                cell = (score + 1, start, where, hits + 1) if score else (1, i - 1, j - 1, 1)
            else:
                score, start, where, hits = max(before[j - 1], before[j], row[j - 1])
                cell = (score - 1, start, where, hits) if score > 1 else empty
            row.append(cell)
            if cell[0] > best[0]:
                best, place = cell, (i, j)
    return place[0], best[1], place[1], best[2], best[3]
