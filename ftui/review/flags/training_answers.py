"""All training answers as an index: which of them an output shares a long run with, and which row is nearest to it.

A million rows take 60 MB for the answers and 100 MB for pairs of words, which stay on disk and are mapped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ftui.dataset.dataset import Dataset
from ftui.dataset.example import Example
from ftui.dataset.formats.base import never, no_progress
from ftui.project.settings import Project
from ftui.project.split_names import usual_split
from ftui.review.flags import grams, kept_index
from ftui.review.flags.common_run import CommonRun, longest, placed_without
from ftui.review.flags.words import tokens
from ftui.rules import reading
from ftui.rules.reading import Run
from ftui.rules.row_index.shingles import I64, U64
from ftui.rules.row_index.word_runs import runs_of

COMMON_ROWS, COMMON_SHARE, COMMON_LEAST = 20, 0.05, 4
"""A run of words that more rows have is a phrase of the data, not one row's: 20, or in small data a twentieth."""
CANDIDATES = 8
"""Rows that are read for one output."""
WHOLE_CANDIDATES, WHOLE_WORDS = 24, 8
"""Rows that are read for whole short answers, and the words of the shortest that is no common saying."""
PAIRS = 12_000_000
"""Pairs of words that are kept for `nearest`; of a million rows every eighth pair."""
_PAIRS_A_ROW = 100
_NEAR_READ, _NEAR_COMMON = 12, 300


class Recited(NamedTuple):
    """The longest run of an output that a training answer has too."""

    run: CommonRun
    path: str
    row: int
    split: str
    prompt: str
    answer_words: int


class Near(NamedTuple):
    """The training row whose answer is most like an output, by shared words and pairs of words (Dice)."""

    path: str
    row: int
    split: str
    similarity: float
    prompt: str
    answer: str


@dataclass(frozen=True)
class TrainingAnswers:
    """The index. The dataset must stay open: rows are read from it."""

    dataset: Dataset
    parts: tuple[Run, ...]
    """The rows of the training split."""
    answers: U64 = field(repr=False)
    """Winnowed runs with their rows, sorted."""
    pairs: U64 = field(repr=False)
    every: int = 1
    """Of pairs of words, those whose hash this divides are kept."""

    @classmethod
    def of(cls, dataset: Dataset, project: Project) -> TrainingAnswers:
        """The index of a dataset; kept in `.ftui` where that pays (15 s for a million rows)."""
        for document in dataset.documents:
            if not document.complete:
                document.build_index(no_progress, never)
        parts = training_parts(reading.runs(dataset))
        every = max(1, -(-sum(part.rows for part in parts) * _PAIRS_A_ROW // PAIRS))
        place = kept_index.place(dataset, parts, project, every)
        held = kept_index.load(place) if place else None
        if held is None:
            held = _built(dataset, parts, every)
            if place is not None:
                held = kept_index.save(place, *held)
        return cls(dataset, parts, *held, every)

    @property
    def rows(self) -> int:
        """How many rows it covers."""
        return sum(part.rows for part in self.parts)

    @property
    def common(self) -> int:
        """How many rows may share a run that is still one row's own."""
        return int(min(COMMON_ROWS, max(COMMON_LEAST, COMMON_SHARE * self.rows)))

    def recited(self, text: str, given: str) -> Recited | None:
        """The longest run of words that a text shares with a training answer and that the prompt does not give."""
        placed, own = placed_without(text, given)
        kept, _ = grams.winnowed(placed.hashes, np.array([0, len(placed.hashes)], np.int64))
        low, high = grams.ranges(self.answers, np.unique(kept))
        rare = (high > low) & (high - low <= self.common)
        rows = _rows(self.answers, low[rare], high[rare])
        if not len(rows):
            return None
        found, hits = np.unique(rows, return_counts=True)
        best: Recited | None = None
        for number in found[np.argsort(-hits, kind="stable")[:CANDIDATES]].tolist():
            part, row, example = self._fetch(number)
            if example is None:
                continue
            run = longest(placed, own, runs_of([example.answer]).hashes)
            if run and (best is None or run.words > best.run.words) and self._is_own(placed.hashes, run):
                path = self.dataset.documents[part.file].display_path
                best = Recited(run, path, row, part.split, example.prompt, len(tokens(example.answer)))
        return best

    def whole(self, text: str, given: str) -> list[Recited]:
        """The training answers of eight words and more that stand whole in a text, each text of one once.

        None overlaps another; those that the prompt gives or that more than four rows have are passed over.
        """
        placed, own = placed_without(text, given)
        # A short answer is kept by one run, which need not be among those kept of a longer text: all are asked for.
        low, high = grams.ranges(self.answers, np.unique(placed.hashes[own]))
        rare = (high > low) & (high - low <= self.common)
        low, high = low[rare], high[rare]
        rows = _rows(self.answers, low, high)
        if not len(rows):
            return []
        found, of = np.unique(rows, return_inverse=True)
        score = np.bincount(of, np.repeat(1.0 / (high - low), high - low))
        held: dict[bytes, list[Recited]] = {}
        for number in found[np.argsort(-score, kind="stable")[:WHOLE_CANDIDATES]].tolist():
            part, row, example = self._fetch(number)
            if example is None:
                continue
            answer = runs_of([example.answer]).hashes
            run = longest(placed, own, answer) if len(answer) > WHOLE_WORDS - grams.SIZE else None
            if run and run.words == len(answer) + grams.SIZE - 1:
                path = self.dataset.documents[part.file].display_path
                one = Recited(run, path, row, part.split, example.prompt, run.words)
                held.setdefault(answer.tobytes(), []).append(one)
        return _apart([same for same in held.values() if len(same) <= COMMON_LEAST])

    def _is_own(self, hashes: U64, run: CommonRun) -> bool:
        """Whether most of a run is not a phrase that many answers share."""
        inside = hashes[run.first : run.first + run.words - grams.SIZE + 1]
        low, high = grams.ranges(self.answers, inside)
        known = high > low
        return bool(2 * np.count_nonzero(high[known] - low[known] > self.common) < np.count_nonzero(known))

    def nearest(self, text: str, prompt: str = "") -> Near | None:
        """The training row most like an output and its prompt; None where no row shares a rare pair of words."""
        wanted, _ = grams.grams(grams.words([text, prompt]), 2)
        kept = np.unique(wanted[wanted % np.uint64(self.every) == 0])
        low, high = grams.ranges(self.pairs, kept)
        rare = (high > low) & (high - low <= _NEAR_COMMON)
        low, high = low[rare], high[rare]
        rows = _rows(self.pairs, low, high)
        if not len(rows):
            return None
        found, of = np.unique(rows, return_inverse=True)
        score = np.bincount(of, np.repeat(1 / np.log2(2.0 + high - low), high - low))
        near = [self._near(text, n) for n in found[np.argsort(-score, kind="stable")[:_NEAR_READ]].tolist()]
        return max(
            (each for each in near if each is not None), key=lambda each: each.similarity, default=None
        )

    def _near(self, text: str, number: int) -> Near | None:
        part, row, example = self._fetch(number)
        if example is None:
            return None
        one, other = _bag(text), _bag(example.answer or example.label or "")
        similarity = 2 * len(one & other) / max(len(one) + len(other), 1)
        path = self.dataset.documents[part.file].display_path
        return Near(
            path, row, part.split, round(similarity, 4), example.prompt, example.answer or example.label or ""
        )

    def _fetch(self, number: int) -> tuple[Run, int, Example | None]:
        """A row by its number in the index, as it is now."""
        for part in self.parts:
            size = part.stop - part.start
            if number < size:
                row = part.start + number
                document = self.dataset.documents[part.file]
                return part, row, None if document.deleted(row) else document.example(row)
            number -= size
        return self.parts[-1], -1, None


def training_parts(parts: list[Run]) -> tuple[Run, ...]:
    """The runs of the training split; where none is called so, all but validation and test."""
    named = tuple(part for part in parts if usual_split(part.split) == "train")
    held_out = ("validation", "test")
    return named or tuple(part for part in parts if usual_split(part.split) not in held_out)


def _apart(found: list[list[Recited]]) -> list[Recited]:
    """Of each answer its first row, the longest answers first, without those that lie over a longer one."""
    kept: list[Recited] = []
    for same in sorted(found, key=lambda same: -same[0].run.words):
        run = same[0].run
        if all(run.end <= other.run.start or other.run.end <= run.start for other in kept):
            kept.append(same[0])
    return sorted(kept, key=lambda each: each.run.start)


def _bag(text: str) -> set[tuple[str, ...]]:
    said = tokens(text)
    return {*((word,) for word in said), *pairwise(said)}


def _rows(postings: U64, low: I64, high: I64) -> I64:
    """The rows of some ranges of postings, each as often as it stands there."""
    found = [postings[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)]
    joined = np.concatenate([np.zeros(0, np.uint64), *found])
    return (joined & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _built(dataset: Dataset, parts: tuple[Run, ...], every: int) -> tuple[U64, U64]:
    answers: list[U64] = []
    pairs: list[U64] = []
    for first, prompts, said in _texts(dataset, parts):
        of_answers = grams.words(said)
        runs, text = grams.winnowed(*grams.grams(of_answers, grams.SIZE))
        answers.append(grams.postings(runs, text + first))
        for words in (of_answers, grams.words(prompts)):
            found, offsets = grams.grams(words, 2)
            rows = np.repeat(np.arange(len(said)), np.diff(offsets)) + first
            kept = found % np.uint64(every) == 0
            pairs.append(np.unique(grams.postings(found[kept], rows[kept])))
    return _sorted(answers), _sorted(pairs)


def _texts(dataset: Dataset, parts: tuple[Run, ...]) -> Iterator[tuple[int, list[str], list[str]]]:
    """Chunks of rows: the number of the first in the index, the prompts, and the answers."""
    before = 0
    for part in parts:
        for task in reading.tasks([part]):
            if task.info.first >= part.stop:
                continue  # rows added by hand: the model never saw them
            chunk = reading.read(dataset.documents[part.file], task)
            first = before + task.info.first - part.start
            said = [(each.answer or each.label or "") if each else "" for each in chunk.examples]
            yield first, [each.prompt if each else "" for each in chunk.examples], said
        before += part.stop - part.start


def _sorted(parts: list[U64]) -> U64:
    joined = np.concatenate([np.zeros(0, np.uint64), *parts])
    joined.sort()
    return joined
