"""The type of an answer: prose, a list, code, JSON, a refusal … by columns, for BAL006 and for charts."""

from __future__ import annotations

from collections import Counter

import orjson
import polars as pl

from ftui.rules.chunk import Chunk
from ftui.text.blank import STRAY

TYPES = (
    "prose", "list", "code", "JSON", "table", "short", "one word", "number", "yes or no", "refusal", "empty",
)  # fmt: skip
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
    kinds = kinds_of(answers.str.strip_chars_start(STRAY))
    return Counter(dict(kinds.value_counts().iter_rows()))


def kinds_of(answers: pl.Series) -> pl.Series:
    """The type of each answer, white space and end marker taken off."""
    text = pl.col("text")
    words = text.str.head(400).str.count_matches(r"\S+")
    brief = text.str.len_bytes() <= 200
    items = text.str.count_matches(_ITEM)
    lines = text.str.count_matches(r"(?m)^[ \t]*\S")
    long = (
        pl.when(text.str.contains("```", literal=True) | text.str.contains(_CODE))
        .then(pl.lit("code"))
        .when(text.str.contains("---", literal=True) & text.str.contains(_TABLE))
        .then(pl.lit("table"))
        .when((items >= 2) & (items * 2 >= lines))
        .then(pl.lit("list"))
    )
    return (
        pl.DataFrame({"text": answers, "json": _is_json(answers)})
        .select(
            pl.when(text == "")
            .then(pl.lit("empty"))
            .when(pl.col("json"))
            .then(pl.lit("JSON"))
            .when(text.str.contains(_REFUSAL))
            .then(pl.lit("refusal"))
            .when(brief & text.str.contains(_YES))
            .then(pl.lit("yes or no"))
            .when(brief & text.str.contains(_NUMBER))
            .then(pl.lit("number"))
            .when(brief & (words == 1))
            .then(pl.lit("one word"))
            .otherwise(long)
            .fill_null(pl.when(brief & (words <= SHORT)).then(pl.lit("short")).otherwise(pl.lit("prose")))
            .alias("type")
        )
        .to_series()
    )


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
