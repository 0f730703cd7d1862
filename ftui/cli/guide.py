"""`ftui guide`: a labelling guide in Markdown, which a person goes on editing."""

from __future__ import annotations

import argparse
from pathlib import Path

from ftui.cli.exit_code import CLEAN, COULD_NOT_JUDGE
from ftui.cli.output import Output
from ftui.cli.parser import add_data_options, count
from ftui.cli.whole_file import write_whole
from ftui.cli.wrapping import numbered
from ftui.project.errors import FtuiError

NAME = "labelling-guide.md"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which data, and where to."""
    add_data_options(parser)
    parser.add_argument(
        "--output",
        metavar="FILE",
        default=NAME,
        help=f"the guide; what you wrote in it stays (default: {NAME})",
    )
    parser.add_argument(
        "--jobs", type=count, default=0, metavar="N", help="worker processes (default: one a core)"
    )
    parser.add_argument("--no-progress", action="store_true", help="no progress on the terminal")


def run(options: argparse.Namespace, output: Output) -> int:
    """Look for classes and confused pairs, write the guide."""
    from ftui.cli.data import open_dataset, project_of
    from ftui.report.labelling_guide import render
    from ftui.rules import engine
    from ftui.rules.labels.labelled_rows import CODES, guide

    target = Path(options.output)
    before = _before(target)
    project = project_of(options)
    with open_dataset(options, project) as dataset:
        check = engine.check(
            dataset, project, select=CODES, jobs=options.jobs, progress=output.progress, debug=options.debug
        )
        made = guide(check)
        output.progress.clear()
        for file in dataset.unreadable:
            output.error(file.error.message, file.error.hint)
        if not made.classes:
            raise FtuiError(
                "no row has a label", "a guide needs rows with a text and a label; --layout says which"
            )
        write_whole(target, render(made, before))
        classes = f"{len(made.classes)} {'class' if len(made.classes) == 1 else 'classes'}"
        pairs = numbered(len(made.pairs), "confused pair")
        output.result(f"{target}: {classes}, {pairs}\n")
        return COULD_NOT_JUDGE if dataset.unreadable else CLEAN


def _before(target: Path) -> str:
    """The guide that is there; raises FtuiError for a file that is something else."""
    if not target.exists():
        return ""
    try:
        text = target.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FtuiError(f"{target} cannot be read: {error}", "name another file with --output") from error
    if text.strip() and "<!-- ftui:begin summary -->" not in text:
        raise FtuiError(f"{target} is no labelling guide of ftui's", "name another file with --output")
    return text
