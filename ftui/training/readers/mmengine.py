"""The logs of mmengine (mmdetection, mmsegmentation, xtuner) and of the older mmcv."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ftui.training.metrics import TRAIN_LOSS, canonical
from ftui.training.readers.console import ConsoleReader, logged_at, plain, seconds, split_prefix
from ftui.training.readers.mmengine_usual import UsualLine
from ftui.training.readers.values import number
from ftui.training.record import Record

_USUAL = re.compile(r"\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d(?:,\d{3})? - \w{1,40} - INFO - ")
_HEAD = re.compile(
    r"(?P<unit>Epoch|Iter) ?(?:\((?P<mode>train|val)\))? *(?:\[ *(?P<epoch>\d{1,9})\])? ?"
    r"\[ *(?P<done>\d{1,12})/(?P<of>\d{1,12})\][ \t]+(?=\S)"
)
_VALUE = re.compile(r"(?<![^\s,])([A-Za-z_][^\s:,]{0,100}): (\S{1,64}?)(?=  |, |,?\s{0,8}$)")
_ETA = re.compile(r"\beta: ((?:\d+ days?, )?[\d:]+)")
_NO_METRIC = frozenset(("eta", "time", "data_time", "memory", "epoch", "iter"))


class MmengineReader(ConsoleReader):
    """`Epoch(train) [1][10/100]  lr: … loss: …`; steps are counted over epochs, evaluations stand at the last one."""

    format = "mmengine"
    title = "mmengine log"
    # A learning rate goes on with its exponent: `lr: 1.0000e-02`.
    whole_end = re.compile(r"(?<!lr): \d+\.\d{4,}\s*$")

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._per_epoch = 0
        self._at = 0
        self._rest_of_last = ""
        self._usual = UsualLine()

    def feed(self, data: bytes) -> list[Record]:
        found = super().feed(data)
        left = _ETA.search(self._rest_of_last)
        self.facts.remaining_s = seconds(left[1]) if left else None
        return found

    @classmethod
    def sure_of(cls, line: str) -> float:
        if "Epoch" not in line and "Iter" not in line:
            return 0.0
        found = _HEAD.match(split_prefix(line)[1])
        return 0.9 if found and _VALUE.search(line, found.end()) else 0.0

    def read_line(self, line: str) -> Iterator[Record]:
        if "/" not in line or ("Epoch" not in line and "Iter" not in line):
            return
        usual = self._usual.read(line)
        if usual is not None:
            self._advance(self._usual.unit, usual.epoch, usual.done, usual.of, line)
            yield Record(usual.values, self._at, None, logged_at(usual.when))
            return
        line = plain(line)
        of_logger = _USUAL.match(line)
        prefix, said = (line[: of_logger.end()], line[of_logger.end() :]) if of_logger else split_prefix(line)
        head = _HEAD.match(said)
        if head is None:
            return
        rest = said[head.end() :]
        evaluated = head["mode"] == "val"
        values = _values(rest, evaluated)
        if not evaluated:
            self._advance(head["unit"], head["epoch"], head["done"], head["of"], rest)
            if of_logger and values and _usual_pairs(rest) is not None:
                self._learn(head, rest)
        epoch = float(head["epoch"]) if evaluated and head["epoch"] else None
        if values:
            step = int(head["epoch"]) * self._per_epoch if epoch and self._per_epoch else self._at
            yield Record(values, step, epoch, logged_at(prefix) if prefix else None)

    def _learn(self, head: re.Match[str], rest: str) -> None:
        pairs = [piece.partition(": ")[::2] for piece in rest.rstrip().split("  ")]
        told = [(name, text, _metric(name, evaluated=False)) for name, text in pairs]
        self._usual.learn(head["unit"], head[0].partition("[")[0], head["epoch"] is not None, told)

    def _advance(self, unit: str, epoch: str | None, done: str, of: str, rest: str) -> None:
        at = int(done)
        if unit == "Epoch" and epoch:
            self._per_epoch = int(of)
            at += (int(epoch) - 1) * int(of)
        elif unit == "Iter":
            self.facts.total_steps = int(of)
        self._at = max(at, 0)
        self._rest_of_last = rest


def _values(rest: str, evaluated: bool) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, text in _usual_pairs(rest) or _VALUE.findall(rest):
        metric = _metric(name, evaluated)
        value = None if metric is None else number(text)
        if metric is not None and value is not None:
            values[metric] = value
    return values


@lru_cache(maxsize=1024)
def _metric(name: str, evaluated: bool) -> str | None:
    """Under which name a value is kept; None for one that is no metric."""
    if name in _NO_METRIC:
        return None
    known = canonical(name)
    if evaluated:
        return known if known.startswith("eval/") else canonical(f"eval_{name}")
    return name if known.startswith("eval/") or (known == TRAIN_LOSS and name != "loss") else known


def _usual_pairs(rest: str) -> list[tuple[str, str]] | None:
    """Names and values where each pair stands between two spaces, as mmengine writes them; else None."""
    pairs = []
    for piece in rest.rstrip().split("  "):
        name, _, text = piece.partition(": ")
        if name == "eta":
            continue
        if not text or " " in text or "," in text or not _is_name(name):
            return None
        pairs.append((name, text))
    return pairs


@lru_cache(maxsize=1024)
def _is_name(text: str) -> bool:
    return len(text) < 100 and text.isascii() and text.replace(".", "_").replace("/", "_").isidentifier()
