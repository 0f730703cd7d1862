"""MosaicML Composer's FileLogger (`logs-rank0.txt`) and ConsoleLogger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ftui.training.metrics import EVAL_LOSS, GRAD_NORM, LEARNING_RATE, TOKENS_PER_SECOND, canonical
from ftui.training.readers.console import NUMBER, ConsoleReader, plain
from ftui.training.record import Record

_METRIC = re.compile(rf"\[metric\]\[batch=(\d{{1,12}})\]: (\S{{1,200}}): ({NUMBER}) ?")
_SETTING = re.compile(r"\[hyperparameter\]: ([\w./-]{1,100}): (.{1,200}?) ?")
_HEADER = re.compile(
    r"\[(?:epoch=(?P<epoch>\d{1,9})(?:/(?P<epochs>\d{1,9}))?\]\[)?batch=(?P<batch>\d{1,12})(?:/(?P<of>\d{1,12}))?\]:?\s*"
)
_CONSOLE = re.compile(rf"\s*(?:Train|Eval) (\S{{1,200}}): ({NUMBER})\s*")
_LOSS_OF_SET = re.compile(r"metrics/(\w{1,80})/(?:Language)?CrossEntropy")
_NO_METRIC = ("time/", "trainer/", "memory/")
_MOST_SETTINGS = 500
_KNOWN = {"l2_norm/grad/global": GRAD_NORM, "throughput/tokens_per_sec": TOKENS_PER_SECOND}


class ComposerReader(ConsoleReader):
    """`[metric][batch=23]: loss/train/total: 2.3021`; validation losses are cross entropies of named sets."""

    format = "composer"
    title = "Composer log"
    whole_end = re.compile(r" $")

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._at: int | None = None

    @classmethod
    def sure_of(cls, line: str) -> float:
        if line.startswith("[metric][batch="):
            return 0.95 if _METRIC.fullmatch(line) else 0.0
        return 0.7 if _CONSOLE.fullmatch(line) and "loss/train" in line else 0.0

    def read_line(self, line: str) -> Iterator[Record]:
        if line.startswith("[metric]"):
            if found := _METRIC.fullmatch(line):
                yield from _record(found[2], found[3], int(found[1]))
        elif line.startswith("[hyperparameter]"):
            self._setting(line)
        elif "batch=" in line:
            if header := _HEADER.fullmatch(plain(line)):
                self._at = self._step(header)
        elif ("Train " in line or "Eval " in line) and (found := _CONSOLE.fullmatch(plain(line))):
            yield from _record(found[1], found[2], self._at)

    def _setting(self, line: str) -> None:
        found = _SETTING.fullmatch(line)
        if found and len(self.facts.config) < _MOST_SETTINGS:
            self.facts.config[found[1]] = found[2].strip('"')

    def _step(self, header: re.Match[str]) -> int | None:
        batch, of = int(header["batch"]), int(header["of"] or 0)
        if header["epoch"] is None:
            self.facts.total_steps = of or self.facts.total_steps
            return batch
        if header["epochs"]:
            self.facts.total_epochs = float(header["epochs"])
        epoch = int(header["epoch"])
        return (epoch - 1) * of + batch if of and epoch else batch


def _record(name: str, value: str, step: int | None) -> Iterator[Record]:
    if not name.startswith(_NO_METRIC):
        yield Record({_metric(name): float(value)}, step)


def _metric(name: str) -> str:
    if name.startswith("lr-"):
        return LEARNING_RATE
    if (found := _LOSS_OF_SET.fullmatch(name)) and found[1] != "train":
        return EVAL_LOSS if found[1] == "eval" else f"eval/{found[1]}/loss"
    return _KNOWN.get(name) or canonical(name)
