"""Which rows of a dataset have findings: of a check that ran, or of the last one that was kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.dataset import Dataset
from ftui.project.settings import SEVERITIES, Project
from ftui.review.planning.row_scan import SplitRows
from ftui.rules import last_check, registry
from ftui.rules.check import Check
from ftui.rules.engine import check as run_check
from ftui.store.journal import Journal
from ftui.store.location import locate

U64 = NDArray[np.uint64]


@dataclass(frozen=True)
class Findings:
    """For each file of a dataset, rule code to the rows that it hit; made by `of_check` or `of_last_check`."""

    hits: Sequence[Mapping[str, NDArray[np.int64]]] = ()
    """By row ids."""
    hashes: Mapping[str, Mapping[str, U64]] = field(default_factory=dict)
    """By file and rule the hashes of rows, where the check is an earlier one."""
    names: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_check(cls, check: Check) -> Findings:
        """Those of a check, without the accepted ones."""
        hits = []
        for file, codes in enumerate(check.hits):
            gone = check.accepted.rows[file]
            left = {
                code: np.setdiff1d(rows, gone[code]) if code in gone else rows for code, rows in codes.items()
            }
            hits.append(left)
        found = {code for each in hits for code in each}
        return cls(
            hits,
            names={code: check.rules[code].name for code in found},
            severities={code: check.gravest(code) for code in found},
        )

    @classmethod
    def now(cls, dataset: Dataset, project: Project, cancelled: Callable[[], bool]) -> Findings:
        """Those of a check run now, in this process: 3 s for 10,000 rows. What a person accepted is left out.

        Raises FtuiError where a rule is set up wrongly, Stopped when cancelled.
        """
        path = locate(dataset.root).journal
        accepted: dict[str, str] = {}
        if path.exists():
            journal = Journal(path, read_only=True)
            try:
                accepted = {key: each.reason for key, each in journal.acceptances().items()}
            finally:
                journal.close()
        found = run_check(dataset, project, jobs=1, cancelled=cancelled, accepted=accepted)
        try:
            return cls.of_check(found)
        finally:
            found.close()

    @classmethod
    def of_last_check(cls, dataset: Dataset, project: Project) -> Findings | None:
        """Those of the last `ftui check --changed` of one of these files; None where none was kept.

        Rows are known by their bytes: of rows that changed since then nothing is told.
        """
        folder = locate(dataset.root).folder / "checks"
        kept = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
        paths = {str(document.path) for document in dataset.documents}
        for path in kept:
            seen = last_check.read(path)
            if seen is not None and paths & seen.hits.keys():
                rules = {rule.code: rule for family in registry.families(project) for rule in family.rules}
                own = project.rules.severity
                codes = {code for each in seen.hits.values() for code in each if code in rules}
                return cls(
                    hashes={
                        name: {c: held[c] for c in codes & held.keys()} for name, held in seen.hits.items()
                    },
                    names={code: rules[code].name for code in codes},
                    severities={code: own.get(code, rules[code].severity) for code in codes},
                )
        return None

    def of_rows(self, rows: SplitRows) -> dict[str, NDArray[np.int64]]:
        """Rule code to the places in the split of the rows that it hit, ascending."""
        if self.hits:
            return {code: _places(rows.rows, hit) for code, hit in self.hits[rows.file].items()}
        held = self.hashes.get(str(rows.document.path), {})
        return {code: _places(rows.hashes, hit) for code, hit in held.items()}

    def gravity(self, code: str) -> int:
        """0 for rules of errors, 1 for warnings, 2 for remarks."""
        severity = self.severities.get(code, "info")
        return next((i for i, each in enumerate(SEVERITIES) if each == severity), len(SEVERITIES))

    def title(self, code: str) -> str:
        """A code with its name: "LEK001 exact-leak"."""
        return f"{code} {self.names[code]}" if code in self.names else code


def _places(values: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.int64]:
    """Where some values stand among all, ascending; of equal ones every place."""
    unsorted = len(values) > 1 and bool((values[1:] < values[:-1]).any())
    order = np.argsort(values, kind="stable") if unsorted else np.arange(len(values))
    ordered = values[order]
    wanted = np.unique(wanted)
    first = np.searchsorted(ordered, wanted, side="left")
    many = np.searchsorted(ordered, wanted, side="right") - first
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return np.sort(order[np.repeat(first, many) + within])
