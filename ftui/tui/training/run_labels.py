"""Short names of runs beside each other: what tells their paths apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LONGEST = 22
"""Characters of a label before folders that are not needed to tell runs apart are left out."""


def sign_of(number: int) -> str:
    """The letter that a run has beside its colour, by its number from 0; verdicts have numbers. Late ones share `*`."""
    return _SIGNS[number] if number < len(_SIGNS) else "*"


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
    rest = {name: each[before : len(each) - after] for name, each in parts.items()}
    made = {name: str(PurePath(*each)) if each else name for name, each in rest.items()}
    if any(len(label) > LONGEST for label in made.values()):
        ends = {name: each[-1] if each else name for name, each in rest.items()}
        made = ends if len(set(ends.values())) == len(ends) else made
    made = _without_ending(made)
    told_apart = len(set(made.values())) == len(made)
    return made if told_apart else {name: name for name in names}


def _without_ending(made: dict[str, str]) -> dict[str, str]:
    """Without the `.jsonl` that all of them have."""
    endings = {PurePath(label).suffix for label in made.values()}
    if len(endings) > 1 or not all(endings):
        return made
    return {name: label.removesuffix(*endings) for name, label in made.items()}


def _common(rows: Sequence[Sequence[str]]) -> int:
    """How many parts are the same from the beginning on."""
    count = 0
    for column in zip(*rows, strict=False):
        if len(set(column)) > 1:
            break
        count += 1
    return count
