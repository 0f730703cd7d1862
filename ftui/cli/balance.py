"""`ftui balance`: a copy with other shares of classes, or class weights."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.cli.exit_code import CLEAN
from ftui.cli.output import Output
from ftui.cli.parser import add_data_options
from ftui.cli.whole_file import write_whole
from ftui.project.errors import FtuiError
from ftui.text.visible import shortened, visible

if TYPE_CHECKING:
    from ftui.selection.balance import Balanced

_SHOWN = 40


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which data, which shares, by which means."""
    add_data_options(parser)
    parser.add_argument(
        "--to",
        default="equal",
        metavar="SHARES",
        help="equal (default); production (the shares of [data] production); FILE (its shares); LABEL=SHARE[,…] "
        "(0.3 or 30%%; the other classes share the rest)",
    )
    parser.add_argument(
        "--method",
        choices=("over", "under", "weights"),
        default="weights",
        help="over: copy rows; under: leave rows out; weights: weigh the loss, no file is copied (default)",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which rows are drawn (default: 0)")
    parser.add_argument("--output", metavar="FILE", help="the new file: rows, or the weights as JSON")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="the report (default: text)"
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Balance, and say what came of it."""
    from ftui.cli.data import open_dataset, project_of
    from ftui.report.as_json import command_json
    from ftui.selection.balance import balance

    project = project_of(options)
    path = Path(options.output) if options.output else None
    with open_dataset(options, project) as dataset:
        found = balance(dataset, project, options.to, options.method, options.seed, path)
    told = command_json(found.as_json())
    if path is not None and options.method == "weights":
        if path.exists():
            raise FtuiError(f"{path}: there is a file of this name already", "choose another name")
        write_whole(path, told)
    output.result(told if options.format == "json" else "\n".join(_text(found, path, output)) + "\n")
    return CLEAN


def _text(found: Balanced, path: Path | None, output: Output) -> Iterator[str]:
    from ftui.statistics.distributions import bar

    style = output.style
    names = sorted(found.before, key=lambda name: (-found.before[name], name))
    shown = [shortened(visible(name), 32) for name in names[:_SHOWN]]
    wide = max(map(len, shown))
    most = max(*found.before.values(), *found.after.values(), 1)
    copied = found.method != "weights"
    for label, name in zip(shown, names, strict=False):
        before, after, width = found.before[name], found.after[name], 14
        beside = f" → {after:>9,} {bar(after / most, width):<{width}}" if copied else ""
        line = f"{label:<{wide}} {before:>9,} {bar(before / most, width):<{width}}{beside}"
        yield f"{line}  weight {found.weights[name]:g}"
    if len(names) > _SHOWN:
        yield style.dim(f"… and {len(names) - _SHOWN} more classes (--format json lists all)")
    yield ""
    if copied:
        yield f"{found.rows:,} rows are in {style.info(visible(found.path))}"
    else:
        yield style.bold("scikit-learn") + f"  class_weight={_short(found.weights)}"
        yield style.bold("PyTorch") + f"  weight=torch.tensor({_short(list(found.weights.values()))})"
        yield (
            style.bold("Hugging Face")
            + "  class_weights, id2label and label2id: --format json, or --output FILE"
        )
        if path is not None:
            yield f"all three forms are in {style.info(visible(str(path)))}"
    yield from (f"{style.dim('note:')} {visible(note)}" for note in found.notes)


def _short(weights: object) -> str:
    line = visible(json.dumps(weights, ensure_ascii=False))
    return line if len(line) <= 400 else f"{line[:360]} … (--format json has all)"
