"""The figures of a review as JSON: every rate with its interval and what it rests on; what nobody knows is null."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ftui.report.as_json import command_json
from ftui.review.figures.classes import Labels
from ftui.review.figures.comparisons import Duel
from ftui.review.figures.figures import Figures
from ftui.review.figures.parts import Score
from ftui.review.figures.rates import Rate
from ftui.review.figures.reviewers import Agreement, Reviewer
from ftui.statistics.bradley_terry import Strength


def as_json(name: str, figures: Figures) -> str:
    """One object that begins like that of every command."""
    return command_json({"review": name, "has_base": figures.has_base, **plain(figures)})


def plain(value: Any) -> Any:
    """Any part of the figures as JSON values; fields under their own names."""
    if isinstance(value, Rate):
        return {
            "share": value.share,
            "low": value.low if value.of else None,
            "high": value.high if value.of else None,
            "hits": value.hits,
            "of": value.of,
            "prompts": value.prompts,
        }
    if isinstance(value, Score):
        low, high = value.bounds
        return {
            "mean": value.mean,
            "low": low,
            "high": high,
            "of": value.rate.of,
            "prompts": value.rate.prompts,
        }
    if isinstance(value, Agreement):
        pairs = [
            {"reviewers": who, "units": many, "kappa": kappa} for who, (many, kappa) in value.pairs.items()
        ]
        return {"on": value.on, "units": value.units, "alpha": value.alpha, "pairs": pairs}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name: plain(part) for name, part in zip(value._fields, value, strict=True)} | _derived(value)
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def _derived(value: Any) -> dict[str, Any]:
    """What is worked out from the fields, and told with them."""
    if isinstance(value, Duel):
        return {"rate": plain(value.rate)}
    if isinstance(value, Labels):
        return {"warnings": list(value.warnings)}
    if isinstance(value, Reviewer):
        return {"side_p": value.side_p, "leans": value.leans}
    if isinstance(value, Strength):
        return {"chance": list(value.chance)}
    return {}
