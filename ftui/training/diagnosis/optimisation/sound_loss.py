"""The training loss as far as it is a number: without NaN, inf, and zeros that stand for NaN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.training.diagnosis.verdict import NotJudged

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs
    from ftui.training.series import Curve, Mask

_NEAR_ZERO = 0.02
"""A training loss that was this small may well be printed as 0.0000."""
_ZEROS = 3


def zeros_for_nan(inputs: Inputs) -> Mask:
    """Which points of the training loss are exactly zero where that means NaN.

    Trainers that filter NaN out of their logs print 0.0 instead. It is one where the gradient norm is not finite
    there, or three times in a row unless the loss was near zero before, or the gradient says that there is a loss
    (GRPO's is zero by design).
    """
    import numpy as np

    train, norm = inputs.train, inputs.grad_norm
    zero: Mask = train.value == 0.0
    if not zero.any():
        return zero
    alive, dead = norm.step[np.isfinite(norm.value) & (norm.value > 0)], norm.step[~np.isfinite(norm.value)]
    surely: Mask = zero & np.isin(train.step, dead)
    perhaps = zero & ~np.isin(train.step, alive)
    if any("reward" in name for name in inputs.run.series):
        return surely
    edges = np.flatnonzero(np.diff(np.concatenate(([0], perhaps, [0]))))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        before = train.value[max(0, start - 5) : start]
        before = before[np.isfinite(before) & (before != 0)]
        if end - start >= _ZEROS and not (len(before) and float(np.median(before)) < _NEAR_ZERO):
            surely[start:end] = True
    return surely


def sound_loss(inputs: Inputs) -> Curve:
    """The finite training loss without the zeros that stand for NaN."""
    import numpy as np

    train = inputs.train
    return train.where(np.isfinite(train.value) & ~zeros_for_nan(inputs))


def positive_loss(inputs: Inputs, code: str, fewest: int) -> Curve | NotJudged:
    """The sound training loss where ratios of it mean something, else why they do not."""
    train = sound_loss(inputs)
    if len(train) == 0:
        return NotJudged(code, "the log has no training loss")
    if "reward" in inputs.run.series:
        return NotJudged(code, "the loss of reinforcement learning begins near zero and measures no progress")
    if len(train) < fewest:
        return NotJudged(code, f"{len(train)} training losses are too few: it takes {fewest}")
    if bool((train.value < 0).any()):
        return NotJudged(code, "the training loss is negative in places, so that ratios of it mean nothing")
    return train
