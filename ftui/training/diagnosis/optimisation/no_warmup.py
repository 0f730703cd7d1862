"""A run that begins at its full learning rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ftui.training.diagnosis.config_values import number
from ftui.training.diagnosis.optimisation import early_rise
from ftui.training.diagnosis.optimisation.divergence import FEWEST
from ftui.training.diagnosis.optimisation.schedule import Schedule, schedule
from ftui.training.diagnosis.optimisation.sound_loss import positive_loss
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs

CODE = "no-warmup"
_EARLY = 0.02
"""A peak at a first log that is later than this share of the run says nothing: a warm-up may lie before it."""
_EPOCH = 0.5
"""So is one after so much of an epoch, where a table has a row an epoch and counts them as steps."""
_NEXT = 3


def _judge(inputs: Inputs) -> Said:
    rates = schedule(inputs)
    told = _told(inputs.config)
    if rates is None and told is None:
        yield NotJudged(CODE, "neither the log nor a configuration file tells of a learning rate")
        return
    if told is False or (rates is not None and (rates.warmed_up or rates.peak <= 0)):
        return
    if told is None and (rates is None or not _starts_at_peak(inputs, rates)):
        return
    loss = positive_loss(inputs, CODE, FEWEST)
    rise = None
    if not isinstance(loss, NotJudged):
        rise = early_rise.early_rise(inputs, loss, inputs.limit(CODE, "factor"))
    by = (
        "its configuration has no warm-up"
        if told
        else f"its first logged learning rate, {rates.peak:.3g}, is the peak"
        if rates
        else ""
    )
    yield Verdict(
        CODE,
        "warning" if rise else "info",
        f"the run began at its full learning rate ({by})"
        + (f", and the loss rose from {rise.low:.3g} to {rise.high:.3g} at once" if rise else ""),
        since_step=rise.since_step if rise else None,
        sure="likely" if told or rise else "possible",
        advice="A warm-up of 3 to 10 % of the steps lets the optimiser's averages settle before the steps are full."
        if rise
        else "Nothing to mend while the loss falls from the start; a warm-up of 3 % costs nothing.",
        evidence={"configured": told, "rise": {"low": rise.low, "high": rise.high} if rise else None},
    )


def _told(config: Mapping[str, object]) -> bool | None:
    """True where the configuration says that there is no warm-up, False where it says that there is one."""
    steps, ratio = number(config, "warmup_steps"), number(config, "warmup_ratio")
    if steps or ratio:
        return False
    scheduler = str(config.get("lr_scheduler_type", "")).lower()
    if scheduler == "constant":
        return True
    return True if steps == 0 and (ratio == 0 or ratio is None) else None


def _starts_at_peak(inputs: Inputs, rates: Schedule) -> bool:
    total = inputs.run.facts.total_steps
    if rates.curve.epoch[0] >= _EPOCH:
        return False
    early = rates.curve.step[0] <= max(1.0, _EARLY * total) if total else rates.curve.step[0] <= 1
    return bool(early and rates.curve.value[0] >= 0.999 * rates.peak and len(rates.curve) > _NEXT)


RULE = Rule(
    CODE,
    "No warm-up",
    "In the first steps Adam's averages are of a handful of gradients: full steps in such"
    " directions throw the weights about.",
    "A warm-up of 3 to 10 % of the steps.",
    "Goyal et al. 2017, arXiv 1706.02677; Liu et al. 2019, arXiv 1908.03265; a warning only"
    " where the loss rose early",
    _judge,
    {"factor": Threshold(1.2, "times the lowest median so far, in the first 15 % of a run", 1.0)},
)
