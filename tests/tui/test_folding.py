"""Long lines fold and unfold without loss."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ftui.tui.desk.folding import FOLD_AT, FOLD_FROM, MARKS, Fold


def test_a_short_text_is_not_folded() -> None:
    fold = Fold("one\ntwo")
    assert fold.shown == "one\ntwo"
    assert fold.mark == ""


def test_a_long_line_is_broken_at_spaces() -> None:
    text = "word " * 13_000
    fold = Fold(text)
    assert max(map(len, fold.shown.split("\n"))) <= FOLD_AT + 1
    assert all(line.endswith(f" {fold.mark}") for line in fold.shown.split("\n")[:-1])
    assert fold.unfold(fold.shown) == text


def test_the_mark_is_no_character_of_the_text() -> None:
    text = MARKS + "x" * FOLD_FROM
    fold = Fold(text)
    assert fold.mark not in text
    assert fold.unfold(fold.shown) == text


def test_a_deleted_mark_or_break_does_not_matter() -> None:
    text = "word " * 1_000
    fold = Fold(text)
    assert fold.unfold(fold.shown.replace(fold.mark, "", 1).replace("\n", "", 1)) == text
    assert fold.unfold(fold.shown.replace("\n", "", 1)) == text


@given(
    st.lists(st.text(alphabet="ab \n↩é", max_size=40), min_size=1, max_size=8),
    st.integers(min_value=0, max_value=400),
    st.integers(min_value=0, max_value=10**6),
)
def test_folding_is_lossless_and_offsets_agree(parts: list[str], repeat: int, offset: int) -> None:
    text = ("".join(parts)) * repeat
    fold = Fold(text)
    assert fold.unfold(fold.shown) == text
    offset = min(offset, len(text))
    line, column = fold.location(offset)
    lines = fold.shown.split("\n")
    before = "\n".join([*lines[:line], lines[line][:column]])
    assert len(fold.unfold(before)) == offset
