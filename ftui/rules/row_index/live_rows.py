"""Rows of the index that were edited since the check: taken over, found again, and whom they concern.

The check sorts a million rows once; an edit must be answered in milliseconds. So the arrays of the index are changed in
place, rows that share a key are found by looking through them, and near rows by tags: 16 bits for each band of a
signature, 32 MB a field for a million rows, of which a look takes 2 ms (128 MB and 15 ms for the bands themselves).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ftui.rules.row_index.fingerprints import ANSWER, PROMPT, Fingerprints
from ftui.rules.row_index.shingles import BANDS, I64, PERMUTATIONS, U64

FIELDS = 3
_TAG = np.uint64(0x9E3779B97F4A7C15)
_SPARE = 256
"""Places made at once for rows that are added."""
_SAME = 50
_ALIKE = 20
"""Rows that share a key, and rows that are near, that an edit is taken to concern."""
_MARGIN = 0.15
"""How far below the threshold the agreement of two signatures may lie: three standard deviations."""
_LONE = 0xD6E8FEB86659FD93


class Arrays(Protocol):
    """The arrays of a row index, one entry a row, which edits change in place; the members are those of `RowIndex`."""

    count: int
    """Rows that were there at the check; those behind were added since."""
    threshold: float
    row: NDArray[Any]
    file: NDArray[Any]
    split: NDArray[Any]
    content: U64
    prompt: U64
    asked: U64
    answer: U64
    sequence: U64
    gist: U64
    words: NDArray[Any]
    comparable: NDArray[Any]
    labelled: NDArray[Any]
    brief: NDArray[Any]
    paired: NDArray[Any]

    @property
    def said(self) -> U64:
        """The answer for the question whether two differ."""

    def opened(self, rows: I64 | None = None) -> Iterator[tuple[int, NDArray[np.uint16]]]:
        """The signatures of the chunks (that hold these rows), each with the number of its first row."""

    def near_at_check(self, number: int, most: int) -> set[int]:
        """Rows that the check found to be near a row."""

    def grow(self, rows: int) -> None:
        """Make room for rows that are added."""


@dataclass
class LiveRows:
    """What was edited since the check."""

    index: Arrays
    edited: set[int] = field(default_factory=set)
    """Rows that differ from what they were at the check."""
    concerned: set[int] = field(default_factory=set)
    """Rows that are judged by looking through the index, and not by the groups of the check."""
    added: dict[tuple[int, int], int] = field(default_factory=dict)
    """(file, row) to the number of a row that was not there."""
    _signatures: dict[int, NDArray[np.uint16]] = field(default_factory=dict)
    """Number to fields x bands x 4, for rows that were edited."""
    _tags: dict[int, NDArray[np.uint16]] = field(default_factory=dict)
    _scans: dict[tuple[int, bytes], I64] = field(default_factory=dict)
    _free: list[int] = field(default_factory=list)

    # Looking for near rows

    def warm(self) -> None:
        """Make the tags of every field: 0.1 s each for a million rows."""
        for each in range(FIELDS):
            self._tags_of(each)

    def _tags_of(self, field: int) -> NDArray[np.uint16]:
        if field not in self._tags:
            tags = np.empty((BANDS, len(self.index.row)), np.uint16)
            for start, opened in self.index.opened():
                stop = start + opened.shape[2]
                for band in range(BANDS):
                    tags[band, start:stop] = _tag(_keys(opened[field, band]))
            for number, signature in self._signatures.items():
                tags[:, number] = _tag(_keys(signature[field]))
            self._tags[field] = tags
        return self._tags[field]

    def scan(self, field: int, keys: U64, most: int) -> I64:
        """Rows that share bands with a signature, given as its band keys, those with the most first."""
        memo = field, keys.tobytes()
        if memo not in self._scans:
            if len(self._scans) > 2 * FIELDS:
                self._scans.clear()
            self._scans[memo] = self._scan(field, keys)
        return self._scans[memo][:most]

    def _scan(self, field: int, keys: U64) -> I64:
        tags, wanted = self._tags_of(field), _tag(keys)
        found = [np.flatnonzero(tags[band] == wanted[band]) for band in range(BANDS)]
        band = np.repeat(np.arange(BANDS), [len(each) for each in found])
        rows = np.concatenate(found)
        kept = self.index.comparable[rows, field]
        rows, band = rows[kept], band[kept]
        same = self._band_keys(field, rows, band) == keys[band]
        numbers, shared = np.unique(rows[same], return_counts=True)
        best: I64 = numbers[np.argsort(-shared, kind="stable")]
        return best

    def _band_keys(self, field: int, rows: I64, band: I64) -> U64:
        """The key of one band of each of these rows."""
        found = np.zeros(len(rows), np.uint64)
        for start, opened in self.index.opened(rows):
            mine = np.flatnonzero((rows >= start) & (rows < start + opened.shape[2]))
            found[mine] = _keys(opened[field, band[mine], rows[mine] - start])
        for number in self._signatures.keys() & set(rows.tolist()):
            mine = np.flatnonzero(rows == number)
            found[mine] = _keys(self._signatures[number][field, band[mine]])
        return found

    def signature(self, number: int) -> NDArray[np.uint16]:
        """Fields x bands x 4 values of a row as it is now."""
        if number not in self._signatures:
            start, opened = next(iter(self.index.opened(np.array([number]))))
            return np.ascontiguousarray(opened[:, :, number - start])
        return self._signatures[number]

    # Whom a row concerns

    def neighbours(self, number: int) -> set[int]:
        """Rows that share a text with a row, or are near it, as the index has them; not the row itself."""
        index = self.index
        found: set[int] = set()
        for keys in (index.content, index.prompt):
            found.update(np.flatnonzero(keys == keys[number])[:_SAME].tolist())
        if index.gist[number]:
            found.update(np.flatnonzero(index.gist == index.gist[number])[:_SAME].tolist())
        if index.words[number, ANSWER] and not index.labelled[number] and not index.brief[number]:
            found.update(np.flatnonzero(index.answer == index.answer[number])[:_SAME].tolist())
        if number < index.count and number not in self.concerned and number not in self.edited:
            found.update(index.near_at_check(number, _ALIKE))
        else:
            signature = self.signature(number)
            for each in range(FIELDS):
                if index.comparable[number, each] and not (each == PROMPT and index.paired[number]):
                    found.update(self._alike(each, signature[each]))
        return found - {number}

    def _alike(self, field: int, signature: NDArray[np.uint16]) -> Iterable[int]:
        found: list[int] = self.alike(field, signature, _ALIKE, _MARGIN).tolist()
        return found

    def alike(self, field: int, signature: NDArray[np.uint16], most: int, margin: float) -> I64:
        """Rows whose signatures share a band and agree but for a margin below the threshold, the likeliest first."""
        rows = self.scan(field, _keys(signature), most)
        agreed = np.zeros(len(rows), np.int64)
        for start, opened in self.index.opened(rows):
            mine = np.flatnonzero((rows >= start) & (rows < start + opened.shape[2]))
            lanes = opened[field][:, rows[mine] - start] == signature[:, np.newaxis]
            agreed[mine] = lanes.sum(axis=(0, 2))
        for at in np.flatnonzero([row in self._signatures for row in rows.tolist()]).tolist():
            agreed[at] = (self._signatures[int(rows[at])][field] == signature).sum()
        kept: I64 = rows[agreed >= (self.index.threshold - margin) * PERMUTATIONS]
        return kept

    # Taking edits over

    def replace(self, number: int, now: Fingerprints) -> None:
        """Set a row right."""
        index = self.index
        for name in (
            "content",
            "prompt",
            "asked",
            "answer",
            "sequence",
            "gist",
            "words",
            "comparable",
            "labelled",
            "brief",
        ):
            getattr(index, name)[number] = getattr(now, name)[0]
        index.paired[number] = now.paired[0]
        index.said[number] = now.answer[0] if now.brief[0] else now.sequence[0, ANSWER]
        self._sign(number, np.ascontiguousarray(now.signatures.open()[:, :, 0]))

    def remove(self, number: int) -> None:
        """A row that is not there any more, or cannot be read: nothing equals it."""
        index = self.index
        lone = np.uint64((number + 1) * _LONE % (1 << 64))
        for name in ("content", "prompt", "asked", "answer", "said"):
            getattr(index, name)[number] = lone
        index.sequence[number] = lone
        index.gist[number] = 0
        index.words[number] = 0
        index.comparable[number] = False
        self._scans.clear()
        self.edited.add(number)

    def add(self, file: int, row: int, split: int) -> int:
        """A place for a row that was not there."""
        if not self._free:
            self._free = self._grow()
        number = self.added[file, row] = self._free.pop()
        index = self.index
        index.file[number], index.row[number], index.split[number] = file, row, split
        return number

    def _grow(self) -> list[int]:
        first = len(self.index.row)
        self.index.grow(_SPARE)
        for each, tags in self._tags.items():
            self._tags[each] = np.concatenate([tags, np.zeros((BANDS, _SPARE), np.uint16)], axis=1)
        fresh = range(first, first + _SPARE)
        blank = np.zeros((FIELDS, BANDS, 4), np.uint16)
        for number in fresh:
            self._signatures[number] = blank
            self.remove(number)
        return list(reversed(fresh))

    def _sign(self, number: int, signature: NDArray[np.uint16]) -> None:
        self._signatures[number] = signature
        for each, tags in self._tags.items():
            tags[:, number] = _tag(_keys(signature[each]))
        self._scans.clear()
        self.edited.add(number)


def _keys(values: NDArray[np.uint16]) -> U64:
    """Rows of four 16-bit values as one 64-bit key each."""
    return np.ascontiguousarray(values).view(np.uint64).reshape(values.shape[:-1])


def _tag(keys: U64) -> NDArray[np.uint16]:
    return ((keys * _TAG) >> np.uint64(48)).astype(np.uint16)
