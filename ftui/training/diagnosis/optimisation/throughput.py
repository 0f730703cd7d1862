"""Training that has become slower."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.training.diagnosis.optimisation.smoothing import held, running_median
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict
from ftui.training.metrics import STEPS_PER_SECOND, TOKENS_PER_SECOND, TRAIN_LOSS
from ftui.training.series import Curve

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs

CODE = "throughput-drop"
_FIRST = 5
"""Logs at the beginning, in which models are compiled and caches filled."""
_REFERENCE = 100
_WIDTH = 20
_LOGS = 10


def _judge(inputs: Inputs) -> Said:
    found = _speed(inputs)
    if found is None:
        yield NotJudged(CODE, "the log tells neither a speed nor times")
        return
    name, speed = found
    if len(speed) < _FIRST + 2 * _WIDTH:
        yield NotJudged(CODE, f"{len(speed)} speeds are too few: it takes {_FIRST + 2 * _WIDTH}")
        return
    yield from _verdict(inputs, name, speed)


def _verdict(inputs: Inputs, name: str, speed: Curve) -> Said:
    """The median of the last twenty against that of the first hundred, or of the first half of fewer."""
    import numpy as np

    later = speed.value[_FIRST:]
    reference = float(np.median(later[: min(_REFERENCE, len(later) // 2)]))
    medians = running_median(later, _WIDTH)
    slow = medians < (1 - inputs.limit(CODE, "share")) * reference
    slow[: min(_REFERENCE, len(later) // 2) - _WIDTH + 1] = False
    said = held(slow, _LOGS)
    if reference <= 0 or not len(said) or not slow[-1]:
        return
    quick = np.flatnonzero(~slow)
    began = said[said > (quick[-1] if len(quick) else -1)]
    if not len(began):
        return
    since = float(speed.step[began[0] + _FIRST + _WIDTH - 1])
    now = float(medians[-1])
    yield Verdict(
        CODE,
        "warning",
        f"{name} fell from {reference:.3g} to {now:.3g} ({100 * (now / reference - 1):.0f} %) and stay there",
        since_step=since,
        sure="likely" if name == "tokens a second" else "possible",
        advice="Look for a GPU that is hot or shared, a full disk, swapping, a data loader that cannot"
        " keep up. Longer rows make slower steps too.",
        evidence={"before": reference, "now": now, "of": name},
    )


def _speed(inputs: Inputs) -> tuple[str, Curve] | None:
    for metric, name in ((TOKENS_PER_SECOND, "tokens a second"), (STEPS_PER_SECOND, "steps a second")):
        curve = inputs.run.curve(metric).finite()
        if len(curve) >= 2:
            return name, curve
    return _from_times(inputs)


def _from_times(inputs: Inputs) -> tuple[str, Curve] | None:
    """Steps a second between the logs, by the times in the log; across a restart there is none."""
    import numpy as np

    curve = inputs.run.curve(TRAIN_LOSS)
    curve = curve.where(np.isfinite(curve.time))
    if len(curve) < 2:
        return None
    seconds, steps = np.diff(curve.time), np.diff(curve.step)
    known = seconds > 0
    speeds = steps[known] / seconds[known]
    after = np.flatnonzero(known) + 1
    return "steps a second", Curve(curve.step[after], speeds, curve.epoch[after], curve.time[after])


RULE = Rule(
    CODE,
    "Throughput drop",
    "The same run at two thirds of its speed costs half as much again, and often tells of a"
    " machine in trouble.",
    "Look for a hot or shared GPU, a full disk, swapping, a slow data loader.",
    "the median of twenty logs against that of the first hundred; single pauses of evaluations"
    " do not move it",
    _judge,
    {"share": Threshold(0.3, "share by which the speed fell", 0.0, 1.0)},
)
