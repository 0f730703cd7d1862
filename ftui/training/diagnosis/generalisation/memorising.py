"""memorising: the training loss drops where an epoch begins, or has come close to zero."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ftui.training.diagnosis.inputs import Inputs
from ftui.training.diagnosis.noise import comparable
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

if TYPE_CHECKING:
    from ftui.training.series import Curve, Floats

CODE = "memorising"
_SIDE = 0.1
"""Of an epoch: what is looked at on each side of its border."""
_POINTS = 5
"""Points that each side must have at least."""
_FEW = 4.0
"""The error of n points counts as 1 + 4/n times itself: that of few points is often estimated too small."""
_BORDERS = 200
_LAST = 5


@dataclass(frozen=True, slots=True)
class Drop:
    """The training loss around the end of an epoch, as means of its logarithm."""

    epoch: int
    step: float
    """The first logged after the border."""
    seen: float
    """The last that the judgement needed."""
    before: float
    after: float
    share: float
    """How far it fell, beyond the slope on both sides."""
    error: float


def judge(inputs: Inputs) -> Said:
    """A verdict for a staircase, and for a loss near zero that no validation loss stands against.

    In a first epoch no row has been seen before: a loss near zero is that of an easy task.
    """
    train = inputs.train.finite()
    drops = drops_of(train)
    least = inputs.limit(CODE, "drop")
    sigmas = inputs.limit(CODE, "sigmas")
    found = [drop for drop in drops if drop.share > max(least, sigmas * drop.error)]
    evaluated = bool(inputs.evaluations)
    if found and 2 * len(found) >= len(drops):
        yield _staircase(found, evaluated)
        return
    seen_again = inputs.epochs is None or inputs.epochs > 1.0
    if not evaluated and seen_again and len(train) >= 2 * _LAST:
        yield from _near_zero(train, inputs.limit(CODE, "near_zero"))
    if not drops and len(train):
        yield NotJudged(
            CODE, "no border between two epochs with enough points of the training loss on both sides"
        )


def drops_of(train: Curve) -> list[Drop]:
    """What the training loss did at each border of an epoch that has enough points around it."""
    import numpy as np

    known = train.where(np.isfinite(train.epoch))
    if len(known) < 4 * _POINTS or np.any(np.diff(known.epoch) < 0):
        return []
    scaled, ratios = comparable(known.value)
    if not ratios:
        return []
    first, last = int(np.floor(known.epoch[0])) + 1, int(np.ceil(known.epoch[-1]))
    found = []
    for border in range(first, min(last, first + _BORDERS)):
        edges = (border - 2 * _SIDE, border - _SIDE, border, border + _SIDE, border + 2 * _SIDE)
        at = np.searchsorted(known.epoch, edges, side="right")
        parts = [scaled[a:b] for a, b in pairwise(at)]
        if min(len(part) for part in parts[1:3]) >= _POINTS:
            steps = float(known.step[at[2]]), float(known.step[at[3] - 1])
            found.append(_drop(border, steps, parts))
    return found


def _drop(border: int, steps: tuple[float, float], parts: list[Floats]) -> Drop:
    """The fall from the last tenth of an epoch to the first of the next, less what its neighbours fell anyway."""
    import numpy as np

    means = [float(part.mean()) if len(part) else float("nan") for part in parts]
    slope = max(0.0, *np.nan_to_num([means[0] - means[1], means[2] - means[3]]))
    error = float(np.hypot(*(part.std(ddof=1) / len(part) ** 0.5 for part in parts[1:3])))
    error *= 1 + _FEW / min(len(part) for part in parts[1:3])
    share = 1 - np.exp(means[2] - means[1] + slope)
    return Drop(border, *steps, float(np.exp(means[1])), float(np.exp(means[2])), float(share), error)


def _staircase(drops: list[Drop], evaluated: bool) -> Verdict:
    shown = ", ".join(f"{drop.before:.3g} to {drop.after:.3g} after epoch {drop.epoch}" for drop in drops[:4])
    more = f" and {len(drops) - 4} more" if len(drops) > 4 else ""
    return Verdict(
        CODE,
        "info" if evaluated else "warning",
        f"training loss drops where epochs begin: {shown}{more}: rows seen before are known by heart",
        drops[0].seen,
        "likely",
        "Watch the validation loss at these steps; it says whether this hurts."
        if evaluated
        else "Evaluate on rows outside training; without them train fewer epochs, or at a lower learning rate.",
        {
            "drops": [
                {
                    "epoch": drop.epoch,
                    "step": drop.step,
                    "before": round(drop.before, 5),
                    "after": round(drop.after, 5),
                    "drop": round(drop.share, 5),
                    "error": round(drop.error, 5),
                }
                for drop in drops[:20]
            ]
        },
    )


def _near_zero(train: Curve, near_zero: float) -> Said:
    import numpy as np

    first = float(np.median(train.value[:_LAST]))
    last = float(np.median(train.value[-_LAST:]))
    if not 0 <= last < near_zero or last > 0.1 * first or bool(np.all(train.value[-_LAST:] == 0)):
        return
    rolling = np.lib.stride_tricks.sliding_window_view(train.value, _LAST)
    low = np.flatnonzero(np.median(rolling, axis=1) >= near_zero)
    at = int(low[-1]) + _LAST if len(low) else _LAST - 1
    yield Verdict(
        CODE,
        "warning",
        f"training loss is {last:.3g}, close to zero, from {first:.3g}: the rows may be known by heart, and no"
        " validation loss tells",
        float(train.step[min(at, len(train) - 1)]),
        "likely",
        "Evaluate on rows outside training before you use this model.",
        {"first": first, "last": last, "near_zero": near_zero},
    )


RULE = Rule(
    CODE,
    "Memorising",
    "A training loss that falls in steps, each where the rows begin to come again, is falling because the model has"
    " seen these very rows, not because it understands more. So is one close to zero.",
    "Train fewer epochs or at a lower learning rate; judge the run by rows outside training.",
    "Howard and Whitaker 2023, Can LLMs learn from a single example? (fast.ai)",
    judge,
    {
        "drop": Threshold(0.05, "the least drop at an epoch border, as a share", 0.0, 1.0),
        "sigmas": Threshold(3.0, "the least drop as a multiple of its standard error", 0.0, 20.0),
        "near_zero": Threshold(0.05, "a training loss below this is close to zero", 0.0, 10.0),
    },
)
