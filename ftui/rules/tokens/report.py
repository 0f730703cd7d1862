"""What `ftui tokens` tells: tokens by split and field, how long rows are, which are too long, what TOON saves."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Project
from ftui.rules import reading, token_counts
from ftui.rules.chunk import Chunk
from ftui.rules.length import over_context
from ftui.rules.row_family import rows_of
from ftui.rules.rule import Context, Stopped
from ftui.rules.scratch import Scratch
from ftui.rules.stop_signal import cut_answers
from ftui.rules.tokens import waste as token_waste

Progress = Callable[[str, int, int], None]
"""Called with (phase, done, total)."""
LISTED = 20
"""Rows named of those that are too long."""
_SMALLEST = 16
"""The first bar of the histogram ends here; each next one is twice as wide."""


@dataclass(slots=True)
class FieldTokens:
    """The texts of one field in one split."""

    split: str
    field: str
    """Turns together: `messages[].content`."""
    role: str
    texts: int
    tokens: int


@dataclass(slots=True)
class SplitTokens:
    """How long the rows of one split are, in tokens of their texts."""

    split: str
    rows: int
    tokens: int
    median: int
    p95: int
    longest: int
    histogram: list[tuple[int, int, int]]
    """(from, below, rows)."""


@dataclass(slots=True)
class TooLong:
    """Rows above one limit."""

    limit: int
    what: str
    """max_seq_length, or the model's context and the file that says it."""
    rows: int
    named: list[dict[str, Any]]
    """The first of them: path, split, row, line."""


@dataclass(slots=True)
class ToonSavings:
    """What writing the JSON tables of prompts as TOON saves."""

    tables: int = 0
    rows: int = 0
    tokens: int = 0
    tokens_as_toon: int = 0

    @property
    def saved(self) -> int:
        """Tokens saved in one pass over the data."""
        return self.tokens - self.tokens_as_toon


@dataclass(slots=True)
class TokenReport:
    """The whole result."""

    tokenizer: str
    kind: str
    """exact, approximate or estimate."""
    note: str
    template: str
    """How rows become text where they are held against a limit."""
    rows: int
    tokens: int
    splits: list[SplitTokens]
    fields: list[FieldTokens]
    too_long: list[TooLong]
    toon: ToonSavings
    price: float | None = None

    def money(self, tokens: int) -> float | None:
        """What so many tokens cost at the price for a million."""
        return None if self.price is None else round(tokens * self.price / 1e6, 4)

    def as_json(self) -> dict[str, Any]:
        """The report as plain values, money included where there is a price."""
        held = asdict(self)
        held["toon"]["saved"] = self.toon.saved
        if self.price is not None:
            held |= {"cost": self.money(self.tokens)}
            held["toon"]["saved_cost"] = self.money(self.toon.saved)
        return held


@dataclass(slots=True)
class _Sums:
    lengths: dict[str, list[NDArray[np.int64]]] = field(default_factory=dict)
    fields: dict[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)
    cut: list[tuple[int, int]] = field(default_factory=list)
    beyond: list[tuple[int, int]] = field(default_factory=list)
    toon: ToonSavings = field(default_factory=ToonSavings)


def silent(_phase: str, _done: int, _total: int) -> None:
    """No progress is shown."""


def measure(
    dataset: Dataset,
    project: Project,
    *,
    progress: Progress = silent,
    cancelled: Callable[[], bool] = lambda: False,
) -> TokenReport:
    """Count every text of the dataset, edits included. Raises FtuiError for a model file that cannot be read."""
    from ftui.model import tokenizer

    tokenizer.counter(
        tokenizer.find(project.model)
    )  # a faulty file is an error here, not a reason to estimate
    for document in dataset.documents:
        document.build_index(lambda done, total: progress("indexing", done, total), cancelled)
    parts = reading.runs(dataset)
    rows = reading.Rows(dataset, parts)
    scratch, collecting = Scratch(), gc.isenabled()
    gc.disable()  # chunks are large and without cycles: the collector would walk them again and again
    try:
        context = Context(project, reading.file_infos(dataset, parts), scratch=scratch.path)
        progress("sampling", 0, 1)
        setup = token_counts.setup(reading.sample(dataset, parts), context)
        sums = _Sums()
        total, done = sum(run.rows for run in parts), 0
        for chunk in _counted(dataset, parts, context):
            if cancelled():
                raise Stopped
            _add(chunk, context, sums)
            done += len(chunk)
            progress("counting", done, total)
    finally:
        scratch.remove()
        if collecting:
            gc.enable()
    return _report(sums, setup, project, rows)


def _counted(dataset: Dataset, parts: list[reading.Run], context: Context) -> Iterator[Chunk]:
    """The chunks with their tokens counted; the next one is read meanwhile, as tokenizers let other threads run."""
    with ThreadPoolExecutor(1) as pool:
        waiting = None
        for task in reading.tasks(parts):
            chunk = reading.read(dataset.documents[task.info.file], task)
            if waiting is not None:
                waiting[1].result()
                yield waiting[0]
            waiting = (chunk, pool.submit(token_counts.counts, chunk, context))
        if waiting is not None:
            waiting[1].result()
            yield waiting[0]


def _add(chunk: Chunk, context: Context, sums: _Sums) -> None:
    tokens = pl.Series("tokens", token_counts.counts(chunk, context), dtype=pl.Int64)
    texts = chunk.texts.select("row", "role", tokens, field=pl.col("field").str.replace_all(r"\[\d+\]", "[]"))
    lengths = texts.group_by("row").agg(pl.col("tokens").sum())["tokens"].to_numpy()
    sums.lengths.setdefault(chunk.split, []).append(lengths)
    by_field = texts.group_by("field", "role", maintain_order=True).agg(pl.len(), pl.col("tokens").sum())
    for name, role, count, counted in by_field.iter_rows():
        key = (chunk.split, name, role)
        before = sums.fields.get(key, (0, 0))
        sums.fields[key] = (before[0] + count, before[1] + counted)
    sums.cut += [(chunk.file, row) for row, _ in cut_answers.verdicts(chunk, context)]
    for row in rows_of(chunk, over_context.suspects(chunk, context)):
        if row.example and [*over_context.findings(row.example, context)]:
            sums.beyond.append((chunk.file, row.place.row))
    _add_tables(chunk, context, sums.toon)


def _add_tables(chunk: Chunk, context: Context, toon: ToonSavings) -> None:
    recipe = token_counts.of(context).recipe
    for row in rows_of(chunk, token_waste.table_suspects(chunk)):
        found = [*token_waste.savings(row.example, recipe)] if row.example else []
        toon.rows += bool(found)
        toon.tables += len(found)
        toon.tokens += sum(each.before for each in found)
        toon.tokens_as_toon += sum(each.after for each in found)


def _report(sums: _Sums, setup: token_counts.Setup, project: Project, rows: reading.Rows) -> TokenReport:
    lengths = {split: np.concatenate(parts) for split, parts in sums.lengths.items()}
    too_long = []
    if project.training.max_seq_length:
        too_long.append(_too_long(project.training.max_seq_length, "max_seq_length", sums.cut, rows))
    if setup.context is not None:
        limit, where = setup.context
        too_long.append(_too_long(limit, f"the model's context ({where})", sums.beyond, rows))
    return TokenReport(
        tokenizer=setup.recipe.shown,
        kind=setup.recipe.kind,
        note=setup.recipe.note,
        template=setup.template.found_in,
        rows=sum(len(each) for each in lengths.values()),
        tokens=int(sum(each.sum() for each in lengths.values())),
        splits=[_split(name, each) for name, each in lengths.items()],
        fields=[FieldTokens(*key, *counted) for key, counted in sums.fields.items()],
        too_long=too_long,
        toon=sums.toon,
        price=project.token_price,
    )


def _split(name: str, lengths: NDArray[np.int64]) -> SplitTokens:
    if not len(lengths):
        return SplitTokens(name, 0, 0, 0, 0, 0, [])
    median, p95 = (int(np.percentile(lengths, share, method="higher")) for share in (50, 95))
    longest = int(lengths.max())
    edges = [0, _SMALLEST]
    while edges[-1] <= longest:
        edges.append(2 * edges[-1])
    counts, _ = np.histogram(lengths, bins=edges)
    bars = [(low, high, int(n)) for low, high, n in zip(edges, edges[1:], counts, strict=False)]
    while len(bars) > 1 and not bars[0][2]:
        bars.pop(0)
    return SplitTokens(name, len(lengths), int(lengths.sum()), median, p95, longest, bars)


def _too_long(limit: int, what: str, found: list[tuple[int, int]], rows: reading.Rows) -> TooLong:
    places = [rows.place(file, row) for file, row in found[:LISTED]]
    named = [{"path": p.path, "split": p.split, "row": p.row, "line": p.line} for p in places]
    return TooLong(limit, what, len(found), named)
