"""When a validation loss has been above its best for long enough, or clearly enough, for an alarm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftui.training.diagnosis.noise import LAST, local_sigma

if TYPE_CHECKING:
    import numpy as np

    from ftui.training.series import Floats

    Truths = np.ndarray[tuple[int], np.dtype[np.bool_]]
    Places = np.ndarray[tuple[int], np.dtype[np.intp]]

LATE = 8
"""Evaluations that tell the noise of late, behind the steep beginning of a curve."""
_TOGETHER = 5
_LINES = (14, 20, 28)
"""Evaluations through which a line is drawn."""
_FEW = 6
_FEWEST = 4
_AT_ONCE = 4
_BIAS = 1.0
_MOST_ALIKE = 0.7
"""The correlation of neighbours is estimated too low by about 1/n from n points, and not trusted above this."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a rise counts: shares of the loss, multiples of the noise, and how many evaluations in a row."""

    floor: float = 0.02
    sigmas: float = 3.0
    evaluations: int = 3
    strong: float = 0.05


def above(rise: Floats, fallen: Floats, sigma: Floats, limits: Limits) -> Truths:
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


def few(fallen: Floats, certified: Floats, limits: Limits) -> Truths:
    """Among the first evaluations, of which no noise can be told: a strong rise twice, or a very strong one.

    Real fine-tunes have three to ten evaluations, so the rise is above the least itself and not above a median.
    In a run of three or four epochs half of a very strong rise is enough, where nothing speaks against it
    (`certified`, elsewhere 0): there is hardly a second evaluation to wait for.
    """
    import numpy as np

    strong = _least_of_last(fallen, 2) > np.log1p(limits.strong)
    found: Truths = strong | (fallen > np.log1p(_AT_ONCE * limits.strong))
    index = np.arange(len(fallen))
    found |= (certified > np.log1p(_AT_ONCE / 2 * limits.strong)) & (index < _FEWEST)
    return found & (index < _FEW)


def lasting(fallen: Floats, sigma: Floats, limits: Limits) -> Truths:
    """Where the loss has been well above the best at each of the last five evaluations.

    In a short curve that turns, the turn itself is taken for noise; that five in a row lie above by half the sigmas
    is less likely by noise than three by all of them.
    """
    import numpy as np

    least = _least_of_last(fallen, _TOGETHER)
    limit = np.maximum(np.log1p(2 * limits.floor), limits.sigmas / 2 * _noise(sigma))
    found: Truths = (least > limit) & (np.arange(len(fallen)) >= _TOGETHER)
    return found


def drifted(scaled: Floats, limits: Limits) -> Truths:
    """Where a line through the last evaluations rises: a slow rise under much noise.

    The mean of five must lie above its least by the floor as well, so that it is above the best that there was.
    """
    import numpy as np

    found = np.zeros(len(scaled), dtype=np.bool_)
    if len(scaled) < _LINES[0]:
        return found
    sums = np.cumsum(np.concatenate(([0.0], scaled - scaled[0])))
    means = (sums[_TOGETHER:] - sums[:-_TOGETHER]) / _TOGETHER
    higher = np.concatenate((np.zeros(_TOGETHER - 1), means - np.minimum.accumulate(means)))
    for count in _LINES:
        if len(scaled) >= count:
            rise, error = _line(scaled, count)
            least = np.maximum(np.log1p(limits.floor), (limits.sigmas + 1) * error)
            found[count - 1 :] |= (rise > least) & (higher[count - 1 :] > np.log1p(limits.floor))
    return found


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


def jumped(fallen: Floats, local: Floats, limits: Limits) -> Truths:
    """Where the loss went up by half the floor at an epoch border and stayed there, in a curve with little noise.

    The rise that rows seen again bring: the training loss falls at the same border. See "Can LLMs learn from a single
    example?" (fast.ai, 2023).
    """
    import numpy as np

    least = _least_of_last(fallen, limits.evaluations + 1)
    index = np.arange(len(fallen))
    found: Truths = least > np.maximum(np.log1p(limits.floor / 2), (limits.sigmas + 1) * _noise(local))
    return found & (index >= 8)


def climbed(scaled: Floats, fallen: Floats, limits: Limits) -> Truths:
    """Where the loss went up at every one of the last evaluations, in a curve with little noise of late.

    Prechelt's third criterion (successive rises); it sees the turn of a smooth curve while the noise of all of it,
    with the steep beginning, is still estimated too high.
    """
    import numpy as np

    rises = np.concatenate(([False], np.diff(scaled) > 0))
    high = _least_of_last(fallen, 2) > np.maximum(
        np.log1p(limits.floor), (limits.sigmas + 3) * _noise(local_sigma(scaled, LATE))
    )
    found: Truths = high & (in_a_row(rises) > limits.evaluations) & (np.arange(len(scaled)) >= LATE - 1)
    return found


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
    for back in range(1, min(count, len(values))):
        least[back:] = np.minimum(least[back:], values[: len(values) - back])
    least[: count - 1] = 0.0
    return least


def in_a_row(true: Truths) -> Places:
    """How many truths there are in a row up to each place."""
    import numpy as np

    index = np.arange(1, len(true) + 1)
    streak: Places = index - np.maximum.accumulate(np.where(true, 0, index))
    return streak
