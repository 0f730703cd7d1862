"""A learning rate of zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.training.diagnosis.optimisation.sound_loss import sound_loss
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs

CODE = "lr-zero"
_LEADING = 5
"""Logs at the beginning: a warm-up begins at zero, and loss scaling may skip the first few steps."""

_FALLEN = 0.7
"""A loss that fell to this share of what it was at first is that of a model that learns."""


def _judge(inputs: Inputs) -> Said:
    import numpy as np

    rate = inputs.learning_rate.finite()
    if len(rate) == 0:
        yield NotJudged(CODE, "the log has no learning rate")
        return
    nonzero = np.flatnonzero(rate.value != 0)
    if not len(nonzero):
        if _falls(inputs):
            yield NotJudged(
                CODE, "the log says 0 throughout, but the loss falls: it rounds, or tells another rate"
            )
        elif len(rate) >= _LEADING or (inputs.ended and len(rate) >= 2):
            yield _verdict(f"learning rate is 0 at all of the {len(rate)} logs", rate.step[0], len(rate))
        return
    trailing = len(rate) - 1 - int(nonzero[-1])
    if trailing >= max(_LEADING, inputs.limit(CODE, "share") * len(rate)):
        first = rate.step[nonzero[-1] + 1]
        yield _verdict(f"learning rate has been 0 since step {first:g} ({trailing} logs)", first, trailing)


def _falls(inputs: Inputs) -> bool:
    import numpy as np

    loss = sound_loss(inputs).value
    part = max(3, len(loss) // 5)
    if len(loss) < 2 * part:
        return False
    return bool(np.median(loss[-part:]) < _FALLEN * np.median(loss[:part]))


def _verdict(message: str, since: float, logs: int) -> Verdict:
    return Verdict(
        CODE,
        "critical",
        f"{message}: nothing is learnt",
        since_step=float(since),
        sure="certain",
        advice="Stop. Look at learning_rate, and at a scheduler that counts fewer steps than the run"
        " has (max_steps, gradient accumulation, number of processes).",
        evidence={"logs": logs, "first_step": float(since)},
    )


RULE = Rule(
    CODE,
    "Learning rate zero",
    "With a rate of zero no weight moves: the run costs what it costs and leaves the model as it was.",
    "Set the learning rate, or the number of steps that the scheduler counts.",
    "by definition",
    _judge,
    {
        "share": Threshold(
            0.1, "share of the logs at the end of a run, at a rate of 0, that is no mere end", 0.0, 1.0
        )
    },
)
