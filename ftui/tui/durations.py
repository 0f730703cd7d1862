"""Durations as a person reads them."""

from __future__ import annotations

MINUTE = 60
HOUR = 3_600
DAY = 86_400


def in_words(seconds: float) -> str:
    """A duration that a person reads at a glance: `8 s`, `2 min 10 s`, `1 h 5 min`, `3 d 4 h`."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
    return f"{whole // DAY:,} d {whole % DAY // HOUR} h"
