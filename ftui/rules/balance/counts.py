"""What the rows of a chunk and of a split add to the balance: labels, topics, types of answers, lengths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from ftui.project.split_names import split_rank
from ftui.rules import meta_columns
from ftui.rules.balance.classes import Labels, purpose
from ftui.rules.balance.production import asked, named
from ftui.rules.balance.row_figures import ChunkFigures
from ftui.rules.chunk import Chunk
from ftui.rules.rule import ChunkInfo, Place
from ftui.statistics.distributions import LENGTH_EDGES, Counts, histogram
from ftui.statistics.words import F32

_FREE = 5_000
"""Labels of one chunk from which they are free text, and no longer counted."""


@dataclass(slots=True)
class Part:
    """What one chunk adds."""

    labels: Counter[str] = field(default_factory=Counter)
    rare: dict[str, list[int]] = field(default_factory=dict)
    free: bool = False
    topics: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    lengths: Counts | None = None
    nearest: F32 | None = None
    figures: ChunkFigures | None = None


@dataclass(slots=True)
class Split:
    """All chunks of the splits of one purpose."""

    labels: Labels = field(default_factory=Labels)
    topics: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    lengths: Counts = field(default_factory=lambda: np.zeros(len(LENGTH_EDGES), np.int64))
    files: set[int] = field(default_factory=set)
    free: bool = False

    @property
    def file(self) -> int | None:
        """The only file, if there is one."""
        return next(iter(self.files)) if len(self.files) == 1 else None


def count_labels(part: Part, chunk: Chunk, least: int) -> None:
    """Add the labels of a chunk, with the rows of those that it has fewer than `least` times."""
    labelled = chunk.rows.select("row", "label").drop_nulls()
    if not len(labelled):
        return
    part.labels = Counter(dict(labelled["label"].value_counts().iter_rows()))
    part.free = len(part.labels) > _FREE
    if part.free:
        part.labels = Counter()
        return
    small = [name for name, count in part.labels.items() if count < least]
    rows = labelled.filter(pl.col("label").is_in(small)) if small else labelled.head(0)
    for row, label in rows.iter_rows():
        part.rare.setdefault(label, []).append(row)


def topics_of(chunk: Chunk, column: str) -> Counter[str]:
    """The topics that a column names."""
    values = (meta_columns.value(parsed.value, column) for parsed in chunk.parsed)
    return Counter(name for value in values if (name := named(value)) is not None)


def lengths_of(chunk: Chunk) -> Counts:
    """Words of each prompt, or of the first text where there is none."""
    text = pl.when(pl.col("prompt") != "").then(pl.col("prompt")).otherwise(pl.col("answer"))
    words = chunk.rows.select(text.str.count_matches(r"\S+")).to_series()
    return histogram(words.to_numpy(), LENGTH_EDGES)


def every_so_manieth(chunk: Chunk, every: int) -> Iterator[str]:
    """The texts of every so-manieth row, by its number, so that the chunks do not matter."""
    for number, example, parsed in zip(chunk.numbers, chunk.examples, chunk.parsed, strict=True):
        if example is not None and number % every == 0:
            yield asked(example, parsed.value)


def joined(gathered: Sequence[tuple[ChunkInfo, Part]]) -> dict[str, Split]:
    """The counts by purpose, training first."""
    found: dict[str, Split] = {}
    for info, part in gathered:
        split = found.setdefault(purpose(info.split), Split())
        split.files.add(info.file)
        split.labels.counts.update(part.labels)
        split.free |= part.free
        for name, rows in part.rare.items():
            places = split.labels.rare.setdefault(name, [])
            places += [Place(info.file, info.split, row) for row in rows[: max(20 - len(places), 0)]]
        split.topics.update(part.topics)
        split.answers.update(part.answers)
        if part.lengths is not None:
            split.lengths = split.lengths + part.lengths
    for split in found.values():
        split.labels.file = split.file
    return dict(sorted(found.items(), key=lambda item: split_rank(item[0])))
