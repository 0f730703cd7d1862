"""The report as Markdown, for the summary page of a CI job."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftui.project.settings import SEVERITIES
from ftui.report.report import Report, accepted_findings, by_rule, gravest, open_findings, place, skips
from ftui.rules.rule import Rule
from ftui.text.visible import shortened, visible

_GLYPHS = {"error": "✖", "warning": "▲", "info": "●"}
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>()#+\-!|~&$:@.])")
_TOP_RULES = 10
_TOP_FINDINGS = 3


def markdown(report: Report, rules: Sequence[Rule]) -> str:
    """The page: verdict, files, rules with their counts, first findings, accepted ones, skipped rules."""
    parts = [
        *_verdict(report),
        *_files(report),
        *_table(report, rules),
        *_top(report),
        *_accepted(report),
        *_skipped(report),
    ]
    return "\n".join(parts) + "\n"


def _verdict(report: Report) -> list[str]:
    summary = report["summary"]
    counts = [
        f"{_GLYPHS[severity]} {number:,} {severity}{'s' if number != 1 and severity != 'info' else ''}"
        for severity, number in summary["by_severity"].items()
        if number
    ]
    found = " · ".join(counts) if counts else "✔ nothing found"
    rows = f"{summary['rows_with_findings']:,} of {summary['rows']:,} rows have findings"
    return ["# ftui check", "", f"**{found}** · {rows}", ""]


def _files(report: Report) -> list[str]:
    lines = ["| file | split | layout | rows | unreadable |", "| --- | --- | --- | ---: | ---: |"]
    for file in report["files"]:
        names = " | ".join(_text(str(file[name])) for name in ("path", "split", "layout"))
        lines.append(f"| {names} | {file['rows']:,} | {file['unreadable']:,} |")
    return [*lines, ""]


def _table(report: Report, rules: Sequence[Rule]) -> list[str]:
    counts = {code: number for code, number in report["summary"]["by_rule"].items() if number}
    if not counts:
        return []
    listed = by_rule(open_findings(report))
    severities = {
        rule.code: SEVERITIES[gravest(listed[rule.code])] if rule.code in listed else rule.severity
        for rule in rules
        if rule.code in counts
    }
    lines = [
        "## By rule",
        "",
        "| | rule | findings | fix | what it finds |",
        "| --- | --- | ---: | --- | --- |",
    ]
    found = (rule for rule in rules if rule.code in counts)
    for rule in sorted(found, key=lambda rule: (SEVERITIES.index(severities[rule.code]), rule.code)):
        severity = severities[rule.code]
        lines.append(
            f"| {_GLYPHS[severity]} {severity} | {rule.code} {rule.name} | {counts[rule.code]:,} "
            f"| {rule.fix or '–'} | {_text(rule.summary)} |"
        )
    return [*lines, ""]


def _top(report: Report) -> list[str]:
    groups = by_rule(open_findings(report))
    lines = ["## First findings", ""] if groups else []
    for code, findings in list(groups.items())[:_TOP_RULES]:
        total = report["summary"]["by_rule"].get(code, len(findings))
        lines += [f"**{code} {findings[0]['name']}** ({total:,})", ""]
        for finding in findings[:_TOP_FINDINGS]:
            field = f" {_text(finding['field'])}" if finding["field"] else ""
            lines.append(f"- {_text(place(finding))}{field}: {_text(shortened(finding['message'], 200))}")
        lines.append("")
    return lines


def _accepted(report: Report) -> list[str]:
    lines = [
        f"- {finding['code']} {_text(place(finding))}: {_text(shortened(str(finding['accepted']), 200))}"
        for finding in accepted_findings(report)
    ]
    return ["## Accepted", "", *lines, ""] if lines else []


def _skipped(report: Report) -> list[str]:
    lines = [f"- {codes}: {_text(reason)}" for codes, reason in skips(report)]
    return ["## Not run", "", *lines, ""] if lines else []


def _text(text: str) -> str:
    """Text from data: no character that Markdown or HTML reads keeps its meaning."""
    return _PUNCTUATION.sub(r"\\\1", visible(text))
