"""Single values of a training configuration, whatever type its writer gave them."""

from __future__ import annotations

from collections.abc import Mapping

_TRUE = frozenset(("true", "yes", "on", "1"))
_FALSE = frozenset(("false", "no", "off", "0"))


def number(config: Mapping[str, object], *names: str) -> float | None:
    """The first of these settings that is a number, or text that reads as one; None where there is none."""
    for name in names:
        held = config.get(name)
        if isinstance(held, bool) or not isinstance(held, int | float | str):
            continue
        try:
            value = float(held)
        except (ValueError, OverflowError):
            continue
        if value == value:
            return value
    return None


def flag(config: Mapping[str, object], *names: str) -> bool | None:
    """The first of these settings that is true or false; None where there is none ("auto" is none)."""
    for name in names:
        held = config.get(name)
        if isinstance(held, bool):
            return held
        if isinstance(held, str) and held.strip().lower() in _TRUE | _FALSE:
            return held.strip().lower() in _TRUE
    return None
