"""`ftui check`: runs the rules and reports what they found."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.cli.exit_code import CLEAN, COULD_NOT_JUDGE, FINDINGS, WORSE
from ftui.cli.output import Output
from ftui.cli.parser import add_data_options, add_rule_options, codes, count
from ftui.cli.whole_file import write_whole
from ftui.cli.wrapping import numbered
from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    from ftui.dataset.dataset import Dataset
    from ftui.project.settings import Project
    from ftui.report.report import Report
    from ftui.rules.baseline import Baseline
    from ftui.rules.check import Check

FORMATS = ("text", "json", "sarif", "junit", "markdown", "html")
LISTED = 10_000
"""Findings listed a rule, where every one is asked for."""
SUMMARISED = 100
"""The same where a person reads the first ones."""
FAIL_ON = ("error", "warning", "info", "never")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which data, which rules, how to report, when to fail."""
    add_data_options(parser)
    add_rule_options(parser)
    report = parser.add_argument_group("report")
    report.add_argument(
        "--format", choices=FORMATS, default="text", help=f"{', '.join(FORMATS)} (default: text)"
    )
    report.add_argument("--output", metavar="FILE", help="write the report to FILE (default: stdout)")
    report.add_argument(
        "--max-per-rule",
        type=count,
        metavar="N",
        help="findings listed a rule, 0 for all (default: 10000; counts stay true)",
    )
    verdict = parser.add_argument_group("verdict")
    verdict.add_argument(
        "--fail-on", choices=FAIL_ON, default="error", help="exit 1 on findings this grave (default: error)"
    )
    verdict.add_argument(
        "--baseline", metavar="FILE", help="exit 3 where some rule finds more per row than FILE says"
    )
    verdict.add_argument("--write-baseline", metavar="FILE", help="write what is found as the baseline")
    verdict.add_argument(
        "--changed",
        action="store_true",
        help="only rows changed since the last check with --changed, and what is new",
    )
    running = parser.add_argument_group("running")
    running.add_argument(
        "--jobs", type=count, default=0, metavar="N", help="worker processes (default: one a core)"
    )
    running.add_argument("--no-progress", action="store_true", help="no progress on the terminal")


def run(options: argparse.Namespace, output: Output) -> int:
    """Check, report, judge."""
    from ftui.cli import changed
    from ftui.cli.data import open_dataset, project_of
    from ftui.report.build import build
    from ftui.rules import baseline, engine, last_leaks, registry

    if options.changed and (options.baseline or options.write_baseline):
        raise FtuiError("--changed tells a part, and a baseline needs the whole", "leave one of them out")
    project = project_of(options)
    before = baseline.read(Path(options.baseline)) if options.baseline else None
    # A mistyped code is said before the files are read.
    registry.choose(codes(options.select), codes(options.ignore), project)
    registry.check_settings(project)
    with open_dataset(options, project) as dataset:
        since = changed.Since(dataset, project, options)
        if since.nothing():
            output.note(f"note: nothing changed since the last check of {since.when}")
            _deliver(_render(since.report(), dataset, project, options, output), options.output, output)
            return COULD_NOT_JUDGE if dataset.unreadable else CLEAN
        stamps = last_leaks.stamps(dataset)
        check = engine.check(
            dataset,
            project,
            select=codes(options.select),
            ignore=codes(options.ignore),
            jobs=options.jobs,
            progress=output.progress,
            accepted=_accepted(dataset, output),
            keep=_listed(options),
            debug=options.debug,
        )
        last_leaks.keep(check, project, stamps)
        since.tell(check, output)
        report = build(check, _listed(options))
        output.progress.clear()
        _deliver(_render(report, dataset, project, options, output), options.output, output)
        _tell_what_was_slow(check, output)
        _tell_what_was_ignored(report, output)
        verdict = _judge(report, options)
        verdict = max(verdict, _compare(check, before, options, output), key=_precedence)
        return COULD_NOT_JUDGE if _tell_what_was_not_judged(dataset, check, output) else verdict


def _listed(options: argparse.Namespace) -> int:
    """How many findings of a rule to list: each costs the exact look at its row, so a summary asks for few."""
    if options.max_per_rule is not None:
        return int(options.max_per_rule)
    return SUMMARISED if options.format in ("text", "markdown", "html") else LISTED


def _precedence(code: int) -> int:
    return [CLEAN, FINDINGS, WORSE, COULD_NOT_JUDGE].index(code)


def _accepted(dataset: Dataset, output: Output) -> dict[str, str]:
    """What was accepted in the app; its edits that are not saved are no part of the files, and that is said."""
    from ftui.cli.data import left_behind

    left = left_behind(dataset)
    if left.unsaved:
        edits = numbered(left.unsaved, "edit")
        output.note(f"note: {edits} in the app not saved; the files are checked as they are on disk")
    return left.accepted


def _render(
    report: Report, dataset: Dataset, project: Project, options: argparse.Namespace, output: Output
) -> str:
    from ftui.report.as_json import as_json
    from ftui.report.excerpt import reader
    from ftui.report.html import html
    from ftui.report.junit import junit
    from ftui.report.markdown import markdown
    from ftui.report.sarif import sarif
    from ftui.rules import registry

    rules = registry.rules(project)
    if options.format == "text":
        from ftui.cli.text_report import Origin, text_report

        origin = Origin(options.paths, project.root, options.changed)
        return text_report(report, rules, output.plain() if options.output else output, origin)
    formats: dict[str, Callable[[], str]] = {
        "json": lambda: as_json(report),
        "sarif": lambda: sarif(report, rules),
        "junit": lambda: junit(report, rules, options.fail_on),
        "markdown": lambda: markdown(report, rules),
        "html": lambda: html(report, rules, reader(dataset)),
    }
    return formats[options.format]()


def _deliver(text: str, target: str | None, output: Output) -> None:
    if target is None:
        output.result(text)
        return
    write_whole(Path(target), text)
    output.note(f"report written to {target}")


def _judge(report: Report, options: argparse.Namespace) -> int:
    from ftui.report.report import at_or_above

    found = report["summary"]["by_severity"]
    return (
        FINDINGS
        if any(n and at_or_above(severity, options.fail_on) for severity, n in found.items())
        else CLEAN
    )


def _compare(check: Check, before: Baseline | None, options: argparse.Namespace, output: Output) -> int:
    """Against the baseline; then the baseline is written anew, as both options may name the same file."""
    from ftui.rules import baseline

    worse = baseline.compare(check, before, options.fail_on) if before else []
    for each in worse:
        output.warning(f"worse than the baseline: {each}")
    if options.write_baseline:
        write_whole(Path(options.write_baseline), baseline.write(check))
        output.note(f"baseline written to {options.write_baseline}")
    return WORSE if worse else CLEAN


def _tell_what_was_slow(check: Check, output: Output) -> None:
    """Rules of the project or of packages that took more than their share of the time."""
    from ftui.rules.cost import costly

    for name, seconds, share in costly(check):
        output.note(f"note: {name} took {share:.0%} of the check ({seconds:.1f} s)")


def _tell_what_was_ignored(report: Report, output: Output) -> None:
    """Files in which the project does not look for some rules."""
    for path, unwanted in report["summary"]["ignored_in"].items():
        families = sorted({code[:3] for code in unwanted})
        output.note(f"note: {numbered(len(unwanted), 'rule')} of {', '.join(families)} ignored in {path}")


def _tell_what_was_not_judged(dataset: Dataset, check: Check, output: Output) -> bool:
    """Files of which nothing could be read, and rules that failed."""
    for file in dataset.unreadable:
        output.error(file.error.message, file.error.hint)
    empty = [file.path for file in check.files if file.rows and file.rows == file.unreadable]
    for path in empty:
        output.error(f"{path}: no row could be read", "is it data? ftui explain FMT001")
    for family, trace in check.failed.items():
        output.error(f"the rules {family} failed: {trace.strip().splitlines()[-1]}", "please report this")
    return bool(dataset.unreadable or empty or check.failed)
