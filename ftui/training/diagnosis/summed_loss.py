"""A training loss that is the sum over accumulation steps: sixteen times the validation loss, and no gap at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.training.diagnosis.config_values import number

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs

LEAST_FACTOR = 3.0
"""Dropout and label smoothing make a training loss up to about twice the validation loss; no sum is below this."""
GREATEST_FACTOR = 64.0
SPREAD = 0.15
"""By which the ratio may vary over the later evaluations: that of a real run with a sum of 16 varied by 2 %."""
_FEWEST = 3
_TWO = 0.05
_STEADY = 0.03
_MANY = 5
"""A sum of two is told from dropout by a ratio that is two from the first evaluation to the last: dropout's grows as
the loss falls, and is never so steady."""


def summed_factor(inputs: Inputs) -> float | None:
    """How many times the validation loss the training loss is, where that is a sum and no gap; else None.

    The training loss must be that much greater at every evaluation, and the ratio must be steady in the later half:
    while the loss falls fast, the mean of the last hundred steps lies above the loss at the evaluation.
    """
    import numpy as np

    train, evaluation = inputs.train.finite(), inputs.evaluation.finite()
    if len(train) == 0 or len(evaluation) < _FEWEST:
        return None
    at = np.searchsorted(train.step, evaluation.step, side="right") - 1
    known = (at >= 0) & (evaluation.value > 0)
    ratios = train.value[at[known]] / evaluation.value[known]
    if len(ratios) < _FEWEST:
        return None
    later = ratios[-max(_FEWEST, len(ratios) // 2) :]
    factor = float(np.median(later))
    if float(np.max(np.abs(later / factor - 1))) > SPREAD or float(ratios.min()) < 0.7 * factor:
        return None
    accumulated = number(inputs.config, "gradient_accumulation_steps")
    if accumulated is not None and accumulated >= 2:
        return factor if 0.75 <= factor / accumulated <= 1.35 else None
    if LEAST_FACTOR <= factor <= GREATEST_FACTOR:
        return factor
    steady = len(ratios) >= _MANY and float(np.max(np.abs(ratios / factor - 1))) < _STEADY
    moved = float(evaluation.value.min()) < (1 - 2 * _STEADY) * float(evaluation.value[0])
    return factor if steady and moved and abs(factor / 2 - 1) < _TWO else None
