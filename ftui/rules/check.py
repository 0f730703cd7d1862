"""What a check found: hits and counts of a million rows, exact findings of the rows that somebody looks at."""

from __future__ import annotations

import math
import time
import weakref
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.dataset import Dataset
from ftui.project.errors import FtuiError
from ftui.project.settings import SEVERITIES, Severity
from ftui.rules.acceptance import Acceptances
from ftui.rules.findings import (
    MAX_RELATED,
    FilePlace,
    Located,
    content_digest,
    ids_of,
    key_of,
    order,
    plain,
    whole_digest,
)
from ftui.rules.ignored import ignored, leave_out
from ftui.rules.mapping import FAILURES
from ftui.rules.reading import Rows
from ftui.rules.row_index.lookup import LISTING
from ftui.rules.rule import Combined, Context, Family, Finding, Place, Row, Rule
from ftui.rules.scratch import Scratch
from ftui.rules.source import Source
from ftui.rules.upkeep import Upkeep

_BLOCK = 2_000
"""Rows read in one go for a listing."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """One split of one file, as reports name it."""

    path: str
    split: str
    format: str
    layout: str
    rows: int
    unreadable: int
    sha256: str | None

    def as_json(self) -> dict[str, Any]:
        """The interface's file object."""
        return {name: getattr(self, name) for name in self.__slots__}


class Check:
    """The result of a check; it stays true to edits by `update`, and explains any row by `inspect`."""

    def __init__(
        self,
        *,
        dataset: Dataset,
        source: Source,
        rules: Mapping[str, Rule],
        families: Sequence[Family],
        combined: Mapping[str, Combined],
        context: Context,
        rows: Rows,
        files: list[FileReport],
        skipped: dict[str, str],
        failed: dict[str, str],
        timing: dict[str, float],
        accepted: Mapping[str, str],
        scratch: Scratch,
    ) -> None:
        self.dataset = dataset
        self.source = source
        self.rules = rules
        self.families = list(families)
        self.context = context
        self.files = files
        self.failed = failed
        """Family to the traceback with which it ended; its rules stand in `skipped`."""
        self.timing = timing
        self._rows = rows
        self.combined = combined
        self.skipped = skipped | {
            code: reason
            for each in combined.values()
            for code, reason in each.skipped.items()
            if code in rules
        }
        self.hits: list[dict[str, NDArray[np.int64]]] = self._collect()
        self.counts: dict[str, int] = {
            code: count
            for each in combined.values()
            for code, count in each.counts.items()
            if code in rules and count
        }
        """Rule code to the true number of findings, accepted ones included."""
        self.ignored: list[frozenset[str]] = [frozenset()] * len(dataset.documents)
        """For each file the codes that are not looked for in it."""
        self.whole: list[Located] = []
        self._leave_out()
        self._upkeep = Upkeep(self, rows)
        self.accepted = Acceptances(self)
        self.whole = self._whole()
        self.accept(accepted)
        self._cleanup = weakref.finalize(self, scratch.remove)

    def close(self) -> None:
        """Remove the scratch files; the check cannot inspect rows any more."""
        self._cleanup()

    def _collect(self) -> list[dict[str, NDArray[np.int64]]]:
        hits: list[dict[str, NDArray[np.int64]]] = [{} for _ in self.dataset.documents]
        for each in self.combined.values():
            for file, found in enumerate(each.hits):
                hits[file].update(
                    {code: rows for code, rows in found.items() if code in self.rules and len(rows)}
                )
        return hits

    def _leave_out(self) -> None:
        """What the project ignores in some files neither counts nor shows."""
        codes = ignored(self.context.project, self.dataset.documents)
        if any(codes):
            leave_out(self, self.combined, codes)
            everywhere = frozenset.intersection(*codes) & set(self.rules)
            self.skipped |= dict.fromkeys(everywhere, "ignored in every file: rules.ignore_in")
        self.ignored = codes

    def _whole(self) -> list[Located]:
        by_file: dict[int | None, list[Finding]] = {}
        for each in self.combined.values():
            for finding in each.whole:
                if finding.code in self.rules:
                    by_file.setdefault(finding.file, []).append(finding)
        found = []
        for file, findings in by_file.items():
            path = "" if file is None else self._rows.path(file)
            numbers = ids_of(findings, place := FilePlace(path, "", None, None))
            for finding, number in zip(findings, numbers, strict=True):
                found.append(self._one(finding, place, whole_digest(finding, path), number))
        return sorted(found, key=order)

    # Looking at rows

    def inspect(self, file: int, row: int, raw: bytes | None = None) -> list[Located]:
        """The exact findings of one row as it is now or, with `raw`, as somebody types it.

        Raises FtuiError that names the family when a rule fails.
        """
        if raw is None:
            seen = self._rows.fetch(file, row)
            bytes_ = b"" if seen.parsed.value is not None else self.dataset.documents[file].raw(row)
        else:
            seen = self._rows.typed(file, row, raw)
            bytes_ = raw
        found = self.located(seen, bytes_)
        if raw is None:
            self._upkeep.looked_at(file, row, found)
        return found

    def located(self, row: Row, raw: bytes, codes: frozenset[str] | None = None) -> list[Located]:
        """The findings of a row that was read already, by the families of these codes."""
        findings: list[Finding] = []
        for family in self.families:
            if codes is None or any(rule.code in codes for rule in family.rules):
                findings += self.findings_of(family, row)
        return self._located(findings, row, raw)

    def _located(self, findings: Sequence[Finding], row: Row, raw: bytes) -> list[Located]:
        if not findings:
            return []
        place = self._rows.place(row.place.file, row.place.row)
        return self._locate(findings, place, content_digest(row.parsed, raw))

    def findings_of(self, family: Family, row: Row, context: Context | None = None) -> list[Finding]:
        """The findings of one family in one row, without their places; in another context if one is given."""
        try:
            found = family.inspect(row, self.combined[family.name].state, context or self.context)
        except FAILURES as error:
            where = f"row {row.place.row} of {self._rows.path(row.place.file)}"
            raise FtuiError(
                f"family {family.name} failed on {where}: {error}", "please report this"
            ) from error
        unwanted = self.ignored[row.place.file]
        return [each for each in found if each.code in self.rules and each.code not in unwanted]

    def group(self, file: int, row: int, code: str) -> list[Place]:
        """The rows that a row's findings of one rule are about: the row itself, then all that these name."""
        seen = self._rows.fetch(file, row)
        family = next((each for each in self.families if any(rule.code == code for rule in each.rules)), None)
        found = [each for each in self.findings_of(family, seen) if each.code == code] if family else []
        return list(dict.fromkeys([seen.place, *(place for each in found for place in each.related)]))

    def _locate(self, findings: Sequence[Finding], place: FilePlace, digest: str) -> list[Located]:
        return [
            self._one(finding, place, digest, number)
            for finding, number in zip(findings, ids_of(findings, place), strict=True)
        ]

    def _one(self, finding: Finding, place: FilePlace, digest: str, number: str) -> Located:
        rule = self.rules[finding.code]
        key = key_of(finding.code, finding.field, digest)
        related = finding.related[:MAX_RELATED]
        return Located(
            id=number,
            key=key,
            code=finding.code,
            name=rule.name,
            severity=self.severity(finding.code, finding.severity),
            place=place,
            field=finding.field,
            start=finding.start,
            end=finding.end,
            message=finding.message,
            evidence=plain(finding.evidence),
            related=tuple(self._rows.place(each.file, each.row) for each in related),
            fix=finding.fix,
            accepted=self.accepted.reasons.get(key),
        )

    def severity(self, code: str, own: Severity | None = None) -> Severity:
        """How severe a finding is: as the project says, else as the finding says, else as its rule says."""
        return self.context.project.rules.severity.get(code) or own or self.rules[code].severity

    # Keeping up with edits

    def update(self, rows: Iterable[tuple[int, int]], within: float = math.inf) -> list[tuple[int, int]]:
        """Look again at rows that were edited, added or deleted, and set hits and counts right for them.

        And for rows that they equal or resemble, or did, as many as the seconds allow; returns these. `catch_up` does
        the rest.
        """
        for each in self.combined.values():
            each.kept = {}
        return self._upkeep.update(rows, self.accepted, time.perf_counter() + within)

    def catch_up(self, until: float = math.inf) -> list[tuple[int, int]]:
        """Set hits and counts right for rows that edits concern and that are still to be looked at; returns them."""
        return self._upkeep.catch_up(self.accepted, until)

    def warm(self) -> None:
        """Make ready what the first typed row would wait for: 0.3 s for a million rows."""
        index = self.context.shared.get("rows")
        if index is not None:
            index.live.warm()

    def codes_of(self, file: int, row: int) -> set[str]:
        """The rules that found something in a row."""
        return {code for code, rows in self.hits[file].items() if contains(rows, row)}

    # Listing and counting

    def listing(self, max_per_rule: int = 0, codes: Iterable[str] | None = None) -> list[Located]:
        """Findings for a report, sorted by path, row, field, start, code; at most so many a rule (0: all)."""
        wanted = set(self.rules if codes is None else codes)
        found = [each for each in self.whole if each.code in wanted]
        room = {code: (max_per_rule or self.counts.get(code, 0)) for code in wanted}
        for each in found:
            room[each.code] -= 1
        self.context.shared[LISTING] = {}
        try:
            for file in range(len(self.hits)):
                found += self._list_file(file, room)
        finally:
            del self.context.shared[LISTING]
        return sorted(found, key=order)

    def _list_file(self, file: int, room: dict[str, int]) -> list[Located]:
        codes_of: dict[int, set[str]] = {}
        for code, rows in self.hits[file].items():
            for row in rows[: max(room.get(code, 0), 0)].tolist():
                codes_of.setdefault(row, set()).add(code)
        found: list[Located] = []
        for row, raw in self.blocks(file, sorted(codes_of)):
            codes = codes_of[row.place.row]
            for each in self._located(self._listed(row, codes), row, raw):
                if each.code in codes and room[each.code] > 0:
                    room[each.code] -= 1
                    found.append(each)
        return found

    def _listed(self, row: Row, codes: set[str]) -> list[Finding]:
        """The findings of some rules in a row: those that were kept, else from another look."""
        findings: list[Finding] = []
        for family in self.families:
            mine = [rule.code for rule in family.rules if rule.code in codes]
            if not mine:
                continue
            kept = self.combined[family.name].kept
            held = [kept.get(code, {}).get(row.place[::2]) for code in mine]
            if None in held:
                findings += self.findings_of(family, row)
            else:
                findings += [finding for each in held for finding in each or ()]
        return findings

    def blocks(self, file: int, rows: Sequence[int]) -> Iterable[tuple[Row, bytes]]:
        """Rows of one file with their bytes, read sequentially."""
        for start in range(0, len(rows), _BLOCK):
            yield from self._rows.run(file, rows[start : start + _BLOCK])

    def state(self, family: str) -> Any:
        """What a family settled, for commands that tell more than its findings; None where it did not run."""
        combined = self.combined.get(family)
        return combined.state if combined else None

    @property
    def markers(self) -> list[tuple[str, int, float]]:
        """How the answers end, the most frequent first: (end marker, rows, share); the empty one is none."""
        combined = self.combined.get("STP")
        return [tuple(share) for share in getattr(combined and combined.state, "shares", ())]

    @cached_property
    def row_count(self) -> int:
        """How many rows were looked at."""
        return sum(report.rows for report in self.files)

    @property
    def open_counts(self) -> dict[str, int]:
        """Findings by rule that nobody accepted."""
        accepted = self.accepted.counts
        open_ = {code: count - accepted.get(code, 0) for code, count in self.counts.items()}
        return {code: count for code, count in sorted(open_.items()) if count > 0}

    @property
    def severities(self) -> dict[Severity, int]:
        """Findings by severity that nobody accepted."""
        found: dict[Severity, int] = dict.fromkeys(SEVERITIES, 0)
        for code, total in self.open_counts.items():
            for severity, count in self._by_severity(code, total).items():
                found[severity] += count
        return found

    def gravest(self, code: str) -> Severity:
        """The worst severity among a rule's findings that nobody accepted; the rule's own where there are none."""
        found = self._by_severity(code, self.open_counts.get(code, 0))
        return next((each for each in SEVERITIES if found.get(each)), self.severity(code))

    def _by_severity(self, code: str, left: int) -> dict[Severity, int]:
        family = self.combined.get(self.rules[code].family)
        mixed = family.severities.get(code) if family else None
        if mixed is None or code in self.context.project.rules.severity:
            return {self.severity(code): left}
        found: dict[Severity, int] = {}
        for severity in reversed(SEVERITIES):  # what edits took away since counts against the gravest
            found[severity] = min(mixed.get(severity, 0), left) if severity != "error" else left
            left -= found[severity]
        return found

    @property
    def rows_with_findings(self) -> int:
        """Rows with at least one finding that nobody accepted."""
        return sum(len(self._flagged(file)) for file in range(len(self.hits)))

    def _flagged(self, file: int) -> NDArray[np.int64]:
        arrays = [
            np.setdiff1d(rows, self.accepted.rows[file][code], assume_unique=True)
            if code in self.accepted.rows[file]
            else rows
            for code, rows in self.hits[file].items()
        ]
        return np.unique(np.concatenate(arrays)) if arrays else np.empty(0, dtype=np.int64)

    def summary(self, listed: Iterable[Located] = ()) -> dict[str, Any]:
        """The interface's summary; `listed` are the findings that the report lists."""
        shown = Counter(each.code for each in listed)
        missing = {code: count - shown[code] for code, count in sorted(self.counts.items())}
        return {
            "rows": self.row_count,
            "by_rule": self.open_counts,
            "by_severity": self.severities,
            "rows_with_findings": self.rows_with_findings,
            "not_listed": {code: count for code, count in missing.items() if count > 0},
            "accepted": dict(sorted(self.accepted.counts.items())),
            "ignored_in": {
                self._rows.path(file): sorted(codes & set(self.rules))
                for file, codes in enumerate(self.ignored)
                if codes & set(self.rules)
            },
        }

    def accept(self, reasons: Mapping[str, str]) -> None:
        """Take over the acceptances as they are now: key to reason."""
        self.accepted.take(reasons)
        self.whole = [replace(each, accepted=reasons.get(each.key)) for each in self.whole]


def contains(rows: NDArray[np.int64], row: int) -> bool:
    """Whether a sorted array holds a row."""
    at = int(np.searchsorted(rows, row))
    return at < len(rows) and int(rows[at]) == row
