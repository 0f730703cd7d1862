"""`ftui logs`: watches training logs, and says what is wrong while the run can still be stopped."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.cli.exit_code import CLEAN, COULD_NOT_JUDGE, FINDINGS
from ftui.cli.output import Output, can_be_drawn_on, has_terminal
from ftui.cli.parser import codes
from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    from ftui.project.settings import Project
    from ftui.training.alerting.hand_over import HandOver
    from ftui.training.following.watch import Watch

FORMATS = ("text", "json")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which logs, how to tell, and what to do when something is wrong."""
    parser.usage = "ftui logs [PATH…] [options]\n       ftui logs [PATH…] --once [--format text|json]"
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="log files, folders with runs, - for standard input (default: [training] logs, else this folder)",
    )
    parser.add_argument("--once", action="store_true", help="diagnose what is there now, and leave")
    parser.add_argument(
        "--format", choices=FORMATS, help="of --once, and of alerts without a terminal (default: text)"
    )
    reading = parser.add_argument_group("reading")
    reading.add_argument("--log-format", metavar="NAME", help="the logs' format (default: by their content)")
    reading.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="CODES",
        help="only these verdicts: overfitting,spike",
    )
    reading.add_argument("--ignore", action="append", default=[], metavar="CODES", help="not these verdicts")
    reading.add_argument(
        "--config", metavar="FILE", help="settings (default: ftui.toml here or in a folder above)"
    )
    acting = parser.add_argument_group("acting")
    acting.add_argument(
        "--on-alert",
        metavar="COMMAND",
        help="run this once for each new warning or critical verdict, without a shell; "
        "FTUI_RUN, FTUI_CODE, FTUI_MESSAGE, … tell of it, and JSON on its standard input",
    )
    acting.add_argument(
        "--stop-file", metavar="FILE", help="write this on a critical verdict; trainers look for it, and stop"
    )
    acting.add_argument(
        "--stop-on",
        action="append",
        default=[],
        metavar="CODES",
        help="for --stop-file: these verdicts instead",
    )
    acting.add_argument("--export", metavar="FILE", help="write every point there: .parquet, .csv or .jsonl")
    parser.add_argument(
        "--no-cell-diff",
        action="store_true",
        help="draw whole lines, for a terminal that garbles changed cells",
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Diagnose once, open the screen, or watch without one."""
    project = _project(options)
    paths = _paths(options, project)
    _check(options, project)
    hand_over = _hand_over(options, project)
    if not options.once and options.format is None and _terminal(paths):
        return _open(options, paths, project, hand_over)
    watch = _watch(options, paths, project, hand_over)
    try:
        if options.once:
            return _once(options, watch, hand_over, output)
        from ftui.cli.logs_headless import follow

        return follow(watch, hand_over, options.format or "text", output)
    finally:
        watch.close()
        hand_over.close()


def _project(options: argparse.Namespace) -> Project:
    from ftui.project.load import load_project

    # Not Path.exists: it raises for what may not be looked at.
    named = next((each for each in options.paths if each != "-" and os.path.exists(each)), None)  # noqa: PTH110
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
    from ftui.training.alerting.stop_file import GRAVE
    from ftui.training.settings_check import check_code, check_format, check_settings

    if options.log_format is not None:
        check_format(options.log_format)
    stopping = [code for code in codes(options.stop_on) if code not in GRAVE]
    for code in (*codes(options.select), *codes(options.ignore), *stopping):
        check_code(code)
    check_settings(project.training)


def _hand_over(options: argparse.Namespace, project: Project) -> HandOver:
    from ftui.training.alerting.hand_over import HandOver

    if options.stop_on and not options.stop_file:
        raise FtuiError("--stop-on belongs to --stop-file", "--stop-file FILE --stop-on overfitting")
    return HandOver(
        on_alert=options.on_alert,
        stop_file=Path(options.stop_file) if options.stop_file else None,
        stop_on=codes(options.stop_on) or project.training.stop_on,
        export=Path(options.export) if options.export else None,
    )


def _watch(options: argparse.Namespace, paths: list[Path], project: Project, hand_over: HandOver) -> Watch:
    from ftui.training.finding.named_runs import STDIN
    from ftui.training.following.stream import Stream
    from ftui.training.following.watch import Watch

    if STDIN in paths and sys.stdin is None:
        raise FtuiError("standard input is closed", "pipe the log in: … | ftui logs -")
    return Watch(
        paths,
        project,
        stream=Stream(os.dup(sys.stdin.fileno())) if STDIN in paths else None,
        format=options.log_format,
        ignore=codes(options.ignore),
        select=codes(options.select),
        early_stopping=True if hand_over.stops else None,
        listener=hand_over.export,
        live=not options.once,
    )


def _terminal(paths: list[Path]) -> bool:
    """Whether the screen can be opened; with a log on standard input, keys come from the terminal itself."""
    if Path("-") not in paths:
        return has_terminal()
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return can_be_drawn_on()


def _open(options: argparse.Namespace, paths: list[Path], project: Project, hand_over: HandOver) -> int:
    from ftui.cli.open import screen_settings
    from ftui.tui.training.app import open_logs

    watch = _watch(options, paths, project, hand_over)
    if Path("-") in paths:
        terminal = os.open("/dev/tty", os.O_RDWR)
        os.dup2(terminal, sys.stdin.fileno())
        os.close(terminal)
    return open_logs(watch, project, screen_settings(project, options), hand_over)


def _once(options: argparse.Namespace, watch: Watch, hand_over: HandOver, output: Output) -> int:
    from ftui.cli.logs_text import not_found
    from ftui.training.alerting.hand_over import PATIENCE
    from ftui.training.following.no_loss import why_no_loss

    _read_all(watch, output)
    told = watch.runs
    hand_over.take_all(watch)
    if not told:
        _warn(hand_over, output)
        raise not_found(watch)
    if options.format == "json":
        from ftui.report.training import training_report

        report = training_report({name: (run, watch.diagnoses[name]) for name, run in told.items()})
        output.result(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    else:
        _print(watch, output)
    hand_over.close(PATIENCE)  # commands may take their time: the result is out before
    _warn(hand_over, output)
    code = FINDINGS if any(watch.diagnoses[name].critical for name in told) else CLEAN
    for name, follower in watch.followers.items():
        if name not in told and watch.named(name):
            output.warning(f"{name}: no loss found: {': '.join(filter(None, why_no_loss(follower)))}")
            code = COULD_NOT_JUDGE
    return code


def _warn(hand_over: HandOver, output: Output) -> None:
    while hand_over.notices:
        output.warning(hand_over.notices.popleft())


def _read_all(watch: Watch, output: Output) -> None:
    """Everything there is; of a pipe, all until its writer closes it."""
    while watch.poll().more or watch.waiting_for_pipe:
        output.progress("reading logs", int(100 * watch.loaded), 100)
        if watch.waiting_for_pipe:
            time.sleep(0.02)
    output.progress.clear()
    watch.read_all()


def _print(watch: Watch, output: Output) -> None:
    from ftui.cli.logs_text import run_block

    blocks = [
        "\n".join(run_block(name, run, watch.diagnoses[name], watch.context(name), output))
        for name, run in watch.runs.items()
    ]
    output.result("\n\n".join(blocks) + "\n")
