"""One pass over the bytes of all rows: a hash, a length and whether there is code; nothing is parsed.

13 bytes a row are kept. Rows are chosen by the hash of what they say and a seed, not by their place: rows that
are added later change little of what is chosen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.dataset.example import Example
from ftui.dataset.formats.base import Section
from ftui.dataset.record import NEW_ROW
from ftui.review.prompt import Source

_BLOCK, _BLOCK_BYTES = 20_000, 16 << 20
"""Rows read at once."""
_KEPT, _SPLIT_KEPT, _LONGEST_KEPT = 4_000, 200, 16 << 10
"""Rows whose bytes are kept, of which most prompts and every sample come: to look rows up all over a Parquet file takes
2 ms each. Longer rows are not kept."""
_ORDER = "rows"
_FIRST_BATCH, _BATCH = 8, 256
"""Rows that are read together: more and more, for few are wanted of most orders."""
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class SplitRows:
    """The rows of one split in one file."""

    document: Document
    file: int
    """The number of the file in the dataset; -1 for one that is not in it."""
    split: str
    rows: I64
    """Row ids in their order."""
    hashes: U64
    """Of the bytes of each row."""
    sizes: NDArray[np.int32]
    """Bytes of each row."""
    fenced: NDArray[np.bool_]
    """Whether a row holds a code fence."""
    kept: Mapping[int, bytes] = field(default_factory=dict)
    """The bytes of rows that come first by their hash, by their places."""

    def source(self, at: int) -> Source:
        """Where the row at a place stands; a row that was added since by its place in the split."""
        row = int(self.rows[at])
        return Source(self.split, self.document.display_path, row if row < NEW_ROW else at)

    def read(self, places: Sequence[int]) -> list[tuple[Any, Example | None]]:
        """Values and examples of rows, read in file order."""
        far = sorted(
            {place for place in places if place not in self.kept}, key=lambda place: int(self.rows[place])
        )
        raws = dict(zip(far, self.document.raws([int(self.rows[place]) for place in far]), strict=True))
        found: list[tuple[Any, Example | None]] = []
        for place in places:
            value = self.document.parse(self.kept[place] if place in self.kept else raws[place]).value
            found.append((value, None if value is None else self.document.layout.example(value)))
        return found


@dataclass(frozen=True)
class Candidate:
    """A row that may become a prompt."""

    rows: SplitRows
    at: int
    value: Any
    example: Example | None

    @property
    def source(self) -> Source:
        """Where it stands."""
        return self.rows.source(self.at)


def scan(dataset: Dataset, seed: int, cancelled: Callable[[], bool] = lambda: False) -> list[SplitRows]:
    """Every split of every file, rows in their order."""
    for document in dataset.documents:
        document.build_index(lambda *_: None, cancelled)
    views = dataset.splits
    many = max(_SPLIT_KEPT, _KEPT // max(len(views), 1))
    return [
        scan_rows(dataset.documents[view.file], view.file, view.name, view.section, seed=seed, many=many)
        for view in views
    ]


def scan_rows(
    document: Document,
    file: int,
    split: str,
    section: Section | None = None,
    *,
    seed: int,
    many: int = _KEPT,
) -> SplitRows:
    """The rows of one split; the `many` that come first by their hash keep their bytes."""
    order = document.order(section)
    rows = np.arange(order.start, order.stop) if isinstance(order, range) else np.asarray(order, np.int64)
    hashes = bytearray()
    sizes = np.zeros(len(rows), np.int32)
    fenced = np.zeros(len(rows), np.bool_)
    first = _First(many)
    block = _block(document, order)
    for start in range(0, len(rows), block):
        stop = min(start + block, len(rows))
        raws = document.raws(order[start:stop])
        digests = b"".join(hashlib.blake2b(raw.strip(), digest_size=8).digest() for raw in raws)
        first.add(start, seeded(np.frombuffer(digests, np.uint64), seed), raws)
        hashes += digests
        sizes[start:stop] = np.minimum(np.fromiter(map(len, raws), np.int64, len(raws)), 2**31 - 1)
        fenced[start:stop] = np.fromiter((b"```" in raw for raw in raws), np.bool_, len(raws))
    found = np.frombuffer(bytes(hashes), np.uint64)
    return SplitRows(document, file, split, rows, found, sizes, fenced, first.raws())


def _block(document: Document, order: Sequence[int]) -> int:
    """Rows that are read together: about 16 MB, for in small pieces a Parquet file is unpacked over and over."""
    sizes = [len(raw) for raw in document.raws(order[:64])]
    return min(max(_BLOCK_BYTES // max(sum(sizes) // max(len(sizes), 1), 1), 64), _BLOCK)


class _First:
    """The bytes of the rows that come first in the order of their hashes."""

    def __init__(self, many: int) -> None:
        self._many = many
        self._rows: list[tuple[int, int, bytes]] = []
        self._limit = np.uint64(2**64 - 1)

    def add(self, start: int, keys: U64, raws: Sequence[bytes]) -> None:
        """The rows of a block."""
        self._rows += [
            (int(keys[i]), start + i, raws[i])
            for i in np.flatnonzero(keys <= self._limit).tolist()
            if len(raws[i]) <= _LONGEST_KEPT
        ]
        if len(self._rows) > 2 * self._many:
            self._shorten()

    def raws(self) -> dict[int, bytes]:
        """Place to bytes."""
        self._shorten()
        return {place: raw for _, place, raw in self._rows}

    def _shorten(self) -> None:
        self._rows.sort(key=lambda row: row[0])
        if len(self._rows) >= self._many:
            del self._rows[self._many :]
            self._limit = np.uint64(self._rows[-1][0])


def by_hash(
    tables: Sequence[SplitRows],
    seed: int,
    name: str = _ORDER,
    masks: Sequence[NDArray[np.bool_]] | None = None,
) -> Iterator[Candidate]:
    """All rows, or those of a mask a table, in an order that only the seed, the name and their content decide.

    Without a name in the order in which rows were kept, which costs least.
    """
    return in_order(tables, [seeded(table.hashes, seed, name) for table in tables], masks)


def in_order(
    tables: Sequence[SplitRows],
    keys: Sequence[NDArray[Any]],
    masks: Sequence[NDArray[np.bool_]] | None = None,
) -> Iterator[Candidate]:
    """All rows, or those of a mask a table, by ascending key; equal ones in file order."""
    if not tables:
        return
    places = [
        np.arange(len(table.rows)) if masks is None else np.flatnonzero(masks[number])
        for number, table in enumerate(tables)
    ]
    order = np.argsort(np.concatenate([key[at] for key, at in zip(keys, places, strict=True)]), kind="stable")
    # Several orders of a million rows are open at a time: 6 bytes a row each.
    which = np.repeat(np.arange(len(tables), dtype=np.uint16), [len(at) for at in places])[order]
    at = np.concatenate(places).astype(np.uint32)[order]
    del order, places
    batch, first = _FIRST_BATCH, 0
    while first < len(at):
        chosen = slice(first, first + batch)
        yield from _read(tables, which[chosen].tolist(), at[chosen].tolist())
        first += batch
        batch = min(2 * batch, _BATCH)


def _read(tables: Sequence[SplitRows], which: Sequence[int], places: Sequence[int]) -> Iterator[Candidate]:
    found: dict[int, Candidate] = {}
    for number in sorted(set(which)):
        mine = [i for i, each in enumerate(which) if each == number]
        read = tables[number].read([places[i] for i in mine])
        for i, (value, example) in zip(mine, read, strict=True):
            found[i] = Candidate(tables[number], places[i], value, example)
    yield from (found[i] for i in range(len(which)))


def seeded(hashes: U64, seed: int, name: str = _ORDER) -> U64:
    """Other hashes for each seed and name (splitmix64)."""
    salt = hashlib.blake2b(f"{seed}\0{name}".encode(), digest_size=8).digest()
    mixed = hashes ^ np.frombuffer(salt, np.uint64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
