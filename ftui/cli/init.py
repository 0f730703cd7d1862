"""`ftui init [DIR]`: looks at a folder and writes its ftui.toml."""

from __future__ import annotations

import argparse


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which folder, and whether to write over what is there."""
    parser.add_argument(
        "folder", nargs="?", default=".", metavar="DIR", help="the project's folder (default: here)"
    )
    parser.add_argument("--force", action="store_true", help="write over an ftui.toml that is there")
    parser.add_argument("--dry-run", action="store_true", help="print what would be written, write nothing")
