"""`ftui fix`: applies fixes, with a backup, or shows them."""

from __future__ import annotations

import argparse

from ftui.cli.output import Output
from ftui.cli.parser import add_data_options, add_rule_options


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which data, which fixes, where the result goes."""
    add_data_options(parser)
    add_rule_options(parser)
    fixing = parser.add_argument_group("fixing")
    fixing.add_argument(
        "--unsafe", action="store_true", help="also fixes that may change the meaning of a row"
    )
    fixing.add_argument("--diff", action="store_true", help="show what would change, change nothing")
    fixing.add_argument(
        "--output", metavar="FILE", help="write the fixed file to FILE (default: in place, with a backup)"
    )
    fixing.add_argument(
        "--rejects", metavar="FILE", help="write the removed rows to FILE as JSONL, each with its reason"
    )
    fixing.add_argument("--no-progress", action="store_true", help="no progress on the terminal")


def run(options: argparse.Namespace, output: Output) -> int:
    raise NotImplementedError
