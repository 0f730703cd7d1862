"""How long outputs take, how long they are beside their references, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from statistics import fmean, stdev
from typing import NamedTuple

from ftui.review.figures.glance import Glance
from ftui.review.figures.rates import Rate, Spread
from ftui.statistics.wilson import Quantile, Z, quantile

LONG = 2.0
"""So many times the reference, or one by so many: far from its length."""


class Speed(NamedTuple):
    """Of the outputs whose times are known; None where none is."""

    first_token: Spread | None
    whole: Spread | None
    """From the request to the last token."""
    tokens_per_s: Spread | None
    """Of one sequence; sequences decoded together are each slower, and faster in all."""
    widths: tuple[int, ...]
    """How many sequences were decoded together."""
    cost_1000: Quantile | None
    """Money for a thousand outputs: the mean, with bounds from its standard error where there are two or more."""
    cost_million: float | None
    """Money for a million tokens of output."""
    tokens: float | None
    """Mean number of an output."""


def speed(samples: Iterable[Glance], price_hour: float | None = None) -> Speed:
    """Times of outputs; costs where the hour of the machine has a price.

    A batch shares its time: an output of eight decoded together costs an eighth of the time it took. Of a server nobody
    knows what else it did meanwhile, so that its costs stay unknown.
    """
    held = [each for each in samples if each.finished]
    tokens = [each.tokens for each in held if each.tokens is not None]
    cost, million = _cost(held, price_hour)
    return Speed(
        Spread.of_values([each.first_token_s for each in held if each.first_token_s is not None]),
        Spread.of_values([seconds for each in held if (seconds := each.whole_s) is not None]),
        Spread.of_values([rate for each in held if (rate := each.tokens_per_s) is not None]),
        tuple(sorted({each.batch_width for each in held if each.batch_width is not None})),
        cost,
        million,
        fmean(tokens) if tokens else None,
    )


def _cost(held: Iterable[Glance], price_hour: float | None) -> tuple[Quantile | None, float | None]:
    """For a thousand outputs, and for a million of their tokens."""
    timed = [each for each in held if each.whole_s is not None and each.batch_width is not None]
    if price_hour is None or not timed:
        return None, None
    shared = [(each.whole_s or 0.0) / max(each.batch_width or 1, 1) for each in timed]
    written = sum(each.tokens or 0 for each in timed)
    known = written and all(each.tokens is not None for each in timed)
    second = price_hour / 3600
    mean, half = fmean(shared), None
    if len(shared) > 1:
        half = Z * stdev(shared) / math.sqrt(len(shared))
    bounds = (
        (None, None)
        if half is None
        else (1000 * second * max(mean - half, 0.0), 1000 * second * (mean + half))
    )
    thousand = Quantile(1000 * second * mean, *bounds)
    return thousand, second * sum(shared) / written * 1e6 if known else None


class Lengths(NamedTuple):
    """Characters of outputs over those of their references."""

    ratio: Quantile
    """The median."""
    longer: Rate
    """More than twice the reference."""
    shorter: Rate
    """Less than half of it."""


def lengths(samples: Iterable[Glance], references: Mapping[tuple[str, str], str]) -> Lengths | None:
    """Against the references by prompt id and stratum; None where there is nothing to compare."""
    ratios = [
        (each.prompt_id, len(each.processed) / len(reference))
        for each in samples
        if each.finished and (reference := references.get((each.prompt_id, each.stratum), ""))
    ]
    middle = quantile([ratio for _, ratio in ratios], 0.5)
    if middle is None:
        return None
    return Lengths(
        middle,
        Rate.of_values((prompt, float(ratio > LONG)) for prompt, ratio in ratios),
        Rate.of_values((prompt, float(ratio < 1 / LONG)) for prompt, ratio in ratios),
    )
