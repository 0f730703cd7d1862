"""`ftui split`: training, validation and test files with nothing in common."""

from __future__ import annotations

import argparse
import json
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.cli.exit_code import CLEAN
from ftui.cli.output import Output
from ftui.cli.parser import add_data_options, count
from ftui.cli.whole_file import write_whole
from ftui.project.errors import FtuiError
from ftui.text.visible import visible

if TYPE_CHECKING:
    from ftui.selection.splitting import Splitting

BY = ("stratified", "time", "group", "language", "domain")
RATIO = "80/10/10"
_NAMED = ("train", "validation", "test")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which data, which shares, by what."""
    add_data_options(parser)
    shares = parser.add_argument_group("shares")
    shares.add_argument(
        "--ratio", metavar="A/B/C", help=f"training/validation/test, or training/test (default: {RATIO})"
    )
    for name in _NAMED:
        shares.add_argument(f"--{name}", type=float, metavar="SHARE", help=f"the share of {name} rows")
    how = parser.add_argument_group("how")
    how.add_argument(
        "--by",
        choices=BY,
        default="stratified",
        help="stratified: by a hash of the row, classes alike (default); time: the newest rows are the test; group: by "
        "user, document …; language, domain: a file each, no row left out",
    )
    how.add_argument(
        "--seed", type=int, default=0, metavar="N", help="another seed, another split (default: 0)"
    )
    how.add_argument(
        "--output", metavar="DIR", required=True, help="folder for the new files; none is overwritten"
    )
    how.add_argument("--rejects", metavar="FILE", help="list the rows that are in no split, with the reason")
    how.add_argument("--format", choices=("text", "json"), default="text", help="the report (default: text)")
    how.add_argument(
        "--jobs", type=count, default=0, metavar="N", help="worker processes (default: one a core)"
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Split, and say what came of it."""
    from ftui.cli.data import open_dataset, project_of
    from ftui.selection.separate import separate
    from ftui.selection.split import Wanted, split
    from ftui.selection.write import check_free

    shares = shares_of(options)
    project = project_of(options)
    folder = Path(options.output)
    rejects = [Path(options.rejects)] if options.rejects else []
    check_free(rejects)
    with open_dataset(options, project) as dataset:
        if options.by in ("language", "domain"):
            found = separate(dataset, options.by, project, folder)
        else:
            wanted = Wanted(shares, options.by, options.seed)
            found = split(dataset, project, wanted, folder, jobs=options.jobs, progress=output.progress)
    output.progress.clear()
    check_free(rejects)  # one of the new files may have that name
    for path in rejects:
        write_whole(path, "".join(json.dumps(each) + "\n" for each in found.left_out))
    if options.format == "json":
        from ftui.report.as_json import command_json

        output.result(command_json(found.as_json()))
    else:
        output.result(_text(found, output))
    return CLEAN


def shares_of(options: argparse.Namespace) -> tuple[float, float, float]:
    """The shares of training, validation and test; raises FtuiError where they make no sense."""
    given = [getattr(options, name) for name in _NAMED]
    if any(share is not None for share in given):
        if options.ratio:
            raise FtuiError("--ratio says the shares already", "leave --train, --validation and --test out")
        train, validation, test = given
        if train is None:
            whole = 100.0 if max(share or 0 for share in given) > 1 else 1.0
            train = whole - (validation or 0) - (test or 0)
        shares = (train, validation or 0.0, test or 0.0)
    else:
        parts = re.split(r"[/:,]", options.ratio or RATIO)
        try:
            numbers = [float(part) for part in parts]
        except ValueError:
            numbers = []
        if len(numbers) not in (2, 3):
            raise FtuiError(
                f"--ratio {options.ratio}: not two or three numbers", f"for example --ratio {RATIO}"
            )
        shares = (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else (numbers[0], 0.0, numbers[1])
    if (
        not all(map(math.isfinite, shares))
        or min(shares) < 0
        or sum(share > 0 for share in shares) < 2
        or not shares[0] > 0
    ):
        raise FtuiError(
            "the shares leave no training rows, or nothing beside them", f"for example --ratio {RATIO}"
        )
    return shares


def _text(found: Splitting, output: Output) -> str:
    style = output.style
    total = max(sum(part.rows for part in found.parts), 1)
    wide = max((len(part.name) for part in found.parts), default=0)
    lines = []
    for part in found.parts:
        dated = f"  {part.first} to {part.last}" if part.first else ""
        classes = f"  {len(part.classes)} classes" if part.classes else ""
        files = visible(", ".join(part.paths)) or "no file: no row"
        name = style.bold(f"{part.name:<{wide}}")
        lines.append(
            f"{name} {part.rows:>10,} rows {part.rows / total:6.1%}{classes}{dated}  {style.info(files)}"
        )
    lines.append("")
    if found.by not in ("language", "domain"):
        lines += [
            f"{found.rows:,} rows read; left out: {found.copies:,} that an earlier row repeats, "
            f"{found.between:,} that resemble rows of two splits, {found.unreadable:,} unreadable",
            f"{found.groups:,} rows are tied to others (copies, near copies, one prompt, one group); "
            f"ties between two splits: {found.crossing:,}",
        ]
    lines += [f"{style.dim('note:')} {visible(note)}" for note in found.notes]
    return "\n".join(lines) + "\n"
