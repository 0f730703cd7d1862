"""A learning rate that is too high: an early rise, a divergence near the peak, a growing gradient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftui.training.diagnosis.optimisation import divergence, early_rise
from ftui.training.diagnosis.optimisation.schedule import Schedule, schedule, settled_step
from ftui.training.diagnosis.optimisation.sound_loss import positive_loss
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs
    from ftui.training.series import Curve

CODE = "lr-too-high"
_FEWEST_NORMS = 30
_NOT_FALLING = 0.98
_RUN_OUT = 0.1
"""Share of the peak below which the rate is not what makes gradients grow: a run that is resumed from the wrong
weights near its end, for one."""
_ADVICE = (
    "Stop and begin again with a third of the learning rate, or with a longer warm-up; clip gradients at 1.0."
)


def _judge(inputs: Inputs) -> Said:
    loss = positive_loss(inputs, CODE, divergence.FEWEST)
    if isinstance(loss, NotJudged):
        yield loss
        return
    rates = schedule(inputs)
    said = [
        *_rose_early(inputs, loss, rates),
        *_diverged(inputs, loss, rates),
        *_gradient_grew(inputs, loss, rates),
    ]
    said.sort(key=lambda verdict: verdict.severity == "info")
    yield from said[:1]


def _rose_early(inputs: Inputs, loss: Curve, rates: Schedule | None) -> Iterator[Verdict]:
    rise = early_rise.early_rise(inputs, loss, inputs.limit(CODE, "factor"))
    if rise is None:
        return
    where = f"; {rates.place(rise.since_step)}" if rates else ""
    end = " and came back later" if rise.recovered else ""
    yield Verdict(
        CODE,
        "info" if rise.recovered else "warning",
        f"training loss rose from {rise.low:.3g} to {rise.high:.3g} in the first part of the run{end}{where}",
        since_step=rise.since_step,
        sure="possible" if rise.recovered else "likely",
        advice="A longer warm-up or a lower learning rate would have saved those steps."
        if rise.recovered
        else _ADVICE,
        evidence={
            "low": rise.low,
            "low_step": rise.low_step,
            "high": rise.high,
            "high_step": rise.high_step,
            "limit": rise.limit,
            **_rate(rates, rise.since_step),
        },
    )


def _diverged(inputs: Inputs, loss: Curve, rates: Schedule | None) -> Iterator[Verdict]:
    found = divergence.divergence(inputs, loss)
    if found is None or rates is None or rates.peak <= 0:
        return
    if rates.at(found.since_step) < inputs.limit(CODE, "peak_share") * rates.peak:
        return
    yield Verdict(
        CODE,
        "warning",
        f"training loss went from {found.best:.3g} to {found.now:.3g} while the learning rate"
        f" was near its peak; {rates.place(found.since_step)}",
        since_step=found.since_step,
        sure="likely",
        advice=_ADVICE,
        evidence={"best": found.best, "now": found.now, **_rate(rates, found.since_step)},
    )


def _gradient_grew(inputs: Inputs, loss: Curve, rates: Schedule | None) -> Iterator[Verdict]:
    """The gradient norm against its value after the warm-up, where the loss does not fall meanwhile."""
    import numpy as np

    norm = inputs.grad_norm.finite()
    settled = settled_step(inputs)
    norm, since = norm.where(norm.step > settled), loss.where(loss.step > settled)
    if len(norm) < _FEWEST_NORMS or len(since) < _FEWEST_NORMS:
        return
    part = max(10, len(norm) // 10)
    before, now = float(np.median(norm.value[:part])), float(np.median(norm.value[-part:]))
    least = float(np.quantile(norm.value[-part:], 0.25))
    loss_before, loss_now = (float(np.median(each)) for each in (since.value[:part], since.value[-part:]))
    if loss_now < _NOT_FALLING * loss_before or least <= inputs.limit(CODE, "gradient_factor") * before:
        return
    middle = float(np.median(norm.value[part:-part])) if len(norm) > 2 * part else now
    if middle < before:
        return
    grown = inputs.limit(CODE, "gradient_factor") * before
    blocks = range(0, len(norm) - part, part)
    began = next((at for at in blocks if np.median(norm.value[at : at + part]) > grown), len(norm) - part)
    if rates and rates.at(float(norm.step[began])) < _RUN_OUT * rates.peak:
        return
    yield Verdict(
        CODE,
        "warning",
        f"gradient norm grew from {before:.3g} to {now:.3g} since step {norm.step[0]:g} while"
        f" the training loss did not fall ({loss_before:.3g}, now {loss_now:.3g})"
        + (f"; {rates.place(norm.step[-1])}" if rates else ""),
        since_step=float(norm.step[-part]),
        sure="possible",
        advice="Lower the learning rate or clip gradients before the loss follows.",
        evidence={
            "grad_norm_before": before,
            "grad_norm_now": now,
            "loss_before": loss_before,
            "loss_now": loss_now,
            **_rate(rates, float(norm.step[-1])),
        },
    )


def _rate(rates: Schedule | None, step: float) -> dict[str, object]:
    if rates is None:
        return {"learning_rate": None}
    return {"learning_rate": rates.at(step), "peak": rates.peak, "peak_step": rates.peak_step}


RULE = Rule(
    CODE,
    "Learning rate too high",
    "Steps that are too long jump over what they should reach: the loss rises when it should"
    " fall fastest, and what the base model knew is lost.",
    _ADVICE,
    "measured on simulated runs: a rise of the median of ten logs by 20 % in the first 15 % is"
    " found in all of them by log 20; noise of the curve is counted off",
    _judge,
    {
        "factor": Threshold(1.2, "times the lowest median so far, in the first 15 % of a run", 1.0),
        "peak_share": Threshold(
            0.5, "share of the peak from which a divergence is put down to the rate", 0.0, 1.0
        ),
        "gradient_factor": Threshold(3.0, "times the gradient norm after the warm-up", 1.0),
    },
)
