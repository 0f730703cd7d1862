"""Short names of runs beside each other: what tells their paths apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath


def labels(names: Sequence[str]) -> dict[str, str]:
    """Name to label: without the folders at the beginning and the parts at the end that all have in common.

    >>> labels(["logs/a/trainer_state.json", "logs/b/trainer_state.json"])
    {'logs/a/trainer_state.json': 'a', 'logs/b/trainer_state.json': 'b'}
    """
    parts = {name: PurePath(name).parts for name in names}
    if len(parts) < 2:
        return {name: name for name in names}
    shortest = min(map(len, parts.values()))
    before = _common([each[:shortest] for each in parts.values()])
    after = _common([each[::-1][: shortest - before] for each in parts.values()])
    made = {name: "/".join(each[before : len(each) - after]) for name, each in parts.items()}
    told_apart = len(set(made.values())) == len(made)
    return {name: (made[name] or name) if told_apart else name for name in names}


def _common(rows: Sequence[Sequence[str]]) -> int:
    """How many parts are the same from the beginning on."""
    count = 0
    for column in zip(*rows, strict=False):
        if len(set(column)) > 1:
            break
        count += 1
    return count
