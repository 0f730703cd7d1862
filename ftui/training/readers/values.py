"""Numbers, steps and times as logs write them; what is none of these gives None, never an error."""

from __future__ import annotations

from datetime import datetime

_LARGEST_STEP = 2**53
_SMALLEST_EPOCH, _LARGEST_EPOCH = 1e-9, 1e9
_FIRST_UNIX_SECOND = 3e8
"""1979: a smaller number is a duration or a count."""
_LAST_UNIX_SECOND = 1e11
LONGEST_NUMBER = 64
"""Characters; Python would take a million digits for infinity."""


def number(value: object) -> float | None:
    """A number, or the text of one (`"1.374"`, `nan`, `Infinity`); None for anything else, also for true and false."""
    kind = type(value)
    if kind is float:
        return value  # type: ignore[return-value]
    if isinstance(value, str):
        if len(value) > LONGEST_NUMBER or "_" in value:
            return None
    elif kind is not int:
        return None
    try:
        return float(value)  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        return None


def step_of(value: object) -> int | None:
    """A step: a whole number that is not negative."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 16:
        return int(value)
    found = number(value)
    if found is None or not 0 <= found <= _LARGEST_STEP or found != int(found):
        return None
    return int(found)


def epoch_of(value: object) -> float | None:
    """An epoch: zero, or a number by which steps can be divided."""
    found = number(value)
    if found is None or not (found == 0 or _SMALLEST_EPOCH <= found <= _LARGEST_EPOCH):
        return None
    return found


def unix_seconds(value: object) -> float | None:
    """A point in time as Unix seconds, from seconds, milliseconds or an ISO 8601 text; None for a duration."""
    found = number(value)
    if found is not None:
        for scale in (1.0, 1e3, 1e6, 1e9):
            if _FIRST_UNIX_SECOND <= found / scale < _LAST_UNIX_SECOND:
                return found / scale
        return None
    if not isinstance(value, str) or not 10 <= len(value) <= LONGEST_NUMBER:
        return None
    try:
        return datetime.fromisoformat(value).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
