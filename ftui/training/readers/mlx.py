"""The console of MLX-LM's `mlx_lm.lora`, in the form of lines and in the form of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftui.training.metrics import EVAL_LOSS, LEARNING_RATE, STEPS_PER_SECOND, TOKENS_PER_SECOND, TRAIN_LOSS
from ftui.training.readers.console import NUMBER, ConsoleReader, logged_at, plain, split_prefix
from ftui.training.record import Record

_LINE = re.compile(
    rf"Iter (\d{{1,12}}): (Train|Val) loss ({NUMBER})((?:, [A-Z][A-Za-z/ ]{{1,30}} {NUMBER}[^,]{{0,8}})*)\s*"
)
_USUAL = re.compile(
    rf"Iter (\d{{1,12}}): Train loss ({NUMBER}), Learning Rate ({NUMBER}), It/sec ({NUMBER}), Tokens/sec ({NUMBER})"
    rf"(?:, Trained Tokens \d{{1,15}}, Peak mem \d{{1,9}}\.\d{{1,9}} GB)?"
)
"""The line of all recent versions; a third of the time of the expressions for others."""
_FURTHER = re.compile(rf", (Learning Rate|It/sec|Tokens/sec) ({NUMBER})(?=,|\s*$)")
_NAMES = {"Learning Rate": LEARNING_RATE, "It/sec": STEPS_PER_SECOND, "Tokens/sec": TOKENS_PER_SECOND}
_TRAIN_ROW = re.compile(rf" +(\d{{1,12}})    +({NUMBER}) [▼▲]    +([\d,]{{1,15}})    +[\d.,]+k\s*")
_VAL_ROW = re.compile(rf" +(\d{{1,12}})    val +({NUMBER})    +[\d.]+s\s*")
_TOTAL = re.compile(r"Starting training\.{1,3},? iters: (\d{1,12})\s*")
_OF_BAR = re.compile(r"train +[█▏▎▍▌▋▊▉░]+ +\d{1,3}% · +[\d,]{1,15}/([\d,]{1,15})\s*")


class MlxReader(ConsoleReader):
    """`Iter 10: Train loss 2.3, Learning Rate 1e-05, …`; since 2026 a table `iter, train_loss, tok/s, tokens`."""

    format = "mlx"
    title = "MLX-LM console"
    whole_end = re.compile(r"(?: GB|\ds|k)\s*$")

    @classmethod
    def sure_of(cls, line: str) -> float:
        if "Iter " in line and _LINE.fullmatch(split_prefix(line)[1]):
            return 0.9
        return 0.85 if _TRAIN_ROW.fullmatch(line) or _VAL_ROW.fullmatch(line) else 0.0

    def read_line(self, line: str) -> Iterator[Record]:
        if usual := _USUAL.fullmatch(line):
            loss, rate, steps, tokens = map(float, usual.group(2, 3, 4, 5))
            values = {
                TRAIN_LOSS: loss,
                LEARNING_RATE: rate,
                STEPS_PER_SECOND: steps,
                TOKENS_PER_SECOND: tokens,
            }
            yield Record(values, int(usual[1]))
            return
        line = plain(line)
        if "Iter " in line:
            prefix, said = ("", line) if line.startswith("Iter ") else split_prefix(line)
            if found := _LINE.fullmatch(said):
                yield self._of_line(found, logged_at(prefix) if prefix else None)
        elif found := _TRAIN_ROW.fullmatch(line):
            values = {
                TRAIN_LOSS: float(found[2]),
                TOKENS_PER_SECOND: float(found[3].replace(",", "") or "nan"),
            }
            yield Record(values, int(found[1]))
        elif found := _VAL_ROW.fullmatch(line):
            yield Record({EVAL_LOSS: float(found[2])}, int(found[1]))
        elif (found := _TOTAL.match(line)) or (found := _OF_BAR.fullmatch(line)):
            total = found[1].replace(",", "")
            self.facts.total_steps = int(total) if total else self.facts.total_steps

    def _of_line(self, found: re.Match[str], at: float | None) -> Record:
        values = {TRAIN_LOSS if found[2] == "Train" else EVAL_LOSS: float(found[3])}
        for name, value in _FURTHER.findall(found[4]):
            values[_NAMES[name]] = float(value)
        return Record(values, int(found[1]), None, at)
