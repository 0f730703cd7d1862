"""The report object: the one JSON value that every format and `ftui check --format json` are made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypedDict

from ftui.project.settings import SEVERITIES

SCHEMA = 1
"""Of every command's JSON; it changes when a field is taken away or means something else."""


class Summary(TypedDict):
    """Counts over the whole run; true even where not every finding is listed."""

    rows: int
    by_rule: dict[str, int]
    by_severity: dict[str, int]
    rows_with_findings: int
    not_listed: dict[str, int]
    accepted: dict[str, int]
    """Findings that a person accepted with a reason, by rule; they are in no other count."""
    ignored_in: dict[str, list[str]]
    """Files to the rules that `[rules.ignore_in]` does not look for there."""


class Report(TypedDict):
    """What `ftui check` found; fields are only ever added."""

    ftui: str
    schema: int
    files: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    summary: Summary
    skipped: list[dict[str, str]]
    timing: dict[str, float]


def open_findings(report: Report) -> Iterator[dict[str, Any]]:
    """The findings that nobody accepted."""
    return (finding for finding in report["findings"] if not finding.get("accepted"))


def accepted_findings(report: Report) -> Iterator[dict[str, Any]]:
    """The findings that a person accepted."""
    return (finding for finding in report["findings"] if finding.get("accepted"))


def by_rule(findings: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Findings by code; the gravest rules first, then by code; in each the gravest findings first."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for finding in findings:
        groups.setdefault(finding["code"], []).append(finding)
    for group in groups.values():
        group.sort(key=lambda finding: gravest([finding]))
    return dict(sorted(groups.items(), key=lambda item: (gravest(item[1]), item[0])))


def gravest(findings: Iterable[dict[str, Any]]) -> int:
    """Place of the worst severity among findings: 0 error, 1 warning, 2 info."""
    return min((SEVERITIES.index(finding["severity"]) for finding in findings), default=len(SEVERITIES))


NOT_SELECTED = "not selected"
"""The reason of rules that nobody asked for."""
NAMED = 6
"""So many of them are named."""


def skips(report: Report) -> list[tuple[str, str]]:
    """Rules that did not run and why, for a person: codes of one reason together; many not selected as a number."""
    reasons: dict[str, list[str]] = {}
    for skip in report["skipped"]:
        reasons.setdefault(skip["reason"], []).append(skip["code"])
    unwanted = reasons.pop(NOT_SELECTED, [])
    found = [(" ".join(codes), reason) for reason, codes in reasons.items()]
    if unwanted:
        codes = " ".join(unwanted) if len(unwanted) <= NAMED else f"{len(unwanted)} other rules"
        found.append((codes, NOT_SELECTED))
    return found


def at_or_above(severity: str, threshold: str) -> bool:
    """Whether a severity is as grave as the threshold of --fail-on, or graver; nothing is for `never`."""
    order: tuple[str, ...] = SEVERITIES
    return threshold in order and order.index(severity) <= order.index(threshold)


def place(finding: dict[str, Any]) -> str:
    """`PATH:LINE`, which `ftui` opens; the path for a whole file, the row number where there are no lines."""
    if finding.get("line") is not None:
        return f"{finding['path']}:{finding['line']}"
    if finding.get("row") is not None:
        return f"{finding['path']} row {finding['row']}"
    return str(finding.get("path") or "project")
