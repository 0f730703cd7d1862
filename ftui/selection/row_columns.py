"""What rows say in a few columns, as numbers: label, group, time, language, domain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ftui.dataset.dataset import Dataset
from ftui.dataset.example import Example
from ftui.dataset.record import RowId
from ftui.rules.row_index.shingles import I64

_BLOCK = 5_000

Told = Callable[[Any, Example | None], str | None]
"""From a row's value and example to what it says; None where it says nothing."""


@dataclass
class Coded:
    """One name a row, by number; -1 where a row has none."""

    names: list[str] = field(default_factory=list)
    codes: I64 = field(default_factory=lambda: np.zeros(0, np.int64))


def coded(dataset: Dataset, rows: dict[int, I64], *told: Told) -> list[Coded]:
    """For each question what the rows (file to sorted rows) say, file after file."""
    names: list[dict[str, int]] = [{} for _ in told]
    codes: list[list[int]] = [[] for _ in told]
    for value, example in read(dataset, rows):
        for ask, numbers, found in zip(told, names, codes, strict=True):
            name = ask(value, example)
            found.append(-1 if name is None else numbers.setdefault(name, len(numbers)))
    return [
        Coded(list(numbers), np.array(found, np.int64)) for numbers, found in zip(names, codes, strict=True)
    ]


def read(dataset: Dataset, rows: dict[int, I64]) -> Iterator[tuple[Any, Example | None]]:
    """Value and example of these rows, file after file, read in runs."""
    for file, chosen in sorted(rows.items()):
        document = dataset.documents[file]
        for start in range(0, len(chosen), _BLOCK):
            block: list[RowId] = chosen[start : start + _BLOCK].tolist()
            for raw in document.raws(block):
                value = document.records.parse(raw).value
                yield value, None if value is None else document.layout.example(value)
