"""What the runs of a search are called, and their order."""

from __future__ import annotations

import re
from collections.abc import Sequence


def natural(name: tuple[str, ...]) -> list[tuple[int, str]]:
    """`version_2` before `version_10`."""
    pieces = re.split(r"(\d+)", "/".join(name))
    return [(int(piece), "") if piece.isdecimal() and len(piece) < 20 else (0, piece) for piece in pieces]


def short_names(names: Sequence[tuple[str, ...]]) -> list[str]:
    """As much of the end of each name as tells it from all others."""
    short = [1] * len(names)
    for _ in range(max((len(name) for name in names), default=0)):
        shown = ["/".join(name[-length:]) for name, length in zip(names, short, strict=True)]
        twice = {one for one in shown if shown.count(one) > 1}
        if not twice:
            break
        short = [length + (one in twice) for length, one in zip(short, shown, strict=True)]
    taken: set[str] = set()
    unique = []
    for name, length in zip(names, short, strict=True):
        wanted = free = "/".join(name[-length:]) or "run"
        number = 2
        while free in taken:
            free, number = f"{wanted} ({number})", number + 1
        taken.add(free)
        unique.append(free)
    return unique
