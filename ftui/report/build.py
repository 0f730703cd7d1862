"""From a check to the report object."""

from __future__ import annotations

from ftui import __version__
from ftui.report.report import SCHEMA, Report, Summary
from ftui.rules.check import Check


def build(check: Check, max_per_rule: int) -> Report:
    """The report of a check; at most so many findings are listed a rule (0: all), while counts stay true."""
    listed = check.listing(max_per_rule)
    summary: Summary = check.summary(listed)  # type: ignore[assignment]
    return Report(
        ftui=__version__,
        schema=SCHEMA,
        files=[file.as_json() for file in check.files],
        findings=[finding.as_json() for finding in listed],
        summary=summary,
        skipped=[{"code": code, "reason": reason} for code, reason in sorted(check.skipped.items())],
        timing=dict(check.timing),
    )
