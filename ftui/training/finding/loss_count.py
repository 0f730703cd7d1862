"""The loss values of a log: how many it holds, and which, to tell which logs are of one run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS
from ftui.training.readers.reader import Reader, WholeReader
from ftui.training.record import Record

_LARGEST = 1_000_000
"""Bytes that are read; a larger file is not counted but taken to be full."""
_BEGINNING = 1 << 16
"""Bytes of a log that is compared with others: 600 points of an event file, in 5 ms."""


def losses_in(path: Path, reader: type[Reader], size: int) -> int:
    """Loss values in a log; those of a large one are guessed from its size."""
    return size // 100 if size > _LARGEST else _counted(path, reader, size)


def losses_at(path: str, reader: type[Reader], size: int) -> Mapping[tuple[str, float], float]:
    """The losses of a log by metric and step: the first ones of a long one, none of a large one that is one object."""
    if issubclass(reader, WholeReader):
        return _losses(path, reader, size) if size <= _LARGEST else {}
    return _losses(path, reader, min(size, _BEGINNING))


@lru_cache(maxsize=256)
def _losses(path: str, reader: type[Reader], _size: int) -> Mapping[tuple[str, float], float]:
    return {
        (metric, record.step): record.values[metric]
        for record in _records(Path(path), reader, _BEGINNING)
        for metric in (TRAIN_LOSS, EVAL_LOSS)
        if metric in record.values and record.step is not None
    }


@lru_cache(maxsize=1024)
def _counted(path: Path, reader: type[Reader], _size: int) -> int:
    return sum(
        (TRAIN_LOSS in record.values) + (EVAL_LOSS in record.values) for record in _records(path, reader)
    )


def _records(path: Path, reader: type[Reader], most: int = _LARGEST) -> list[Record]:
    one = reader(path)
    try:
        if isinstance(one, WholeReader):
            return list(one.load())
        with path.open("rb") as file:
            return list(one.feed(file.read(most)))
    except OSError:
        return []
