"""Class and length of every row as arrays, from which the distribution of any rows is drawn at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from ftui.rules.chunk import Chunk
from ftui.rules.rule import ChunkInfo
from ftui.statistics.distributions import Counts, Distribution, as_ranges, histogram

CHARACTER_EDGES = (
    0,
    1,
    20,
    50,
    100,
    200,
    350,
    500,
    750,
    1000,
    1500,
    2000,
    3500,
    5000,
    10_000,
    20_000,
    50_000,
)


@dataclass(slots=True)
class ChunkFigures:
    """The readable rows of a chunk."""

    row: NDArray[np.int64]
    prompt: NDArray[np.uint32]
    answer: NDArray[np.uint32]
    """Characters."""
    label: NDArray[np.int32] | None = None
    """Places in `names`, -1 for none; None where no row has a label, or they are free text."""
    names: tuple[str, ...] = ()


def figures_of(chunk: Chunk, names: Sequence[str]) -> ChunkFigures:
    """The figures of a chunk; `names` are its labels, empty where they are not to be kept."""
    rows = chunk.rows
    sizes = rows.select("row", pl.col("prompt").str.len_chars(), pl.col("answer").str.len_chars())
    found = ChunkFigures(
        sizes["row"].to_numpy(),
        sizes["prompt"].cast(pl.UInt32).to_numpy(),
        sizes["answer"].cast(pl.UInt32).to_numpy(),
    )
    if names:
        places = {name: place for place, name in enumerate(names)}
        found.label = np.array([places.get(label, -1) for label in rows["label"].to_list()], np.int32)
        found.names = tuple(names)
    return found


@dataclass
class RowFigures:
    """The rows of all files, as they were at the check."""

    names: tuple[str, ...] = ()
    """The classes."""
    _files: dict[int, dict[str, NDArray[Any]]] = field(default_factory=dict)

    @classmethod
    def of(cls, parts: Sequence[tuple[ChunkInfo, ChunkFigures]]) -> RowFigures:
        """All chunks put together: 20 bytes a row."""
        names: dict[str, int] = {}
        by_file: dict[int, list[ChunkFigures]] = {}
        for info, part in parts:
            if part.label is not None:
                to = np.array([names.setdefault(name, len(names)) for name in part.names] + [-1], np.int32)
                part.label = to[part.label]
            else:
                part.label = np.full(len(part.row), -1, np.int32)
            by_file.setdefault(info.file, []).append(part)
        files = {}
        for file, own in by_file.items():
            own.sort(key=lambda part: int(part.row[0]) if len(part.row) else -1)
            columns = ("row", "prompt", "answer", "label")
            files[file] = {each: np.concatenate([getattr(part, each) for part in own]) for each in columns}
        return cls(tuple(names), files)

    def classes(self, file: int | None = None, rows: ArrayLike | None = None) -> Distribution:
        """The classes of some (sorted) rows of a file, of a file, or of everything; empty where there are none."""
        held = self._held("label", file, rows)
        counts = np.bincount(held[held >= 0], minlength=len(self.names)).tolist()
        return Distribution.of_counts({name: n for name, n in zip(self.names, counts, strict=True) if n})

    def lengths(
        self, part: str = "answer", file: int | None = None, rows: ArrayLike | None = None
    ) -> Distribution:
        """The lengths of prompts or answers in characters, as ranges; rows that lack the part are left out."""
        return as_ranges(self.length_counts(part, file, rows), CHARACTER_EDGES)

    def length_counts(self, part: str, file: int | None = None, rows: ArrayLike | None = None) -> Counts:
        """The same as counts of all bins, so that a filter can be drawn beside the whole."""
        held = self._held(part, file, rows)
        return histogram(held[held > 0], CHARACTER_EDGES)

    def _held(self, column: str, file: int | None, rows: ArrayLike | None) -> NDArray[Any]:
        if file is None:
            every = [each[column] for each in self._files.values()]
            return np.concatenate(every) if every else np.zeros(0, np.int32)
        if file not in self._files:
            return np.zeros(0, np.int32)
        known = self._files[file]
        if rows is None:
            return known[column]
        wanted = np.asarray(rows, np.int64)
        at = np.minimum(np.searchsorted(known["row"], wanted), max(len(known["row"]) - 1, 0))
        there = known["row"][at] == wanted if len(known["row"]) else np.zeros(len(wanted), np.bool_)
        held: NDArray[Any] = known[column][at[there]]
        return held
