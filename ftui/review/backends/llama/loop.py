"""The token loop: all samples of a prompt go on from it side by side, one token each a step."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from ftui.review.backends.llama.chain import Chain
from ftui.review.backends.llama.context import PROMPT, Context
from ftui.review.backends.llama.output import Output

OnToken = Callable[["Growing"], None]
OnStep = Callable[[float, int], None]
"""Seconds of a step, and how many sequences were in it."""


@dataclass(slots=True)
class Growing:
    """One sample while it grows."""

    which: int
    chain: Chain
    output: Output
    position: int
    """Of its last token, which the next step evaluates."""
    sequence: int = PROMPT

    @property
    def last(self) -> int:
        """Its last token."""
        return self.output.token_ids[-1]


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on while samples grow."""

    likely_end: LikelyEnd
    on_token: OnToken
    on_step: OnStep


def grow(context: Context, samples: Sequence[Growing], together: int, watch: Watch) -> None:
    """Let the samples go on from the prompt that the context has just read, until each has a reason to end.

    At most `together` at a time: the others wait for a free sequence. Raises Aborted when the switch is pressed.
    """
    for sample in samples:
        # All first tokens come from the prompt's own logits, which the first step overwrites.
        _choose(context, sample, -1, watch)
    waiting = deque(sample for sample in samples if sample.output.reason is None)
    free = list(range(min(together, context.width), 0, -1))
    live: list[Growing] = []
    try:
        while waiting or live:
            while waiting and free:
                sample = waiting.popleft()
                sample.sequence = free.pop()
                context.fork(sample.sequence)
                sample.output.joins()
                live.append(sample)
            begun = perf_counter()
            context.step([(each.sequence, each.last, each.position) for each in live])
            watch.on_step(perf_counter() - begun, len(live))
            for row, sample in enumerate(live):
                sample.position += 1
                _choose(context, sample, row, watch)
            for sample in live:
                if sample.output.reason is not None:
                    context.drop(sample.sequence)
                    free.append(sample.sequence)
            live = [sample for sample in live if sample.output.reason is None]
    finally:
        for sample in live:
            context.drop(sample.sequence)


def _choose(context: Context, sample: Growing, row: int, watch: Watch) -> None:
    token = sample.chain.choose(context.raw, row)
    sample.output.add(token)
    if sample.output.reason != "end-token":
        seen = sample.output.end_probability
        sample.output.end_probability = watch.likely_end.largest(context.logits(row), token, seen)
    watch.on_token(sample)


class LikelyEnd:
    """The largest probability that the model gave to ending, over the places where it went on.

    The probability of a row needs all its logits. An upper bound needs only those of the end tokens and of the
    token that was chosen, so the whole row is read only where the bound beats the largest so far.
    """

    def __init__(self, ends: Iterable[int], size: int) -> None:
        self._ends, self._size = tuple(ends), size

    def largest(self, logits: Any, chosen: int, so_far: float) -> float:
        """The larger of what was seen so far and this row's."""
        top = logits[chosen]
        bound = sum(math.exp(min(logits[end] - top, 50.0)) for end in self._ends)
        return max(so_far, self._probability(logits)) if bound > so_far else so_far

    def _probability(self, logits: Any) -> float:
        import numpy as np

        row = np.ctypeslib.as_array(logits, shape=(self._size,))
        peak = row.max()
        total = float(np.exp(row - peak).sum(dtype=np.float64))
        return sum(math.exp(float(row[end] - peak)) for end in self._ends) / total
