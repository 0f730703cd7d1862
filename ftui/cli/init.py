"""`ftui init [DIR]`: looks at a folder and writes its ftui.toml."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from ftui.cli.exit_code import CLEAN
from ftui.cli.output import Output
from ftui.cli.wrapping import wrapped
from ftui.project.errors import FtuiError
from ftui.text.visible import shortened, visible

_GUESS_LENGTH = 200


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which folder, and whether to write over what is there."""
    parser.add_argument(
        "folder", nargs="?", default=".", metavar="DIR", help="the project's folder (default: here)"
    )
    parser.add_argument("--force", action="store_true", help="write over an ftui.toml that is there")
    parser.add_argument("--dry-run", action="store_true", help="print what would be written, write nothing")


def run(options: argparse.Namespace, output: Output) -> int:
    """Write what was guessed, and print it with the reasons."""
    from ftui.discover.proposal import NAMED
    from ftui.discover.propose import propose
    from ftui.project.load import CONFIG_NAME
    from ftui.project.write import write_project

    folder = Path(options.folder)
    target = folder / CONFIG_NAME
    if target.exists() and not options.force and not options.dry_run:
        raise FtuiError(f"{target} is already there", "edit it, or write over it with --force")
    proposal = propose(folder.absolute())
    if options.dry_run:
        output.result(proposal.text())
        return CLEAN
    write_project(target, proposal.text(), overwrite=options.force)
    style = output.style
    lines = [style.bold(f"wrote {visible(str(target))}"), ""]
    unnamed = len(proposal.left_out) - NAMED
    for reason in [*proposal.reasons, *proposal.left_out[:NAMED]]:
        guess = shortened(reason.guess, _GUESS_LENGTH)
        lines.append(f"  {style.info(visible(reason.what))}  {guess}")
        lines += [style.dim(line) for line in wrapped(visible(reason.why), output.width, "      ")]
    if unnamed > 0:
        lines.append(style.dim(f"  and {unnamed:,} more files left out"))
    check = shlex.join(["ftui", "check", *([] if options.folder == "." else [options.folder])])
    lines += ["", f"Read it through, then: {style.info(visible(check))}"]
    output.result("\n".join(lines) + "\n")
    return CLEAN
