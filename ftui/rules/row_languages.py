"""The language of each row of a chunk, told once for all families that ask."""

from __future__ import annotations

import polars as pl

from ftui.rules.chunk import Chunk
from ftui.text.language import language_of, same

_KEY = "row languages"
_ENGLISH = (" the ", " and ", " is ", " of ", " to ", " you ", " that ", " for ", " with ", " are ", " it ")
"""A text with three of these, and nearly all ASCII, is taken as English: pycld2 would need 50 µs a text."""


def languages(chunk: Chunk) -> pl.Series:
    """ISO 639-1 codes, a line a line of `chunk.rows`; null where a row is short, mixed, mostly code, or not sure."""
    held: pl.Series | None = chunk.memo.get(_KEY)
    if held is None:
        held = chunk.memo[_KEY] = _languages(chunk.rows)
    return held


def looks_english(column: str) -> pl.Expr:
    """Whether a text is clearly English, by its small words alone."""
    text = pl.col(column)
    words = pl.sum_horizontal(text.str.contains(word, literal=True).cast(pl.UInt8) for word in _ENGLISH)
    return (words >= 3) & (text.str.len_bytes() <= text.str.len_chars() * 1.05)


def row_language(prompt: str, answer: str) -> str | None:
    """The language of a row: its prompt's and its answer's, where they are one or only one of them is known."""
    if len(prompt) + len(answer) < 12:
        return None
    asked, answered = language_of(prompt), language_of(answer)
    if asked and answered:
        return answered if same(asked, answered) else None
    return asked or answered or language_of(f"{prompt}\n{answer}")


def _languages(rows: pl.DataFrame) -> pl.Series:
    flags = rows.select(asked=looks_english("prompt"), answered=looks_english("answer"))
    columns = (rows["prompt"], rows["answer"], flags["asked"], flags["answered"])
    return pl.Series("language", list(map(_one, *columns)), dtype=pl.String)


def _one(prompt: str, answer: str, asked: bool, answered: bool) -> str | None:
    """The language of one row, English prompts and answers known already."""
    if asked and answered:
        return "en"
    if not asked and not answered:
        return row_language(prompt, answer)
    other = language_of(answer if asked else prompt)
    return "en" if other in (None, "en") else None
