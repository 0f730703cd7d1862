"""How one model changed from checkpoint to checkpoint, on the same prompts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ftui.review.figures.parts import Part
from ftui.review.figures.rates import Difference, Rate


class Step(NamedTuple):
    """One measure on one page."""

    page: str
    rate: Rate


class Trend(NamedTuple):
    """One measure of one model over the pages."""

    model: str
    measure: str
    steps: tuple[Step, ...]
    lower_is_better: bool = False

    @property
    def since_first(self) -> Difference | None:
        """The last page against the first."""
        return Difference.of(self.steps[-1].rate, self.steps[0].rate)

    @property
    def best(self) -> Step:
        """The page with the best share; the earlier of equals. Chance alone makes one the best."""
        sign = 1 if self.lower_is_better else -1
        return min(self.steps, key=lambda step: sign * (step.rate.share or 0.0))

    @property
    def verdict(self) -> str:
        """Whether the last page is better than the first."""
        apart = self.since_first
        if apart is None or apart.low <= 0 <= apart.high:
            return "no change that chance does not explain"
        return "better" if (apart.low > 0) != self.lower_is_better else "worse"


MEASURES = (
    "accepted",
    "won",
    "accuracy",
    "exact match",
    "token F1",
    "chrF",
    "any flag",
    "reached the token limit",
)
_LOWER = ("any flag", "reached the token limit")


def trends(model: str, pages: Sequence[tuple[str, Part]]) -> tuple[Trend, ...]:
    """Every measure that at least two pages have."""
    found = []
    for measure in MEASURES:
        steps = tuple(
            Step(page, rate)
            for page, part in pages
            if (rate := _measures(part).get(measure)) is not None and rate.of
        )
        if len(steps) > 1:
            found.append(Trend(model, measure, steps, measure in _LOWER))
    return tuple(found)


def _measures(part: Part) -> Mapping[str, Rate]:
    found = {
        "accepted": part.acceptance,
        "won": part.duel.rate,
        "any flag": part.any_flag,
        "reached the token limit": part.limit,
    }
    if part.labels is not None:
        found["accuracy"] = part.labels.accuracy
    if part.similar is not None:
        found |= {
            "exact match": part.similar.exact_match,
            "token F1": part.similar.token_f1,
            "chrF": part.similar.chrf,
        }
    return found
