"""A validation loss that creeps up under much noise while an accuracy rises: surer of itself, and no worse at choosing.

A loss punishes a wrong answer by how sure the model was of it; an accuracy does not. Guo et al. 2017, "On Calibration
of Modern Neural Networks": classifiers overfit to the loss while their error still falls.
"""

from __future__ import annotations

from collections.abc import Mapping

from ftui.training.diagnosis.generalisation.accuracy import Accuracy, accuracy_since
from ftui.training.diagnosis.generalisation.rise import Rise
from ftui.training.diagnosis.inputs import Inputs
from ftui.training.diagnosis.verdict import Verdict

_LAST = 4
"""Evaluations whose mean is compared with that of the five around the least."""
_AROUND = 2
_ERRORS = 1.8
"""Standard errors of the difference of both means (Welch): of a remark, and not of an alarm."""
_FALLEN = -0.2
"""What the training loss must have fallen by since: a model grows sure of the rows that it learns by heart."""
_ADVICE = (
    "If only the answer counts, choose the checkpoint by {name}; if its probability counts (thresholds, ranking), the"
    " one nearest to step {step:g}. Label smoothing, or a temperature fitted on validation rows, makes it less sure."
)


def overconfident(inputs: Inputs, rises: Mapping[str, Rise], code: str, strong: float) -> Verdict | None:
    """A remark on the first set of which that can be said; `strong` is the least rise of each of the last three."""
    for metric, rise in rises.items():
        accuracy = accuracy_since(inputs.run, metric, rise)
        if accuracy is not None and accuracy.better and _crept_up(rise, strong):
            return _verdict(code, metric, rise, accuracy)
    return None


def _crept_up(rise: Rise, strong: float) -> bool:
    import numpy as np

    value, best = rise.curve.value, rise.best
    fell = rise.train_fell and rise.train_change is not None and rise.train_change < _FALLEN
    around = value[max(0, best - _AROUND) : best + _AROUND + 1]
    if not fell or not rise.ratios or best + _AROUND >= len(value) - _LAST or len(around) < _LAST:
        return False
    if float(value[-3:].min()) <= (1 + 2 * strong) * float(value[best]):
        return False
    before, now = np.log(around), np.log(value[-_LAST:])
    error = float(np.sqrt(before.var(ddof=1) / len(before) + now.var(ddof=1) / len(now)))
    return float(now.mean() - before.mean()) > max(strong, _ERRORS * error)


def _verdict(code: str, metric: str, rise: Rise, accuracy: Accuracy) -> Verdict:
    curve, best = rise.curve, rise.best
    noise = f", in a noise of {100 * rise.noise:.0f} %" if rise.noise is not None else ""
    return Verdict(
        code,
        "info",
        f"validation loss creeps up: least {curve.value[best]:.4g} at step {curve.step[best]:g}, now"
        f" {curve.value[-1]:.4g} (+{100 * rise.share:.0f} %{noise}), while {accuracy.name} rises ({accuracy.then:.4g},"
        f" now {accuracy.now:.4g}): the model grows too sure of itself, and no worse at choosing",
        float(curve.step[-_LAST]),
        "possible",
        _ADVICE.format(name=accuracy.name, step=curve.step[best]),
        {
            "metric": metric,
            "best": float(curve.value[best]),
            "best_step": float(curve.step[best]),
            "now": float(curve.value[-1]),
            "now_step": float(curve.step[-1]),
            "rise": round(rise.share, 5),
            "noise": None if rise.noise is None else round(rise.noise, 5),
            "evaluations": len(curve),
            "evaluations_since_best": rise.after_best,
            "train_change": None if rise.train_change is None else round(rise.train_change, 5),
            "accuracy": accuracy.evidence(),
        },
    )
