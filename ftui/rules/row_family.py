"""What families of row rules share: pick suspects by columns, judge them exactly, count, join. A subclass says how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ftui.project.settings import Severity
from ftui.rules.chunk import Chunk
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Place, Row, Rule


@dataclass(slots=True)
class Tally:
    """The findings of one chunk: rows and true counts by rule, and what a subclass gathered for its set rules."""

    rows: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    severities: dict[str, Counter[Severity]] = field(default_factory=dict)
    kept: dict[str, dict[int, list[Finding]]] = field(default_factory=dict)
    """Code to row to its findings, of as many rows as the context says."""
    gathered: Any = None


Suspects = Iterable[int] | Mapping[str, Iterable[int]]
"""Rows that may have a finding, or such rows by the code of the rule."""


class RowFamily:
    """A family whose findings need one row at a time, given what `survey` settled.

    A subclass sets `name` and `rules`, writes `findings` (exact, one row) and `suspects` (vectorised: which rows of a
    chunk may have a finding, never leaving one out). A family that also has set rules overrides `gather` and `settle`.
    """

    name: str
    rules: tuple[Rule, ...]

    def survey(self, sample: Sequence[Chunk], context: Context) -> Any:  # noqa: ARG002
        """What the sample settles; picklable. It is the state of `findings` unless `settle` returns another."""
        return None

    def suspects(self, chunk: Chunk, state: Any, context: Context) -> Suspects:  # noqa: ARG002
        """Numbers of rows that may have a finding; every row unless a subclass knows better.

        Told by rule, a row is judged by those rules only: `findings` gets a context that wants no others.
        """
        return chunk.numbers

    def findings(self, row: Row, state: Any, context: Context) -> Iterable[Finding]:
        """The exact findings of one row that has an example."""
        raise NotImplementedError

    def gather(self, chunk: Chunk, state: Any, context: Context) -> Any:  # noqa: ARG002
        """What one chunk adds to the set rules; picklable and small."""
        return None

    def settle(self, gathered: list[tuple[ChunkInfo, Any]], found: Combined, context: Context) -> Combined:  # noqa: ARG002
        """What is known once all chunks are: set findings, skipped rules, the final state."""
        return found

    def map(self, chunk: Chunk, context: Context) -> Tally:
        """Judge the suspects of one chunk."""
        state = context.surveys.get(self.name)
        tally = Tally(gathered=self.gather(chunk, state, context))
        own = {rule.code: rule.severity for rule in self.rules}
        rows: dict[str, list[int]] = {}
        keep = context.keep if type(self).inspect is RowFamily.inspect else 0
        for row, narrow in _judged(chunk, self.suspects(chunk, state, context), context):
            for finding in self.findings(row, state, narrow):
                if narrow.wants(finding.code):
                    rows.setdefault(finding.code, []).append(row.place.row)
                    severity = finding.severity or own[finding.code]
                    tally.severities.setdefault(finding.code, Counter())[severity] += 1
                    if keep:
                        _keep(tally.kept.setdefault(finding.code, {}), row.place.row, finding, keep)
        for code, found in rows.items():
            tally.counts[code] = len(found)
            tally.rows[code] = np.unique(np.array(found, dtype=np.int64))
        return tally

    def combine(self, partials: Iterable[tuple[Chunk | ChunkInfo, Tally]], context: Context) -> Combined:
        """Hits and counts of all chunks, then what the subclass settles from them."""
        hits: list[dict[str, list[NDArray[np.int64]]]] = [{} for _ in context.files]
        counts: Counter[str] = Counter()
        severities: dict[str, Counter[Severity]] = {}
        gathered: list[tuple[ChunkInfo, Any]] = []
        kept: dict[str, dict[tuple[int, int], list[Finding]]] = {}
        for info, tally in partials:
            for code, of_rows in tally.kept.items():
                held = kept.setdefault(code, {})
                for row, findings in islice(of_rows.items(), context.keep - len(held)):
                    held[info.file, row] = findings
            counts.update(tally.counts)
            for code, rows in tally.rows.items():
                hits[info.file].setdefault(code, []).append(rows)
            for code, each in tally.severities.items():
                severities.setdefault(code, Counter()).update(each)
            if tally.gathered is not None:
                gathered.append((_info(info), tally.gathered))
        joined = [{code: np.sort(np.concatenate(rows)) for code, rows in of.items()} for of in hits]
        own = {rule.code: rule.severity for rule in self.rules}
        mixed = {code: dict(each) for code, each in severities.items() if set(each) != {own[code]}}
        state = context.surveys.get(self.name)
        found = self.settle(gathered, Combined(joined, dict(counts), state, severities=mixed), context)
        if found.state is state:  # else `inspect` may say something else than `map` did
            found.kept = kept
        return found

    def inspect(self, row: Row, state: Any, context: Context) -> list[Finding]:
        """The findings of one row, exact."""
        return [] if row.example is None else [*self.findings(row, state, context)]


def rows_of(chunk: Chunk, numbers: Iterable[int]) -> Iterator[Row]:
    """The rows of a chunk with these numbers, each once and in order, those without an example left out."""
    place = None if chunk.sampled is None else {row: i for i, row in enumerate(chunk.sampled)}
    for number in sorted({int(each) for each in numbers}):
        i = number - chunk.first if place is None else place[number]
        if chunk.examples[i] is not None:
            yield Row(Place(chunk.file, chunk.split, number), chunk.parsed[i], chunk.examples[i])


def _judged(chunk: Chunk, suspects: Suspects, context: Context) -> Iterator[tuple[Row, Context]]:
    """The suspected rows, each with a context that wants the rules that suspect it."""
    if not isinstance(suspects, Mapping):
        yield from ((row, context) for row in rows_of(chunk, suspects))
        return
    codes: dict[int, set[str]] = {}
    for code, rows in suspects.items():
        if context.wants(code):
            for number in rows:
                codes.setdefault(int(number), set()).add(code)
    narrowed: dict[frozenset[str], Context] = {}
    for row in rows_of(chunk, codes):
        wanted = frozenset(codes[row.place.row])
        narrow = narrowed.get(wanted)
        if narrow is None:
            narrow = narrowed[wanted] = replace(context, codes=wanted)
        yield row, narrow


def _keep(held: dict[int, list[Finding]], row: int, finding: Finding, most: int) -> None:
    """Add a finding to those of its row, if that is one of the first rows."""
    if row in held:
        held[row].append(finding)
    elif len(held) < most:
        held[row] = [finding]


def _info(info: Chunk | ChunkInfo) -> ChunkInfo:
    if isinstance(info, ChunkInfo):
        return info
    return ChunkInfo(info.file, info.split, info.first, len(info))
