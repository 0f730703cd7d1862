"""`ftui logs`: watches training logs, says what is wrong while the run can still be stopped."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.cli.exit_code import CLEAN, FINDINGS
from ftui.cli.output import Output
from ftui.cli.parser import codes, nearest
from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    from ftui.project.settings import Project
    from ftui.training.watch import Watch

FORMATS = ("text", "json")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which logs, how to tell, and what to do when something is wrong."""
    parser.usage = "ftui logs [PATH…] [--once] [options]"
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="log files, folders with runs, - for standard input (default: [training] logs, else this folder)",
    )
    parser.add_argument("--once", action="store_true", help="diagnose what is there now, and leave")
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="of --once, and of alerts without a terminal"
    )
    parser.add_argument(
        "--config", metavar="FILE", help="settings (default: ftui.toml here or in a folder above)"
    )
    parser.add_argument("--log-format", metavar="NAME", help="read logs as this format, not by their content")
    parser.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="CODES",
        help="only these verdicts (overfitting,spike)",
    )
    parser.add_argument("--ignore", action="append", default=[], metavar="CODES", help="not these verdicts")


def run(options: argparse.Namespace, output: Output) -> int:
    """Diagnose once, or watch."""
    project = _project(options)
    paths = _paths(options, project)
    _check(options, project)
    return _once(options, paths, project, output)


def _project(options: argparse.Namespace) -> Project:
    from ftui.project.load import load_project

    named = next((each for each in options.paths if each != "-" and Path(each).exists()), None)
    return load_project(options.config or named)


def _paths(options: argparse.Namespace, project: Project) -> list[Path]:
    if options.paths:
        return [Path(each) for each in options.paths]
    return [_near(project.training.logs) if project.training.logs is not None else Path()]


def _near(path: Path) -> Path:
    """As seen from here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _check(options: argparse.Namespace, project: Project) -> None:
    """Names that nobody knows end the command at once."""
    from ftui.training.diagnosis.diagnose import HEALTHY, rules
    from ftui.training.readers.registry import readers

    formats = [reader.format for reader in readers()]
    for given in (options.log_format, project.training.format):
        if given is not None and given not in formats:
            hint = nearest(given, formats, "did you mean {}?") or f"one of {', '.join(formats)}"
            raise FtuiError(f"no log format {given}", hint)
    known = [HEALTHY, *(rule.code for rule in rules())]
    for code in (*codes(options.select), *codes(options.ignore)):
        if code not in known:
            hint = nearest(code, known, "did you mean {}?") or f"one of {', '.join(known)}"
            raise FtuiError(f"no verdict is called {code}", hint)


def _watch(options: argparse.Namespace, paths: list[Path], project: Project, live: bool) -> Watch:
    from ftui.training.stream import Stream
    from ftui.training.watch import STDIN, Watch

    return Watch(
        paths,
        project,
        stream=Stream(sys.stdin.fileno()) if STDIN in paths else None,
        format=options.log_format,
        ignore=codes(options.ignore),
        select=codes(options.select),
        live=live,
    )


def _once(options: argparse.Namespace, paths: list[Path], project: Project, output: Output) -> int:
    from ftui.report.training import training_report

    watch = _watch(options, paths, project, live=False)
    try:
        watch.read_all()
        told = {name: (run, watch.diagnoses[name]) for name, run in watch.runs.items()}
    finally:
        watch.close()
    if told:
        output.result(json.dumps(training_report(told), ensure_ascii=False, indent=2) + "\n")
    if not told:
        raise FtuiError(f"no loss found in {', '.join(map(os.fspath, paths))}")
    return FINDINGS if any(each.critical for each in watch.diagnoses.values()) else CLEAN
