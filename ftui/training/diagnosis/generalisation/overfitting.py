"""overfitting: the validation loss has turned upwards, or lies far above the training loss."""

from __future__ import annotations

from collections.abc import Mapping

from ftui.training.diagnosis.generalisation.accuracy import Accuracy, accuracy_since, measure_of
from ftui.training.diagnosis.generalisation.alarms import Limits
from ftui.training.diagnosis.generalisation.gap import gap
from ftui.training.diagnosis.generalisation.overconfident import overconfident
from ftui.training.diagnosis.generalisation.rise import Rise, rise_of
from ftui.training.diagnosis.inputs import Checkpoint, Inputs
from ftui.training.diagnosis.verdict import Level, NotJudged, Rule, Said, Sure, Threshold, Verdict
from ftui.training.metrics import evaluated_set
from ftui.training.series import Curve

CODE = "overfitting"
_FEWEST = 3
_ENOUGH = 6


def judge(inputs: Inputs) -> Said:
    """A verdict where a validation loss rises; by the gap alone where there is hardly a curve."""
    longest = max((len(curve) for curve in inputs.evaluations.values()), default=0)
    if longest < 2:
        yield from gap(inputs, CODE, inputs.limit(CODE, "gap"))
        return
    limits = Limits(
        inputs.limit(CODE, "floor"),
        inputs.limit(CODE, "sigmas"),
        int(inputs.limit(CODE, "evaluations")),
        inputs.limit(CODE, "strong"),
    )
    rises = {
        metric: rise_of(curve, inputs.train, inputs.learning_rate, limits, _measure(inputs, metric))
        for metric, curve in inputs.evaluations.items()
        if len(curve) > 1
    }
    risen = {metric: rise for metric, rise in rises.items() if rise.since is not None}
    if risen:
        yield _verdict(inputs, risen, rises, limits)
    elif remark := overconfident(inputs, rises, CODE, limits.strong):
        yield remark
    elif longest < _FEWEST:
        yield NotJudged(CODE, f"{longest} evaluations: at least {_FEWEST} are needed to see a trend")


def _measure(inputs: Inputs, metric: str) -> Curve | None:
    name = measure_of(inputs.run, metric)
    return inputs.run.curve(name).finite() if name else None


def _verdict(inputs: Inputs, risen: Mapping[str, Rise], rises: Mapping[str, Rise], limits: Limits) -> Verdict:
    metric = max(risen, key=lambda name: risen[name].share)
    rise = risen[metric]
    accuracy = accuracy_since(inputs.run, metric, rise)
    since = rise.since if rise.since is not None else len(rise.curve) - 1
    checkpoint = _nearest(inputs, float(rise.curve.step[rise.best]))
    return Verdict(
        CODE,
        _severity(risen, rises, limits, accuracy),
        _message(metric, rise, accuracy, len(risen), len(rises)),
        min(float(each.curve.step[each.since]) for each in risen.values() if each.since is not None),
        _sure(rise, since),
        _advice(rise, checkpoint, accuracy),
        _evidence(metric, rise, accuracy, checkpoint) | _sets(risen, rises),
    )


def _severity(
    risen: Mapping[str, Rise], rises: Mapping[str, Rise], limits: Limits, accuracy: Accuracy | None
) -> Level:
    """Critical where most of the sets rose strongly while training fell, and no accuracy says otherwise.

    A single evaluation far above the best is a warning, however far.
    """
    strong = [
        each
        for each in risen.values()
        if min(each.share, each.share_before) > limits.strong and each.train_fell
    ]
    rising = accuracy is not None and accuracy.better
    return "critical" if 2 * len(strong) > len(rises) and not rising else "warning"


def _sure(rise: Rise, since: int) -> Sure:
    if len(rise.curve) < _FEWEST or not rise.ratios or rise.after_best < 2:
        return "possible"
    return "certain" if since >= _ENOUGH - 1 and rise.train_fell else "likely"


def _message(metric: str, rise: Rise, accuracy: Accuracy | None, risen: int, sets: int) -> str:
    curve, best = rise.curve, rise.best
    where = f" in {risen} of {sets} sets; {evaluated_set(metric) or 'the whole set'}:" if sets > 1 else ":"
    up = f"{100 * rise.share:.1f} %" if rise.ratios else f"{100 * rise.share:.0f} % of its range"
    text = (
        f"validation loss rises{where} best {curve.value[best]:.4g} at step {curve.step[best]:g},"
        f" now {curve.value[-1]:.4g} (+{up}) at step {curve.step[-1]:g}"
    )
    if rise.train_fell and rise.train_change is not None:
        text += f", while the training loss fell by {min(99, round(-100 * rise.train_change))} %"
    if accuracy is not None and accuracy.better:
        text += f"; {accuracy.name} is higher than then ({accuracy.then:.4g}, now {accuracy.now:.4g})"
    return text


def _nearest(inputs: Inputs, step: float) -> Checkpoint | None:
    held = inputs.context.checkpoints
    return min(held, key=lambda each: (abs(each.step - step), each.step), default=None)


def _advice(rise: Rise, checkpoint: Checkpoint | None, accuracy: Accuracy | None) -> str:
    step = f"{rise.curve.step[rise.best]:g}"
    if checkpoint is not None:
        first = f"Stop, and use {checkpoint.path.name} (the best evaluation was at step {step})."
    else:
        first = f"Stop, and use the checkpoint nearest to step {step}."
    if accuracy is not None and accuracy.better:
        first = f"Compare the checkpoint at step {step} with the last one by what matters: accuracy has gone up since."
    return f"{first} Next time fewer epochs, a lower learning rate, a smaller rank, or more and more varied rows."


def _evidence(
    metric: str, rise: Rise, accuracy: Accuracy | None, checkpoint: Checkpoint | None
) -> dict[str, object]:
    curve, best = rise.curve, rise.best
    epoch = float(curve.epoch[best])
    return {
        "metric": metric,
        "best": float(curve.value[best]),
        "best_step": float(curve.step[best]),
        "best_epoch": epoch if epoch == epoch else None,
        "now": float(curve.value[-1]),
        "now_step": float(curve.step[-1]),
        "rise": round(rise.share, 5),
        "noise": None if rise.noise is None else round(rise.noise, 5),
        "evaluations": len(curve),
        "evaluations_since_best": rise.after_best,
        "train_change": None if rise.train_change is None else round(rise.train_change, 5),
        "accuracy": accuracy.evidence() if accuracy else None,
        "checkpoint": {"step": checkpoint.step, "path": str(checkpoint.path)} if checkpoint else None,
    }


def _sets(risen: Mapping[str, Rise], rises: Mapping[str, Rise]) -> dict[str, object]:
    if len(rises) < 2:
        return {}
    return {
        "sets": [
            {
                "metric": metric,
                "best": float(each.curve.value[each.best]),
                "best_step": float(each.curve.step[each.best]),
                "rise": round(each.share, 5),
                "overfitting": metric in risen,
            }
            for metric, each in rises.items()
        ]
    }


RULE = Rule(
    CODE,
    "Overfitting",
    "The model gets better on the training rows and worse on rows it has not seen: it learns them by heart. What is"
    " released should be the checkpoint from before that.",
    "Stop and use the checkpoint of the best evaluation. Then fewer epochs, a lower learning rate, a smaller rank,"
    " more dropout, or more and more varied rows.",
    "Prechelt 1998, Early Stopping - But When? (generalisation loss)",
    judge,
    {
        "floor": Threshold(0.02, "the least rise above the best that counts, as a share", 0.0, 1.0),
        "sigmas": Threshold(3.0, "the least rise as a multiple of the curve's noise", 0.0, 20.0),
        "evaluations": Threshold(3, "evaluations in a row above the best", 1, 50),
        "strong": Threshold(0.05, "a rise that counts after two evaluations, and is critical", 0.0, 10.0),
        "gap": Threshold(
            3.0, "without a curve: validation loss as a multiple of the training loss", 1.0, 1e6
        ),
    },
)
