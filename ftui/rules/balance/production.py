"""A sample of production traffic, as the comparison with the splits needs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ftui.dataset.document import Document
from ftui.dataset.example import Example
from ftui.dataset.formats.base import never, no_progress
from ftui.project.errors import FtuiError
from ftui.project.settings import Columns, Project
from ftui.rules import meta_columns
from ftui.statistics.distributions import Counts

MOST_ROWS = 5_000
"""Of a larger file an even sample is read."""
_KEYS = ("prompt", "text", "query", "question", "input", "message", "instruction", "content", "request")
_READABLE = 0.5
_SHOWN = 240


class Asked(NamedTuple):
    """One production row."""

    path: Path
    row: int
    prompt: str
    label: str | None
    topic: str | None
    language: str | None


@dataclass
class Production:
    """The rows, and what of them is counted."""

    rows: list[Asked] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    """As reports name the files."""
    lengths: Counts = field(default_factory=lambda: np.zeros(0, np.int64))
    """Words a prompt, as a histogram."""

    def shortened(self) -> Production:
        """The same with prompts as a report shows them, in one line."""
        rows = [row._replace(prompt=" ".join(row.prompt[:_SHOWN].split())) for row in self.rows]
        return replace(self, rows=rows)

    @property
    def prompts(self) -> list[str]:
        return [row.prompt for row in self.rows]

    def counts(self, column: str) -> Counter[str]:
        """How often each label, topic or language stands; rows without one do not count."""
        return Counter(value for row in self.rows if (value := getattr(row, column)) is not None)


def asked(example: Example | None, value: Any) -> str:
    """What a row asks: its prompt, else its first text, else what stands under a usual key."""
    if example is not None and example.prompt.strip():
        return example.prompt
    if isinstance(value, dict):
        for key in _KEYS:
            if isinstance(value.get(key), str) and value[key].strip():
                return str(value[key])
    return next((text.text for text in example.texts if text.text.strip()), "") if example else ""


def named(value: Any) -> str | None:
    """What a column holds as the name of a group; None where it holds nothing plain."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def read_production(
    paths: Sequence[Path], project: Project, columns: Columns, most: int = MOST_ROWS
) -> Production:
    """The production rows that ask something, in file order; raises FtuiError when there are none."""
    found = Production()
    for path in paths:
        document = _open(path, project)
        try:
            document.build_index(no_progress, never)
            found.paths.append(document.display_path)
            found.rows += _rows(document, columns, max(most // len(paths), 1))
        finally:
            document.close()
    if not found.rows:
        raise FtuiError(f"{paths[0]}: no row asks anything", "production rows need a prompt or a text")
    return found


def _open(path: Path, project: Project) -> Document:
    """Read as the project says; as its own rows say where that finds no prompts."""
    document = Document.open(path, project)
    if not (project.layout or project.columns) or _readable(document):
        return document
    document.close()
    return Document.open(path, replace(project, layout=None, columns={}))


def _readable(document: Document) -> bool:
    first = min(document.base_rows, 200)
    examples = [_example(document, raw)[1] for raw in document.raws(range(first))]
    return sum(bool(e and e.prompt.strip()) for e in examples) >= _READABLE * first


def _example(document: Document, raw: bytes) -> tuple[Any, Example | None]:
    value = document.records.parse(raw).value
    return value, None if value is None else document.layout.example(value)


def _rows(document: Document, columns: Columns, most: int) -> Iterator[Asked]:
    count = document.base_rows
    chosen = range(count) if count <= most else np.linspace(0, count - 1, most).astype(int).tolist()
    for row, raw in zip(chosen, document.raws(chosen), strict=True):
        value, example = _example(document, raw)
        prompt = asked(example, value)
        if prompt:
            yield Asked(
                document.path,
                row,
                prompt,
                example.label if example else None,
                named(meta_columns.value(value, columns.topic)),
                named(meta_columns.value(value, columns.language)),
            )
