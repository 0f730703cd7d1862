"""`ftui tokens`: how many tokens the data has, where they are, which rows are too long, what TOON would save."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.cli.exit_code import CLEAN, COULD_NOT_JUDGE
from ftui.cli.output import Output
from ftui.cli.parser import add_data_options
from ftui.cli.wrapping import numbered, padded
from ftui.text.visible import visible

if TYPE_CHECKING:
    from ftui.project.settings import Project
    from ftui.rules.tokens.report import SplitTokens, TokenReport

_BAR = 40
_FIELD_WIDTH = 34


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which data, which tokenizer, what a token costs."""
    add_data_options(parser)
    tokens = parser.add_argument_group("tokens")
    tokens.add_argument(
        "--tokenizer",
        metavar="FILE",
        help="a .gguf model, tokenizer.json or its folder (default: [model] in ftui.toml)",
    )
    tokens.add_argument("--price", type=_price, metavar="MONEY", help="what a million tokens cost")
    tokens.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _price(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"{visible(text)!r} is no price")
    return number


def run(options: argparse.Namespace, output: Output) -> int:
    """Count, and print what was counted."""
    from ftui.cli.data import open_dataset, project_of
    from ftui.rules.tokens import report as token_report

    project = _with_options(project_of(options), options)
    with open_dataset(options, project) as dataset:
        report = token_report.measure(dataset, project, progress=output.progress)
        output.progress.clear()
        if options.format == "json":
            from ftui.report.as_json import command_json

            output.result(command_json(report.as_json()))
        else:
            output.result("\n".join(_text(report, output)) + "\n")
        for each in dataset.unreadable:
            output.error(each.error.message, each.error.hint)
        return COULD_NOT_JUDGE if dataset.unreadable else CLEAN


def _with_options(project: Project, options: argparse.Namespace) -> Project:
    model = project.model
    if options.tokenizer:
        path = Path(options.tokenizer).absolute()
        named = {"gguf": path, "tokenizer": None} if path.suffix == ".gguf" else {"tokenizer": path}
        model = replace(model, **named)
    price = project.token_price if options.price is None else options.price
    return replace(project, model=model, token_price=price)


def _text(report: TokenReport, output: Output) -> Iterator[str]:
    style = output.style
    yield f"{style.bold(f'{report.tokens:,} tokens')} in {report.rows:,} rows{_money(report, report.tokens)}"
    yield style.dim(
        f"counted by: {visible(report.tokenizer)}{f' ({visible(report.note)})' if report.note else ''}"
    )
    for split in report.splits:
        yield ""
        yield from _split(split, report, output)
    yield ""
    yield from _too_long(report, output)
    yield from _toon(report)


def _split(split: SplitTokens, report: TokenReport, output: Output) -> Iterator[str]:
    style = output.style
    facts = f"{split.rows:,} rows, {split.tokens:,} tokens; half of the rows have up to {split.median:,}"
    yield f"{style.bold(visible(split.split))}  {facts}, 95 % up to {split.p95:,}, the longest {split.longest:,}"
    for each in report.fields:
        if each.split == split.split:
            mean = each.tokens / each.texts if each.texts else 0
            name = padded(visible(each.field), _FIELD_WIDTH)
            yield f"  {name} {each.role:<10}{each.tokens:>14,} tokens  {mean:>9,.1f} a text"
    most = max((rows for _, _, rows in split.histogram), default=0)
    for low, high, rows in split.histogram:
        bar = "█" * max(1 if rows else 0, round(_BAR * rows / most)) if most else ""
        yield f"  {f'{low:,} to {high - 1:,}':>20} {rows:>12,} {style.info(bar)}"


def _too_long(report: TokenReport, output: Output) -> Iterator[str]:
    for each in report.too_long:
        head = f"{numbered(each.rows, 'row')} longer than {each.what}, {each.limit:,} tokens"
        yield (output.style.warn(head) if each.rows else head) + f" ({visible(report.template)})"
        for place in each.named:
            where = (
                f"{place['path']}:{place['line']}" if place["line"] else f"{place['path']} row {place['row']}"
            )
            yield f"    {output.style.info(visible(where))}"
        if each.rows > len(each.named):
            yield f"    … and {each.rows - len(each.named):,} more: ftui check --select STP008,LEN005"


def _toon(report: TokenReport) -> Iterator[str]:
    toon = report.toon
    if not toon.tables:
        yield "No JSON tables in prompts that TOON would shorten."
        return
    tables, rows = numbered(toon.tables, "JSON table"), numbered(toon.rows, "row")
    share = f"{toon.saved / toon.tokens:.0%} less{_money(report, toon.saved)}"
    counts = f"{toon.tokens_as_toon:,} instead of {toon.tokens:,} tokens"
    yield f"{tables} in the prompts of {rows}: as TOON {counts}, {share}"
    yield "  ftui fix --select TOK003 --unsafe --diff shows the change"


def _money(report: TokenReport, tokens: int) -> str:
    cost = report.money(tokens)
    return "" if cost is None else f", {cost:,.2f} at {report.price:g} a million"
