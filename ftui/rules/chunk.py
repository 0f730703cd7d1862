"""A run of rows of one split, as the rules see it: values, canonical examples, and columns for vectorised checks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from ftui.dataset.example import Example
from ftui.dataset.record import Parsed


@dataclass
class Chunk:
    """Consecutive rows of one split of one file (at most 20,000). parsed[i] and examples[i] are row `first + i`."""

    file: int
    split: str
    first: int
    parsed: list[Parsed]
    examples: list[Example | None]
    """None where no value could be read."""

    def __len__(self) -> int:
        return len(self.parsed)

    @cached_property
    def rows(self) -> pl.DataFrame:
        """A line a readable row: row (Int64, number in the file), system, prompt, answer, label (String, label may be null)."""
        kept = [(self.first + i, e) for i, e in enumerate(self.examples) if e is not None]
        return pl.DataFrame(
            {
                "row": [row for row, _ in kept],
                "system": [e.system for _, e in kept],
                "prompt": [e.prompt for _, e in kept],
                "answer": [e.answer for _, e in kept],
                "label": [e.label for _, e in kept],
            },
            schema={"row": pl.Int64, "system": pl.String, "prompt": pl.String, "answer": pl.String, "label": pl.String},
        )

    @cached_property
    def texts(self) -> pl.DataFrame:
        """A line a text: row (Int64), field, role, text (String), in row and reading order."""
        rows: list[int] = []
        fields: list[str] = []
        roles: list[str] = []
        texts: list[str] = []
        for i, example in enumerate(self.examples):
            if example is None:
                continue
            for field, role, text in example.texts:
                rows.append(self.first + i)
                fields.append(field)
                roles.append(role)
                texts.append(text)
        return pl.DataFrame(
            {"row": rows, "field": fields, "role": roles, "text": texts},
            schema={"row": pl.Int64, "field": pl.String, "role": pl.String, "text": pl.String},
        )
