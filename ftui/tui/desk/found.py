"""What the screen knows of the findings: every rule's rows from the last check, the exact findings of rows seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ftui.dataset.record import NEW_ROW
from ftui.tui.desk.order import Order, Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hits = Mapping[str, NDArray[np.int64]]

KEPT = 5_000
"""Rows whose exact findings are kept, about 1 KB each."""
RANKS: Mapping[str, int] = {"info": 1, "warning": 2, "error": 3}
NAMES = ("", "info", "warning", "error")
State = Literal["none", "running", "done", "stopped", "failed"]


class Spot(NamedTuple):
    """One exact finding as the screen draws it; `data` is the interface's finding object."""

    code: str
    name: str
    severity: str
    field: str
    start: int | None
    end: int | None
    message: str
    key: str
    accepted: str | None
    data: Mapping[str, Any]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Spot:
        """From a finding object of the interface."""
        return cls(
            data["code"], data["name"], data["severity"], data["field"], data["start"], data["end"],
            data["message"], data["key"], data.get("accepted"), data,
        )  # fmt: skip


class Group(NamedTuple):
    """One rule with what it found."""

    code: str
    name: str
    severity: str
    total: int
    rows: int


class Found:
    """Hits by rule and file, severities by row, and the exact findings of the rows that were looked at."""

    def __init__(self) -> None:
        self.state: State = "none"
        self.error = ""
        self.rules: dict[str, tuple[str, str]] = {}
        """Rule code to (name, severity)."""
        self.counts: dict[str, int] = {}
        self.severities: Mapping[str, int] | None = None
        """Findings by severity; None: as the severities of their rules say."""
        self.hits: list[Hits] = []
        self.whole: list[Spot] = []
        self.skipped: dict[str, str] = {}
        self.version = 0
        """Rises with every change, so that what is drawn from here knows when it is out of date."""
        self._details: OrderedDict[Place, tuple[Spot, ...]] = OrderedDict()
        self._rows: dict[int, tuple[NDArray[np.uint8], NDArray[np.uint8], dict[int, tuple[int, int]]]] = {}

    def replace(
        self,
        hits: Sequence[Hits],
        counts: Mapping[str, int],
        rules: Mapping[str, tuple[str, str]],
        whole: Iterable[Spot] = (),
        skipped: Mapping[str, str] | None = None,
        severities: Mapping[str, int] | None = None,
    ) -> None:
        """Take over a check's result."""
        self.severities = severities
        self.hits, self.counts = list(hits), {code: n for code, n in counts.items() if n}
        self.rules.update(rules)
        self.whole = list(whole)
        self.skipped = dict(skipped or {})
        self._rows.clear()
        self._details.clear()
        self.version += 1

    # By row

    def marks(self, place: Place) -> tuple[str, int]:
        """The worst severity of a row ("" for none) and how many rules found something in it."""
        known = self._details.get(place)
        if known is not None:
            open_ = [spot for spot in known if spot.accepted is None]
            return max((spot.severity for spot in open_), key=RANKS.__getitem__, default=""), len(open_)
        if place.file >= len(self.hits):
            return "", 0
        worst, count, added = self._by_row(place.file)
        if place.row >= NEW_ROW:
            rank, number = added.get(place.row, (0, 0))
            return NAMES[rank], number
        if place.row >= len(worst):
            return "", 0
        return NAMES[int(worst[place.row])], int(count[place.row])

    def _by_row(self, file: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8], dict[int, tuple[int, int]]]:
        """For one file: worst severity and number of rules by row; 2 bytes a row, made in 3 ms a million rows."""
        if file in self._rows:
            return self._rows[file]
        import numpy as np

        hits = self.hits[file]
        size = max((int(rows[rows < NEW_ROW].max(initial=-1)) for rows in hits.values()), default=-1) + 1
        worst, count = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
        added: dict[int, tuple[int, int]] = {}
        for code, rows in hits.items():
            rank = RANKS[self.severity(code)]
            base = rows[rows < NEW_ROW]
            worst[base] = np.maximum(worst[base], rank)
            count[base] += count[base] < 255
            for row in rows[len(base) :].tolist():
                before, number = added.get(row, (0, 0))
                added[row] = max(before, rank), number + 1
        self._rows[file] = worst, count, added
        return self._rows[file]

    def codes(self, place: Place) -> list[str]:
        """The rules that found something in a row, gravest first."""
        known = self._details.get(place)
        if known is not None:
            codes = list(dict.fromkeys(spot.code for spot in known if spot.accepted is None))
        else:
            codes = self._hit_codes(place)
        return sorted(codes, key=lambda code: (-RANKS[self.severity(code)], code))

    def details(self, place: Place) -> tuple[Spot, ...] | None:
        """The exact findings of a row, None when nobody looked yet."""
        known = self._details.get(place)
        if known is not None:
            self._details.move_to_end(place)
        return known

    def learn(
        self,
        seen: Mapping[Place, Iterable[Spot]],
        counts: Mapping[str, int] | None = None,
        severities: Mapping[str, int] | None = None,
    ) -> bool:
        """These are the exact findings of some rows; True when rules gained or lost rows by it."""
        self.severities = severities or self.severities
        changed: dict[int, dict[int, set[str]]] = {}
        for place, spots in seen.items():
            self._details[place] = tuple(spots)
            self._details.move_to_end(place)
            now = {spot.code for spot in self._details[place] if spot.accepted is None}
            if now != set(self._hit_codes(place)):
                changed.setdefault(place.file, {})[place.row] = now
        while len(self._details) > max(KEPT, len(seen)):
            self._details.popitem(last=False)
        for file, rows in changed.items():
            self._set_hits(file, rows)
        if counts is not None:
            self.counts = {code: n for code, n in counts.items() if n}
        self.version += 1
        return bool(changed)

    def _hit_codes(self, place: Place) -> list[str]:
        if place.file >= len(self.hits):
            return []
        return [code for code, rows in self.hits[place.file].items() if _holds(rows, place.row)]

    def _set_hits(self, file: int, now: Mapping[int, set[str]]) -> None:
        """Put the rows of one file under the rules that find something in them now, and under no others."""
        import numpy as np

        touched = np.array(sorted(now), dtype=np.int64)
        hits = dict(self.hits[file])
        for code in {code for codes in now.values() for code in codes} | set(hits):
            before = hits.get(code, touched[:0])
            kept = before[~np.isin(before, touched)]
            new = np.array(sorted(row for row, codes in now.items() if code in codes), dtype=np.int64)
            hits[code] = np.union1d(kept, new)
        self.hits[file] = {code: rows for code, rows in hits.items() if len(rows)}
        self._rows.pop(file, None)

    def forget(self, places: Iterable[Place]) -> None:
        """These rows changed: what was known of them is old."""
        for place in places:
            self._details.pop(place, None)
        self.version += 1

    def places_of(self, keys: set[str]) -> set[Place]:
        """The rows known to have a finding with one of these keys."""
        return {place for place, spots in self._details.items() if any(spot.key in keys for spot in spots)}

    def forget_all(self) -> None:
        """Every row may have changed."""
        self._details.clear()
        self.version += 1

    def weights(self, file: int, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """A number for each row that rises with its worst severity, then with its number of findings."""
        import numpy as np

        weights = np.zeros(len(rows), np.int64)
        if file < len(self.hits):
            worst, count, added = self._by_row(file)
            known = rows < len(worst)
            weights[known] = worst[rows[known]].astype(np.int64) * 256 + count[rows[known]]
            for at in np.flatnonzero(rows >= NEW_ROW).tolist():
                rank, number = added.get(int(rows[at]), (0, 0))
                weights[at] = rank * 256 + number
        return weights

    # By rule

    def severity(self, code: str) -> str:
        return self.rules.get(code, ("", "warning"))[1]

    def groups(self) -> list[Group]:
        """The rules that found something in rows, gravest first, then by code."""
        made: list[Group] = []
        for code in {code for hits in self.hits for code in hits}:
            rows = sum(len(hits[code]) for hits in self.hits if code in hits)
            name, severity = self.rules.get(code, (code, "warning"))
            if rows:
                made.append(Group(code, name, severity, self.counts.get(code, rows), rows))
        return sorted(made, key=lambda group: (-RANKS[group.severity], group.code))

    def row_of(self, code: str, index: int) -> Place:
        """The n-th row of a rule, over all files in order."""
        for file, hits in enumerate(self.hits):
            rows = hits.get(code)
            if rows is None:
                continue
            if index < len(rows):
                return Place(file, int(rows[index]))
            index -= len(rows)
        raise IndexError(code, index)

    def severity_counts(self) -> dict[str, int]:
        """Findings by severity, gravest first."""
        if self.severities is not None:
            return {severity: self.severities.get(severity, 0) for severity in reversed(NAMES[1:])}
        totals = dict.fromkeys(("error", "warning", "info"), 0)
        for group in self.groups():
            totals[group.severity] += group.total
        for spot in self.whole:
            totals[spot.severity] += 1
        return totals

    # By position

    def flagged(self, order: Order) -> NDArray[np.int64]:
        """The positions of an order whose rows have findings, rising."""
        import numpy as np

        found = []
        for file, rows, start in order.columns():
            if file >= len(self.hits) or not self.hits[file]:
                continue
            wanted = np.unique(np.concatenate(list(self.hits[file].values())))
            if isinstance(rows, range) and rows.step == 1:
                inside = wanted[(wanted >= rows.start) & (wanted < rows.stop)]
                found.append(inside - rows.start + start)
            else:
                found.append(np.flatnonzero(np.isin(np.asarray(rows), wanted)) + start)
        return np.concatenate(found) if found else np.empty(0, np.int64)


def _holds(rows: NDArray[np.int64], row: int) -> bool:
    at = int(rows.searchsorted(row))
    return at < len(rows) and int(rows[at]) == row
