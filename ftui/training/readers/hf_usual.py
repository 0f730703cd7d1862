"""The usual line of a Trainer's console, read in one go: lines of one training have the same names in one order."""

from __future__ import annotations

import re

from ftui.training.metrics import TRAIN_LOSS
from ftui.training.readers.hf_entry import metric_of
from ftui.training.readers.hf_printed import Printed
from ftui.training.readers.values import epoch_of
from ftui.training.record import Record

_NUMBER = r"-?(?:\d{1,25}(?:\.\d{1,30})?(?:e[-+]\d{1,3})?|nan|inf)"
"""At most as long as a number may be (`values.LONGEST_NUMBER`)."""
_SIMPLE = re.compile(_NUMBER)
_QUOTED = re.compile(rf"'{_NUMBER}'")
_MOST_NAMES = 64
_EPOCH = "epoch"


class UsualLine:
    """Learns the form of a training line from one that was read with care; a third of the time for those after it."""

    def __init__(self) -> None:
        self._form: re.Pattern[str] | None = None
        self._names: tuple[str, ...] = ()
        """Of the metrics, and of the epoch, in the order of the line."""

    def learn(self, entry: Printed, record: Record) -> None:
        """Take the form of this line, which gave this record."""
        if entry.prefix or TRAIN_LOSS not in record.values or len(entry.told) > _MOST_NAMES:
            return
        parts, names = [], []
        for name in entry.told:
            _, found, after = entry.text.partition(f"'{name}': ")
            quoted = found and _QUOTED.match(after)
            if not quoted and not _SIMPLE.match(after):
                return
            metric = _EPOCH if name == _EPOCH else metric_of(name)
            names += [] if metric is None else [metric]
            value = _NUMBER if metric is None else f"({_NUMBER})"
            parts.append(f"'{re.escape(name)}': " + (f"'{value}'" if quoted else value))
        if len(names) == len(set(names)):
            self._names, self._form = tuple(names), re.compile(r"\{" + ", ".join(parts) + r"\}", re.ASCII)

    def record_of(self, line: str) -> Record | None:
        """The record of a line of this form, without its step; None where it has another."""
        if self._form is None:
            return None
        found = self._form.fullmatch(line)
        if found is None:
            return None
        values = dict(zip(self._names, map(float, found.groups()), strict=True))
        return Record(values, None, epoch_of(values.pop(_EPOCH)))
