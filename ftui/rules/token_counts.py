"""Tokens of rows, counted once a chunk for all rules: which tokenizer counts, and of which texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ftui.dataset.example import Example
from ftui.model import tokenizer, trained_tokens
from ftui.model.trained_tokens import Rendered, Template, Turn
from ftui.project.errors import FtuiError
from ftui.rules.chunk import Chunk, without_surrogates
from ftui.rules.rule import Context

TOKENS_OF_A_TURN, TOKENS_AROUND = 64, 256
"""More tokens than chat templates put around a turn, and around a conversation: a row that is shorter has room."""


class Setup(NamedTuple):
    """How a project's rows become text and tokens; picklable."""

    recipe: tokenizer.Recipe
    template: Template
    context: tuple[int, str] | None
    """The model's context in tokens, and the file that says it."""
    fault: str = ""
    """Why the model's files could not be read; then everything is estimated."""


class Length(NamedTuple):
    """One row in tokens."""

    tokens: int
    prompt: int
    """Tokens before the last answer; all of them where there is none."""
    answer: int
    kept: int
    """Characters of the last answer that stand before a limit that was asked about; -1 where that is not known."""
    recipe: tokenizer.Recipe
    found_in: str


def setup(sample: Sequence[Chunk], context: Context) -> Setup:
    """What `survey` of a family needs: found once a run, for all families, in `Context.shared`."""
    key = "token setup"
    if key not in context.shared:
        context.shared[key] = _setup(sample, context)
    found: Setup = context.shared[key]
    return found


def of(context: Context) -> Setup:
    """The setup that a survey found; of the project alone where none did."""
    held = context.shared.get("token setup")
    return held if isinstance(held, Setup) else setup((), context)


def _setup(sample: Sequence[Chunk], context: Context) -> Setup:
    project = context.project
    try:
        recipe = tokenizer.find(project.model)
        template = trained_tokens.find(project)
        length = tokenizer.context_length(project.model)
        if sample and Path(context.scratch).is_dir():
            recipe = tokenizer.checked(recipe, _texts(sample), context.scratch)
    except FtuiError as error:
        return Setup(tokenizer.ESTIMATE, Template("none"), None, error.message)
    return Setup(recipe, template, length)


def _texts(sample: Sequence[Chunk]) -> list[str]:
    """Texts spread over the whole sample."""
    found: list[str] = []
    for chunk in sample:
        texts = chunk.texts["text"]
        step = max(1, len(texts) // (2 * tokenizer.AGREEMENT_TEXTS // max(len(sample), 1) + 1))
        found += texts.gather_every(step).to_list()
    step = max(1, len(found) // tokenizer.AGREEMENT_TEXTS)
    return found[::step]


def counts(chunk: Chunk, context: Context) -> NDArray[np.int64]:
    """Tokens of every text of `chunk.texts`, in its order; counted once a chunk."""
    key = "token counts"
    if key not in chunk.memo:
        recipe = of(context).recipe
        if recipe.kind == "estimate":
            chunk.memo[key] = chunk.texts.select(estimated("text")).to_series().to_numpy().astype(np.int64)
        else:
            held = tokenizer.counter(recipe).counts(chunk.texts["text"].to_list())
            chunk.memo[key] = np.asarray(held, dtype=np.int64)
    found: NDArray[np.int64] = chunk.memo[key]
    return found


def estimated(column: str) -> pl.Expr:
    """Estimated tokens of a column, as `tokenizer.estimate` gives them."""
    text = pl.col(column)
    characters = text.str.len_chars().cast(pl.Float64)
    extra = text.str.len_bytes().cast(pl.Float64) - characters
    return (tokenizer.ASCII_CHARACTERS * characters + tokenizer.EXTRA_BYTES * extra).round()


def may_exceed(chunk: Chunk, limit: int, context: Context) -> list[int]:
    """Rows that may have more tokens than the limit: first by bytes (a token has at least one), then counted."""
    found = of(context)
    room = limit - _around(found)
    key = "row bytes"
    if key not in chunk.memo:
        size = pl.col("text").str.len_bytes().cast(pl.Int64) + TOKENS_OF_A_TURN
        chunk.memo[key] = chunk.texts.lazy().group_by("row").agg(size.sum().alias("size")).collect()
    rows: pl.DataFrame = chunk.memo[key].filter(pl.col("size") > room)
    if not len(rows):
        return []
    texts = chunk.texts.filter(pl.col("row").is_in(rows["row"].implode()))
    tokens = tokenizer.counter(found.recipe).counts(texts["text"].to_list())
    sums = (
        texts.select("row", tokens=pl.Series(tokens, dtype=pl.Int64) + TOKENS_OF_A_TURN).group_by("row").sum()
    )
    return sorted(sums.filter(pl.col("tokens") > room)["row"].to_list())


def row_may_exceed(example: Example, limit: int, found: Setup) -> bool:
    """The same of one row, so that what is typed is judged as the whole file was."""
    room = limit - _around(found) - TOKENS_OF_A_TURN * len(example.texts)
    texts = [without_surrogates(text.text) for text in example.texts]
    if sum(len(text.encode()) for text in texts) <= room:
        return False
    return sum(tokenizer.counter(found.recipe).counts(texts)) > room


def _around(found: Setup) -> int:
    """Tokens that a template may put around a whole conversation (its default system prompt, the date)."""
    return TOKENS_AROUND + (len(found.template.source.encode()) if found.template.kind == "training" else 0)


def render(example: Example, found: Setup) -> Rendered:
    """A row as training reads it; where the chat template refuses it, its texts one after the other."""
    turns = [
        Turn("assistant" if text.role == "label" else text.role, without_surrogates(text.text))
        for text in example.texts
        if text.role != "rejected"
    ]
    try:
        return trained_tokens.render(turns, found.template)
    except FtuiError:
        return trained_tokens.render(
            turns, Template("none", found_in="the texts alone: the template refuses them")
        )


def length(example: Example, found: Setup, limit: int = 0) -> Length:
    """A row in tokens, and how much of its last answer stands before a limit."""
    rendered = render(example, found)
    start = rendered.last_answer
    end = rendered.trained[-1][1] if rendered.trained else start
    exact = tokenizer.exact(found.recipe)
    if exact is None:
        prompt, answer = (
            tokenizer.estimate(rendered.text[:start]),
            tokenizer.estimate(rendered.text[start:end]),
        )
        total = tokenizer.estimate(rendered.text)
        return Length(total, prompt, answer, -1, found.recipe, rendered.found_in)
    pieces = exact.pieces(rendered.text)
    prompt = sum(1 for _, first, _ in pieces if first < start)
    answer = sum(1 for _, first, _ in pieces if start <= first < end)
    kept = -1
    if 0 < limit < len(pieces):
        kept = max(0, min(pieces[limit][1], end) - start)
    return Length(len(pieces), prompt, answer, kept, found.recipe, rendered.found_in)
