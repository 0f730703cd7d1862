"""Training curves with a learning rate and a gradient norm beside the loss."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ftui.training.metrics import GRAD_NORM, LEARNING_RATE, TRAIN_LOSS
from ftui.training.record import Record
from ftui.training.run import Run

NAN, INF = float("nan"), float("inf")


def training(
    loss: Sequence[float],
    rate: Sequence[float] = (),
    norm: Sequence[float] = (),
    total: int | None = None,
    **more: Sequence[float],
) -> Run:
    """A run logged at steps 10, 20, …; `total` is the number of logs it is to have."""
    run = Run(Path("made"), "made")
    run.facts.total_steps = total * 10 if total else None
    curves = {TRAIN_LOSS: loss, LEARNING_RATE: rate, GRAD_NORM: norm} | more
    for index in range(max(len(each) for each in curves.values())):
        values = {name: float(each[index]) for name, each in curves.items() if index < len(each)}
        run.add(Record(values, 10 * (index + 1)))
    return run


def noisy(shape: Sequence[float] | NDArray[np.float64], noise: float, seed: int = 0) -> list[float]:
    """A curve with multiplicative noise."""
    random = np.random.default_rng(seed)
    values = np.asarray(shape, float)
    return list((values * np.exp(random.normal(0, noise, len(values)))).tolist())


def falling(logs: int, noise: float = 0.05, seed: int = 0) -> list[float]:
    """A loss that falls from 2.6 to 1.0."""
    return noisy(1.0 + 1.6 * np.exp(-np.arange(logs) / (0.12 * logs)), noise, seed)


def cosine(logs: int, peak: float = 2e-4, warm: float = 0.05) -> list[float]:
    """A warm-up from near zero to the peak, then a cosine to zero."""
    part = (np.arange(logs) + 1) / logs
    return list((peak * np.minimum(1, part / warm) * 0.5 * (1 + np.cos(np.pi * part))).tolist())
