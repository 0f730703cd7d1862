"""`ftui [PATH…]`: opens the app."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.cli.output import Output, has_terminal
from ftui.cli.parser import add_data_options
from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    from ftui.project.app_settings import AppSettings
    from ftui.project.settings import Project


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which data, and how to draw."""
    add_data_options(parser)
    parser.add_argument(
        "--no-cell-diff",
        action="store_true",
        help="draw whole lines, for a terminal that garbles changed cells",
    )


def run(options: argparse.Namespace, _: Output) -> int:
    """Start the app; the one place where a front knows the other."""
    if not has_terminal():
        raise FtuiError("the app needs a terminal", "without one: ftui check PATH, ftui fix PATH")
    from ftui.cli.data import named_paths, project_of

    project = project_of(options)
    settings = screen_settings(project, options)
    from ftui.tui.app import run as run_app

    return run_app(named_paths(options, project), project, settings)


def open_review(folder: Path, reviewer: str | None, project: Project, options: argparse.Namespace) -> int:
    """Start the review screen; raises FtuiError without a terminal."""
    if not has_terminal():
        raise FtuiError("the review screen needs a terminal", "without one: ftui review report DIR")
    settings = screen_settings(project, options)
    from ftui.tui.review.app import open_review as open_screen

    return open_screen(folder, reviewer, project, settings)


def screen_settings(project: Project, options: argparse.Namespace) -> AppSettings:
    """The settings of a screen, with what the command line asks of the drawing."""
    from ftui.project.app_settings import load_app_settings

    settings = load_app_settings(project)
    if options.no_color:
        os.environ["NO_COLOR"] = "1"  # what Textual asks
    return replace(settings, cell_diff=False) if options.no_cell_diff else settings
