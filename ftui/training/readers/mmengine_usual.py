"""The usual line of mmengine, read in one go: lines of one training have the same names in one order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_NUMBER = r"-?(?:\d{1,25}(?:\.\d{1,30})?(?:e[-+]\d{1,3})?|nan|inf)"
_SIMPLE = re.compile(_NUMBER)
_LOGGER = r"(\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d(?:,\d{3})?) - \w{1,40} - INFO - "
_ETA = r"(?:\d{1,7} days?, )?[\d:]{1,20}"
_MOST_NAMES = 64


class Line(NamedTuple):
    """What a line of training says."""

    when: str
    epoch: str | None
    done: str
    of: str
    values: dict[str, float]


class UsualLine:
    """Learns the form of a training line from one that was read with care; half the time for those after it."""

    def __init__(self) -> None:
        self._form: re.Pattern[str] | None = None
        self._names: tuple[str, ...] = ()
        self.unit = ""
        """What its steps are counted in: `Iter` or `Epoch`."""

    def learn(
        self, unit: str, before: str, epoch: bool, names: Sequence[tuple[str, str, str | None]]
    ) -> None:
        """Take a form: what stands before the first bracket, whether an epoch is told, and of each value its name,
        its text and the metric (None: it is none)."""
        metrics = [metric for _, _, metric in names if metric is not None]
        if len(names) > _MOST_NAMES or len(metrics) != len(set(metrics)):
            return
        parts = []
        for name, text, metric in names:
            if name != "eta" and not _SIMPLE.fullmatch(text):
                return
            value = _ETA if name == "eta" else _NUMBER
            parts.append(f"{re.escape(name)}: {value if metric is None else f'({value})'}")
        place = (r"\[ *(\d{1,9})\] ?" if epoch else "()") + r"\[ *(\d{1,12})/(\d{1,12})\][ \t]+"
        self.unit, self._names = unit, tuple(metrics)
        self._form = re.compile(_LOGGER + re.escape(before) + place + "  ".join(parts) + r"\s*", re.ASCII)

    def read(self, line: str) -> Line | None:
        """What a line of this form says; None where it has another."""
        found = None if self._form is None else self._form.fullmatch(line)
        if found is None:
            return None
        when, epoch, done, of, *told = found.groups()
        return Line(when, epoch or None, done, of, dict(zip(self._names, map(float, told), strict=True)))
