"""Whether every row gets the same answer: an accuracy that never changes, and is that of a guess."""

from __future__ import annotations

from ftui.training.diagnosis.generalisation.accuracy import measure_of, of_one
from ftui.training.diagnosis.inputs import Inputs
from ftui.training.diagnosis.verdict import Verdict
from ftui.training.metrics import EVAL_LOSS

_FEWEST = 5
_MOST_CLASSES = 20
_NEAR = 0.01
_SAME = 1e-6


def one_answer(inputs: Inputs, code: str, advice: str) -> Verdict | None:
    """A verdict where the accuracy was 1/k for a whole k at every one of at least five evaluations.

    The accuracy of several hundred rows changes from one evaluation to the next, unless no row's answer does.
    """
    name = measure_of(inputs.run, next(iter(inputs.evaluations), EVAL_LOSS))
    if name is None or not name.endswith(("accuracy", "acc")):
        return None
    curve = inputs.run.curve(name).finite()
    if len(curve) < _FEWEST:
        return None
    values = of_one(curve.value)
    share = float(values[0])
    if share <= 0 or float(values.max() - values.min()) > _SAME:
        return None
    classes = round(1 / share)
    if not 2 <= classes <= _MOST_CLASSES or abs(share * classes - 1) > _NEAR:
        return None
    return Verdict(
        code,
        "warning",
        f"accuracy was {share:.4g} at all {len(curve)} evaluations, that of a guess among {classes} classes: every row"
        " gets the same answer",
        float(curve.step[_FEWEST - 1]),
        "likely",
        advice,
        {"metric": name, "accuracy": share, "classes": classes, "evaluations": len(curve)},
    )
