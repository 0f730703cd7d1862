"""The report as one HTML file for a person: nothing is loaded from elsewhere, and no script is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from ftui.project.settings import SEVERITIES
from ftui.report.evidence import bars
from ftui.report.excerpt import TextOf, excerpt
from ftui.report.report import Report, accepted_findings, by_rule, gravest, open_findings, place, skips
from ftui.rules.rule import Rule
from ftui.text.visible import shortened, visible

_GLYPHS = {"error": "✖", "warning": "▲", "info": "●"}
_MESSAGE = 400
_OPEN = 3
"""Rules that stand open at first."""
STYLE = """
:root { color-scheme: light dark; --back: #fff; --text: #1c2230; --dim: #5b6475; --line: #d9dde5; --panel: #f5f6f9;
  --error: #b3261e; --warning: #8a5a00; --info: #1f5fbf; --good: #1c7a3d; --mark: #ffe08a; }
@media (prefers-color-scheme: dark) { :root { --back: #11141b; --text: #dfe3ec; --dim: #98a1b3; --line: #2b3140;
  --panel: #191e29; --error: #ff8a80; --warning: #f0b95b; --info: #82b1ff; --good: #7fd79b; --mark: #6b5300; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 72rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
p { margin: .25rem 0; } .dim { color: var(--dim); } .verdict { font-size: 1.15rem; font-weight: 600; }
.error { color: var(--error); } .warning { color: var(--warning); } .info { color: var(--info); }
.good { color: var(--good); } .wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top;
  padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); } th { color: var(--dim); font-weight: 500; }
.number { text-align: right; font-variant-numeric: tabular-nums; } td:first-child { white-space: nowrap; }
code, pre { font: .88em/1.5 ui-monospace, monospace; } a { color: inherit; }
pre { margin: .35rem 0 0; padding: .5rem .75rem; background: var(--panel); white-space: pre-wrap;
  overflow-wrap: anywhere; border-radius: 4px; }
mark { background: var(--mark); color: inherit; border-radius: 2px; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .75rem 0; padding: .6rem 1rem; }
summary { cursor: pointer; font-weight: 600; } li { margin: .75rem 0; } ol { padding-left: 0; list-style: none; }
"""


def html(report: Report, rules: Sequence[Rule], text_of: TextOf) -> str:
    """The page: verdict, files, rules with their counts, findings in their text, accepted ones, what did not run."""
    catalogue = {rule.code: rule for rule in rules}
    body = [
        *_verdict(report),
        *_files(report),
        *_table(report, catalogue),
        *_groups(report, catalogue, text_of),
        *_accepted(report),
        *_skipped(report),
        *_timing(report),
    ]
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>ftui check</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    )
    return head + "\n".join(body) + "\n</body>\n</html>\n"


def _verdict(report: Report) -> Iterator[str]:
    summary = report["summary"]
    counts = [
        f'<span class="{severity}">{_GLYPHS[severity]} {number:,} {severity}'
        f"{'s' if number != 1 and severity != 'info' else ''}</span>"
        for severity, number in summary["by_severity"].items()
        if number
    ]
    yield "<h1>ftui check</h1>"
    yield f'<p class="verdict">{" · ".join(counts) or _NOTHING}</p>'
    rows = f"{summary['rows_with_findings']:,} of {summary['rows']:,} rows have findings"
    yield f'<p class="dim">{rows} · ftui {_text(report["ftui"])}</p>'


_NOTHING = '<span class="good">✔ nothing found</span>'


def _files(report: Report) -> list[str]:
    rows = [
        f"<tr><td><code>{_text(file['path'])}</code></td><td>{_text(file['split'])}</td>"
        f'<td>{_text(file["layout"])}</td><td class="number">{file["rows"]:,}</td>'
        f'<td class="number">{file["unreadable"]:,}</td></tr>'
        for file in report["files"]
    ]
    head = "<th>file</th><th>split</th><th>layout</th>" + _numbers("rows", "unreadable")
    return ["<h2>Files</h2>", *_rows(head, rows)]


def _table(report: Report, catalogue: Mapping[str, Rule]) -> list[str]:
    counts = {code: number for code, number in report["summary"]["by_rule"].items() if number}
    if not counts:
        return []
    severities = {code: _severity(code, report, catalogue) for code in counts}
    rows = []
    for code in sorted(counts, key=lambda each: (SEVERITIES.index(severities[each]), each)):
        rule, severity = catalogue[code], severities[code]
        rows.append(
            f'<tr><td><a href="#{_text(code)}">{_text(code)} {_text(rule.name)}</a></td>'
            f'<td class="{severity}">{_GLYPHS[severity]} {severity}</td><td class="number">{counts[code]:,}</td>'
            f"<td>{rule.fix or '–'}</td><td>{_text(rule.summary)}</td></tr>"
        )
    head = f"<th>rule</th><th>severity</th>{_numbers('findings')}<th>fix</th><th>what it finds</th>"
    return ["<h2>By rule</h2>", *_rows(head, rows)]


def _severity(code: str, report: Report, catalogue: Mapping[str, Rule]) -> Any:
    listed = [finding for finding in open_findings(report) if finding["code"] == code]
    return SEVERITIES[gravest(listed)] if listed else catalogue[code].severity


def _groups(report: Report, catalogue: Mapping[str, Rule], text_of: TextOf) -> Iterator[str]:
    groups = by_rule(open_findings(report))
    if groups:
        yield "<h2>Findings</h2>"
    for number, (code, findings) in enumerate(groups.items()):
        rule = catalogue[code]
        total = report["summary"]["by_rule"].get(code, len(findings))
        severity = SEVERITIES[gravest(findings)]
        yield f'<details id="{_text(code)}"{" open" if number < _OPEN else ""}>'
        yield f'<summary><span class="{severity}">{_GLYPHS[severity]}</span> {_text(code)} {_text(rule.name)} '
        yield f'<span class="dim">{total:,}</span></summary>'
        yield f'<p>{_text(rule.summary)}</p><p class="dim">{_text(rule.why)}</p>'
        yield f"<p><b>How to fix.</b> {_text(rule.remedy)}</p><ol>"
        for finding in findings:
            yield from _finding(finding, text_of)
        yield "</ol>"
        if total > len(findings):
            yield f'<p class="dim">and {total - len(findings):,} more (--max-per-rule 0 lists all)</p>'
        yield "</details>"


def _finding(finding: Mapping[str, Any], text_of: TextOf) -> Iterator[str]:
    field = f' <code class="dim">{_text(finding["field"])}</code>' if finding["field"] else ""
    message = _text(shortened(finding["message"], _MESSAGE))
    yield f"<li><code>{_text(place(dict(finding)))}</code>{field}<br>{message}"
    for other in finding["related"][:1]:
        yield f' <span class="dim">(<code>{_text(place(other))}</code>)</span>'
    text = text_of(finding)
    parts = excerpt(text, finding) if text is not None else []
    if parts:
        shown = "".join(f"<mark>{_text(p.text) or '▏'}</mark>" if p.marked else _text(p.text) for p in parts)
        yield f"<pre>{shown}</pre>"
    if drawn := bars(finding):
        yield f"<pre>{_text(drawn[0])}" + "".join(f"\n{_text(line)}" for line in drawn[1:]) + "</pre>"
    if finding["fix"]:
        safety = finding["fix"]["safety"]
        title = _text(shortened(finding["fix"]["title"], _MESSAGE))
        yield f'<p class="{"good" if safety == "safe" else "warning"}">{safety} fix: {title}</p>'
    yield "</li>"


def _accepted(report: Report) -> list[str]:
    lines = [
        f"<li>{_text(each['code'])} <code>{_text(place(each))}</code>: "
        f"{_text(shortened(str(each['accepted']), _MESSAGE))}</li>"
        for each in accepted_findings(report)
    ]
    return ["<h2>Accepted</h2>", "<ol>", *lines, "</ol>"] if lines else []


def _skipped(report: Report) -> list[str]:
    lines = [f"<tr><td>{_text(codes)}</td><td>{_text(why)}</td></tr>" for codes, why in skips(report)]
    return ["<h2>Not run</h2>", *_rows("<th>rules</th><th>why</th>", lines)] if lines else []


def _timing(report: Report) -> list[str]:
    lines = [
        f'<tr><td>{_text(name)}</td><td class="number">{seconds:.2f}</td></tr>'
        for name, seconds in sorted(report["timing"].items(), key=lambda item: -item[1])
    ]
    if not lines:
        return []
    table = _rows(f"<th>part</th>{_numbers('seconds')}", lines)
    return ["<h2>Time</h2>", "<details><summary>Seconds of each part</summary>", *table, "</details>"]


def _rows(head: str, rows: Sequence[str]) -> list[str]:
    return [
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>',
        *rows,
        "</tbody></table></div>",
    ]


def _numbers(*names: str) -> str:
    return "".join(f'<th class="number">{name}</th>' for name in names)


def _text(text: str) -> str:
    """Text from data: nothing in it is markup, and what reorders or hides is named."""
    return escape(visible(text))
