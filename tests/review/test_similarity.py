"""Exact match, token F1 and chrF against definitions written anew, and examples worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.review.figures.similarity import chrf, exact_match, likeness, token_f1

TEXTS = st.text(alphabet="abc AB.é\n", max_size=30)


def counted(text: str, size: int) -> list[str]:
    bare = text.replace(" ", "").replace("\n", "")
    return [bare[i : i + size] for i in range(len(bare) - size + 1)]


def matched(here: list[str], there: list[str]) -> int:
    """Pairs of equal items, each used once."""
    left, found = list(there), 0
    for each in here:
        if each in left:
            left.remove(each)
            found += 1
    return found


def plain_chrf(output: str, reference: str) -> float:
    """Popović (2015): mean precision and recall over the orders, then F with beta 2."""
    rates = []
    for size in range(1, 7):
        here, there = counted(output, size), counted(reference, size)
        if here and there:
            same = matched(here, there)
            rates.append((same / len(here), same / len(there)))
    if not rates:
        return 0.0
    precision = sum(rate[0] for rate in rates) / len(rates)
    recall = sum(rate[1] for rate in rates) / len(rates)
    return 5 * precision * recall / (4 * precision + recall) if precision + recall else 0.0


@given(TEXTS, TEXTS)
def test_chrf_is_that_of_its_definition(output: str, reference: str) -> None:
    assert chrf(output, reference) == pytest.approx(plain_chrf(output, reference))


@pytest.mark.parametrize(
    ("output", "reference", "score"),
    [
        # sentence_chrf of sacrebleu 2.6.0 with its defaults.
        ("the cat is on the mat", "the cat sat on the mat", 61.9252),
        ("Niemand hat die Absicht", "Niemand hatte eine Absicht", 65.0678),
        ("ab", "abc", 63.6364),
        ("", "abc", 0.0),
    ],
)
def test_chrf_is_that_of_sacrebleu(output: str, reference: str, score: float) -> None:
    assert 100 * chrf(output, reference) == pytest.approx(score, abs=0.01)


@pytest.mark.parametrize(
    ("output", "reference", "exact", "f1"),
    [
        ("The Eiffel Tower.", "eiffel tower", 1, 1),
        ("a man, a plan", "man plan", 1, 1),
        ("in the year 1066", "1066", 0, 0.5),
        ("red red blue", "red blue blue", 0, 2 / 3),
        ("", "", 1, 1),
        ("the", "", 1, 1),
        ("yes", "", 0, 0),
        ("well-known", "wellknown", 1, 1),
    ],
)
def test_answers_are_compared_as_squad_does(output: str, reference: str, exact: float, f1: float) -> None:
    assert exact_match(output, reference) == exact
    assert token_f1(output, reference) == pytest.approx(f1)


@given(st.lists(st.sampled_from("xyz"), max_size=8), st.lists(st.sampled_from("xyz"), max_size=8))
def test_token_f1_is_that_of_precision_and_recall(here: list[str], there: list[str]) -> None:
    same = matched(here, there)
    if not here or not there:
        expected = float(here == there)
    elif not same:
        expected = 0.0
    else:
        precision, recall = same / len(here), same / len(there)
        expected = 2 * precision * recall / (precision + recall)
    assert token_f1(" ".join(here), " ".join(there)) == pytest.approx(expected)


@given(TEXTS, TEXTS)
def test_scores_are_shares_and_a_text_is_most_like_itself(output: str, reference: str) -> None:
    for score in likeness(output, reference):
        assert 0 <= score <= 1
    assert exact_match(output, output) == token_f1(output, output) == 1
    assert chrf(output, output) == (1 if output.split() else 0)
