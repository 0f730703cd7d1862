"""What a training loop of one's own prints: lines of names and numbers, such as `step 10 loss 0.5`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS
from ftui.training.readers.columns import EPOCH, PLACES, STEP, guess
from ftui.training.readers.console import NUMBER, ConsoleReader, logged_at, plain, split_prefix
from ftui.training.readers.generic_jsonl import of_evaluation
from ftui.training.readers.table import Table
from ftui.training.readers.values import number
from ftui.training.record import Record

_LONGEST = 500
"""Characters of a line; what is longer is prose."""
_MOST_PAIRS = 40
_SURE_AT = 3
"""Lines with a place and a loss, from which on a file in a folder is taken for a log."""
_GAP = re.compile(r"[\s,|;()\[\]<>{}*#=~+·•→-]*")
_WORD = r"[A-Za-z][\w./-]{0,30}"
_UNIT = r"(?: ?(?:%|[a-z]{1,7}/s(?:ec)?\b|[mµ]?s\b|sec(?:onds)?\b|[KMG]i?B\b|x\b))?"
_PAIR = re.compile(
    rf"({_WORD}(?: {_WORD}){{0,4}}?)(?: ?[:=] ?\[?| +\[?)({NUMBER})"
    rf"(?: ?/ ?(\d{{1,12}}))?\]?{_UNIT}(?![\w.]|:\d)[,;:]?"
)
_DURATION = re.compile(
    rf"{_WORD}(?: {_WORD}){{0,2}}?(?: ?[:=] ?| +)"
    r"(?:(?:\d+[hm]:? ?)+(?:\d+(?:\.\d+)?s)?(?!\w)|\d+:\d\d(?::\d\d)?(?:\.\d+)?(?![\w:]))"
)
_PART = re.compile(r"(\d{1,12}) ?/ ?(\d{1,12})(?: ?\(? ?\d+(?:\.\d+)? ?% ?\)?)?(?![\w.])")
_ALONE = re.compile(rf"{NUMBER} ?(?:%|[a-z]{{1,7}}/s(?:ec)?|m?s|min)(?!\w)")
_EPOCH_AND_BATCH = re.compile(r"\[(\d{1,9}), +(\d{1,9})\] (?=loss)")
"""As PyTorch's tutorial prints it."""
_LABEL = re.compile(r"([A-Za-z]+(?: set)?) ?(?::|-|\|) +(?=[A-Za-z])")
_OF_PLACE = re.compile(r"(.+?) (?:at|after|in|for) (?:the )?(\w+)")
_VALUE = re.compile(rf" ?=? ?({NUMBER})(?![\w.:/])")
_PHASES = frozenset(("val", "valid", "validation", "eval", "evaluation", "dev", "test", "heldout"))
_FILLERS = _PHASES | frozenset(
    ("train", "training", "average", "avg", "mean", "current", "the", "on", "at", "set", "after", "of", "new")
)
"""Words before a name that do not change what it is; `best val loss` is another thing than `val loss`."""


class PrintedReader(ConsoleReader):
    """Lines that consist of names and numbers alone; what a name means is guessed as the name of a column is."""

    format = "printed"
    title = "lines of names and numbers"
    whole_end = re.compile(r"(?!)")

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._table: Table | None = None
        self._last: tuple[float, float] | None = None
        """Epoch and step of the last line that told both."""

    @classmethod
    def recognise(cls, head: bytes, path: Path) -> float:
        if super().recognise(head, path) == 0.0:
            return 0.0
        lines = head.decode("utf-8", "replace").replace("\r", "\n").split("\n")[:5000]
        found = sum(cls.sure_of(plain(line)) > 0 for line in lines if line and len(line) < _LONGEST)
        return 0.3 if found >= _SURE_AT else 0.1

    @classmethod
    def sure_of(cls, line: str) -> float:
        said = _said(line)
        parts = {found[0] for name in said or () if (found := _role(name)) is not None}
        return 0.1 if parts & {STEP, EPOCH} and parts & {TRAIN_LOSS, EVAL_LOSS} else 0.0

    def read_line(self, line: str) -> Iterator[Record]:
        if len(line) > _LONGEST:
            return
        line = plain(line)
        said = _said(line)
        if not said or all((found := _role(name)) is None or found[0] in PLACES for name in said):
            return
        values = {name: value for name, (value, _) in said.items()}
        self._take_totals(said)
        names = tuple(values)
        if self._table is None:
            self._table = Table(self.columns, self.facts)
        record = self._table.record(self._table.layout(names), tuple(values.values()), number)
        if record is not None:
            if not line[0].isalpha():
                record.time = logged_at(split_prefix(line)[0])
            yield record

    def _take_totals(self, said: dict[str, tuple[float, int | None]]) -> None:
        """`epoch 3/10` tells how many there will be; of steps only where they are not counted anew in each epoch."""
        places = {found[0]: of for name, (_, of) in said.items() if (found := _role(name)) is not None}
        if places.get(EPOCH):
            self.facts.total_epochs = float(places[EPOCH] or 0)
        now = {role[0]: each for name, (each, _) in said.items() if (role := _role(name)) is not None}
        step, epoch = now.get(STEP), now.get(EPOCH)
        if not places.get(STEP) or step is None:
            return
        if epoch is None or (self._last is not None and epoch > self._last[0] and step > self._last[1]):
            self.facts.total_steps = places[STEP]
        self._last = None if epoch is None else (epoch, step)


def _said(line: str) -> dict[str, tuple[float, int | None]] | None:
    """The names of a line with their numbers and, of `3/10`, the second one; None where the line says more."""
    if len(line) > _LONGEST or "{" in line:
        return None
    whole = _pairs(line.rstrip())
    return whole if whole is not None else _pairs(split_prefix(line)[1].rstrip())


def _pairs(text: str) -> dict[str, tuple[float, int | None]] | None:
    found: dict[str, tuple[float, int | None]] = {}
    phase = ""  # of the evaluation that the last label told of: `val: loss 1.5`
    at, end = 0, len(text)
    tutorial = _EPOCH_AND_BATCH.match(text) if text.startswith("[") else None
    if tutorial is not None:
        found, at = {"epoch": (float(tutorial[1]), None), "batch": (float(tutorial[2]), None)}, tutorial.end()
    for _ in range(_MOST_PAIRS):
        gap = _GAP.match(text, at)
        at = gap.end() if gap else at
        if at >= end:
            break
        if (pair := _PAIR.match(text, at)) is not None:
            at = pair.end()
            placed = _OF_PLACE.fullmatch(pair[1]) if text[at - 1] == ":" else None
            if placed and (value := _VALUE.match(text, at)):
                _add(found, placed[2], float(pair[2]), None, "")
                _add(found, placed[1], float(value[1]), None, phase)
                at = value.end()
            else:
                told = _add(found, pair[1], float(pair[2]), int(pair[3]) if pair[3] else None, phase)
                phase = phase or told
        elif part := _PART.match(text, at):
            at = part.end()
            _add_part(found, int(part[1]), int(part[2]))
        elif (other := _DURATION.match(text, at) or _ALONE.match(text, at)) is not None:
            at = other.end()
        elif (label := _LABEL.match(text, at)) is not None and label[1].split()[0].lower() in _FILLERS:
            at = label.end()
            phase = _phase(label[1].split())
        else:
            return None
    return found


def _add(
    found: dict[str, tuple[float, int | None]], text: str, value: float, of: int | None, phase: str
) -> str:
    """Add a number under its name; the evaluation that the name told of, where it is that of a place."""
    name, told = _name(text)
    meant = _role(name)
    is_place = meant is not None and meant[0] in PLACES
    if of is not None and not is_place:
        value, of = value / of if of else value, None
    if name.lower() in _PHASES and any((one := _role(each)) and one[0] == TRAIN_LOSS for each in found):
        name = "val_loss"  # `LOSS train 0.5 valid 0.6`
    elif not is_place and (phase or told):
        name = of_evaluation(name, phase or told)
    found.setdefault(name, (value, of))
    return told if is_place else ""


def _add_part(found: dict[str, tuple[float, int | None]], done: int, of: int) -> None:
    """`epoch 2 [640/6000]` is a part of that epoch; `[100/500]` alone is a step."""
    epoch = next((name for name in found if (role := _role(name)) is not None and role[0] == EPOCH), None)
    if epoch is None:
        found.setdefault("step", (float(done), of))
    elif done < of:
        found[epoch] = (found[epoch][0] + done / of, found[epoch][1])


@lru_cache(maxsize=4096)
def _role(name: str) -> tuple[str, int] | None:
    """What a name means; a log has few, and every line has them all."""
    return guess(name)


@lru_cache(maxsize=4096)
def _name(text: str) -> tuple[str, str]:
    """A name without words that do not change what it is, and the evaluation that they tell of."""
    words = text.split()
    for start in range(len(words)):
        before = [word.lower().strip(".") for word in words[:start]]
        if not _FILLERS.issuperset(before):
            break
        meant = _role(" ".join(words[start:]))
        if meant is not None:
            phase = _phase(before) if meant[0] in (*PLACES, TRAIN_LOSS) else ""
            return " ".join(words[start:]), phase
    return text, ""


def _phase(words: list[str]) -> str:
    told = next((word.lower() for word in words if word.lower() in _PHASES), "")
    return "test" if told == "test" else "eval" if told else ""
