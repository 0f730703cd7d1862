"""The logs of mmengine (mmdetection, mmsegmentation, xtuner) and of the older mmcv."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ftui.training.metrics import TRAIN_LOSS, canonical
from ftui.training.readers.console import ConsoleReader, logged_at, plain, seconds, split_prefix
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
        line = plain(line)
        usual = _USUAL.match(line)
        prefix, said = (line[: usual.end()], line[usual.end() :]) if usual else split_prefix(line)
        head = _HEAD.match(said)
        if head is None:
            return
        rest = said[head.end() :]
        evaluated = head["mode"] == "val"
        values = _values(rest, evaluated)
        if not evaluated:
            self._advance(head, rest)
        epoch = float(head["epoch"]) if evaluated and head["epoch"] else None
        if values:
            step = int(head["epoch"]) * self._per_epoch if epoch and self._per_epoch else self._at
            yield Record(values, step, epoch, logged_at(prefix) if prefix else None)

    def _advance(self, head: re.Match[str], rest: str) -> None:
        done, of = int(head["done"]), int(head["of"])
        if head["unit"] == "Epoch" and head["epoch"]:
            self._per_epoch = of
            done += (int(head["epoch"]) - 1) * of
        elif head["unit"] == "Iter":
            self.facts.total_steps = of
        self._at = max(done, 0)
        self._rest_of_last = rest


def _values(rest: str, evaluated: bool) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, text in _usual_pairs(rest) or _VALUE.findall(rest):
        value = None if name in _NO_METRIC else number(text)
        if value is None:
            continue
        known = canonical(name)
        if evaluated:
            known = known if known.startswith("eval/") else canonical(f"eval_{name}")
        elif known.startswith("eval/") or (known == TRAIN_LOSS and name != "loss"):
            known = name
        values[known] = value
    return values


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
