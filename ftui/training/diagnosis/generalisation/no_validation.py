"""no-validation: nothing says how the model does on rows that it was not trained on."""

from __future__ import annotations

from ftui.training.diagnosis.inputs import Inputs
from ftui.training.diagnosis.verdict import Level, NotJudged, Rule, Said, Sure, Threshold, Verdict
from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS

CODE = "no-validation"
_SOME = 5
_SEVERAL = 1.5
_STRATEGY = ("eval_strategy", "evaluation_strategy")
_NEVER = frozenset(("no", "none", "never", "false"))
_ADVICE = (
    "Hold back some rows (ftui split makes a split that does not leak) and evaluate at least twice an epoch:"
    " eval_strategy, eval_steps, or the trainer's own setting."
)

_ADVICE_SETS = (
    "Nothing has to be done: each set is judged by itself. Its own rows tell where the model gets worse."
)


def judge(inputs: Inputs) -> Said:
    """A verdict once there should have been an evaluation; a remark where only named sets or other measures exist."""
    if EVAL_LOSS in inputs.evaluations or EVAL_LOSS in inputs.run.facts.values:
        return
    measures = sorted(name for name in inputs.run.series if name.startswith("eval/") and _is_measure(name))
    if inputs.evaluations:
        names = ", ".join(list(inputs.run.evaluated_sets)[:8])
        yield _verdict(
            inputs,
            "info",
            f"no single validation loss: {len(inputs.evaluations)} named sets are evaluated instead ({names})",
            "certain",
            {"sets": list(inputs.evaluations)},
            _ADVICE_SETS,
        )
        return
    if measures:
        yield _verdict(
            inputs,
            "info",
            f"evaluations log no loss, only {', '.join(measures[:5])}: overfitting is judged by the loss",
            "certain",
            {"measures": measures[:20]},
        )
        return
    points = inputs.run.count(TRAIN_LOSS)
    if not points:
        yield NotJudged(CODE, "no training loss either: nothing shows that training has begun")
    elif _is_off(inputs) or _is_due(inputs, points):
        # The rewards of fresh answers are a measure of their own: no row is learnt by heart.
        rewarded = "reward" in inputs.run.series
        yield _verdict(
            inputs,
            "info" if rewarded else "warning",
            _message(inputs, points),
            "certain" if inputs.ended else "likely",
            {},
        )
    else:
        yield NotJudged(CODE, f"{points} points of training: the first evaluation may yet come")


def _is_measure(name: str) -> bool:
    return not name.endswith(
        ("runtime", "per_second", "_time", "model_preparation_time", "epoch", "num_tokens")
    )


def _is_off(inputs: Inputs) -> bool:
    """Whether the configuration itself says that nothing is evaluated."""
    said = [
        str(inputs.config[name]).lower().rpartition(".")[2] for name in _STRATEGY if name in inputs.config
    ]
    return bool(said) and said[0] in _NEVER


def _is_due(inputs: Inputs, points: int) -> bool:
    """Whether so much is done that an evaluation should have been seen."""
    progress, planned = inputs.progress, inputs.run.facts.total_epochs
    if not inputs.ended and planned is not None and planned > 1 and (inputs.epochs or 1.0) < 1:
        return False  # Many evaluate at the end of each epoch, and none is over.
    if progress is not None and (inputs.ended or progress > inputs.limit(CODE, "progress")):
        return True
    if progress is None and (inputs.epochs or 0.0) >= inputs.limit(CODE, "epochs"):
        return True
    # Where every step is logged, fifty of them are soon there: trainers evaluate every 500 by default.
    enough = points >= inputs.limit(CODE, "points")
    return enough and (inputs.ended or (inputs.run.last_step or 0.0) > inputs.limit(CODE, "steps"))


def _message(inputs: Inputs, points: int) -> str:
    import numpy as np

    train = inputs.train.finite()
    text = f"no validation loss in {points} points of training"
    epochs = inputs.epochs
    if epochs is not None and epochs > 0:
        text += f" ({epochs:.3g} epoch{'s' if f'{epochs:.3g}' != '1' else ''})"
    if epochs is None or epochs < _SEVERAL or len(train) < 2 * _SOME:
        return text
    first, last = float(np.median(train.value[:_SOME])), float(np.median(train.value[-_SOME:]))
    if last < 0.9 * first:
        text += (
            f", while the training loss fell from {first:.3g} to {last:.3g}: memorising cannot be ruled out"
        )
    return text


def _verdict(
    inputs: Inputs,
    severity: Level,
    message: str,
    sure: Sure,
    more: dict[str, object],
    advice: str = _ADVICE,
) -> Verdict:
    evidence = {"train_points": inputs.run.count(TRAIN_LOSS), "epochs": inputs.epochs, **more}
    return Verdict(CODE, severity, message, None, sure, advice, evidence)


RULE = Rule(
    CODE,
    "No validation",
    "A training loss falls for a model that learns and for one that memorises. Only rows outside training tell the two"
    " apart.",
    _ADVICE,
    "Prechelt 1998, Early Stopping - But When?: every criterion needs a validation set",
    judge,
    {
        "progress": Threshold(
            0.2, "the part of the run after which an evaluation should have been seen", 0.0, 1.0
        ),
        "epochs": Threshold(
            5,
            "epochs after which an evaluation should have been seen, if the run's length is not known",
            1,
            1e6,
        ),
        "points": Threshold(
            50, "points of training loss after which an evaluation should have been seen", 1, 1e9
        ),
        "steps": Threshold(550, "steps that those points must have reached, while the run goes on", 0, 1e12),
    },
)
