"""The console of Keras' `fit`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ftui.training.metrics import canonical
from ftui.training.readers.console import NUMBER, ConsoleReader, plain
from ftui.training.record import Record

_EPOCH = re.compile(r"Epoch (\d{1,9})/(\d{1,9})\s*")
_BAR = re.compile(
    rf"\s*(\d{{1,12}})/(\d{{1,12}}) [\[=>.\]━ ]{{3,60}}[^:]{{0,40}}?((?: - [A-Za-z]\w{{0,60}}: {NUMBER})+)\s*"
)
_VALUE = re.compile(rf" - (\w+): ({NUMBER})")


class KerasConsoleReader(ConsoleReader):
    """The last bar of every epoch; what stands in earlier ones is a mean over the epoch so far."""

    format = "keras-console"
    title = "Keras console"
    # 1.2345 may go on with an exponent, 0.2345 and 12.3456 do not.
    whole_end = re.compile(r": (?:0\.\d{4}|\d{2,}\.\d{4}|\d\.\d{4}e[-+]\d\d)\s*$")

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._epoch: int | None = None

    @classmethod
    def sure_of(cls, line: str) -> float:
        return 0.85 if " - loss: " in line and _BAR.fullmatch(line.replace("\b", "")) else 0.0

    def read_line(self, line: str) -> Iterator[Record]:
        line = plain(line).replace("\b", "")
        if line.startswith("Epoch "):
            found = _EPOCH.fullmatch(line)
            if found:
                self._epoch, self.facts.total_epochs = int(found[1]), float(found[2])
        elif " - loss: " in line and self._epoch is not None and (bar := _BAR.fullmatch(line)):
            if bar[1] != bar[2]:
                return
            values = {canonical(name): float(value) for name, value in _VALUE.findall(bar[3])}
            yield Record(values, self._epoch * int(bar[2]), float(self._epoch))
