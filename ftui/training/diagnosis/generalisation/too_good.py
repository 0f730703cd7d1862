"""too-good: a validation result that an untrained or hardly trained model cannot have."""

from __future__ import annotations

from ftui.training.diagnosis.generalisation.accuracy import measure_of, of_one
from ftui.training.diagnosis.inputs import Inputs, since_training_began
from ftui.training.diagnosis.summed_loss import summed_factor
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict
from ftui.training.metrics import EVAL_LOSS
from ftui.training.series import Curve

CODE = "too-good"
_ADVICE = (
    "Look for validation rows in the training data (ftui check: LEK), and at what is masked: a loss over padding or"
    " over the prompt is small for no good reason."
)
_FEWEST = 5
_OTHER_UNITS = 4.0
"""A training loss more than so many times the validation loss is counted otherwise, not leaked."""
_PERFECT = 0.9999


def judge(inputs: Inputs) -> Said:
    """A verdict where validation is perfect at once, or far below training from the start."""
    metric, curve = next(iter(inputs.evaluations.items()), (EVAL_LOSS, None))
    if curve is None:
        yield NotJudged(CODE, "no validation loss")
        return
    trained = since_training_began(curve)
    if not len(trained):
        yield NotJudged(CODE, "no evaluation since training began")
        return
    yield from _perfect(inputs, metric, trained)


def _perfect(inputs: Inputs, metric: str, curve: Curve) -> Said:
    train = inputs.train.finite()
    measure = measure_of(inputs.run, metric)
    values = inputs.run.curve(measure).finite() if measure else None
    if (
        measure
        and values is not None
        and len(values)
        and float(of_one(values.value)[0]) >= _PERFECT
        and _early(inputs, curve)
    ):
        yield _verdict(
            f"{measure} is {values.value[0]:.4g} at the first evaluation (step {values.step[0]:g})",
            values,
            {"metric": measure, "first": float(values.value[0])},
        )
        return
    if not len(train):
        return
    near = inputs.limit(CODE, "near_zero")
    first = float(train.value[0])
    if 0 <= curve.value[0] < near and first > 20 * near and _early(inputs, curve):
        yield _verdict(
            f"validation loss is {curve.value[0]:.3g} at the first evaluation (step {curve.step[0]:g}), training began"
            f" at {first:.3g}",
            curve,
            {"metric": metric, "first": float(curve.value[0]), "train": first},
        )
        return
    yield from _far_below(inputs, metric, curve, train)


def _far_below(inputs: Inputs, metric: str, curve: Curve, train: Curve) -> Said:
    """Validation under half of training at every evaluation, and not by a sum over accumulation steps."""
    import numpy as np

    if len(curve) < _FEWEST or summed_factor(inputs) is not None:
        return
    after = np.minimum(np.searchsorted(train.step, curve.step, side="left"), len(train) - 1)
    compared = train.value[after]
    share = inputs.limit(CODE, "share")
    if not (np.all(compared > 0) and np.all(curve.value > 0) and np.all(curve.value < share * compared)):
        return
    ratios = (compared / curve.value).tolist()
    if max(ratios) > _OTHER_UNITS or max(ratios) < 1.3 * min(ratios):
        return  # A steady factor too is another way of counting (a sum, other tokens), not a better result.
    yield _verdict(
        f"validation loss is below {100 * share:.0f} % of the training loss at all {len(curve)} evaluations"
        f" (now {curve.value[-1]:.3g} against {compared[-1]:.3g})",
        curve,
        {"metric": metric, "ratio": [round(each, 3) for each in ratios[:20]]},
    )


def _early(inputs: Inputs, curve: Curve) -> bool:
    """Whether the first evaluation came within the first epoch, or the first tenth of the run."""
    epoch, total = float(curve.epoch[0]), inputs.run.facts.total_steps
    if epoch == epoch:
        return epoch <= 1.0
    return bool(total) and float(curve.step[0]) <= 0.1 * float(total or 0)


def _verdict(message: str, curve: Curve, evidence: dict[str, object]) -> Verdict:
    return Verdict(
        CODE,
        "warning",
        f"{message}: too good to be true",
        float(curve.step[0]),
        "possible",
        _ADVICE,
        evidence,
    )


RULE = Rule(
    CODE,
    "Too good to be true",
    "Perfect results at the first look come from leaks, from a set of one easy kind, or from a loss that counts the"
    " wrong tokens far more often than from a good model.",
    _ADVICE,
    "Kapoor and Narayanan 2023, Leakage and the reproducibility crisis in ML-based science",
    judge,
    {
        "near_zero": Threshold(0.005, "a first validation loss below this is near zero", 0.0, 1.0),
        "share": Threshold(0.5, "of the training loss: below this at every evaluation is too good", 0.0, 1.0),
    },
)
