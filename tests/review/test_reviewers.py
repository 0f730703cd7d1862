"""How far reviewers can be trusted, against sums worked out by hand."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from ftui.project.settings import Project
from ftui.review.figures import figures
from ftui.review.judgement import Judgement
from ftui.review.sample import Sample
from ftui.review.store import ReviewStore
from tests.review.judged import judged_review, vote
from tests.review.reviewed import prompt, sample

DICE = random.Random(0)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    made = ReviewStore.create(tmp_path / "review")
    yield made
    made.close()


def pairs(store: ReviewStore, many: int) -> list[tuple[Sample, Sample]]:
    found = []
    for number in range(many):
        asked = prompt(number)
        store.add_prompts([asked])
        sides = sample(asked, "base", "one"), sample(asked, "tuned", "two")
        store.add_samples(sides)
        found.append(sides)
    return found


def test_a_reviewer_who_takes_the_left_is_found(store: ReviewStore) -> None:
    for number, (base, tuned) in enumerate(pairs(store, 10)):
        shown = [base, tuned] if number % 2 else [tuned, base]
        store.vote(vote("anna", shown, DICE, winner=shown[0].sample_id))
        store.vote(vote("ben", shown, DICE, winner=tuned.sample_id if number < 9 else "tie"))
    anna, ben = figures.of(store, Project(store.folder)).reviewers
    assert (anna.left, anna.decided) == (10, 10)
    assert anna.side_p == pytest.approx(2 / 1024)
    assert anna.leans
    assert (ben.left, ben.decided) == (5, 9)
    assert not ben.leans


def test_agreement_is_that_of_cohen_and_krippendorff(store: ReviewStore) -> None:
    """Twenty outputs: both accept nine, both reject three, eight apart."""
    said = ["accept accept"] * 9 + ["accept reject"] * 3 + ["reject accept"] * 5 + ["reject reject"] * 3
    made = [pair[0] for pair in pairs(store, len(said))]
    for each, both in zip(made, said, strict=True):
        for reviewer, verdict in zip(("anna", "ben"), both.split(), strict=True):
            store.judge(Judgement(reviewer, each.prompt_hash, each.output_hash, verdict))  # type: ignore[arg-type]
    (found,) = figures.of(store, Project(store.folder)).agreements
    assert (found.on, found.units) == ("verdicts", 20)
    many, kappa = found.pairs["anna", "ben"]
    # Observed 12/20; by chance 12/20 · 14/20 + 8/20 · 6/20.
    assert (many, kappa) == (20, pytest.approx((0.6 - 0.54) / (1 - 0.54)))
    # Krippendorff: 26 accepts and 14 rejects; 16 of 40 pairable values disagree.
    assert found.alpha == pytest.approx(1 - 39 * 16 / (2 * 26 * 14))


@pytest.mark.parametrize("seed", range(3))
def test_alpha_of_scores_is_that_of_all_pairs_of_values(tmp_path: Path, seed: int) -> None:
    """Krippendorff (2011) for numbers, from every pair within a unit and every pair of all values."""
    made = judged_review(tmp_path / "random", seed)
    said = {
        (each.prompt_hash, each.output_hash, each.reviewer): each.scores["tone"] for each in made.judgements()
    }
    found = next(each for each in figures.of(made, Project(tmp_path)).agreements if each.on == "tone")
    made.close()
    units: dict[tuple[bytes, bytes], list[int]] = {}
    for (asked, output, _), score in said.items():
        units.setdefault((asked, output), []).append(score)
    shared = [scores for scores in units.values() if len(scores) > 1]
    values = [score for scores in shared for score in scores]
    observed = sum(
        2 * (a - b) ** 2 / (len(scores) - 1) for scores in shared for a, b in combinations(scores, 2)
    )
    expected = sum(2 * (a - b) ** 2 for a, b in combinations(values, 2)) / (len(values) - 1)
    assert found.units == len(shared)
    assert found.alpha == pytest.approx(1 - observed / expected)


def test_votes_agree_by_the_model_that_won_not_by_the_side(store: ReviewStore) -> None:
    for number, (base, tuned) in enumerate(pairs(store, 6)):
        winner = (tuned if number % 2 else base).sample_id
        store.vote(vote("anna", [base, tuned], DICE, winner=winner))
        store.vote(vote("ben", [tuned, base], DICE, winner=winner))
    (found,) = figures.of(store, Project(store.folder)).agreements
    assert (found.on, found.units, found.alpha) == ("votes", 6, 1)
    assert found.pairs["anna", "ben"] == (6, 1)


def test_who_judged_alone_agrees_with_nobody(store: ReviewStore) -> None:
    base, _ = pairs(store, 1)[0]
    store.judge(Judgement("anna", base.prompt_hash, base.output_hash, "accept"))
    found = figures.of(store, Project(store.folder))
    assert found.agreements == ()
    assert found.reviewers[0].consistent.share is None
