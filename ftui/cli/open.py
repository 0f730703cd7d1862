"""`ftui [PATH…]`: opens the app."""

from __future__ import annotations

import argparse

from ftui.cli.output import Output, has_terminal
from ftui.cli.parser import add_data_options
from ftui.project.errors import FtuiError


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which data."""
    add_data_options(parser)


def run(options: argparse.Namespace, _: Output) -> int:
    """Start the app; the one place where a front knows the other."""
    if not has_terminal():
        raise FtuiError("the app needs a terminal", "without one: ftui check PATH, ftui fix PATH")
    from ftui.cli.data import named_paths, project_of

    project = project_of(options)
    from ftui.tui.app import run as run_app

    return run_app(named_paths(options, project), project)
