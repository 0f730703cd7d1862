"""torchtune's `log_<time>.txt` and its console."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftui.training.metrics import TRAIN_LOSS, canonical
from ftui.training.readers.bar import bar_in
from ftui.training.readers.console import NUMBER, ConsoleReader, plain
from ftui.training.readers.values import number
from ftui.training.record import Record

_LINE = re.compile(r"Step (\d{1,12}) \| ([^\s:]{1,100}:\S{1,100}(?: [^\s:]{1,100}:\S{1,100})*) ?")
_VALUE = re.compile(r"(?<!\S)([^\s:]{1,100}):(?:tensor\()?([^\s:(),]{1,64})\)?(?= |$)")
_BAR_TITLE = re.compile(rf"(\d{{1,6}})\|(\d{{1,12}})\|Loss: ({NUMBER}):")


class TorchtuneReader(ConsoleReader):
    """`Step 10 | loss:1.23 lr:0.0003`, or the bar of its console, whose title tells epoch, step and loss."""

    format = "torchtune"
    title = "torchtune log"
    whole_end = re.compile(r" $|\]$")

    @classmethod
    def sure_of(cls, line: str) -> float:
        if line.startswith("Step ") and _LINE.fullmatch(line):
            return 0.9
        return 0.8 if _BAR_TITLE.match(line) and "%|" in line else 0.0

    def read_line(self, line: str) -> Iterator[Record]:
        if line.startswith("Step "):
            found = _LINE.fullmatch(line)
            if found is None:
                return
            values = {}
            said = found[2]
            told = (
                _VALUE.findall(said) if "(" in said else [one.partition(":")[::2] for one in said.split(" ")]
            )
            for name, text in told:
                value = number(text)
                if value is not None:
                    values[canonical(name)] = value
            if values:
                yield Record(values, int(found[1]))
        elif "|Loss: " in line:
            yield from self._of_bar(plain(line))

    def _of_bar(self, line: str) -> Iterator[Record]:
        title = _BAR_TITLE.match(line)
        if title is None:
            return
        bar = bar_in(line[title.end() :])
        if bar is None:
            return
        self.facts.remaining_s = bar.remaining_s
        yield Record({TRAIN_LOSS: float(title[3])}, int(title[2]))
