"""What a rule that compares splits by something beside their texts found, row by row or a split at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ftui.project.settings import Severity
from ftui.rules.row_index.shingles import I64
from ftui.rules.rule import Finding

MANY = 50
"""Up to here the rows of a split are reported one by one, however many of it they are."""


def is_most(flagged: int, rows: int) -> bool:
    """Whether one finding for the split says more than one a row: the split as a whole was made wrongly."""
    return flagged > MANY and 2 * flagged > rows


@dataclass(slots=True)
class FarLeaks:
    """Hits by file, findings about whole splits, and what `inspect` needs."""

    state: Any = None
    rows: dict[int, list[I64]] = field(default_factory=dict)
    whole: list[Finding] = field(default_factory=list)
    severities: dict[Severity, int] = field(default_factory=dict)
    skipped: str = ""
    """Why the rule did not run; empty where it did."""

    def add(self, file: int, rows: I64) -> None:
        """Rows of a file that have the finding."""
        self.rows.setdefault(file, []).append(rows)

    def count(self, severity: Severity, findings: int) -> None:
        """So many findings of a severity."""
        self.severities[severity] = self.severities.get(severity, 0) + findings
