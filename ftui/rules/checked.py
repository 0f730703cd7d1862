"""What the parts of a check ask of it: which rows were hit, and the exact findings of a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ftui.project.settings import Severity
from ftui.rules.findings import Located
from ftui.rules.rule import Context, Family, Finding, Row, Rule


class Checked(Protocol):
    """A check as acceptances, `[rules.ignore_in]` and edits see it; the members are those of `Check`."""

    rules: Mapping[str, Rule]
    families: list[Family]
    context: Context
    hits: list[dict[str, NDArray[np.int64]]]
    """For each file, rule code to the rows hit, ascending."""
    counts: dict[str, int]
    whole: list[Located]

    def blocks(self, file: int, rows: Sequence[int]) -> Iterable[tuple[Row, bytes]]:
        """Rows of one file with their bytes."""

    def inspect(self, file: int, row: int) -> list[Located]:
        """The exact findings of one row as it is now."""

    def located(self, row: Row, raw: bytes, codes: frozenset[str]) -> list[Located]:
        """The findings of a row that was read already, by the families of these codes."""

    def findings_of(self, family: Family, row: Row) -> list[Finding]:
        """The findings of one family in one row, without their places."""

    def codes_of(self, file: int, row: int) -> set[str]:
        """The rules that found something in a row."""

    def severity(self, code: str, own: Severity | None = None) -> Severity:
        """How severe a finding is."""
