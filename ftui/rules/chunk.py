"""A run of rows of one split, as the rules see it: values, canonical examples, and columns for vectorised checks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from ftui.dataset.example import Example
from ftui.dataset.record import Parsed

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass
class Chunk:
    """Rows of one split of one file (at most 20,000).

    In `map` they are consecutive: parsed[i] and examples[i] are row `first + i`. A row that was deleted keeps its place
    as `Parsed(None)` without problems, so that it is neither read nor reported. Rows added by hand come in chunks
    of their own. In `survey` the rows are an even sample: `sampled[i]` is the number of row i.
    """

    file: int
    split: str
    first: int
    parsed: list[Parsed]
    examples: list[Example | None]
    """None where no value could be read, or the row was deleted."""
    sampled: Sequence[int] | None = None
    memo: dict[str, Any] = field(default_factory=dict, repr=False)
    """What several families compute from this chunk together (fingerprints)."""

    def __len__(self) -> int:
        return len(self.parsed)

    @property
    def numbers(self) -> Sequence[int]:
        """The number of each row in its file."""
        return range(self.first, self.first + len(self.parsed)) if self.sampled is None else self.sampled

    @cached_property
    def rows(self) -> pl.DataFrame:
        """A line a readable row: row (Int64, its number), system, prompt, answer, label (String; label may be null)."""
        kept = [(row, e) for row, e in zip(self.numbers, self.examples, strict=True) if e is not None]
        return pl.DataFrame(
            [
                pl.Series("row", [row for row, _ in kept], dtype=pl.Int64),
                strings("system", [e.system for _, e in kept]),
                strings("prompt", [e.prompt for _, e in kept]),
                strings("answer", [e.answer for _, e in kept]),
                strings("label", [e.label for _, e in kept]),
            ]
        )

    @cached_property
    def texts(self) -> pl.DataFrame:
        """A line a text: row (Int64), field, role, text (String), in row and reading order."""
        counts = [0 if e is None else len(e.texts) for e in self.examples]
        flat = [text for e in self.examples if e is not None for text in e.texts]
        fields, roles, texts = zip(*flat, strict=True) if flat else ((), (), ())
        return pl.DataFrame(
            [
                pl.Series("row", np.repeat(np.asarray(self.numbers, dtype=np.int64), counts)),
                strings("field", fields),
                strings("role", roles),
                strings("text", texts),
            ]
        )


def strings(name: str, values: Sequence[str | None]) -> pl.Series:
    """A column of texts; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD, so that offsets stay true."""
    try:
        return pl.Series(name, values, dtype=pl.String)
    except UnicodeEncodeError:
        return pl.Series(
            name, [None if v is None else without_surrogates(v) for v in values], dtype=pl.String
        )


def without_surrogates(text: str) -> str:
    """The text with every lone surrogate replaced by U+FFFD, character for character."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
