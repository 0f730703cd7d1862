"""`ftui review`: judges the outputs of a review on a screen, reports on it, exports it."""

from __future__ import annotations

import argparse
import shutil
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.cli.exit_code import CLEAN
from ftui.cli.output import Output
from ftui.cli.parser import nearest
from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    from ftui.project.settings import Project
    from ftui.review.figures.figures import Figures
    from ftui.review.store import ReviewStore

REPORTS = ("text", "json", "markdown", "html")
EXPORTS = ("jsonl", "csv", "votes", "preference")
_WIDE = 120
_FORMATS = {"report": REPORTS, "export": EXPORTS}


def add_options(parser: argparse.ArgumentParser) -> None:
    """What to do with which review."""
    parser.usage = (
        "ftui review [DIR] [--reviewer NAME]\n"
        "       ftui review report [DIR] [--format FORMAT] [--output FILE]\n"
        "       ftui review export [DIR] [--format FORMAT] [--output FILE]"
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="[report|export] DIR",
        help="a review's folder, or that of a project: its newest (default: the project here); "
        "a folder called report: ./report",
    )
    parser.add_argument(
        "--config", metavar="FILE", help="settings (default: ftui.toml here or in a folder above)"
    )
    judging = parser.add_argument_group("judging")
    judging.add_argument("--reviewer", metavar="NAME", help="who judges (default: the login name)")
    judging.add_argument(
        "--no-cell-diff",
        action="store_true",
        help="draw whole lines, for a terminal that garbles changed cells",
    )
    written = parser.add_argument_group("report and export")
    written.add_argument(
        "--format",
        choices=(*REPORTS, *EXPORTS),
        help="report: text, json, markdown, html; export: jsonl, csv, votes, preference (the first: default)",
    )
    written.add_argument("--output", metavar="FILE", help="write there instead of printing")


def run(options: argparse.Namespace, output: Output) -> int:
    """Open the screen, or write what was asked for."""
    action, folder = _asked(options.words)
    if action:
        _check_format(action, options)
    elif options.format or options.output:
        raise FtuiError(
            "--format and --output belong to report and export", "ftui review report --format html"
        )
    project = _project(options, folder)
    folder = _review_of(folder, project)
    if not action:
        from ftui.cli.open import open_review

        return open_review(folder, options.reviewer, project, options)
    if options.reviewer:
        raise FtuiError("--reviewer belongs to judging", "reports and exports tell of all reviewers")
    return (
        _report(options, project, folder, output) if action == "report" else _export(options, folder, output)
    )


def _asked(words: list[str]) -> tuple[str, Path | None]:
    """Report, export or "" for the screen, and the folder."""
    action = words[0] if words and words[0] in _FORMATS else ""
    rest = words[1:] if action else words
    if len(rest) > 1:
        raise FtuiError(f"one review at a time, not {len(rest)}", "ftui review report DIR")
    if rest and not action and not Path(rest[0]).exists():
        hint = nearest(rest[0], _FORMATS, "did you mean ftui review {}?")
        raise FtuiError(f"{rest[0]} is no folder", hint or "ftui review DIR, ftui review report DIR")
    return action, Path(rest[0]) if rest else None


def _check_format(action: str, options: argparse.Namespace) -> None:
    formats = _FORMATS[action]
    if options.format is None:
        options.format = formats[0]
    if options.format not in formats:
        other = "export" if action == "report" else "report"
        raise FtuiError(
            f"ftui review {action} has no format {options.format}",
            f"one of {', '.join(formats)}; {options.format} is one of ftui review {other}",
        )


def _project(options: argparse.Namespace, folder: Path | None) -> Project:
    """The project that a review belongs to: it lies under its .ftui, or is named from inside it."""
    from ftui.project.load import load_project
    from ftui.store.location import FOLDER

    if options.config or folder is None:
        return load_project(options.config)
    inside = folder.absolute()
    if (inside / FOLDER).is_dir():
        return load_project(str(inside))
    home = next((each.parent for each in inside.parents if each.name == FOLDER), None)
    return load_project(str(home)) if home is not None else load_project(None)


def _review_of(folder: Path | None, project: Project) -> Path:
    """The folder of a review; of a project's folder, and without one, the newest review."""
    from ftui.review.location import newest
    from ftui.review.review_file import FILE

    if folder is None:
        return newest(project.root)
    if folder.is_dir() and not (folder / FILE).exists() and folder.resolve() == project.root.resolve():
        return newest(project.root)
    return folder


def _report(options: argparse.Namespace, project: Project, folder: Path, output: Output) -> int:
    from ftui.review.figures import figures
    from ftui.review.store import ReviewStore

    with closing(ReviewStore.open(folder)) as store:
        training = _training(project, store, output)
        output.progress("comparing outputs with their references", 0, 0)
        found = figures.of(store, project, texts=True, training=training)
    output.progress.clear()
    _deliver(_written(options, folder, found, output), options.output, "report", output)
    return CLEAN


def _training(project: Project, store: ReviewStore, output: Output) -> dict[str, int] | None:
    """The classes of training, where the review has labelled prompts and the data is there to read."""
    if not project.splits or not any(each.label is not None for each in store.prompts()):
        return None
    from ftui.dataset.dataset import Dataset
    from ftui.review.figures.training_labels import training_labels

    output.progress("counting the classes of training", 0, 0)
    try:
        with closing(Dataset.open([], project)) as dataset:
            return training_labels(project, dataset) or None
    except FtuiError as error:
        output.warning(f"the classes of training are not known: {error.message}")
        return None


def _written(options: argparse.Namespace, folder: Path, found: Figures, output: Output) -> str:
    from ftui.report.review.sections import sections

    name = folder.absolute().name
    if options.format == "json":
        from ftui.report.review.as_json import as_json

        return as_json(name, found)
    title = f"Review {name}"
    if options.format == "markdown":
        from ftui.report.review.markdown import markdown

        return markdown(title, sections(found))
    if options.format == "html":
        from ftui.report.review.html import html

        return html(title, sections(found))
    from ftui.cli.review_text import review_text

    # A file or a pipe has no edge; a table in lines is easier to read there than a list.
    edge = sys.stdout.isatty() and not options.output
    width = shutil.get_terminal_size((_WIDE, 24)).columns if edge else _WIDE
    return review_text(title, sections(found), output.plain() if options.output else output, width)


def _export(options: argparse.Namespace, folder: Path, output: Output) -> int:
    from ftui.review.export import exported
    from ftui.review.store import ReviewStore

    with closing(ReviewStore.open(folder)) as store:
        if options.output:
            _deliver("".join(exported(store, options.format)), options.output, options.format, output)
            return CLEAN
        empty = True
        for piece in exported(store, options.format):
            output.result(piece)
            empty = False
        if empty:
            what = {"votes": "votes", "preference": "preference pairs"}.get(options.format, "samples")
            output.note(f"no {what} in {folder} yet")
    return CLEAN


def _deliver(text: str, target: str | None, what: str, output: Output) -> None:
    from ftui.cli.whole_file import write_whole

    if target is None:
        output.result(text)
        return
    write_whole(Path(target), text)
    output.note(f"{what} written to {target}")
