"""What `[training]` of a project says of logs and verdicts, checked: a mistyped name is said, and not passed over."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    from ftui.project.settings import Training

_NEARLY = 0.8
"""Likeness of a misspelt name; `eval_f1` and `eval_loss` have 0.63."""


def check_settings(settings: Training) -> None:
    """Raises FtuiError for what `[training]` names and nobody knows: a format, a verdict, a column, a configuration."""
    if settings.format is not None:
        check_format(settings.format)
    if settings.stop_on:
        from ftui.training.alerting.stop_file import GRAVE

        for code in settings.stop_on:
            if code not in GRAVE:
                check_code(code)
    _check_columns(settings.columns)
    if settings.config is not None:
        from ftui.training.run_config import read_configuration

        read_configuration(settings.config)
    # The rules take 30 ms to load, which a screen does not wait for.
    if settings.thresholds or settings.ignore:
        from ftui.training.diagnosis.diagnose import HEALTHY, rules
        from ftui.training.diagnosis.thresholds import check

        check(rules(), settings.thresholds, settings.ignore, [HEALTHY])


def check_format(name: str) -> None:
    """Raises FtuiError for a log format that no reader has."""
    from ftui.training.readers.registry import readers

    _check_name(name, [reader.format for reader in readers()], "no log format is called")


def check_code(code: str) -> None:
    """Raises FtuiError for a verdict that no rule gives."""
    from ftui.training.diagnosis.diagnose import HEALTHY, rules

    _check_name(code, [HEALTHY, *(rule.code for rule in rules())], "no verdict is called")


def _check_name(name: str, known: list[str], complaint: str) -> None:
    if name not in known:
        near = get_close_matches(name, known, 1)
        raise FtuiError(
            f"{complaint} {name}", f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}"
        )


def _check_columns(columns: Mapping[str, str]) -> None:
    """A key of `[training.columns]` is a metric of one's own, unless it is nearly the name of a part."""
    from ftui.training.readers.columns import ROLES, part_named

    for wanted in columns:
        if part_named(wanted) != wanted or wanted in ROLES:
            continue
        near = get_close_matches(wanted, ROLES, 1, _NEARLY)
        if near:
            raise FtuiError(f"[training.columns]: {wanted} is no part of a log", f"did you mean {near[0]}?")
