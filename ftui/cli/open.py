"""`ftui [PATH…]`: opens the app."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace

from ftui.cli.output import Output, has_terminal
from ftui.cli.parser import add_data_options
from ftui.project.errors import FtuiError


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
    from ftui.project.app_settings import load_app_settings

    project = project_of(options)
    settings = load_app_settings(project)
    if options.no_color:
        os.environ["NO_COLOR"] = "1"  # what Textual asks
    if options.no_cell_diff:
        settings = replace(settings, cell_diff=False)
    from ftui.tui.app import run as run_app

    return run_app(named_paths(options, project), project, settings)
