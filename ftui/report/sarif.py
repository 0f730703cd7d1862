"""The report as SARIF 2.1.0, for code-scanning screens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from ftui.report.as_json import as_json
from ftui.report.report import Report
from ftui.rules.rule import Rule
from ftui.text.visible import visible

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(report: Report, rules: Sequence[Rule]) -> str:
    """The SARIF log: one run, its rules with their help, a result a listed finding."""
    places = {rule.code: index for index, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "ftui",
                "semanticVersion": report["ftui"],
                "version": report["ftui"],
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"description": {"text": "The folder in which ftui check ran."}}},
        "artifacts": [{"location": _location(file["path"])} for file in report["files"]],
        "invocations": [
            {
                "executionSuccessful": True,
                "toolConfigurationNotifications": [_notification(skip) for skip in report["skipped"]],
            }
        ],
        "results": [_result(finding, places) for finding in report["findings"]],
        "properties": {"summary": report["summary"]},
    }
    return as_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, Any]:
    parts = [
        rule.summary,
        rule.why,
        f"Example:\n{rule.example}",
        f"How to fix: {rule.remedy}",
        f"Certainty: {rule.certainty}",
    ]
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "help": {"text": "\n\n".join(parts), "markdown": _help_markdown(rule)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.default},
        "properties": {"tags": [rule.family, rule.scope], "fix": rule.fix},
    }


def _help_markdown(rule: Rule) -> str:
    fence = "````"
    return (
        f"**{rule.summary}**\n\n{rule.why}\n\n{fence}\n{rule.example}\n{fence}\n\n"
        f"**How to fix.** {rule.remedy}\n\n**How sure.** {rule.certainty}\n"
    )


def _notification(skip: dict[str, str]) -> dict[str, Any]:
    return {
        "level": "note",
        "message": {"text": f"{skip['code']} did not run: {visible(skip['reason'])}"},
        "associatedRule": {"id": skip["code"]},
    }


def _result(finding: dict[str, Any], places: dict[str, int]) -> dict[str, Any]:
    text = visible(finding["message"])
    if finding["fix"]:
        text += f" ({finding['fix']['safety']} fix: {visible(finding['fix']['title'])})"
    result: dict[str, Any] = {
        "ruleId": finding["code"],
        "level": _LEVELS[finding["severity"]],
        "message": {"text": text},
        "locations": [_physical(finding)],
        "partialFingerprints": {"ftuiKey/v1": finding["key"]},
        "properties": {
            name: finding[name] for name in ("id", "split", "row", "field", "start", "end", "fix", "evidence")
        },
    }
    if finding["code"] in places:
        result["ruleIndex"] = places[finding["code"]]
    if finding["related"]:
        result["relatedLocations"] = [
            _physical(other)
            | {"id": number, "message": {"text": f"related row in {visible(str(other['split']))}"}}
            for number, other in enumerate(finding["related"], 1)
        ]
    if finding.get("accepted"):
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": visible(str(finding["accepted"]))}
        ]
    return result


def _physical(where: dict[str, Any]) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _location(where["path"])}
    if where["line"] is not None:
        physical["region"] = {"startLine": where["line"]}
    return {"physicalLocation": physical}


def _location(path: str | None) -> dict[str, str]:
    """Relative paths against ROOT, so that a report made on one machine fits a checkout on another."""
    pure = PurePath(path or ".")
    if pure.is_absolute():
        return {"uri": "file://" + _quoted(pure)}
    return {"uri": _quoted(pure), "uriBaseId": "ROOT"}


def _quoted(path: PurePath) -> str:
    return quote(path.as_posix().encode("utf-8", "surrogateescape"))
