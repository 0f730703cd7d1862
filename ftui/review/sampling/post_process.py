"""What a deployment makes of a model's raw output, and what it cuts on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

STEPS = ("trim", "strip", "clean")
"""What `[review] post_process` takes."""
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]|[ \t]+(?=\r?\n)|[ \t]+\\Z|\r(?!\n)")
"""Control characters but for tabs and line ends, the byte order mark, spaces at the end of a line."""


class Cut(NamedTuple):
    """A piece that a step took away: `start` counts characters of the raw output."""

    step: str
    start: int
    text: str


class Processed(NamedTuple):
    """The output as a person would get it."""

    text: str
    cuts: tuple[Cut, ...]
    """In the order of the raw output; with them put back, `text` is the raw output again."""


def process(output: str, steps: Sequence[str], end_marker: str | None = None) -> Processed:
    """Take the steps in their order; trim cuts from the first end marker on and does nothing without one."""
    kept = list(range(len(output)))
    cuts: list[Cut] = []
    for step in steps:
        text = "".join(output[place] for place in kept)
        gone = sorted(_spans(text, step, end_marker))
        for start, end in gone:
            cuts += _cuts(output, step, kept[start:end])
        for start, end in reversed(gone):
            del kept[start:end]
    return Processed(
        "".join(output[place] for place in kept), tuple(sorted(cuts, key=lambda each: each.start))
    )


def _cuts(output: str, step: str, places: Sequence[int]) -> list[Cut]:
    """Neighbours of the processed text may stand apart in the raw one, where an earlier step cut between them."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return [Cut(step, run[0], output[run[0] : run[-1] + 1]) for run in runs]


def _spans(text: str, step: str, end_marker: str | None) -> list[tuple[int, int]]:
    """Parts that a step takes away, not overlapping, none empty."""
    if step == "trim":
        marker = (end_marker or "").strip()
        start = text.find(marker) if marker else -1
        return [(start, len(text))] if start >= 0 else []
    if step == "strip":
        first, last = len(text) - len(text.lstrip()), len(text.rstrip())
        spans = [(0, len(text))] if first == len(text) else [(0, first), (last, len(text))]
        return [(start, end) for start, end in spans if start < end]
    return [match.span() for match in _CONTROLS.finditer(text)]
