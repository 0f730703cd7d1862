"""Rows with findings: one of each rule in turn, the rules of errors first."""

from __future__ import annotations

from collections.abc import Iterator

from ftui.review.planning.findings import Findings
from ftui.review.planning.row_prompts import prompts_of
from ftui.review.planning.row_scan import Candidate
from ftui.review.planning.strata import Stratum, in_turn
from ftui.review.planning.survey import Planning
from ftui.review.prompt import Prompt
from ftui.rules.check import contains

STRATUM = "flagged"


def stratum(planning: Planning) -> Stratum:
    """The rows that the rules hit."""
    findings = planning.findings
    if findings is None:
        return Stratum.empty(STRATUM, planning.unchecked)
    if not _codes(planning):
        return Stratum.empty(STRATUM, "the check found nothing in any row")
    return Stratum(STRATUM, _prompts(planning, findings), "no more rows have findings")


def _codes(planning: Planning) -> list[str]:
    return sorted({code for hits in planning.hits.values() for code, places in hits.items() if len(places)})


def _prompts(planning: Planning, findings: Findings) -> Iterator[Prompt]:
    codes = sorted(_codes(planning), key=lambda code: (findings.gravity(code), code))
    return in_turn([_of_rule(planning, findings, code) for code in codes])


def _of_rule(planning: Planning, findings: Findings, code: str) -> Iterator[Prompt]:
    """The rows that one rule hit, in the order of their hashes."""

    def why(row: Candidate) -> str:
        hits = planning.hits[id(row.rows)]
        others = [each for each in sorted(hits) if each != code and contains(hits[each], row.at)]
        return findings.title(code) + (f"; also {', '.join(others)}" if others else "")

    rows = planning.by_hash(planning.tables, planning.hit_by(code))
    yield from prompts_of(rows, STRATUM, planning.task, why)
