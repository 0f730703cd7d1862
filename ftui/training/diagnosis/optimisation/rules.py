"""The rules of this room, in the order of the documentation."""

from __future__ import annotations

from ftui.training.diagnosis.verdict import Rule

OPTIMISATION_RULES: tuple[Rule, ...] = ()
