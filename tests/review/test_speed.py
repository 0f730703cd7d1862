"""Seconds, lengths and money of samples."""

from __future__ import annotations

from pathlib import Path
from statistics import quantiles

import pytest

from ftui.review.figures.glance import Glance, glances
from ftui.review.figures.speed import lengths, speed
from ftui.review.store import ReviewStore
from tests.review.reviewed import prompt, sample


@pytest.fixture
def seen(tmp_path: Path) -> list[Glance]:
    store = ReviewStore.create(tmp_path / "review")
    for number in range(40):
        times = {"first_token_s": 0.1 * (number + 1), "seconds": 1.0, "completion_tokens": 11}
        store.add_samples([sample(prompt(number), "mine", f"answer {number}", completion=times)])
    found = glances(store)
    store.close()
    return found


def test_a_glance_says_what_the_sample_says(tmp_path: Path) -> None:
    store = ReviewStore.create(tmp_path / "review")
    given = sample(prompt(1), "mine", "\udc80 answer", index=3, page="step 1")
    store.add_samples([given])
    (found,) = glances(store)
    assert found.flags is None
    store.set_flags({given.sample_id: []})
    (again,) = glances(store)
    store.close()
    assert again.flags == frozenset()
    assert (found.sample_id, found.model, found.page) == (given.sample_id, "mine", "step 1")
    assert (found.processed, found.stop_text) == (given.processed, "<|im_end|>")
    assert (found.prompt_hash, found.output_hash) == (given.prompt_hash, given.output_hash)
    assert found.tokens_per_s == given.completion.tokens_per_s == pytest.approx(28)
    assert found.whole_s == pytest.approx(0.35)
    assert found.batch_width == 1


def test_times_are_those_of_the_samples(seen: list[Glance]) -> None:
    found = speed(seen)
    assert found.first_token is not None
    assert found.whole is not None
    assert found.tokens_per_s is not None
    expected = quantiles([0.1 * (number + 1) for number in range(40)], n=20, method="inclusive")
    assert found.first_token.p50.value == pytest.approx(expected[9])
    assert found.first_token.p95.value == pytest.approx(expected[18])
    assert found.whole.p50.value == pytest.approx(expected[9] + 1)
    assert found.tokens_per_s.p50.value == pytest.approx(10)
    assert found.tokens == 11
    assert found.cost_1000 is None


def test_a_batch_shares_its_cost(seen: list[Glance]) -> None:
    alone = speed(seen, 3.6)
    batch = speed([each._replace(batch_width=8) for each in seen], 3.6)
    assert alone.cost_1000 is not None
    assert batch.cost_1000 is not None
    # 3.6 an hour is 0.001 a second; a mean of 3.05 seconds.
    assert alone.cost_1000.value == pytest.approx(3.05)
    assert batch.cost_1000.value == pytest.approx(3.05 / 8)
    assert alone.cost_million == pytest.approx(0.001 * 3.05 / 11 * 1e6)
    assert alone.cost_1000.low is not None
    assert alone.cost_1000.low < 3.05


def test_what_a_server_does_not_tell_stays_unknown(seen: list[Glance]) -> None:
    silent = [each._replace(batch_width=None, first_token_s=None, seconds=None, tokens=None) for each in seen]
    found = speed(silent, 3.6)
    assert found == (None, None, None, (), None, None, None)


def test_cancelled_and_failed_samples_have_no_speed(seen: list[Glance]) -> None:
    lost = [
        each._replace(stop_reason=reason) for each, reason in zip(seen, ("error", "cancelled"), strict=False)
    ]
    assert speed(lost).whole is None


def test_lengths_are_ratios_to_the_reference(seen: list[Glance]) -> None:
    texts = ["x" * 10, "x" * 4, "x" * 25, "x" * 20]
    given = [each._replace(processed=text) for each, text in zip(seen, texts, strict=False)]
    references = {(each.prompt_id, each.stratum): "y" * 10 for each in given}
    found = lengths(given, references)
    assert found is not None
    assert found.ratio.value == pytest.approx(1.5)
    assert found.longer == (1, 4, 4)
    assert found.shorter == (1, 4, 4)
    assert lengths(given, {}) is None
