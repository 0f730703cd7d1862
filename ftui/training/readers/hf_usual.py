"""The usual line of a Trainer's console, read in one go: lines of one training have the same names in one order."""

from __future__ import annotations

import re

from ftui.training.metrics import TRAIN_LOSS
from ftui.training.readers.hf_entry import metric_of
from ftui.training.readers.hf_printed import Printed
from ftui.training.readers.values import epoch_of
from ftui.training.record import Record

_NUMBER = r"-?(?:\d{1,40}(?:\.\d{1,40})?(?:e[-+]\d{1,3})?|nan|inf)"
_SIMPLE = re.compile(_NUMBER)
_QUOTED = re.compile(rf"'{_NUMBER}'")
_MOST_NAMES = 64


class UsualLine:
    """Learns the form of a training line from one that was read with care; a third of the time for those after it."""

    def __init__(self) -> None:
        self._form: re.Pattern[str] | None = None
        self._metrics: tuple[str | None, ...] = ()
        self._epoch = 0

    def learn(self, entry: Printed, record: Record) -> None:
        """Take the form of this line, which gave this record."""
        if entry.prefix or TRAIN_LOSS not in record.values or len(entry.told) > _MOST_NAMES:
            return
        parts = []
        for name in entry.told:
            _, found, after = entry.text.partition(f"'{name}': ")
            quoted = found and _QUOTED.match(after)
            if not quoted and not _SIMPLE.match(after):
                return
            parts.append(f"'{re.escape(name)}': " + (f"'({_NUMBER})'" if quoted else f"({_NUMBER})"))
        metrics = tuple(metric_of(name) for name in entry.told)
        known = [metric for metric in metrics if metric is not None]
        if len(known) != len(set(known)):
            return
        self._metrics, self._epoch = metrics, list(entry.told).index("epoch")
        self._form = re.compile(r"\{" + ", ".join(parts) + r"\}", re.ASCII)

    def record_of(self, line: str) -> Record | None:
        """The record of a line of this form, without its step; None where it has another."""
        if self._form is None:
            return None
        found = self._form.fullmatch(line)
        if found is None:
            return None
        told = found.groups()
        values = {
            metric: float(text)
            for metric, text in zip(self._metrics, told, strict=True)
            if metric is not None
        }
        return Record(values, None, epoch_of(told[self._epoch]))
