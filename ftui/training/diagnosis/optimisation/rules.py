"""The rules of this room, in the order of the documentation."""

from __future__ import annotations

from ftui.training.diagnosis.optimisation import (
    batch_too_small,
    divergence,
    gradient_explosion,
    lr_too_high,
    lr_too_low,
    lr_zero,
    no_warmup,
    non_finite,
    safeguards,
    spike,
    stalled,
    summed,
    throughput,
)
from ftui.training.diagnosis.verdict import Rule

OPTIMISATION_RULES: tuple[Rule, ...] = (
    non_finite.RULE,
    divergence.RULE,
    spike.RULE,
    lr_too_high.RULE,
    lr_too_low.RULE,
    lr_zero.RULE,
    no_warmup.RULE,
    gradient_explosion.RULE,
    batch_too_small.RULE,
    safeguards.CLIPPING,
    safeguards.PRECISION,
    summed.RULE,
    stalled.RULE,
    throughput.RULE,
)
