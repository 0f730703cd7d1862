"""Which labels are one class written in several ways."""

from __future__ import annotations

import pytest

from ftui.text.label_spelling import variants

VARIANTS = [
    ({"positive": 88, "Positive ": 2}, "Positive ", "positive", "case"),
    ({"card lost": 40, "card  lost": 3}, "card  lost", "card lost", "case"),
    ({"card_lost": 40, "card-lost": 30}, "card-lost", "card_lost", "signs"),
    ({"card_lost": 40, "cardLost": 1}, "cardLost", "card_lost", "signs"),
    ({"grade_1": 40, "grade 1": 3, "grade_2": 9}, "grade 1", "grade_1", "signs"),
    ({"spam": 40, '"spam"': 3}, '"spam"', "spam", "signs"),
    ({"1": 40, "1.0": 3}, "1.0", "1", "signs"),
    ({"positive": 50, "POS": 60}, "positive", "POS", "abbreviation"),
    ({"negative": 50, "neg.": 6}, "neg.", "negative", "abbreviation"),
    ({"yes": 50, "no": 40, "y": 6}, "y", "yes", "abbreviation"),
    ({"positive": 200, "postive": 2}, "postive", "positive", "typo"),
    ({"negative": 200, "negaitve": 1}, "negaitve", "negative", "typo"),
    ({"card_delivery": 200, "card_delivary": 1}, "card_delivary", "card_delivery", "typo"),
    ({"sports news": 300, "sport news": 3, "Sports news": 4}, "Sports news", "sports news", "case"),
    ({"complaint": 300, "complaints": 2}, "complaints", "complaint", "typo"),
    ({"m": 50, "M": 3}, "M", "m", "case"),
]
CLASSES = [
    {"card_lost": 50, "card_stolen": 2},
    {"grade_1": 50, "grade_2": 2},
    {"1": 50, "10": 2, "-1": 3, "0.1": 3},
    {"C": 50, "C++": 20, "C#": 3},
    {"A": 50, "A+": 20, "A-": 3, "B": 1},
    {"complaint": 30, "complaints": 25},
    {"typical": 200, "atypical": 1},
    {"card": 200, "cart": 1},
    {"m": 50, "M": 40},
    {"neutral": 9, "n": 3, "yes": 9, "no": 9},
    {"type_a": 200, "type_b": 1},
    {"version 10": 200, "version 11": 1},
    {"a, b": 200, "a b": 1, "b, a": 3},
    {"POS": 30, "NEG": 30},
    {"true": 30, "1": 30},
    {"desert": 30, "dessert": 3},
    {"import": 200, "export": 1},
]


@pytest.mark.parametrize(("counts", "rare", "usual", "how"), VARIANTS)
def test_a_rarer_spelling(counts: dict[str, int], rare: str, usual: str, how: str) -> None:
    assert variants(counts)[rare] == (usual, how)


@pytest.mark.parametrize("counts", CLASSES)
def test_classes_of_their_own(counts: dict[str, int]) -> None:
    assert variants(counts) == {}


def test_a_spelling_of_a_spelling_becomes_the_usual_one() -> None:
    found = variants({"positive": 300, "Pos": 9, "POS ": 4, "postive": 1, "Postive": 1})
    assert {variant.of for variant in found.values()} == {"positive"}
    assert set(found) == {"Pos", "POS ", "postive", "Postive"}
