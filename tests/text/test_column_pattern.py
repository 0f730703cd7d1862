"""Patterns for columns: without look-around, and never narrower than what they stand for."""

from __future__ import annotations

import re

import polars as pl
import pytest

from ftui.text.column_pattern import necessary


@pytest.mark.parametrize(
    ("pattern", "flags", "expected"),
    [
        (r"a(?=b)c", 0, "ac"),
        (r"(?<![\w(])x(?! (?:to|by)\b)", 0, "x"),
        (r"(?<=\))[^\]()]+\(?", 0, r"[^\]()]+\(?"),
        (r"[)(?=]+end\Z", re.IGNORECASE, r"(?i)[)(?=]+end\z"),
        (r"^a.b$", re.MULTILINE | re.DOTALL, "(?ms)^a.b$"),
        (r"a(?=[)]\)(x|y))b|c", 0, "ab|c"),
    ],
)
def test_look_around_goes_and_nothing_else(pattern: str, flags: int, expected: str) -> None:
    assert necessary(re.compile(pattern, flags)) == expected


def test_what_the_pattern_matches_the_column_pattern_matches_too() -> None:
    pattern = re.compile(r"\bthe (?:text|code)\b(?! of)|(?<!\d)\d{3}(?!\d)", re.IGNORECASE)
    texts = ["The text", "the text of it", "1234", "a 123 b", "nothing", "THE CODE here"]
    told = pl.Series(texts).str.contains(necessary(pattern)).to_list()
    assert all(wide for text, wide in zip(texts, told, strict=True) if pattern.search(text))
    assert told[4] is False
