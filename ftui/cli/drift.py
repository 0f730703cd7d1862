"""`ftui drift`: training and test rows beside a sample of production."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftui.cli.exit_code import CLEAN, FINDINGS
from ftui.cli.output import Output
from ftui.cli.parser import add_data_options, count
from ftui.project.errors import FtuiError
from ftui.text.visible import shortened, visible

if TYPE_CHECKING:
    from ftui.rules.balance.drift import Compared
    from ftui.rules.balance.family import Drift
    from ftui.selection.production_rows import Taken

_LISTED = 20


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which data, which production rows, what to take of them."""
    add_data_options(parser)
    parser.add_argument(
        "--production",
        action="append",
        default=[],
        metavar="FILE",
        help="rows of real traffic (repeatable; default: production under [data] in ftui.toml)",
    )
    sample = parser.add_argument_group("candidates for training")
    sample.add_argument(
        "--sample", type=count, metavar="N", help="take N production rows, the unlike ones first"
    )
    sample.add_argument("--output", metavar="FILE", help="the new file for them")
    sample.add_argument("--seed", type=int, default=0, metavar="N", help="which rows are drawn (default: 0)")
    sample.add_argument("--force", action="store_true", help="write over an older file of candidates")
    report = parser.add_argument_group("report")
    report.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    report.add_argument(
        "--fail-on", choices=("warning", "never"), default="never", help="exit 1 on large drift"
    )
    report.add_argument(
        "--jobs", type=count, default=0, metavar="N", help="worker processes (default: one a core)"
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Compare, report, and write candidates if asked to."""
    from ftui.cli.data import open_dataset, project_of
    from ftui.rules import engine
    from ftui.selection import production_rows

    if (options.sample is None) != (options.output is None):
        raise FtuiError(
            "--sample N and --output FILE belong together", "--sample 200 --output candidates.jsonl"
        )
    project = project_of(options)
    files = tuple(Path(file).absolute() for file in options.production) or project.production
    if not files:
        raise FtuiError(
            "no production rows are named", "--production FILE, or production under [data] in ftui.toml"
        )
    project = replace(project, production=files)
    with open_dataset(options, project) as dataset:
        done = engine.check(
            dataset,
            project,
            select=("BAL005",),
            jobs=options.jobs,
            progress=output.progress,
            debug=options.debug,
        )
        try:
            state = done.state("BAL")
            if state is None or state.drift is None:
                reason = state.no_drift if state else done.skipped.get("BAL005", "the comparison failed")
                raise FtuiError(reason, "name files with rows that can be read")
            found: Drift = state.drift
        finally:
            done.close()
        taken = None
        if options.sample:
            chosen = production_rows.choose(found, options.sample, options.seed)
            path = Path(options.output)
            taken = production_rows.take(found, chosen, dataset, project, path, force=options.force)
    output.progress.clear()
    if options.format == "json":
        from ftui.report.as_json import command_json

        output.result(command_json(_as_json(found, taken)))
    else:
        output.result("\n".join(_text(found, taken, output)) + "\n")
    large = any(each.severity() == "warning" for each in found.compared)
    return FINDINGS if large and options.fail_on == "warning" else CLEAN


def _as_json(found: Drift, taken: Taken | None) -> dict[str, Any]:
    from ftui.rules.balance.drift import stranger_rows

    told: dict[str, Any] = {
        "production": {"files": found.production.paths, "rows": len(found.production.rows)},
        "parts": [each.as_json() for each in found.compared],
        "unlike_training": None,
        "sample": None,
    }
    if found.strangers is not None:
        told["unlike_training"] = {
            "rows": stranger_rows(found.strangers, found.production),
            "count": len(found.strangers.which),
            "share": round(found.strangers.share, 4),
            "usual": round(found.strangers.usual, 4),
            "cosine_below": round(found.strangers.border, 3),
            "p": float(f"{found.strangers.p:.2g}"),
        }
    if taken is not None:
        told["sample"] = {
            "path": str(taken.path),
            "rows": taken.rows,
            "unlike_training": taken.strangers,
            "answers_missing": taken.converted,
        }
    return told


def _text(found: Drift, taken: Taken | None, output: Output) -> Iterator[str]:
    style = output.style
    files = visible(", ".join(found.production.paths))
    yield f"production: {len(found.production.rows):,} rows of {style.info(files)}"
    yield ""
    yield style.bold(f"{'split':<14}{'part':<12}{'PSI':>8}{'by chance':>11}{'JS bits':>9}{'p':>8}  verdict")
    for each in found.compared:
        yield _line(each, output)
    if not found.compared:
        yield "too few rows to compare: 30 are needed on each side"
    for each in found.compared:
        if each.severity() is not None:
            yield ""
            yield style.bold(f"{visible(each.split)}: {each.part}") + style.dim("   (split | production)")
            yield from (f"  {line}" for line in _bars(each))
    if found.strangers is not None:
        yield ""
        yield from _strangers(found, output)
    if taken is not None:
        yield ""
        yield (
            f"{taken.rows:,} production rows are in {style.info(visible(str(taken.path)))}, "
            f"{taken.strangers:,} of them unlike anything in training"
        )
        if taken.converted:
            yield "They have the layout of the training rows; their answers are still to be written."


def _line(each: Compared, output: Output) -> str:
    shift, style = each.shift, output.style
    severity = each.severity()
    verdict = style.good("alike")
    if severity is not None:
        name, share, production = each.largest
        told = f"{visible(name)}: {share:.1%} here, {production:.1%} there"
        mark = style.warn("drifts") if severity == "warning" else style.info("a little")
        verdict = f"{mark} ({shortened(told, 60)})"
    p = "<0.005" if shift.p < 0.005 else f"{shift.p:.3f}"
    return (
        f"{shortened(visible(each.split), 13):<14}{each.part:<12}{shift.psi:>8.3f}{shift.psi_by_chance:>11.3f}"
        f"{shift.jensen_shannon:>9.3f}{p:>8}  {verdict}"
    )


def _bars(each: Compared) -> list[str]:
    """The values that differ most (of lengths all, in order), each with a bar a side."""
    from ftui.statistics.distributions import side_by_side

    words = each.part == "vocabulary"
    wide = each.rows if words else (max(sum(each.counts), 1), max(sum(each.production), 1))
    one, other = (
        [count / size for count in side]
        for side, size in zip((each.counts, each.production), wide, strict=True)
    )
    return side_by_side([visible(name) for name in each.names], one, other, in_order=each.part == "length")


def _strangers(found: Drift, output: Output) -> Iterator[str]:
    from ftui.rules.balance.drift import stranger_rows

    strangers = found.strangers
    if strangers is None:
        return
    yield output.style.bold(
        f"unlike anything in training: {len(strangers.which):,} production rows, {strangers.share:.1%} "
        f"(of training rows {strangers.usual:.1%} are as far from all others)"
    )
    for row in stranger_rows(strangers, found.production, _LISTED):
        place = visible(f"{row['path']} row {row['row']}")
        yield f"  {output.style.info(place)}  {shortened(visible(row['text']), 90)}"
    if len(strangers.which) > _LISTED:
        yield output.style.dim(f"  … and {len(strangers.which) - _LISTED:,} more (--format json lists all)")
