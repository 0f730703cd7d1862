"""Hits and counts of a check kept right while rows are edited, added and deleted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from ftui.rules.acceptance import Acceptances
from ftui.rules.checked import Checked
from ftui.rules.findings import Located
from ftui.rules.reading import Rows
from ftui.rules.row_index.fingerprints import FAMILIES as COMPARING
from ftui.rules.row_index.lookup import follow
from ftui.rules.rule import Place

_COMPARED = frozenset(f"{family}00{i}" for family in COMPARING for i in (1, 2, 3)) - {"LBL003"}
"""Rules that compare rows by their texts; a row has one finding of each at most."""


class Upkeep:
    """What edits have changed so far, and the rows that they concern and that are still to be looked at."""

    def __init__(self, check: Checked, rows: Rows) -> None:
        self._check = check
        self._rows = rows
        self._known: dict[tuple[int, int], Counter[str]] = {}
        """Rows that were looked at, to the true number of their findings."""
        self._waiting: dict[tuple[int, int], None] = {}
        """Rows whose comparison with others may come out differently, still to be looked at."""

    def looked_at(self, file: int, row: int, found: Iterable[Located]) -> None:
        """These are the findings of a row as it is now."""
        self._known[file, row] = Counter(each.code for each in found)

    def update(
        self, rows: Iterable[tuple[int, int]], accepted: Acceptances, until: float
    ) -> list[tuple[int, int]]:
        """Set hits and counts right for rows that changed, and until that time for rows that these concern.

        Returns the latter, as far as they were reached.
        """
        changed: dict[int, set[int]] = {}
        for file, row in rows:
            changed.setdefault(file, set()).add(row)
        concerned = self._concerned(changed)
        for file, numbers in changed.items():
            before = {row: self._before(file, row) for row in numbers}
            after = {row: self._after(file, row) for row in numbers}
            self._set_hits(file, before, after)
            accepted.update(file, numbers)
            for row in numbers:
                self._waiting.pop((file, row), None)
        # The first of a group comes first: it is the one whose finding comes or goes.
        self._waiting = dict.fromkeys([*concerned, *self._waiting])
        return self.catch_up(accepted, until)

    def catch_up(self, accepted: Acceptances, until: float) -> list[tuple[int, int]]:
        """Set hits and counts right for rows that edits concern and that are still to be looked at; returns them."""
        done: list[tuple[int, int]] = []
        while self._waiting and time.perf_counter() < until:
            file, row = next(iter(self._waiting))
            del self._waiting[file, row]
            if self._rows.there(file, row):
                self._compare_again(file, row)
                accepted.update(file, [row])
                done.append((file, row))
        return done

    def _concerned(self, changed: Mapping[int, set[int]]) -> list[tuple[int, int]]:
        """Rows whose comparison with others may come out differently now that these have changed."""
        context = self._check.context
        index = context.shared.get("rows")
        if index is None:
            return []
        places = [
            Place(file, self._rows.split(file, row), row) for file, rows in changed.items() for row in rows
        ]
        found = [index.place(number) for number in sorted(follow(places, index, context))]
        return [(each.file, each.row) for each in found if each.row not in changed.get(each.file, ())]

    def _compare_again(self, file: int, row: int) -> None:
        """Set the hits of the rules that compare rows right for a row that did not change itself."""
        check = self._check
        seen = self._rows.fetch(file, row)
        families = [family for family in check.families if family.name in COMPARING]
        found = [each.code for family in families for each in check.findings_of(family, seen)]
        after = Counter(code for code in found if code in _COMPARED)
        before = Counter(check.codes_of(file, row) & _COMPARED)
        self._set_hits(file, {row: before}, {row: after})
        known = self._known.get((file, row))
        if known is not None:
            rest = {code: count for code, count in known.items() if code not in _COMPARED}
            self._known[file, row] = Counter(rest) + after

    def _before(self, file: int, row: int) -> Counter[str]:
        """What the row counts for so far: exact where it was looked at, else one finding for each of its rules."""
        known = self._known.get((file, row), Counter())
        return Counter({code: max(known[code], 1) for code in self._check.codes_of(file, row)})

    def _after(self, file: int, row: int) -> Counter[str]:
        if not self._rows.there(file, row):
            self._known.pop((file, row), None)
            return Counter()
        return Counter(each.code for each in self._check.inspect(file, row))

    def _set_hits(
        self, file: int, before: Mapping[int, Counter[str]], after: Mapping[int, Counter[str]]
    ) -> None:
        codes = {code for counts in (*before.values(), *after.values()) for code in counts}
        touched = np.array(sorted(before), dtype=np.int64)
        hits, counts_of = self._check.hits[file], self._check.counts
        for code in codes:
            kept = np.setdiff1d(hits.get(code, touched[:0]), touched, assume_unique=True)
            new = np.array(sorted(row for row in after if after[row][code]), dtype=np.int64)
            hits[code] = np.sort(np.concatenate([kept, new]), kind="stable")
            change = sum(after[row][code] - before[row][code] for row in before)
            counts_of[code] = max(counts_of.get(code, 0) + change, len(hits[code]))
            if not len(hits[code]):
                del hits[code]
            if not counts_of[code]:
                del counts_of[code]
