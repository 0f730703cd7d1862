"""Which findings a person accepted, found again by their keys wherever the rows now are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ftui.rules.findings import content_digest, content_of_key

if TYPE_CHECKING:
    from ftui.rules.check import Check


@dataclass(frozen=True, slots=True)
class Acceptances:
    """The accepted findings of a check."""

    reasons: Mapping[str, str]
    """Key to reason, as the store holds them; some may not be found any more."""
    counts: Mapping[str, int]
    """Accepted findings by rule."""
    rows: list[dict[str, NDArray[np.int64]]]
    """By file and rule, the rows in which every finding of the rule is accepted."""


def find(check: Check, reasons: Mapping[str, str]) -> Acceptances:
    """The accepted findings among the hits of a check.

    Only rows whose content stands in some key of the rule are inspected, so that a few acceptances cost one
    pass over the rows that the rule hit.
    """
    wanted: dict[str, set[str]] = {}
    for key in reasons:
        code, digest = content_of_key(key)
        wanted.setdefault(code, set()).add(digest)
    counts: Counter[str] = Counter(each.code for each in check.whole if each.key in reasons)
    rows: list[dict[str, NDArray[np.int64]]] = []
    for file, hits in enumerate(check.hits):
        own: dict[str, NDArray[np.int64]] = {}
        for code in sorted(set(hits) & set(wanted)):
            found, closed = _in_file(check, file, code, wanted[code], reasons)
            counts[code] += found
            if closed:
                own[code] = np.array(closed, dtype=np.int64)
        rows.append(own)
    return Acceptances(dict(reasons), {code: count for code, count in counts.items() if count}, rows)


def _in_file(
    check: Check, file: int, code: str, digests: set[str], reasons: Mapping[str, str]
) -> tuple[int, list[int]]:
    """How many findings of a rule are accepted in a file, and the rows in which all are."""
    count = 0
    closed = []
    for row, raw in check.blocks(file, check.hits[file][code].tolist()):
        if content_digest(row.parsed, raw) not in digests:
            continue
        found = [each for each in check.located(row, raw, frozenset([code])) if each.code == code]
        accepted = sum(each.key in reasons for each in found)
        count += accepted
        if found and accepted == len(found):
            closed.append(row.place.row)
    return count, closed
