"""Fixes of many findings as one plan of changes: each row mended again and again until nothing is left to mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.field_path import get, parse
from ftui.dataset.record import FieldEdit, Parsed
from ftui.dataset.steps import difference
from ftui.project.errors import FtuiError
from ftui.rules import engine, registry
from ftui.rules.check import Check
from ftui.rules.findings import content_digest, key_of
from ftui.rules.rule import Finding, Row, Stopped
from ftui.store.entry import Change, Deleted, Raw, Splices

_ROUNDS = 8
"""One fix may make room for another (cut a text, then drop what is now repeated); real rows need two or three."""

Progress = Callable[[int, int], None]


class Removal(NamedTuple):
    """A row that a fix removes, and why."""

    file: int
    row: int
    code: str
    message: str


@dataclass
class FixPlan:
    """What to change, ready for Session.apply, and what it comes to."""

    codes: tuple[str, ...]
    changes: list[Change] = field(default_factory=list)
    by_rule: Counter[str] = field(default_factory=Counter)
    """Rule code to the findings that the plan mends."""
    edited: int = 0
    """Rows with edited text."""
    removals: list[Removal] = field(default_factory=list)
    skipped_unsafe: Counter[str] = field(default_factory=Counter)
    """Rule code to findings left alone because their fix is unsafe."""
    unsafe: Counter[str] = field(default_factory=Counter)
    """Rule code to findings that the plan mends by an unsafe fix."""
    wording: str = ""
    """What the first of the fixes calls itself."""
    unfixable: Counter[str] = field(default_factory=Counter)
    """Rule code to findings that have no fix for a row."""

    @property
    def removed(self) -> int:
        """How many rows go."""
        return len(self.removals)

    @property
    def title(self) -> str:
        """What the journal calls the step."""
        rows = self.edited + self.removed
        return f"fix {', '.join(sorted(self.by_rule))} in {rows:,} {'row' if rows == 1 else 'rows'}"


def plan(
    check: Check,
    codes: Iterable[str],
    *,
    rows: Iterable[tuple[int, int]] | None = None,
    unsafe: bool = False,
    marker: str | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> FixPlan:
    """The changes that mend the findings of some rules, in all rows that they hit or in `rows` (file, row) only.

    Unsafe fixes are counted and left alone unless `unsafe`; accepted findings are always left alone. `marker` is the
    person's choice of the end marker, where STP002 asks for one: the answers are judged by it.
    Raises FtuiError for an unknown rule, Stopped when cancelled.
    """
    wanted = registry.expand(codes, check.context.project)
    if marker is not None:
        check = _judged_by(check, marker, cancelled)
    made = FixPlan(tuple(sorted(wanted)))
    chosen = _chosen(check, wanted, rows)
    total = sum(map(len, chosen.values()))
    done = 0
    for file, numbers in chosen.items():
        planner = _Planner(check, file, wanted & set(check.rules), unsafe=unsafe, made=made)
        for start in range(0, len(numbers), _BLOCK):
            planner.block(numbers[start : start + _BLOCK])
            done += min(_BLOCK, len(numbers) - start)
            if progress is not None:
                progress(done, total)
            if cancelled is not None and cancelled():
                raise Stopped
        planner.finish()
    return made


_BLOCK = 2_000
_COUNTED = frozenset({"LBL003"})
"""Rules of sets that judge a mended row by what the check counted, without looking for other rows."""


def _judged_by(check: Check, marker: str, cancelled: Callable[[], bool] | None) -> Check:
    """The STP rules run anew with the end marker that a person chose."""
    project = check.context.project
    project = replace(project, stop=replace(project.stop, end_marker=marker))
    return engine.check(
        check.dataset,
        project,
        select=["STP"],
        cancelled=cancelled,
        accepted=check.accepted.reasons,
        ticket=check.source.ticket,
    )


def _chosen(
    check: Check, codes: set[str], rows: Iterable[tuple[int, int]] | None
) -> Mapping[int, NDArray[np.int64]]:
    """The rows to look at, by file, ascending."""
    chosen: dict[int, NDArray[np.int64]] = {}
    for file, hits in enumerate(check.hits):
        arrays = [found for code, found in hits.items() if code in codes]
        if arrays:
            chosen[file] = np.unique(np.concatenate(arrays))
    if rows is None:
        return chosen
    named: dict[int, list[int]] = {}
    for file, row in rows:
        named.setdefault(file, []).append(row)
    return {file: np.unique(np.array(numbers, dtype=np.int64)) for file, numbers in named.items()}


class _Planner:
    """The plan of one file."""

    def __init__(self, check: Check, file: int, codes: set[str], *, unsafe: bool, made: FixPlan) -> None:
        self.check = check
        self.file = file
        self.codes = codes
        self.unsafe = unsafe
        self.made = made
        self.document = check.dataset.documents[file]
        self.families = [f for f in check.families if any(rule.code in codes for rule in f.rules)]
        self.edits: list[tuple[int, list[FieldEdit]]] = []
        self.raws: list[Raw] = []
        """Rows that get a field: their bytes with it, and with their edits."""
        own = frozenset(
            rule.code for rule in check.rules.values() if rule.scope == "row" or rule.code in _COUNTED
        )
        self.alone = replace(check.context, codes=own)
        """For rows that were mended: looking for what they equal now would cost 100 ms a row in a million."""

    def block(self, numbers: NDArray[np.int64]) -> None:
        """Plan some rows."""
        present = [row for row in numbers.tolist() if not self.document.deleted(row)]
        for row, raw in self.check.blocks(self.file, present):
            marks: dict[str, tuple[str, str]] = {}
            edits = self._mend(row, raw, marks)
            if marks and (marked := self._marked(raw, edits, marks)) is not None:
                self.raws.append(Raw(str(self.document.path), row.place.row, marked))
                self.made.edited += 1
            elif edits:
                self.edits.append((row.place.row, edits))
                self.made.edited += 1

    def finish(self) -> None:
        """Put what was planned into the changes."""
        path = str(self.document.path)
        if self.edits:
            self.made.changes.append(Splices.of(path, self.edits))
        self.made.changes += self.raws
        gone = sorted(removal.row for removal in self.made.removals if removal.file == self.file)
        if gone:
            self.made.changes.append(Deleted(path, gone))

    def _marked(
        self, raw: bytes, edits: Sequence[FieldEdit], marks: Mapping[str, tuple[str, str]]
    ) -> bytes | None:
        """The row with its edits and the fields of `marks` (field to text and rule); None where it holds no such."""
        records = self.document.records
        try:
            edited = records.edit(raw, edits) if edits else raw
            value = self.document.parse(edited).value
            if not isinstance(value, dict):
                raise FtuiError("this row has no fields")
            return records.update(edited, {**value, **{name: text for name, (text, _) in marks.items()}})
        except FtuiError:  # a table without the column, or a column that holds no text
            for _, code in marks.values():
                self.made.by_rule[code] -= 1
                self.made.unfixable[code] += 1
            self.made.by_rule = +self.made.by_rule
            return None

    def _mend(self, row: Row, raw: bytes, marks: dict[str, tuple[str, str]]) -> list[FieldEdit]:
        """Mend a row until it stays as it is; returns its edits, all relative to the row as it was.

        Fields to set go to `marks`, with the text and the rule.
        """
        rounds: list[list[FieldEdit]] = []
        before: dict[str, str] = {}
        while len(rounds) < _ROUNDS:
            findings = self._findings(row, raw, first=not rounds)
            removal = next((each for each in findings if each.fix and each.fix.kind == "remove"), None)
            if removal is not None:
                self.made.removals.append(Removal(self.file, row.place.row, removal.code, removal.message))
                self.made.by_rule[removal.code] += 1
                marks.clear()
                return []
            if not rounds:
                self._take_marks(findings, marks)
            edits = _apart(findings, self.made.by_rule)
            if not edits:
                break
            for edit in edits:
                before.setdefault(edit.field, get(row.parsed.value, edit.field))
            row = self._edited(row, edits)
            rounds.append(edits)
        if len(rounds) < 2:
            return rounds[0] if rounds else []
        after = {path: get(row.parsed.value, path) for path in before}
        return [difference(path, text, after[path]) for path, text in before.items() if text != after[path]]

    def _take_marks(self, findings: Iterable[Finding], marks: dict[str, tuple[str, str]]) -> None:
        """The fields that fixes set, each by the first finding that does."""
        for finding in findings:
            fields = finding.fix.fields if finding.fix else ()
            if fields and not any(name in marks for name, _ in fields):
                marks.update((name, (text, finding.code)) for name, text in fields)
                self.made.by_rule[finding.code] += 1

    def _findings(self, row: Row, raw: bytes, *, first: bool) -> list[Finding]:
        """What may be mended in the row; the rest is counted when the row is seen for the first time."""
        usable: list[Finding] = []
        digest = content_digest(row.parsed, raw) if self.check.accepted.counts else ""
        for family in self.families:
            for finding in self.check.findings_of(family, row, None if first else self.alone):
                if finding.code not in self.codes or self._accepted(finding, digest):
                    continue
                if finding.fix is None or finding.fix.kind == "project":
                    self.made.unfixable[finding.code] += first
                elif finding.fix.safety == "unsafe" and not self.unsafe:
                    self.made.skipped_unsafe[finding.code] += first
                else:
                    usable.append(finding)
                    self.made.unsafe[finding.code] += first and finding.fix.safety == "unsafe"
                    self.made.wording = self.made.wording or finding.fix.title
        return usable

    def _accepted(self, finding: Finding, digest: str) -> bool:
        return bool(digest) and key_of(finding.code, finding.field, digest) in self.check.accepted.reasons

    def _edited(self, row: Row, edits: Sequence[FieldEdit]) -> Row:
        value = row.parsed.value
        for edit in reversed(edits):
            text = get(value, edit.field)
            _put(value, edit.field, text[: edit.start] + edit.text + text[edit.end :])
        example = None if value is None else self.document.layout.example(value)
        return Row(row.place, Parsed(value, row.parsed.problems), example)


def _apart(findings: Iterable[Finding], by_rule: Counter[str]) -> list[FieldEdit]:
    """Edits that neither overlap nor touch, by field and place; the others wait for the next round.

    A fix is taken whole or not at all.
    """
    taken: dict[str, list[FieldEdit]] = {}
    for finding in findings:
        edits = finding.fix.edits if finding.fix else ()
        if edits and all(_free(edit, taken.get(edit.field, ())) for edit in edits):
            by_rule[finding.code] += 1
            for edit in edits:
                taken.setdefault(edit.field, []).append(edit)
    return [edit for path in taken for edit in sorted(taken[path], key=lambda each: each.start)]


def _free(edit: FieldEdit, taken: Iterable[FieldEdit]) -> bool:
    return all(edit.end < other.start or other.end < edit.start for other in taken)


def _put(value: Any, path: str, text: str) -> None:
    """Set a text that is there already."""
    *way, last = parse(path)
    for step in way:
        value = value[step]
    value[last] = text
