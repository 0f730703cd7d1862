"""The page of a review as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ftui.report.review.page import Line, Section, Table, Tone
from ftui.text.visible import visible

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>#|~&$@])")
_GLYPHS: dict[Tone, str] = {"good": "✔ ", "warning": "▲ ", "bad": "✖ ", "dim": "", "": ""}


def markdown(title: str, sections: Iterable[Section]) -> str:
    """Headings, sentences and tables."""
    lines = [f"# {_text(title)}", ""]
    for section in sections:
        lines += [f"{'#' * (section.depth + 1)} {_text(section.title)}", ""]
        for part in section.parts:
            lines += [*(_table(part) if isinstance(part, Table) else _line(part)), ""]
    return "\n".join(lines)


def _line(line: Line) -> list[str]:
    return [f"{_GLYPHS[line.tone]}{_text(line.text)}"]


def _table(table: Table) -> Iterator[str]:
    yield _row(map(_text, table.head))
    yield _row("---" if i < table.names else "---:" for i in range(len(table.head)))
    for row in table.rows:
        yield _row(map(_text, row))


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _text(text: str) -> str:
    """Names and classes come from data: no character that Markdown or HTML reads keeps its meaning."""
    return _PUNCTUATION.sub(r"\\\1", visible(text))
