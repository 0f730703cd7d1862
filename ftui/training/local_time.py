"""Moments as a person here reads them."""

from __future__ import annotations

from datetime import datetime


def local_minute(at: float) -> str:
    """Unix seconds as local time to the minute: `2026-11-22 14:03`."""
    try:
        return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return "a time that cannot be"
