"""A training loss whose noise hides its trend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.training.diagnosis.config_values import number
from ftui.training.diagnosis.optimisation.smoothing import noise
from ftui.training.diagnosis.optimisation.sound_loss import positive_loss
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftui.training.diagnosis.inputs import Inputs

CODE = "batch-too-small"
_FEWEST = 30
_HIDDEN = 1.0
"""A fall of the loss below so many deviations of one log is lost in the noise."""
_SMALL = 2
_TINY = 1e-6


def _judge(inputs: Inputs) -> Said:
    import numpy as np

    loss = positive_loss(inputs, CODE, _FEWEST)
    if isinstance(loss, NotJudged):
        yield loss
        return
    logs = np.log(np.maximum(loss.value, _TINY))
    sigma = noise(logs)
    first, last = logs[: max(5, len(logs) // 20)], logs[-(len(logs) // 3) :]
    fall = float(np.median(first) - np.median(last))
    if sigma < inputs.limit(CODE, "noise") or fall > _HIDDEN * sigma:
        return
    batch = batch_size(inputs.config)
    small = batch is not None and batch <= _SMALL
    rows = f" of {batch:g} rows a step" if batch is not None else ""
    moved = f"fell by {min(99, round(100 * fall))} %" if fall > 0 else "did not fall"
    yield Verdict(
        CODE,
        "warning" if small else "info",
        f"training loss varies by {100 * sigma:.0f} % from log to log and {moved} in {len(loss)} logs:"
        f" the noise of batches{rows} hides the trend",
        since_step=None,
        sure="likely" if small else "possible",
        advice="A larger batch, or more gradient accumulation. Where the log tells the loss of single"
        " batches, logging the mean of more steps shows the trend without changing the training.",
        evidence={"noise": sigma, "fall": fall, "batch_size": batch},
    )


def batch_size(config: Mapping[str, object]) -> float | None:
    """Rows that go into one optimiser step on one device; None where the configuration does not tell."""
    rows = number(
        config,
        "per_device_train_batch_size",
        "micro_batch_size",
        "train_micro_batch_size_per_gpu",
        "batch_size",
    )
    if rows is None:
        return None
    return rows * max(1.0, number(config, "gradient_accumulation_steps") or 1.0)


RULE = Rule(
    CODE,
    "Batch too small for the noise",
    "When the loss of a step tells more of its rows than of the model, the gradient does too:"
    " steps cancel each other.",
    "A larger batch or more gradient accumulation.",
    "the noise scale of McCandlish et al. 2018, arXiv 1812.06162, needs gradients; here the"
    " noise of the logged loss against its fall, which is why it is a remark unless the batch"
    " is known to be tiny",
    _judge,
    {"noise": Threshold(0.12, "robust deviation of log loss from log to log", 0.0)},
)
