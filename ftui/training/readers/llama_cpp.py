"""The progress bars of llama.cpp's `llama-finetune` (ggml-opt), as its terminal shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS
from ftui.training.readers.console import NUMBER, ConsoleReader, plain, seconds
from ftui.training.record import Record

_BAR = re.compile(
    rf"(train|val): +\[[^\]]{{0,64}}\] data=(\d{{1,12}})/(\d{{1,12}}) loss=({NUMBER})±{NUMBER} "
    rf"acc=({NUMBER})±{NUMBER}%(?: t=[\d:]+ ETA=([\d:]+))?\s*"
)
_EPOCH = re.compile(r"\w+: epoch 0*(\d{1,9})/0*(\d{1,9}):\s*")
SO_FAR = "train/loss_so_far"
"""The mean since the epoch began; it starts anew with each epoch, so that it is no curve of the training."""


class LlamaCppReader(ConsoleReader):
    """Each bar tells the mean over the epoch so far; the last of an epoch is its loss. Steps are data points."""

    format = "llama.cpp"
    title = "llama.cpp finetune"
    whole_end = re.compile(r" ETA=\d+:\d\d:\d\d\s*$")

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._trained = 0
        """Data points of the epochs before."""
        self._epochs = 0
        self._at = 0
        self._whole = False
        """The epoch's last training bar was read, perhaps more than once."""

    @classmethod
    def sure_of(cls, line: str) -> float:
        return 0.95 if line.startswith(("train: [", "val:   [")) and _BAR.fullmatch(line) else 0.0

    def read_line(self, line: str) -> Iterator[Record]:
        if "data=" in line:
            found = _BAR.fullmatch(plain(line))
            if found is not None:
                yield from self._read(found)
        elif ": epoch " in line and (epoch := _EPOCH.fullmatch(plain(line))):
            self.facts.total_epochs = float(epoch[2])
        elif "training took " in line:
            self.facts.finished = True

    def _read(self, found: re.Match[str]) -> Iterator[Record]:
        kind, done, total = found[1], int(found[2]), int(found[3])
        loss, accuracy = float(found[4]), float(found[5])
        if done > total:
            return
        if kind == "val":
            if done == total:
                yield Record(
                    {EVAL_LOSS: loss, "eval/accuracy_percent": accuracy}, self._at, float(self._epochs)
                )
            return
        if done < self._at - self._trained or (self._whole and done < total):
            self._trained, self._whole = self._at, False
        self._at = self._trained + done
        self.facts.remaining_s = seconds(found[6]) if found[6] else None
        if self.facts.total_epochs:
            self.facts.total_steps = int(min(self.facts.total_epochs * total, 1e15))
        self.facts.values[SO_FAR] = loss
        if done == total and not self._whole:
            self._whole = True
            self._epochs += 1
            yield Record({TRAIN_LOSS: loss, "accuracy_percent": accuracy}, self._at, float(self._epochs))
        elif done < total:
            yield Record({SO_FAR: loss}, self._at)
