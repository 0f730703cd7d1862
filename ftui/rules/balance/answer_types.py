"""The type of an answer: prose, a list, code, JSON, a refusal … by columns, for BAL006 and for charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import orjson
import polars as pl
from numpy.typing import NDArray

from ftui.rules.chunk import Chunk
from ftui.text.blank import STRAY

TYPES = (
    "prose", "list", "code", "JSON", "table", "short", "one word", "number", "yes or no", "refusal", "empty",
)  # fmt: skip
_BRIEF = 200
SHORT = 8
"""Words up to which an answer is short."""
_REFUSAL = (
    r"(?i)^\W{0,3}(?:(?:i['’]?m sorry|i am sorry|sorry|i apologi[sz]e|unfortunately|as an ai)[^.\n]{0,70}"
    r"\b(?:can(?:no|['’])t|can not|unable|not able|won['’]t|will not)\b"
    r"|i(?: can(?:no|['’])t| can not| am unable| am not able|['’]m unable|['’]m not able| won['’]t)(?: to)? "
    r"(?:help|assist|provide|do |fulfil|comply|answer|create|write|generate|support|engage|discuss))"
)
_CODE = (
    r"^(?:def \w+\(|class \w+[:({ ]|import \w|from [\w.]+ import |#include\b|#!/"
    r"|public (?:class|static|void)|function \w*\("
    r"|const \w+ =|let \w+ =|var \w+ =|SELECT\s|CREATE TABLE|<\?php|<!DOCTYPE|<html|package \w+;)"
)
_ITEM = r"(?m)^[ \t]*(?:[-*•+]|\d{1,3}[.)])[ \t]+\S"
_SECOND_ITEM = r"\n[ \t]*(?:[-*•+]|\d{1,3}[.)])[ \t]+\S"
_TABLE = r"(?m)^[ \t]*\|?[ \t:]*-{3,}[ \t:]*\|"
_NUMBER = r"^[-+]?[$€£]?\d[\d.,]*\s?[%€$£]?$"
_YES = r"(?i)^(?:yes|no|true|false)[.!]?$"


def answer_types(chunk: Chunk, marker: str = "") -> Counter[str]:
    """How many rows have a last answer of each type; rows with a label and preference pairs are left out."""
    texts = chunk.texts.filter(pl.col("role") == "assistant")
    if not len(texts):
        return Counter()
    last = texts.filter((pl.col("row") != pl.col("row").shift(-1)).fill_null(value=True))["text"]
    answers = last.str.strip_chars_end(STRAY)
    if marker:
        answers = answers.str.strip_suffix(marker).str.strip_chars_end(STRAY)
    return Counter(TYPES[kind] for kind in kinds_of(answers.str.strip_chars_start(STRAY)).tolist())


def kinds_of(answers: pl.Series) -> NDArray[np.uint8]:
    """The type of each answer, as its place in TYPES; white space and end marker are taken off already.

    Brief ones and long ones are asked different questions, each only where it can hold: 4x as fast as one expression.
    """
    kinds = np.zeros(len(answers), np.uint8)
    size = answers.str.len_bytes().fill_null(0).to_numpy()
    brief = size <= _BRIEF
    _mark(kinds, brief, answers, _brief_kinds)
    _mark(kinds, ~brief, answers, _long_kinds)
    _mark(kinds, np.ones(len(answers), np.bool_), answers, _kinds_of_any)
    return kinds


_Asked = Iterator[tuple[str, pl.Series]]


def _mark(
    kinds: NDArray[np.uint8],
    where: NDArray[np.bool_],
    answers: pl.Series,
    asked: Callable[[pl.Series], _Asked],
) -> None:
    """What later questions find goes over what earlier ones found."""
    rows = np.flatnonzero(where)
    if len(rows):
        some = answers if len(rows) == len(answers) else answers.gather(rows)
        for name, holds in asked(some):
            kinds[rows[holds.fill_null(value=False).to_numpy()]] = TYPES.index(name)


def _brief_kinds(text: pl.Series) -> _Asked:
    words = text.str.count_matches(r"\S+")
    yield "short", words <= SHORT
    yield from _long_kinds(text)
    yield "one word", words == 1
    yield "number", text.str.contains(_NUMBER)
    yield "yes or no", text.str.contains(_YES)


def _long_kinds(text: pl.Series) -> _Asked:
    listed = text.str.contains(_SECOND_ITEM)
    if listed.any():
        some = text.filter(listed)
        items, lines = some.str.count_matches(_ITEM), some.str.count_matches(r"(?m)^[ \t]*\S")
        exact = np.zeros(len(text), np.bool_)
        exact[listed.to_numpy()] = ((items >= 2) & (items * 2 >= lines)).to_numpy()
        yield "list", pl.Series(exact)
    ruled = text.str.contains("---", literal=True)
    if ruled.any():
        yield "table", ruled & text.str.contains(_TABLE)
    yield "code", text.str.contains("```", literal=True) | text.str.contains(_CODE)


def _kinds_of_any(text: pl.Series) -> _Asked:
    yield "refusal", text.str.contains(_REFUSAL)
    yield "JSON", _is_json(text)
    yield "empty", text == ""


def _is_json(answers: pl.Series) -> pl.Series:
    """Whether a text parses as an object or array; only those that begin and end like one are parsed."""
    fits = (answers.str.contains(r"^[\[{]") & answers.str.contains(r"[\]}]$")).fill_null(value=False)
    found = [fit and _parses(text) for fit, text in zip(fits, answers, strict=True)] if fits.any() else None
    return pl.Series("json", [False] * len(answers) if found is None else found, dtype=pl.Boolean)


def _parses(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
