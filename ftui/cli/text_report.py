"""The report of `ftui check` for a person: by rule, the gravest first, with how to see and fix each."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.cells import cell_len

from ftui.cli.output import Output, Style
from ftui.cli.rules import GLYPHS, colour
from ftui.cli.wrapping import numbered, padded, wrapped
from ftui.project.settings import SEVERITIES
from ftui.report.evidence import bars
from ftui.report.report import Report, accepted_findings, by_rule, gravest, open_findings, place, skips
from ftui.rules.rule import Rule
from ftui.text.visible import shortened, visible

FIRST_FINDINGS = 3
"""Findings shown a rule; the app and the JSON show all."""
_MESSAGE_LENGTH = 240
_PATH_WIDTH = 34
_BESIDE = 32
"""A place longer than this has its message below."""


class Origin(NamedTuple):
    """Where a report comes from, for the commands that go on from here."""

    named: Sequence[str]
    """The paths of the command line."""
    root: Path
    """The folder to which paths are relative that are not seen from here."""
    news: bool = False
    """Only what is new is told (--changed)."""


def text_report(report: Report, rules: Sequence[Rule], output: Output, origin: Origin) -> str:
    """The report; with --quiet only its last lines, with --debug the seconds of each family too."""
    lines: list[str] = []
    if not output.quiet:
        lines += [*_files(report, output), ""]
        catalogue = {rule.code: rule for rule in rules}
        for code, findings in _groups(report).items():
            lines += [*_rule(code, findings, catalogue, report, output), ""]
        for part in (_accepted(report, output), _skipped(report, output)):
            lines += [*part, ""] if part else []
        if output.debug:
            lines += [*_timing(report, output.style), ""]
    return "\n".join([*lines, *_closing(report, output, origin)]) + "\n"


def _groups(report: Report) -> dict[str, list[dict[str, Any]]]:
    """Rule to its listed findings; a rule of which nothing is listed (--max-per-rule) still stands."""
    groups = by_rule(open_findings(report))
    return groups | {code: [] for code, n in report["summary"]["by_rule"].items() if n and code not in groups}


def _files(report: Report, output: Output) -> Iterator[str]:
    wide = min(_PATH_WIDTH, max((len(visible(file["path"])) for file in report["files"]), default=0))
    names = max((len(visible(file["split"])) for file in report["files"]), default=0)
    for file in report["files"]:
        split = padded(visible(file["split"]), min(_PATH_WIDTH, max(11, names)))
        facts = f"{split} {file['rows']:>10,} rows  {file['layout']}, {file['format']}"
        broken = f"  {file['unreadable']:,} unreadable" if file["unreadable"] else ""
        path = output.style.info(padded(visible(file["path"]), wide))
        yield f"{path}  {visible(facts)}{output.style.bad(broken)}"


def _rule(
    code: str, findings: list[dict[str, Any]], catalogue: Mapping[str, Rule], report: Report, output: Output
) -> Iterator[str]:
    style, rule = output.style, catalogue[code]
    severity = SEVERITIES[gravest(findings)] if findings else rule.severity
    total = report["summary"]["by_rule"].get(code, len(findings))
    title = (
        f"{colour(style, severity, f'{GLYPHS[severity]} {severity}')}  {style.bold(f'{code} {rule.name}')}"
    )
    safe = style.good("fixable")
    fix = {"safe": safe, "unsafe": style.warn("fixable with --unsafe")}.get(_safety(findings, rule) or "", "")
    yield f"{title}  {numbered(total, 'finding')}{'  ' + fix if fix else ''}"
    yield from (style.dim(line) for line in wrapped(rule.summary, output.width, "  "))
    for finding in findings[:FIRST_FINDINGS]:
        yield from _finding(finding, output)
    if total > FIRST_FINDINGS and findings:
        yield style.dim(f"    … and {total - FIRST_FINDINGS:,} more")


def _finding(finding: dict[str, Any], output: Output) -> Iterator[str]:
    """The place, and beside or below it what is wrong; of a group also the place of the other row."""
    where, style = visible(place(finding)), output.style
    message = shortened(finding["message"], _MESSAGE_LENGTH)
    if finding["related"]:
        message += f" ({visible(place(finding['related'][0]))})"
    beside = cell_len(where) <= _BESIDE
    indent = " " * (6 + cell_len(where) if beside else 6)
    first, *more = wrapped(message, output.width, indent) if message else ("",)
    if beside:
        yield f"    {style.info(where)}  {first.lstrip()}"
    else:
        yield f"    {style.info(where)}"
        more.insert(0, first)
    yield from more
    yield from (f"      {line}" for line in bars(finding))


def _accepted(report: Report, output: Output) -> list[str]:
    lines = [
        line
        for finding in accepted_findings(report)
        for line in wrapped(
            f"{finding['code']} {visible(place(finding))}: {shortened(finding['accepted'], _MESSAGE_LENGTH)}",
            output.width,
            "  ",
            "    ",
        )
    ]
    total = sum(report["summary"]["accepted"].values())
    rest = total - sum(1 for _ in accepted_findings(report))
    lines += [output.style.dim(f"  … and {rest:,} more")] if rest > 0 else []
    return [output.style.bold("Accepted"), *lines] if lines else []


def _skipped(report: Report, output: Output) -> list[str]:
    """Rules that did not run; those with the same reason share a line."""
    lines = [
        line
        for codes, reason in skips(report)
        for line in wrapped(f"{codes}: {visible(reason)}", output.width, "  ", "    ")
    ]
    return [output.style.bold("Not run"), *(output.style.dim(line) for line in lines)] if lines else []


def _timing(report: Report, style: Style) -> Iterator[str]:
    yield style.bold("Seconds")
    for name, seconds in sorted(report["timing"].items(), key=lambda item: -item[1]):
        yield f"  {visible(name):<12}{seconds:>8.2f}"


def _closing(report: Report, output: Output, origin: Origin) -> Iterator[str]:
    style, summary = output.style, report["summary"]
    counts = [
        colour(style, severity, f"{GLYPHS[severity]} {_number(summary['by_severity'][severity], severity)}")
        for severity in SEVERITIES
        if summary["by_severity"].get(severity)
    ]
    accepted = sum(summary["accepted"].values())
    aside = f" · {accepted:,} accepted" if accepted else ""
    if not counts:
        nothing = "✔ nothing new" if origin.news else "✔ nothing found"
        yield f"{style.good(nothing)} in {summary['rows']:,} rows{aside}"
        return
    yield f"{'  '.join(counts)}  in {summary['rows_with_findings']:,} of {summary['rows']:,} rows{aside}"
    if not output.quiet:
        yield from _what_next(report, style, origin)


def _safety(findings: Sequence[dict[str, Any]], rule: Rule) -> str | None:
    """The safest fix that a listed finding has: not every finding of a rule that can fix has one."""
    if not findings:
        return rule.fix
    offered = {finding["fix"]["safety"] for finding in findings if finding["fix"]}
    return next((safety for safety in ("safe", "unsafe") if safety in offered), None)


def _number(number: int, severity: str) -> str:
    return f"{number:,} {severity}{'' if number == 1 or severity == 'info' else 's'}"


def _what_next(report: Report, style: Style, origin: Origin) -> Iterator[str]:
    """The commands that go on from here, ready to copy."""
    groups = by_rule(open_findings(report))
    first = next((f for findings in groups.values() for f in findings if f["line"] is not None), None)
    fixable = {
        finding["fix"]["safety"] for findings in groups.values() for finding in findings if finding["fix"]
    }
    if first is not None:
        yield f"See it:  {style.info('ftui ' + shlex.quote(visible(_from_here(first, origin.root))))}"
        yield f"Why:     {style.info('ftui explain ' + first['code'])}"
    if fixable:
        fix = shlex.join(["ftui", "fix", *origin.named])
        unsafe = "" if "safe" in fixable else " --unsafe"
        kind = "safe fixes" if "safe" in fixable else "fixes that may change meaning"
        yield f"Fix:     {style.info(visible(fix + unsafe) + ' --diff')} shows the {kind}"


def _from_here(finding: dict[str, Any], root: Path) -> str:
    """`PATH:LINE` that opens from the folder in which the person is."""
    near = Path(finding["path"]).exists() or not (root / finding["path"]).exists()
    here = place(finding) if near else str(root / place(finding))
    return f"./{here}" if here.startswith("-") else here
