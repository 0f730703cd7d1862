"""One row as it is now against all rows: what it equals and what it resembles, also while it is being typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from ftui.dataset.example import Example
from ftui.rules.row_index.fingerprints import (
    ANSWER,
    PROMPT,
    Fingerprints,
    content_hashes,
    describe,
    discounted,
    end_marker,
    template_of,
    without_marker,
)
from ftui.rules.row_index.index import RowIndex
from ftui.rules.row_index.near_duplicates import MARGIN, jaccard
from ftui.rules.row_index.shingles import U64, words_of
from ftui.rules.rule import Context, Place, Row

_MOST = 200
"""Rows that a typed row is compared with, at most."""
LISTING = "rows of a listing"
"""Where, while findings are listed and nobody edits, the rows stand that they name: most name the same few."""
_HELD = 1_000


class Seen(NamedTuple):
    """A row as it is now."""

    row: Row
    example: Example
    number: int
    """In the index; -1 for a row that was not there."""
    split: int
    """The number of its split; -1 for one without rows."""
    digest: np.uint64
    """Of its content."""
    changed: Fingerprints | None
    """None where the row is as it was at the check."""


class Near(NamedTuple):
    """A row that resembles another."""

    number: int
    jaccard: float


def see(row: Row, index: RowIndex, context: Context) -> Seen | None:
    """The row with its fingerprints if it has changed; None where it cannot be read."""
    if row.example is None:
        return None
    number = index.number(row.place.file, row.place.row)
    split = index.splits.index(row.place.split) if row.place.split in index.splits else -1
    digest = content_hashes([row.example], [row.parsed])[0]
    if number >= 0 and index.content[number] == digest and number not in index.live.concerned:
        return Seen(row, row.example, number, split, digest, None)
    last = context.shared.get("seen")  # three families ask for the same row
    if isinstance(last, Seen) and last.row.place == row.place and last.digest == digest:
        return last
    now = describe(np.array([row.place.row]), [row.parsed], [row.example], context)
    seen = context.shared["seen"] = Seen(row, row.example, number, split, digest, now)
    context.shared["resembling"] = {}
    return seen


def now_at(number: int, index: RowIndex, context: Context) -> tuple[Row, bool] | None:
    """Another row as it is now, and whether that is what the index has; None where it cannot be read any more."""
    held: dict[int, tuple[Row, bool] | None] | None = context.shared.get(LISTING)
    if held is not None and number in held:
        return held[number]
    place = index.place(number)
    row = None if context.fetch is None else context.fetch(place.file, place.row)
    found = None
    if row is not None and row.example is not None:
        found = row, bool(content_hashes([row.example], [row.parsed])[0] == index.content[number])
    if held is not None:
        if len(held) >= _HELD:
            held.clear()
        held[number] = found
    return found


def name_of(number: int, seen: Seen, index: RowIndex, context: Context) -> str:
    """Another row in words: `row 12`, and its file where it is another."""
    place = index.place(number)
    path = "" if place.file == seen.row.place.file else f" of {context.files[place.file].path}"
    return f"row {place.row}{path}"


def unchanged(numbers: Iterable[int], index: RowIndex, context: Context) -> bool:
    """Whether these rows are as they were at the check."""
    return all(n not in index.live.edited and _is_indexed(n, index, context) for n in numbers)


def _is_indexed(number: int, index: RowIndex, context: Context) -> bool:
    found = now_at(number, index, context)
    return found is not None and found[1]


def follow(places: Iterable[Place], index: RowIndex, context: Context) -> set[int]:
    """Take rows as they are now over into the index; returns the others whose findings they may change."""
    live = index.live
    concerned: set[int] = set()
    for place in places:
        number = index.number(place.file, place.row)
        row = None if context.fetch is None else context.fetch(place.file, place.row)
        if row is None or row.example is None:
            if number >= 0:
                concerned |= live.neighbours(number)
                live.remove(number)
            continue
        digest = content_hashes([row.example], [row.parsed])[0]
        if number >= 0 and index.content[number] == digest:
            continue
        if number >= 0:
            concerned |= live.neighbours(number)
        elif row.place.split in index.splits:
            number = live.add(place.file, place.row, index.splits.index(row.place.split))
        else:
            continue
        seen = see(row, index, context)
        if seen is not None and seen.changed is not None:
            live.replace(number, seen.changed)
            concerned |= {number, *live.neighbours(number)}
    context.shared.pop("seen", None)
    live.concerned |= concerned
    return concerned


def still_equal(keys: U64, key: np.uint64, seen: Seen, index: RowIndex, context: Context) -> list[int]:
    """Rows with this key in a column of the index, the row itself left out, that are still so; at most 200."""
    found = np.flatnonzero(keys == key)
    found = found[found != seen.number][:_MOST]
    return [number for number in found.tolist() if _is_indexed(number, index, context)]


def resembling(seen: Seen, field: int, index: RowIndex, context: Context) -> list[Near]:
    """Rows whose field is near that of a changed row, verified on both as they are now; in the order of the index."""
    if seen.changed is None:
        return []
    known: dict[int, list[Near]] = context.shared.setdefault("resembling", {})
    if field not in known:
        known[field] = _resembling(seen, seen.changed, field, index, context)
    return known[field]


def alike_in_gist(seen: Seen, index: RowIndex, context: Context) -> list[Near]:
    """Rows whose prompt has the gist of a changed row's, as they are now; in the order of the index."""
    if seen.changed is None or not seen.changed.gist[0]:
        return []
    numbers = still_equal(index.gist, seen.changed.gist[0], seen, index, context)
    found = [now_at(number, index, context) for number in numbers]
    examples = {
        n: f[0].example for n, f in zip(numbers, found, strict=True) if f and f[0].example is not None
    }
    own, *others = shingle_sets([seen.example, *examples.values()], PROMPT, context)
    return sorted(Near(n, jaccard(own, other)) for n, other in zip(examples, others, strict=True))


def _resembling(seen: Seen, now: Fingerprints, field: int, index: RowIndex, context: Context) -> list[Near]:
    if not now.comparable[0, field]:
        return []
    signature = np.ascontiguousarray(now.signatures.open()[field, :, 0])
    examples: dict[int, Example] = {}
    for number in index.live.alike(field, signature, _MOST + 1, MARGIN).tolist():
        found = now_at(number, index, context) if number != seen.number else None
        if found is not None and found[0].example is not None:
            examples[number] = found[0].example
    own, *others = shingle_sets([seen.example, *examples.values()], field, context)
    values = [jaccard(own, other) for other in others]
    near = [Near(n, v) for n, v in zip(examples, values, strict=True) if v >= index.threshold]
    return sorted(near)


def shingle_sets(examples: Sequence[Example], field: int, context: Context) -> list[frozenset[int]]:
    """The shingles of one field of each example, template left out."""
    marker = end_marker(context)
    words = words_of([text for e in examples for text in (e.prompt, without_marker(e.answer, marker))])
    shingles, segments, _ = discounted(words, template_of(context))
    borders = segments[:-1].reshape(-1, 3).tolist()
    ends = segments[3::3].tolist()
    sets = []
    for (prompt, across, answer), end in zip(borders, ends, strict=True):
        part = (
            shingles[prompt:across]
            if field == PROMPT
            else shingles[answer:end]
            if field == ANSWER
            else shingles[prompt:end]
        )
        sets.append(frozenset(part[part != 0].tolist()))
    return sets
