"""Rows to splits, so that nothing tied is torn apart and a row stays where it is when rows are added behind it.

Rows are taken in file order. One that nothing before it ties is placed by a hash of its content (or of its group, or by
its time); one that is tied to an earlier row goes where that one is. A row tied to rows of two splits would leak
whichever way it goes: it is left out. So no decision depends on rows that come later.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from ftui.rules.row_index.near_duplicates import equal
from ftui.rules.row_index.shingles import I64, U64, mix
from ftui.selection.ties import Ties

COPY = -1
"""A row that an earlier one repeats, word for word, label included."""
BETWEEN = -2
"""A row tied to rows of two splits."""


def by_hash(keys: U64, shares: Sequence[float], seed: int) -> NDArray[np.int8]:
    """A split for each key: its hash with the seed is an even number between 0 and 1, and the shares cut that up."""
    salt = np.frombuffer(blake2b(str(seed).encode(), digest_size=8).digest(), np.uint64)[0]
    place = mix(mix(keys) ^ salt) / np.float64(2**64)
    borders = np.cumsum(np.array(shares, np.float64) / sum(shares))[:-1]
    return np.searchsorted(borders, place, side="right").astype(np.int8)


def by_time(times: NDArray[np.float64], use: NDArray[np.bool_], shares: Sequence[float]) -> NDArray[np.int8]:
    """The oldest rows first; rows of one moment stay together, those without a time go to the first split."""
    split = np.zeros(len(times), np.int8)
    known = use & ~np.isnan(times)
    if not known.any():
        return split
    ordered = np.sort(times[known])
    for share in np.cumsum(np.array(shares, np.float64) / sum(shares))[:-1]:
        border = ordered[min(round(share * len(ordered)), len(ordered) - 1)]
        split += (known & (times >= border)).astype(np.int8)
    return split


def copies(content: U64) -> NDArray[np.bool_]:
    """Rows that say, word for word, what an earlier row says."""
    same = equal(content)
    repeats: NDArray[np.bool_] = same.first[same.group] != np.arange(len(content))
    return repeats


def assign(ties: Ties, wanted: NDArray[np.int8], *, fixed: bool) -> NDArray[np.int8]:
    """The split of each row, COPY or BETWEEN.

    `wanted` is where each row goes when nothing ties it. With `fixed` it must go there (its time says so), and is left
    out where an earlier row ties it to another split.
    """
    split = wanted.copy()
    split[copies(ties.content)] = COPY
    loose = np.flatnonzero(~ties.alone & (split >= 0))
    held_in = [[0] * (int(number.max(initial=-1)) + 1) for number in ties.links]
    text_in = held_in[0]
    crowd_in: dict[int, int] = {}
    borders, near = ties.neighbours
    starts, others = borders.tolist(), near.tolist()
    crowds, owns = ties.crowd[ties.text[loose]].tolist(), wanted[loose].tolist()
    links = [number[loose].tolist() for number in ties.links]
    for at, row in enumerate(loose.tolist()):
        held = crowd_in.get(crowds[at], 0) if crowds[at] >= 0 else 0
        for number, holds in zip(links, held_in, strict=True):
            held |= holds[number[at]]
        text = links[0][at]
        for other in others[starts[text] : starts[text + 1]]:
            held |= text_in[other]
        place = held.bit_length() - 1 if held and not fixed else owns[at]
        bit = 1 << place
        if held & ~bit:
            split[row] = BETWEEN
            continue
        split[row] = place
        for number, holds in zip(links, held_in, strict=True):
            holds[number[at]] |= bit
        if crowds[at] >= 0:
            crowd_in[crowds[at]] = crowd_in.get(crowds[at], 0) | bit
    return split


def group_keys(content: U64, group: I64, names: Sequence[str]) -> U64:
    """The key that places a row: of its group (a place in `names`, or -1) where it has one, else of its content."""
    if not names:
        return content
    digests = [blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest() for name in names]
    of_group = np.frombuffer(b"".join(digests), np.uint64)
    return np.where(group >= 0, of_group[np.maximum(group, 0)], content)
