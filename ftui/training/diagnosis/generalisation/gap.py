"""What the distance between training and validation loss tells where there is no curve."""

from __future__ import annotations

from ftui.training.diagnosis.inputs import Inputs
from ftui.training.diagnosis.summed_loss import summed_factor
from ftui.training.diagnosis.verdict import NotJudged, Said, Verdict
from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS

_LAST = 5


def gap(inputs: Inputs, code: str, least: float) -> Said:
    """A verdict where the last validation loss is a multiple of the last training loss."""
    evaluation, step = last_validation_loss(inputs)
    if evaluation is None:
        yield NotJudged(code, "no validation loss: whether new rows are done as well is not known")
        return
    train = train_loss_at(inputs, step)
    if step == 0:
        train = None
    if train is None or train <= 0 or evaluation <= 0:
        yield NotJudged(code, "no evaluation since training began, or no training loss to compare it with")
        return
    if evaluation < least * train or summed_factor(inputs) is not None:
        yield NotJudged(code, "a single validation loss shows no trend")
        return
    yield Verdict(
        code,
        "warning",
        f"validation loss {evaluation:.4g} is {evaluation / train:.3g} times the training loss {train:.4g};"
        " there is no curve to show since when",
        inputs.run.last_step,
        "likely",
        "Evaluate more often, and compare earlier checkpoints: the best one lies before this.",
        {"metric": EVAL_LOSS, "now": evaluation, "train": train, "ratio": round(evaluation / train, 3)},
    )


def train_loss_at(inputs: Inputs, step: float | None = None) -> float | None:
    """The median of the last five training losses up to a step; the summary's where there is no curve."""
    import numpy as np

    train = inputs.train.finite()
    if step is not None:
        train = train.where(train.step <= step)
    if len(train):
        return float(np.median(train.value[-_LAST:]))
    return inputs.run.facts.values.get(TRAIN_LOSS)


def last_validation_loss(inputs: Inputs) -> tuple[float | None, float | None]:
    """The last validation loss and its step; that of the whole set first, the summary's where there is no curve."""
    for curve in inputs.evaluations.values():
        return float(curve.value[-1]), float(curve.step[-1])
    return inputs.run.facts.values.get(EVAL_LOSS), None
