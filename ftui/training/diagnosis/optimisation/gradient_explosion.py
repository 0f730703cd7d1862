"""A gradient norm far above what it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftui.training.diagnosis.config_values import number
from ftui.training.diagnosis.optimisation.outliers import FEWEST, before
from ftui.training.diagnosis.optimisation.schedule import schedule, settled_step
from ftui.training.diagnosis.optimisation.smoothing import held, running_median
from ftui.training.diagnosis.optimisation.sound_loss import sound_loss
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs
    from ftui.training.series import Curve

CODE = "gradient-explosion"
_WITHIN = 10
_WIDTH = 20
_LOGS = 10
_TINY = 1e-12
_SPREAD = 0.05


def _judge(inputs: Inputs) -> Said:
    import numpy as np

    norm = inputs.grad_norm.finite()
    if len(norm) == 0:
        yield NotJudged(CODE, "the log has no gradient norm")
        return
    if len(norm) < FEWEST + _WITHIN:
        yield NotJudged(CODE, f"{len(norm)} gradient norms are too few: it takes {FEWEST + _WITHIN}")
        return
    logs = np.log(np.maximum(norm.value, _TINY))
    jumps = list(_jumps(inputs, norm, logs))
    yield from jumps or _growth(inputs, norm)


def _jumps(inputs: Inputs, norm: Curve, logs: object) -> Iterator[Verdict]:
    """Several norms within ten logs that are far above the median of the hundred before."""
    import numpy as np

    usual = before(np.asarray(logs), _SPREAD)
    far = np.maximum(np.log(inputs.limit(CODE, "factor")), inputs.limit(CODE, "z") * usual.spread)
    out = np.asarray(logs) > usual.centre + far
    sums = np.concatenate(([0], np.cumsum(out)))
    many = sums[_WITHIN:] - sums[:-_WITHIN] >= inputs.limit(CODE, "many")
    first = np.flatnonzero(many)
    if not len(first):
        return
    at = int(first[0]) + _WITHIN - 1
    where = np.flatnonzero(out)
    top = int(where[np.argmax(norm.value[where])])
    median = float(np.exp(usual.centre[top]))
    yield _verdict(
        inputs,
        f"gradient norm reached {norm.value[top]:.3g} at step {norm.step[top]:g},"
        f" {norm.value[top] / median:.0f} times its usual {median:.3g}; {len(where)} such logs",
        float(norm.step[at]),
        recovered=not out[-_WITHIN:].any(),
        evidence={
            "top": float(norm.value[top]),
            "top_step": float(norm.step[top]),
            "usual": median,
            "logs": len(where),
        },
    )


def _growth(inputs: Inputs, norm: Curve) -> Iterator[Verdict]:
    """A median that has grown tenfold since the warm-up and is still up, while the loss does not fall."""
    import numpy as np

    since = norm.where(norm.step > settled_step(inputs))
    medians = running_median(since.value, _WIDTH)
    if len(medians) <= _WIDTH:
        return
    least = np.minimum.accumulate(medians)
    high = medians > inputs.limit(CODE, "factor") * np.maximum(least, _TINY)
    said = held(high, _LOGS)
    if not len(said) or not high[-1] or _falls(inputs, float(since.step[int(np.argmin(medians))])):
        return
    start = int(np.flatnonzero(~high)[-1])
    began = said[said > start]
    if not len(began):
        return
    yield _verdict(
        inputs,
        f"gradient norm grew from {least[-1]:.3g} to {medians[-1]:.3g} (medians of {_WIDTH}"
        " logs) and stays there",
        float(since.step[began[0] + _WIDTH - 1]),
        recovered=False,
        evidence={"least": float(least[-1]), "now": float(medians[-1])},
    )


def _falls(inputs: Inputs, since_step: float) -> bool:
    import numpy as np

    loss = sound_loss(inputs)
    after = loss.where(loss.step >= since_step).value
    part = max(3, len(after) // 10)
    return len(after) >= 2 * part and bool(np.median(after[-part:]) < 0.95 * np.median(after[:part]))


def _verdict(
    inputs: Inputs, message: str, since: float, *, recovered: bool, evidence: dict[str, object]
) -> Verdict:
    clipped = number(inputs.config, "max_grad_norm", "gradient_clipping", "gradient_clip_val")
    rates = schedule(inputs)
    harmless = recovered and bool(clipped) and _falls(inputs, float(inputs.grad_norm.step[0]))
    return Verdict(
        CODE,
        "info" if harmless else "warning",
        message
        + (f"; clipped to {clipped:g}" if clipped else "")
        + (f"; lr {rates.at(since):.3g}" if rates else ""),
        since_step=since,
        sure="likely",
        advice="Clipping bounds the step, not its direction: look at the rows of those steps."
        if clipped
        else "Clip gradients (max_grad_norm 1.0), lower the learning rate, and look at the rows of those steps.",
        evidence={**evidence, "clipped_to": clipped, "recovered": recovered},
    )


RULE = Rule(
    CODE,
    "Gradient explosion",
    "Norms far above the usual throw the weights about, and come before a divergence. A norm"
    " that begins high and falls is the normal start of a run.",
    "Clip gradients, lower the learning rate, look at the rows of those steps.",
    "z-score on the gradient norm after ZClip, arXiv 2504.02507, here robust and on logarithms;"
    " only norms before a point are looked at",
    _judge,
    {
        "factor": Threshold(10.0, "times the median of the hundred logs before", 1.0),
        "z": Threshold(5.0, "robust deviations of the log norm above that median", 0.0),
        "many": Threshold(3, "such norms within ten logs", 1),
    },
)
