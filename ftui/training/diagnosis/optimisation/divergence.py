"""A loss that rises and does not come back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftui.training.diagnosis.optimisation.few_logs import rose
from ftui.training.diagnosis.optimisation.schedule import schedule
from ftui.training.diagnosis.optimisation.smoothing import (
    ema_noise,
    held,
    noise_bound,
    row_medians,
    running_median,
)
from ftui.training.diagnosis.optimisation.sound_loss import positive_loss
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs
    from ftui.training.series import Curve, Floats

CODE = "diverging"
FEWEST = 8
_OUTLIER = 3.0
"""One point counts at most as this many times the average, so that a single spike moves no average far."""
_LAST = 5
"""The median of the last points must be high too: an average stays high for a while after a spike is over."""
_LONG = 5000
"""Points from which the two averages take a while: 40 ms at 100,000."""
_BLOCK = 20
_NEAR = 0.5
"""Share of the limit that the last losses must be above the lowest twenty for an average to be worth taking."""
_MEDIAN = 10
_MEDIAN_NOISE = 1.2533
"""The standard deviation of a median of n normal values is this over the root of n."""
_SIGMAS = 6.0
_MOST_FACTOR = 2.5
"""A loss this much above its best diverges, however noisy it is."""
_FLOOR = 0.03
"""Share of the first losses below which a loss is as good as gone: from 0.001 to 0.003 nothing diverges."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """Since when a loss is above its best for good."""

    since_step: float
    """The step at which it could first be said."""
    began_step: float
    """The step of the lowest loss before that."""
    best: float
    now: float
    """The median of the last five."""
    factor: float
    """Times the best smoothed loss, above which the smoothed loss is."""


def expected_points(inputs: Inputs, curve: Curve) -> int:
    """How many points a curve will have in the end; as many as there are where the log does not tell."""
    progress = inputs.progress
    return max(len(curve), round(len(curve) / progress)) if progress else len(curve)


def divergence(inputs: Inputs, loss: Curve) -> Divergence | None:
    """Whether the training loss rose and is up: slowly over many logs, by half within a few, or to a new level."""
    if CODE not in inputs.worked_out:
        inputs.worked_out[CODE] = _divergence(inputs, loss)
    found = inputs.worked_out[CODE]
    return found if isinstance(found, Divergence) else None


def _divergence(inputs: Inputs, loss: Curve) -> Divergence | None:
    factor, fast = inputs.limit(CODE, "factor"), inputs.limit(CODE, "fast_factor")
    planned = expected_points(inputs, loss)
    soon = min(10, max(3, planned // 12))
    scales = (
        (5.0, fast, soon),
        (20.0, factor, int(inputs.limit(CODE, "logs"))),
    )
    if not _above_its_lowest(loss, 1 + _NEAR * (min(factor, fast) - 1)):
        return None
    found = [*(_at_scale(loss, *scale) for scale in scales), _at_another_level(loss, fast)]
    risen = [each for each in found if each is not None]
    return min(risen, key=lambda each: each.since_step, default=None)


def _above_its_lowest(loss: Curve, times: float) -> bool:
    """Whether the last losses are above the lowest twenty in a row: where they are not, no average need be taken."""
    import numpy as np

    if len(loss) < _LONG:
        return True
    blocks = loss.value[: len(loss) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    lowest = min(
        float(row_medians(blocks).min()), *(float(np.median(loss.value[:first])) for first in (3, 10))
    )
    return float(np.median(loss.value[-_LAST:])) > times * lowest


def _at_scale(loss: Curve, half_life: float, factor: float, logs: int) -> Divergence | None:
    import numpy as np

    start = max(3, int(half_life / 2))
    if len(loss) < max(start + logs, _LAST):
        return None
    values = np.maximum(loss.value, _FLOOR * float(np.median(loss.value[: max(3, len(loss) // 20)])))
    smooth = _robust_ema(values, half_life, start)
    best = np.minimum.accumulate(smooth)
    spread = ema_noise(noise_bound(np.log(values)), half_life) if bool((values > 0).all()) else 0.0
    factor = max(factor, min(_MOST_FACTOR, math.exp(_SIGMAS * spread)))
    recent = np.concatenate((values[: _LAST - 1], running_median(values, _LAST)))
    high = (smooth > factor * best) & (recent > factor * best)
    said = held(high, logs)
    if not len(said) or not high[-1]:
        return None
    before = np.flatnonzero(~high)
    since = said[said > (before[-1] if len(before) else -1)]
    if not len(since):
        return None
    rose = int(since[0])
    low = int(np.argmin(loss.value[: rose + 1]))
    return Divergence(
        float(loss.step[rose]),
        float(loss.step[low]),
        float(loss.value[low]),
        float(np.median(loss.value[-_LAST:])),
        factor,
    )


def _at_another_level(loss: Curve, factor: float) -> Divergence | None:
    """A loss that went to a higher level at once and stays there, by medians of ten logs.

    An average needs many logs to forget where it came from: a classifier that was half way down and collapses to
    chance (0.39 to 0.69) is only 1.5 times the best average after twenty.
    """
    import numpy as np

    if not 3 * _MEDIAN <= len(loss) < _LONG:  # in a long log twenty points are nothing to wait for
        return None
    values = np.maximum(loss.value, _FLOOR * float(np.median(loss.value[: max(3, len(loss) // 20)])))
    if not bool((values > 0).all()):
        return None
    medians = running_median(values, _MEDIAN)
    least = np.minimum.accumulate(medians)[:-_MEDIAN]
    spread = _MEDIAN_NOISE * noise_bound(np.log(values)) * (2 / _MEDIAN) ** 0.5
    factor = max(factor, math.exp(min(_SIGMAS * spread, 50.0)))
    high = medians[_MEDIAN:] > factor * least
    said = held(high, _MEDIAN // 2)
    if not len(said) or not high[-1]:
        return None
    before = np.flatnonzero(~high)
    since = said[said > (before[-1] if len(before) else -1)]
    if not len(since):
        return None
    rose = int(since[0]) + 2 * _MEDIAN - 1
    low = int(np.argmin(medians[: since[0] + 1]))
    return Divergence(
        float(loss.step[rose]),
        float(loss.step[low + _MEDIAN - 1]),
        float(medians[low]),
        float(np.median(loss.value[-_LAST:])),
        factor,
    )


def _robust_ema(values: Floats, half_life: float, start: int) -> Floats:
    import numpy as np

    share = 1 - 0.5 ** (1 / half_life)
    mean = float(np.median(values[:start]))
    means = [mean] * start
    append = means.append
    for each in values[start:].tolist():
        most = _OUTLIER * mean
        mean += share * ((each if each < most else most) - mean)
        append(mean)
    return np.array(means)


def _judge(inputs: Inputs) -> Said:
    loss = positive_loss(inputs, CODE, FEWEST)
    if isinstance(loss, NotJudged):
        few = positive_loss(inputs, CODE, 1)
        risen = None if isinstance(few, NotJudged) else rose(few, inputs.evaluation.finite())
        if risen is None:
            yield loss
        else:
            early = Divergence(risen.since_step, risen.best_step, risen.best, risen.now, risen.times)
            yield from _verdict(inputs, early)
        return
    found = divergence(inputs, loss)
    if found is not None:
        yield from _verdict(inputs, found)


def _verdict(inputs: Inputs, found: Divergence) -> Iterator[Verdict]:
    rates = schedule(inputs)
    times = found.now / found.best
    yield Verdict(
        CODE,
        "critical",
        f"training loss rises and does not come back: {found.now:.3g}, {times:.2g} times its lowest"
        f" ({found.best:.3g} at step {found.began_step:g})"
        + (f"; {rates.place(found.began_step)}" if rates else ""),
        since_step=found.since_step,
        sure="certain" if times > 2 else "likely",
        advice="Stop the run. Go back to a checkpoint from before the rise and go on with half the"
        " learning rate or less and clipped gradients; look at the rows of those steps.",
        evidence={
            "best": found.best,
            "best_step": found.began_step,
            "now": found.now,
            "limit": found.factor,
            "learning_rate": rates.at(found.began_step) if rates else None,
        },
    )


RULE = Rule(
    CODE,
    "Diverging",
    "The loss left the best it had reached and stays above it: the weights are being spoiled,"
    " and every further step costs money and makes the model worse.",
    "Stop, go back to a checkpoint from before the rise, and lower the learning rate.",
    "llm-foundry's KillLossSpike (twice the mean, five logs in a row) at the fast scale, where"
    " an average of half-life 5 is then above 1.5 times its best; measured on simulated runs at the slow one",
    _judge,
    {
        "factor": Threshold(1.3, "times the best smoothed loss (half-life 20 logs)", 1.0),
        "fast_factor": Threshold(1.5, "times the best smoothed loss (half-life 5 logs)", 1.0),
        "logs": Threshold(20, "logs in a row above the first factor", 3),
    },
)
