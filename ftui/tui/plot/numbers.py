"""Numbers as they stand at an axis and in a legend: short, and never two different ones alike."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

_SUFFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def short(value: float, digits: int = 4) -> str:
    """A value with this many digits: `0.4123`, `12.4k`, `1.2e-05`; `nan`, `inf`."""
    if not math.isfinite(value):
        return str(value)
    size = abs(value)
    if size != 0 and (size < 1e-3 or size >= 1e15):
        return _scientific(value, digits - 1)
    for unit, suffix in _SUFFIXES:
        if size >= 10 * unit:
            return (
                f"{value / unit:.{digits}g}{suffix}" if size < 1000 * unit else f"{value / unit:.0f}{suffix}"
            )
    return f"{value:.{digits}g}"


def whole(value: float) -> str:
    """A step or an epoch in full: `12,400`, `3.25`."""
    return f"{value:,.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.6g}"


def duration(seconds: float, to: float = 1.0) -> str:
    """Seconds as `1h05m`, down to a unit of `to` seconds."""
    if not abs(seconds) < 1e10:
        return short(seconds)
    if to < 1:
        return f"{seconds:.{max(1, -math.floor(math.log10(to)))}f}s"
    left = round(abs(seconds))
    parts: list[str] = []
    larger = float("inf")
    for name, unit in _UNITS:
        wanted, larger = to < larger, unit
        if left >= unit and (wanted or not parts):
            parts.append(f"{left // unit:02d}{name}" if parts else f"{left // unit}{name}")
            left %= unit
    return ("-" if seconds < 0 else "") + ("".join(parts) or "0")


def tick_labels(ticks: Sequence[float]) -> list[str]:
    """One label a tick, of evenly spaced ones, with the decimals that tell them apart: `500`, `1k`, `1.5k`."""
    if not ticks:
        return []
    step = min((b - a for a, b in itertools.pairwise(ticks)), default=abs(ticks[0]) or 1.0)
    largest = max(abs(tick) for tick in ticks)
    if largest >= 1e15 or largest < 1e-3:
        digits = max(0, math.ceil(math.log10(largest / step) - 1e-9)) + 1 if largest else 0
        found = [_scientific(tick, min(15, digits)) for tick in ticks]
    else:
        found = [_in_thousands(tick, step) for tick in ticks]
    if len(set(found)) < len(found):
        found = [repr(tick) for tick in ticks]
    return found


def _in_thousands(tick: float, step: float) -> str:
    unit, suffix = next(((u, s) for u, s in _SUFFIXES if abs(tick) >= u and step >= u / 100), (1.0, ""))
    return _trimmed(f"{tick / unit:,.{min(15, _decimals(step / unit))}f}", suffix)


def log_label(tick: float) -> str:
    """The label of a tick on a logarithmic axis: `1e-4`, `0.01`, `50`, `10k`."""
    return _scientific(tick, 2) if not 1e-3 <= tick < 1e12 else _trimmed(short(tick, 3), "")


def _decimals(step: float) -> int:
    """Decimals in which a step of 1, 2, 2.5 or 5 times a power of ten can be written."""
    for decimals in range(16):
        scaled = step * 10**decimals
        if scaled > 0.5 and abs(scaled - round(scaled)) < 1e-6 * scaled:
            return decimals
    return 15


def _trimmed(number: str, suffix: str) -> str:
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return "0" if number in ("0", "-0") else number + suffix


def _scientific(value: float, decimals: int) -> str:
    """`2.5e-5`: without the zeros that nobody needs."""
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{decimals}e}".split("e")
    return f"{_trimmed(mantissa, '')}e{int(exponent)}"
