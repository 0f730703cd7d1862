"""The page of a review for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rich.cells import cell_len

from ftui.cli.output import Output, Style
from ftui.cli.wrapping import wrapped
from ftui.report.review.page import Line, Section, Table, Tone
from ftui.text.visible import shortened, visible

_GLYPHS: dict[Tone, str] = {"good": "✔ ", "warning": "▲ ", "bad": "✖ ", "dim": "", "": ""}
_WIDEST = 60
"""Columns of a cell: a class may have a name of any length."""


def review_text(title: str, sections: Iterable[Section], output: Output, width: int) -> str:
    """Headings, sentences, and tables in so many columns; a table that is too wide becomes a list."""
    lines = [output.style.bold(visible(title)), ""]
    for section in sections:
        heading = visible(section.title)
        lines += [output.style.bold(f"── {heading} ──" if section.depth == 1 else heading)]
        for part in section.parts:
            lines += _table(part, output, width) if isinstance(part, Table) else _line(part, output)
        lines.append("")
    return "\n".join(lines)


def _line(line: Line, output: Output) -> Iterator[str]:
    paint = _paint(line.tone, output.style)
    text = _GLYPHS[line.tone] + visible(line.text)
    yield from (paint(each) for each in wrapped(text, output.width, "  ", "    "))


def _paint(tone: Tone, style: Style) -> Callable[[str], str]:
    paints = {"good": style.good, "warning": style.warn, "bad": style.bad, "dim": style.dim}
    return paints.get(tone, str)


def _table(table: Table, output: Output, width: int) -> Iterator[str]:
    head = [visible(cell) for cell in table.head]
    rows = [[shortened(cell, _WIDEST) for cell in row] for row in table.rows]
    widths = [max(cell_len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    if sum(widths) + 2 * len(widths) > width:
        yield from _listed(table, output)
        return
    yield output.style.dim(_row(head, widths, table.names))
    yield from (_row(row, widths, table.names) for row in rows)


def _row(cells: list[str], widths: list[int], names: int) -> str:
    placed = [
        cell + " " * (wide - cell_len(cell)) if i < names else " " * (wide - cell_len(cell)) + cell
        for i, (cell, wide) in enumerate(zip(cells, widths, strict=True))
    ]
    return ("  " + "  ".join(placed)).rstrip()


def _listed(table: Table, output: Output) -> Iterator[str]:
    """A row as its name, and under it a line a figure."""
    # Where all is words, the first says of what the others speak.
    names = table.names if table.names < len(table.head) else 1
    labels = [visible(cell) for cell in table.head[names:]]
    wide = max((cell_len(label) for label in labels), default=0)
    for row in table.rows:
        yield "  " + ", ".join(visible(cell) for cell in row[:names])
        for label, cell in zip(labels, row[names:], strict=True):
            first = "    " + label + " " * (wide - cell_len(label)) + "  "
            for line in wrapped(visible(cell), output.width, first, " " * (wide + 6)):
                yield output.style.dim(line[: len(first)]) + line[len(first) :]
