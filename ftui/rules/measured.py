"""How often each rule was right on the published half of the planted set; written by `tests.benchmarks.rules`."""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from pathlib import Path
from typing import Any

from ftui.rules.rule import Rule

FIGURES = Path(__file__).with_name("measured.json")


@cache
def _figures() -> dict[str, dict[str, Any]]:
    figures: dict[str, dict[str, Any]] = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    return figures


def with_figures(rule: Rule) -> Rule:
    """The rule with its recall and precision, where they were measured."""
    known = _figures().get(rule.code)
    if known is None:
        return rule
    return dataclasses.replace(rule, recall=known["recall"], precision=known["precision"])
