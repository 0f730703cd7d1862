"""The console of nanoGPT and of its forks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS, TRAIN_LOSS_ESTIMATE
from ftui.training.readers.console import NUMBER, ConsoleReader, logged_at, plain, split_prefix
from ftui.training.record import Record

_UNIT = r"(?: (?:BPC|BPB|bpc|bpb|nats))?"
_ITER = re.compile(
    rf"iter (\d{{1,12}}): loss ({NUMBER}){_UNIT}(?:, (?:time ({NUMBER})ms|lr ({NUMBER})))*(?:, mfu {NUMBER}%)?\s*"
)
_STEP = re.compile(
    rf"step (\d{{1,12}}): train loss ({NUMBER}){_UNIT},? (?:and )?val(?:idation)? loss ({NUMBER}){_UNIT}[.\s]*"
)


class NanoGptReader(ConsoleReader):
    """`iter` lines hold the running loss; the train loss of `step` lines is an estimate over the whole training split.

    Where no `iter` lines come (scripts that print `step` lines alone), that estimate is the training loss.
    """

    format = "nanogpt"
    title = "nanoGPT console"
    whole_end = re.compile(r"(?:, (?:time|lr|mfu) .*%|ms| [A-Za-z]{3,4}|, val loss \d+\.\d{4})\s*$")

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._estimates = TRAIN_LOSS_ESTIMATE
        self._undecided: Record | None = None
        """The first estimate, until the next line tells what it is."""
        self._decided = False

    @classmethod
    def sure_of(cls, line: str) -> float:
        if not line.lstrip().startswith(("iter ", "step ")) and "iter " not in line and "step " not in line:
            return 0.0
        _, said = split_prefix(line)
        return 0.9 if _STEP.fullmatch(said) or _ITER.fullmatch(said) else 0.0

    def read_line(self, line: str) -> Iterator[Record]:
        if "loss " not in line:
            return
        prefix, said = split_prefix(plain(line))
        at = logged_at(prefix) if prefix else None
        if found := _ITER.fullmatch(said):
            yield from self._decide(TRAIN_LOSS_ESTIMATE)
            values = {TRAIN_LOSS if self._estimates != TRAIN_LOSS else "iter/loss": float(found[2])}
            if found[3]:
                values["iteration_ms"] = float(found[3])
            yield Record(values, int(found[1]), None, at)
        elif found := _STEP.fullmatch(said):
            step, estimate, validation = int(found[1]), float(found[2]), float(found[3])
            if not self._decided and self._undecided is None:
                self._undecided = Record({TRAIN_LOSS_ESTIMATE: estimate}, step, None, at)
                yield Record({EVAL_LOSS: validation}, step, None, at)
                return
            yield from self._decide(TRAIN_LOSS)
            yield Record({EVAL_LOSS: validation, self._estimates: estimate}, step, None, at)

    def finish(self) -> list[Record]:
        return [*super().finish(), *(self._decide(TRAIN_LOSS) if self._undecided is not None else ())]

    def _decide(self, estimates: str) -> Iterator[Record]:
        if self._decided:
            return
        self._decided, self._estimates = True, estimates
        first, self._undecided = self._undecided, None
        if first is not None:
            first.values = {estimates: first.values[TRAIN_LOSS_ESTIMATE]}
            yield first
