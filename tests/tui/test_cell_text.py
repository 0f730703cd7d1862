"""Text from data, drawn safely."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ftui.tui.cell_text import cell, one_line, width_of
from ftui.tui.wrap import cells, wrapped

ANY = st.text(st.characters(), max_size=200)


@given(ANY)
def test_every_drawn_character_is_printable_and_never_reorders(text: str) -> None:
    drawn = one_line(text)
    assert drawn.isprintable()
    assert not set(drawn) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200d\ufe0f")


@given(ANY, st.integers(1, 60), st.integers(0, 20))
def test_a_cell_has_exactly_its_width(text: str, width: int, start: int) -> None:
    assert cell_len(cell(text, width, start)) == width


@given(ANY)
def test_characters_are_measured_as_they_are_drawn(text: str) -> None:
    drawn = one_line(text)
    assert sum(width_of(character) for character in drawn) == cell_len(drawn)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("\x1b[31m", "␛[31m"),
        ("a\nb\tc\r", "a⏎b⇥c␍"),
        ("\x9b2J\x7f", "▯2J␡"),
        ("x\u202ey", "x⇄y"),
        ("x\u200by\u00adz\ufeff", "x◦y◦z◦"),
        ("\ud800", "�"),
        ("日本語 ❤\ufe0f", "日本語 ❤"),
        ("e\u0301", "e\u0301"),
        ("e" + "\u0301" * 50, "e\u0301\u0301◦"),
        ("\u0301e", "◦e"),
    ],
)
def test_symbols(text: str, drawn: str) -> None:
    assert one_line(text) == drawn


def test_a_long_text_is_cut_before_it_is_looked_at() -> None:
    assert cell("x" * 10_000_000, 10) == "x" * 9 + "…"
    assert cell("短" * 100, 5) == "短短…"


@given(ANY, st.integers(2, 50))
def test_wrapping_loses_nothing_and_fits(text: str, width: int) -> None:
    lines = list(wrapped(text, width))
    assert "".join(text[start:end] for start, end in lines) == text
    assert all(a[1] == b[0] for a, b in pairwise(lines))
    for start, end in lines:
        line = text[start:end].removesuffix("\n").removesuffix(" ")
        drawn = sum(cells(character) for character in line)
        assert drawn <= width or sum(cells(character) > 0 for character in line) == 1


@given(st.text("ab \n", max_size=120), st.integers(3, 20))
def test_words_are_kept_whole_where_they_fit(text: str, width: int) -> None:
    for start, end in wrapped(text, width):
        if 0 < end < len(text) and not text[end - 1].isspace():
            assert end - start == width
            assert " " not in text[start + 1 : end]


def test_wrapping_is_lazy() -> None:
    lines = wrapped("word " * 2_000_000, 80)
    assert next(lines) == (0, 80)
