"""The language of each row of a chunk, told once for all families that ask.

pycld2 and the second look need 100 µs a text, so columns decide first which texts are worth it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from ftui.dataset.example import Example
from ftui.rules.chunk import Chunk
from ftui.text.languages.function_words import WORDS
from ftui.text.languages.language import language_of, same

HEAD = 200
"""Characters at the beginning of a text that the columns look at."""
ROLES = ("user", "assistant", "chosen")
_KINDS = "kinds of texts by language"
_LANGUAGES = "row languages"
_ENGLISH = (
    " the ", " and ", " with ", " that ", " you ", " are ", " this ", " your ", "What ", "what ", "How ",
    "how ", "Why ",
    "The ", "Write ", "Explain ", "Describe ", "Give ", "Create ", "Generate ", "Which ", "This ", " is a ", " from ",
    " which ", " was ", " their ", " should ", "Provide ", "Find ", " has ", " have ", "Please ", "Can you ",
)  # fmt: skip
"""A text with two of these (a short one with one), and nearly all ASCII, is English."""
_ANY_ENGLISH = re.compile("|".join(_ENGLISH))
_SHORT = 120
_SMALL = frozenset(word for words in WORDS.values() for word in words.split() if len(word) > 1)
_PADDED = sorted(f" {word} " for word in _SMALL)


def kinds(chunk: Chunk) -> pl.DataFrame:
    """A line a user, assistant or chosen text: row, role, english, told (whether its language may be), wide."""
    held: pl.DataFrame | None = chunk.memo.get(_KINDS)
    if held is None:
        texts = chunk.texts.filter(pl.col("role").is_in(ROLES) & (pl.col("text").str.len_bytes() >= 12))
        heads = texts.select("row", "role", head=pl.col("text").str.head(HEAD))
        wide = pl.col("head").str.len_bytes() > pl.col("head").str.len_chars()
        held = heads.select("row", "role", english=_english(), told=_told(), wide=wide)
        chunk.memo[_KINDS] = held
    return held


def languages(chunk: Chunk) -> pl.Series:
    """ISO 639-1 codes, a line a line of `chunk.rows`; null where a row is short, mixed, mostly code, or not sure."""
    held: pl.Series | None = chunk.memo.get(_LANGUAGES)
    if held is None:
        held = chunk.memo[_LANGUAGES] = _languages(chunk)
    return held


def language_of_row(example: Example) -> str | None:
    """The language of one row, as `languages` tells it."""
    heads = [
        t.text[:HEAD]
        for t in example.texts
        if t.role in ROLES and len(t.text.encode("utf-8", "replace")) >= 12
    ]
    told = [is_english(head) for head in heads if may_be_told(head)]
    if not told:
        return None
    return "en" if all(told) else row_language(example.prompt, example.answer)


def is_english(text: str) -> bool:
    """Whether the beginning of a text is clearly English, by small words alone."""
    head = text[:HEAD]
    if _wide(head) > len(head) * 0.05:
        return False
    word = _ANY_ENGLISH.search(head)
    return word is not None and (len(head) < _SHORT or _ANY_ENGLISH.search(head, word.end()) is not None)


def may_be_told(text: str) -> bool:
    """Whether the beginning of a text has small words, or letters beyond ASCII, enough to tell its language."""
    head = text[:HEAD]
    if _wide(head) > 4:
        return True
    parts = head.split(" ")
    hits, i = 0, 1
    while i < len(parts) - 1:
        # As Aho-Corasick counts: a word takes the spaces on both sides along.
        found = parts[i] in _SMALL
        hits += found
        i += 1 + found
    return hits >= 1 and hits * 10 >= len(parts) - 1


def _wide(head: str) -> int:
    return 0 if head.isascii() else len(head.encode("utf-8", "replace")) - len(head)


def _english() -> pl.Expr:
    head = pl.col("head")
    words = head.str.find_many(list(_ENGLISH)).list.len()
    enough = pl.when(head.str.len_chars() < _SHORT).then(1).otherwise(2)
    wide = head.str.len_bytes() - head.str.len_chars()
    return (words >= enough) & (wide <= head.str.len_chars() * 0.05)


def _told() -> pl.Expr:
    head = pl.col("head")
    hits = head.str.find_many(_PADDED).list.len()
    spaces = head.str.count_matches(" ", literal=True)
    small = (hits >= 1) & (hits * 10 >= spaces)
    return (head.str.len_bytes() - head.str.len_chars() > 4) | small


def _languages(chunk: Chunk) -> pl.Series:
    rows = chunk.rows
    by_row = kinds(chunk).filter("told").group_by("row").agg(pl.col("english").all())
    flags = rows.select("row").join(by_row, on="row", how="left", maintain_order="left")["english"].to_list()
    told: Sequence[str | None] = [
        "en" if flag else None if flag is None else row_language(prompt, answer)
        for flag, prompt, answer in zip(flags, rows["prompt"], rows["answer"], strict=True)
    ]
    return pl.Series("language", told, dtype=pl.String)


def row_language(prompt: str, answer: str) -> str | None:
    """The language of prompt and answer, where they are in one or only one of them can be told."""
    asked = "en" if is_english(prompt) else language_of(prompt)
    answered = "en" if is_english(answer) else language_of(answer)
    if asked and answered:
        return answered if same(asked, answered) else None
    if len(prompt) >= _SHORT and asked is None:
        # A long prompt in no one language is a translation, a lesson or code.
        return None
    return asked or answered or language_of(f"{prompt}\n{answer}")
