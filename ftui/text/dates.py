"""A moment read from what a data column says: ISO forms, day.month.year, slashes, Unix time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_DOTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b")
_YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?\b")
_CLOCK = re.compile(r"[T\s,]\s*(\d{1,2}):(\d{2})(?::(\d{2}))?")
_NUMBER = re.compile(r"\d{9,19}(?:\.\d+)?")
_UNIX = ((1e8, 1e11, 1_000_000), (1e11, 1e14, 1_000), (1e14, 1e17, 1), (1e17, 1e20, 0))
"""From, to, and microseconds for one: seconds, milliseconds, microseconds, nanoseconds."""


def moment(value: Any, day_first: bool | None = None) -> int | None:
    """Microseconds since 1970 (UTC; a time without a zone is UTC); None where no date can be read.

    day_first says how 03/04/2024 is meant; None: unknown, so it is not read.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _unix(value)
    if isinstance(value, datetime):
        return _since(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    try:
        return _since(datetime.fromisoformat(text))
    except ValueError:
        return _other(text, day_first)


def day_first(value: Any) -> bool | None:
    """What one slashed date tells of the order of day and month: 13/02/2024 puts the day first."""
    match = _SLASHES.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    return True if first > 12 >= second else False if second > 12 >= first else None


def shown(at: int) -> str:
    """A moment for a person: the day, and the time where it is not midnight."""
    when = _EPOCH + at * _MICRO
    return f"{when:%Y-%m-%d}" if when.time() == _EPOCH.time() else f"{when:%Y-%m-%d %H:%M:%S}"


def _since(when: datetime) -> int | None:
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return (when - _EPOCH) // _MICRO


def _unix(number: float) -> int | None:
    for low, high, factor in _UNIX:
        if low <= number < high:
            return int(number * factor) if factor else int(number) // 1000
    return None


def _other(text: str, day_first: bool | None) -> int | None:
    if _NUMBER.fullmatch(text):
        return _unix(float(text) if "." in text else int(text))
    if match := _YEAR_FIRST.match(text):
        year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
    elif match := _DOTS.match(text):
        day, month, year = int(match[1]), int(match[2]), int(match[3])
    elif (match := _SLASHES.match(text)) and day_first is not None:
        one, two, year = int(match[1]), int(match[2]), int(match[3])
        day, month = (one, two) if day_first else (two, one)
    else:
        return None
    clock = _CLOCK.match(text, match.end())
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    try:
        return _since(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except ValueError:
        return None
