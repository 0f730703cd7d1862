"""A divergence that shows in fewer logs than an average needs: a loss that blows up, or both losses that rise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftui.training.series import Curve

_BLOWN = 2
_TIMES = 5.0
"""Two losses of this many times the first, the last of all among them: no noise does that."""
_LEAST = 0.03
"""A first loss below this counts as this: from 0.004 to 0.03 nothing blows up."""
_LAST = 3
_RISEN = 1.2
"""Times the validation loss at its best, and the training loss then, that both must be above."""


@dataclass(frozen=True, slots=True)
class Rose:
    """Since when a loss is far above its lowest."""

    since_step: float
    best_step: float
    best: float
    now: float
    times: float


def rose(train: Curve, evaluation: Curve) -> Rose | None:
    """Whether a training loss of few points has left its lowest for good."""
    return _blown_up(train) or _with_validation(train, evaluation)


def _blown_up(train: Curve) -> Rose | None:
    import numpy as np

    if len(train) <= _BLOWN:
        return None
    high = np.flatnonzero(train.value > _TIMES * max(float(train.value[0]), _LEAST))
    if len(high) < _BLOWN or int(high[-1]) != len(train) - 1:
        return None
    low = int(np.argmin(train.value[: high[0]]))
    if train.value[low] <= 0:
        return None
    return Rose(
        float(train.step[high[_BLOWN - 1]]),
        float(train.step[low]),
        float(train.value[low]),
        float(np.median(train.value[high])),
        _TIMES,
    )


def _with_validation(train: Curve, evaluation: Curve) -> Rose | None:
    """Three evaluations and three training losses in a row above where both stood at the best evaluation."""
    import numpy as np

    if len(train) <= _LAST or len(evaluation) <= _LAST or float(evaluation.value.min()) <= 0:
        return None
    best = int(np.argmin(evaluation.value))
    then = max(int(np.searchsorted(train.step, evaluation.step[best], side="right")) - 1, 0)
    if best >= len(evaluation) - _LAST or then >= len(train) - _LAST:
        return None
    if float(evaluation.value[-_LAST:].min()) <= _RISEN * float(evaluation.value[best]):
        return None
    if float(train.value[-_LAST:].min()) <= _RISEN * float(train.value[then]) or train.value[then] <= 0:
        return None
    high = np.flatnonzero((train.value > _RISEN * train.value[then]) & (np.arange(len(train)) > then))
    above = np.flatnonzero(evaluation.value > _RISEN * evaluation.value[best])
    return Rose(
        max(float(train.step[high[_LAST - 1]]), float(evaluation.step[above[above > best][_LAST - 1]])),
        float(train.step[then]),
        float(train.value[then]),
        float(np.median(train.value[-_LAST:])),
        _RISEN,
    )
