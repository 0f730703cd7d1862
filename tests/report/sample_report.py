"""A report object with every kind of finding, and the rules that it names."""

from __future__ import annotations

from typing import Any

from ftui.report.report import Report
from ftui.rules.rule import Rule

NASTY = "stops at \x1b[31mred\u202e\u200b\x07 | <b>`x`</b> & \ud83d\nnext"


def rule(code: str, name: str, severity: Any, fix: Any = None) -> Rule:
    return Rule(
        code, name, severity, "row", f"Finds {name}.", "It hurts.", "bad | good", "Mend it.", "Sure.", fix
    )


RULES = [
    rule("LEK007", "no-validation-set", "info"),
    rule("LBL001", "conflicting-answers", "warning"),
    rule("STP001", "missing-end-marker", "error", "safe"),
    rule("STP002", "inconsistent-end-marker", "warning"),
]


def finding(code: str, row: int | None, message: str = "plain", **more: Any) -> dict[str, Any]:
    known = next(rule for rule in RULES if rule.code == code)
    return {
        "id": f"{code}-{row}",
        "key": f"key-{code}-{row}",
        "code": code,
        "name": known.name,
        "severity": known.severity,
        "path": "data/my train.jsonl" if row is not None else "",
        "split": "train" if row is not None else "",
        "row": row,
        "line": None if row is None else row + 1,
        "field": "output" if row is not None else "",
        "start": 0,
        "end": 4,
        "message": message,
        "evidence": {"share": 0.5},
        "related": [],
        "fix": None,
        **more,
    }


def report() -> Report:
    fix = {"title": "append `### End`", "safety": "safe", "kind": "edit"}
    related = [{"path": "data/test.parquet", "split": "test", "row": 7, "line": None}]
    findings = [
        finding("LEK007", None),
        finding("STP001", 3, NASTY, fix=fix),
        finding("STP001", 5, fix=fix, accepted="meant \x1b[1mso"),
        finding("LBL001", 8, related=related),
    ]
    file = {"format": "jsonl", "layout": "alpaca", "unreadable": 0, "sha256": "0" * 64}
    return Report(
        ftui="0.1.0",
        schema=1,
        files=[
            {"path": "data/my train.jsonl", "split": "train", "rows": 10, **file},
            {"path": "data/test.parquet", "split": "test", "rows": 9, **file},
        ],
        findings=findings,
        summary={
            "rows": 19,
            "by_rule": {"LEK007": 1, "STP001": 4, "LBL001": 1},
            "by_severity": {"error": 4, "warning": 1, "info": 1},
            "rows_with_findings": 5,
            "not_listed": {"STP001": 3},
            "accepted": {"STP001": 1},
        },
        skipped=[{"code": "STP002", "reason": "not selected"}],
        timing={"STP": 0.1},
    )
