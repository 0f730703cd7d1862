"""Tokens of rows, counted once a chunk for all rules: which tokenizer counts, and of which texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ftui.dataset.example import Example, Text
from ftui.model import tokenizer, trained_tokens
from ftui.model.trained_tokens import Rendered, Template, Turn
from ftui.project.errors import FtuiError
from ftui.rules.chunk import Chunk, without_surrogates
from ftui.rules.rule import Context

TOKENS_OF_A_TURN, TOKENS_AROUND = 64, 256
"""More tokens than chat templates put around a turn and a conversation; used where a template cannot be measured."""
COUNTED = "token counts"
"""The name of the counts in `Chunk.memo`."""
_TRIED = (Turn("user", "a"), Turn("assistant", "a"))


class Setup(NamedTuple):
    """How a project's rows become text and tokens; picklable."""

    recipe: tokenizer.Recipe
    template: Template
    context: tuple[int, str] | None
    """The model's context in tokens, and the file that says it."""
    a_turn: int = TOKENS_OF_A_TURN
    around: int = TOKENS_AROUND
    """At most so many tokens a turn, and once a row, come from the template: a row that is shorter has room."""
    fault: str = ""
    """Why the model's files could not be read; then everything is estimated."""


class Length(NamedTuple):
    """One row in tokens."""

    tokens: int
    prompt: int
    """Tokens before the last answer; all of them where there is none."""
    answer: int
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
        estimate = tokenizer.ESTIMATE._replace(note=error.message)
        return Setup(estimate, Template("none"), None, fault=error.message)
    return Setup(recipe, template, length, *_added(recipe, template))


def _added(recipe: tokenizer.Recipe, template: Template) -> tuple[int, int]:
    """How many tokens a template adds a turn and around a row, with some room; measured on two conversations."""
    try:
        short = trained_tokens.render(_TRIED, template).text
        long = trained_tokens.render(_TRIED * 2, template).text
    except FtuiError:
        return TOKENS_OF_A_TURN, TOKENS_AROUND
    once, twice = tokenizer.counter(recipe).counts([short, long])
    return max(4, twice - once), once + 16


def _room(found: Setup, limit: int) -> int:
    return limit - found.around


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
    if COUNTED not in chunk.memo:
        recipe = of(context).recipe
        if recipe.kind == "estimate":
            chunk.memo[COUNTED] = (
                chunk.texts.select(estimated("text")).to_series().to_numpy().astype(np.int64)
            )
        else:
            held = tokenizer.counter(recipe).counts(chunk.texts["text"].to_list())
            chunk.memo[COUNTED] = np.asarray(held, dtype=np.int64)
    found: NDArray[np.int64] = chunk.memo[COUNTED]
    return found


def estimated(column: str) -> pl.Expr:
    """Estimated tokens of a column, as `tokenizer.estimate` gives them."""
    text = pl.col(column)
    characters = text.str.len_chars().cast(pl.Float64)
    extra = text.str.len_bytes().cast(pl.Float64) - characters
    return (tokenizer.ASCII_CHARACTERS * characters + tokenizer.EXTRA_BYTES * extra).round()


def may_exceed(chunk: Chunk, limit: int, context: Context) -> pl.DataFrame:
    """Rows that may have more tokens than the limit, first by bytes (a token has at least one), then counted.

    A line a row: row, tokens (of its texts), last (of its last answer; null without one), texts (how many), plain
    (false where a template may leave a part of a text out, or the answer has several parts).
    """
    found = of(context)
    texts = chunk.texts
    if COUNTED in chunk.memo:
        texts = texts.with_columns(tokens=pl.Series(chunk.memo[COUNTED], dtype=pl.Int64))
    aside = (pl.col("role") == "other") & ~pl.col("field").str.contains("[", literal=True)
    texts = texts.filter((pl.col("role") != "rejected") & ~aside)
    size = pl.col("text").str.len_bytes().cast(pl.Int64) + found.a_turn
    long = texts.lazy().group_by("row").agg(size.sum()).filter(pl.col("text") > _room(found, limit)).collect()
    texts = texts.filter(pl.col("row").is_in(long["row"].implode()))
    if "tokens" not in texts.columns:
        counted = tokenizer.counter(found.recipe).counts(texts["text"].to_list())
        texts = texts.with_columns(tokens=pl.Series(counted, dtype=pl.Int64))
    answer = pl.col("role").is_in(["assistant", "chosen", "label", "other"])
    sums = texts.group_by("row", maintain_order=True).agg(
        pl.col("tokens").sum(),
        last=pl.col("tokens").filter(answer).last(),
        texts=pl.len().cast(pl.Int64),
        plain=~(
            pl.col("text").str.contains("<think", literal=True)
            | (answer & answer.shift(1)).fill_null(value=False)
        ).any(),
    )
    return sums.filter(pl.col("tokens") + found.a_turn * pl.col("texts") > _room(found, limit)).sort("row")


def row_may_exceed(example: Example, limit: int, found: Setup) -> bool:
    """The same of one row, so that what is typed is judged as the whole file was."""
    texts = [without_surrogates(text.text) for text in example.texts if trained_with(text)]
    room = _room(found, limit) - found.a_turn * len(texts)
    if sum(len(text.encode()) for text in texts) <= room:
        return False
    return sum(tokenizer.counter(found.recipe).counts(texts)) > room


def trained_with(text: Text) -> bool:
    """Whether a text is part of the row as training reads it: rejected answers and columns beside it are not."""
    return text.role != "rejected" and (text.role != "other" or "[" in text.field)


def render(example: Example, found: Setup) -> Rendered:
    """A row as training reads it; where the chat template refuses it, its texts one after the other."""
    turns: list[Turn] = []
    for text in example.texts:
        if not trained_with(text) or not text.text:
            continue
        # A turn of another role is a call that the assistant made.
        role = "assistant" if text.role in ("label", "other") else text.role
        said = without_surrogates(text.text)
        if turns and turns[-1].role == role:  # instruction and input, or the parts of one message
            said = f"{turns.pop().text}\n{said}"
        turns.append(Turn(role, said))
    try:
        return trained_tokens.render(turns, found.template)
    except FtuiError:
        return trained_tokens.render(
            turns, Template("none", found_in="the texts alone: the template refuses them")
        )


def length(example: Example, found: Setup) -> Length:
    """A row in tokens: the whole rendered text, what stands before its last answer, and that answer with its end."""
    rendered = render(example, found)
    start = rendered.last_answer
    end = rendered.trained[-1][1] if rendered.trained else start
    counter = tokenizer.counter(found.recipe)
    total, prompt, both = counter.counts([rendered.text, rendered.text[:start], rendered.text[:end]])
    return Length(total, prompt, max(0, both - prompt), found.recipe, rendered.found_in)


def kept(example: Example, found: Setup, limit: int) -> int:
    """How many characters of the last answer stand before a limit of tokens; -1 where no tokenizer tells."""
    exact = tokenizer.exact(found.recipe)
    rendered = render(example, found)
    pieces = exact.pieces(rendered.text) if exact else []
    if not rendered.trained or not 0 < limit < len(pieces):
        return -1
    return max(0, min(pieces[limit][1], rendered.trained[-1][1]) - rendered.last_answer)
