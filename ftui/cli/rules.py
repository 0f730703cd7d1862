"""`ftui rules`: the catalogue."""

from __future__ import annotations

import argparse
from typing import Any

from ftui.cli.exit_code import CLEAN
from ftui.cli.output import Output, Style
from ftui.cli.parser import add_rule_options, codes
from ftui.cli.wrapping import wrapped

GLYPHS = {"error": "✖", "warning": "▲", "info": "●"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which rules, and in which format."""
    add_rule_options(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(options: argparse.Namespace, output: Output) -> int:
    """Print the catalogue."""
    from ftui.rules import registry

    wanted = registry.expand(codes(options.select)) or {rule.code for rule in registry.rules()}
    wanted -= registry.expand(codes(options.ignore))
    rules = [rule for rule in registry.rules() if rule.code in wanted]
    if options.format == "json":
        from ftui.report.as_json import as_json

        output.result(as_json([as_entry(rule) for rule in rules]))
        return CLEAN
    lines: list[str] = []
    for rule in rules:
        head = f"{rule.code} {rule.name}"
        notes = ([f"{rule.fix} fix"] if rule.fix else []) + ([] if rule.default else ["off by default"])
        shown = colour(output.style, rule.severity, f"{GLYPHS[rule.severity]} {rule.severity}")
        tail = f"  {output.style.good(' · '.join(notes))}" if notes else ""
        lines.append(f"{output.style.bold(head)}  {shown}{tail}")
        lines += wrapped(rule.summary, output.width, "  ")
    lines += ["", output.style.dim("ftui explain CODE tells more of one rule.")]
    output.result("\n".join(lines) + "\n")
    return CLEAN


def as_entry(rule: Any) -> dict[str, Any]:
    """A rule as `ftui rules --format json` gives it."""
    names = ("code", "name", "family", "severity", "scope", "default", "fix", "recall", "precision")
    return {name: getattr(rule, name) for name in names} | {"summary": rule.summary}


def colour(style: Style, severity: str, text: str) -> str:
    """The text in the colour of a severity; the glyph and the word say the same without colour."""
    return {"error": style.bad, "warning": style.warn}.get(severity, style.info)(text)
