"""The headless front: a module a command; parses, calls the core, prints, gives exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ftui import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if "--version" in words[:1]:
        print(f"ftui {__version__}")
        return 0
    try:
        from ftui.cli.command_line import run

        return run(words)
    except KeyboardInterrupt:  # while modules were still being loaded
        from ftui.cli.exit_code import INTERRUPTED

        return INTERRUPTED
