"""Whether a validation loss has risen above its best by more than its noise, and since when."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftui.training.diagnosis.generalisation.alarms import (
    LATE,
    Limits,
    above,
    climbed,
    drifted,
    few,
    in_a_row,
    jumped,
    lasting,
)
from ftui.training.diagnosis.levels import levels_at
from ftui.training.diagnosis.noise import comparable, local_sigma, sigma_so_far
from ftui.training.series import Curve

if TYPE_CHECKING:
    import numpy as np

    from ftui.training.series import Floats

    Truths = np.ndarray[tuple[int], np.dtype[np.bool_]]
    Places = np.ndarray[tuple[int], np.dtype[np.intp]]

_OF_THE_FALL = 0.002
"""A rise that is less of the way down than this is none, however small the loss: 0.001 to 0.002 after a start at 3."""
_MUCH_OF_THE_FALL = 0.1
"""As much must one evaluation rise to be enough by itself: losses near zero waver by a quarter of themselves."""
_FALLEN = 0.02
"""By which the training loss must have fallen since the best evaluation to be called fallen."""

_MOST = 2048


@dataclass(frozen=True, slots=True)
class Rise:
    """A validation loss as it is now, against its best."""

    curve: Curve
    best: int
    """Index of the least value."""
    since: int | None
    """Index at which the alarm could first be given; None where there is none now."""
    share: float
    """How far the last value lies above the best: 0.05 is 5 %."""
    share_before: float
    """The same of the evaluation before the last; 0 where that is the best."""
    noise: float | None
    train_change: float | None
    """Of the training loss since the best, as a share; None where it is not known."""
    train_fell: bool
    ratios: bool

    @property
    def after_best(self) -> int:
        """Evaluations since the best."""
        return len(self.curve) - 1 - self.best


def rise_of(curve: Curve, train: Curve, rate: Curve, limits: Limits, accuracy: Curve | None = None) -> Rise:
    """Judge a validation curve of finite values, of at least one point; `rate` is the learning rate.

    The best is the median of three around the minimum, so that one lucky evaluation is no best. After Prechelt,
    "Early Stopping - But When?" (1998), where this rise is the generalisation loss GL.
    """
    import numpy as np

    curve = _of_bearable_length(curve)
    scaled, ratios = comparable(curve.value)
    index = np.arange(len(scaled))
    best = _best_so_far(scaled)
    rise = np.where(best == index, 0.0, scaled - _median_of_three(scaled)[best])
    sigma = sigma_so_far(scaled)
    levels = levels_at(train, curve.step)
    change = levels.mean - levels.mean[best]
    error = np.nan_to_num(np.hypot(levels.error, levels.error[best]))
    fell = change < -np.maximum(_FALLEN, 2 * error)
    explained = _explained(change, rise, fell, ratios and levels.ratios, _rate_rose(rate, curve, best))
    sound = ~explained & _large_enough(curve, best, _OF_THE_FALL)
    held = np.where(sound, rise, 0.0)
    over = above(held, np.where(fell, held, 0.0), sigma, limits)
    above_least = np.where(sound & fell & (best != index), scaled - scaled[best], 0.0)
    certified = _large_enough(curve, best, _MUCH_OF_THE_FALL) & ~_better(accuracy, curve, best)
    over |= few(above_least, np.where(certified, above_least, 0.0), limits)
    over |= lasting(np.where(fell, held, 0.0), sigma, limits)
    over |= sound & drifted(scaled, limits)
    again = fell & (change < -2 * _FALLEN) & _new_epoch(curve, best)
    over |= jumped(np.where(again, held, 0.0), local_sigma(scaled), limits)
    over |= climbed(scaled, np.where(fell, held, 0.0), limits)
    since = _since(over, explained, rise, local_sigma(scaled, LATE), best)
    shares = scaled - scaled[best[-1]]
    before = float(shares[-2]) if best[-1] < len(scaled) - 2 else 0.0
    moved = float(change[-1])
    return Rise(
        curve,
        int(best[-1]),
        since,
        _share(float(shares[-1]), ratios),
        _share(before, ratios),
        None if np.isnan(sigma[-1]) else float(sigma[-1]),
        None if np.isnan(moved) else _share(moved, levels.ratios),
        bool(fell[-1]),
        ratios,
    )


def _share(difference: float, ratios: bool) -> float:
    """A difference of scaled values as a share: of a logarithm, or of the range."""
    return math.expm1(min(difference, 50.0)) if ratios else difference


def _of_bearable_length(curve: Curve) -> Curve:
    """Very many evaluations as the means of equal groups, so that the alarm needs no more time."""
    import numpy as np

    group = 1
    while len(curve) // group > _MOST:
        group *= 2
    if group == 1:
        return curve
    count = len(curve) // group * group
    means = curve.value[:count].reshape(-1, group).mean(axis=1)
    ends = np.arange(group - 1, count, group)
    return Curve(curve.step[ends], means, curve.epoch[ends], curve.time[ends])


def _best_so_far(scaled: Floats) -> Places:
    import numpy as np

    least = np.minimum.accumulate(scaled)
    places: Places = np.maximum.accumulate(np.where(scaled <= least, np.arange(len(scaled)), 0))
    return places


def _median_of_three(scaled: Floats) -> Floats:
    """Of each value and its neighbours; of the value and its one neighbour at the ends."""
    import numpy as np

    if len(scaled) < 2:
        return scaled
    middle = np.empty_like(scaled)
    middle[0], middle[-1] = scaled[:2].mean(), scaled[-2:].mean()
    middle[1:-1] = np.median(np.stack((scaled[:-2], scaled[1:-1], scaled[2:])), axis=0)
    return middle


def _rate_rose(rate: Curve, curve: Curve, best: Places) -> Truths:
    """Where the learning rate is well above that of the best evaluation: a warm restart, or a warm-up."""
    import numpy as np

    known = rate.finite()
    if not len(known):
        return np.zeros(len(curve), dtype=np.bool_)
    at = np.maximum(np.searchsorted(known.step, curve.step, side="right") - 1, 0)
    now = known.value[at]
    rose: Truths = now > 1.5 * now[best]
    return rose


def _explained(change: Floats, rise: Floats, fell: Truths, ratios: bool, rate_rose: Truths) -> Truths:
    """Where training itself has got worse as well: that is no overfitting, whatever else it is."""
    import numpy as np

    with np.errstate(invalid="ignore"):
        worse = change > (0.5 * np.maximum(rise, 0.0) if ratios else 0.0)
    explained: Truths = (worse | rate_rose) & ~fell
    return explained


def _better(accuracy: Curve | None, curve: Curve, best: Places) -> Truths:
    """Where an accuracy is higher than at the best loss; nowhere if the log has none."""
    import numpy as np

    if accuracy is None or not len(accuracy):
        return np.zeros(len(curve), dtype=np.bool_)
    at = np.clip(np.searchsorted(accuracy.step, curve.step, side="right") - 1, 0, None)
    better: Truths = accuracy.value[at] > accuracy.value[at[best]]
    return better


def _large_enough(curve: Curve, best: Places, share: float) -> Truths:
    """Where the loss has risen by some part of the way that it came down (an evaluation before training apart)."""
    import numpy as np

    value = curve.value
    trained = np.where(curve.step > 0, value, -np.inf)
    way = np.maximum.accumulate(trained)[best] - value[best]
    large: Truths = value - value[best] > share * np.maximum(way, 0.0)
    return large


def _new_epoch(curve: Curve, best: Places) -> Truths:
    """Where another epoch has begun since the best evaluation; nowhere if the log tells no epochs."""
    import numpy as np

    epoch = np.ceil(curve.epoch - 1e-3)
    began: Truths = epoch > epoch[best]
    return began


def _since(over: Truths, explained: Truths, rise: Floats, local: Floats, best: Places) -> int | None:
    """Where the present alarm began.

    An alarm ends with a new best, and where the loss is back within the noise twice in a row or training has got
    worse as well.
    """
    import numpy as np

    index = np.arange(len(rise))
    back = (in_a_row(rise < np.maximum(0.005, 1.5 * np.nan_to_num(local))) >= 2) | (best == index)
    ended = np.flatnonzero(back | (in_a_row(explained) >= 2))
    began = np.flatnonzero(over & (index > (ended[-1] if len(ended) else -1)))
    return int(began[0]) if len(began) else None
