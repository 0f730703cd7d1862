"""Which findings a person accepted, found again by their keys wherever the rows now are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftui.rules.checked import Checked
from ftui.rules.findings import content_digest, content_of_key
from ftui.rules.rule import Row


class _Accepted(NamedTuple):
    """Accepted findings of one rule in one row, and whether the row has no other of that rule."""

    findings: int
    closed: bool


class Acceptances:
    """The accepted findings of a check."""

    def __init__(self, check: Checked) -> None:
        self._check = check
        self.reasons: dict[str, str] = {}
        """Key to reason, as the store holds them; some may stand for rows that are not there any more."""
        self._at: dict[tuple[int, int, str], _Accepted] = {}
        self._rows: list[dict[str, NDArray[np.int64]]] | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Accepted findings by rule."""
        counts = Counter(each.code for each in self._check.whole if each.key in self.reasons)
        for (_, _, code), accepted in self._at.items():
            counts[code] += accepted.findings
        return {code: count for code, count in sorted(counts.items()) if count}

    @property
    def rows(self) -> list[dict[str, NDArray[np.int64]]]:
        """By file and rule, the rows in which every finding of the rule is accepted, ascending."""
        if self._rows is None:
            rows: list[dict[str, list[int]]] = [{} for _ in self._check.hits]
            for (file, row, code), accepted in self._at.items():
                if accepted.closed:
                    rows[file].setdefault(code, []).append(row)
            self._rows = [
                {code: np.array(sorted(numbers), dtype=np.int64) for code, numbers in found.items()}
                for found in rows
            ]
        return self._rows

    def take(self, reasons: Mapping[str, str]) -> None:
        """These are the acceptances now.

        Of the rules concerned, only rows whose content stands in some key are inspected, so that an acceptance costs
        one pass over the rows that its rule hit.
        """
        changed = {content_of_key(key)[0] for key in reasons.keys() ^ self.reasons.keys()}
        self.reasons = dict(reasons)
        if not changed:
            return
        self._rows = None
        self._at = {place: accepted for place, accepted in self._at.items() if place[2] not in changed}
        wanted: dict[str, set[str]] = {}
        for key in reasons:
            code, digest = content_of_key(key)
            wanted.setdefault(code, set()).add(digest)
        for file, hits in enumerate(self._check.hits):
            for code in sorted(changed & set(hits) & set(wanted)):
                for row, raw in self._check.blocks(file, hits[code].tolist()):
                    if content_digest(row.parsed, raw) in wanted[code]:
                        self._look(row, raw, code)

    def update(self, file: int, rows: Iterable[int]) -> None:
        """These rows of a file changed, and the check's hits with them."""
        changed = set(rows)
        self._rows = None
        self._at = {
            at: accepted for at, accepted in self._at.items() if at[0] != file or at[1] not in changed
        }
        codes = {content_of_key(key)[0] for key in self.reasons}
        present = sorted(row for row in changed if self._check.codes_of(file, row) & codes)
        for row, raw in self._check.blocks(file, present):
            for code in sorted(self._check.codes_of(file, row.place.row) & codes):
                self._look(row, raw, code)

    def _look(self, row: Row, raw: bytes, code: str) -> None:
        found = [each for each in self._check.located(row, raw, frozenset([code])) if each.code == code]
        accepted = sum(each.key in self.reasons for each in found)
        if accepted:
            self._at[row.place.file, row.place.row, code] = _Accepted(accepted, accepted == len(found))
