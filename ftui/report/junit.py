"""The report as JUnit XML: a suite a file, a case a rule."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from ftui.report.report import Report, at_or_above, by_rule, open_findings, place
from ftui.rules.rule import Rule
from ftui.text.visible import visible

_LISTED = 50
"""Findings a case lists; test screens become unreadable beyond, and the JSON has them all."""


def junit(report: Report, rules: Sequence[Rule], fail_on: str) -> str:
    """The XML document; a case fails on a finding at or above `fail_on`, and is skipped with its rule."""
    suites = [
        _suite(
            str(file["path"]),
            [f for f in open_findings(report) if f["path"] == file["path"]],
            report,
            rules,
            fail_on,
        )
        for file in report["files"]
    ]
    known = {file["path"] for file in report["files"]}
    whole = [finding for finding in open_findings(report) if finding["path"] not in known]
    if whole:
        suites.append(_suite("project", whole, report, rules, fail_on))
    tests = sum(suite[1] for suite in suites)
    failures = sum(suite[2] for suite in suites)
    skipped = sum(suite[3] for suite in suites)
    head = (
        f'<testsuites name="ftui check" tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}">'
    )
    body = "\n".join(suite[0] for suite in suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{body}\n</testsuites>\n'


def _suite(
    name: str, findings: list[dict[str, Any]], report: Report, rules: Sequence[Rule], fail_on: str
) -> tuple[str, int, int, int]:
    """The suite, and its numbers of cases, failures and skipped cases."""
    found = by_rule(findings)
    # A rule cut off by --max-per-rule may have more findings in a file than are listed: not clean.
    cut = {
        code: f"{n} findings in all files are not listed"
        for code, n in report["summary"]["not_listed"].items()
        if n
    }
    reasons = cut | {skip["code"]: skip["reason"] for skip in report["skipped"]}
    cases, failures, skipped = [], 0, 0
    for rule in rules:
        listed = found.get(rule.code, [])
        failing = any(at_or_above(finding["severity"], fail_on) for finding in listed)
        failures += failing
        skipped += rule.code in reasons and not listed
        inner = _listing(listed, failing) if listed else _skipped(reasons.get(rule.code))
        label = escape(f"{rule.code} {rule.name}")
        cases.append(
            f'    <testcase classname="{_xml(name)}" name="{label}" file="{_xml(name)}">{inner}</testcase>'
        )
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'
    head = f'  <testsuite name="{_xml(name)}" {counts}>'
    return "\n".join([head, *cases, "  </testsuite>"]), len(cases), failures, skipped


def _listing(findings: list[dict[str, Any]], failing: bool) -> str:
    lines = [f"{place(finding)} {finding['field']} {finding['message']}" for finding in findings[:_LISTED]]
    if len(findings) > _LISTED:
        lines.append(f"and {len(findings) - _LISTED} more")
    text = "\n".join(_xml(line) for line in lines)
    if not failing:
        return f"<system-out>{text}</system-out>"
    message = f"{len(findings)} finding{'s' if len(findings) > 1 else ''}"
    return f'<failure message="{message}" type="{escape(findings[0]["severity"])}">{text}</failure>'


def _skipped(reason: str | None) -> str:
    return "" if reason is None else f'<skipped message="{_xml(reason)}"/>'


def _xml(text: str) -> str:
    return escape(visible(text))
