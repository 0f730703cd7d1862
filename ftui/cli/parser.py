"""Parsers of command lines whose errors are one line for a person, with the nearest valid name."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Iterable
from typing import NoReturn

from ftui.project.errors import FtuiError


class Parser(argparse.ArgumentParser):
    """argparse, but an error is an FtuiError (exit code 2) and options are never abbreviated."""

    def __init__(self, prog: str, **settings: str | None) -> None:
        super().__init__(
            prog,
            usage=settings.get("usage"),
            description=settings.get("description"),
            epilog=settings.get("epilog"),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Raise the error with what to type instead."""
        unknown = re.match(r"unrecognized arguments: (-[^\s=]+)", message)
        hint = f"{self.prog} --help lists the options"
        if unknown:
            message = f"no option {unknown[1]}"
            hint = nearest(unknown[1], self._option_string_actions, "did you mean {}?") or hint
        raise FtuiError(f"{self.prog}: {message}", hint)


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """The options that every command has, before or after its name."""
    common = parser.add_argument_group("everywhere")
    common.add_argument("--no-color", action="store_true", help="no colours (also: the variable NO_COLOR)")
    common.add_argument("--quiet", action="store_true", help="only results and errors")
    common.add_argument("--debug", action="store_true", help="timings, and the full trace of an error")
    common.add_argument("--version", action="store_true", help="print the version and leave")


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Which data: paths, splits, layout, settings."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files or folders (default: the project here)"
    )
    data = parser.add_argument_group("data")
    data.add_argument(
        "--split",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="a file and the split it is (repeatable)",
    )
    data.add_argument(
        "--layout", metavar="LAYOUT", help="read rows as this layout (default: found from the data)"
    )
    data.add_argument(
        "--config", metavar="FILE", help="settings (default: ftui.toml here or in a folder above)"
    )


def add_rule_options(parser: argparse.ArgumentParser) -> None:
    """Which rules."""
    rules = parser.add_argument_group("rules")
    rules.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="CODES",
        help="only these codes or families (STP,DUP001)",
    )
    rules.add_argument(
        "--ignore", action="append", default=[], metavar="CODES", help="not these codes or families"
    )


def codes(values: Iterable[str]) -> tuple[str, ...]:
    """The codes, names and families of repeated, comma-separated options."""
    return tuple(code for value in values for code in re.split(r"[,\s]+", value) if code)


def count(text: str) -> int:
    """A whole number from 0."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0")
    return int(text)


def count_from_one(text: str) -> int:
    """A whole number from 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


def nearest(word: str, names: Iterable[str], sentence: str) -> str:
    """The sentence with the valid name nearest to a mistyped word, "" when none is near."""
    close = difflib.get_close_matches(word, list(names), n=1, cutoff=0.6)
    return sentence.format(close[0]) if close else ""
