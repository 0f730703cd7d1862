"""llm.c's `main.log`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftui.training.metrics import EVAL_LOSS, GRAD_NORM, LEARNING_RATE, TRAIN_LOSS
from ftui.training.readers.console import NUMBER, ConsoleReader
from ftui.training.record import Record

_LINE = re.compile(rf"s:(\d{{1,12}}) (trl|tel|eval):({NUMBER})((?: [a-z_]{{1,20}}:{NUMBER}(?:ms)?)*)\s*")
_FURTHER = re.compile(rf"(lr|norm):({NUMBER})(?= |$)")
_NAMES = {"trl": TRAIN_LOSS, "tel": EVAL_LOSS, "eval": "hellaswag", "lr": LEARNING_RATE, "norm": GRAD_NORM}


class LlmCReader(ConsoleReader):
    """`s:` the step, `trl:` the training loss, `tel:` the validation loss, `eval:` the accuracy on HellaSwag."""

    format = "llm.c"
    title = "llm.c main.log"
    whole_end = re.compile(r"(?: norm:\d+\.\d\d| (?:tel|eval):\d+\.\d{4})$")

    @classmethod
    def sure_of(cls, line: str) -> float:
        return 0.95 if line.startswith("s:") and _LINE.fullmatch(line) else 0.0

    def read_line(self, line: str) -> Iterator[Record]:
        found = _LINE.fullmatch(line)
        if found is None:
            return
        values = {_NAMES[found[2]]: float(found[3])}
        for name, value in _FURTHER.findall(found[4]):
            values[_NAMES[name]] = float(value)
        yield Record(values, int(found[1]))
