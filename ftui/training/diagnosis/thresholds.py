"""The numbers that rules compare with: their defaults, and what `[training.thresholds]` says instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from ftui.project.errors import FtuiError
from ftui.training.diagnosis.verdict import Rule


def resolved(rules: Iterable[Rule], given: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Every threshold of these rules, by code and name: the given value, or else the default."""
    return {
        rule.code: {name: each.default for name, each in rule.thresholds.items()}
        | dict(given.get(rule.code, {}))
        for rule in rules
    }


def check(
    rules: Iterable[Rule],
    given: Mapping[str, Mapping[str, float]],
    ignored: Iterable[str] = (),
    also_ignorable: Iterable[str] = (),
) -> None:
    """Raises FtuiError for a code, name or value of the project's settings that no rule knows."""
    by_code = {rule.code: rule for rule in rules}
    for code in ignored:
        _known(code, [*by_code, *also_ignorable], "[training] ignore: no verdict is called")
    for code, values in given.items():
        _known(code, by_code, "[training.thresholds]: no verdict is called")
        for name, value in values.items():
            _check_value(by_code[code], name, value)


def _check_value(rule: Rule, name: str, value: float) -> None:
    where = f"[training.thresholds.{rule.code}]"
    if not rule.thresholds:
        raise FtuiError(f"{where}: this verdict has no thresholds", f"Remove `{name}`.")
    _known(name, rule.thresholds, f"{where}: no threshold is called")
    allowed = rule.thresholds[name]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not allowed.low <= value <= allowed.high:
        raise FtuiError(
            f"{where}: {name} = {value} is out of range",
            f"It is {allowed.meaning}: a number from {allowed.low:g} to {allowed.high:g},"
            f" {allowed.default:g} by default.",
        )


def _known(name: str, known: Iterable[str], complaint: str) -> None:
    names = list(known)
    if name in names:
        return
    near = get_close_matches(name, names, 1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(sorted(names))}."
    raise FtuiError(f"{complaint} {name!r}", hint)
