"""`ftui rules`: the catalogue."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from ftui.cli.exit_code import CLEAN
from ftui.cli.output import Output, Style
from ftui.cli.parser import add_rule_options, codes
from ftui.cli.wrapping import wrapped

if TYPE_CHECKING:
    from ftui.project.settings import Project

GLYPHS = {"error": "✖", "warning": "▲", "info": "●"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which rules, and in which format."""
    add_rule_options(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--config", metavar="FILE", help="settings (default: ftui.toml here or above)")


def run(options: argparse.Namespace, output: Output) -> int:
    """Print the catalogue."""
    from ftui.rules import registry

    project = project_here(options)
    every = registry.rules(project)
    wanted = registry.expand(codes(options.select), project) or {rule.code for rule in every}
    wanted -= registry.expand(codes(options.ignore), project)
    rules = [rule for rule in every if rule.code in wanted]
    for name, reason in registry.broken().items():
        output.warning(f"package {name}: its rules cannot be loaded: {reason}")
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


def project_here(options: argparse.Namespace) -> Project:
    """The project of --config, else of this folder: its own rules are part of the catalogue."""
    from ftui.project.load import load_project

    return load_project(options.config)


def as_entry(rule: Any) -> dict[str, Any]:
    """A rule as `ftui rules --format json` gives it."""
    names = ("code", "name", "family", "severity", "scope", "default", "fix", "recall", "precision")
    return {name: getattr(rule, name) for name in names} | {"summary": rule.summary}


def colour(style: Style, severity: str, text: str) -> str:
    """The text in the colour of a severity; the glyph and the word say the same without colour."""
    return {"error": style.bad, "warning": style.warn}.get(severity, style.info)(text)
