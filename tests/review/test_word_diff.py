"""Words that differ, and what post-processing took away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.review.judging.word_diff import LONGEST, different_words, taken_away
from ftui.review.sampling.post_process import process

TEXTS = st.text("ab \n.é日", max_size=40)


def words(one: str, other: str) -> tuple[list[str], list[str]]:
    gone, new = different_words(one, other)
    return [one[start:end] for start, end in gone], [other[start:end] for start, end in new]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("The cat sat on the mat.", "The dog sat on a big mat.", (["cat", "the"], ["dog", "a big"])),
        ("same", "same", ([], [])),
        ("a  b\nc", "a b c", ([], [])),
        ("", "all new", ([], ["all new"])),
        ("Stop!", "Stop", (["!"], [])),
        ("x" * (LONGEST + 1), "y", ([], [])),
    ],
)
def test_words_that_differ(one: str, other: str, expected: tuple[list[str], list[str]]) -> None:
    assert words(one, other) == expected


@given(TEXTS, TEXTS)
def test_without_the_marked_words_both_say_the_same(one: str, other: str) -> None:
    def rest(text: str, spans: tuple[tuple[int, int], ...]) -> str:
        kept, at = [], 0
        for start, end in spans:
            kept.append(text[at:start])
            at = end
        return "".join("".join([*kept, text[at:]]).split())

    gone, new = different_words(one, other)
    assert rest(one, gone) == rest(other, new)


@given(st.text("ab \n\t#E", max_size=40), st.lists(st.sampled_from(["trim", "strip", "clean"]), max_size=3))
def test_what_is_left_without_what_was_taken_is_the_processed_text(raw: str, steps: list[str]) -> None:
    processed = process(raw, steps, "#E").text
    kept, at = [], 0
    for start, end in taken_away(raw, processed):
        kept.append(raw[at:start])
        at = end
    assert "".join([*kept, raw[at:]]) == processed


def test_another_text_is_marked_whole() -> None:
    assert taken_away("abc", "xyz") == [(0, 3)]
