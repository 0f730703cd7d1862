"""The figures of a review as titled texts of a page, in as many cells as it is wide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.cells import cell_len

from ftui.report.review.page import Line, Section, Table
from ftui.tui.cell_text import one_line

GLYPHS = {"good": "✓ ", "warning": "▲ ", "bad": "✖ "}
_WIDEST = 40
"""Cells of a column: a class may have a name of any length."""


def parts(sections: Iterable[Section], width: int) -> dict[str, str]:
    """Title to text, in reading order; of a checkpoint, its name stands before the title."""
    found: dict[str, str] = {}
    page = ""
    for section in sections:
        title = one_line(section.title)
        if section.depth == 1:
            page = title
        elif page:
            title = f"{page} · {title}"
        texts = [text for part in section.parts for text in _lines(part, width)]
        if texts:
            found[title] = "\n".join(texts)
    return found


def _lines(part: Line | Table, width: int) -> Iterator[str]:
    if isinstance(part, Line):
        yield GLYPHS.get(part.tone, "") + one_line(part.text)
        return
    rows = [[_cut(cell) for cell in row] for row in (part.head, *part.rows)]
    widths = [max(cell_len(row[i]) for row in rows) for i in range(len(part.head))]
    if sum(widths) + 2 * len(widths) - 2 > width:
        yield from _listed(part)
        return
    for row in rows:
        placed = [
            cell + " " * (wide - cell_len(cell)) if i < part.names else " " * (wide - cell_len(cell)) + cell
            for i, (cell, wide) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(placed).rstrip()


def _listed(table: Table) -> Iterator[str]:
    """A row as its name, and under it a line a figure: for a table that is too wide."""
    for row in table.rows:
        yield ", ".join(map(_cut, row[: table.names]))
        for label, cell in zip(table.head[table.names :], row[table.names :], strict=True):
            yield f"  {_cut(label)}: {_cut(cell)}" if label else f"  {_cut(cell)}"


def _cut(cell: str) -> str:
    shown = one_line(cell)
    return shown if len(shown) <= _WIDEST else shown[: _WIDEST - 1] + "…"
