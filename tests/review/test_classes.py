"""Outputs read as labels, and figures of labelled tasks against sums written anew."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.review.figures.classes import labels, read_label

CLASSES = ("positive", "negative", "Not Sure", "spam", "not spam")
MOODS = ("positive", "negative", "neutral")


@pytest.mark.parametrize(
    ("output", "label", "how"),
    [
        ("positive", "positive", "exact"),
        (" positive\n", "positive", "exact"),
        ("Positive.", "positive", "folded"),
        ('"NEGATIVE"', "negative", "folded"),
        ("not-sure", "Not Sure", "folded"),
        ("negative\n\nThe reviewer was cross.", "negative", "first line"),
        ("The sentiment is positive.", "positive", "contained"),
        ("positive, as in 'positive outlook'", "positive", "contained"),
        ("This is not spam, I think", "not spam", "contained"),
    ],
)
def test_an_output_is_read_as_a_label(output: str, label: str, how: str) -> None:
    assert read_label(output, CLASSES) == (label, how)


@pytest.mark.parametrize(
    "output",
    [
        "", "I do not know", "positive or negative", "positively", "It is not positive",
        "isn't a positive one", "no spam", "spam? No, not spam", "non-negative",
    ],
)  # fmt: skip
def test_what_names_no_class_or_several_is_unreadable(output: str) -> None:
    assert read_label(output, CLASSES) is None


def test_classes_that_are_folded_alike_are_told_apart_only_exactly() -> None:
    assert read_label("US", ("US", "us")) == ("US", "exact")
    assert read_label("Us", ("US", "us")) is None
    assert read_label("it is us", ("US", "us")) is None


@given(st.text(max_size=60), st.lists(st.text(max_size=8), max_size=5))
def test_reading_never_fails_and_gives_a_class(output: str, classes: list[str]) -> None:
    found = read_label(output, tuple(classes))
    assert found is None or found.label in classes


@given(st.lists(st.tuples(st.sampled_from(MOODS), st.sampled_from([*MOODS, "hm"])), min_size=1, max_size=60))
def test_figures_are_those_of_the_confusion_matrix(pairs: list[tuple[str, str]]) -> None:
    found = labels([(str(i), true, said) for i, (true, said) in enumerate(pairs)], MOODS)
    assert found is not None
    assert found.accuracy.hits == sum(true == said for true, said in pairs)
    assert found.accuracy.of == found.accuracy.prompts == len(pairs)
    present = {true for true, _ in pairs} | {said for _, said in pairs if said != "hm"}
    scores = []
    for name in present:
        hit = sum(true == said == name for true, said in pairs)
        wrong = sum((true == name) != (said == name) for true, said in pairs)
        scores.append(2 * hit / (2 * hit + wrong))
        own = next(each for each in found.classes if each.name == name)
        assert own.recall.of == sum(true == name for true, _ in pairs)
        assert own.recall.hits == own.precision.hits == hit
        assert own.f1 == pytest.approx(scores[-1])
    assert found.macro_f1 == pytest.approx(sum(scores) / len(scores))
    assert found.macro_f1_low <= found.macro_f1 <= found.macro_f1_high
    commonest = Counter(true for true, _ in pairs).most_common(1)[0][1]
    assert found.baseline.hits == commonest
    assert found.read.get("unreadable", 0) == sum(said == "hm" for _, said in pairs)


def test_the_order_of_answers_changes_nothing() -> None:
    dice = random.Random(3)
    answers = [(str(i), dice.choice(MOODS), dice.choice([*MOODS, "no idea"])) for i in range(50)]
    mixed = dice.sample(answers, len(answers))
    one, other = labels(answers, MOODS), labels(mixed, MOODS)
    assert one is not None
    assert other is not None
    assert one._replace(confused=()) == other._replace(confused=(), read=one.read)
    assert one.read == other.read
    assert sorted(one.confused) == sorted(other.confused)


def test_the_baseline_is_the_commonest_class_of_training() -> None:
    answers = [("1", "negative", "negative"), ("2", "negative", "negative"), ("3", "positive", "positive")]
    found = labels(answers, MOODS, {"positive": 90, "negative": 10})
    assert found is not None
    assert (found.majority, found.majority_from) == ("positive", "training")
    assert found.baseline.share == pytest.approx(1 / 3)
    # Always "positive": F1 of 2·1/(1+3) for it, 0 for the other.
    assert found.baseline_macro_f1 == pytest.approx((0.5 + 0) / 2)


def test_a_model_that_gives_one_class_is_warned_of() -> None:
    answers = [(str(i), "positive" if i < 18 else "negative", "positive") for i in range(20)]
    found = labels(answers, MOODS)
    assert found is not None
    assert found.accuracy.share == 0.9
    told = "\n".join(found.warnings)
    assert 'always gives one class: "positive"' in told
    assert 'hides classes that are mostly missed: "negative" 0 of 2' in told
    assert 'not shown to be better than always giving "positive"' in told


def test_a_good_model_is_not_warned_of() -> None:
    answers = [(str(i), MOODS[i % 3], MOODS[i % 3]) for i in range(60)]
    found = labels(answers, MOODS)
    assert found is not None
    assert found.warnings == ()
    assert found.macro_f1 == 1
    assert found.macro_f1_low > 0.9


def test_few_answers_have_a_wide_spread_of_f1() -> None:
    few = labels([(str(i), MOODS[i % 2], MOODS[i % 2]) for i in range(4)], MOODS)
    many = labels([(str(i), MOODS[i % 2], MOODS[i % 2]) for i in range(400)], MOODS)
    repeated = labels([(str(i % 4), MOODS[i % 2], MOODS[i % 2]) for i in range(400)], MOODS)
    assert few is not None
    assert many is not None
    assert repeated is not None
    assert few.macro_f1_low < 0.75
    assert many.macro_f1_low > 0.97
    assert repeated.macro_f1_low < 0.75
    assert repeated.accuracy.low == pytest.approx(few.accuracy.low)


def test_no_answer_gives_no_figures() -> None:
    assert labels([], MOODS) is None


def test_unreadable_outputs_count_as_wrong_and_are_named() -> None:
    answers = [(str(i), MOODS[i % 3], MOODS[i % 3] if i % 4 else "well, hm") for i in range(40)]
    found = labels(answers, MOODS)
    assert found is not None
    assert found.accuracy.hits == 30
    assert any("10 of 40 outputs name no class" in each for each in found.warnings)
