"""How many loss values a log holds: which of several logs of one run is the fullest."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS
from ftui.training.readers.reader import Reader, WholeReader

_LARGEST = 1_000_000
"""Bytes that are read; a larger file is not counted but taken to be full."""


def losses_in(path: Path, reader: type[Reader], size: int) -> int:
    """Loss values in a log; those of a large one are guessed from its size."""
    return size // 100 if size > _LARGEST else _counted(path, reader, size)


@lru_cache(maxsize=1024)
def _counted(path: Path, reader: type[Reader], _size: int) -> int:
    one = reader(path)
    try:
        records = one.load() if isinstance(one, WholeReader) else one.feed(path.read_bytes()[:_LARGEST])
    except OSError:
        return 0
    return sum((TRAIN_LOSS in record.values) + (EVAL_LOSS in record.values) for record in records)
