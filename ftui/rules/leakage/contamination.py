"""LEK006: rows that hold a question of a benchmark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.example import Text
from ftui.project.errors import FtuiError
from ftui.project.split_names import split_rank
from ftui.rules.chunk import Chunk
from ftui.rules.leakage.benchmark_index import Index, everything, question
from ftui.rules.leakage.far_leaks import FarLeaks, is_most
from ftui.rules.row_index.shingles import I64
from ftui.rules.row_index.word_runs import placed_runs, runs_of
from ftui.rules.rule import ChunkInfo, Context, Finding, Fix, Row

CODE = "LEK006"
COVERAGE = 0.35
"""Share of a question's runs, weighted by rarity, that a text must have."""
LEAST = 5.0
"""And what they must weigh together: as much as five runs that stand nowhere else."""
COPY = 0.5
"""From here on a row of the sample is a copy, and says nothing about how common the runs of the question are."""
_ROOM = 20
"""Words by which a copy may be longer than twice the question."""
_SHOWN = 600
_QUOTES = 8
_OTHERS = 5


class Survey(NamedTuple):
    """The benchmarks, and how rare each of their runs is."""

    known: Index | None
    weight: NDArray[np.float32]
    """By gram: 1 for one that stands in one question only, 1/k for one in k questions and rows."""
    total: NDArray[np.float32]
    """By question: the weight of all its grams."""
    coverage: float
    fault: str = ""
    """Why there is nothing to compare with."""


@dataclass(frozen=True, slots=True)
class Match:
    """A question found in a text."""

    item: int
    coverage: float
    grams: int
    """How many of the question's runs the text has."""
    spans: tuple[tuple[int, int], ...]
    """Where, in characters of the text."""


@dataclass(slots=True)
class State:
    """What the judgement of one row needs."""

    survey: Survey
    whole: frozenset[int]
    """Files that are a benchmark themselves."""


def survey(sample: Sequence[Chunk], context: Context) -> Survey:
    """Read the benchmarks, and count their runs in rows that are no copies of them: these are stock phrases."""
    coverage = float(context.option(CODE, "coverage", COVERAGE))
    nothing = np.zeros(0, np.float32)
    root = context.project.root
    try:
        index = everything(root, context.project.benchmarks)
    except FtuiError as error:
        return Survey(None, nothing, nothing, coverage, error.message)
    if not len(index):
        return Survey(
            None, nothing, nothing, coverage, "no benchmark is known: ftui contamination index FILE"
        )
    carriers = np.diff(index.starts).astype(np.float32)
    first = _weighted(index, carriers, coverage)
    for chunk in sample:
        carriers += _background(chunk, first)
    return _weighted(index, carriers, coverage)


def _weighted(index: Index, carriers: NDArray[np.float32], coverage: float) -> Survey:
    weight = (1 / carriers).astype(np.float32)
    total = np.add.reduceat(weight[index.grams_of], index.held[:-1]).astype(np.float32)
    return Survey(index, weight, total, coverage)


def _background(chunk: Chunk, survey: Survey) -> NDArray[np.float32]:
    """In how many rows of a chunk each gram stands, the copies of its own questions left out."""
    index = survey.known
    assert index is not None
    counts = np.zeros(len(index.gram), np.float32)
    at = dict(zip(chunk.numbers, range(len(chunk)), strict=True))
    for row, grams in _hits(chunk, index):
        example = chunk.examples[at[row]]
        grams = np.unique(grams)
        if float(survey.weight[grams].sum()) >= LEAST and example is not None:
            for match in matches(example.texts, survey):
                if match.coverage >= COPY:
                    own = index.grams_of[index.held[match.item] : index.held[match.item + 1]]
                    grams = np.setdiff1d(grams, own, assume_unique=True)
        counts[grams] += 1
    return counts


def _hits(chunk: Chunk, index: Index) -> Iterable[tuple[int, I64]]:
    """The rows of a chunk with runs of the index, and the grams of each."""
    texts = chunk.texts
    runs = runs_of(texts["text"].to_list())
    places, grams = index.find(runs.hashes)
    if not len(places):
        return
    rows = texts["row"].to_numpy()[np.searchsorted(runs.offsets, places, side="right") - 1]
    borders = np.flatnonzero(np.append(True, rows[1:] != rows[:-1]))
    for start, stop in zip(borders.tolist(), [*borders[1:].tolist(), len(rows)], strict=True):
        yield int(rows[start]), grams[start:stop]


def gather(chunk: Chunk, survey: Survey | None, context: Context) -> I64 | None:  # noqa: ARG001
    """The rows of a chunk with a question in them; None for a test split."""
    if survey is None or survey.known is None or not _judged(chunk.split):
        return None
    at = dict(zip(chunk.numbers, range(len(chunk)), strict=True))
    found = []
    for row, grams in _hits(chunk, survey.known):
        example = chunk.examples[at[row]]
        if (
            float(survey.weight[grams].sum()) >= LEAST
            and example is not None
            and next(iter(matches(example.texts, survey)), None) is not None
        ):
            found.append(row)
    return np.array(found, np.int64)


def _judged(split: str) -> bool:
    return split_rank(split) != 2


def find(parts: Sequence[tuple[ChunkInfo, I64 | None]], survey: Survey, context: Context) -> FarLeaks:
    """The rows of all chunks; a file that is a benchmark itself is one finding."""
    if survey.known is None:
        return FarLeaks(skipped=survey.fault)
    if all(rows is None for _, rows in parts):
        return FarLeaks(skipped="there are rows of a test split only, which may be a benchmark")
    by_file: dict[int, list[I64]] = {}
    looked: dict[int, int] = {}
    for info, rows in parts:
        if rows is not None:
            by_file.setdefault(info.file, []).append(rows)
            looked[info.file] = looked.get(info.file, 0) + info.count
    leaks = FarLeaks(state=State(survey, frozenset()))
    for file, found in by_file.items():
        rows = np.concatenate(found)
        if is_most(len(rows), looked[file]):
            leaks.state.whole |= {file}
            leaks.whole.append(_whole(file, rows, looked[file], context, survey))
            leaks.count("error", 1)
        elif len(rows):
            leaks.add(file, rows)
            leaks.count("error", len(rows))
    return leaks


def _whole(file: int, rows: I64, looked: int, context: Context, survey: Survey) -> Finding:
    row = None if context.fetch is None else context.fetch(file, int(rows[0]))
    found = matches(row.example.texts, survey) if row is not None and row.example is not None else []
    name = survey.known.name(found[0].item)[0].name if found and survey.known is not None else "benchmarks"
    return Finding(
        CODE,
        f"{len(rows):,} of {looked:,} rows are questions of {name}: this file is a benchmark, not training data",
        evidence={"benchmark": name, "rows": len(rows), "rows_looked_at": looked},
        file=file,
    )


def inspect(row: Row, state: State, context: Context) -> Finding | None:  # noqa: ARG001
    """The question that a row holds; of several the one that it holds most of."""
    if row.example is None or row.place.file in state.whole or not _judged(row.place.split):
        return None
    found = sorted(_matches_by_text(row.example.texts, state.survey), key=lambda each: -each[1].coverage)
    return _finding(row, found, state.survey) if found else None


def _finding(row: Row, found: Sequence[tuple[Text, Match]], survey: Survey) -> Finding:
    assert survey.known is not None
    text, best = found[0]
    benchmark, name, number = survey.known.name(best.item)
    evidence: dict[str, Any] = {
        "benchmark": benchmark.name,
        "item": name,
        "coverage": round(best.coverage, 3),
        "runs_of_five_words": best.grams,
        "spans": [list(span) for span in best.spans],
        "quotes": [" ".join(text.text[start:end].split())[:200] for start, end in best.spans[:_QUOTES]],
    }
    said = question_text(benchmark.path, number) if number is not None else ""
    if said:
        evidence["item_text"] = said if len(said) <= _SHOWN else said[: _SHOWN - 1] + "…"
    others = list(dict.fromkeys(survey.known.name(each.item)[1] for _, each in found[1:]))
    others = [each for each in others if each != name]
    if others:
        evidence["other_items"] = others[:_OTHERS]
    label = name if benchmark.name.casefold() in name.casefold() else f"{benchmark.name} {name}"
    return Finding(
        CODE,
        f"holds {label}, a question of a benchmark: {best.coverage:.0%} of its rare word runs",
        field=text.field,
        start=best.spans[0][0],
        end=best.spans[-1][1],
        evidence=evidence,
        fix=Fix(f"Remove this row from the {row.place.split} split", "unsafe", "remove"),
    )


# One text


def matches(texts: Sequence[Text], survey: Survey) -> list[Match]:
    """The questions that these texts hold."""
    return [match for _, match in _matches_by_text(texts, survey)]


def _matches_by_text(texts: Sequence[Text], survey: Survey) -> list[tuple[Text, Match]]:
    return [(text, match) for text in texts for match in _matches(text.text, survey)]


def _matches(text: str, survey: Survey) -> Iterable[Match]:
    index = survey.known
    if index is None:
        return
    runs = placed_runs(text)
    places, grams = index.find(runs.hashes)
    if not len(places) or float(survey.weight[np.unique(grams)].sum()) < LEAST - 1e-3:
        return
    counts = np.diff(index.starts)[grams]
    of = np.concatenate([index.items[index.starts[g] : index.starts[g + 1]] for g in grams.tolist()])
    place, gram = np.repeat(places, counts), np.repeat(grams, counts)
    for item in np.unique(of).tolist():
        mine = of == item
        match = _match(item, place[mine], gram[mine], survey)
        if match is not None:
            spans = _spans(runs.starts[match[0]], runs.ends[match[0]])
            yield Match(item, match[1], match[2], spans)


def _match(item: int, places: I64, grams: I64, survey: Survey) -> tuple[I64, float, int] | None:
    """Where in a text a question stands, the share of its weight, and the number of its runs there."""
    assert survey.known is not None
    needed = max(LEAST, survey.coverage * float(survey.total[item])) - 1e-3
    if float(survey.weight[np.unique(grams)].sum()) < needed:
        return None
    room = 2 * int(survey.known.words[item]) + _ROOM
    if places[-1] - places[0] > room:
        places, grams = _densest(places, grams, room, survey)
    distinct = np.unique(grams)
    weight = float(survey.weight[distinct].sum())
    if weight < needed:
        return None
    return places, min(weight / float(survey.total[item]), 1.0), len(distinct)


def _densest(places: I64, grams: I64, room: int, survey: Survey) -> tuple[I64, I64]:
    """The part of a text, `room` words long, with the heaviest runs."""
    sums = np.append(0, np.cumsum(survey.weight[grams]))
    ends = np.searchsorted(places, places + room, side="right")
    first = int(np.argmax(sums[ends] - sums[: len(places)]))
    part = slice(first, int(ends[first]))
    return places[part], grams[part]


def _spans(starts: I64, ends: I64) -> tuple[tuple[int, int], ...]:
    """Runs that touch or overlap, as one span each."""
    found: list[tuple[int, int]] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if found and start <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return tuple(found)


@lru_cache(maxsize=64)
def question_text(path: str, row: int) -> str:
    """The text of a benchmark's question, where the user gave the file; empty where it is gone."""
    from ftui.dataset.dataset import Dataset
    from ftui.project.settings import Project
    from ftui.rules.reading import Rows, runs

    try:
        dataset = Dataset.open([Path(path)], Project(Path(path).absolute().parent))
    except FtuiError:
        return ""
    try:
        dataset.documents[0].build_index(lambda *_: None, lambda: False)
        seen = Rows(dataset, runs(dataset)).fetch(0, row)
        return question(seen.parsed.value, seen.example)
    except (FtuiError, IndexError):
        return ""
    finally:
        dataset.close()
