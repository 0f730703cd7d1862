"""Which words of two texts differ, fast enough to look at while keys are pressed."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = re.compile(r"\w+|[^\w\s]")
LONGEST = 100_000
"""Characters of either text beyond which nothing is compared; two of that length take 0.1 s."""
Spans = list[tuple[int, int]]


@lru_cache(maxsize=32)
def different_words(one: str, other: str) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """The (start, end) of the words of each text that the other has not at its place, neighbours joined.

    White space does not count. The fewest words that can be taken out of both to leave the same (longest common
    subsequence).
    """
    if one == other or max(len(one), len(other)) > LONGEST:
        return (), ()
    from rapidfuzz.distance import Indel

    left, right = list(_WORDS.finditer(one)), list(_WORDS.finditer(other))
    gone: Spans = []
    new: Spans = []
    for step in Indel.opcodes([match[0] for match in left], [match[0] for match in right]):
        if step.tag in ("delete", "replace"):
            gone.append((left[step.src_start].start(), left[step.src_end - 1].end()))
        if step.tag in ("insert", "replace"):
            new.append((right[step.dest_start].start(), right[step.dest_end - 1].end()))
    return tuple(_joined(one, gone)), tuple(_joined(other, new))


def taken_away(raw: str, processed: str) -> Spans:
    """Where post-processing took something from a raw output; the whole of it where the two are not the same text."""
    spans: Spans = []
    at = 0
    whole = raw.find(processed) if processed else -1
    if whole >= 0:
        return [each for each in ((0, whole), (whole + len(processed), len(raw))) if each[0] < each[1]]
    for character in processed:
        found = raw.find(character, at)
        if found < 0:
            return [(0, len(raw))] if raw else []
        if found > at:
            spans.append((at, found))
        at = found + 1
    return [*spans, (at, len(raw))] if at < len(raw) else spans


def _joined(text: str, spans: Spans) -> Spans:
    """Neighbours with only white space between them become one."""
    joined: Spans = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
