"""`ftui explain CODE`: one rule, one flag of outputs, or one verdict on a training run, in full."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ftui.cli.exit_code import CLEAN
from ftui.cli.output import Output
from ftui.cli.parser import nearest
from ftui.cli.rules import GLYPHS, as_entry, colour, project_here
from ftui.cli.wrapping import wrapped
from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    from ftui.review.flags.catalogue import Page
    from ftui.rules.rule import Rule
    from ftui.training.diagnosis.verdict import Rule as TrainingRule


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which rules, and in which format."""
    parser.add_argument(
        "codes",
        nargs="+",
        metavar="CODE",
        help="STP001, a name (missing-end-marker), a family (STP), a flag of outputs (runaway), or a verdict on "
        "a training run (overfitting)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--config", metavar="FILE", help="settings (default: ftui.toml here or above)")


def run(options: argparse.Namespace, output: Output) -> int:
    """Print the page of each rule, flag and verdict."""
    from ftui.review.flags.catalogue import PAGES
    from ftui.rules import registry
    from ftui.training.diagnosis.diagnose import HEALTHY_PAGE
    from ftui.training.diagnosis.diagnose import rules as training_rules

    project = project_here(options)
    known = registry.rules(project)
    flags = [page for page in PAGES if page.code in options.codes]
    every_verdict = (*training_rules(), HEALTHY_PAGE)
    verdicts = [rule for rule in every_verdict if rule.code in options.codes]
    # Some names are both: a rule finds in the data what the flag finds in outputs.
    elsewhere = {page.code for page in flags} | {rule.code for rule in verdicts}
    no_rules = elsewhere - {rule.name for rule in known}
    named = [code for code in options.codes if code not in no_rules]
    try:
        wanted = registry.expand(named, project) if named else ()
    except FtuiError as error:
        names = [
            *(rule.name for rule in known),
            *(page.code for page in PAGES),
            *(v.code for v in every_verdict),
        ]
        hints = (nearest(code, names, "did you mean {}?") for code in named if code.islower())
        raise FtuiError(error.message, next(filter(None, hints), error.hint)) from None
    rules = [rule for rule in known if rule.code in wanted]
    if options.format == "json":
        from ftui.report.as_json import as_json

        told: list[dict[str, object]] = [
            {"flag": page.code, "title": page.title, "text": page.text} for page in flags
        ]
        told += [_verdict_entry(rule) for rule in verdicts]
        output.result(as_json([*(as_entry(rule) | _texts(rule) for rule in rules), *told]))
        return CLEAN
    pages = [*(_page(rule, output) for rule in rules), *(_flag_page(page, output) for page in flags)]
    pages += [_verdict_page(rule, output) for rule in verdicts]
    output.result("\n\n".join(pages) + "\n")
    return CLEAN


def _flag_page(page: Page, output: Output) -> str:
    width = min(output.width, 96)
    title = output.style.bold(page.code)
    return "\n".join([title, f"  {page.title}", "", *_paragraphs(page.text, width)])


def _verdict_entry(rule: TrainingRule) -> dict[str, object]:
    return {
        "verdict": rule.code,
        "title": rule.title,
        "why": rule.why,
        "advice": rule.advice,
        "source": rule.source,
        "thresholds": {name: each.default for name, each in rule.thresholds.items()},
    }


def _verdict_page(rule: TrainingRule, output: Output) -> str:
    style, width = output.style, min(output.width, 96)
    lines = [style.bold(rule.code), *wrapped(rule.title, width, "  ")]
    for title, text in (("Why it hurts", rule.why), ("What to do", rule.advice), ("Source", rule.source)):
        lines += ["", "  " + style.bold(title), *_paragraphs(text, width)]
    if rule.thresholds:
        lines += ["", "  " + style.bold(f"Thresholds, under [training.thresholds.{rule.code}]")]
        for name, each in rule.thresholds.items():
            lines += wrapped(f"{name} = {each.default:g}: {each.meaning}", width, "  ")
    return "\n".join(lines)


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
