"""All rows of a run side by side: which are equal, which are near duplicates, and the same for a row being typed.

Rows are numbered in split order (training, validation, test, others), then file, then place in the file, so that the
first of a group is its original and the earlier of two splits has the smaller numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from ftui.project.split_names import split_rank
from ftui.rules.chunk import Chunk
from ftui.rules.row_index.fingerprints import (
    ANSWER,
    BOTH,
    PROMPT,
    Fingerprints,
    part_sizes,
)
from ftui.rules.row_index.live_rows import LiveRows
from ftui.rules.row_index.near_duplicates import (
    MARGIN,
    THRESHOLD,
    Column,
    Equal,
    Pairs,
    agreement,
    candidates,
    equal,
    jaccard,
    slices,
    verify,
)
from ftui.rules.row_index.shingles import I64, PERMUTATIONS, U32, U64, mix, pick
from ftui.rules.rule import ChunkInfo, Context, Place

Partials = Iterable[tuple[Chunk | ChunkInfo, Any]]


def row_index(partials: Partials, context: Context) -> RowIndex:
    """The index of this run, built by the first family that asks."""
    found: RowIndex | None = context.shared.get("rows")
    if found is None:
        found = context.shared["rows"] = RowIndex(partials, context)
    else:
        for _ in partials:  # the others are the same arrays; taking them gives them up
            pass
    return found


class RowIndex:
    """The fingerprints of all rows as whole arrays."""

    def __init__(self, partials: Partials, context: Context) -> None:
        parts = [
            (
                ChunkInfo(
                    info.file, info.split, info.first, len(info) if isinstance(info, Chunk) else info.count
                ),
                found,
            )
            for info, found in partials
        ]
        names = list(dict.fromkeys(info.split for info, _ in parts))
        self.splits = sorted(names, key=lambda name: (split_rank(name), names.index(name)))
        """Names of the splits, in their order."""
        parts.sort(key=lambda part: (self.splits.index(part[0].split), part[0].file, part[0].first))
        self.files = len(context.files)
        self.threshold = float(context.option("DUP002", "threshold", THRESHOLD))
        self._context = context
        self._infos = [info for info, _ in parts]
        self._parts: list[Fingerprints] = [found for _, found in parts]
        for found in self._parts:
            found.signatures.open()
            found.shingles.open()
        sizes = np.array([len(found.rows) for found in self._parts], np.int64)
        self._starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self.count = int(self._starts[-1])
        self.row = self._join("rows", np.int64)
        self.file = np.repeat(np.array([info.file for info in self._infos], np.int32), sizes)
        self.split = np.repeat(np.array([self.splits.index(i.split) for i in self._infos], np.int16), sizes)
        self.content: U64 = self._join("content", np.uint64)
        self.prompt: U64 = self._join("prompt", np.uint64)
        self.asked: U64 = self._join("asked", np.uint64)
        self.answer: U64 = self._join("answer", np.uint64)
        self.sequence: U64 = self._join("sequence", np.uint64, 2)
        self.gist: U64 = self._join("gist", np.uint64)
        self.words = self._join("words", np.int32, 2)
        self.comparable = self._join("comparable", np.bool_, 3)
        self.labelled = self._join("labelled", np.bool_)
        self.brief = self._join("brief", np.bool_)
        self.paired = self._join("paired", np.bool_)
        self._equal: dict[int, Equal] = {}
        self._near: dict[int, Pairs] = {}
        self._by_place = sorted((info.file, info.first, number) for number, info in enumerate(self._infos))

    def _join(self, name: str, dtype: Any, columns: int = 0) -> NDArray[Any]:
        shape = (0, columns) if columns else (0,)
        return np.concatenate([np.zeros(shape, dtype), *(getattr(part, name) for part in self._parts)])

    @cached_property
    def said(self) -> U64:
        """The answer for the question whether two differ: of a brief one every sign counts, of a long one the words."""
        return np.where(self.brief, self.answer, self.sequence[:, ANSWER])

    # Rows and their numbers

    def place(self, number: int) -> Place:
        """Where a row is."""
        return Place(int(self.file[number]), self.splits[self.split[number]], int(self.row[number]))

    def number(self, file: int, row: int) -> int:
        """The number of a row; -1 where it was not there."""
        if (file, row) in self.live.added:
            return self.live.added[file, row]
        at = bisect_right(self._by_place, (file, row, len(self._infos))) - 1
        if at < 0 or self._by_place[at][0] != file:
            return -1
        part = self._by_place[at][2]
        rows = self._parts[part].rows
        local = int(np.searchsorted(rows, row))
        return int(self._starts[part]) + local if local < len(rows) and rows[local] == row else -1

    @cached_property
    def live(self) -> LiveRows:
        """The rows that were edited since."""
        return LiveRows(self)

    def opened(self, rows: I64 | None = None) -> Iterator[tuple[int, NDArray[np.uint16]]]:
        """The signatures of the chunks (that hold these rows), each with the number of its first row."""
        parts: Iterable[int] = range(len(self._parts))
        if rows is not None:
            there = rows[rows < self.count]
            parts = np.unique(np.searchsorted(self._starts, there, side="right") - 1).tolist()
        for part in parts:
            yield int(self._starts[part]), self._parts[part].signatures.open()

    def grow(self, rows: int) -> None:
        """Make room for rows that are added."""
        names = ("row", "file", "split", "content", "prompt", "asked", "answer", "sequence", "gist", "words")
        for name in (*names, "comparable", "labelled", "brief", "paired", "said"):
            held = getattr(self, name)
            setattr(self, name, np.concatenate([held, np.zeros((rows, *held.shape[1:]), held.dtype)]))

    def hits(self, numbers: I64) -> list[NDArray[np.int64]]:
        """The rows of each file that are among these."""
        files, rows = self.file[numbers], self.row[numbers]
        return [np.unique(rows[files == file]) for file in range(self.files)]

    # Equal and near rows, as they were at the check

    def nodes(self, field: int) -> Equal:
        """Rows with the same text in a field, word for word."""
        if field not in self._equal:
            self._equal[field] = equal(self._keys(field))
        return self._equal[field]

    def _keys(self, field: int) -> U64:
        comparable = self.comparable[:, field]
        if field == PROMPT:
            return np.where(comparable, self.sequence[:, 0], mix(self.prompt))
        if field == ANSWER:
            return np.where(comparable, self.sequence[:, 1], mix(self.answer))
        words = pick(pick(self.sequence[:, 0], self.sequence[:, 1]), np.where(self.labelled, self.answer, 0))
        return np.where(comparable, words, pick(self.prompt, self.answer))

    def near(self, field: int) -> Pairs:
        """Nodes of a field that are near duplicates, verified."""
        if field not in self._near:
            self._near[field] = self._find_near(field)
        return self._near[field]

    def jaccard(self, pairs: Sequence[tuple[int, int]], field: int) -> list[float]:
        """The share of word triples that the rows of each pair have in common, template left out."""
        rows = np.unique(np.array(pairs, np.int64))
        sets = [frozenset(each.tolist()) for each in self._sets(field, rows)]
        at = np.searchsorted(rows, np.array(pairs, np.int64)).tolist()
        return [jaccard(sets[one], sets[other]) for one, other in at]

    def near_at_check(self, number: int, most: int) -> set[int]:
        """Rows that the check found to be near a row, by any of the fields that it looked at."""
        found: set[int] = set()
        for field, pairs in self._near.items():
            nodes = self.nodes(field)
            node = nodes.group[number]
            others = np.concatenate([pairs.b[pairs.a == node], pairs.a[pairs.b == node]])[:most]
            found.update(nodes.first[others].tolist())
            if nodes.size[node] > 1:
                found.update(np.flatnonzero(nodes.group == node)[:most].tolist())
        return found

    def _find_near(self, field: int) -> Pairs:
        first = self.nodes(field).first
        nodes = np.flatnonzero(self.comparable[first, field])
        rows = first[nodes]
        stop = self._context.stop_if_cancelled
        column = self._column(field, rows)
        a, b = candidates(len(nodes), column, stop)
        if field == BOTH:
            kept = ~self._other_label(rows[a], rows[b])
            a, b = a[kept], b[kept]
        agreed = agreement(a, b, column)
        order = np.argsort(-agreed.astype(np.int16), kind="stable")
        order = order[agreed[order] >= (self.threshold - MARGIN) * PERMUTATIONS]
        pairs = verify(
            rows[a[order]], rows[b[order]], lambda some: self._sets(field, some), self.threshold, stop
        )
        node = self.nodes(field).group
        return Pairs(node[pairs.a], node[pairs.b], pairs.jaccard)

    def _other_label(self, a: I64, b: I64) -> NDArray[np.bool_]:
        labelled: NDArray[np.bool_] = self.labelled[a] | self.labelled[b]
        other: NDArray[np.bool_] = labelled & (self.answer[a] != self.answer[b])
        return other

    def _column(self, field: int, rows: I64) -> Column:
        opened = [part.signatures.open() for part in self._parts]

        def column(band: int) -> U64:
            columns = [np.ascontiguousarray(each[field, band]).view(np.uint64).ravel() for each in opened]
            return np.concatenate([np.zeros(0, np.uint64), *columns])[rows]

        return column

    def _sets(self, field: int, rows: I64) -> Iterator[U32]:
        """The shingles of a field of each of these (sorted) rows, template left out."""
        part_of = np.searchsorted(self._starts, rows, side="right") - 1
        for part in np.unique(part_of).tolist():
            local = rows[part_of == part] - self._starts[part]
            sizes = part_sizes(self._parts[part].words)
            ends = np.cumsum(sizes.sum(axis=1))
            starts = ends - sizes.sum(axis=1)
            if field == PROMPT:
                ends = starts + sizes[:, 0]
            elif field == ANSWER:
                starts = ends - sizes[:, 2]
            yield from slices(self._parts[part].shingles.open(), starts[local].tolist(), ends[local].tolist())


class Places(Sequence[Place]):
    """The places of some rows of an index, each made when somebody looks: a group can have half a million."""

    def __init__(self, index: RowIndex, numbers: Sequence[int] | I64) -> None:
        self._index = index
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> Place: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Place]: ...
    def __getitem__(self, at: int | slice) -> Place | Sequence[Place]:
        if isinstance(at, slice):
            return [self._index.place(int(number)) for number in self._numbers[at]]
        return self._index.place(int(self._numbers[at]))
