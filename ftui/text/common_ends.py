"""What two texts have in common at their beginning and at their end."""

from __future__ import annotations

from typing import NamedTuple


class Ends(NamedTuple):
    """How many characters are the same at the beginning and, of the rest, at the end."""

    head: int
    tail: int


def common_ends(one: str, other: str) -> Ends:
    """The common ends of two texts; together they are no longer than the shorter one."""
    head = _prefix(one, other)
    return Ends(head, _prefix(one[head:][::-1], other[head:][::-1]))


def _prefix(one: str, other: str) -> int:
    """How many characters two texts begin with in common; halving keeps the comparing in C."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
