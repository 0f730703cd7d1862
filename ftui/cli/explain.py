"""`ftui explain CODE`: one rule in full."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ftui.cli.exit_code import CLEAN
from ftui.cli.output import Output
from ftui.cli.rules import GLYPHS, as_entry, colour, project_here
from ftui.cli.wrapping import wrapped

if TYPE_CHECKING:
    from ftui.rules.rule import Rule


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which rules, and in which format."""
    parser.add_argument(
        "codes", nargs="+", metavar="CODE", help="STP001, a name (missing-end-marker) or a family (STP)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--config", metavar="FILE", help="settings (default: ftui.toml here or above)")


def run(options: argparse.Namespace, output: Output) -> int:
    """Print the page of each rule."""
    from ftui.rules import registry

    project = project_here(options)
    wanted = registry.expand(options.codes, project)
    rules = [rule for rule in registry.rules(project) if rule.code in wanted]
    if options.format == "json":
        from ftui.report.as_json import as_json

        output.result(as_json([as_entry(rule) | _texts(rule) for rule in rules]))
    else:
        output.result("\n\n".join(_page(rule, output) for rule in rules) + "\n")
    return CLEAN


def _texts(rule: Rule) -> dict[str, str]:
    return {"why": rule.why, "example": rule.example, "remedy": rule.remedy, "certainty": rule.certainty}


def _page(rule: Rule, output: Output) -> str:
    style, width = output.style, min(output.width, 96)
    severity = colour(style, rule.severity, f"{GLYPHS[rule.severity]} {rule.severity}")
    needs = {"row": "looks at one row", "set": "needs several rows", "project": "needs files other than data"}
    fix = {"safe": "safe fix", "unsafe": "unsafe fix (ftui fix --unsafe)", None: "fixed by hand"}
    facts = [severity, needs[rule.scope], fix[rule.fix], *([] if rule.default else ["off by default"])]
    if rule.recall is not None and rule.precision is not None:
        facts.append(f"measured recall {rule.recall:.0%}, precision {rule.precision:.0%}")
    lines = [f"{style.bold(f'{rule.code} {rule.name}')}", *wrapped(" · ".join(facts), width, "  "), ""]
    lines += wrapped(rule.summary, width, "  ")
    for title, text in (
        ("Why it hurts", rule.why),
        ("How to fix", rule.remedy),
        ("How sure it is", rule.certainty),
    ):
        lines += ["", "  " + style.bold(title), *_paragraphs(text, width)]
        if title == "Why it hurts":
            lines += [
                "",
                "  " + style.bold("Example"),
                *(f"    {line}" for line in rule.example.splitlines()),
            ]
    return "\n".join(lines)


def _paragraphs(text: str, width: int) -> list[str]:
    return [line for part in text.splitlines() for line in wrapped(part, width, "  ")]
