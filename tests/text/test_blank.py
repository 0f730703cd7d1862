"""Characters that draw nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.text import blank


@pytest.mark.parametrize(
    "text", ["", " \t\n", "\u00a0\u3000", "\u200b\u200d\ufeff", "\u200e\u2800", "\u2028"]
)
def test_empty(text: str) -> None:
    assert blank.is_empty(text)


@pytest.mark.parametrize("text", [".", " 0 ", "\u0301", "👩\u200d🚀"])
def test_not_empty(text: str) -> None:
    assert not blank.is_empty(text)


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("  a b \n", "a b"),
        ("    if x:\n        y", "    if x:\n        y"),
        ("\n\n\tif x:\n\t\ty\n", "\tif x:\n\t\ty"),
        ("  Hello,\nworld", "Hello,\nworld"),
        (" a\n b", "a\n b"),
        ("\u0627\u200f", "\u0627\u200f"),
    ],
)
def test_border(text: str, inside: str) -> None:
    around = blank.border(text)
    assert text[around.start : around.end] == inside


@given(st.text(alphabet=" \n\t\u00a0\u200bab", max_size=12))
def test_border_takes_only_stray_characters_and_is_stable(text: str) -> None:
    around = blank.border(text)
    inside = text[around.start : around.end]
    assert not (text[: around.start] + text[around.end :]).strip(blank.STRAY) or not inside
    assert blank.border(inside) == (0, len(inside))


def test_names() -> None:
    assert blank.names("  \n\u00a0") == "2 spaces, 1 newline, 1 no-break space"
