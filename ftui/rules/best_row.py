"""Which row of a group (duplicates, conflicts, leaks) is worth keeping when the others go, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ftui.rules.check import Check
from ftui.rules.rule import Place

JUDGED = 50
"""Members that are looked at; the best of a larger group is the best of its first ones."""
_WEIGHTS = {"error": 100, "warning": 10, "info": 1}


class Best(NamedTuple):
    """The row to keep: its position in the group, and the reason in words."""

    at: int
    why: str


class _Judged(NamedTuple):
    answer: str
    burden: int
    """What rules of single rows found in it, errors weighing most: only the second copy of two is a duplicate."""
    length: int


def best_row(check: Check, group: Sequence[Place]) -> Best:
    """The row with the answer of most, then the fewest other findings, then the longest answer, then the first."""
    judged = [_judge(check, place) for place in group[:JUDGED]]
    votes = Counter(each.answer for each in judged)
    most = max(votes.values())
    ranked = sorted(
        range(len(judged)),
        key=lambda i: (-votes[judged[i].answer], judged[i].burden, -judged[i].length, i),
    )
    first, rest = judged[ranked[0]], [judged[i] for i in ranked[1:]]
    if most > 1 and len(votes) > 1 and list(votes.values()).count(most) == 1:
        return Best(ranked[0], f"{most} of {len(judged)} rows give its answer")
    if all(first.burden < each.burden for each in rest):
        return Best(ranked[0], "fewest other findings")
    if all(first.length > each.length for each in rest if each.burden == first.burden):
        return Best(ranked[0], "longest answer")
    return Best(ranked[0], "the first; none is better")


def _judge(check: Check, place: Place) -> _Judged:
    found = [e for e in check.inspect(place.file, place.row) if check.rules[e.code].scope == "row"]
    burden = sum(_WEIGHTS[each.severity] for each in found if each.accepted is None)
    example = check.dataset.documents[place.file].example(place.row)
    answer = "" if example is None else example.label if example.label is not None else example.answer
    return _Judged(" ".join(answer.split()), burden, len(answer))
