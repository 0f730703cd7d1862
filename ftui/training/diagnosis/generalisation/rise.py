"""Whether a validation loss has risen above its best by more than its noise, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftui.training.diagnosis.levels import levels_at
from ftui.training.diagnosis.noise import LAST, comparable, local_sigma, sigma_so_far
from ftui.training.series import Curve

if TYPE_CHECKING:
    import numpy as np

    from ftui.training.series import Floats

    Truths = np.ndarray[tuple[int], np.dtype[np.bool_]]
    Places = np.ndarray[tuple[int], np.dtype[np.intp]]

_OF_THE_FALL = 0.002
"""A rise that is less of the way down than this is none, however small the loss: 0.001 to 0.002 after a start at 3."""
_FALLEN = 0.02
"""By which the training loss must have fallen since the best evaluation to be called fallen."""

_TOGETHER = 5
_LATE = 8
_FEW = 6
_AT_ONCE = 4
_LINES = (14, 20, 28)
"""Evaluations through which a line is drawn."""
_MOST = 2048
_BIAS = 1.0
_MOST_ALIKE = 0.7


@dataclass(frozen=True, slots=True)
class Limits:
    """When a rise counts: shares of the loss, multiples of the noise, and how many evaluations in a row."""

    floor: float = 0.02
    sigmas: float = 3.0
    evaluations: int = 3
    strong: float = 0.05


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
    noise: float | None
    train_change: float | None
    """Of the training loss since the best, as a share; None where it is not known."""
    train_fell: bool
    ratios: bool

    @property
    def above(self) -> int:
        """Evaluations since the best."""
        return len(self.curve) - 1 - self.best


def rise_of(curve: Curve, train: Curve, rate: Curve, limits: Limits) -> Rise:
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
    sound = ~_explained(change, rise, fell, ratios and levels.ratios, _rate_rose(rate, curve, best))
    sound &= _large_enough(curve, best)
    held = np.where(sound, rise, 0.0)
    over = _over(held, np.where(fell, held, 0.0), sigma, limits)
    over |= _few(np.where(sound & fell & (best != index), scaled - scaled[best], 0.0), limits)
    over |= sound & _drifted(scaled, limits)
    again = fell & (change < -2 * _FALLEN) & _new_epoch(curve, best)
    over |= _jumped(np.where(again, held, 0.0), local_sigma(scaled), limits)
    over |= _climbed(scaled, np.where(fell, held, 0.0), limits)
    since = _since(over, rise, local_sigma(scaled, _LATE), best)
    share, moved = rise[-1], float(change[-1])
    return Rise(
        curve,
        int(best[-1]),
        since,
        float(np.expm1(min(share, 50.0)) if ratios else share),
        None if np.isnan(sigma[-1]) else float(sigma[-1]),
        None if np.isnan(moved) else float(np.expm1(min(moved, 50.0)) if levels.ratios else moved),
        bool(fell[-1]),
        ratios,
    )


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


def _large_enough(curve: Curve, best: Places) -> Truths:
    """Where the loss has risen by some part of the way that it came down (an evaluation before training apart)."""
    import numpy as np

    value = curve.value
    trained = np.where(curve.step > 0, value, -np.inf)
    way = np.maximum.accumulate(trained)[best] - value[best]
    large: Truths = value - value[best] > _OF_THE_FALL * np.maximum(way, 0.0)
    return large


def _over(rise: Floats, fallen: Floats, sigma: Floats, limits: Limits) -> Truths:
    """At which evaluations the loss has been above the best for long enough; `fallen`: where training fell since."""
    import numpy as np

    index = np.arange(len(rise))
    noise = _noise(sigma)

    def beyond(held: Floats, share: float, sigmas: float, row: int) -> Truths:
        found: Truths = _least_of_last(held, row) > np.maximum(np.log1p(share), sigmas * noise)
        return found

    usual = beyond(rise, limits.floor, limits.sigmas, limits.evaluations) & (index >= 5)
    strong = beyond(rise, limits.strong, limits.sigmas + 2, 2) & (index >= 2)
    early = beyond(fallen, 2 * limits.strong, 0.0, 2) & (index >= 2) & (index < LAST)
    alarms: Truths = usual | strong | early
    return alarms


def _few(fallen: Floats, limits: Limits) -> Truths:
    """Among the first evaluations, of which no noise can be told: a strong rise twice, or a very strong one.

    Real fine-tunes have three to ten evaluations, so the rise is above the least itself and not above a median.
    """
    import numpy as np

    strong = _least_of_last(fallen, 2) > np.log1p(limits.strong)
    found: Truths = strong | (fallen > np.log1p(_AT_ONCE * limits.strong))
    return found & (np.arange(len(fallen)) < _FEW)


def _drifted(scaled: Floats, limits: Limits) -> Truths:
    """Where a line through the last evaluations rises: a slow rise under much noise.

    The mean of five must lie above its least by the floor as well, so that it is above the best that there was.
    """
    import numpy as np

    drifted = np.zeros(len(scaled), dtype=np.bool_)
    if len(scaled) < _LINES[0]:
        return drifted
    sums = np.cumsum(np.concatenate(([0.0], scaled - scaled[0])))
    means = (sums[_TOGETHER:] - sums[:-_TOGETHER]) / _TOGETHER
    above = np.concatenate((np.zeros(_TOGETHER - 1), means - np.minimum.accumulate(means)))
    for count in _LINES:
        if len(scaled) >= count:
            rise, error = _line(scaled, count)
            least = np.maximum(np.log1p(limits.floor), (limits.sigmas + 1) * error)
            drifted[count - 1 :] |= (rise > least) & (above[count - 1 :] > np.log1p(limits.floor))
    return drifted


def _line(scaled: Floats, count: int) -> tuple[Floats, Floats]:
    """By how much the least-squares line through each `count` points together rises, with its standard error.

    Neighbours that are alike (their correlation is estimated from what the line leaves over) tell less than others.
    """
    import numpy as np
    from numpy.lib.stride_tricks import sliding_window_view

    windows = sliding_window_view(scaled, count)
    place = np.arange(count) - (count - 1) / 2
    squares = float(place @ place)
    slope = windows @ place / squares
    rest = windows - windows.mean(axis=1, keepdims=True) - slope[:, None] * place
    variance = (rest**2).sum(axis=1)
    alike = (rest[:, 1:] * rest[:, :-1]).sum(axis=1) / np.where(variance > 0, variance, 1.0)
    alike = np.clip(alike + _BIAS / count, 0.0, _MOST_ALIKE)
    error = np.sqrt(variance / (count - 2) / squares * (1 + alike) / (1 - alike))
    return slope * (count - 1), error * (count - 1)


def _jumped(fallen: Floats, local: Floats, limits: Limits) -> Truths:
    """Where the loss went up by half the floor at an epoch border and stayed there, in a curve with little noise.

    The rise that rows seen again bring: the training loss falls at the same border. See "Can LLMs learn from a single
    example?" (fast.ai, 2023).
    """
    import numpy as np

    least = _least_of_last(fallen, limits.evaluations + 1)
    index = np.arange(len(fallen))
    jumped: Truths = least > np.maximum(np.log1p(limits.floor / 2), (limits.sigmas + 1) * _noise(local))
    return jumped & (index >= 8)


def _climbed(scaled: Floats, fallen: Floats, limits: Limits) -> Truths:
    """Where the loss went up at every one of the last evaluations, in a curve with little noise of late.

    Prechelt's third criterion (successive rises); it sees the turn of a smooth curve while the noise of all of it,
    with the steep beginning, is still estimated too high.
    """
    import numpy as np

    rises = np.concatenate(([False], np.diff(scaled) > 0))
    high = _least_of_last(fallen, 2) > np.maximum(
        np.log1p(limits.floor), (limits.sigmas + 3) * _noise(local_sigma(scaled, _LATE))
    )
    climbed: Truths = high & (_in_a_row(rises) > limits.evaluations) & (np.arange(len(scaled)) >= _LATE - 1)
    return climbed


def _new_epoch(curve: Curve, best: Places) -> Truths:
    """Where another epoch has begun since the best evaluation; nowhere if the log tells no epochs."""
    import numpy as np

    epoch = np.ceil(curve.epoch - 1e-3)
    began: Truths = epoch > epoch[best]
    return began


def _noise(sigma: Floats) -> Floats:
    """The noise with what more evaluations add: the least of a hundred lies lower than the least of twenty."""
    import numpy as np

    index = np.arange(len(sigma))
    noise: Floats = np.nan_to_num(sigma) * (1 + np.log(np.maximum(index / 20, 1)) / 6)
    return noise


def _least_of_last(values: Floats, count: int) -> Floats:
    """The least of each value and those before it, of `count` together; 0 where there are fewer."""
    import numpy as np

    least: Floats = values.copy()
    for back in range(1, count):
        least[back:] = np.minimum(least[back:], values[: len(values) - back])
        least[:back] = 0.0
    return least


def _in_a_row(true: Truths) -> Places:
    """How many truths there are in a row up to each place."""
    import numpy as np

    index = np.arange(1, len(true) + 1)
    streak: Places = index - np.maximum.accumulate(np.where(true, 0, index))
    return streak


def _since(over: Truths, rise: Floats, local: Floats, best: Places) -> int | None:
    """Where the present alarm began: an alarm ends with a new best, or back within the noise twice in a row."""
    import numpy as np

    index = np.arange(len(rise))
    back = (_in_a_row(rise < np.maximum(0.005, 1.5 * np.nan_to_num(local))) >= 2) | (best == index)
    ended = np.flatnonzero(back)
    began = np.flatnonzero(over & (index > (ended[-1] if len(ended) else -1)))
    return int(began[0]) if len(began) else None
