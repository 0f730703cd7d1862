"""The rules of this room, in the order of the documentation."""

from __future__ import annotations

from ftui.training.diagnosis.generalisation import (
    early_stopping,
    few_evaluations,
    leaked_validation,
    many_epochs,
    memorising,
    no_validation,
    overfitting,
    plateau,
    too_good,
    underfitting,
)
from ftui.training.diagnosis.verdict import Rule

GENERALISATION_RULES: tuple[Rule, ...] = (
    overfitting.RULE,
    memorising.RULE,
    underfitting.RULE,
    plateau.RULE,
    no_validation.RULE,
    few_evaluations.RULE,
    early_stopping.RULE,
    leaked_validation.RULE,
    too_good.RULE,
    many_epochs.RULE,
)
