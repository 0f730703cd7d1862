"""How rows are distributed over classes, types of answers, lengths and tokens: of all rows, and of those shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ftui.dataset.dataset import Dataset
from ftui.dataset.formats.base import Cancelled
from ftui.model import tokenizer
from ftui.rules import token_counts
from ftui.rules.balance.answer_types import TYPES, answer_types
from ftui.rules.balance.classes import Labels
from ftui.rules.balance.row_figures import CHARACTER_EDGES, figures_of
from ftui.rules.chunk import Chunk
from ftui.rules.rule import Context, Stopped
from ftui.rules.stop_signal.end_marker import discover_marker
from ftui.statistics.distributions import LENGTH_EDGES, Counts, Distribution, histogram

EXACT_ROWS = 50_000
"""Rows up to which every one is counted: two seconds for rows of 700 bytes."""
SAMPLE_ROWS = 20_000
BUDGETS: Mapping[str, int] = {"estimate": 100 << 20, "fast": 60 << 20, "exact": 6 << 20}
"""Bytes of rows that are counted in about two seconds, by what counts their tokens."""
PIECE = 2_000
"""Rows between two looks at whether somebody cancelled."""
_RUN = 50
"""A sample is read in runs of neighbours: one seek a run instead of one a row."""
MOST_CLASSES = 12
FREE = 5_000
"""Labels from which they are free text, and no longer counted."""

Progress = Callable[[int, int], None]


class Part(NamedTuple):
    """Some rows of one file, rising or in any order."""

    file: int
    split: str
    rows: NDArray[np.int64]


@dataclass
class Figures:
    """What was counted of some rows."""

    rows: int = 0
    looked: int = 0
    """How many of them were read: all, or an even sample."""
    splits: dict[str, int] = field(default_factory=dict)
    """All rows by split, whether read or not."""
    labels: Labels = field(default_factory=Labels)
    answers: Counter[str] = field(default_factory=Counter)
    prompt: Counts = field(default_factory=lambda: np.zeros(len(CHARACTER_EDGES), np.int64))
    answer: Counts = field(default_factory=lambda: np.zeros(len(CHARACTER_EDGES), np.int64))
    tokens: Counts = field(default_factory=lambda: np.zeros(len(LENGTH_EDGES), np.int64))


def parts_of(dataset: Dataset) -> list[Part]:
    """All rows as they are now, by file and split."""
    return [
        Part(
            view.file, view.name, np.asarray(dataset.documents[view.file].order(view.section), dtype=np.int64)
        )
        for view in dataset.splits
    ]


def count(
    dataset: Dataset, parts: Sequence[Part], context: Context, progress: Progress, cancelled: Cancelled
) -> Figures:
    """The figures of some rows; of very many an even sample. Raises Stopped when cancelled."""
    found = Figures(sum(len(part.rows) for part in parts))
    for part in parts:
        found.splits[part.split] = found.splits.get(part.split, 0) + len(part.rows)
    chosen = _sample(dataset, parts, found.rows, token_counts.of(context))
    total = sum(len(part.rows) for part in chosen)
    marker = _marker(dataset, chosen, context)
    for part in chosen:
        for start in range(0, len(part.rows), PIECE):
            if cancelled():
                raise Stopped
            progress(found.looked, total)
            chunk = read(dataset, part._replace(rows=part.rows[start : start + PIECE]))
            _add(found, chunk, marker, context)
            found.looked += len(chunk)
    return found


def read(dataset: Dataset, part: Part) -> Chunk:
    """Some rows as columns."""
    document = dataset.documents[part.file]
    numbers = part.rows.tolist()
    parsed = [document.records.parse(raw) for raw in document.raws(numbers)]
    examples = [None if each.value is None else document.layout.example(each.value) for each in parsed]
    return Chunk(part.file, part.split, numbers[0] if numbers else 0, parsed, examples, sampled=numbers)


def _sample(dataset: Dataset, parts: Sequence[Part], rows: int, found: token_counts.Setup) -> Sequence[Part]:
    """All rows where that is quick, else runs of neighbours spread over them."""
    recipe = found.recipe
    budget = BUDGETS["fast" if recipe.fast else "estimate" if recipe.kind == "estimate" else "exact"]
    size = _row_bytes(dataset, parts)
    if rows <= EXACT_ROWS and rows * size <= budget:
        return parts
    wanted = min(SAMPLE_ROWS, max(budget // (4 * size), _RUN))
    starts = np.linspace(0, rows - _RUN, max(wanted // _RUN, 1)).astype(np.int64)
    at = np.unique((starts[:, None] + np.arange(_RUN)).ravel().clip(0, rows - 1))
    borders = np.cumsum([0, *(len(part.rows) for part in parts)])
    return [
        part._replace(rows=part.rows[at[(at >= first) & (at < last)] - first])
        for part, first, last in zip(parts, borders[:-1], borders[1:], strict=True)
    ]


def _row_bytes(dataset: Dataset, parts: Sequence[Part]) -> int:
    """The mean of a few rows spread over each part."""
    sizes: list[int] = []
    for part in parts:
        if len(part.rows):
            few = part.rows[np.unique(np.linspace(0, len(part.rows) - 1, 32).astype(np.int64))].tolist()
            sizes += [len(raw) for raw in dataset.documents[part.file].raws(few)]
    return max(sum(sizes) // max(len(sizes), 1), 1)


def _marker(dataset: Dataset, parts: Sequence[Part], context: Context) -> str:
    """The end marker, without which `yes### End` would be no short answer."""
    if context.project.stop.end_marker is not None:
        return context.project.stop.end_marker
    largest = max(parts, key=lambda part: len(part.rows), default=None)
    if largest is None:
        return ""
    chunk = read(dataset, largest._replace(rows=largest.rows[:: max(1, len(largest.rows) // 500)]))
    return discover_marker(example.answer for example in chunk.examples if example is not None).marker or ""


def _add(found: Figures, chunk: Chunk, marker: str, context: Context) -> None:
    sizes = figures_of(chunk, ())
    found.prompt += histogram(sizes.prompt[sizes.prompt > 0], CHARACTER_EDGES)
    found.answer += histogram(sizes.answer[sizes.answer > 0], CHARACTER_EDGES)
    found.answers.update(answer_types(chunk, marker))
    if len(found.labels.counts) <= FREE:
        labels = chunk.rows["label"].drop_nulls()
        found.labels.counts.update(dict(labels.value_counts().iter_rows()))
    counted = chunk.texts.with_columns(tokens=pl.Series(token_counts.counts(chunk, context), dtype=pl.Int64))
    aside = (pl.col("role") == "other") & ~pl.col("field").str.contains("[", literal=True)
    read_by_training = counted.filter((pl.col("role") != "rejected") & ~aside)
    tokens = read_by_training.group_by("row").agg(pl.col("tokens").sum())["tokens"].to_numpy()
    found.tokens += histogram(tokens, LENGTH_EDGES)


# As charts


def charts(whole: Figures, shown: Figures | None, recipe: tokenizer.Recipe) -> Iterator[dict[str, Any]]:
    """Each as {title, names, whole, shown}: counts by name, `shown` null where all rows are shown."""

    def beside(name: str) -> Any:
        return None if shown is None else getattr(shown, name)

    if len(whole.splits) > 1:
        yield _chart("splits", whole.splits, beside("splits"), list(whole.splits))
    if whole.labels.counts and not whole.labels.free_text and len(whole.labels.counts) <= FREE:
        few = Distribution.of_counts(whole.labels.counts).shortened(MOST_CLASSES)
        title = f"classes, {len(whole.labels.counts):,}"
        other = None if shown is None else shown.labels.counts
        yield _chart(title, whole.labels.counts, other, few.names, rest="others")
    if whole.answers:
        types = [name for name in TYPES if whole.answers[name]]
        yield _chart("types of answers", whole.answers, beside("answers"), types)
    yield from _lengths("prompt, characters", whole.prompt, beside("prompt"), CHARACTER_EDGES)
    yield from _lengths("answer, characters", whole.answer, beside("answer"), CHARACTER_EDGES)
    counted = "estimate" if recipe.kind == "estimate" else recipe.shown
    yield from _lengths(f"tokens ({counted})", whole.tokens, beside("tokens"), LENGTH_EDGES)


def _chart(
    title: str,
    whole: Mapping[str, int],
    shown: Mapping[str, int] | None,
    names: Sequence[str],
    rest: str = "",
) -> dict[str, Any]:
    """`rest` is the name under which all other names are added up, where there are any."""

    def side(counts: Mapping[str, int]) -> list[int]:
        told = [int(counts.get(name, 0)) for name in names]
        if rest and names and names[-1] == rest:
            told[-1] = sum(counts.values()) - sum(told[:-1])
        return told

    return {
        "title": title,
        "names": list(names),
        "whole": side(whole),
        "shown": None if shown is None else side(shown),
    }


def _lengths(
    title: str, whole: Counts, shown: Counts | None, edges: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Ranges, without the empty ones at both ends; no chart where no row has the part."""
    both = whole if shown is None else whole + shown
    filled = np.flatnonzero(both)
    if not len(filled):
        return
    first, last = int(filled[0]), int(filled[-1]) + 1
    yield {
        "title": title,
        "names": [_range(edges, at) for at in range(first, last)],
        "whole": whole[first:last].tolist(),
        "shown": None if shown is None else shown[first:last].tolist(),
    }


def _range(edges: Sequence[int], at: int) -> str:
    low = edges[at]
    if at + 1 == len(edges):
        return f"{low:,}+"
    return f"{low:,}" if edges[at + 1] - 1 <= low else f"{low:,}–{edges[at + 1] - 1:,}"
