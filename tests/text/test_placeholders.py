"""Placeholders on their own: what is found, where, and the quick test that comes before."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.text import placeholders


def shown(text: str, *, answer: bool = True, around: str = "") -> list[str]:
    return [text[hit.start : hit.end] for hit in placeholders.find(text, answer=answer, around=around)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hi {{name}}, I am {{ bot.name }}.", ["{{name}}", "{{ bot.name }}"]),
        ("See [TODO].", ["[TODO]"]),
        ("First.\n- TODO: second\nThird.", ["TODO:"]),
        ("Dear [Insert name here],", ["[Insert name here]"]),
        ("<YOUR ANSWER HERE>", ["<YOUR ANSWER HERE>"]),
        ("[INSERT]", []),
        ("\ufeffN/A\u200b", ["N/A"]),
        ("{{{raw}}}", []),
        ("f'{{x}}' prints braces", []),
        ("TODO lists are useful.", []),
        ("The next bus leaves at {time}.", ["{time}"]),
        ("The set {a, b} and \\frac{one}{two}", []),
        ("We spoke about [TOPIC] at length.", ["[TOPIC]"]),
        ("We spoke about [topic] at length.", []),
        ("FIXME ask the shop", ["FIXME ask the shop"]),
        ("a `{{x}}` b {{y}}", ["{{y}}"]),
    ],
)
def test_found(text: str, found: list[str]) -> None:
    assert shown(text) == found


def test_rows_about_templates_may_show_them() -> None:
    assert shown("Write {{ user }} there.", around="How does Jinja print a value?") == []
    assert shown("In a template write {{ user }}.") == []
    assert shown("Write {{ user }} there.", around="How do I greet?") == ["{{ user }}"]


def test_crosses_may_be_a_roman_numeral() -> None:
    assert shown("XXX") == ["XXX"]
    assert shown("XXX", around="Write thirty as a Roman numeral.") == []


def test_only_an_answer_may_not_be_dots() -> None:
    assert shown("...") == ["..."]
    assert shown("...", answer=False) == []
    assert shown("[TBD]", answer=False) == ["[TBD]"]


@given(
    st.lists(
        st.sampled_from([*placeholders.WHOLE, "[", "]", " ", "x", "xxx", ".", "*", "a"]), max_size=3
    ).map("".join)
)
def test_the_pattern_for_columns_lets_all_whole_ones_pass(text: str) -> None:
    if placeholders.find_whole(text, answer=True) is not None:
        assert re.search(placeholders.WHOLE_PATTERN, text.strip().lower())
