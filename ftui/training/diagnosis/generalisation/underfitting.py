"""underfitting: the loss stays where guessing would put it, stays high, or was still falling when training ended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ftui.training.diagnosis.config_values import number
from ftui.training.diagnosis.generalisation.accuracy import measure_of
from ftui.training.diagnosis.generalisation.gap import train_loss_at
from ftui.training.diagnosis.generalisation.one_answer import one_answer
from ftui.training.diagnosis.inputs import Inputs
from ftui.training.diagnosis.summed_loss import summed_factor
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict
from ftui.training.metrics import EVAL_LOSS
from ftui.training.series import Curve

if TYPE_CHECKING:
    from ftui.training.series import Floats

CODE = "underfitting"
_MOST_CLASSES = 20
"""Up to which the number of classes is guessed from the loss: the logarithms of greater numbers lie too close."""
_EVALUATIONS = 3
_POINTS = 30
_FEW_POINTS = 8
_GUESSES = 0.25
_ADVICE_CHANCE = (
    "Check that the learning rate is not far too small or too large, that adapters and the classification head are"
    " trained, and that labels are what they should be (ftui check: LBL)."
)
_ADVICE_HIGH = (
    "A loss that stays this high points at the data: labels that contradict each other or were shuffled (ftui check:"
    " LBL), answers that are masked wrongly, a chat template or tokenizer that is not the model's (TPL, FMT)."
)
_ADVICE_LONGER = (
    "Train longer, or with a higher learning rate or rank: there is more to learn from these rows."
)


def judge(inputs: Inputs) -> Said:
    """The first of the three that holds."""
    train = inputs.train.finite()
    evaluation = next(iter(inputs.evaluations.values()), None)
    if len(train) < _FEW_POINTS and (evaluation is None or len(evaluation) < _EVALUATIONS):
        yield NotJudged(CODE, f"{len(train)} points of training loss: too few to see whether it falls")
        return
    verdict = (
        _chance(inputs, train, evaluation)
        or one_answer(inputs, CODE, _ADVICE_CHANCE)
        or _high(inputs, train, evaluation)
        or _still_falling(inputs, evaluation)
    )
    if verdict is not None:
        yield verdict


def _chance(inputs: Inputs, train: Curve, evaluation: Curve | None) -> Verdict | None:
    """Training and validation flat at ln(classes), from the first evaluation to the last."""
    known = inputs.context.classes or number(inputs.config, "num_labels", "num_classes")
    near = inputs.limit(CODE, "chance")
    curve = train
    if evaluation is not None and len(evaluation) >= _EVALUATIONS:
        curve = evaluation
    elif not known:
        return None  # A language model's loss may well lie at ln(4): by training alone that proves nothing.
    classes = round(known) if known and 2 <= known <= 1e6 else _classes(float(curve.value.mean()))
    if classes is None or not _flat_at(
        curve.value, math.log(classes), near if curve is evaluation else 3 * near
    ):
        return None
    if len(train) and not _flat_at(train.value[len(train) // 3 :], math.log(classes), 3 * near):
        return None
    supported = bool(known) or _accuracy_of_chance(inputs, classes)
    return Verdict(
        CODE,
        "warning" if supported else "info",
        f"loss stays at {curve.value[-1]:.4g}, and guessing among {classes} classes gives ln({classes}) ="
        f" {math.log(classes):.4g}: nothing is learnt",
        float(curve.step[min(2, len(curve) - 1)]),
        "certain" if known else "likely" if supported else "possible",
        _ADVICE_CHANCE,
        {
            "classes": classes,
            "guessed": not known,
            "chance": math.log(classes),
            "now": float(curve.value[-1]),
        },
    )


def _accuracy_of_chance(inputs: Inputs, classes: int) -> bool:
    """Whether the log has an accuracy, and it is that of a guess: without it a language model's loss may lie there."""
    import numpy as np

    name = measure_of(inputs.run, next(iter(inputs.evaluations), EVAL_LOSS))
    values = inputs.run.curve(name).finite().value if name else ()
    return len(values) > 0 and abs(float(np.median(values)) * classes - 1) < _GUESSES


def _classes(loss: float) -> int | None:
    """The number of classes whose logarithm this loss is."""
    if not 0.5 < loss < math.log(_MOST_CLASSES + 0.5):
        return None
    return round(math.exp(loss))


def _flat_at(values: Floats, level: float, near: float) -> bool:
    """Whether these values lie around a level, and no more below it at the end than at the beginning."""
    import numpy as np

    third = max(1, len(values) // 3)
    fell = float(values[:third].mean() - values[-third:].mean())
    return bool(
        abs(float(np.median(values)) / level - 1) < near
        and fell < near * level
        and values.std() < 5 * near * level
    )


def _high(inputs: Inputs, train: Curve, evaluation: Curve | None) -> Verdict | None:
    """A loss far above that of any model that knows its task, which no longer falls."""
    if summed_factor(inputs) is not None or (number(inputs.config, "gradient_accumulation_steps") or 1) > 1:
        train = train.where(train.step < 0)
    curve = train if len(train) >= _POINTS else evaluation
    progress = inputs.progress
    if curve is None or len(curve) < _POINTS or (progress is not None and progress < 0.5):
        return None
    third = len(curve) // 3
    middle, last = float(curve.value[third:-third].mean()), float(curve.value[-third:].mean())
    if last < inputs.limit(CODE, "high") or last < middle * (1 - inputs.limit(CODE, "falls")):
        return None
    return Verdict(
        CODE,
        "warning",
        f"loss stays high: {middle:.3g} in the middle third, {last:.3g} in the last (a perplexity of"
        f" {math.exp(min(last, 50.0)):,.0f})",
        float(curve.step[third]),
        "likely",
        _ADVICE_HIGH,
        {"first": float(curve.value[0]), "middle": round(middle, 5), "last": round(last, 5)},
    )


def _still_falling(inputs: Inputs, evaluation: Curve | None) -> Verdict | None:
    """A validation loss that fell to the very end, close to the training loss."""
    import numpy as np

    if (
        not inputs.ended
        or evaluation is None
        or len(evaluation) < _EVALUATIONS + 1
        or evaluation.value.min() <= 0
    ):
        return None
    late = evaluation.where(evaluation.step >= 0.75 * evaluation.step[-1])
    if len(late) < _EVALUATIONS:
        late = evaluation.where(np.arange(len(evaluation)) >= len(evaluation) - _EVALUATIONS)
    fell = float(np.log(late.value[0] / late.value[-1]))
    passed = float(late.epoch[-1] - late.epoch[0])
    rate = fell / passed if passed > 0 else fell
    train = train_loss_at(inputs)
    close = train is None or evaluation.value[-1] < (1 + inputs.limit(CODE, "gap")) * train
    falling = bool(np.all(np.diff(late.value[-_EVALUATIONS:]) < 0))
    if not (close and falling and min(rate, fell) > inputs.limit(CODE, "per_epoch")):
        return None
    return Verdict(
        CODE,
        "info",
        f"validation loss was still falling when training ended: {late.value[0]:.4g} at step {late.step[0]:g},"
        f" {late.value[-1]:.4g} at step {late.step[-1]:g}",
        float(late.step[0]),
        "likely",
        _ADVICE_LONGER,
        {"fell": round(fell, 5), "epochs": passed if passed > 0 else None, "train": train},
    )


RULE = Rule(
    CODE,
    "Underfitting",
    "A loss at the level of guessing means that nothing is learnt; a high one that does not fall, that the rows cannot"
    " be learnt as they are; one that still falls at the end, that training was cut short.",
    _ADVICE_CHANCE,
    "the entropy of a guess among k classes, ln(k); measured on planted runs",
    judge,
    {
        "chance": Threshold(0.01, "how near to ln(classes) is chance, as a share", 0.0, 0.5),
        "high": Threshold(4.0, "a training loss above this is high, in nats a token", 0.0, 1e6),
        "falls": Threshold(0.03, "a fall from the middle third to the last that counts as falling", 0.0, 1.0),
        "per_epoch": Threshold(
            0.01, "a fall of the validation loss an epoch that counts as falling", 0.0, 1.0
        ),
        "gap": Threshold(0.1, "how far validation may lie above training, as a share", 0.0, 10.0),
    },
)
