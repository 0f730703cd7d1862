"""Where an axis has its ticks, and what stands at them."""

from __future__ import annotations

import math
from typing import NamedTuple

from ftui.tui.plot.model import Axis, Scale
from ftui.tui.plot.numbers import duration, log_label, tick_labels
from ftui.tui.plot.scale import Range

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)


class Tick(NamedTuple):
    """A place in the axis' measure, and its label."""

    place: float
    label: str


def ticks(span: Range, most: int, scale: Scale = "linear") -> list[Tick]:
    """At most this many ticks (at least one of a range that holds a round number), rising, inside the range."""
    if scale == "log":
        found = _decades(span, most)
        if found:
            return [Tick(place, log_label(value)) for place, value in found]
        low, high = (10.0 ** max(-300.0, min(300.0, place)) for place in span)
        values = _even(low, high, most)
        return [
            Tick(math.log10(v), label)
            for v, label in zip(values, tick_labels(values), strict=True)
            if v > 0 and span.low <= math.log10(v) <= span.high
        ]
    values = _even(*span, most)
    return [Tick(value, label) for value, label in zip(values, tick_labels(values), strict=True)]


def x_ticks(span: Range, cells: int, axis: Axis) -> list[Tick]:
    """The ticks of the x axis: as many as have room for their labels, two cells apart, in this many cells."""
    for most in range(min(12, max(1, cells // 6)), 0, -1):
        if axis == "time":
            found = _times(span, most)
        else:
            values = _even(*span, most, least=1.0 if axis == "step" else 0.0)
            found = [Tick(v, label) for v, label in zip(values, tick_labels(values), strict=True)]
        longest = max((len(tick.label) for tick in found), default=0)
        if (
            len(found) < 2
            or (found[1].place - found[0].place) / (span.high - span.low) * cells >= longest + 2
        ):
            return found
    return []


def _even(low: float, high: float, most: int, least: float = 0.0) -> list[float]:
    """Multiples of a round step between two numbers."""
    if most < 1 or not high > low:
        return []
    step = max(least, _round_step((high - low) / most))
    for _ in range(6):
        first = math.ceil(low / step - 1e-9)
        count = math.floor(high / step + 1e-9) - first + 1
        if count <= most:
            break
        step = _round_step(step * 1.01)
    found = [(first + i) * step for i in range(min(count, most))]
    return [
        value for i, value in enumerate(found) if low <= value <= high and (not i or value > found[i - 1])
    ]


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below this."""
    if least <= 5e-308:
        return 5e-308
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in _STEPS if step * power >= least * (1 - 1e-9))


def _decades(span: Range, most: int) -> list[tuple[float, float]]:
    """Powers of ten, every one or every so many; with 2 and 5 between them where they are few; [] where none fit."""
    first, last = math.ceil(span.low - 1e-9), math.floor(span.high + 1e-9)
    if last < first and span.high - span.low < 0.8:
        return []
    whole = [p for p in range(first, last + 1) if span.low <= p <= span.high and -300 <= p <= 300]
    finer = [(power, m) for power in range(first - 1, last + 1) if abs(power) < 300 for m in (1, 2, 5)]
    places = [(power + math.log10(m), m * 10.0**power) for power, m in finer]
    places = [(place, value) for place, value in places if span.low <= place <= span.high]
    if len(places) <= max(most, 3) and len(whole) < 4:
        return places[:most] if len(places) >= 2 else []
    every = max(1, math.ceil(len(whole) / max(1, most)))
    return [(float(power), 10.0**power) for power in whole if power % every == 0]


def _times(span: Range, most: int) -> list[Tick]:
    wanted = (span.high - span.low) / most
    if wanted < 1:
        values = _even(*span, most)
        step = values[1] - values[0] if len(values) > 1 else wanted
        return [Tick(value, duration(value, step)) for value in values]
    step = next((float(s) for s in _SECONDS if s >= wanted), 86400 * _round_step(wanted / 86400))
    first, last = math.ceil(span.low / step), math.floor(span.high / step)
    return [Tick(i * step, duration(i * step, step)) for i in range(first, last + 1)]
