"""The learning rate as the log tells it: its peak, where the warm-up ended, what it was at a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs
    from ftui.training.series import Curve

_RISING = 0.9
"""A first learning rate below this share of the peak is part of a warm-up."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The learning rates that were logged."""

    curve: Curve
    peak: float
    peak_step: float
    """The first step with the peak."""
    warmed_up: bool
    """The rate rose to its peak."""

    def at(self, step: float) -> float:
        """The rate last logged at a step or before it; the first one for earlier steps."""
        import numpy as np

        index = int(np.searchsorted(self.curve.step, step, side="right")) - 1
        return float(self.curve.value[max(index, 0)])

    def place(self, step: float) -> str:
        """Where in the schedule a step lies, for a message: "lr 0.014, 60 % into the warm-up"."""
        rate = f"lr {self.at(step):.3g}"
        if not self.warmed_up:
            return f"{rate}, without a warm-up" if self.at(step) >= 0.99 * self.peak else rate
        if step < self.peak_step:
            return f"{rate}, {100 * step / self.peak_step:.0f} % into the warm-up to {self.peak:.3g}"
        return f"{rate}, after a warm-up of {self.peak_step:g} steps"


def schedule(inputs: Inputs) -> Schedule | None:
    """The schedule of a run; None where the log has no learning rate."""
    import numpy as np

    curve = inputs.learning_rate.finite()
    if len(curve) == 0:
        return None
    peak = float(curve.value.max())
    first = int(np.argmax(curve.value >= 0.999 * peak))
    return Schedule(curve, peak, float(curve.step[first]), bool(curve.value[0] < _RISING * peak))


def settled_step(inputs: Inputs) -> float:
    """The step from which a run is past its beginning: the end of its warm-up, or a twentieth of the logs."""
    rates, train = schedule(inputs), inputs.train
    early = float(train.step[len(train) // 20]) if len(train) else 0.0
    if rates is None or not rates.warmed_up or rates.peak_step >= 0.5 * (inputs.run.last_step or 0.0):
        return early
    return max(rates.peak_step, early)
