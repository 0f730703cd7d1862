"""Which rows must not be torn apart: copies, near copies, rows of one prompt, rows of one group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ftui.rules.leakage.family import LABELLED_WORDS, PROMPT_WORDS
from ftui.rules.row_index.fingerprints import BOTH, PROMPT
from ftui.rules.row_index.index import RowIndex
from ftui.rules.row_index.near_duplicates import components, equal
from ftui.rules.row_index.shingles import I64, U64

SATURATED = 16
"""Near ones of a text after which the index looks for no more: not every pair of such a crowd is known."""


@dataclass(frozen=True)
class Ties:
    """The rows of a run and what ties them, in file order."""

    file: NDArray[Any]
    row: I64
    content: U64
    """A hash of all that a row says, the same in every run."""
    links: tuple[I64, ...]
    """Numbers that tied rows share: of the text (rows with the same words), of the prompt (where it has enough words to
    tell something), of each group column. A row that shares none has a number of its own.
    """
    near_a: I64
    near_b: I64
    """Pairs of texts that are near duplicates."""

    def __len__(self) -> int:
        return len(self.row)

    @property
    def text(self) -> I64:
        return self.links[0]

    @cached_property
    def neighbours(self) -> tuple[I64, I64]:
        """The near texts of each text, as borders and numbers."""
        one, other = np.append(self.near_a, self.near_b), np.append(self.near_b, self.near_a)
        order = np.argsort(one, kind="stable")
        count = int(self.text.max(initial=-1)) + 1
        return np.searchsorted(one[order], np.arange(count + 1)), other[order]

    @cached_property
    def crowd(self) -> I64:
        """For each text the crowd of near ones that it belongs to; -1 where all its near ones are known."""
        borders, _ = self.neighbours
        count = len(borders) - 1
        root = components(count, self.near_a, self.near_b)
        crowded = np.zeros(count, np.bool_)
        crowded[root[np.diff(borders) >= SATURATED]] = True
        return np.where(crowded[root], root, -1)

    @cached_property
    def alone(self) -> NDArray[np.bool_]:
        """Rows that nothing ties to another."""
        borders, _ = self.neighbours
        tied = np.diff(borders)[self.text] > 0
        for number in self.links:
            tied |= np.bincount(number)[number] > 1
        alone: NDArray[np.bool_] = ~tied
        return alone

    def crossing(self, split: NDArray[np.int8]) -> int:
        """How many ties join rows of two splits; rows that are in none (below 0) do not count."""
        count = 0
        for number in self.links:
            count += _crossing(number, split)
        first = np.full(int(self.text.max(initial=-1)) + 1, -1, np.int8)
        kept = np.flatnonzero(split >= 0)
        first[self.text[kept]] = split[kept]
        one, other = first[self.near_a], first[self.near_b]
        return count + int(((one >= 0) & (other >= 0) & (one != other)).sum())


def _crossing(number: I64, split: NDArray[np.int8]) -> int:
    kept = split >= 0
    if not kept.any():
        return 0
    lowest = np.full(int(number.max()) + 1, 127, np.int8)
    np.minimum.at(lowest, number[kept], split[kept])
    return int((split[kept] != lowest[number[kept]]).sum())


def ties_of(index: RowIndex, groups: Sequence[I64]) -> Ties:
    """The ties of all rows of a run; `groups` are the numbers of their groups in file order, by column, -1 for none."""
    order = np.lexsort((index.row, index.file))
    nodes, pairs = index.nodes(BOTH), index.near(BOTH)
    least = np.where(index.labelled, LABELLED_WORDS, PROMPT_WORDS)
    prompt = np.where(index.words[:, PROMPT] >= least, equal(index.prompt).group, -1)
    return Ties(
        index.file[order],
        index.row[order].astype(np.int64),
        index.content[order],
        (nodes.group[order], _numbered(prompt[order]), *(_numbered(each) for each in groups)),
        pairs.a,
        pairs.b,
    )


def _numbered(numbers: I64) -> I64:
    """Numbers from 0 without gaps; a row without one (-1) gets its own."""
    own = np.arange(len(numbers), dtype=np.int64) + int(numbers.max(initial=-1)) + 1
    packed: I64 = np.unique(np.where(numbers >= 0, numbers, own), return_inverse=True)[1].astype(np.int64)
    return packed
